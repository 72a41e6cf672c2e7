package triage_test

import "testing"

func TestFaultsOfShapeAreFound(t *testing.T) {
	t.Parallel()
	mustFindAll(t, false, map[string]fault{
		"unknown key of a node":           {edits: ed(tree, "kind: ask\n    say:\n      voice: We are", "kind: ask\n    timout: 3s\n    say:\n      voice: We are"), rule: "unknown-key", at: "timout"},
		"unknown key at the top":          {edits: ed(tree, "flow: strike", "flow: strike\nflaw: strike"), rule: "unknown-key", at: "flaw"},
		"unknown key of an option":        {edits: ed(tree, `{key: "1", lang: en, goto`, `{key: "1", langs: en, lang: en, goto`), rule: "unknown-key", at: "langs"},
		"a node twice":                    {edits: ed(tree, "  appt_what:\n", "  queue_talk:\n    kind: end\n  appt_what:\n"), rule: "duplicate", at: "queue_talk:\n    kind: end"},
		"a key twice":                     {edits: ed(tree, "    timeout: 6s\n", "    timeout: 6s\n    timeout: 7s\n"), rule: "duplicate", at: "timeout: 7s"},
		"a list for a text":               {edits: ed(tree, "voice: For English, press 1. If you cannot speak, press pound.", "voice: [For English, press 1.]"), rule: "type", at: "[For", also: []string{"stale", "language", "placeholder"}},
		"a word for a flag":               {edits: ed(tree, "clinical: true\n    label: In danger", "clinical: maybe\n    label: In danger"), rule: "type", at: "maybe"},
		"a word for a number":             {edits: ed(tree, "turns: 40", "turns: many"), rule: "type", at: "many", also: []string{"limits"}},
		"a word for a time":               {edits: ed(tree, "timeout: 6s", "timeout: soon"), rule: "type", at: "soon", also: []string{"ladder"}},
		"a third channel":                 {edits: ed(tree, "    only: voice\n    when:\n", "    only: fax\n    when:\n"), rule: "type", at: "fax"},
		"a tab":                           {edits: ed(tree, "    kind: ask\n    say:\n      voice: We are", "\tkind: ask\n    say:\n      voice: We are"), rule: "tab", at: "\tkind"},
		"not YAML":                        {edits: ed(spanish, "lang: es\n", "lang: [es\n"), rule: "yaml", at: "status: draft", also: []string{"language", "safety"}},
		"an anchor":                       {edits: ed(tree, "words: [spanish, in spanish]", "words: &w [spanish, in spanish]"), rule: "anchor", at: "&w", mild: true},
		"an anchor of nobody":             {edits: ed(tree, "words: [spanish, in spanish]", "words: *w"), rule: "anchor", at: "*w", also: []string{"language"}},
		"another schema":                  {edits: ed(tree, "schema: 1", "schema: 2"), rule: "schema", at: "2"},
		"no such kind":                    {edits: ed(tree, "kind: branch\n    when:\n      - {if: risk", "kind: fork\n    when:\n      - {if: risk"), rule: "kind", at: "fork", also: []string{"role", "unreachable", "endless"}},
		"a type of no variable":           {edits: ed(tree, "zip: {type: digits", "zip: {type: digit"), rule: "variable", at: "zip:"},
		"a branch without else":           {edits: ed(tree, "    else: callback_number\n", ""), rule: "target", at: "callback:\n"},
		"no options":                      {edits: ed(tree, "    options:\n      - {key: \"1\", goto: callback_safe, words: [\"yes\", right, thats right]}\n      - {key: \"2\", goto: callback_number, words: [\"no\", wrong, again]}\n", "    options: []\n"), rule: "options", at: "[]", also: []string{"translation", "unreachable"}},
		"a promise of the wrong variable": {edits: ed(tree, "    safe: call_safe\n", "    safe: call_name\n"), rule: "variable", at: "call_name\n    message"},
		"one digit":                       {edits: ed(tree, "digits: 5\n    into: zip\n    say:\n      voice: To find", "digits: 1\n    into: zip\n    say:\n      voice: To find"), rule: "digits", at: "1\n"},
	})
}

func TestFaultsOfTheGraphAreFound(t *testing.T) {
	t.Parallel()
	mustFindAll(t, false, map[string]fault{
		"target missing":               {edits: ed(tree, "goto: safety_check, words: [english", "goto: safety_chek, words: [english"), rule: "target", at: "safety_chek"},
		"role of nobody":               {edits: ed(tree, "start: welcome", "start: welcom"), rule: "target", at: "welcom"},
		"role left out":                {edits: ed(tree, "menu: main_menu\n", ""), rule: "role", at: "# The script"},
		"role of another kind":         {edits: ed(tree, "menu: main_menu\n", "menu: goodbye\n"), rule: "role", at: "goodbye"},
		"unreachable":                  {edits: ed(tree, "  to_person:\n", "  island:\n    kind: end\n    reason: x\n    phrase: promise_kept\n  to_person:\n"), rule: "unreachable", at: "island", also: []string{"safety"}},
		"a trap without an end":        {edits: ed(tree, "{key: \"1\", goto: main_menu, words: [\"yes\", something else]}\n      - {key: \"2\", goto: done, words: [\"no\", done, im done, nothing, thats all, bye, goodbye]}\n\n", "{key: \"1\", goto: trap_one, words: [\"yes\", something else]}\n      - {key: \"2\", goto: done, words: [\"no\", done, im done, nothing, thats all, bye, goodbye]}\n\n  trap_one:\n    kind: promise\n    on: {promised: trap_two}\n    else: trap_two\n  trap_two:\n    kind: promise\n    on: {promised: trap_one}\n    else: trap_one\n\n"), rule: "endless", at: "trap_one:\n"},
		"a circle without a wait":      {edits: ed(tree, `{if: days == "few", goto: med_few}`, `{if: days == "few", goto: med_how}`), rule: "cycle", at: "med_how}", also: []string{"unreachable"}},
		"too few turns":                {edits: ed(tree, "turns: 40", "turns: 5"), rule: "limits", at: "5}", also: []string{"time"}},
		"seven answers":                {edits: []edit{{tree, "words: [rights, my rights, complaint, complain, complaints]}\n", "words: [rights, my rights, complaint, complain, complaints]}\n      - {key: \"7\", label: Other, goto: more, words: [other]}\n"}, {spanish, `      "6": {label: Derechos`, `      "7": {label: Otra, words: [otra]}` + "\n" + `      "6": {label: Derechos`}}, rule: "menu", at: "- {key: \"1\", label: Appointment", mild: true},
		"ladder without an end":        {edits: ed(tree, "on_no_input: [again, safety_check]", "on_no_input: [again, repeat]"), rule: "ladder", at: "[again, repeat]"},
		"no ladder":                    {edits: ed(tree, "on_no_input: [again, safety_check]", "on_no_input: []"), rule: "ladder", at: "[]"},
		"condition does not parse":     {edits: ed(tree, "risk >= 2,", "risk >=,"), rule: "condition", at: "risk >=,"},
		"condition on nothing":         {edits: ed(tree, "risk >= 2,", "rsik >= 2,"), rule: "condition", at: "rsik"},
		"condition of wrong type":      {edits: ed(tree, "{if: risk >= 2,", "{if: risk + 2,"), rule: "condition", at: "risk + 2"},
		"condition never true":         {edits: ed(tree, `{if: need == "group",`, `{if: need == "grup",`), rule: "condition", at: `need == "grup"`},
		"offered and never said":       {edits: ed(tree, "        words: [text, by text, text me, send a text]\n        say: For the steps by text, press 2.\n", "        words: [text, by text, text me, send a text]\n"), rule: "condition", in: tree, at: "can_text\n        goto: appt_text_safe", also: []string{"language"}},
		"variable not declared":        {edits: ed(tree, "    into: days\n", "    into: day\n"), rule: "variable", at: "day\n"},
		"value not declared":           {edits: ed(tree, "value: few,", "value: some,"), rule: "variable", at: "some"},
		"need that nobody serves":      {edits: ed(tree, "need: group\n    say", "need: groups\n    say"), rule: "queue", at: "groups\n"},
		"no such band":                 {edits: ed(tree, "band: soon", "band: sooner"), rule: "queue", at: "sooner"},
		"phrase missing":               {edits: ed(tree, "  hold_wait:", "  hold_weight:"), rule: "phrase", at: "phrases:\n", also: []string{"translation", "language"}},
		"phrase of nobody":             {edits: ed(tree, "phrase: promise_kept", "phrase: promise_kep"), rule: "phrase", at: "promise_kep", also: []string{"safety"}},
		"a date that may not be known": {edits: ed(tree, "    unknown: text_appointment_owed     # where no deadline can be told\n", ""), rule: "phrase", at: "text_appointment\n", also: []string{"phrase"}},
		"an answer into nothing":       {edits: ed(tree, "{key: \"1\", label: Urgent, into: urgent", "{key: \"1\", label: Urgent, into: urgnt"), rule: "variable", at: "urgnt"},
		"text of nobody":               {edits: ed(tree, "send: text_resources", "send: text_resource"), rule: "phrase", at: "text_resource\n"},
	})
}

func TestFaultsOfSafetyAreFound(t *testing.T) {
	t.Parallel()
	mustFindAll(t, false, map[string]fault{
		"a way around the safety question":   {edits: ed(tree, "lang: en, goto: safety_check, words: [english", "lang: en, goto: appt_what, words: [english"), rule: "avoidable", at: "appt_what", also: []string{"time"}},
		"around it by silence":               {edits: ed(tree, "on_no_input: [again, safety_check]", "on_no_input: [again, groups]"), rule: "avoidable", at: "groups]", also: []string{"time"}},
		"around it by a word":                {edits: ed(tree, "{goto: main_menu, words: [menu", "{goto: groups, words: [menu"), rule: "avoidable", at: "groups"},
		"no 0":                               {edits: ed(tree, `{key: "0", goto: to_person`, `{goto: to_person`), rule: "global", at: "globals:"},
		"0 is somebody else":                 {edits: ed(tree, `{key: "0", goto: to_person`, `{key: "0", goto: main_menu`), rule: "global", at: "main_menu"},
		"9 is no emergency":                  {edits: ed(tree, `{key: "9", goto: danger,`, `{key: "9", goto: queue_urgent,`), rule: "global", at: "queue_urgent"},
		"* does not repeat":                  {edits: ed(tree, `{key: "*", do: repeat,`, `{key: "*", goto: main_menu,`), rule: "global", at: `{key: "*"`},
		"a person at the menu":               {edits: ed(tree, "    else: queue_talk\n", "    else: main_menu\n"), rule: "role", at: "main_menu"},
		"silence is a no":                    {edits: ed(tree, "on_no_input: [again, queue_urgent]", "on_no_input: [again, main_menu]"), rule: "silence", at: "main_menu]", also: []string{"time"}},
		"a wrong key is a no":                {edits: ed(tree, "on_no_match: [sorry, queue_urgent]", "on_no_match: [sorry, main_menu]"), rule: "silence", at: "main_menu]"},
		"silence is asked for ever":          {edits: ed(tree, "    label: Days of medicine left\n", "    label: Days of medicine left\n    on_no_input: [repeat, med_days]\n"), rule: "silence", at: "med_days]"},
		"silence is hung up on":              {edits: ed(tree, "      sms: Is there anything else? Reply 1 for the menu, 2 if you are done, 0 for a person.\n", "      sms: Is there anything else? Reply 1 for the menu, 2 if you are done, 0 for a person.\n    on_no_input: [repeat, goodbye]\n"), rule: "silence", at: "goodbye]"},
		"a lower risk":                       {edits: ed(tree, `{key: "1", label: May hurt self, goto`, `{key: "1", label: May hurt self, risk: 1, goto`), rule: "risk", at: "1, goto"},
		"no risk of danger":                  {edits: ed(tree, "risk: 3\n    page: danger", "risk: 2\n    page: danger"), rule: "role", at: "2\n"},
		"no page":                            {edits: ed(tree, "    page: danger\n", ""), rule: "role", at: "danger:\n    kind: queue"},
		"danger can wait":                    {edits: ed(tree, "band: emergency", "band: urgent"), rule: "role", at: "urgent"},
		"urgent can wait":                    {edits: ed(tree, "band: urgent", "band: soon"), rule: "role", at: "soon"},
		"danger without 911":                 {edits: ed(tree, "If you can, dial {{res.911}} now, on this phone or another.", "Stay."), rule: "safety", at: ">\n        Stay", also: []string{"stale", "placeholder"}},
		"danger without 988 in Spanish":      {edits: ed(spanish, "También puede llamar o escribir al {{res.988}}.\n        Quédese", "Quédese"), rule: "safety", at: ">\n        Si puede, llame", also: []string{"placeholder"}},
		"an end without 988":                 {edits: ed(tree, "In a crisis, call or text {{res.988}}. Take care.\n      sms", "Take care.\n      sms"), rule: "safety", at: ">\n        Thank you for calling", also: []string{"placeholder"}},
		"who cannot talk has no place":       {edits: ed(tree, "do: quiet, goto: quiet_queue", "do: quiet, goto: appt_listed"), rule: "quiet", at: "^{key: \"#\"", also: []string{"unreachable"}},
		"a text to a quiet caller":           {edits: ed(tree, `{key: "2", label: "No", goto: back, words: ["no"]}`, `{key: "2", label: "No", goto: resources, words: ["no"]}`), rule: "quiet", at: "resources:\n    kind: send", also: []string{"texts"}},
		"a text where none can be sent":      {edits: ed(tree, "        only: voice\n        if: can_text\n        goto: appt_text_safe", "        only: voice\n        goto: appt_text_safe"), rule: "texts", at: "appt_text_safe"},
		"by text where none can be sent":     {edits: ed(tree, "do: text, goto: by_text,", "do: text, goto: by_text_safe,"), rule: "texts", at: "by_text_move, words", also: []string{"unreachable"}},
		"by text with telling words":         {edits: ed(tree, "  by_text_safe:\n    kind: ask\n    only: voice\n    hush: true\n", "  by_text_safe:\n    kind: ask\n    only: voice\n"), rule: "quiet", at: "by_text_safe:\n"},
		"by text without a gate":             {edits: ed(tree, "    then: by_text_hello\n", "    then: main_menu\n"), rule: "target", at: "by_text_move:\n", also: []string{"quiet", "unreachable"}},
		"by text and hung up on in danger":   {edits: ed(tree, "on: {texting: by_text_parts, staying: by_text_stays}", "on: {texting: by_text_parts}"), rule: "target", at: "by_text_move:\n", also: []string{"unreachable"}},
		"by text without the numbers":        {edits: ed(tree, "In danger, dial {{res.911}}. In a crisis, call or text {{res.988}}. Goodbye for now.\n\n  by_text", "Goodbye for now.\n\n  by_text"), rule: "safety", at: ">\n        Thank you. We go on by text", also: []string{"placeholder", "stale"}},
		"by text by a key that is taken":     {edits: ed(tree, `      - {key: "3", label: Done,`, `      - {key: "8", label: Done,`), rule: "duplicate", at: `"8", label`, also: []string{"translation", "language"}},
		"by text from a text":                {edits: ed(tree, `{key: "8", only: voice, do: text,`, `{key: "8", do: text,`), rule: "global", at: `{key: "8"`},
		"a quiet key that is taken":          {edits: ed(tree, "  - {goto: main_menu, words: [menu", "  - {key: \"5\", goto: main_menu, words: [menu"), rule: "key", at: `"5"`},
		"the menu before a person is far":    {edits: ed(tree, "For a cancelled or moved appointment, press 1.", "If you want to tell us about an appointment that was cancelled or that was moved, press 1."), rule: "time", at: ">\n        If you want"},
		"the first words are too many":       {edits: ed(tree, `voice: "{{line}}. In danger, dial`, `voice: "Hello, and welcome to the line of volunteers which is called {{line}}. In danger, dial`), rule: "time", at: `"Hello, and welcome`, also: []string{"stale"}},
		"a text more than eight to the line": {edits: ed(tree, "sms: \"What kind of visit is it? Reply", "sms: \"So that we can tell what your plan owes you, and who can help with it, we must know what kind of visit it is that you have lost in these days of the strike. What kind of visit is it? Reply"), rule: "time", at: "\"So that we can tell"},
		"eight parts are too few in Spanish": {edits: ed(spanish, "sms: \"¿Qué clase de cita es? Responda", "sms: \"¿Qué clase de cita es, para que sepamos cuál es el plazo de su plan y quién puede ayudarle? Responda"), rule: "time", in: spanish, at: "\"¿Qué clase de cita es, para"},
		"0 is not heard at once":             {edits: []edit{{tree, "lang: en, goto: safety_check, words: [english", "lang: en, goto: first_words, words: [english"}, {tree, "\n  safety_check:\n", "\n  first_words:\n    kind: say\n    only: voice\n    say: {voice: Thank you for calling us on this day of all days in the year.}\n    goto: safety_check\n\n  safety_check:\n"}, {spanish, "\n  safety_check:\n", "\n  first_words:\n    of: 00000000\n    say: {voice: Gracias.}\n\n  safety_check:\n"}}, rule: "time", at: "welcome:\n"},
	})
}
