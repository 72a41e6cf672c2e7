// Package vault holds the key ring and seals what must not be read in Redis,
// its files or its backups.
//
// The ring has one data key per day. A field is sealed under the key of the
// day on which it must be gone; once that key is destroyed, every copy of the
// field is unreadable, wherever it lies. Two keys have no day: the index key,
// by which people are found without their number, and the standing key, for
// what is kept until a person removes it (roster, record of access).
//
// The ring is one file, shared by all instances of a line and kept apart from
// Redis and its backups. It changes only by rename, so a reader sees the old
// or the new ring and never half of one.
package vault
