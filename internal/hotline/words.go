package hotline

import "fmt"

// Lang is a language that the line speaks, as a BCP 47 primary tag.
type Lang string

// The languages that are built in. The zero Lang means: not chosen yet, say
// it in all of them.
const (
	English Lang = "en"
	Spanish Lang = "es"
)

// Channel is the way a case reached the line.
type Channel string

// The two channels.
const (
	Voice Channel = "voice"
	SMS   Channel = "sms"
)

// Band is the urgency of a case. The zero value is the most urgent one, so
// that a lost value fails to the safe side.
type Band int

// The four bands, in claim order.
const (
	Emergency Band = iota
	Urgent
	Soon
	Routine
)

var bandNames = [...]string{"emergency", "urgent", "soon", "routine"}

// Bands lists all bands, most urgent first.
func Bands() []Band { return []Band{Emergency, Urgent, Soon, Routine} }

// String gives the word that the API shows.
func (b Band) String() string {
	if b < 0 || int(b) >= len(bandNames) {
		return bandNames[Emergency]
	}
	return bandNames[b]
}

// MarshalText writes the word.
func (b Band) MarshalText() ([]byte, error) { return []byte(b.String()), nil }

// ParseBand reads the word of a band.
func ParseBand(s string) (Band, error) {
	for i, name := range bandNames {
		if s == name {
			return Band(i), nil
		}
	}
	return Emergency, fmt.Errorf("band: want emergency, urgent, soon or routine")
}

// Need is what a case asks of a counselor.
type Need string

// The needs that the built-in script names.
const (
	NeedTalk        Need = "talk"
	NeedAppointment Need = "appointment"
	NeedMedication  Need = "medication"
	NeedGroup       Need = "group"
	NeedLocal       Need = "local"
	NeedRights      Need = "rights"
	NeedVoicemail   Need = "voicemail"
)

// Disposition is the recorded outcome of a case.
type Disposition string

// Dispositions lists what a counselor may close a case with.
func Dispositions() []Disposition {
	return []Disposition{"helped", "rerouted", "referred", "escalated", "callback", "no_contact", "other"}
}

// ParseDisposition reads one of Dispositions.
func ParseDisposition(s string) (Disposition, error) {
	for _, d := range Dispositions() {
		if s == string(d) {
			return d, nil
		}
	}
	return "", fmt.Errorf("disposition: want one of %v", Dispositions())
}

// Needs lists the needs that every counselor may serve.
func Needs() []Need {
	return []Need{NeedTalk, NeedAppointment, NeedMedication, NeedGroup, NeedLocal, NeedRights, NeedVoicemail}
}
