// Package outreach is what follows a contact: seats in support groups, what
// the line owes a patient, and the texts that go out long after the call. The
// rules are pure; Courier carries out what falls due.
package outreach
