package twilio

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/twilio/twilio-go/client"
	api "github.com/twilio/twilio-go/rest/api/v2010"
)

// Credentials of one Twilio account. They print as the account's id.
type Credentials struct {
	Account string
	// Tokens are the account's auth tokens; REST uses the first.
	Tokens []string
	// Key and Secret of an API key; where given REST uses them instead.
	Key, Secret string
}

// Options of a Client; the zero value is right for Twilio itself.
type Options struct {
	// BaseURL of another server that speaks Twilio's API.
	BaseURL string
	// Timeout of one operation, all its requests together; zero means 3 s.
	Timeout time.Duration
	// HTTP replaces the transport; nil means one that keeps 64 connections.
	HTTP *http.Transport
	// Answered hears the status of each request; zero is no answer. It may be
	// nil.
	Answered func(status int)
}

const (
	twilioURL      = "https://api.twilio.com"
	defaultTimeout = 3 * time.Second
	keptIdle       = 64 // the library's default of 2 opens a connection for nearly every request under load
)

// Client does what the hotline asks of Twilio's REST API. It never repeats a
// request by itself: only the caller knows how to look whether the first one
// has happened. Safe for concurrent use.
type Client struct {
	account  string
	base     *url.URL
	timeout  time.Duration
	http     *http.Client
	answered func(status int)
	// authorize holds the secret in a closure, where no print can reach it.
	authorize func(*http.Request)
}

// New checks credentials and options; it sends nothing. Errors name what is
// wrong and never its value.
func New(c Credentials, o Options) (*Client, error) {
	if !accountSid.MatchString(c.Account) {
		return nil, errors.New("twilio account: want AC and 32 hex digits")
	}
	if slices.Contains(c.Tokens, "") || (c.Key == "") != (c.Secret == "") || (len(c.Tokens) == 0 && c.Key == "") {
		return nil, errors.New("twilio credentials: want an auth token, or an API key with its secret")
	}
	if o.BaseURL == "" {
		o.BaseURL = twilioURL
	}
	base, err := url.Parse(strings.TrimRight(o.BaseURL, "/"))
	if err != nil || !absolute(base) || base.User != nil || base.RawQuery != "" || base.Fragment != "" {
		return nil, errors.New("twilio API URL: want an absolute http or https URL, without user, query or fragment")
	}
	if o.Timeout <= 0 {
		o.Timeout = defaultTimeout
	}
	if o.HTTP == nil {
		o.HTTP = newTransport()
	}
	if o.Answered == nil {
		o.Answered = func(int) {}
	}
	user, password := c.Key, c.Secret
	if user == "" {
		user, password = c.Account, c.Tokens[0]
	}
	return &Client{
		account: c.Account, base: base, timeout: o.Timeout, answered: o.Answered,
		http: &http.Client{
			Transport:     o.HTTP,
			CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
		},
		authorize: func(r *http.Request) { r.SetBasicAuth(user, password) },
	}, nil
}

func newTransport() *http.Transport {
	return &http.Transport{
		Proxy:               http.ProxyFromEnvironment,
		DialContext:         (&net.Dialer{Timeout: 2 * time.Second, KeepAlive: 30 * time.Second}).DialContext,
		TLSHandshakeTimeout: 2 * time.Second,
		ForceAttemptHTTP2:   true,
		MaxIdleConns:        keptIdle,
		MaxIdleConnsPerHost: keptIdle,
		IdleConnTimeout:     90 * time.Second,
	}
}

// start begins one operation: the generated API on a session that carries the
// context, since the library has none, and the operation's name for errors.
// The request handler is made by hand: the library's constructor would let
// TWILIO_EDGE and TWILIO_REGION send our traffic elsewhere.
func (c *Client) start(ctx context.Context, op string) (*api.ApiService, context.CancelFunc) {
	ctx, cancel := context.WithTimeout(ctx, c.timeout)
	return api.NewApiService(&client.RequestHandler{Client: session{Client: c, ctx: ctx, op: op}}), cancel
}

// Format prints the account only, whatever the verb.
func (c Credentials) Format(f fmt.State, _ rune) { _, _ = f.Write([]byte(c.String())) }

// String masks all but the account.
func (c Credentials) String() string { return "twilio account " + c.Account }

// GoString masks all but the account.
func (c Credentials) GoString() string { return c.String() }

// LogValue masks all but the account.
func (c Credentials) LogValue() slog.Value { return slog.StringValue(c.String()) }

// MarshalText masks all but the account.
func (c Credentials) MarshalText() ([]byte, error) { return []byte(c.String()), nil }
