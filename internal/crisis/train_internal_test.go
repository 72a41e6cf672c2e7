package crisis

import (
	"math"
	"strings"
)

// The training of the linear stage: logistic regression with L2, full
// gradient, no chance anywhere, so that the same texts give the same weights.

const (
	epochs     = 200
	rounds     = 3    // of choosing the run of sentences that counts, and learning
	rate       = 0.3  // of AdaGrad
	fewest     = 3    // texts in which a sign must stand to be learned
	smallest   = 0.05 // weights below are left out
	forgetting = 0.001
)

// trust says how freely a kind of sign is learned: meaning and rules carry
// over to words nobody has written yet, pieces of words less so.
var trust = map[string]float64{"field": 1, "rule": 1, "context": 0.8, "both": 0.5, "word": 1, "stem": 1, "pair": 0.7, "piece": 0.5}

// sample is a labelled text as training sees it.
type sample struct {
	text []said
	yes  bool
}

// learn gives the weights that tell the samples apart.
func learn(all []sample) weights {
	index, names, scale := vocabulary(all)
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

// vocabulary numbers the signs that stand in enough texts.
func vocabulary(all []sample) (index map[string]int, names []string, scale []float64) {
	count := map[string]int{}
	for _, s := range all {
		for _, one := range s.text {
			for _, g := range one.signs {
				count[g.name]++
			}
		}
	}
	index = map[string]int{}
	for _, s := range all {
		for _, one := range s.text {
			for _, g := range one.signs {
				if _, known := index[g.name]; known || count[g.name] < fewest {
					continue
				}
				kind, _, _ := strings.Cut(g.name, " ")
				index[g.name] = len(names)
				names = append(names, g.name)
				scale = append(scale, trust[kind])
			}
		}
	}
	return index, names, scale
}

// fitRows minimises the logistic loss.
func fitRows(rows [][]int, all []sample, scale []float64) (bias float64, x []float64) {
	x = make([]float64, len(scale))
	past := make([]float64, len(scale))
	grad := make([]float64, len(scale))
	var pastBias float64
	for range epochs {
		clear(grad)
		var gradBias float64
		for i, row := range rows {
			sum := bias
			for _, n := range row {
				sum += x[n] * scale[n]
			}
			miss := 1 / (1 + math.Exp(-sum))
			if all[i].yes {
				miss--
			}
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
