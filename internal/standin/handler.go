package standin

import "net/http"

// Handler serves the REST API under /2010-04-01/ and the web phones under
// /_phones/.
func (x *Exchange) Handler() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc(apiRoot, x.rest)
	return mux
}
