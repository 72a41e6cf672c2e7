// Package triage compiles, validates and steps the scripted tree. A step is a
// pure function of session, input and facts: no time, randomness or I/O
// inside. One node serves both channels and all languages.
package triage
