package triage

import (
	"regexp"
	"strings"

	"github.com/tideover/tideover/internal/hotline"
)

var (
	// typedNumber is a short number, a word for one, or seven digits and more.
	typedNumber = regexp.MustCompile(`(?i)\b(911|988|211|9[ -]1[ -]1|9[ -]8[ -]8|2[ -]1[ -]1|nine[- ]one[- ]one|nine[- ]eight[- ]eight|nueve[- ]uno[- ]uno|nueve[- ]once|nueve[- ]ocho[- ]ocho)\b|\d[\d .()-]{4,}\d`)
	// carrierTold is a word that carriers act on as people are told to write it.
	carrierTold = regexp.MustCompile(`\b(STOP|STOPALL|START|HELP|UNSTOP|CANCEL|QUIT|END|UNSUBSCRIBE|REVOKE|OPTOUT|INFO|ALTO|PARAR|BAJA|AYUDA|FIN|CANCELAR|INICIAR|COMENZAR)\b`)
	carrierVerb = regexp.MustCompile(`(?i)\b(text|write|reply|reply with|responda|responda con|escriba|mande)( la palabra| the word)? ["'“«]?(stop|start|help|unstop|quit|unsubscribe|alto|parar|baja|ayuda)\b`)
	// dose is an amount of a medicine: the line never gives one.
	dose = regexp.MustCompile(`(?i)\b\d+ ?(mg|mcg|milligrams?|miligramos?|ml|tablets?|tabletas?)\b`)
)

// checkWritten looks at a text as it was written, before numbers are filled in.
func (k *linker) checkWritten(at spot, text string, v voicing) {
	text = placeholder.ReplaceAllString(text, "")
	for _, m := range typedNumber.FindAllString(text, -1) {
		if n := countDigits([]rune(m)); n <= 3 && len(m) <= 5 || n == 0 || n > 5 {
			k.add(at, "number", "the number %q is typed; name it as {{res.…}}, so that it can be kept up to date", m)
		}
	}
	m := carrierTold.FindString(text)
	if m == "" {
		m = carrierVerb.FindString(text)
	}
	if m != "" {
		k.add(at, "carrier", "%q is a word that carriers act on; our texts never tell it to anybody", m)
	}
	if m := dose.FindString(text); m != "" {
		k.add(at, "wording", "%q: the line gives no doses", m)
	}
	said := tokens(text)
	for _, w := range badly {
		if (w.lang == v.lang) && contains(said, strings.Fields(w.words)) {
			k.add(at, "wording", "%q: %s", w.words, w.instead)
		}
	}
}

// unsafe are words that safe messaging leaves out, without accents.
type unsafe struct {
	lang    hotline.Lang
	words   string
	instead string
}

// Why each sort of words is left out, after the recommendations for reporting
// on suicide and the framework for successful messaging of the Action Alliance.
const (
	notCrime  = "it is no crime: say died by suicide, or thinking about suicide"
	noCrime   = "no es un delito: diga murió por suicidio, o piensa en el suicidio"
	noSuccess = "a death is no success and a life no failure: say attempt, or died by suicide"
	sinExito  = "morir no es un éxito ni vivir un fracaso: diga intento, o murió por suicidio"
	noMeans   = "no methods, no means: they teach"
	sinMedios = "sin métodos ni medios: enseñan"
	noBlame   = "it blames or labels the person"
	sinCulpa  = "culpa o marca a la persona"
)

var badly = []unsafe{
	{"en", "commit suicide", notCrime},
	{"en", "commits suicide", notCrime},
	{"en", "committed suicide", notCrime},
	{"en", "committing suicide", notCrime},
	{"en", "successful suicide", noSuccess},
	{"en", "successful attempt", noSuccess},
	{"en", "unsuccessful attempt", noSuccess},
	{"en", "failed attempt", noSuccess},
	{"en", "failed suicide", noSuccess},
	{"en", "completed suicide", noSuccess},
	{"en", "suicide epidemic", noBlame},
	{"en", "epidemic of suicide", noBlame},
	{"en", "attention seeking", noBlame},
	{"en", "cry for help", noBlame},
	{"en", "suicidal person", noBlame},
	{"en", "crazy", noBlame},
	{"en", "insane", noBlame},
	{"en", "lunatic", noBlame},
	{"en", "addict", noBlame},
	{"en", "selfish", noBlame},
	{"en", "hang yourself", noMeans},
	{"en", "hanging yourself", noMeans},
	{"en", "shoot yourself", noMeans},
	{"en", "cut your wrists", noMeans},
	{"en", "cutting your wrists", noMeans},
	{"en", "jump off", noMeans},
	{"en", "jumping off", noMeans},
	{"en", "noose", noMeans},
	{"en", "rope", noMeans},
	{"en", "gun", noMeans},
	{"en", "guns", noMeans},
	{"en", "firearm", noMeans},
	{"en", "carbon monoxide", noMeans},
	{"en", "antifreeze", noMeans},
	{"en", "razor", noMeans},
	{"en", "lethal dose", noMeans},
	{"en", "poison", noMeans},
	{"es", "cometer suicidio", noCrime},
	{"es", "cometio suicidio", noCrime},
	{"es", "comete suicidio", noCrime},
	{"es", "cometido suicidio", noCrime},
	{"es", "suicidio con exito", sinExito},
	{"es", "suicido con exito", sinExito},
	{"es", "suicidio exitoso", sinExito},
	{"es", "intento exitoso", sinExito},
	{"es", "intento fallido", sinExito},
	{"es", "intento fracasado", sinExito},
	{"es", "suicidio consumado", sinExito},
	{"es", "suicidio fallido", sinExito},
	{"es", "suicidio frustrado", sinExito},
	{"es", "epidemia de suicidios", sinCulpa},
	{"es", "llamar la atencion", sinCulpa},
	{"es", "loco", sinCulpa},
	{"es", "loca", sinCulpa},
	{"es", "demente", sinCulpa},
	{"es", "adicto", sinCulpa},
	{"es", "adicta", sinCulpa},
	{"es", "egoista", sinCulpa},
	{"es", "persona suicida", sinCulpa},
	{"es", "ahorcarse", sinMedios},
	{"es", "colgarse", sinMedios},
	{"es", "cortarse las venas", sinMedios},
	{"es", "pegarse un tiro", sinMedios},
	{"es", "tirarse de", sinMedios},
	{"es", "saltar de", sinMedios},
	{"es", "soga", sinMedios},
	{"es", "pistola", sinMedios},
	{"es", "arma", sinMedios},
	{"es", "armas", sinMedios},
	{"es", "navaja", sinMedios},
	{"es", "monoxido de carbono", sinMedios},
	{"es", "anticongelante", sinMedios},
	{"es", "dosis letal", sinMedios},
	{"es", "veneno", sinMedios},
}
