package console

// callWords are of callbacks.
func callWords() map[string]said {
	return map[string]said{
		"promises":          {"Promised calls", "Llamadas prometidas"},
		"promise.soon":      {"about to break", "a punto de incumplirse"},
		"promise.broken":    {"the time that was told is over", "pasó la hora que se le dijo"},
		"told-by":           {"told by", "prometida a más tardar"},
		"callback-h":        {"Call back", "Llamada prometida"},
		"callback-to":       {"Number", "Número"},
		"callback-safe":     {"Safe to call there", "Es seguro llamar ahí"},
		"callback-message":  {"Leave a message on a machine", "Dejar mensaje en una máquina"},
		"callback-name":     {"If somebody else answers, say", "Si contesta otra persona, diga"},
		"callback-window":   {"Good time", "Buena hora"},
		"callback-tries":    {"Attempts that failed", "Intentos sin éxito"},
		"callback-next":     {"next not before", "el siguiente no antes de"},
		"yes":               {"yes", "sí"},
		"no":                {"no", "no"},
		"not-said":          {"no: do not", "no: no lo haga"},
		"name.office":       {"the office is calling", "llama la oficina"},
		"name.friend":       {"a friend is calling", "llama un amigo"},
		"name.none":         {"nothing; ask for nobody and hang up", "nada; no pregunte por nadie y cuelgue"},
		"window.any":        {"any time of the day", "a cualquier hora del día"},
		"window.morning":    {"mornings", "por la mañana"},
		"window.afternoon":  {"afternoons", "por la tarde"},
		"window.evening":    {"evenings", "por la noche"},
		"attempt.no-answer": {"nobody answered", "nadie contestó"},
		"attempt.busy":      {"busy", "ocupado"},
		"attempt.failed":    {"could not be reached", "no se pudo llamar"},
		"attempt.silent":    {"picked up, no key: a machine, or somebody else", "contestó sin oprimir nada: una máquina u otra persona"},
		"attempt.message":   {"a machine; a neutral message was left", "una máquina; se dejó un mensaje neutral"},
		"attempt.declined":  {"picked up and did not want it now", "contestó y no la quiso ahora"},
		"attempt.left":      {"took it and hung up", "la tomó y colgó"},
	}
}
