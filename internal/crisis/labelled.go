package crisis

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"strings"
)

// Labelled is a text and what people say it is. Also is a second level that
// they would accept, where they did not agree.
type Labelled struct {
	ID      string `json:"id"`
	Lang    string `json:"lang"`
	Stratum string `json:"stratum"`
	Level   int    `json:"level"`
	Also    *int   `json:"also"`
	Text    string `json:"text"`
}

// lowest and highest are the levels that count as right.
func (l Labelled) lowest() int {
	if l.Also != nil {
		return min(l.Level, *l.Also)
	}
	return l.Level
}

func (l Labelled) highest() int {
	if l.Also != nil {
		return max(l.Level, *l.Also)
	}
	return l.Level
}

// ReadLabelled reads JSON lines.
func ReadLabelled(r io.Reader) ([]Labelled, error) {
	in := bufio.NewScanner(r)
	in.Buffer(make([]byte, 0, 64<<10), 4<<20)
	var all []Labelled
	for n := 1; in.Scan(); n++ {
		if len(in.Bytes()) == 0 {
			continue
		}
		var l Labelled
		if err := json.Unmarshal(in.Bytes(), &l); err != nil {
			return nil, fmt.Errorf("line %d: want {\"id\":…,\"lang\":…,\"stratum\":…,\"level\":0-3,\"text\":…}", n)
		}
		if l.Level < None || l.Level > Act || l.Text == "" {
			return nil, fmt.Errorf("line %d: want a level of 0 to 3 and a text", n)
		}
		all = append(all, l)
	}
	if err := in.Err(); err != nil {
		return nil, fmt.Errorf("labelled texts: %w", err)
	}
	return all, nil
}

// Share is so many of so many.
type Share struct{ Of, All int }

func (s *Share) count(hit bool) {
	s.All++
	if hit {
		s.Of++
	}
}

// Rate is the share as a number; of nothing it is 0.
func (s Share) Rate() float64 {
	if s.All == 0 {
		return 0
	}
	return float64(s.Of) / float64(s.All)
}

// Tally is how a detector did. A text that two levels fit is missed only if
// the lower one is, and a false alarm only if neither allows one.
type Tally struct {
	Urgent Share // level 2 or 3, and found below 2
	Missed Share // level 1 to 3, and not found at all
	False  Share // level 0, and found
}

func (t *Tally) count(l Labelled, level int) {
	if l.lowest() >= Urgent {
		t.Urgent.count(level < Urgent)
	}
	if l.lowest() >= Look {
		t.Missed.count(level < Look)
	}
	if l.highest() == None {
		t.False.count(level > None)
	}
}

// Way is one way to screen.
type Way struct {
	Name  string
	level func(text string) int
}

// Ways are those that are compared: ours last.
func (d *Detector) Ways() []Way {
	return []Way{
		{"plain word list", d.plainList},
		{"rules alone", func(text string) int { out, _ := d.byRules(&work{}, text); return out.Level }},
		{"rules and linear stage", func(text string) int { return d.Screen(text).Level }},
	}
}

// Measure tells how a way does on the texts that are chosen.
func (w Way) Measure(texts []Labelled, chosen func(Labelled) bool) Tally {
	var t Tally
	for _, l := range texts {
		if chosen(l) {
			t.count(l, w.level(l.Text))
		}
	}
	return t
}

// plainWords are what a list without rules would hold.
const plainWords = "suicid kill die dead death dying overdose pills gun knife rope razor cut hurt harm hang shoot jump bridge goodbye worthless hopeless burden voices " +
	"matar matarme morir morirme muert muero sobredosis pastilla pistola cuchillo soga navaja cort lastim daño colgar ahorc aventar puente adios despedi carga voces estorbo"

// plainList finds a text urgent that holds one of the plain words.
func (d *Detector) plainList(text string) int {
	for word := range strings.FieldsSeq(folded(text)) {
		word = strings.Trim(word, ".,;:!?¡¿\"'()…-")
		for plain := range strings.FieldsSeq(folded(plainWords)) {
			if strings.HasPrefix(word, plain) {
				return Urgent
			}
		}
	}
	return None
}
