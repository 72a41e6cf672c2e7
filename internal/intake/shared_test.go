package intake_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/tideover/tideover/internal/hotline"
	"github.com/tideover/tideover/internal/intake"
)

// firstContacts are what somebody did on a phone before somebody else takes
// it. Each is over when it returns.
var firstContacts = map[string]func(d *desk){
	"a thread in Spanish, with a place and a need, ended by itself": func(d *desk) {
		for _, words := range []string{"hola, necesito ayuda", "2", "5", "95301", "3", "1", "1", "1", "2", "2", "2", "1", "2"} {
			d.text(words)
		}
		if d.only().State != hotline.Closed {
			panic("the thread is not over: " + d.only().State)
		}
	},
	"a thread with words of danger, closed by a counselor": func(d *desk) {
		d.text("hola, me voy a matar")
		d.text("1")
		d.only().State = hotline.Closed
	},
	"a thread of somebody who could not talk, closed": func(d *desk) {
		d.text("no puedo hablar")
		d.only().State = hotline.Closed
	},
	"a thread that was stopped and allowed again": func(d *desk) {
		d.text("hola, necesito ayuda")
		d.text("STOP")
		d.text("START")
		d.only().State = hotline.Closed
	},
	"a call in Spanish, over": func(d *desk) {
		d.press(d.call(), "2", "2", "2", "1")
		d.only().State = hotline.Closed
	},
	"a call in Spanish that was promised a callback": func(d *desk) {
		d.press(d.call(), "2", "2", "3", "1", "1", "1", "1", "1", "1")
		if d.only().State != hotline.Promised {
			panic("nothing was promised: " + d.only().State)
		}
	},
	"a call back that was kept": func(d *desk) {
		d.press(d.call(), "2", "2", "3", "1", "1", "1", "1", "1", "1")
		d.only().State = hotline.Closed
	},
}

// secondCall is somebody else on the same phone, who calls.
func (d *desk) secondCall(keys ...string) []string {
	r := d.read(d.Begin(d.t.Context(), intake.Mark{Leg: other, From: number(texter)}))
	heard := []string{words(r)}
	for _, k := range keys {
		m := r.Next
		m.Leg, m.From = other, number(texter)
		in := key(k)
		if k == "" {
			in = silence
		}
		r = d.read(d.Answer(d.t.Context(), m, in))
		heard = append(heard, words(r))
	}
	return heard
}

func (d *desk) secondThread(texts ...string) []string {
	var read []string
	for _, body := range texts {
		read = append(read, words(d.text(body)))
	}
	return read
}

// Whoever takes a phone after somebody else hears and reads, word by word,
// what a phone hears and reads that has never been in touch with the line.
func TestAContactRevealsNothingOfAnEarlierOneOnTheSamePhone(t *testing.T) {
	t.Parallel()
	seconds := map[string]func(d *desk) []string{
		"calls, and chooses nothing":   func(d *desk) []string { return d.secondCall("", "", "") },
		"calls, in English":            func(d *desk) []string { return d.secondCall("1", "2", "5", "*", "7") },
		"calls about medicine":         func(d *desk) []string { return d.secondCall("1", "2", "2", "3", "2", "*") },
		"calls for a person":           func(d *desk) []string { return d.secondCall("0", "0") },
		"texts, in no language":        func(d *desk) []string { return d.secondThread("...", "1", "2") },
		"texts, in English":            func(d *desk) []string { return d.secondThread("hello there, I need help", "2", "5", "no", "3") },
		"texts a word of the carrier":  func(d *desk) []string { return d.secondThread("INFO", "...", "2") },
		"gives up a seat in no group":  func(d *desk) []string { return d.secondThread("leave group", "...") },
		"texts that they cannot talk":  func(d *desk) []string { return d.secondThread("can't talk", "2") },
		"texts to somebody of the day": func(d *desk) []string { return d.secondThread("are you still there? who is this") },
	}
	for was, first := range firstContacts {
		for is, second := range seconds {
			t.Run(was+", then somebody "+is, func(t *testing.T) {
				t.Parallel()
				used, fresh := newDesk(t), newDesk(t)
				first(used)
				before := len(used.turns)
				got, want := second(used), second(fresh)
				if !slices.Equal(got, want) {
					t.Errorf("the used phone gets\n%s\na new one\n%s", strings.Join(got, "\n---\n"), strings.Join(want, "\n---\n"))
				}
				for _, turn := range used.turns[before:] {
					if c := used.cases[turn.Case]; len(c.Answers) != len(fresh.newest().Answers) || c.Risk != fresh.newest().Risk {
						t.Errorf("answers %v and risk %d of somebody else go with the contact", c.Answers, c.Risk)
					}
				}
			})
		}
	}
}

// newest is the case that was touched last.
func (d *desk) newest() *hotline.Case { return d.cases[d.turns[len(d.turns)-1].Case] }

func TestTheLanguageOfAThreadThatIsOverIsNotAssumed(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	for _, body := range []string{"hola, necesito ayuda", "2", "STOP"} {
		d.text(body)
	}
	d.only().State = hotline.Closed
	if said := words(d.text("hello")); said != "" {
		t.Errorf("texted against a STOP: %q", said)
	}
	back := d.text("START")
	var langs []hotline.Lang
	for _, l := range back.Lines {
		langs = append(langs, l.Lang)
	}
	if !slices.Equal(langs, []hotline.Lang{hotline.English, hotline.Spanish}) {
		t.Errorf("languages %v: %q", langs, words(back))
	}
	for _, again := range []string{"back", "again", "otra vez", "de nuevo", "regres"} {
		if strings.Contains(strings.ToLower(words(back)), again) {
			t.Errorf("%q tells that there was a contact before: %q", again, words(back))
		}
	}
}
