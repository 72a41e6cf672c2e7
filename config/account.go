package config

// Account is what the account at the carrier may do.
type Account struct {
	PerSecond float64 // new calls
	Legs      int     // calls at once, in and out; 0: no limit
}

type rawAccount struct {
	PerSecond *float64 `yaml:"calls_per_second"`
	Legs      int      `yaml:"legs"`
}

func (b *lineBuilder) account() Account {
	raw := or(b.raw.Account, rawAccount{})
	a := Account{PerSecond: or(raw.PerSecond, 1), Legs: raw.Legs}
	if a.PerSecond < 0.1 || a.PerSecond > 1000 {
		b.fault("account.calls_per_second", "want 0.1 to 1000")
	}
	if a.Legs != 0 && (a.Legs < 2 || a.Legs > 100000) {
		b.fault("account.legs", "want 0 for no limit, or at least 2: a caller and a counselor")
	}
	return a
}
