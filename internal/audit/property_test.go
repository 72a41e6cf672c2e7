package audit_test

import (
	"encoding/json"
	"reflect"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/tideover/tideover/internal/audit"
)

// FAULTS 50.
func TestAnyChangeOfTheRecordIsFoundAtItsBlock(t *testing.T) {
	t.Parallel()
	key := []byte("key of the record")
	rapid.Check(t, func(t *rapid.T) {
		bodies := rapid.SliceOfN(rapid.StringMatching(`[a-c]{0,4}`), 2, 8).Draw(t, "bodies")
		blocks := chain(key, bodies...)
		if _, err := audit.Verify(key, "", 1, blocks); err != nil {
			t.Fatalf("untouched: %v", err)
		}
		at := rapid.IntRange(0, len(blocks)-1).Draw(t, "at")
		switch rapid.IntRange(0, 3).Draw(t, "how") {
		case 0:
			blocks[at].Body = append([]byte("x"), blocks[at].Body...)
		case 1:
			blocks[at].Link = strings.Repeat("0", len(blocks[at].Link))
		case 2: // the end of one block moved to the beginning of the next
			if at == len(blocks)-1 || len(blocks[at].Body) == 0 {
				return
			}
			body := blocks[at].Body
			blocks[at+1].Body = append(body[len(body)-1:len(body):len(body)], blocks[at+1].Body...)
			blocks[at].Body = body[:len(body)-1]
		case 3:
			blocks[at].N++
		}
		_, err := audit.Verify(key, "", 1, blocks)
		want := "block " + string(rune('1'+at))
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Fatalf("got %v, want %s named", err, want)
		}
	})
}

// FAULTS 50.
func TestBlocksCutFromTheEndAreFoundByTheAnchor(t *testing.T) {
	t.Parallel()
	key := []byte("k")
	all := chain(key, "one", "two", "three")
	end, err := audit.Verify(key, "", 1, all[:2])
	if err != nil {
		t.Fatal(err)
	}
	// A shorter chain holds in itself: who keeps the last link sees it.
	if end == all[2].Link {
		t.Error("the end of a cut record looks like the end of the whole one")
	}
}

func TestEntryIsWrittenAsTheAPIShowsIt(t *testing.T) {
	t.Parallel()
	e := audit.Entry{
		At: time.Date(2026, 3, 14, 9, 26, 53, 589_000_000, time.UTC), Who: "co-1", Action: "reveal", Case: "case-1",
		Subject: "co-2", Reason: "welfare check", Request: "req-1", Outcome: "ok",
	}
	raw, err := json.Marshal(e)
	if err != nil {
		t.Fatal(err)
	}
	const want = `{"at":"2026-03-14T09:26:53.589Z","who":"co-1","action":"reveal","case_id":"case-1","subject":"co-2",` +
		`"reason":"welfare check","request_id":"req-1","outcome":"ok"}`
	if string(raw) != want {
		t.Errorf("got  %s\nwant %s", raw, want)
	}
	var back audit.Entry
	if err := json.Unmarshal(raw, &back); err != nil || !reflect.DeepEqual(back, e) {
		t.Errorf("read back as %+v, %v", back, err)
	}
}
