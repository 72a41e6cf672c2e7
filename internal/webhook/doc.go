// Package webhook serves Twilio: it checks who asks, reads what is asked, has
// intake or dispatch decide, and writes the answer. It knows no state: what a
// leg needs to go on lies in the URLs that it is given, signed by Twilio.
package webhook
