// Package twilio is the only room that knows Twilio: how its webhooks are
// signed and what stands in them, the TwiML that answers them, and the REST
// calls that ring, move and end legs and send texts.
//
// It keeps no state but a connection pool. The signature check and the TwiML
// writer are our own: the library's validator takes only the first value of a
// repeated field, and its writer orders attributes at random and drops empty
// ones, so that a repeated webhook could not get the same bytes.
//
// Nothing here prints what a caller said, a number, a token or a URL's query:
// types that hold such things mask themselves, and errors carry codes only.
package twilio
