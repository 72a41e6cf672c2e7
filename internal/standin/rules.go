package standin

import (
	"net/http"
	"regexp"
	"time"
)

// Fault is what goes wrong.
type Fault int

// Faults of the REST API.
const (
	none       Fault = iota
	Answer429        // too many requests, Retry-After 1
	Answer500        // 20500, nothing done
	Answer401        // 20003, as with a wrong token
	Answer404        // 20404, as if it were not there yet
	RefuseCode       // 400 with Rule.Code, nothing done
	LoseCommit       // done, but never answered: the client runs into its time-out
	Reset            // the connection is reset, nothing done
	Slow             // done after Rule.For
)

// Faults of webhooks.
const (
	Duplicate  Fault = iota + 100 // Rule.Copies more, one after the other, with the same token
	Parallel                      // Rule.Copies more at the same time, with the same token
	Reorder                       // a callback goes out after its successor
	Drop                          // never sent
	Delay                         // sent after Rule.For; later callbacks overtake it
	LoseAnswer                    // processed, the answer is lost, sent again with the same token
	Forge                         // signed with another token
)

// Rule makes requests go wrong.
type Rule struct {
	// Match is looked for in "METHOD path" of a REST request, or in "METHOD
	// URL" (public, with the query) of a webhook.
	Match  *regexp.Regexp
	Nth    int // the first hit that counts, from 1; zero means the first
	Count  int // how many hits; zero means one, -1 all
	Do     Fault
	For    time.Duration // of Slow and Delay, by the exchange's timer
	Copies int           // of Duplicate and Parallel; zero means one
	Code   int           // of RefuseCode
}

type rule struct {
	Rule
	seen int
}

// FailREST adds a rule for what the app asks of us.
func (x *Exchange) FailREST(r Rule) {
	x.mu.Lock()
	defer x.mu.Unlock()
	x.restRules = append(x.restRules, &rule{Rule: r})
}

// FailWebhooks adds a rule for what we ask of the app.
func (x *Exchange) FailWebhooks(r Rule) {
	x.mu.Lock()
	defer x.mu.Unlock()
	x.hookRules = append(x.hookRules, &rule{Rule: r})
}

// active reports whether the rule acts on its next hit.
func (r *rule) active(what string) bool {
	if !r.Match.MatchString(what) {
		return false
	}
	hit := r.seen + 1 - max(r.Nth, 1) // 0 for the first that counts
	return hit >= 0 && (r.Count < 0 || hit < max(r.Count, 1))
}

// take counts the hit and gives the first rule that acts on it, else one that
// does nothing. x.mu is held.
func (x *Exchange) take(rules []*rule, what string) Rule {
	var found Rule
	for _, r := range rules {
		if !r.Match.MatchString(what) {
			continue
		}
		if found.Do == none && r.active(what) {
			found = r.Rule
		}
		r.seen++
	}
	return found
}

// refuseFor plays a REST fault before anything is done. It reports whether the
// request is over.
func (x *Exchange) refuseFor(r Rule, w http.ResponseWriter) (status, code int, over bool) {
	switch r.Do {
	case Answer429:
		w.Header().Set("Retry-After", "1")
		return http.StatusTooManyRequests, 20429, true
	case Answer500:
		return http.StatusInternalServerError, 20500, true
	case Answer401:
		return http.StatusUnauthorized, 20003, true
	case Answer404:
		return http.StatusNotFound, 20404, true
	case RefuseCode:
		return http.StatusBadRequest, r.Code, true
	case Slow:
		x.pause(r.For)
	case none, Reset, LoseCommit, Duplicate, Parallel, Reorder, Drop, Delay, LoseAnswer, Forge:
	}
	return 0, 0, false
}
