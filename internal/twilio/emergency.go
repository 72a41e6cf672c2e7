package twilio

import "strings"

// emergency tells the numbers that the machine must not reach by voice or
// text, however they are spelled: a call to 911 without a person who confirmed
// it and a registered address sends help to the wrong place. 988 is none of
// them.
func emergency(number string) bool {
	digits := strings.Map(func(r rune) rune {
		if r < '0' || r > '9' {
			return -1
		}
		return r
	}, number)
	if strings.HasPrefix(strings.TrimLeft(digits, "0"), "1911") { // no area code: cut short by some carriers
		return true
	}
	if len(digits) > 6 { // longer than any prefix before a service number
		return false
	}
	for _, service := range []string{"911", "933", "112"} {
		if strings.HasSuffix(digits, service) {
			return true
		}
	}
	return false
}
