package webhook

import (
	"bytes"
	"encoding/binary"
	"math"
	"net/http"
	"time"

	"github.com/labstack/echo/v4"
)

const (
	holdRate    = 8000 // samples a second, as a phone carries
	holdSeconds = 22
	waitSeconds = 8 // counselors who called in are told within it that somebody came
)

// serveSound serves the sound of a waiting loop.
func serveSound(sound []byte) echo.HandlerFunc {
	return func(c echo.Context) error {
		c.Response().Header().Set("Cache-Control", "public, max-age=86400")
		c.Response().Header().Set(echo.HeaderContentType, "audio/wav")
		http.ServeContent(c.Response(), c.Request(), "hold.wav", time.Time{}, bytes.NewReader(sound))
		return nil
	}
}

// holdAudio makes a calm sound of our own: four soft chords that swell and
// fade, so quiet that words after it are never a shock. 16-bit PCM, mono.
func holdAudio(seconds int) []byte {
	chords := [][]float64{{220, 277.18, 329.63}, {185, 220, 277.18}, {146.83, 220, 293.66}, {164.81, 246.94, 329.63}}
	n := holdRate * seconds
	pcm := make([]int16, n)
	each := n / len(chords)
	for i := range pcm {
		chord := chords[min(i/each, len(chords)-1)]
		at := float64(i) / holdRate
		swell := math.Sin(math.Pi * float64(i%each) / float64(each))
		var v float64
		for _, f := range chord {
			v += math.Sin(2*math.Pi*f*at) + 0.3*math.Sin(4*math.Pi*f*at)
		}
		pcm[i] = int16(v / 4 * swell * 0.12 * math.MaxInt16)
	}
	return wav(pcm)
}

func wav(pcm []int16) []byte {
	var b bytes.Buffer
	size := uint32(len(pcm) * 2)
	b.WriteString("RIFF")
	put := func(vs ...any) {
		for _, v := range vs {
			_ = binary.Write(&b, binary.LittleEndian, v) // a bytes.Buffer never fails
		}
	}
	put(36 + size)
	b.WriteString("WAVEfmt ")
	put(uint32(16), uint16(1), uint16(1), uint32(holdRate), uint32(holdRate*2), uint16(2), uint16(16))
	b.WriteString("data")
	put(size, pcm)
	return b.Bytes()
}
