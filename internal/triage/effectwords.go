package triage

import (
	"fmt"
	"reflect"
	"strings"
)

// EffectWords writes effects the way transcripts name them: "enqueue urgent
// talk", "page danger", "raise 3", "record main_menu 1", "text", "to text", "end served".
// What is said and asked is left out: it is compared as words.
func EffectWords(effects []Effect) []string {
	var all []string
	for _, e := range effects {
		switch e := e.(type) {
		case Say, Ask:
		case Enqueue:
			all = append(all, fmt.Sprintf("enqueue %v %s", e.Band, e.Need))
		case Record:
			all = append(all, fmt.Sprintf("record %s %s", e.Answer.Question, e.Answer.Answer))
		case Promise:
			all = append(all, promiseWords(e))
		case ByText:
			all = append(all, "by text")
		case ToText:
			all = append(all, "to text")
		case ToVoice:
			all = append(all, "to voice")
		case SendText:
			all = append(all, "text")
		default:
			all = append(all, plainEffect(e))
		}
	}
	return all
}

// promiseWords is a callback with what was agreed on.
func promiseWords(p Promise) string {
	words := []string{"promise"}
	for _, part := range []struct {
		word string
		on   bool
	}{{p.Number, p.Number != ""}, {"safe", p.Safe}, {"message", p.Message}, {p.Name, p.Name != ""}, {string(p.Window), p.Window != ""}} {
		if part.on {
			words = append(words, part.word)
		}
	}
	return strings.Join(words, " ")
}

// plainEffect is the name of an effect and its plain values in order.
func plainEffect(e Effect) string {
	v := reflect.ValueOf(e)
	words := []string{strings.ToLower(v.Type().Name())}
	for _, f := range v.Fields() {
		switch f.Kind() {
		case reflect.String, reflect.Int, reflect.Bool:
			words = append(words, fmt.Sprint(f.Interface()))
		default: // lists and times are not named
		}
	}
	return strings.Join(words, " ")
}
