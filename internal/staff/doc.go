// Package staff knows the people of a line: the roster, what each role may do,
// the tokens, invite links and sign-in sessions that prove who somebody is, and
// who of them is on call. Secrets leave it once, in plain; what is kept is
// their hash.
package staff
