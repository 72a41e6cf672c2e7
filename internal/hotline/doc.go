// Package hotline holds the nouns and rules of a line: cases and their states,
// bands, needs, numbers, claims, and the errors that a caller decides on. It is
// pure: no I/O, no clock, no context.
package hotline
