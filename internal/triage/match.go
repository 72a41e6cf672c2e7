package triage

import (
	"strings"

	"github.com/expr-lang/expr"
	"github.com/expr-lang/expr/vm"

	"github.com/tideover/tideover/internal/hotline"
)

// wordy is the length from which an answer is a story, not a choice: words of
// an option inside of it choose nothing.
const wordy = 14

// holds evaluates a condition. One that fails counts as not holding: the
// compiler has checked its types.
func (s *Script) holds(p *vm.Program, env map[string]any) bool {
	got, err := expr.Run(p, env)
	yes, ok := got.(bool)
	return err == nil && ok && yes
}

// offered reports whether an option exists for this caller now.
func (s *Script) offered(o *option, ses Session, facts Facts) bool { return s.offers(ses, facts)(o) }

// offers is the same for all options of a question: what conditions see is
// gathered once, and only if there is a condition.
func (s *Script) offers(ses Session, facts Facts) func(*option) bool {
	var env map[string]any
	return func(o *option) bool {
		if o.only != "" && o.only != ses.Channel || o.more && ses.Vars[moreVar] == "" {
			return false
		}
		if o.when == nil {
			return true
		}
		if env == nil {
			env = s.env(ses, facts)
		}
		return s.holds(o.when, env)
	}
}

// byKey finds the option of a key.
func (r *run) byKey(options []*option, key string) *option {
	offered := r.s.offers(r.ses, r.facts)
	for _, o := range options {
		if o.key == key && offered(o) {
			return o
		}
	}
	return nil
}

// byWords finds the one option that the words mean. Where an answer decides
// about safety (strict), the harmless answer must be all that was said: "no
// one is safe here" is not a no.
func (r *run) byWords(options []*option, words []string, strict bool) (found *option, whole bool) {
	said := bare(words)
	if len(said) == 0 {
		return nil, false
	}
	offered := r.s.offers(r.ses, r.facts)
	for _, o := range options {
		if !offered(o) {
			continue
		}
		for _, phrase := range o.said {
			if repeats(words, phrase) || repeats(said, phrase) || said[0] == o.key && repeats(said[1:], phrase) {
				return o, true
			}
		}
	}
	if len(words) > wordy {
		return nil, false
	}
	longest, twice := 0, false
	for _, o := range options {
		if !offered(o) {
			continue
		}
		for _, phrase := range o.said {
			if !contains(words, phrase) {
				continue
			}
			switch {
			case len(phrase) > longest:
				found, longest, twice = o, len(phrase), false
			case len(phrase) == longest && o != found:
				twice = true
			}
		}
	}
	if twice || found != nil && strict && found.risk == 0 {
		return nil, false
	}
	return found, false
}

// spelled are digits as they are spoken.
var spelled = map[string]string{
	"zero": "0", "one": "1", "two": "2", "three": "3", "four": "4", "five": "5", "six": "6", "seven": "7", "eight": "8",
	"nine": "9", "cero": "0", "uno": "1", "dos": "2", "tres": "3", "cuatro": "4", "cinco": "5", "seis": "6", "siete": "7", "ocho": "8",
	"nueve": "9",
}

// digits joins what was spoken or typed as digits; empty if there is anything
// else.
func digits(words []string) string {
	var all strings.Builder
	for _, w := range words {
		switch {
		case digitsOnly(w):
			all.WriteString(w)
		case spelled[w] != "":
			all.WriteString(spelled[w])
		default:
			return ""
		}
	}
	return all.String()
}

// number finds one number of exactly n digits among words, so that "my zip is
// 90012" is an answer.
func number(words []string, n int) string {
	if d := digits(words); len(d) == n {
		return d
	}
	var run []string
	found, times := "", 0
	for i := 0; i <= len(words); i++ {
		if i < len(words) && digits(words[i:i+1]) != "" {
			run = append(run, words[i])
			continue
		}
		if d := digits(run); len(d) == n {
			found = d
			times++
		}
		run = run[:0]
	}
	if times != 1 {
		return ""
	}
	return found
}

// recognise tells the language by the words that are common in it; empty if
// it cannot.
func (s *Script) recognise(words []string) hotline.Lang {
	var best hotline.Lang
	most, tie := 0, false
	for _, lang := range s.langs {
		n := 0
		for _, w := range words {
			if s.hear[lang][w] {
				n++
			}
		}
		switch {
		case n > most:
			best, most, tie = lang, n, false
		case n == most && n > 0:
			tie = true
		}
	}
	if tie {
		return ""
	}
	return best
}
