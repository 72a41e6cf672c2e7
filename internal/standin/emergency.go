package standin

import "strings"

// emergency tells the numbers that nobody may dial from a machine by mistake:
// 911, its test number 933, and 988.
func emergency(number string) bool {
	digits := strings.Map(func(r rune) rune {
		if r < '0' || r > '9' {
			return -1
		}
		return r
	}, number)
	return contains([]string{"911", "1911", "933", "1933", "988", "1988"}, digits)
}
