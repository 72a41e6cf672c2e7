package standin

import (
	"crypto/subtle"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"slices"
	"strings"
)

// asked is a REST request that passed the checks.
type asked struct {
	ids    []string // from the path
	params url.Values
	path   string
}

func (a asked) get(name string) string { return a.params.Get(name) }

// reply is the answer to it.
type reply struct {
	status, code int    // code is Twilio's error
	body         any    // of a success
	sound        []byte // instead, an MP3
	fault        string // of a refusal
}

func refuse(status, code int, fault string) reply {
	return reply{status: status, code: code, fault: fault}
}

// resource is one operation of the API: what it takes and what it does, with
// Exchange.mu held.
type resource struct {
	method, path string // path with * for an id
	params       []string
	do           func(*Exchange, asked) reply
}

var paging = []string{"PageSize", "Page", "PageToken"}

// resources are all operations that the hotline uses; others are refused.
var resources = []resource{
	{http.MethodPost, "Calls", []string{
		"To", "From", "Url", "Method", "FallbackUrl", "FallbackMethod", "StatusCallback", "StatusCallbackMethod",
		"StatusCallbackEvent", "Timeout",
	}, (*Exchange).createCall},
	{http.MethodGet, "Calls", append([]string{"To", "From", "Status", "StartTime>"}, paging...), (*Exchange).listCalls},
	{http.MethodGet, "Calls/*", nil, (*Exchange).fetchCall},
	{http.MethodPost, "Calls/*", []string{"Url", "Method", "Status"}, (*Exchange).updateCall},
	{http.MethodGet, "Conferences", append([]string{"FriendlyName", "Status"}, paging...), (*Exchange).listRooms},
	{http.MethodGet, "Conferences/*", nil, (*Exchange).fetchRoom},
	{http.MethodPost, "Conferences/*", []string{"Status"}, (*Exchange).updateRoom},
	{http.MethodGet, "Conferences/*/Participants", paging, (*Exchange).listMembers},
	{http.MethodGet, "Conferences/*/Participants/*", nil, (*Exchange).fetchMember},
	{http.MethodPost, "Conferences/*/Participants/*", []string{
		"Muted", "Hold", "HoldUrl", "HoldMethod", "AnnounceUrl", "AnnounceMethod", "EndConferenceOnExit",
	}, (*Exchange).updateMember},
	{http.MethodDelete, "Conferences/*/Participants/*", nil, (*Exchange).removeMember},
	{http.MethodPost, "Messages", []string{"To", "From", "Body", "StatusCallback"}, (*Exchange).createText},
	{http.MethodGet, "Messages", append([]string{"To", "From", "DateSent>"}, paging...), (*Exchange).listTexts},
	{http.MethodGet, "Messages/*", nil, (*Exchange).fetchText},
	{http.MethodGet, "Recordings", append([]string{"CallSid"}, paging...), (*Exchange).listTapes},
	{http.MethodGet, "Recordings/*", nil, (*Exchange).fetchTape},
	{http.MethodDelete, "Recordings/*", nil, (*Exchange).removeTape},
	{http.MethodGet, "IncomingPhoneNumbers", append([]string{"PhoneNumber"}, paging...), (*Exchange).listNumbers},
	{http.MethodPost, "IncomingPhoneNumbers/*", []string{
		"VoiceUrl", "VoiceMethod", "VoiceFallbackUrl", "VoiceFallbackMethod", "StatusCallback", "StatusCallbackMethod", "SmsUrl", "SmsMethod",
	}, (*Exchange).updateNumber},
}

const apiRoot = "/2010-04-01/Accounts/"

// rest answers the REST API.
func (x *Exchange) rest(w http.ResponseWriter, r *http.Request) {
	given, fault := readParams(r)
	x.mu.Lock()
	rule := x.take(x.restRules, r.Method+" "+r.URL.Path)
	x.mu.Unlock()
	if rule.Do == Reset {
		x.note(r, given, reply{})
		reset(w)
	}
	if status, code, over := x.refuseFor(rule, w); over {
		x.answer(w, r, given, refuse(status, code, "played"), false)
		return
	}
	out, known := x.perform(r, given, fault)
	if rule.Do == LoseCommit {
		x.note(r, given, out)
		select {
		case <-r.Context().Done(): // the client has had enough
		case <-x.ctx.Done():
		}
		panic(http.ErrAbortHandler)
	}
	x.answer(w, r, given, out, !known)
}

// perform does what is asked. known is false for what the stand-in refuses
// because the hotline has no reason to ask for it.
func (x *Exchange) perform(r *http.Request, given url.Values, fault string) (out reply, known bool) {
	account, rest, _ := strings.Cut(strings.TrimPrefix(r.URL.Path, apiRoot), "/")
	name, password, _ := r.BasicAuth()
	switch {
	case !x.knows(name, password):
		return refuse(http.StatusUnauthorized, 20003, "Authenticate"), true
	case account != x.o.Account:
		return refuse(http.StatusNotFound, 20404, "The requested resource was not found"), true
	case fault != "":
		return refuse(http.StatusBadRequest, 20001, fault), false
	}
	op, ids, status := route(r.Method, strings.TrimSuffix(rest, ".json"))
	switch {
	case status == http.StatusNotFound:
		return refuse(status, 20404, "The requested resource was not found"), false
	case status != 0:
		return refuse(status, 20004, "Method not allowed"), false
	}
	for _, given := range sortedKeys(given) {
		if !contains(op.params, given) {
			return refuse(http.StatusBadRequest, 20001, "unknown parameter "+given), false
		}
	}
	x.mu.Lock()
	defer x.mu.Unlock()
	return op.do(x, asked{ids: ids, params: given, path: r.URL.Path}), true
}

func (x *Exchange) knows(name, password string) bool {
	same := func(a, b string) bool { return subtle.ConstantTimeCompare([]byte(a), []byte(b)) == 1 }
	return same(name, x.o.Account) && same(password, x.o.Token) ||
		x.o.APIKey != "" && same(name, x.o.APIKey) && same(password, x.o.APISecret)
}

// route finds the operation; status tells why there is none.
func route(method, path string) (op resource, ids []string, status int) {
	status = http.StatusNotFound
	for _, r := range resources {
		got, fits := match(r.path, path)
		if fits && r.method == method {
			return r, got, 0
		}
		if fits {
			status = http.StatusMethodNotAllowed
		}
	}
	return resource{}, nil, status
}

func match(pattern, path string) (ids []string, fits bool) {
	want, got := strings.Split(pattern, "/"), strings.Split(path, "/")
	if len(want) != len(got) {
		return nil, false
	}
	for i, w := range want {
		if w == "*" {
			ids = append(ids, got[i])
		} else if w != got[i] {
			return nil, false
		}
	}
	return ids, true
}

// readParams takes them from the query of a GET and from the form of a POST.
func readParams(r *http.Request) (url.Values, string) {
	raw := r.URL.RawQuery
	if r.Method == http.MethodPost {
		if raw != "" {
			return url.Values{}, "a query has no place in a POST"
		}
		body, err := io.ReadAll(io.LimitReader(r.Body, maxDocument+1))
		if err != nil || len(body) > maxDocument {
			return url.Values{}, "body too large or broken"
		}
		raw = string(body)
	}
	p, err := url.ParseQuery(raw)
	if err != nil {
		return url.Values{}, "malformed parameters"
	}
	for name, values := range p {
		if len(values) > 1 && name != "StatusCallbackEvent" {
			return p, name + " is given more than once"
		}
	}
	return p, ""
}

// answer writes and logs; strange requests are violations too.
func (x *Exchange) answer(w http.ResponseWriter, r *http.Request, given url.Values, out reply, strange bool) {
	x.note(r, given, out)
	if strange {
		x.mu.Lock()
		x.violate(Violation{Kind: "rest", Code: out.code, What: r.Method + ": " + out.fault, Where: r.URL.Path})
		x.mu.Unlock()
	}
	body := out.body
	if out.fault != "" {
		body = map[string]any{
			"code": out.code, "message": out.fault, "status": out.status, "more_info": fmt.Sprintf("https://www.twilio.com/docs/errors/%d", out.code),
		}
	}
	if out.sound != nil && out.fault == "" {
		w.Header().Set("Content-Type", "audio/mpeg")
		w.WriteHeader(out.status)
		_, _ = w.Write(out.sound)
		return
	}
	if body == nil {
		w.WriteHeader(out.status)
		return
	}
	w.Header().Set("Content-Type", "application/json")
	if out.status == http.StatusUnauthorized {
		w.Header().Set("WWW-Authenticate", `Basic realm="Twilio API"`)
	}
	w.WriteHeader(out.status)
	_ = json.NewEncoder(w).Encode(body) // a client that is gone needs none
}

func (x *Exchange) note(r *http.Request, given url.Values, out reply) {
	x.mu.Lock()
	defer x.mu.Unlock()
	x.requests = appended(x.requests, Request{
		At: x.o.Now(), Method: r.Method, Path: r.URL.Path, Params: given, Status: out.status, Code: out.code,
	})
	x.touch()
}

// reset closes the connection so that the client sees a reset.
func reset(w http.ResponseWriter) {
	if conn, _, err := http.NewResponseController(w).Hijack(); err == nil {
		if tcp, ok := conn.(*net.TCPConn); ok {
			_ = tcp.SetLinger(0)
		}
		_ = conn.Close()
	}
	panic(http.ErrAbortHandler)
}

// strange notes an odd thing in a request that Twilio takes all the same. x.mu
// is held.
func (x *Exchange) strange(code int, what, where string) {
	x.violate(Violation{Kind: "rest", Code: code, What: what, Where: where})
}

func optional(s string) any {
	if s == "" {
		return nil
	}
	return s
}

func newestFirst[T any](all []T) []T {
	all = slices.Clone(all)
	slices.Reverse(all)
	return all
}
