// Package intake is the caller's side of a case: it answers each request of a
// call and each text with the next document. One answer is at most one read,
// one pure step of the script, one rendered document and one script call.
package intake
