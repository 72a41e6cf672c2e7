package crisis

import (
	"fmt"
	"math"
	"slices"
	"strings"
)

// Table shows how the ways do, in Markdown: first by language, then ours and
// the plain list by stratum.
func (d *Detector) Table(texts []Labelled) string {
	var b strings.Builder
	ways := d.Ways()
	b.WriteString("| language | way | urgent missed | all missed | false alarms | alarms in 100 contacts, 5 of them real | … 23 of them real |\n|---|---|---|---|---|---|---|\n")
	for _, lang := range []string{"en", "es"} {
		for _, w := range ways {
			t := w.Measure(texts, func(l Labelled) bool { return l.Lang == lang })
			fmt.Fprintf(&b, "| %s | %s | %s | %s | %s | %.0f | %.0f |\n", lang, w.Name, t.Urgent, t.Missed, t.False, t.alarms(0.05), t.alarms(0.23))
		}
	}
	b.WriteString("\n| stratum | language | urgent missed | all missed | false alarms | plain list: missed | plain list: false alarms |\n|---|---|---|---|---|---|---|\n")
	seen := map[string]bool{}
	var strata []string
	for _, l := range texts {
		if !seen[l.Stratum] {
			seen[l.Stratum] = true
			strata = append(strata, l.Stratum)
		}
	}
	slices.Sort(strata)
	plain, ours := ways[0], ways[len(ways)-1]
	for _, s := range strata {
		for _, lang := range []string{"en", "es", "mix"} {
			here := func(l Labelled) bool { return l.Stratum == s && l.Lang == lang }
			t, p := ours.Measure(texts, here), plain.Measure(texts, here)
			if t.Missed.All+t.False.All > 0 {
				fmt.Fprintf(&b, "| %s | %s | %s | %s | %s | %s | %s |\n", s, lang, t.Urgent, t.Missed, t.False, p.Missed.short(), p.False.short())
			}
		}
	}
	return b.String()
}

// alarms is how many of a hundred contacts are raised if a share of them is in
// need.
func (t Tally) alarms(share float64) float64 {
	return 100 * (share*(1-t.Missed.Rate()) + (1-share)*t.False.Rate())
}

// String gives the share with its Wilson 95 % interval: "3/60 5.0 % (1.7–13.7)".
func (s Share) String() string {
	if s.All == 0 {
		return "–"
	}
	low, high := s.Wilson()
	return fmt.Sprintf("%d/%d %.1f %% (%.1f–%.1f)", s.Of, s.All, 100*s.Rate(), 100*low, 100*high)
}

func (s Share) short() string {
	if s.All == 0 {
		return "–"
	}
	return fmt.Sprintf("%d/%d", s.Of, s.All)
}

// Wilson gives the 95 % interval of the share.
func (s Share) Wilson() (low, high float64) {
	if s.All == 0 {
		return 0, 1
	}
	const z = 1.959964
	n, p := float64(s.All), s.Rate()
	middle := (p + z*z/(2*n)) / (1 + z*z/n)
	half := z / (1 + z*z/n) * math.Sqrt(p*(1-p)/n+z*z/(4*n*n))
	return max(0, middle-half), min(1, middle+half)
}
