package store_test

import (
	"fmt"
	"strconv"
	"strings"
	"sync"
	"testing"

	"github.com/tideover/tideover/internal/audit"
	"github.com/tideover/tideover/internal/hotline"
)

func TestRecordKeepsEveryEntryInOrder(t *testing.T) {
	t.Parallel()
	b := setupRoster(t)
	ctx := t.Context()
	id := hotline.NewCaseID()
	for i := range 5 {
		e := audit.Entry{Who: "w", Action: fmt.Sprint("act", i), Case: string(id), Reason: "planted reason", Outcome: "ok"}
		if i == 3 {
			e.Case = ""
		}
		if err := b.Append(ctx, e); err != nil {
			t.Fatal(err)
		}
	}
	all, err := b.Latest(ctx, "", 10)
	if err != nil || len(all) != 5 || all[0].Action != "act4" || all[4].Action != "act0" || all[0].At.IsZero() || all[0].Reason != "planted reason" {
		t.Errorf("all: %+v, %v", all, err)
	}
	if two, err := b.Latest(ctx, "", 2); err != nil || len(two) != 2 || two[1].Action != "act3" {
		t.Errorf("two: %+v, %v", two, err)
	}
	if of, err := b.Latest(ctx, id, 10); err != nil || len(of) != 4 {
		t.Errorf("of the case: %+v, %v", of, err)
	}
	raw := fmt.Sprint(b.rdb.XRange(ctx, "to:{line}:audit", "-", "+").Val())
	if strings.Contains(raw, "planted") || strings.Contains(raw, string(id)) {
		t.Error("the record is not sealed")
	}
}

func TestManyWritersKeepOneChain(t *testing.T) {
	t.Parallel()
	b := setupRoster(t)
	ctx := t.Context()
	second := b.again(t) // another instance on the same Redis
	var all sync.WaitGroup
	for i := range 60 {
		s := b.Store
		if i%2 == 1 {
			s = second
		}
		all.Go(func() {
			if err := s.Append(ctx, audit.Entry{Who: "w", Action: strconv.Itoa(i)}); err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
	entries, err := b.Latest(ctx, "", 1000)
	if err != nil {
		t.Fatal(err)
	}
	seen := map[string]bool{}
	for _, e := range entries {
		seen[e.Action] = true
	}
	if len(entries) != 60 || len(seen) != 60 {
		t.Errorf("%d entries, %d of them different, want 60", len(entries), len(seen))
	}
	if _, err := audit.Verify(b.chainKey(t), "", 1, b.blocks(t)); err != nil {
		t.Errorf("the chain is broken: %v", err)
	}
}

// FAULTS 50.
func TestTamperedBlockShows(t *testing.T) {
	t.Parallel()
	b := setupRoster(t)
	ctx := t.Context()
	for i := range 3 {
		if err := b.Append(ctx, audit.Entry{Who: "w", Action: strconv.Itoa(i)}); err != nil {
			t.Fatal(err)
		}
	}
	blocks := b.rdb.XRange(ctx, "to:{line}:audit", "-", "+").Val()
	b.rdb.Del(ctx, "to:{line}:audit")
	for i, m := range blocks {
		if i == 1 {
			m.Values["b"] = blocks[0].Values["b"]
		}
		if err := b.rdb.Do(ctx, "XADD", "to:{line}:audit", m.ID, "n", m.Values["n"], "b", m.Values["b"], "l", m.Values["l"]).Err(); err != nil {
			t.Fatal(err)
		}
	}
	got, err := b.Latest(ctx, "", 10)
	if err != nil || len(got) != 3 || got[1].Action != "unreadable" {
		t.Errorf("got %+v, %v", got, err)
	}
	if _, err := audit.Verify(b.chainKey(t), "", 1, b.blocks(t)); err == nil || !strings.Contains(err.Error(), "block 2") {
		t.Errorf("verify: %v", err)
	}
}

func TestRecordOfALostStoreIsNotBegunAnew(t *testing.T) {
	t.Parallel()
	b := setupRoster(t)
	if err := b.rdb.FlushDB(t.Context()).Err(); err != nil {
		t.Fatal(err)
	}
	if err := b.Append(t.Context(), audit.Entry{Who: "w", Action: "read"}); err == nil {
		t.Error("an entry went into a store that is not ours")
	}
}
