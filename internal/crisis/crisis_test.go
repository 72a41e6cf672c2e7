package crisis_test

import (
	"os"
	"testing"

	"github.com/tideover/tideover/internal/crisis"
)

func builtIn(tb testing.TB) *crisis.Detector {
	tb.Helper()
	d, err := crisis.Load(os.DirFS("../../config"))
	if err != nil {
		tb.Fatalf("the built-in lexicon does not load:\n%v", err)
	}
	return d
}

func TestEveryRuleFindsItsOwnExamplesAndLeavesTheOthersAlone(t *testing.T) {
	t.Parallel()
	d := builtIn(t)
	for _, e := range d.Examples() {
		hit := false
		for _, h := range d.Screen(e.Text).Hits {
			hit = hit || h.Rule == e.Rule
		}
		if hit != e.Hit {
			t.Errorf("%s on %q: hit %v, want %v", e.Rule, e.Text, hit, e.Hit)
		}
	}
}

func TestLevelsOfWhatPeopleWrite(t *testing.T) {
	t.Parallel()
	d := builtIn(t)
	for text, want := range map[string]int{
		// Danger now.
		"I want to kill myself tonight, I have the pills here": 3,
		"im going to end my life":                              3,
		"I just swallowed 40 pills":                            3,
		"i took a whole bottle of tylenol":                     3,
		"there is a gun to my head":                            3,
		"he is hitting me right now please":                    3,
		"please call 911":                                      3,
		"i have a gun and i want to die":                       3,
		"I want to die 💊💊":                                     3,
		"me voy a matar":                                       3,
		"me tomé todas las pastillas":                          3,
		"me tome 30 pastillas":                                 3,
		"Quiero morirme esta noche":                            3,
		"mi esposo me está pegando":                            3,
		"voy a quitarme la vida":                               3,
		"my son just took a whole bottle of pills":             3,
		"I have the pills in front of me tonight":              3,
		"me corté las venas":                                   3,
		"im going to hurt my husband":                          3,
		// The same in Spanish.
		"voy a estar muerta en la noche":                 3,
		"hoy me ahorco":                                  3,
		"nomás que se duerma mi hijo me cuelgo":          3,
		"me acabo de tomar las de mi mamá, todas":        3,
		"ya están adentro las pastillas":                 3,
		"mi hijo se tomó unas pastillas":                 3,
		"mi hermana se encerró con la pistola":           3,
		"está tumbando la puerta":                        3,
		"ya tengo la soga aquí, nomás me falta valor":    3,
		"estoy afuera de su casa esperando para matarlo": 3,
		"sí, lo he pensado":                              2,
		"yo soy la que está en peligro":                  2,
		"no hay día que no piense en matarme":            2,
		"mi hija de 15 dice que ya no quiere vivir":      2,
		"me quemé con la plancha a propósito":            2,
		"no me busquen, ya voy a descansar":              2,
		"sin la clozapina ya oigo risas":                 2,
		"no me voy a matar pero estoy muy sola":          1,
		"nadie se daría cuenta si yo no estuviera":       1,
		"nadie me pega, es por el seguro":                0,
		"se me quitaron las ganas de morirme":            0,
		"me quemé la lengua con el café":                 0,
		"en la novela la villana se tomó un veneno":      0,
		"me voy a matar en el gimnasio":                  0,
		"hoy es el día de las madres":                    0,
		"me tomé todos los refrescos de la fiesta":       0,
		// Four dots are an ellipsis and a full stop: nothing behind takes it back.
		"I want to die .... never": 2,
		"k m s .... de joven":      2,
		// A word alone is an answer; a laugh takes little back, "no joke" nothing.
		"suicide":                             1,
		"suicidio":                            1,
		"i want to die lol":                   1,
		"i want to die not even joking":       2,
		"me kiero morir d verdad no es broma": 2,
		// Urgent.
		"I feel like dying":                             2,
		"life isn't worth living":                       2,
		"Ya no quiero estar aquí":                       2,
		"mi hermano se quiere matar ahora":              2,
		"I want to die":                                 2,
		"i wanna die":                                   2,
		"I WANT TO DIIIIE":                              2,
		"i want 2 k1ll myself":                          2,
		"I keep thinking about killing myself":          2,
		"I don't want to live anymore":                  2,
		"k m s":                                         2,
		"no quiero vivir":                               2,
		"NO QUIERO VIVIR":                               2,
		"me quiero morir":                               2,
		"ya no quiero seguir viviendo":                  2,
		"quisiera estar muerta":                         2,
		"not gonna lie i want to kill myself":           2,
		"I dont know why but I want to die":             2,
		"i said i didnt want to die, but i want to die": 2,
		"quiero morir pero i can't say it":              2,
		"I cut myself again":                            2,
		"I am hearing voices":                           2,
		"I had a seizure since I ran out":               2,
		// Look and ask once.
		"im not suicidal but i cant do this anymore":                     1,
		"they would be better off without me":                            1,
		"I can't do this anymore":                                        1,
		"ya no puedo más":                                                1,
		"estoy cansada de vivir":                                         1,
		"my daughter says she wants to die":                              1,
		"mi hijo dice que quiere matarse":                                1,
		"I used to think about killing myself and i feel hopeless again": 1,
		"what's the point of living":                                     1,
		"i dont see a way out":                                           1,
		"I don't want to die":                                            1, // said for a reason
		// Nothing.
		"my mom took all her pills this week and needs a refill": 0,
		"can I die from stopping lithium suddenly?":              0,
		"I have a plan with Kaiser and a note from my doctor":    0,
		"my husband died last year":                              0,
		"This strike is going to be the death of me lol":         0,
		"this traffic is killing me":                             0,
		"muero de risa":                                          0,
		"me muero de hambre":                                     0,
		"la espera me está matando":                              0,
		"I'm dying to know when my appointment is":               0,
		"the hold music is killing me":                           0,
		"kill the appointment please":                            0,
		"no, I am not going to kill myself":                      0,
		"no me quiero morir":                                     0,
		"no estoy pensando en el suicidio":                       0,
		"years ago I wanted to die, i am fine now":               0,
		"hace años quería morirme":                               0,
		"My appointment was cancelled":                           0,
		"I take 20 mg of lithium every morning":                  0,
		"I took my last two pills yesterday and need a refill":   0,
		"mi cita fue cancelada y nadie contesta":                 0,
		"necesito mis pastillas, me quedan dos":                  0,
		"hello":                                                  0,
		"no":                                                     0,
		"sí":                                                     0,
		"":                                                       0,
		"I could kill my insurance company":                      0,
		"I'm so angry at Kaiser, this is a joke":                 0,
	} {
		// The linear stage may raise by a step what the rules raise at all.
		got := d.Screen(text)
		if got.Level < want || got.Level > want+1 || want == 0 && got.Level != 0 {
			t.Errorf("%q: level %d, want %d (%s, %v)", text, got.Level, want, got.Class, got.Hits)
		}
	}
}
