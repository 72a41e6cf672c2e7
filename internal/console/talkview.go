package console

import (
	"github.com/tideover/tideover/internal/hotline"
	"github.com/tideover/tideover/internal/staff"
)

// talkView is a talk by phone as its page shows it.
type talkView struct {
	ID, Held         string
	Mine, Supervises bool
	Legs             []legView
	Colleagues       []colleague
}

type legView struct {
	Case, Kind, Who, State, Why, Confirmed string
	N                                      int
	MayConfirm, MayEnd                     bool
}

// talkOn is nil where there is no talk by phone, and never was anybody asked
// into one.
func talkOn(v staff.Visitor, c hotline.Case, name func(hotline.CounselorID) string) *talkView {
	live := c.Channel == hotline.Voice && c.State == hotline.Live
	if !live && len(c.Guests) == 0 {
		return nil
	}
	out := &talkView{
		ID: string(c.ID), Held: stampText(c.HeldSince), Mine: live && mine(v, c),
		Supervises: live && v.Role.May(staff.Supervises) && !mine(v, c),
	}
	for _, g := range c.Guests {
		l := legView{Case: out.ID, N: g.N, Kind: string(g.Kind), State: string(g.State), Why: g.Why}
		if g.Who != "" {
			l.Who = name(g.Who)
		}
		if g.ConfirmedBy != "" {
			l.Confirmed = name(g.ConfirmedBy)
		}
		in := mayHold(v, c) && g.State == hotline.GuestIn
		l.MayConfirm = live && in && g.ConfirmedAt.IsZero() && (g.Kind == hotline.Successor || g.Kind == hotline.Lifeline)
		l.MayEnd = live && mayHold(v, c) && g.Open()
		out.Legs = append(out.Legs, l)
	}
	return out
}

// talkWords are of a talk by phone.
func talkWords() map[string]said {
	return map[string]said{
		"talk-h":              {"In the talk", "En la llamada"},
		"on-hold":             {"The caller is on hold", "Quien llama está en espera"},
		"hold":                {"Hold", "Poner en espera"},
		"take-back":           {"Back to the caller", "Volver con quien llama"},
		"want-supervisor":     {"I need a supervisor", "Necesito un supervisor"},
		"interpreter":         {"Call an interpreter", "Llamar a un intérprete"},
		"handover":            {"Hand over to", "Pasar la llamada a"},
		"handover-ring":       {"Ring them in", "Llamar a esa persona"},
		"send-away":           {"Out of the talk", "Sacar de la llamada"},
		"end-goodbye":         {"End with the goodbye", "Terminar con la despedida"},
		"end-silently":        {"Leave silently", "Salir en silencio"},
		"end-how":             {"Silently: nothing that tells is heard, if the caller may be overheard.", "En silencio: no se oye nada que delate, si alguien puede escuchar."},
		"listen":              {"Listen", "Escuchar"},
		"join":                {"Join the talk", "Entrar en la llamada"},
		"listen-how":          {"Your phone rings. The counselor is told; the caller is not. Nothing is recorded.", "Suena su teléfono. Se avisa al consejero, no a quien llama. No se graba nada."},
		"confirmed-by":        {"confirmed by", "confirmado por"},
		"confirm.handover":    {"Hand over now", "Pasar la llamada ahora"},
		"confirm.988":         {"988 talks with the caller", "El 988 ya habla con quien llama"},
		"leg.handover":        {"Hand-over", "Relevo"},
		"leg.988":             {"988", "988"},
		"leg.interpreter":     {"Interpreter", "Intérprete"},
		"leg.listen":          {"Supervisor listens", "Supervisor escucha"},
		"leg.join":            {"Supervisor", "Supervisor"},
		"leg.stays":           {"Had the talk before", "Atendía antes"},
		"legstate.asked":      {"being called", "se le llama"},
		"legstate.dialled":    {"it rings", "suena"},
		"legstate.answered":   {"picked up", "contestó"},
		"legstate.coming":     {"is coming", "está entrando"},
		"legstate.in":         {"in the talk", "en la llamada"},
		"legstate.owns":       {"has the talk", "tiene la llamada"},
		"legstate.over":       {"over", "terminó"},
		"why.late":            {"did not come in time", "no llegó a tiempo"},
		"why.declined":        {"said no", "dijo que no"},
		"why.silent":          {"pressed nothing", "no oprimió nada"},
		"why.busy":            {"busy", "ocupado"},
		"why.no-answer":       {"no answer", "no contestó"},
		"why.failed":          {"could not be reached", "no se pudo llamar"},
		"why.left":            {"left", "salió"},
		"why.sent-away":       {"sent away", "se le sacó"},
		"why.ended":           {"the talk ended", "la llamada terminó"},
		"why.released":        {"the talk ended", "la llamada terminó"},
		"say.talk-done":       {"Done.", "Hecho."},
		"say.being-called":    {"They are being called.", "Ya se les llama."},
		"say.supervisor-told": {"The supervisors are told. The caller hears nothing of it.", "Se avisó a quien supervisa. La otra persona no lo oye."},
		"problem.no-number":   {"The line has no number for this.", "La línea no tiene un número para esto."},
	}
}
