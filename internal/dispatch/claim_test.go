package dispatch_test

import (
	"errors"
	"testing"
	"time"

	"github.com/tideover/tideover/internal/hotline"
)

func TestAClaimAsksForWhatTheCounselorMayServe(t *testing.T) {
	t.Parallel()
	h := newHouse(t, hotline.Waiting)
	h.wants[owner] = hotline.Want{Langs: []hotline.Lang{hotline.Spanish}}
	if _, err := h.Board.Claim(t.Context(), owner, id, "tok"); err != nil {
		t.Fatal(err)
	}
	h.expect(t, "named", "claim "+string(id)+" by c-1 [es] token tok")
	for _, refused := range []error{hotline.ErrTaken, hotline.ErrNobody, hotline.ErrNotQualified, hotline.ErrUnknown} {
		h.fail["claim"] = refused
		if _, err := h.Board.Claim(t.Context(), owner, "", "tok"); !errors.Is(err, refused) {
			t.Errorf("%v: %v", refused, err)
		}
	}
}

func TestOnlyAClaimAndATextBeforeTheFirstReplyAreReleased(t *testing.T) {
	t.Parallel()
	for _, state := range hotline.States() {
		for _, ch := range []hotline.Channel{hotline.Voice, hotline.SMS} {
			for _, replied := range []bool{false, true} {
				h := newHouse(t, state)
				h.c.Channel = ch
				if replied {
					h.c.RepliedAt = time.Unix(1, 0)
				}
				err := h.Release(t.Context(), owner, id)
				may := state == hotline.Claimed || state == hotline.Live && ch == hotline.SMS && !replied
				if may != (err == nil) || may != h.asked("giveback released epoch 5 exclude") {
					t.Errorf("%s by %s, replied %v: %v, %q", state, ch, replied, err, h.calls)
				}
				if err != nil && !errors.Is(err, hotline.ErrUseTransfer) && !errors.Is(err, hotline.ErrNotYours) {
					t.Errorf("%s by %s: %v", state, ch, err)
				}
			}
		}
	}
	h := newHouse(t, hotline.Claimed)
	if err := h.Release(t.Context(), "c-2", id); !errors.Is(err, hotline.ErrNotYours) || len(h.calls) > 0 {
		t.Errorf("somebody else's: %v, %q", err, h.calls)
	}
}

func TestATransfer(t *testing.T) {
	t.Parallel()
	back := "giveback transfer epoch 0 head tell exclude"
	h := newHouse(t, hotline.Live)
	if err := h.Transfer(t.Context(), owner, id, "queue", nil, "", "tok"); err != nil {
		t.Error(err)
	}
	h.expect(t, "to the queue", back)

	h = newHouse(t, hotline.Live)
	h.shifts["c-2"] = hotline.Shift{State: hotline.Available}
	if err := h.Transfer(t.Context(), owner, id, "c-2", nil, "", "tok"); err != nil {
		t.Error(err)
	}
	h.expect(t, "to a person", back) // what follows is that of a case in line

	h = newHouse(t, hotline.Waiting)
	h.fail["claim"] = hotline.ErrAtLimit // taken at the last moment: the caller is next for everybody
	h.Do(t.Context(), hotline.Due{ID: "give:x:5", Kind: "give", Case: id, Epoch: epoch, Try: 1, Args: map[string]string{"to": "c-2"}})
	h.expect(t, "to a person who is taken", "claim "+string(id)+" by c-2 [] token give:x:5", "done give")

	h = newHouse(t, hotline.Live)
	h.shifts["c-2"] = hotline.Shift{State: hotline.Break}
	if err := h.Transfer(t.Context(), owner, id, "c-2", nil, "", "tok"); !errors.Is(err, hotline.ErrNotAvailable) {
		t.Error(err)
	}
	h.expect(t, "nothing is given up for somebody who is not there", []string(nil)...)

	h = newHouse(t, hotline.Waiting)
	if err := h.Transfer(t.Context(), owner, id, "queue", nil, "", "tok"); !errors.Is(err, hotline.ErrMove) {
		t.Error(err)
	}
}

func TestTheLastNoteIsSavedBeforeTheClose(t *testing.T) {
	t.Parallel()
	h := newHouse(t, hotline.WrapUp)
	h.c.Note.Version = 3
	if err := h.Close(t.Context(), owner, id, "helped", "words", "tok"); err != nil {
		t.Error(err)
	}
	h.expect(t, "with a note", "note by c-1 after 3 token tok:note", `finish closed helped by "c-1" epoch 0`)

	h = newHouse(t, hotline.WrapUp)
	h.fail["note"] = hotline.ErrStaleNote
	if err := h.Close(t.Context(), owner, id, "helped", "words", "tok"); !errors.Is(err, hotline.ErrStaleNote) || h.asked("finish") {
		t.Errorf("a note that was not saved: %v, %q", err, h.calls)
	}

	h = newHouse(t, hotline.Waiting)
	h.fail["finish"] = hotline.ErrStale
	if err := h.Close(t.Context(), owner, id, "helped", "", "tok"); !errors.Is(err, hotline.ErrMove) {
		t.Error(err)
	}
}

func TestAnEscalationOpensTheRecordAndPages(t *testing.T) {
	t.Parallel()
	h := newHouse(t, hotline.Live)
	if err := h.Escalate(t.Context(), owner, id, "988", "reason", "tok"); err != nil {
		t.Error(err)
	}
	h.expect(t, "escalate", "raise emergency by c-1 alarm true risk 3 token c-1:tok", "askin 988  by c-1 epoch 5")
	if _, err := h.Board.Emergency(t.Context(), owner, id, "close", "is with a friend", "tok"); err != nil {
		t.Error(err)
	}
	if !h.asked(`emergency close by c-1 "is with a friend"`) {
		t.Errorf("%q", h.calls)
	}
	h.fail["emergency"] = hotline.ErrMove
	if _, err := h.Board.Emergency(t.Context(), owner, id, "close", "", "tok"); !errors.Is(err, hotline.ErrMove) {
		t.Error(err)
	}
}
