package standin

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"time"
)

const (
	calm      = 50 * time.Millisecond // at least between two looks, however much happens
	heartbeat = 15 * time.Second
	slowest   = 10 * time.Second // of a browser to take a part
)

// events sends the parts of the page that changed, for as long as the browser
// listens.
func (w web) events(out http.ResponseWriter, r *http.Request) {
	out.Header().Set("Content-Type", "text/event-stream")
	stream := http.NewResponseController(out)
	sent := map[string]string{}
	beat := time.NewTicker(heartbeat)
	defer beat.Stop()
	for {
		w.x.mu.Lock()
		changed := w.x.changed
		w.x.mu.Unlock()
		_ = stream.SetWriteDeadline(w.x.o.Now().Add(slowest)) // not every server has one
		if err := w.send(out, sent); err != nil {
			return
		}
		if err := stream.Flush(); err != nil {
			return
		}
		rest := time.NewTimer(calm)
		select {
		case <-rest.C:
		case <-r.Context().Done():
			return
		case <-w.x.ctx.Done():
			return
		}
		select {
		case <-changed:
		case <-beat.C:
			_, _ = fmt.Fprint(out, ": still here\n\n")
		case <-r.Context().Done():
			return
		case <-w.x.ctx.Done():
			return
		}
	}
}

// send writes each part that is not as it was sent.
func (w web) send(out http.ResponseWriter, sent map[string]string) error {
	for _, p := range w.parts() {
		var b bytes.Buffer
		if err := w.pages.ExecuteTemplate(&b, p.template, p.data); err != nil {
			return err
		}
		html := b.String()
		if before, had := sent[p.id]; had && before == html {
			continue
		}
		sent[p.id] = html
		data, err := json.Marshal(map[string]string{"id": p.id, "html": html})
		if err != nil {
			return err
		}
		if _, err := fmt.Fprintf(out, "event: part\ndata: %s\n\n", data); err != nil {
			return err
		}
	}
	return nil
}

// part is a piece of the page that changes.
type part struct {
	id, template string
	data         any
}

func (w web) parts() []part {
	v := w.x.viewAll()
	all := []part{{"rooms", "rooms", v}, {"hooks", "hooks", v}, {"refused", "refused", v}}
	for i, h := range v.Phones {
		n := fmt.Sprint(i)
		all = append(all, part{"state-" + n, "state", h}, part{"log-" + n, "log", h}, part{"texts-" + n, "texts", h})
	}
	return all
}
