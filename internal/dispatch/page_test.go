package dispatch_test

import (
	"errors"
	"strconv"
	"testing"
	"time"

	"github.com/tideover/tideover/internal/dispatch"
	"github.com/tideover/tideover/internal/hotline"
)

// alarmed is a house whose case has an open record, n pages out.
func alarmed(t *testing.T, n int) *house {
	t.Helper()
	h := newHouse(t, hotline.Waiting)
	h.c.Band, h.c.Emergency = hotline.Emergency, hotline.EmergencyRecord{OpenedAt: time.Unix(9_000, 0), PagedIndex: n}
	return h
}

func TestPagesGoToEverybodyInOrderAndThenFromTheTop(t *testing.T) {
	t.Parallel()
	for n, to := range map[int]string{1: "•••1001", 2: "•••1002", 3: "•••1001", 4: "•••1002", 11: "•••1001"} {
		h := alarmed(t, n)
		h.Do(t.Context(), job("page", 1, "n", strconv.Itoa(n)))
		h.Do(t.Context(), job("pagetext", 1, "n", strconv.Itoa(n)))
		h.expect(t, strconv.Itoa(n), "page "+to+" n "+strconv.Itoa(n), "ringing pleg CApage", "done page", "pagetext "+to+" ", "done pagetext")
	}
}

func TestAPageGoesOutWhoeverOwnsTheCase(t *testing.T) {
	t.Parallel()
	h := alarmed(t, 1)
	d := job("page", 1, "n", "1")
	d.Epoch = 1
	h.fail["ringing"] = hotline.ErrStale
	h.Do(t.Context(), d)
	h.expect(t, "page", "page •••1001 n 1", "ringing pleg CApage", "done page")
}

func TestAPageThatIsOverRingsNobody(t *testing.T) {
	t.Parallel()
	for name, change := range map[string]func(*house){
		"never opened":        func(h *house) { h.c.Emergency = hotline.EmergencyRecord{} },
		"closed":              func(h *house) { h.c.Emergency.ClosedAt = time.Unix(9_500, 0) },
		"attended":            func(h *house) { h.c.Emergency.AttendedAt = time.Unix(9_500, 0) },
		"the next one's turn": func(h *house) { h.c.Emergency.PagedIndex = 2 },
		"nobody on call":      func(h *house) { h.onCall = nil },
	} {
		h := alarmed(t, 1)
		change(h)
		h.Do(t.Context(), job("page", 1, "n", "1"))
		h.Do(t.Context(), job("pagetext", 1, "n", "1"))
		h.expect(t, name, "done page", "done pagetext")
	}
}

func TestASecondTryOfAPageLooksBeforeItDials(t *testing.T) {
	t.Parallel()
	h := alarmed(t, 1)
	h.live = "CAfirst"
	h.Do(t.Context(), job("page", 2, "n", "1"))
	h.expect(t, "went through", "livesince •••1001", "ringing pleg CAfirst", "done page")
	h = alarmed(t, 1)
	h.Do(t.Context(), job("page", 2, "n", "1"))
	h.expect(t, "did not", "livesince •••1001", "page •••1001 n 1", "ringing pleg CApage", "done page")
}

func TestAPagesTextIsTriedUntilTheCarrierTakesIt(t *testing.T) {
	t.Parallel()
	h := alarmed(t, 1)
	h.fail["pagetext"] = hotline.ErrLineBusy
	h.Do(t.Context(), job("pagetext", 1, "n", "1"))
	h.expect(t, "busy", "pagetext •••1001 ", "later pagetext 500ms")
	h = alarmed(t, 1)
	h.Do(t.Context(), job("pagetext", 2, "n", "1"))
	h.expect(t, "taken", "pagetext •••1001 ", "done pagetext")
}

func TestThePageForATextCarriesItsLinkAndGoesOutWithoutOne(t *testing.T) {
	t.Parallel()
	h := alarmed(t, 2)
	h.c.Channel = hotline.SMS
	h.Do(t.Context(), job("pagetext", 1, "n", "2"))
	h.expect(t, "with", "pagetext •••1002 link for oncall:2", "done pagetext")
	h = alarmed(t, 2)
	h.c.Channel, h.fail["link"] = hotline.SMS, errors.New("no key")
	h.Do(t.Context(), job("pagetext", 1, "n", "2"))
	h.expect(t, "without", "pagetext •••1002 ", "done pagetext")
}

func TestKeysOfAPage(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		key, word string
		want      dispatch.Verdict
		calls     []string
	}{
		"1 takes and joins":         {"1", "join", dispatch.Join, []string{"attend oncall:1 CApage leg:CApage:1"}},
		"1 for a text acknowledges": {"1", "text", dispatch.ByText, []string{"attend oncall:1 CApage leg:CApage:1"}},
		"1 after somebody else":     {"1", "over", dispatch.Handled, []string{"attend oncall:1 CApage leg:CApage:1"}},
		"2 hears the headline":      {"2", "", dispatch.Headline, nil},
		"3 passes on":               {"3", "", dispatch.Passed, []string{"passon"}},
		"silence passes on":         {"", "", dispatch.Passed, []string{"passon"}},
		"any other key passes on":   {"7", "", dispatch.Passed, []string{"passon"}},
	} {
		h := alarmed(t, 3)
		h.word = c.word
		v, _, err := h.PagePressed(t.Context(), id, 3, "CApage", c.key)
		if v != c.want || err != nil {
			t.Errorf("%s: %s, %v", name, v, err)
		}
		h.expect(t, name, c.calls...)
	}
}

func TestAPageThatHasPassedOnSkipsNobody(t *testing.T) {
	t.Parallel()
	h := alarmed(t, 2)
	for _, key := range []string{"", "3"} {
		if v, _, err := h.PagePressed(t.Context(), id, 1, "CApage", key); v != dispatch.Passed || err != nil {
			t.Errorf("%q: %s, %v", key, v, err)
		}
	}
	for _, status := range []string{"busy", "no-answer", "failed"} {
		if err := h.PageOver(t.Context(), id, 1, "CApage", status); err != nil {
			t.Error(err)
		}
	}
	h.expect(t, "the first page", []string(nil)...)
}

func TestTheEndOfAPage(t *testing.T) {
	t.Parallel()
	for status, want := range map[string][]string{"busy": {"passon"}, "failed": {"passon"}, "no-answer": {"passon"}, "canceled": nil, "completed": nil} {
		h := alarmed(t, 1)
		if err := h.PageOver(t.Context(), id, 1, "CApage", status); err != nil {
			t.Error(err)
		}
		h.expect(t, status, want...)
	}
	h := alarmed(t, 1)
	h.c.State, h.c.CounselorLeg, h.fail["handover"] = hotline.Live, "CApage", hotline.ErrStale
	if err := h.PageOver(t.Context(), id, 1, "CApage", "completed"); err != nil {
		t.Error(err)
	}
	h.expect(t, "the owner's line is lost", "handover", "giveback line-lost epoch 5 head tell")
}

func TestAPageOfACaseThatIsGoneOrAttendedIsHandled(t *testing.T) {
	t.Parallel()
	h := alarmed(t, 1)
	if v, _, err := h.Paged(t.Context(), id); v != dispatch.Gate || err != nil {
		t.Errorf("open: %s, %v", v, err)
	}
	h.c.Emergency.AttendedAt = time.Unix(9_500, 0)
	if v, _, err := h.Paged(t.Context(), id); v != dispatch.Handled || err != nil {
		t.Errorf("attended: %s, %v", v, err)
	}
	h.gone, h.fail["attend"] = true, hotline.ErrNotFound
	if v, _, err := h.Paged(t.Context(), id); v != dispatch.Handled || err != nil {
		t.Errorf("gone: %s, %v", v, err)
	}
	for key, want := range map[string]dispatch.Verdict{"1": dispatch.Handled, "2": dispatch.Handled, "3": dispatch.Passed} {
		if v, _, err := h.PagePressed(t.Context(), id, 1, "CApage", key); v != want || err != nil {
			t.Errorf("gone, %s: %s, %v", key, v, err)
		}
	}
}
