package triage

import (
	"strings"
	"unicode/utf16"
)

// The alphabet of GSM 03.38 (3GPP TS 23.038): one septet each, and two for
// those behind the escape. á, í, ó and ú are not in it; é, ñ, ü, ¿ and ¡ are.
const (
	gsmBasic = "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
	gsmAfter = "\f^{}\\[~]|€"
)

// segments counts the parts in which carriers send a text: 160 septets, or 153
// in each of several; with any other letter 70 units of UTF-16, or 67.
func segments(text string) int {
	if len(foreign(text)) == 0 {
		widths := make([]int, 0, len(text))
		for _, r := range text {
			w := 1
			if strings.ContainsRune(gsmAfter, r) {
				w = 2
			}
			widths = append(widths, w)
		}
		return filledParts(widths, 160, 153)
	}
	widths := make([]int, 0, len(text))
	for _, r := range text {
		widths = append(widths, max(utf16.RuneLen(r), 1))
	}
	return filledParts(widths, 70, 67)
}

// filledParts fills parts; a letter of two units is not torn apart.
func filledParts(widths []int, one, many int) int {
	sum := 0
	for _, w := range widths {
		sum += w
	}
	if sum <= one {
		return 1
	}
	parts, room := 1, many
	for _, w := range widths {
		if w > room {
			parts, room = parts+1, many
		}
		room -= w
	}
	return parts
}

// foreign lists the letters, each time they stand there, that are not in the
// alphabet.
func foreign(text string) []rune {
	var all []rune
	for _, r := range text {
		if !strings.ContainsRune(gsmBasic, r) && !strings.ContainsRune(gsmAfter, r) {
			all = append(all, r)
		}
	}
	return all
}
