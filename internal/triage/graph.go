package triage

import (
	"time"

	"github.com/expr-lang/expr/vm"

	"github.com/tideover/tideover/internal/hotline"
	"github.com/tideover/tideover/internal/rights"
)

// kind says what a node does.
type kind string

// The kinds of node.
const (
	askNode     kind = "ask"     // a question with keys and words
	collectNode kind = "collect" // an answer of several digits
	sayNode     kind = "say"     // words, then on
	branchNode  kind = "branch"  // the first condition that holds
	queueNode   kind = "queue"   // the case waits here
	sendNode    kind = "send"    // a text to the caller's number
	promiseNode kind = "promise" // waits for the outcome of a callback
	seatNode    kind = "seat"    // waits for the outcome of a sign-up to a group
	textNode    kind = "text"    // waits for whether the call can go on by text
	tapeNode    kind = "tape"    // records what the caller says
	keepNode    kind = "keep"    // the case waits with what was recorded
	eraseNode   kind = "erase"   // what was recorded is dropped
	oweNode     kind = "owe"     // records what the line owes the caller afterwards
	dueNode     kind = "due"     // works out by when a plan has to give an appointment
	endNode     kind = "end"     // the contact is finished
)

// back is a target: where the case waits, or the question that was left.
const back = "back"

// voicing names one rendering of a text.
type voicing struct {
	lang hotline.Lang
	ch   hotline.Channel
}

// wording is a text in all languages and channels. Entries are added while
// the files are read and never after that.
type wording map[voicing]string

// node is one place of the graph. Nothing changes it after Compile.
type node struct {
	id       string
	at       spot
	kind     kind
	only     hotline.Channel // the one channel it exists for; empty: both
	clinical bool
	hush     bool // nothing telling is said here, so no number either
	moved    bool // asked by text, of whoever called
	aside    bool // asked about going on by text: the question that was left stays in Back

	say, again wording
	phrase     PhraseID // instead of say
	label      map[hotline.Lang]string
	options    []*option
	noInput    []rung
	noMatch    []rung
	timeout    time.Duration
	hints      map[hotline.Lang][]string

	digits int          // collect
	into   string       // the variable that takes the answer
	date   rights.Tense // collect: a day, said or typed, on this side of today; 0: digits as they are
	law    lawVars      // due
	call   callVars     // promise
	list   string       // ask: what is read out three at a time; empty: nothing
	group  string       // seat: the variable that holds the group
	duty   Duty         // owe
	due    string       // owe: the variable that holds the day
	after  int          // owe: days from today, instead

	next  target   // say, collect, send, branch's else, promise's else
	when  []choice // branch
	other target   // send: where it cannot be sent

	longest, pause time.Duration // tape: of the recording, and of the silence that ends it
	consent        target        // tape: the question whose answer is the consent

	band hotline.Band // queue; keep: routine
	need hotline.Need
	page string // kind of the page; empty: none
	risk int
	then target // queue: asked once while the case waits; text: what the first text asks where the question itself would tell too much
	loop bool   // the keys of the waiting loop work here

	send     PhraseID          // send; text: how the first text begins
	unknown  PhraseID          // send: instead, where a variable of that text is not known
	outcomes map[string]target // promise, seat, text, tape
	reason   string            // end
}

// lawVars name the variables that a deadline is worked out from, and where the
// answer goes. Those that are empty are not asked about.
type lawVars struct{ visit, urgent, last, offered, late string }

// option is one answer of a question.
type option struct {
	at    spot
	key   string
	only  hotline.Channel
	label map[hotline.Lang]string
	words map[hotline.Lang][][]string // folded tokens
	said  [][]string                  // the same of all languages
	say   wording                     // its part of the question
	when  *vm.Program                 // offered only if it holds
	cond  string
	value string
	risk  int
	more  bool   // the next part of the list
	into  string // the variable that takes the value, where it is another than the question's
	lang  hotline.Lang
	goTo  target
}

// rung is a step of a ladder.
type rung struct {
	do string // repeat, again, slow, sorry; empty: to
	to target
}

// choice is one condition of a branch.
type choice struct {
	cond string
	when *vm.Program
	goTo target
}

// target is a reference to a node.
type target struct {
	name string
	at   spot
	node *node // nil for back
}

func (t target) given() bool { return t.name != "" }

// global is an answer that works at every question.
type global struct {
	at     spot
	key    string
	words  [][]string
	only   hotline.Channel // the one channel in which it is there; empty: both
	repeat bool
	quiet  bool
	text   bool // leads to going on by text, and back to the question that was left
	goTo   target
	alarm  target // quiet: instead of the danger node
}
