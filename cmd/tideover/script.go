package main

import (
	"io/fs"

	"github.com/tideover/tideover/internal/crisis"
	"github.com/tideover/tideover/internal/triage"
)

// readScript compiles the script of a folder, with the folder's own lexicon.
func readScript(files fs.FS) (*triage.Script, error) {
	detector, err := crisis.Load(files)
	if err != nil {
		return nil, err
	}
	return triage.Compile(files, detector)
}
