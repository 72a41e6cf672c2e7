package config

// Config holds every setting of the environment. A value that is not set is
// the default, or zero where there is none.
type Config struct {
	TwilioAccount   string   // AC and 32 hex digits
	TwilioTokens    []Secret // webhooks accept each of them, REST uses the first
	TwilioAPIKey    string   // optional; REST calls use it with TwilioAPISecret
	TwilioAPISecret Secret
	TwilioAPIURL    string // base of the REST API where it is not Twilio's own
	RedisURL        Secret // may hold a password
	Addr            string // listen address
	PublicURL       string // as Twilio sees us, without a slash at the end
	ConsoleURL      string // as people see us; PublicURL if not set
	Number          Number // of the line
	OnCall          []Number
	Backup          Number
	Folder          string // configuration folder; "" is the built-in one
	KeysFile        string // key ring
	MetricsAddr     string // "" switches the listener off
}

// Group names settings that a command needs together.
type Group uint

// The groups. A command without a line to run needs few of them.
const (
	NeedStore  Group = 1 << iota // Redis
	NeedKeys                     // key ring file
	NeedTwilio                   // account and REST
	NeedLinks                    // URLs under which we are reached
	NeedLine                     // numbers of the line and of the people on call
	NeedListen                   // addresses to listen on
	NeedFolder                   // configuration folder
	needAll    = NeedStore | NeedKeys | NeedTwilio | NeedLinks | NeedLine | NeedListen | NeedFolder
)

// setting is one row: where it is read into, and how it is explained.
type setting struct {
	name    string
	group   Group
	must    Group // which of the groups cannot do without it
	secret  bool  // may be given as NAME_FILE
	blank   bool  // an empty value is a value
	initial string
	want    string // completes "NAME: want …"
	doc     string // a line or more for .env.example
	example string
	set     func(value string) bool // false if the value is not what is wanted
}

// settings lists all rows in the order in which they are explained.
func settings(c *Config) []setting {
	rows := twilioSettings(c)
	rows = append(rows, lineSettings(c)...)
	return append(rows, placeSettings(c)...)
}

func twilioSettings(c *Config) []setting {
	return []setting{
		{
			name: "TWILIO_ACCOUNT_SID", group: NeedTwilio, must: NeedTwilio, want: "AC and 32 hex digits",
			doc: "Account at Twilio.", example: "AC00000000000000000000000000000000", set: matching(&c.TwilioAccount, accountSID),
		},
		{
			name: "TWILIO_AUTH_TOKEN", group: NeedTwilio, must: NeedTwilio, secret: true, want: "a token, or tokens with commas between",
			doc: "Auth token; signatures of webhooks are checked with it. While it is being rotated a\ncomma list: webhooks accept each, REST calls use the first.",
			set: secrets(&c.TwilioTokens),
		},
		{
			name: "TWILIO_API_KEY", group: NeedTwilio, want: "the SID of an API key, one word",
			doc: "API key for REST calls, in place of the auth token. Better: it can be revoked alone.",
			set: matching(&c.TwilioAPIKey, oneWord),
		},
		{
			name: "TWILIO_API_SECRET", group: NeedTwilio, secret: true, want: "the secret of the API key, one word",
			doc: "Secret of the API key.", set: secret(&c.TwilioAPISecret),
		},
		{
			name: "TWILIO_API_URL", group: NeedTwilio, want: "an absolute http or https URL",
			doc: "REST API where it is not Twilio's own: a stand-in, a test.", set: webURL(&c.TwilioAPIURL),
		},
	}
}

func lineSettings(c *Config) []setting {
	return []setting{
		{
			name: "TIDEOVER_NUMBER", group: NeedLine, want: "the line's number as E.164, a plus and 7 to 15 digits",
			doc: "Number of the line, E.164. Overrides the one in line.yaml.", example: "+15555550100", set: number(&c.Number),
		},
		{
			name: "TIDEOVER_ONCALL", group: NeedLine, must: NeedLine, want: "at least one E.164 number, commas between, none of them twice",
			doc:     "Who is paged in an emergency: E.164 numbers in order, commas between. At least one.",
			example: "+15555550111,+15555550112", set: numbers(&c.OnCall),
		},
		{
			name: "TIDEOVER_BACKUP", group: NeedLine, want: "one E.164 number",
			doc: "Line that is spoken and dialled when we fail. E.164.", set: number(&c.Backup),
		},
		{
			name: "TIDEOVER_PUBLIC_URL", group: NeedLinks, must: NeedLine, want: "an absolute http or https URL without query",
			doc:     "URL under which Twilio reaches us. Signatures are checked against it, so it must be\nexactly what is set at Twilio up to /twilio/.",
			example: "https://line.example.org", set: webURL(&c.PublicURL),
		},
		{
			name: "TIDEOVER_CONSOLE_URL", group: NeedLinks, want: "an absolute http or https URL without query",
			doc: "URL under which people open the console. Default: the public URL.", set: webURL(&c.ConsoleURL),
		},
		{
			name: "TIDEOVER_CONFIG", group: NeedFolder, want: "a folder that holds line.yaml",
			doc: "Configuration folder (line and script). Default: the one that is built in.", set: folder(&c.Folder),
		},
	}
}

func placeSettings(c *Config) []setting {
	return []setting{
		{
			name: "REDIS_URL", group: NeedStore, must: NeedStore, secret: true, want: "redis://, rediss:// or unix://, hosts with commas between",
			doc:     "Redis 7 or Valkey. Several hosts for Sentinel (with ?master_name=) or a cluster.\nRun it with appendonly yes, appendfsync always, maxmemory-policy noeviction.",
			example: "redis://localhost:6379/0", set: redisURL(&c.RedisURL),
		},
		{
			name: "TIDEOVER_KEYS_FILE", group: NeedKeys, must: NeedKeys, want: "the path of the key ring file",
			doc:     "Key ring for encryption at rest; `tideover init` makes it. Not among Redis' files,\nnot in their backups.",
			example: "/var/lib/tideover/keys.json", set: notFolder(&c.KeysFile),
		},
		{
			name: "TIDEOVER_ADDR", group: NeedListen, initial: ":8080", want: "host:port or :port",
			doc: "Listen address.", set: address(&c.Addr),
		},
		{
			name: "TIDEOVER_METRICS_ADDR", group: NeedListen, initial: "127.0.0.1:9090", blank: true, want: "host:port or :port, or empty for none",
			doc: "Listen address of the metrics. Empty switches them off.", set: addressOrNone(&c.MetricsAddr),
		},
	}
}
