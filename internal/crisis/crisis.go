// Package crisis looks for words of danger in what people write or say. It is
// deterministic, explains every hit by the rule that found it, and only ever
// makes a case more urgent: who is negated, past or somebody else gets another
// label and a question, not silence.
package crisis

// Levels of a result.
const (
	None   = iota // nothing found
	Look          // look and ask once
	Urgent        // a person, soon
	Act           // act now
)

// Hit is one place in a text and the rule that found it. Offsets are bytes of
// the text as it was given.
type Hit struct {
	Rule  string `json:"rule"`
	Start int    `json:"start"`
	End   int    `json:"end"`
	Label string `json:"label"`
}

// Result is what a text shows. The zero Result is: nothing.
type Result struct {
	Level int    `json:"level"`
	Class string `json:"class"`
	Hits  []Hit  `json:"hits"`
}

// Rules lists the ids of the hits, each once, in order. They hold no word of
// the text.
func (r Result) Rules() []string {
	var ids []string
	seen := map[string]bool{}
	for _, h := range r.Hits {
		if !seen[h.Rule] {
			seen[h.Rule] = true
			ids = append(ids, h.Rule)
		}
	}
	return ids
}
