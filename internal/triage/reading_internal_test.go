package triage

import (
	"fmt"
	"math"
	"strings"
	"testing"

	"github.com/tideover/tideover/internal/hotline"
)

func TestSyllablesAreCountedAsSpoken(t *testing.T) {
	t.Parallel()
	for lang, table := range map[hotline.Lang]string{
		hotline.English: "you 1 me 1 the 1 line 1 press 1 moved 1 need 1 needed 2 called 1 voices 2 appointment 3 cancelled 2 medication 4 volunteer 3 " +
			"counselor 3 danger 2 suicide 3 people 2 table 2 visit 2 refill 2 emergency 4 pharmacist 3 prescriber 3 available 4 being 2 section 2 " +
			"california 5 hours 1 911 3 3 1 i'm 1 times 1 safe 1 please 1 whole 1 nurse 1 simple 2 rule 1",
		hotline.Spanish: "su 1 plan 1 día 2 días 2 quién 1 cuándo 2 guía 2 agüero 3 ahora 3 oeste 3 línea 3 peligro 3 suicidio 3 persona 3 voluntario 4 " +
			"estoy 2 y 1 muy 1 yo 1 ayuda 3 farmacéutico 5 emergencia 4 consejero 4 medicina 4 huelga 2 psiquiatra 3 teléfono 4 aun 1 aún 2 siguiente 3 paciencia 3 leer 2",
	} {
		words := strings.Fields(table)
		for i := 0; i < len(words); i += 2 {
			if got := fmt.Sprint(syllablesOf(words[i], lang)); got != words[i+1] {
				t.Errorf("%s (%s): %s syllables, want %s", words[i], lang, got, words[i+1])
			}
		}
	}
}

func TestGradeFollowsItsFormula(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		lang hotline.Lang
		text string
		want float64
	}{
		"a short sentence is below any grade": {hotline.English, "I am here. You can talk to me now. Please stay.", 0},
		// 1 sentence, 11 words, 15 syllables: 4.29 + 16.09 − 15.59
		"a sentence of a page": {hotline.English, "The plan must give you an appointment within ten working days.", 4.79},
		// 1 sentence, 11 words, 17 syllables: −1.86 + 7.57 − 3.41
		"a plain Spanish sentence": {hotline.Spanish, "Llame a su plan hoy mismo y pida una cita nueva.", 2.30},
		// the same in halves: 2 sentences
		"a colon ends a sentence": {hotline.Spanish, "Llame a su plan hoy mismo: y pida una cita nueva", 0.44},
		"nothing to read":         {hotline.English, " … ", 0},
		"no formula":              {"fr", "Bonjour tout le monde.", 0},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got := grade(tc.text, tc.lang)
			if math.Abs(got-tc.want) > 0.01 {
				t.Errorf("grade %.2f, want %.2f", got, tc.want)
			}
		})
	}
}
