package standin

import (
	"bytes"
	"context"
	"embed"
	"encoding/json"
	"errors"
	"fmt"
	"html/template"
	"io/fs"
	"net"
	"net/http"
	"net/netip"
	"strings"
	"time"
)

//go:embed pages
var pages embed.FS

const (
	webRoot     = "/_phones/"
	webPatience = 2 * time.Second // of a button for the moment in which it can act
	maxControl  = 16 << 10
	webPolicy   = "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)

// web serves the phones. It is for this machine only: no other may press their
// keys or read what is said.
type web struct {
	x     *Exchange
	pages *template.Template
}

// Handler serves the REST API under /2010-04-01/ and the web phones under
// /_phones/, the latter to this machine only.
func (x *Exchange) Handler() http.Handler {
	w := web{x: x, pages: template.Must(template.New("").Funcs(template.FuncMap{"number": pretty}).ParseFS(pages, "pages/*.html"))}
	static, err := fs.Sub(pages, "pages")
	if err != nil {
		panic(err) // the folder is part of the binary
	}
	phones := http.NewServeMux()
	phones.HandleFunc("GET /_phones/{$}", w.page)
	phones.HandleFunc("GET /_phones/events", w.events)
	phones.HandleFunc("GET /_phones/state", w.state)
	phones.HandleFunc("POST /_phones/{number}/{act}", w.act)
	for _, name := range []string{"phones.css", "phones.js"} {
		phones.Handle("GET /_phones/static/"+name, http.StripPrefix("/_phones/static/", http.FileServerFS(static)))
	}
	mux := http.NewServeMux()
	mux.HandleFunc(apiRoot, x.rest)
	mux.Handle(webRoot, local(http.NewCrossOriginProtection().Handler(phones)))
	return mux
}

// local lets only this machine in, and only under a name of this machine: else
// a page elsewhere could be made to look like ours.
func local(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		peer, err := netip.ParseAddrPort(r.RemoteAddr)
		if err != nil || !peer.Addr().Unmap().IsLoopback() || !ourName(r.Host) {
			http.Error(w, "the web phones are for this machine only", http.StatusForbidden)
			return
		}
		h := w.Header()
		h.Set("Content-Security-Policy", webPolicy)
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("Referrer-Policy", "no-referrer")
		h.Set("Cache-Control", "no-store")
		next.ServeHTTP(w, r)
	})
}

func ourName(host string) bool {
	if name, _, err := net.SplitHostPort(host); err == nil {
		host = name
	}
	addr, err := netip.ParseAddr(host)
	return host == "localhost" || strings.HasSuffix(host, ".localhost") || err == nil && addr.IsLoopback()
}

func (w web) page(out http.ResponseWriter, r *http.Request) {
	var b bytes.Buffer
	if err := w.pages.ExecuteTemplate(&b, "phones.html", w.x.viewAll()); err != nil {
		http.Error(out, "the page cannot be shown", http.StatusInternalServerError)
		w.x.o.Log.ErrorContext(r.Context(), "web phones", "error", err)
		return
	}
	out.Header().Set("Content-Type", "text/html; charset=utf-8")
	_, _ = b.WriteTo(out)
}

// state gives everything as JSON, for scripts.
func (w web) state(out http.ResponseWriter, _ *http.Request) {
	writeJSON(out, http.StatusOK, w.x.Snapshot())
}

// act is a button or a field of a phone.
func (w web) act(out http.ResponseWriter, r *http.Request) {
	number := r.PathValue("number")
	if !e164.MatchString(number) {
		writeJSON(out, http.StatusNotFound, trouble("no such phone"))
		return
	}
	if r.Header.Get("Content-Type") != "application/json" {
		writeJSON(out, http.StatusUnsupportedMediaType, trouble("want JSON"))
		return
	}
	var in struct{ Keys, Words, Body string }
	if err := json.NewDecoder(http.MaxBytesReader(out, r.Body, maxControl)).Decode(&in); err != nil {
		writeJSON(out, http.StatusBadRequest, trouble("malformed JSON"))
		return
	}
	ctx, cancel := context.WithTimeout(r.Context(), webPatience)
	defer cancel()
	p := w.x.Phone(number)
	var err error
	switch r.PathValue("act") {
	case "dial":
		err = p.Dial(ctx)
	case "answer":
		err = p.Answer(ctx)
	case "press":
		err = p.Press(ctx, in.Keys)
	case "speak":
		err = p.Speak(ctx, in.Words)
	case "silence":
		err = p.Silence(ctx)
	case "hangup":
		err = p.Hangup(ctx)
	case "text":
		_, err = p.Text(ctx, in.Body)
	default:
		writeJSON(out, http.StatusNotFound, trouble("a phone cannot do that"))
		return
	}
	// That the hotline takes longer than we wait for is no trouble of the phone.
	if err != nil && (errors.Is(err, ErrNotNow) || !errors.Is(err, context.DeadlineExceeded)) {
		writeJSON(out, http.StatusConflict, trouble(sentence(err)))
		return
	}
	writeJSON(out, http.StatusOK, p.State())
}

func trouble(what string) map[string]string { return map[string]string{"error": what} }

func sentence(err error) string {
	if errors.Is(err, ErrNotNow) {
		return "Not now: nothing on this phone waits for that."
	}
	return fmt.Sprintf("That did not work (%v).", err)
}

func writeJSON(w http.ResponseWriter, status int, body any) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(body) // a client that is gone needs none
}
