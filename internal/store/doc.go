// Package store keeps a line in Redis: cases, the queue, claims, leases,
// sessions of the script, jobs and the event stream. One transition is one
// Lua script (lua/*.lua). Sealing and unsealing happen here and nowhere else.
//
// Every key, after the prefix "to:{line}:", with its lifetime and who can
// read what it holds (sealed: only with the key ring):
//
//	era               store id                                        none          plain
//	case:<id>         state, band, scores, fences, legs; number,      close + 72 h  number, answers, note, words sealed;
//	                  answers, note, words of the record                            no end while its record is open
//	ses:<id>          session of the script                           with the case sealed
//	call:<CallSid>    which case a leg belongs to                     4 h           plain ids
//	who:<index>       a person's last case by channel, opt-out        72 h          blind index; no end while opted out
//	pr:<index>        the case that holds a person's promised callback    7 d           blind index; gone with the promise
//	cut:<index>       a call that was cut: first enqueue, band, risk, counselor  15 min  blind index; plain ids
//	q:<ch>:<la>:<need> match bucket                                   –             plain ids
//	line              all waiting and promised, by score              –             plain ids
//	w:<band>          the same by first enqueue                       –             plain ids
//	triage            cases in triage, by time                        –             plain ids
//	alarms            open emergency records, by time                 –             plain ids
//	co:<id>           a counselor's presence and call                 –             plain
//	cot:<id>          a counselor's threads                           –             plain ids
//	cos               counselors who ever were on shift               –             plain ids
//	cf:<counselor>    callers never to be given to them               –             blind indexes
//	ex:<counselor>    cases not to be given, with expiry              24 h          plain ids
//	pc:<CallSid>      call of a counselor who called in: who, turn, keys  5 h           plain ids; no PIN
//	lim:<ch>:<index>  when a person's last contacts began, within limits  24 h       blind index
//	lim:all           the same of all together                        24 h          plain
//	lim:hits          how many were above the limit of their number    1 min         plain
//	onduty            who has acknowledged to be on call, until when  –             plain ids
//	pin:<index>       wrong PINs of a number                          24 h          blind index
//	tok:<person>:<id> outcome of a token                              10 min        plain ids
//	req:<person>:<id> first answer of the API                         10 min        sealed
//	idem:<token>      key of the document given for a webhook         10 min, 24 h  plain ids
//	doc:<leg>:<turn>  the same by leg and turn                        10 min, 24 h  sealed
//	seq:<room>:<conf>:<leg> last callback of a leg in a room            4 h           plain
//	outbox            jobs by when they are due                       –             plain ids
//	dials             calls to make, by rank and by when they are due –             plain ids
//	callpace          when the account may make the next call         1 min         plain
//	legs              calls that are up or being made                 –             plain ids; each 4 h
//	over:<CallSid>    a leg that has ended                            5 min         plain
//	job:<id>          what to do                                      due + 24 h    plain ids
//	groups            support groups by when they begin               –             plain ids
//	g:<group>         a group: topic, time, seats; address            begin + 72 h  address sealed
//	g:<group>:in      who has a seat, in order                        begin + 72 h  blind index
//	g:<group>:wait    who waits for one, in order                     begin + 72 h  blind index
//	gs:<group>:<who>  a sign-up: state, agreement, time; number       begin + 72 h  blind index; number sealed
//	duties:<kind>     what is owed and not done, by when it is due    –             plain ids
//	duty:<id>         what is owed: kind, times; number, answers      due + 72 h    blind index; number, answers sealed
//	dutylog:<id>      what was tried for it                           due + 72 h    sealed
//	vm:<case>         a message as MP3; two minutes are 640 kB        7 d           sealed; after the close 24 h
//	txt:<case>        order of a thread                               with the case plain ids
//	m:<id>            one text: direction, time, state, body          7 d           body sealed; after the close 24 h
//	ev                stream of transitions                           by length     ids and codes
//	audit             who did and read what                           policy        sealed
//	audit:head        end of its chain                                policy        plain
//	d:<yyyymmdd>      counters of a day                               400 d         plain
//	script            which versions of the script there are, and were –            plain
//	alerts            what is wrong with the line itself, by kind     –             plain (nothing of anybody)
//	ons               versions of the script that somebody is on      –             plain
//	on:<version>      open contacts that are on it                    –             plain ids
//	script:<version>  files of a version                             –             plain (no data of anybody)
//	ready             probe of /readyz                                10 s          plain
//	lost:<era>        the loss of that era has been told              –             plain (outside of the era check)
//
// Keys without a line have the prefix "to:{_}:"; see staff.go.
package store
