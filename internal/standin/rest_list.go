package standin

import (
	"maps"
	"net/http"
	"strconv"
	"time"
)

// page gives one page of a list, as Twilio does, with the way to the next.
func page[T any](a asked, name string, rows []T, show func(T) map[string]any) reply {
	size, number := 50, 0
	if s := a.get("PageSize"); s != "" {
		n, err := strconv.Atoi(s)
		if err != nil || n < 1 || n > 1000 {
			return refuse(http.StatusBadRequest, 20001, "PageSize: want 1 to 1000")
		}
		size = n
	}
	if s := a.get("Page"); s != "" {
		n, err := strconv.Atoi(s)
		if err != nil || n < 0 {
			return refuse(http.StatusBadRequest, 20001, "Page: want a number")
		}
		number = n
	}
	if number > 0 && a.get("PageToken") == "" {
		return refuse(http.StatusBadRequest, 20001, "Page needs its PageToken")
	}
	first := min(number*size, len(rows))
	last := min(first+size, len(rows))
	shown := make([]map[string]any, 0, last-first)
	for _, r := range rows[first:last] {
		shown = append(shown, show(r))
	}
	var next, previous any
	if last < len(rows) {
		next = a.uri(size, number+1)
	}
	if number > 0 {
		previous = a.uri(size, number-1)
	}
	return reply{status: http.StatusOK, body: map[string]any{
		name: shown, "page": number, "page_size": size, "start": first, "end": max(last-1, 0), "uri": a.uri(size, number),
		"first_page_uri": a.uri(size, 0), "next_page_uri": next, "previous_page_uri": previous,
	}}
}

// uri is the address of a page of the same list.
func (a asked) uri(size, number int) string {
	q := maps.Clone(a.params)
	q.Set("PageSize", strconv.Itoa(size))
	q.Set("Page", strconv.Itoa(number))
	q.Del("PageToken")
	if number > 0 {
		q.Set("PageToken", "PA"+strconv.Itoa(number))
	}
	return a.path + "?" + q.Encode()
}

// since reads a time of a list's filter; a day alone means its beginning.
func since(s string) (at time.Time, ok bool) {
	if s == "" {
		return time.Time{}, true
	}
	for _, layout := range []string{time.DateOnly, time.RFC3339} {
		if at, err := time.Parse(layout, s); err == nil {
			return at, true
		}
	}
	return time.Time{}, false
}

// stamp is how Twilio writes a time in JSON; nil for none.
func stamp(at time.Time) any {
	if at.IsZero() {
		return nil
	}
	return at.UTC().Format(time.RFC1123Z)
}
