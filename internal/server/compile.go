package server

import (
	"errors"
	"fmt"
	"io/fs"
	"time"

	"github.com/tideover/tideover/config"
	"github.com/tideover/tideover/internal/rights"
	"github.com/tideover/tideover/internal/triage"
)

// ScriptOptions is what a script needs of the folder's other files.
func ScriptOptions(files fs.FS) ([]triage.Option, error) {
	zone := time.UTC
	if line, err := config.LoadLine(files); err == nil { // its faults are told where it is read
		zone = line.Zone
	}
	days, err := config.LoadHolidays(files)
	if errors.Is(err, fs.ErrNotExist) { // without the days off no deadline is told
		return []triage.Option{triage.WithZone(zone)}, nil
	}
	if err != nil {
		return nil, err
	}
	holidays := make([]rights.Holiday, 0, len(days.Days))
	for _, h := range days.Days {
		holidays = append(holidays, rights.Holiday{ID: h.ID, Date: rights.Date(h.Date), Observed: rights.Date(h.Observed)})
	}
	calendar, err := rights.NewCalendar(holidays)
	if err != nil {
		return nil, fmt.Errorf("holidays: %w", err)
	}
	return []triage.Option{triage.WithCalendar(calendar), triage.WithZone(zone)}, nil
}
