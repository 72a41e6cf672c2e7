package triage_test

import (
	"strings"
	"testing"
	"time"

	"github.com/tideover/tideover/internal/triage"
)

func TestFaultsOfInputAreFound(t *testing.T) {
	t.Parallel()
	mustFindAll(t, true, map[string]fault{
		"key twice":                       {edits: ed(tree, `{key: "2", lang: es`, `{key: "1", lang: es`), rule: "duplicate", at: `"1", lang: es`, also: []string{"translation", "language"}},
		"a key that is taken":             {edits: ed(tree, `{key: "2", lang: es`, `{key: "9", lang: es`), rule: "key", at: `"9"`, also: []string{"translation", "language"}},
		"a key of two digits":             {edits: ed(tree, `{key: "2", lang: es`, `{key: "12", lang: es`), rule: "key", at: `"12"`, also: []string{"translation", "language"}},
		"word twice":                      {edits: ed(tree, "words: [spanish, in spanish]", "words: [spanish, English]"), rule: "duplicate", at: "[spanish, English]"},
		"word twice but for its accent":   {edits: ed(spanish, "words: [español, en español, castellano]", "words: [español, ingles]"), rule: "duplicate", at: "[español, ingles]"},
		"word of another language":        {edits: ed(spanish, "words: [español, en español, castellano]", "words: [español, English]"), rule: "duplicate", at: "[español, English]"},
		"word that works already":         {edits: ed(tree, "words: [spanish, in spanish]", "words: [spanish, menu]"), rule: "duplicate", at: "[spanish, menu]"},
		"word that works, in Spanish":     {edits: ed(spanish, "words: [español, en español, castellano]", "words: [español, PERSONA]"), rule: "duplicate", at: "[español, PERSONA]"},
		"a word of carriers":              {edits: ed(tree, "words: [volunteer, counselor,", "words: [volunteer, help, counselor,"), rule: "carrier", at: "[volunteer, help"},
		"a word of carriers, in Spanish":  {edits: ed(spanish, "words: [ayuda local, cerca", "words: [ayuda, cerca"), rule: "carrier", at: "[ayuda, cerca"},
		"a word of carriers, everywhere":  {edits: ed(tree, "words: [repeat, say again,", "words: [repeat, start, say again,"), rule: "carrier", at: "[repeat, start"},
		"a word everywhere twice":         {edits: ed(tree, "words: [repeat, say again,", "words: [repeat, operator, say again,"), rule: "duplicate", at: "[repeat, operator"},
		"a word too short to be heard":    {edits: ed(tree, "words: [spanish, in spanish]", "words: [spanish, es]"), rule: "speech", at: "[spanish, es]", mild: true},
		"a language that there is not":    {edits: ed(tree, `{key: "1", lang: en`, `{key: "1", lang: fr`), rule: "language", at: "fr", also: []string{"time"}},
		"a value that nothing takes":      {edits: ed(tree, `{key: "1", label: Volunteer now, goto`, `{key: "1", label: Volunteer now, value: late, goto`), rule: "variable", at: "late"},
		"a reserved name for a variable":  {edits: ed(tree, "  urgent: [\"yes\", \"no\"]", "  urgent: [\"yes\", \"no\"]\n  lines_long: [a]"), rule: "variable", at: "lines_long: [a]", also: []string{"condition"}},
		"a variable that falls":           {edits: ed(tree, "  zip: {type: digits, pii: true}", "  zip: {type: digits, pii: true}\n  worst: {type: whole, max: 3, monotone: down}"), rule: "variable", at: "monotone: down"},
		"an answer that leads to nowhere": {edits: ed(tree, `{key: "2", goto: goodbye, words: ["no", done, bye]}`, `{key: "2", words: ["no", done, bye]}`), rule: "target", at: `{key: "2", words: ["no", done, bye`},
	})
}

func TestFaultsOfLanguageAreFound(t *testing.T) {
	t.Parallel()
	mustFindAll(t, true, map[string]fault{
		"text missing":                  {edits: ed(tree, "      sms: Reply 1 for English.\n    again:", "    again:"), rule: "language", at: "say:\n      voice: We are"},
		"translation missing":           {edits: ed(spanish, "      sms: Responda 2 para español.\n    again:", "    again:"), rule: "language", at: "say:\n      voice: Somos"},
		"translation of nothing":        {edits: ed(spanish, "  welcome:\n", "  welcom:\n"), rule: "translation", at: "welcom:", also: []string{"language"}},
		"translation of no answer":      {edits: ed(spanish, `"2": {words: [español`, `"3": {words: [español`), rule: "translation", at: `"3"`, also: []string{"language"}},
		"stale and clinical":            {edits: ed(spanish, "  safety_check:\n    of: ", "  safety_check:\n    of: 0"), rule: "stale", at: "0"},
		"stale":                         {edits: ed(spanish, "  welcome:\n    of: ", "  welcome:\n    of: 0"), rule: "stale", at: "0", mild: true},
		"made from nothing":             {edits: ed(spanish, "  welcome:\n    of: ", "  welcome:\n    off: "), rule: "stale", at: "welcome:", also: []string{"unknown-key"}},
		"a placeholder is lost":         {edits: ed(spanish, "número {{place}} en la fila.", "número en la fila."), rule: "placeholder", at: "^Usted es más o menos el número en"},
		"a number is lost":              {edits: ed(spanish, "o siente confusión, marque el {{res.911}}.", "o siente confusión, pida ayuda."), rule: "placeholder", at: "^>\n        ¿Se siente mal"},
		"a placeholder of nobody":       {edits: ed(tree, `hold_wait: {voice: "One moment`, `hold_wait: {voice: "{{name}}, one moment`), rule: "placeholder", at: `"{{name}}`},
		"a placeholder misspelt":        {edits: ed(tree, "voice: To find help near you,", "voice: To find help near {{zap}},"), rule: "placeholder", at: "To find help near {{zap}}"},
		"all by machine":                {edits: ed(spanish, "status: draft", "status: machine"), rule: "machine", at: "safety_check:"},
		"one text by machine":           {edits: ed(spanish, "  danger:\n    of:", "  danger:\n    status: machine\n    of:"), rule: "machine", at: "machine"},
		"nobody knows how":              {edits: ed(spanish, "status: draft", "status: fine"), rule: "schema", at: "fine"},
		"another language":              {edits: ed(spanish, "lang: es\n", "lang: pt\n"), rule: "schema", at: "pt"},
		"label missing":                 {edits: ed(spanish, "    label: Qué necesita\n", ""), rule: "language", at: "main_menu:"},
		"label of an answer missing":    {edits: ed(spanish, "{label: Cancelada, words", "{words"), rule: "language", at: `"1": {words: [cancelada`},
		"words of an answer missing":    {edits: ed(spanish, "{label: Cancelada, words: [cancelada, cancelaron, la cancelaron]}", "{label: Cancelada}"), rule: "language", at: `"1": {label: Cancelada}`},
		"a phrase without its language": {edits: ed(spanish, "    voice: Perdón, no le entendí.\n", ""), rule: "language", at: "^sorry:"},
	})
}

func TestFaultsOfWordsAreFound(t *testing.T) {
	t.Parallel()
	wait := func(words string) []edit {
		return ed(tree, "hold_quiet: {voice: Please stay with us. You keep your place.}", "hold_quiet: {voice: "+words+"}")
	}
	espera := func(words string) []edit {
		return ed(spanish, `sms: "No podemos ver fotos. Por favor, escriba con palabras."`, "sms: "+words)
	}
	mustFindAll(t, true, map[string]fault{
		"a text of four parts":          {edits: espera("\"" + strings.Repeat("No podemos ver fotos. ", 30) + "\""), rule: "segments", at: "\"No podemos"},
		"one accent makes two parts":    {edits: espera("\"" + strings.Repeat("No se ven fotos. ", 5) + "Aquí no.\""), rule: "accent", at: "\"No se", mild: true},
		"a prompt too long to hear":     {edits: wait(strings.Repeat("please stay here ", 30)), rule: "long", at: "please stay"},
		"a counselor hears too much":    {edits: ed(tree, "Star opens a menu.", strings.Repeat("Star ends the call. ", 5)), rule: "long", at: `"{{band}}. {{lang}}. {{need}}`},
		"words of eighteen years":       {edits: wait("regrettably the organisation responsible for authorising additional psychiatric appointments is experiencing considerable administrative complications everywhere"), rule: "reading", at: "regrettably", mild: true},
		"committed suicide":             {edits: wait("Nobody here has committed suicide."), rule: "wording", at: "Nobody"},
		"an attempt that succeeded":     {edits: wait("No successful attempt was ever heard of."), rule: "wording", at: "No succ"},
		"a method":                      {edits: wait("Put the rope away."), rule: "wording", at: "Put"},
		"se suicidó con éxito":          {edits: espera("Alguien se suicidó con éxito."), rule: "wording", at: "Alguien"},
		"un método":                     {edits: espera("Deje la pistola."), rule: "wording", at: "Deje"},
		"a dose":                        {edits: wait("Take 800 mg of it."), rule: "wording", at: "Take"},
		"911 typed":                     {edits: wait("Call 911."), rule: "number", at: "Call"},
		"911 in digits":                 {edits: wait("Call 9 1 1 now."), rule: "number", at: "Call"},
		"988 in words":                  {edits: wait("Call nine eight eight."), rule: "number", at: "Call"},
		"a telephone number":            {edits: wait("Call us at (888) 466-2219."), rule: "number", at: "Call"},
		"STOP":                          {edits: wait("Text STOP to end."), rule: "carrier", at: "Text"},
		"help, in small letters":        {edits: wait("You can reply help at any time."), rule: "carrier", at: "You"},
		"AYUDA":                         {edits: espera("Escriba AYUDA si la necesita."), rule: "carrier", at: "Escriba"},
		"a goodbye that leaves them":    {edits: ed(tree, "callback_no: {voice: \"Then goodbye. The numbers {{res.911}} and {{res.988}} are there", "callback_no: {voice: \"Then goodbye. The number {{res.911}} is there"), rule: "safety", at: "\"Then goodbye", also: []string{"placeholder"}},
		"a failure that says no number": {edits: ed(spanish, "text_back: {of: ", "text_back: {sms: Ha vuelto., of: "), rule: "duplicate", at: "sms: \"", also: []string{"safety", "placeholder"}},
	})
}

func TestFaultsOfDataAreFound(t *testing.T) {
	t.Parallel()
	first := func(old, new string) []edit { return ed(numbers, old, new) }
	mustFindAll(t, true, map[string]fault{
		"a number of nobody":       {edits: ed(tree, "Help Center at once: {{res.dmhc}}", "Help Center at once: {{res.dmch}}"), rule: "resource", at: "^>\n        Strike or not", also: []string{"placeholder"}},
		"a number without a date":  {edits: first("verified_on: 2026-11-20", "verified_on: yesterday"), rule: "resource", at: "yesterday"},
		"a number that has aged":   {edits: first("expires_on: 2027-11-20", "expires_on: 2026-11-24"), rule: "expired", at: "2026-11-24"},
		"a number that ages soon":  {edits: first("expires_on: 2027-11-20", "expires_on: 2026-12-08"), rule: "expiring", at: "2026-12-08", mild: true},
		"aged before it was right": {edits: first("expires_on: 2027-11-20", "expires_on: 2026-11-19"), rule: "resource", at: "2026-11-19", also: []string{"expired"}},
		"no number":                {edits: first(`number: "211"`, `number: "2-1-1"`), rule: "resource", at: `"2-1-1"`},
		"a number too short":       {edits: first(`number: "+18884662219"`, `number: "+1888"`), rule: "resource", at: `"+1888"`},
		"one name twice":           {edits: first(`id: "211"`, `id: "988"`), rule: "resource", at: `"988"`, also: []string{"placeholder"}},
		"no source":                {edits: first("    source: https://www.911.gov\n", ""), rule: "resource", at: "2027-11-20"},
		"unknown key of a number":  {edits: first("    source: https://www.911.gov\n", "    source: https://www.911.gov\n    prio: 1\n"), rule: "unknown-key", at: "prio"},
	})
}

func TestFaultsOfReviewAreFound(t *testing.T) {
	t.Parallel()
	seal := func(of string) []edit { return ed(seals, "seals: []", "seals:\n  - {"+of+"}") }
	release := triage.Terms{Day: today, Release: true}
	mustFindAll(t, true, map[string]fault{
		"a seal without a name":          {edits: seal("id: danger, lang: en, hash: x"), rule: "seal", at: "{id"},
		"changed after its seal":         {edits: seal(`id: danger, lang: en, hash: "12345678", by: "M. R.", on: 2026-11-24`), rule: "review", at: `"12345678"`, mild: true},
		"changed after its seal, as out": {edits: seal(`id: danger, lang: en, hash: "12345678", by: "M. R.", on: 2026-11-24`), rule: "review", at: `"12345678"`, for_: release},
		"never sealed, as out":           {edits: ed(seals, "seals: []", "seals: [ ]"), rule: "review", in: tree, at: "safety_check:\n", for_: release},
		"never sealed, in Spanish":       {edits: ed(seals, "seals: []", "seals: [ ]"), rule: "review", in: spanish, at: "safety_check:\n", mild: true},
		"sealed by who wrote it":         {edits: seal(`id: danger, lang: es, hash: "12345678", by: tideover, on: 2026-11-24`), rule: "seal", at: "tideover,"},
		"sealed by who translated it": {edits: []edit{
			{seals, "seals: []", "seals:\n  - {id: danger, lang: es, hash: \"12345678\", by: \"M. R.\", on: 2026-11-24}"},
			{spanish, "  danger:\n    of:", "  danger:\n    by: M. R.\n    of:"},
		}, rule: "seal", at: `"M. R."`},
		"a seal of nothing": {edits: seal(`id: dangr, lang: en, hash: "12345678", by: "M. R.", on: 2026-11-24`), rule: "seal", at: "{id"},
		"two seals of one":  {edits: ed(seals, "seals: []", "seals:\n  - {id: danger, lang: en, hash: a, by: A, on: 2026-11-24}\n  - {id: danger, lang: en, hash: b, by: B, on: 2026-11-24}"), rule: "seal", at: "{id: danger, lang: en, hash: b"},
	})
}

func TestNumbersAgeWhileTheLineRuns(t *testing.T) {
	t.Parallel()
	s := builtIn(t)
	if old := s.Outdated(today); len(old) != 0 {
		t.Errorf("outdated today: %v", old)
	}
	var soon, over int
	for _, f := range s.Outdated(time.Date(2027, time.May, 20, 23, 0, 0, 0, time.UTC)) {
		if strings.Contains(f.Text, "not spoken any more") { // help by county, which the engine leaves out
			continue
		}
		over++
		if f.Rule != "expired" || f.Mild || f.File != "script/resources.yaml" || f.Line < 2 {
			t.Errorf("found %v (%s)", f, f.Rule)
		}
	}
	for _, f := range s.Outdated(time.Date(2027, time.May, 6, 0, 0, 0, 0, time.UTC)) {
		soon++
		if f.Rule != "expiring" || !f.Mild {
			t.Errorf("found %v (%s)", f, f.Rule)
		}
	}
	if over != 3 || soon < 3 || len(s.Outdated(time.Date(2027, time.May, 5, 0, 0, 0, 0, time.UTC))) != 0 {
		t.Errorf("%d over, %d soon", over, soon)
	}
}
