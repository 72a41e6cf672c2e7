package standin

// Taken reports whether a document would be played on a call.
func Taken(status int, kind string, body []byte) error {
	_, err := accept(answer{status: status, kind: kind, body: body}, nil, forCall)
	return err
}
