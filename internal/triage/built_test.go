package triage_test

import "testing"

func TestTheBuiltInScriptCompilesAndIsMarkedAsNotReviewed(t *testing.T) {
	s := builtIn(t)
	if s.Sealed() || len(s.Unreviewed()) == 0 {
		t.Error("the texts that we ship have no seals, and the script must say so")
	}
}
