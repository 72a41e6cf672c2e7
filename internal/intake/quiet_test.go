package intake_test

import (
	"regexp"
	"strconv"
	"testing"

	"pgregory.net/rapid"

	"github.com/tideover/tideover/internal/hotline"
	"github.com/tideover/tideover/internal/intake"
	"github.com/tideover/tideover/internal/triage"
)

// telling are words that tell what this line is, to whoever stands beside the
// phone or reads it later.
var telling = map[hotline.Lang]*regexp.Regexp{
	hotline.English: regexp.MustCompile(`(?i)suicid|crisis|danger|emergenc|counsel|volunteer|therap|psych|hotline|help|support|strike|9 ?1 ?1|9 ?8 ?8|2 ?1 ?1|` +
		`medic|pill|refill|pharmac|prescri|appointment|visit|health|mental|\bplan|rights|complain|group|hurt|kill|safe|abus|police|tideover|call you back|reporter|patient`),
	hotline.Spanish: regexp.MustCompile(`(?i)suicid|crisis|peligro|emergenc|consejer|voluntari|terap|psic|psiq|línea de|ayuda|apoyo|huelga|9 ?1 ?1|9 ?8 ?8|2 ?1 ?1|` +
		`medic|pastilla|receta|farmac|\bcita|salud|mental|\bplan|derecho|queja|grupo|daño|lastim|matar|segur|abus|policía|tideover|devolver|llamaremos|periodista|paciente`),
}

func TestTheListOfTellingWordsFindsWhatIsSaidToEverybodyElse(t *testing.T) {
	t.Parallel()
	s, err := script()
	if err != nil {
		t.Fatal(err)
	}
	for lang, words := range telling {
		for _, id := range []triage.PhraseID{
			triage.Intro, triage.Goodbye, triage.HoldKeys, triage.HoldNobody, triage.HoldClaimed, triage.HoldEmergency, triage.CounselorLost, triage.TextWaiting,
			triage.TextEmergency, triage.TextClaimed, triage.TextLost, triage.TextEnd, triage.TextHelp, triage.Failing, triage.FailingDanger, triage.Fallback,
		} {
			for _, ch := range []hotline.Channel{hotline.Voice, hotline.SMS} {
				if text := s.Phrase(id, lang, ch); !words.MatchString(text) {
					t.Errorf("%s (%s, %s) tells nothing: %q", id, lang, ch, text)
				}
			}
		}
	}
}

// mustTellNothing checks a document that is heard or read while quiet.
func mustTellNothing(t *rapid.T, after string, r intake.Reply) {
	for _, l := range r.Lines {
		for _, words := range telling {
			if found := words.FindString(l.Text); found != "" {
				t.Fatalf("after %s: %q tells, in %q", after, found, l.Text)
			}
		}
	}
	if r.Kind == intake.Listen && r.Speech {
		t.Fatalf("after %s: words are listened for", after)
	}
	if r.Kind != intake.Texts && !r.Next.Hush {
		t.Fatalf("after %s: the next request would not know that the caller cannot talk", after)
	}
}

// quietCalls are ways to a place from which a caller goes quiet; the last act
// is "#" or the words for it.
var quietCalls = [][]string{
	{"#"},
	{"1", "#"},
	{"2", "#"},
	{"1", "2", "#"},
	{"2", "2", "#"},
	{"1", "can't talk"},
	{"2", "2", "no puedo hablar"},
	{"1", "2", "2", "#"},
	{"2", "2", "1", "1", "#"},
	{"1", "2", "3", "#"},
	{"2", "2", "3", "#"},
	{"1", "3", "#"},
	{"2", "9", "#"},
	{"1", "9", "", "", "#"},
	{"1", "2", "4", "#"},
	{"2", "2", "6", "#"},
	{"1", "2", "6", "2", "#"},
	{"1", "I can't go on", "#"},
	{"1", "2", "3", "1", "#"},
}

func TestNoTellingWordIsHeardByWhoeverCannotTalk(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(rt *rapid.T) {
		d := newDesk(t)
		d.facts.Counselors, d.facts.Open = rapid.IntRange(0, 1).Draw(rt, "counselors"), rapid.Bool().Draw(rt, "open")
		var r intake.Reply
		way := rapid.SampledFrom(quietCalls).Draw(rt, "way")
		r = d.call()
		for _, k := range way {
			if len(k) > 1 {
				r = d.read(d.Answer(t.Context(), at(r), spoken(k)))
				continue
			}
			r = d.press(r, k)
		}
		mustTellNothing(rt, "going quiet", r)
		c := d.only()
		if c.State == hotline.Triage || c.Band > hotline.Urgent {
			rt.Fatalf("whoever cannot talk has no urgent place: %v, %v", c.State, c.Band)
		}
		for i := range rapid.IntRange(1, 10).Draw(rt, "acts") {
			c.Place = rapid.IntRange(0, 12).Draw(rt, "place")
			act := rapid.SampledFrom([]string{"0", "1", "2", "3", "7", "8", "9", "*", "#", "", "claim", "give back", "join", "dial over", "lost", "bye"}).Draw(rt, "act")
			move := func(name string) intake.Reply {
				m := at(r)
				m.Name, m.Turn = name+"-"+strconv.Itoa(i), 0
				return d.read(d.Moved(t.Context(), m))
			}
			switch act {
			case "claim":
				c.State = hotline.Claimed
			case "give back":
				c.State = hotline.Waiting
			case "join":
				c.State, c.Room = hotline.Live, "room"
				r = move("join")
			case "dial over":
				m := at(r)
				m.Name = "join-" + strconv.Itoa(i)
				r = d.read(d.AfterDial(t.Context(), m))
			case "lost":
				c.State = hotline.Waiting
				r = move("back")
			case "bye":
				c.State = hotline.Closed
				r = move("bye")
				mustTellNothing(rt, act, r)
				if r.Kind != intake.Hangup || len(r.Lines) == 0 {
					rt.Fatalf("the end says %+v", r)
				}
				return
			default:
				if c.State == hotline.Live {
					continue
				}
				r = d.press(r, act)
			}
			mustTellNothing(rt, act, r)
		}
	})
}

func TestNoTellingWordIsReadByWhoeverCannotTalk(t *testing.T) {
	t.Parallel()
	ways := [][]string{
		{"can't talk"},
		{"#"},
		{"No puedo hablar"},
		{"hello", "1", "i cant talk"},
		{"hello there, I need help", "#"},
		{"hola, necesito ayuda", "2", "ahora no puedo hablar"},
		{"hello there, I need help", "2", "3", "#"},
		{"hola, necesito ayuda", "2", "2", "1", "#"},
		{"hello there, I need help", "3", "#"},
		{"crisis", "1", "#"},
	}
	texts := []string{
		"0", "1", "2", "3", "7", "9", "*", "#", "menu", "person", "persona", "crisis", "Crisis!", "911", "988", "emergency", "repeat", "hello?", "yes", "sí", "no", "wrong number",
		"for someone else", "soy periodista", "I want to die", "I am going to kill myself", "me voy a matar", "I can't go on", "ya no puedo más", "HELP", "info", "leave group", "volunteer", "",
	}
	rapid.Check(t, func(rt *rapid.T) {
		d := newDesk(t)
		d.facts.Open = rapid.Bool().Draw(rt, "open")
		var r intake.Reply
		for _, words := range rapid.SampledFrom(ways).Draw(rt, "way") {
			r = d.text(words)
		}
		mustTellNothing(rt, "going quiet", r)
		c := d.only()
		for range rapid.IntRange(1, 8).Draw(rt, "texts") {
			c.Place = rapid.IntRange(0, 12).Draw(rt, "place")
			if next := rapid.SampledFrom([]hotline.State{c.State, c.State, hotline.Waiting, hotline.Claimed, hotline.Live}).Draw(rt, "state"); c.State.Open() {
				c.State = next
			}
			words := rapid.SampledFrom(texts).Draw(rt, "text")
			r = d.send(intake.Text{From: number(texter), Body: words, Media: words == ""})
			mustTellNothing(rt, words, r)
		}
	})
}

func TestNineStillPagesWhileQuiet(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	r := d.press(d.call(), "1", "#", "9")
	if c := d.only(); c.Band != hotline.Emergency || c.Emergency.OpenedAt.IsZero() || c.Risk != 3 {
		t.Errorf("9 while quiet: %+v", c)
	}
	says(t, r, "Stay with me")
	by := newDesk(t)
	by.text("hello there, I need help")
	by.text("can't talk")
	says(t, by.text("crisis"), "Stay with me")
	if c := by.only(); c.Band != hotline.Emergency || c.Emergency.OpenedAt.IsZero() {
		t.Errorf("crisis while quiet: %+v", c)
	}
}

func TestAStoreThatLostItsDataStillKnowsWhoCannotTalk(t *testing.T) {
	t.Parallel()
	for keys, band := range map[string]hotline.Band{"1": hotline.Emergency, "2": hotline.Urgent} {
		d := newDesk(t)
		r := d.press(d.call(), "2", "#", keys)
		c := *d.only()
		now := newDesk(t)
		now.era = "era-2"
		if r = now.press(r, "0"); r.Kind != intake.Hold || !r.Next.Hush {
			t.Fatalf("key %s: taken up as %+v", keys, r)
		}
		for _, l := range r.Lines {
			if telling[hotline.Spanish].MatchString(l.Text) {
				t.Errorf("key %s: %q", keys, l.Text)
			}
		}
		again := now.only()
		if again.ID != c.ID || again.Band != band || len(again.Answers) == 0 {
			t.Errorf("key %s: taken up as %+v", keys, again)
		}
		now.press(r, "1")
		if got := now.only(); got.Band != band {
			t.Errorf("key %s: 1 in the waiting loop made it %v", keys, got.Band)
		}
	}
}

func TestWhileQuietNobodyIsCalledBackOrTexted(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	d.press(d.call(), "1", "2", "3", "#", "2", "1", "2")
	if c := d.only(); c.State != hotline.Waiting {
		t.Errorf("state %v", c.State)
	}
	for _, turn := range d.turns {
		for _, e := range turn.Effects {
			_, texted := e.(triage.SendText)
			_, promised := e.(triage.Promise)
			if texted || promised {
				t.Errorf("turn %d: %+v", turn.N, e)
			}
		}
	}
}

func TestStarTwiceSlowsAllThatFollowsAlsoWhileWaiting(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	if r := d.press(d.call(), "1", "*"); r.Slow {
		t.Error("one star slows already")
	}
	r := d.press(d.call(), "1", "*", "*")
	for _, k := range []string{"2", "3", "0", "*", ""} {
		if r = d.press(r, k); !r.Slow {
			t.Errorf("after %q: %q at the usual speed", k, words(r))
		}
	}
	c := d.only()
	c.State, c.Room = hotline.Live, "room"
	m := at(r)
	m.Name, m.Turn = "join-5", 0
	if joined := d.read(d.Moved(t.Context(), m)); !joined.Slow {
		t.Errorf("%q at the usual speed", words(joined))
	}
}
