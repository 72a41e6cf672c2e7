package server_test

import (
	"net/http"
	"os"
	"os/exec"
	"regexp"
	"slices"
	"syscall"
	"testing"
	"time"

	"github.com/tideover/tideover/internal/hotline"
	"github.com/tideover/tideover/internal/staff"
	"github.com/tideover/tideover/internal/standin"
)

// process is `tideover serve` as an operator runs it.
type process struct {
	*exec.Cmd
	base string
}

// run starts one more process on the stage's store and phones; more are
// settings that count over the usual ones.
func (s *stage) run(t *testing.T, binary string, more ...string) *process {
	t.Helper()
	addr := freeAddr(t)
	p := &process{exec.Command(binary, "serve", "--log-format", "json"), "http://" + addr}
	p.Env = append(os.Environ(),
		"TWILIO_ACCOUNT_SID="+s.account, "TWILIO_AUTH_TOKEN="+s.token, "TWILIO_API_URL="+s.network, "REDIS_URL=unix://"+s.redisd.socket,
		"TIDEOVER_ADDR="+addr, "TIDEOVER_PUBLIC_URL="+s.public, "TIDEOVER_NUMBER="+lineNumber, "TIDEOVER_ONCALL="+firstOnCall+","+secondOnCall,
		"TIDEOVER_KEYS_FILE="+s.keysFile, "TIDEOVER_METRICS_ADDR=",
	)
	p.Env = append(p.Env, more...)
	p.Stderr = s.logs
	if err := p.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(p.kill)
	wait(t, "the process does not become ready", func() bool { status, _ := get(p.base + "/readyz"); return status == http.StatusOK })
	return p
}

// kill is kill -9: nothing is finished, nothing is said.
func (p *process) kill() {
	_ = p.Process.Kill()
	_ = p.Wait()
}

func (p *process) freeze() { _ = p.Process.Signal(syscall.SIGSTOP) }
func (p *process) thaw()   { _ = p.Process.Signal(syscall.SIGCONT) }

// reached waits until a REST request has come in, whatever becomes of it.
func (s *stage) reached(t *testing.T, what *regexp.Regexp) {
	t.Helper()
	wait(t, "Twilio is not asked: "+what.String(), func() bool {
		found := false
		s.arrived.Range(func(k, _ any) bool {
			line, _ := k.(string)
			found = what.MatchString(line)
			return !found
		})
		return found
	})
}

// crash is one moment at which a process dies.
type crash struct {
	rescues []bool                                // by another process, by a restart
	until   func(t *testing.T, s *stage, c *cast) // up to the REST request that it dies in
	after   func(t *testing.T, s *stage, c *cast) // what must come about all the same
}

// cast are the people of a crash.
type cast struct {
	sam, ana *person
	rosa     *standin.Phone
	onRosa   string
}

// Issue 4 clause 9, FAULTS 24, 25, DESIGN §3 (due loop): kill -9 of the
// process that holds the claim, the page or the goodbye, before Twilio was
// asked and after Twilio did it but before that was stored. Another process,
// or the next one after a restart, carries it out within seven seconds, once.
func TestAProcessThatIsKilledLosesNothingThatALegMustHear(t *testing.T) {
	t.Parallel()
	binary := binary(t)
	for name, c := range crashes() {
		for _, rescue := range c.rescues {
			how := map[bool]string{true: "another process takes over", false: "the process is started again"}[rescue]
			t.Run(name+", "+how, func(t *testing.T) {
				t.Parallel()
				s := newBareStage(t)
				s.expects = []int{11205, 11200}
				first := s.run(t, binary)
				var second *process
				if rescue {
					second = s.run(t, binary)
					second.freeze()
				}
				s.base = first.base
				s.Route(first.base)
				people := &cast{sam: s.hire(t, "Sam", staff.Supervisor, ""), ana: s.counselor(t, ana, hotline.English)}
				var on row
				people.rosa, on = s.inLine(t, people.sam, rosa)
				people.onRosa = on.CaseID
				c.until(t, s, people)
				first.kill()
				if rescue {
					second.thaw()
				} else {
					second = s.run(t, binary)
				}
				s.base = second.base
				s.Route(second.base)
				limit := time.NewTimer(7 * time.Second)
				defer limit.Stop()
				c.after(t, s, people)
				select {
				case <-limit.C:
					t.Error("that took more than seven seconds")
				default:
				}
			})
		}
	}
}

func crashes() map[string]crash {
	dials := regexp.MustCompile(`POST .*/Calls\.json`)
	moves := func(p *standin.Phone) *regexp.Regexp {
		return regexp.MustCompile(`POST .*/Calls/` + p.State().Call.Sid)
	}
	forever := time.Hour // by a clock that nobody moves
	claims := func(rule standin.Rule) crash {
		return crash{
			rescues: []bool{true, false},
			until: func(t *testing.T, s *stage, c *cast) {
				t.Helper()
				s.FailREST(rule)
				c.ana.claim(t, c.onRosa)
				s.reached(t, dials)
			},
			after: func(t *testing.T, s *stage, c *cast) {
				t.Helper()
				rings(t, c.ana.phone, "the counselor is not rung")
				listed := func() bool {
					return slices.ContainsFunc(s.Requests(), func(r standin.Request) bool { return r.Method == http.MethodGet })
				}
				if rule.Do == standin.LoseCommit { // it rings already: adopted, not dialled
					wait(t, "the call that was made is not looked for", listed)
				}
				s.meets(t, c.ana, c.rosa, c.onRosa)
				if n := s.calls(ana); n != 1 {
					t.Errorf("the counselor's phone rang %d times", n)
				}
			},
		}
	}
	return map[string]crash{
		"after the key, before a promised caller is dialled": dialBackCrash(dials, forever),
		"after the claim, before the ring":                   claims(standin.Rule{Match: dials, Do: standin.Slow, For: forever}),
		"after the ring, before it was stored":               claims(standin.Rule{Match: dials, Do: standin.LoseCommit}),
		"after the key, before the caller is moved": {
			rescues: []bool{true},
			until: func(t *testing.T, s *stage, c *cast) {
				t.Helper()
				c.ana.claim(t, c.onRosa)
				rings(t, c.ana.phone, "the counselor is not rung")
				s.FailREST(standin.Rule{Match: moves(c.rosa), Do: standin.Slow, For: forever})
				do(t, c.ana.phone.Answer(t.Context()))
				do(t, c.ana.phone.Press(t.Context(), "1"))
				s.reached(t, moves(c.rosa))
				s.quiet(t) // the counselor is in the room, and the line knows
			},
			after: func(t *testing.T, _ *stage, c *cast) {
				t.Helper()
				until(t, c.rosa, "they do not meet", func(s standin.State) bool { return s.Room != "" && len(s.With) == 1 })
				wait(t, "the case is not live", func() bool { return c.sam.state(t, c.onRosa) == "live" })
			},
		},
		"after the star, before the caller holds":                 starCrash(moves, forever),
		"after the end in the menu, before the goodbye":           endCrash(moves, forever),
		"after the key of a counselor who called in":              phoneCrash(moves, forever),
		"after the hand-over was asked for, before the ring":      handOverCrash(standin.Rule{Match: dials, Do: standin.Slow, For: forever}),
		"after the ring of the hand-over, before that was stored": handOverCrash(standin.Rule{Match: dials, Do: standin.LoseCommit}),
		"after the hold, before the caller hears the words":       holdCrash(moves, forever),
		"after 9, before the page": {
			rescues: []bool{true},
			until: func(t *testing.T, s *stage, c *cast) {
				t.Helper()
				s.FailREST(standin.Rule{Match: dials, Do: standin.Slow, For: forever})
				do(t, c.rosa.Press(t.Context(), "9"))
				s.reached(t, dials)
			},
			after: func(t *testing.T, s *stage, c *cast) {
				t.Helper()
				page := s.Phone(firstOnCall)
				rings(t, page, "nobody on call is rung")
				do(t, page.Answer(t.Context()))
				do(t, page.Press(t.Context(), "1"))
				until(t, c.rosa, "they do not meet", func(s standin.State) bool { return s.Room != "" && len(s.With) == 1 })
				if n := s.calls(firstOnCall); n != 1 {
					t.Errorf("the person on call was rung %d times", n)
				}
			},
		},
	}
}
