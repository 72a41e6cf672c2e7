package standin_test

import (
	"encoding/binary"
	"fmt"
	"net/url"
	"slices"
	"testing"
	"time"

	"github.com/tideover/tideover/internal/standin"
)

// tone is a WAV file of so many seconds.
func tone(seconds int) string {
	const rate = 8000
	b := append([]byte("RIFF\x00\x00\x00\x00WAVEfmt "), make([]byte, 28)...)
	binary.LittleEndian.PutUint32(b[4:], uint32(36+rate*seconds))
	binary.LittleEndian.PutUint32(b[28:], rate)
	return "type:audio/wav\n" + string(append(b, make([]byte, rate*seconds)...))
}

// At pace 1 words and sounds take as long as on a phone.
func TestWordsAndSoundsTakeTheirTime(t *testing.T) {
	t.Parallel()
	b := set(t, map[string]func(url.Values) string{
		"/voice":      page(`<Say>One two three four five six seven eight nine.</Say><Play loop="2">/a/hold.wav</Play><Pause length="3"/><Play>/a/hold.wav</Play><Hangup/>`),
		"/a/hold.wav": func(url.Values) string { return tone(10) },
	}, func(o *standin.Options) { o.Pace = 1 })
	p := b.Phone(patient)
	must(t, p.Dial(t.Context()))
	for i, step := range []struct {
		phase  standin.Phase
		lines  int // of the transcript, from then on
		length time.Duration
	}{
		{standin.Speaking, 1, 3400 * time.Millisecond},
		{standin.Speaking, 2, 20100 * time.Millisecond},
		{standin.Pausing, 2, 3 * time.Second},
		{standin.Speaking, 3, 10100 * time.Millisecond},
	} {
		now := func(s standin.State) bool { return s.Phase == step.phase && s.Lines == step.lines }
		must(t, p.Await(t.Context(), now))
		b.hand.Advance(step.length - 200*time.Millisecond)
		if s := p.State(); !now(s) {
			t.Fatalf("step %d was over too early: %+v", i, s)
		}
		b.hand.Advance(200 * time.Millisecond)
	}
	must(t, p.Await(t.Context(), func(s standin.State) bool { return s.Phase == standin.Over }))
	if got := b.app.requests("/a/hold.wav"); len(got) != 1 || got[0].method != "GET" {
		t.Errorf("sound asked for %d times", len(got))
	}
	if v := b.Violations(); len(v) > 0 {
		t.Errorf("violations %v", v)
	}
}

func TestSoundThatIsMissing(t *testing.T) {
	t.Parallel()
	for name, says := range map[string]func(url.Values) string{
		"no such file":   nil,
		"no sound in it": page("<Hangup/>"),
		"a failing app":  func(url.Values) string { return "500" },
	} {
		b := set(t, map[string]func(url.Values) string{
			"/voice": page(`<Play>/a.wav</Play><Play>https://elsewhere.example/b.mp3</Play>` + menu), "/a.wav": says,
		})
		p := b.Phone(patient)
		must(t, p.Dial(t.Context()))
		if got := codes(b.Violations()); !slices.Equal(got, []int{11200}) || p.Said() != "Press 1." {
			t.Errorf("%s: violations %v, heard %q", name, b.Violations(), p.Said())
		}
		if played := fmt.Sprint(p.Transcript()[0].Text, ", ", p.Transcript()[1].Text); played != "a.wav (missing), b.mp3" {
			t.Errorf("%s: played %s", name, played)
		}
	}
}
