// Package dispatch is the counselor's side of a case: claim, ring, connect,
// give back, escalate, wrap up, and the jobs that fall due. What must be heard
// by a phone is written to the outbox by the step that decides it and carried
// out here, so that it survives this process.
package dispatch
