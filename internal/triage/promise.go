package triage

import (
	"slices"
	"strings"
	"time"

	"github.com/tideover/tideover/internal/hotline"
)

// callVars name the variables that hold what was agreed on for a callback.
// Those that are empty are not asked about.
type callVars struct{ number, safe, message, name, window, by string }

// names lists them as they are written.
func (v callVars) names() map[string]string {
	return map[string]string{"number": v.number, "safe": v.safe, "message": v.message, "name": v.name, "window": v.window, "by": v.by}
}

// callTypes are what each of them must be able to hold.
var callTypes = map[string]varType{"number": phoneVar, "safe": flagVar, "message": flagVar, "name": enumVar, "window": enumVar, "by": timeVar}

// checkCall: what is promised is put together from variables that can hold it.
func (k *linker) checkCall(n *node) {
	names := n.call.names()
	for what, is := range callTypes {
		if name := names[what]; name != "" && !k.holds(name, is) {
			k.add(k.of(n, what), "variable", "%s: %s: want a declared variable of type %s%s", n.id, what, is, meant(name, k.variables()))
		}
	}
	v, _ := k.s.variable(n.call.window)
	for _, w := range v.of {
		if !slices.Contains([]hotline.Window{hotline.Morning, hotline.Afternoon, hotline.Evening}, hotline.Window(w)) {
			k.add(k.of(n, "window"), "variable", "%s: window: %q is no part of the day; want morning, afternoon or evening", n.id, w)
		}
	}
}

// promise is what was agreed on, with the time that is told.
func (r *run) promise(n *node) Promise {
	vars := r.ses.Vars
	p := Promise{
		Number: vars[n.call.number], Safe: n.call.safe == "" || vars[n.call.safe] != "", Message: vars[n.call.message] != "",
		Name: vars[n.call.name], Window: hotline.Window(vars[n.call.window]),
	}
	now := r.now
	if r.facts.Opens.After(now) && r.ses.Queue == "" {
		now = r.facts.Opens
	}
	p.By = r.facts.Calls.In(p.Window).ToldBy(now, r.s.zone)
	if n.call.by != "" {
		r.set(n.call.by, p.By.Format(time.RFC3339))
	}
	return p
}

// phoneDigits are those of a number of the country.
const phoneDigits = 10

// spelt reads a phone number out digit by digit.
func spelt(ten string, ch hotline.Channel) string {
	if len(ten) != phoneDigits {
		return ten
	}
	parts := []string{ten[:3], ten[3:6], ten[6:]}
	if ch == hotline.SMS {
		return strings.Join(parts, "-")
	}
	for i, p := range parts {
		parts[i] = strings.Join(strings.Split(p, ""), " ")
	}
	return strings.Join(parts, ", ")
}
