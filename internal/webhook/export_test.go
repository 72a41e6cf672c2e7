package webhook

import (
	"net/url"

	"github.com/tideover/tideover/internal/intake"
)

// Mark is what a query of ours is read as.
func Mark(q url.Values) intake.Mark { return mark(q) }

// BackupURL is where a key goes while the store fails; u is the turn that
// could not be answered.
func BackupURL(u string) string { return links{}.to(pathBackup, "l", "en", "u", u) }
