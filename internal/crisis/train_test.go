package crisis

import (
	"math"
	"os"
	"slices"
	"strconv"
	"strings"
)

// The training of the linear stage: logistic regression with L2, full
// gradient, no chance anywhere, so that the same texts give the same weights.

func ev(n string, v float64) float64 {
	if s := os.Getenv(n); s != "" {
		v, _ = strconv.ParseFloat(s, 64)
	}
	return v
}

var (
	epochs     = int(ev("EP", 200))
	rounds     = int(ev("RO", 3)) // of choosing the run of sentences that counts, and learning
	rate       = ev("RA", 0.3)    // of AdaGrad
	fewest     = int(ev("FE", 2)) // texts in which a sign must stand to be learned
	smallest   = 0.02             // weights below are left out
	forgetting = ev("FO", 0.004)
	trust      = map[string]float64{"field": ev("TF", 1), "rule": ev("TR", 1), "context": ev("TC", 0.8), "both": ev("TB", 0.6), "word": ev("TW", 0.5), "stem": ev("TS", 0.6), "pair": ev("TP", 0.3), "gram": ev("TG", 0)}
)

// trust says how freely a kind of sign is learned: meaning and rules carry
// over to words nobody has written yet, single words less so.

// sample is a labelled text as training sees it.
type sample struct {
	text []said
	yes  bool
	pull float64 // how much it counts
}

// learn gives the weights that tell the samples apart.
func learn(all []sample) weights {
	count := map[string]int{}
	for _, s := range all {
		for _, one := range s.text {
			for _, g := range one.signs {
				count[g.name]++
			}
		}
	}
	index := map[string]int{}
	var names []string
	var scale []float64
	for _, s := range all {
		for _, one := range s.text {
			for _, g := range one.signs {
				kind, _, _ := strings.Cut(g.name, " ")
				if _, known := index[g.name]; !known && count[g.name] >= fewest {
					index[g.name] = len(names)
					names = append(names, g.name)
					scale = append(scale, trust[kind])
				}
			}
		}
	}
	w := weights{Signs: map[string]float64{}}
	for round := range rounds {
		rows := make([][]int, len(all))
		for i, s := range all {
			r := run{from: 0, to: len(s.text)}
			if round > 0 {
				r = w.best(s.text)
			}
			for _, one := range s.text[r.from:r.to] {
				for _, g := range one.signs {
					if n, ok := index[g.name]; ok {
						rows[i] = append(rows[i], n)
					}
				}
			}
		}
		bias, x := fitRows(rows, all, scale)
		w = weights{Bias: bias, Signs: map[string]float64{}}
		for n, v := range x {
			if v *= scale[n]; math.Abs(v) >= smallest {
				w.Signs[names[n]] = math.Round(v*100) / 100
			}
		}
	}
	return w
}

// fitRows minimises the logistic loss.
func fitRows(rows [][]int, all []sample, scale []float64) (bias float64, x []float64) {
	x = make([]float64, len(scale))
	past := make([]float64, len(scale))
	var pastBias float64
	for range epochs {
		grad := make([]float64, len(scale))
		var gradBias float64
		for i, row := range rows {
			sum := bias
			for _, n := range row {
				sum += x[n] * scale[n]
			}
			want := 0.0
			if all[i].yes {
				want = 1
			}
			miss := (1/(1+math.Exp(-sum)) - want) * all[i].pull
			gradBias += miss
			for _, n := range row {
				grad[n] += miss * scale[n]
			}
		}
		pastBias += gradBias * gradBias
		bias -= rate * gradBias / (math.Sqrt(pastBias) + 1e-9)
		for n, g := range grad {
			g += forgetting * float64(len(rows)) * x[n]
			past[n] += g * g
			x[n] -= rate * g / (math.Sqrt(past[n]) + 1e-9)
		}
	}
	return math.Round(bias*100) / 100, x
}

// threshold moves the bias so that at most a share of the negatives is raised.
func threshold(w weights, negatives [][]said, share float64) weights {
	var sums []float64
	for _, n := range negatives {
		sums = append(sums, w.best(n).sum)
	}
	slices.Sort(sums)
	at := int(math.Ceil(float64(len(sums)) * (1 - share)))
	if at < len(sums) {
		w.Bias -= sums[at]
	}
	w.Bias = math.Floor(w.Bias*100) / 100
	return w
}
