package config

import (
	"embed"
	"io/fs"
	"os"
)

//go:embed line.yaml script
var builtIn embed.FS

// FS gives the configuration folder that is built in.
func FS() fs.FS { return builtIn }

// Open gives the configuration folder of an operator. A folder is whole: what
// it lacks is not taken from the built-in one.
func Open(dir string) fs.FS { return os.DirFS(dir) }

// Files gives the folder that the settings name: theirs, or the built-in one.
func (c Config) Files() fs.FS {
	if c.Folder == "" {
		return FS()
	}
	return Open(c.Folder)
}
