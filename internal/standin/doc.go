// Package standin plays Twilio for tests and for the demo, over real HTTP: the
// REST API, the TwiML interpreter, signed webhooks, and the phones of the
// people who call, text and pick up.
//
// An Exchange speaks only what the hotline uses and refuses everything else,
// and what Twilio would refuse, with Twilio's own error codes; each refusal is
// kept as a Violation. It keeps everything in memory and ends with Close. What
// it does differently from Twilio is listed in README.md.
package standin
