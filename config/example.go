package config

import "strings"

// EnvExample writes the file .env.example: every setting with what it is for.
// What must be set has an example, the rest is commented out.
func EnvExample() string {
	var b strings.Builder
	b.WriteString("# Settings of Tideover. Copy to .env and fill in.\n" +
		"# A setting NAME that is marked secret may be given as NAME_FILE, the path of a file\n" +
		"# that not everybody may read; never both.\n")
	var c Config
	for _, s := range settings(&c) {
		b.WriteByte('\n')
		for line := range strings.SplitSeq(s.doc, "\n") {
			b.WriteString("# " + line + "\n")
		}
		if s.secret {
			b.WriteString("# Secret.\n")
		}
		if s.must == 0 && s.example == "" {
			b.WriteByte('#')
		}
		b.WriteString(s.name + "=" + s.example + s.initial + "\n")
	}
	return b.String()
}
