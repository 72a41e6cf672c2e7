package console

import (
	"strings"
	"time"

	"github.com/tideover/tideover/internal/hotline"
)

// callbackJSON is what was promised to whoever is to be called.
type callbackJSON struct {
	Due     *string        `json:"due"`     // the next attempt is not before
	ToldBy  *string        `json:"told_by"` // the time that the caller was told
	Number  string         `json:"number"`  // masked
	Tries   int            `json:"attempts"`
	Last    string         `json:"last_attempt"` // what became of it
	Safe    bool           `json:"safe_to_call"`
	Message bool           `json:"safe_to_leave_message"`
	Neutral string         `json:"neutral_words"` // who calls, if somebody else answers; empty: nothing
	Window  hotline.Window `json:"window"`
	Alert   string         `json:"alert"`
}

func (k *Console) callbackOf(c hotline.Case, lang hotline.Lang) *callbackJSON {
	p := c.Callback
	if p == nil || p.Given.IsZero() {
		return nil
	}
	out := &callbackJSON{
		Due: stamp(p.Next), ToldBy: stamp(p.By), Number: c.Dial().Masked(), Tries: p.Attempts, Last: attempted(p.Last), Safe: p.Safe, Message: p.Message,
		Window: window(p.Window), Alert: p.Alert,
	}
	if p.Name != "" {
		out.Neutral = k.pages.say("name."+p.Name, lang)
	}
	return out
}

// window is the part of the day; "any" where none was named.
func window(w hotline.Window) hotline.Window {
	if w == "" {
		return "any"
	}
	return w
}

// attempted is what became of an attempt, as the API says it.
func attempted(code string) string {
	word, ours := strings.CutPrefix(code, "cb-")
	if code != "" && !ours { // the time to answer was over
		return "no-answer"
	}
	return word
}

// promiseJSON is a callback whose time that was told is near, or over.
type promiseJSON struct {
	Case   hotline.CaseID `json:"case_id"`
	Band   hotline.Band   `json:"band"`
	ToldBy *string        `json:"told_by"`
	Alert  string         `json:"alert"` // soon, broken
}

// pressing are the promises that somebody has to look at, by the time that was
// told.
func pressing(q hotline.Queue) []hotline.Case {
	var all []hotline.Case
	for _, c := range q.Cases {
		if c.State == hotline.Promised && c.Callback != nil && c.Callback.Alert != "" && c.Callback.Attempts == 0 {
			all = append(all, c)
		}
	}
	return all
}

func promisesOf(q hotline.Queue) []promiseJSON {
	out := []promiseJSON{}
	for _, c := range pressing(q) {
		out = append(out, promiseJSON{Case: c.ID, Band: c.Band, ToldBy: stamp(c.Callback.By), Alert: c.Callback.Alert})
	}
	return out
}

// promiseView is the same on the board.
type promiseView struct{ Case, Band, Caller, ToldBy, ToldByShort, Alert string }

func promiseViews(q hotline.Queue) []promiseView {
	var out []promiseView
	for _, c := range pressing(q) {
		out = append(out, promiseView{
			Case: string(c.ID), Band: c.Band.String(), Caller: c.Caller.Masked(), ToldBy: stampText(c.Callback.By), ToldByShort: hourOf(c.Callback.By),
			Alert: "promise." + c.Callback.Alert,
		})
	}
	return out
}

// callbackView is what a counselor has to know before they call.
type callbackView struct {
	Number, Name, Window, Last    string // keys of words, but for the number
	Due, DueShort, By, ByShort    string
	Tries                         int
	Safe, Message, Waits, Overdue bool
}

func callbackOn(c hotline.Case, now time.Time) *callbackView {
	p := c.Callback
	if p == nil || p.Given.IsZero() {
		return nil
	}
	out := &callbackView{
		Number: c.Dial().Masked(), Name: "name.none", Window: "window." + string(window(p.Window)), Tries: p.Attempts, Safe: p.Safe, Message: p.Message,
		Due: stampText(p.Next), DueShort: hourOf(p.Next), By: stampText(p.By), ByShort: hourOf(p.By), Waits: c.State == hotline.Promised && p.Next.After(now),
		Overdue: p.Alert != "" && p.Attempts == 0,
	}
	if p.Name != "" {
		out.Name = "name." + p.Name
	}
	if p.Last != "" {
		out.Last = "attempt." + attempted(p.Last)
	}
	return out
}
