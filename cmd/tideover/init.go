package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"time"

	"github.com/spf13/cobra"

	"github.com/tideover/tideover/internal/staff"
	"github.com/tideover/tideover/internal/store"
	"github.com/tideover/tideover/internal/vault"
)

func newInit(std streams) *cobra.Command {
	var keysFile string
	var acceptLoss bool
	cmd := &cobra.Command{
		Use: "init", Short: "First-time set-up, safe to repeat", Args: exactly(0),
		Long: "Makes the key ring file if it is missing, tops up its days, begins the store's era\nand prints a one-time link for the first supervisor.",
		RunE: func(cmd *cobra.Command, _ []string) error {
			return initLine(cmd.Context(), std, keysFile, acceptLoss)
		},
	}
	cmd.Flags().StringVar(&keysFile, "keys-file", "", "key ring file (default: TIDEOVER_KEYS_FILE)")
	cmd.Flags().BoolVar(&acceptLoss, "accept-loss", false, "give up what another era held and begin a new one")
	return cmd
}

func initLine(ctx context.Context, std streams, keysFile string, acceptLoss bool) error {
	cfg, err := loadSettings(keysFile, forStore)
	if err != nil {
		return err
	}
	if err := makeKeys(std, cfg.KeysFile); err != nil {
		return err
	}
	l, err := openLineWith(cfg)
	if err != nil {
		return err
	}
	defer func() { _ = l.store.Close() }()
	if err := beginEra(ctx, std, l, cfg.KeysFile, acceptLoss); err != nil {
		return err
	}
	return setUpLink(ctx, std, l)
}

func makeKeys(std streams, path string) error {
	_, err := vault.Create(path, time.Now())
	if errors.Is(err, fs.ErrExist) {
		return vault.TopUp(path, time.Now())
	}
	if err == nil {
		_, _ = fmt.Fprintf(std.err, "made the key ring %s: keep a copy apart from Redis and its backups\n", path)
	}
	return err
}

// beginEra gives ring and store the same id. A store that holds another one
// than the ring, or none while the ring has one, has lost data: only
// --accept-loss goes on.
func beginEra(ctx context.Context, std streams, l line, keysFile string, acceptLoss bool) error {
	want := l.keys.Ring().Era()
	has, err := l.store.Era(ctx)
	if err != nil {
		return err
	}
	switch {
	case want != "" && has == want:
		return nil
	case want == "" && has == "", acceptLoss:
		era := store.NewEra()
		if err := vault.SetEra(keysFile, era); err != nil {
			return err
		}
		if _, err := l.store.BeginEra(ctx, era, acceptLoss); err != nil {
			return err
		}
		_, _ = fmt.Fprintln(std.err, "began a new era in the store")
		return l.keys.Reload()
	case want == "":
		return errors.New("the store holds an era that this key ring does not know: use the right TIDEOVER_KEYS_FILE, or `init --accept-loss`")
	}
	return errors.New("DATA LOST: the store does not hold the era of the key ring. Restore it, or give it up with `init --accept-loss`")
}

// setUpLink lets the first supervisor in; later ones are invited.
func setUpLink(ctx context.Context, std streams, l line) error {
	o := officeOf(l)
	first, err := o.roster.First(ctx)
	if errors.Is(err, staff.ErrNotFirst) {
		return nil
	}
	if err != nil {
		return err
	}
	invite, err := o.desk.Invite(ctx, first.ID)
	if err != nil {
		return err
	}
	_, err = fmt.Fprintln(std.out, "setup", staff.Link(l.consoleURL, invite))
	return err
}
