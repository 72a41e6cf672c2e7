package crisis

// work is the room that one text needs; it is used again for the next, since
// every text that arrives is read.
type work struct {
	word      []byte  // the one that is being read
	raw       []token // a sentence before its spelling is mended
	tokens    []token
	sentences [][]token
	tries     []int
	fits      []fit
	fields    []fit
	marks     []mark
	taken     []bool
	told      []said
	places    [][]fit
	begins    map[*book]*begins
	gathers   gatherer
}

// clear empties it for the next text.
func (w *work) clear() {
	w.tokens, w.fits, w.marks, w.told, w.places = w.tokens[:0], w.fits[:0], w.marks[:0], w.told[:0], w.places[:0]
	w.gathers.all = w.gathers.all[:0]
}

// begins knows for the first parts of a book's patterns which words of the
// sentence fit them.
type begins struct {
	sentence int     // grows with each
	looked   []int   // of each first part: the sentence it was looked for in
	at       [][]int // and the words that fit
}

// beginsOf forgets the sentence before.
func (w *work) beginsOf(b *book) *begins {
	k := w.begins[b]
	if k == nil {
		if w.begins == nil {
			w.begins = map[*book]*begins{}
		}
		k = &begins{looked: make([]int, len(b.firsts)), at: make([][]int, len(b.firsts))}
		w.begins[b] = k
	}
	k.sentence++
	return k
}

// words lists the words of the sentence that fit the first part.
func (k *begins) words(first *part, n int, s []token) []int {
	if k.looked[n] == k.sentence {
		return k.at[n]
	}
	k.looked[n] = k.sentence
	k.at[n] = k.at[n][:0]
	for from := range s {
		if first.fits(s[from]) {
			k.at[n] = append(k.at[n], from)
		}
	}
	return k.at[n]
}

// gatherer keeps signs, each once in a sentence, of those that have a weight.
type gatherer struct {
	linear   *linear
	sentence int
	seen     []int           // of each sign that has a weight: the sentence it was last seen in
	learned  map[string]bool // in training, where every sign counts
	key      []byte
	all      []sign
	from     int
}

func (g *gatherer) begin(l *linear) {
	if g.linear != l {
		g.linear, g.seen = l, make([]int, len(l.names))
	}
	if l.known == nil {
		g.learned = map[string]bool{}
	}
	g.sentence++
	g.from = len(g.all)
}

// end gives the signs of the sentence.
func (g *gatherer) end() []sign { return g.all[g.from:len(g.all):len(g.all)] }

// add keeps a sign; its name has up to four parts.
func (g *gatherer) add(at span, a, b, c, d string) {
	g.key = append(append(append(append(g.key[:0], a...), b...), c...), d...)
	g.keep(at)
}

func (g *gatherer) keep(at span) {
	if g.linear.known == nil {
		if name := string(g.key); !g.learned[name] {
			g.learned[name] = true
			g.all = append(g.all, sign{name, at})
		}
		return
	}
	if n, known := g.linear.known[string(g.key)]; known && g.seen[n] != g.sentence {
		g.seen[n] = g.sentence
		g.all = append(g.all, sign{g.linear.names[n], at})
	}
}

// pieces keeps the letters in a row of a word with its edges.
func (g *gatherer) pieces(at span, word string) {
	for long := shortestPiece; long <= longestPiece; long++ {
		for k := 0; k+long <= len(word)+2; k++ {
			g.key = append(g.key[:0], "piece "...)
			for i := k; i < k+long; i++ {
				if i == 0 || i == len(word)+1 {
					g.key = append(g.key, '_')
				} else {
					g.key = append(g.key, word[i-1])
				}
			}
			g.keep(at)
		}
	}
}

// stemOf is the stem of a longer word; a shorter one has none.
func stemOf(word string) string {
	n := 0
	for i := range word {
		if n == stemLength {
			return word[:i]
		}
		n++
	}
	return ""
}
