package config_test

import (
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/tideover/tideover/config"
)

func TestBuiltInFolderHoldsTheLineAndTheWholeScript(t *testing.T) {
	t.Parallel()
	built, err := fs.Glob(config.FS(), "script/*")
	if err != nil {
		t.Fatal(err)
	}
	onDisk, err := fs.Glob(os.DirFS("."), "script/[^.]*")
	if err != nil {
		t.Fatal(err)
	}
	if len(built) == 0 || !slices.Equal(built, onDisk) {
		t.Errorf("built in: %v\non disk:  %v", built, onDisk)
	}
	for _, name := range []string{"line.yaml", "script/strike.yaml", "script/strike.es.yaml", "script/resources.yaml"} {
		if _, err := fs.Stat(config.FS(), name); err != nil {
			t.Error(err)
		}
	}
}

func TestOwnFolderIsReadInPlaceOfTheBuiltInOne(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "line.yaml"), []byte(least+"id: own\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	for want, c := range map[string]config.Config{"own": {Folder: dir}, "main": {}} {
		l, err := config.LoadLine(c.Files())
		if err != nil || l.ID != want {
			t.Errorf("id %q, %v; want %q", l.ID, err, want)
		}
	}
	if _, err := fs.Stat(config.Config{Folder: dir}.Files(), "script/strike.yaml"); err == nil {
		t.Error("what the folder lacks comes from the built-in one")
	}
}
