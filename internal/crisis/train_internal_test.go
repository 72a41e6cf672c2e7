package crisis

import (
	"maps"
	"math"
	"slices"
	"strings"
)

// The training of the linear stage: logistic regression with L2, full
// gradient, no chance anywhere, so that the same texts give the same weights.

const (
	epochs     = 150
	rounds     = 3    // of choosing the run of sentences that counts, and learning
	rate       = 0.3  // of AdaGrad
	fewest     = 2    // texts in which a sign must stand to be learned
	smallest   = 0.05 // weights below are left out
	forgetting = 0.0005
)

// trust says how freely a kind of sign is learned: meaning carries over to
// words nobody has written yet, pieces of words less so. What a rule found is no
// sign: the rules were written with the texts in sight, and would be trusted too
// much.
var trust = map[string]float64{"field": 1.5, "context": 0.8, "both": 0.5, "word": 1, "stem": 1, "pair": 0.7, "piece": 0.4}

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

// vocabulary numbers the signs that stand in enough texts, and says how freely
// each is learned: by its kind, and by how unevenly it stands in the texts of
// both answers (as in Wang and Manning, 2012, "Baselines and bigrams").
func vocabulary(all []sample) (index map[string]int, names []string, scale []float64) {
	var of [2]map[string]int // texts with the sign, by answer
	var texts [2]float64
	for side := range of {
		of[side], texts[side] = map[string]int{}, 1
	}
	for _, s := range all {
		side := 0
		if s.yes {
			side = 1
		}
		texts[side]++
		seen := map[string]bool{}
		for _, one := range s.text {
			for _, g := range one.signs {
				if !seen[g.name] {
					seen[g.name] = true
					of[side][g.name]++
				}
			}
		}
	}
	index = map[string]int{}
	for _, name := range slices.Sorted(maps.Keys(of[1])) {
		of[0][name] += 0
	}
	for _, name := range slices.Sorted(maps.Keys(of[0])) {
		no, yes := of[0][name], of[1][name]
		if no+yes < fewest {
			continue
		}
		kind, _, _ := strings.Cut(name, " ")
		index[name] = len(names)
		names = append(names, name)
		uneven := math.Abs(math.Log(float64(yes+1)/texts[1]) - math.Log(float64(no+1)/texts[0]))
		scale = append(scale, trust[kind]*uneven)
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
