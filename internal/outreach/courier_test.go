package outreach_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/tideover/tideover/internal/hotline"
	"github.com/tideover/tideover/internal/outreach"
)

var noon = time.Date(2026, 11, 24, 20, 0, 0, 0, time.UTC)

// world is a store and a phone that record.
type world struct {
	sign outreach.SignUp
	of   outreach.Group
	duty outreach.Duty
	gone bool
	sent []string // texts
	went bool     // what SentSince finds
	fail error    // of Send
	kept []string // what the store was told
}

func (w *world) SignUp(context.Context, string, string) (outreach.SignUp, outreach.Group, error) {
	if w.gone {
		return outreach.SignUp{}, outreach.Group{}, hotline.ErrNotFound
	}
	return w.sign, w.of, nil
}

func (w *world) Duty(context.Context, string) (outreach.Duty, error) {
	if w.gone {
		return outreach.Duty{}, hotline.ErrNotFound
	}
	return w.duty, nil
}

func (w *world) CheckInSent(_ context.Context, id, why string) error {
	w.kept = append(w.kept, "sent "+id+" "+why)
	return nil
}

func (w *world) CheckInOver(_ context.Context, id string) error {
	w.kept = append(w.kept, "over "+id)
	return hotline.ErrNotFound
}

func (w *world) OptOut(_ context.Context, _ hotline.Number, out bool) error {
	w.kept = append(w.kept, fmt.Sprint("optout ", out))
	return nil
}

func (w *world) Send(_ context.Context, _ hotline.Number, text, _ string) error {
	if w.fail == nil {
		w.sent = append(w.sent, text)
	}
	return w.fail
}

func (w *world) SentSince(context.Context, hotline.Number, string, time.Time) (bool, error) {
	return w.went, nil
}

func words(what string, lang hotline.Lang, g outreach.Group) string {
	return what + " in " + string(lang) + " " + g.ID
}

func courier(texts bool) (*outreach.Courier, *world) {
	w := &world{
		sign: outreach.SignUp{Group: "g1", Caller: hotline.CallerNumber("+14155550123"), Lang: "es", State: outreach.Seated},
		of:   outreach.Group{ID: "g1", At: noon.Add(24 * time.Hour)},
		duty: outreach.Duty{ID: "d1", Kind: outreach.CheckIn, State: outreach.Planned, Caller: hotline.CallerNumber("+14155550123"), Lang: "en"},
	}
	return outreach.NewCourier(w, w, words, texts), w
}

func notice(what string) hotline.Due {
	return hotline.Due{Kind: "notice", Try: 1, Now: noon, Args: map[string]string{
		"group": "g1", "who": "w", "what": what, "at": fmt.Sprint(noon.Add(24 * time.Hour).UnixMilli()),
	}}
}

func TestATextAboutAGroupIsSentIfItIsStillSo(t *testing.T) {
	t.Parallel()
	cases := map[string]struct {
		what   string
		change func(*world)
		want   []string
	}{
		"a seat":                               {outreach.TextSeated, nil, []string{"seated in es g1"}},
		"a seat that was given up":             {outreach.TextSeated, func(w *world) { w.sign.State = outreach.Left }, nil},
		"a reminder":                           {outreach.TextSoon, nil, []string{"soon in es g1"}},
		"a reminder of another time":           {outreach.TextSoon, func(w *world) { w.of.At = w.of.At.Add(time.Hour) }, nil},
		"a reminder, called off":               {outreach.TextSoon, func(w *world) { w.of.Cancelled = true }, nil},
		"a reminder after the beginning":       {outreach.TextSoon, func(w *world) { w.of.At = noon }, nil},
		"a reminder, not seated":               {outreach.TextSoon, func(w *world) { w.sign.State = outreach.Listed }, nil},
		"called off":                           {outreach.TextOff, func(w *world) { w.of.Cancelled = true }, []string{"off in es g1"}},
		"moved":                                {outreach.TextMoved, nil, []string{"moved in es g1"}},
		"moved, who waits gets no address":     {outreach.TextMoved, func(w *world) { w.sign.State = outreach.Listed }, []string{"listed in es g1"}},
		"opted out":                            {outreach.TextSeated, func(w *world) { w.sign.OptedOut = true }, nil},
		"no number":                            {outreach.TextSeated, func(w *world) { w.sign.Caller = hotline.Number{} }, nil},
		"nothing known any more":               {outreach.TextSeated, func(w *world) { w.gone = true }, nil},
		"the carrier says that they opted out": {outreach.TextSeated, func(w *world) { w.fail = hotline.ErrOptedOut }, nil},
		"the carrier refuses":                  {outreach.TextSeated, func(w *world) { w.fail = hotline.ErrRefused }, nil},
		"a text of unknown kind":               {"poem", nil, nil},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c, w := courier(true)
			if tc.change != nil {
				tc.change(w)
			}
			if err := c.Notice(t.Context(), notice(tc.what)); err != nil || !slices.Equal(w.sent, tc.want) {
				t.Errorf("sent %q (%v), want %q", w.sent, err, tc.want)
			}
			if told := slices.Contains(w.kept, "optout true"); told != errors.Is(w.fail, hotline.ErrOptedOut) {
				t.Errorf("the store was told %v", w.kept)
			}
		})
	}
}

func TestASecondTrySendsOnlyWhatDidNotGoOut(t *testing.T) {
	t.Parallel()
	for _, went := range []bool{true, false} {
		c, w := courier(true)
		w.went = went
		d := notice(outreach.TextSoon)
		d.Try = 2
		if err := c.Notice(t.Context(), d); err != nil || (len(w.sent) == 0) != went {
			t.Errorf("went %v: sent %q, %v", went, w.sent, err)
		}
	}
}

func TestTheCarriersTroubleIsForTheDueLoop(t *testing.T) {
	t.Parallel()
	for _, err := range []error{hotline.ErrLineBusy, hotline.ErrUnknown} {
		c, w := courier(true)
		w.fail = err
		if got := c.Notice(t.Context(), notice(outreach.TextSoon)); !errors.Is(got, err) {
			t.Errorf("notice: %v, want %v", got, err)
		}
		if got := c.CheckIn(t.Context(), checkIn()); !errors.Is(got, err) || len(w.kept) != 0 {
			t.Errorf("check-in: %v, want %v; the store was told %v", got, err, w.kept)
		}
	}
}

func checkIn() hotline.Due {
	return hotline.Due{Kind: "checkin", Try: 1, Now: noon, Args: map[string]string{"duty": "d1"}}
}

func TestACheckInIsSentOrSaidToBeNot(t *testing.T) {
	t.Parallel()
	cases := map[string]struct {
		change func(*world)
		sent   int
		kept   []string
	}{
		"planned":               {nil, 1, []string{"sent d1 "}},
		"sent already":          {func(w *world) { w.duty.State = outreach.Sent }, 0, nil},
		"done":                  {func(w *world) { w.duty.State = outreach.Done }, 0, nil},
		"nothing known":         {func(w *world) { w.gone = true }, 0, nil},
		"opted out":             {func(w *world) { w.duty.OptedOut = true }, 0, []string{"sent d1 opted-out"}},
		"opted out, by carrier": {func(w *world) { w.fail = hotline.ErrOptedOut }, 0, []string{"optout true", "sent d1 opted-out"}},
		"refused":               {func(w *world) { w.fail = hotline.ErrRefused }, 0, []string{"sent d1 not-sent"}},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c, w := courier(true)
			if tc.change != nil {
				tc.change(w)
			}
			if err := c.CheckIn(t.Context(), checkIn()); err != nil || len(w.sent) != tc.sent || !slices.Equal(w.kept, tc.kept) {
				t.Errorf("sent %q, kept %q, %v", w.sent, w.kept, err)
			}
		})
	}
	c, w := courier(true)
	if err := c.CheckInOver(t.Context(), checkIn()); err != nil || !slices.Equal(w.kept, []string{"over d1"}) {
		t.Errorf("over: %v %v", w.kept, err)
	}
}

func TestWithTextsOffNothingIsSentAndAPersonIsAskedInstead(t *testing.T) {
	t.Parallel()
	c, w := courier(false)
	if err := c.Notice(t.Context(), notice(outreach.TextSeated)); err != nil {
		t.Error(err)
	}
	if err := c.CheckIn(t.Context(), checkIn()); err != nil {
		t.Error(err)
	}
	if len(w.sent) != 0 || !slices.Equal(w.kept, []string{"sent d1 not-sent"}) {
		t.Errorf("sent %q, kept %q", w.sent, w.kept)
	}
}
