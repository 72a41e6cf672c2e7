package standin

// Taken reports whether a document would be played on a call.
func Taken(status int, kind string, body []byte) error {
	_, err := accept(answer{status: status, kind: kind, body: body}, nil, forCall)
	return err
}

// Vocabulary gives the attributes of each verb, by the typings of Twilio's
// library that know it.
func Vocabulary() map[string]map[string][]string {
	all := map[string]map[string][]string{}
	for file, verbs := range map[string]map[string]element{"VoiceResponse.d.ts": voiceVerbs, "MessagingResponse.d.ts": textVerbs} {
		all[file] = map[string][]string{}
		for verb, e := range verbs {
			all[file][verb] = sortedKeys(e.attrs)
		}
	}
	return all
}
