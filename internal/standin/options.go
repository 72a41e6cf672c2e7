package standin

import (
	"errors"
	"fmt"
	"log/slog"
	"net/url"
	"regexp"
	"time"
)

// Options describe an account with one number, and how time passes.
type Options struct {
	Account           string // AC and 32 hex digits
	Token             string // auth token: REST password and signing key
	APIKey, APISecret string // optional, for REST only
	Number            string // the line's number, E.164
	// PublicURL is where the app believes to be reached: it is signed.
	PublicURL string
	// Apps are where requests really go, base URLs in turn. Route changes them.
	Apps []string
	// Hooks are the number's own URLs, as set in Twilio's console.
	Hooks Hooks

	// Now gives the time of logs, dates and durations.
	Now func() time.Time
	// Timer lets waits end; nil means real time. See Hand for tests.
	Timer Timer
	// Pace is how fast words, sounds and pauses go by: 1 as on a phone, 20
	// twenty times as fast. At 0 words and sounds take no time, all else takes
	// as long as Timer says.
	Pace float64
	// Seed makes the ids: the same seed gives the same ones.
	Seed uint64
	// RingFor is how long a phone rings when the app does not say, as Twilio
	// counts: five seconds come on top. Zero means 60 s.
	RingFor time.Duration
	// WebhookLimit is Twilio's patience with one request; zero means 15 s.
	WebhookLimit time.Duration

	// Unattended is what phones do that nobody gave a Behaviour to.
	Unattended Behaviour
	// AdvancedOptOut adds OptOutType to the webhook of STOP, START and HELP.
	AdvancedOptOut bool
	// FakeEmergency lets 911, 933 and 988 be dialled and answered by a robot
	// that says so. Without it they are refused.
	FakeEmergency bool

	Handsets []Handset // of the web page
	Links    []Link    // of the web page
	Steps    []string  // what a newcomer does first, in order
	Log      *slog.Logger
}

// Hooks are the URLs of a number. An empty VoiceURL fails every call, as at
// Twilio.
type Hooks struct{ VoiceURL, VoiceFallbackURL, StatusURL, SMSURL string }

// Handset is a phone on the web page. One that is meant to be rung does not
// invite to a call, though it can make one.
type Handset struct {
	Name, Number, About string
	Rung                bool
}

// Link leads from the web page to another one; without a title by its name.
type Link struct{ Name, URL, Title string }

// Timer gives a channel that is closed after d, and a way to stop it.
type Timer func(d time.Duration) (fired <-chan struct{}, stop func())

var accountSid = regexp.MustCompile(`^AC[0-9a-fA-F]{32}$`)

// complete fills in what has a usable zero value and tells all that is wrong.
func (o Options) complete() (Options, error) {
	var faults []error
	fault := func(bad bool, what string) {
		if bad {
			faults = append(faults, errors.New(what))
		}
	}
	fault(!accountSid.MatchString(o.Account), "Account: want AC and 32 hex digits")
	fault(o.Token == "", "Token: missing")
	fault((o.APIKey == "") != (o.APISecret == ""), "APIKey and APISecret: want both or neither")
	fault(!e164.MatchString(o.Number), "Number: want E.164")
	u, err := url.Parse(o.PublicURL)
	fault(err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https", "PublicURL: want an absolute http or https URL")
	fault(o.Now == nil, "Now: missing")
	fault(o.Pace < 0, "Pace: want zero or more")
	if len(faults) > 0 {
		return o, fmt.Errorf("stand-in options: %w", errors.Join(faults...))
	}
	if o.Timer == nil {
		o.Timer = realTimer
	}
	if o.RingFor == 0 {
		o.RingFor = 60 * time.Second
	}
	if o.WebhookLimit == 0 {
		o.WebhookLimit = 15 * time.Second
	}
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	return o, nil
}
