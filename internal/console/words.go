package console

import (
	"maps"

	"github.com/tideover/tideover/internal/hotline"
)

// said is one text of the interface in both languages.
type said struct{ en, es string }

func (s said) in(l hotline.Lang) string {
	if l == hotline.Spanish {
		return s.es
	}
	return s.en
}

// words is the one table of the interface's texts. Templates name its keys;
// a test compares both.
func words() map[string]said {
	all := map[string]said{}
	for _, part := range []map[string]said{frameWords(), queueWords(), contactWords(), stepWords(), boardWords(), problemWords(), dutyWords(), callWords(), talkWords()} {
		maps.Copy(all, part)
	}
	return all
}

func frameWords() map[string]said {
	return map[string]said{
		"skip":        {"Skip to content", "Ir al contenido"},
		"console":     {"Console", "Consola"},
		"wallboard":   {"Wallboard", "Tablero"},
		"audit":       {"Record", "Registro"},
		"sign-out":    {"Sign out", "Cerrar sesión"},
		"sign-in":     {"Sign in", "Iniciar sesión"},
		"language":    {"Español", "English"},
		"demo":        {"Demo. Never for real callers: nobody here can help. If you are in danger, call 911. To talk to somebody, call or text 988.", "Demostración. Nunca para personas reales: nadie aquí puede ayudar. Si está en peligro, llame al 911. Para hablar con alguien, llame o escriba al 988."},
		"unreviewed":  {"The script's clinical texts have not been reviewed by a clinician.", "Los textos clínicos del guion no han sido revisados por un profesional."},
		"live":        {"Live", "En vivo"},
		"not-live":    {"NOT LIVE", "SIN CONEXIÓN"},
		"not-live-is": {"What you see may be old. Trying again.", "Lo que ve puede ser antiguo. Reintentando."},
		"data-lost":   {"DATA LOST. The store is empty or is another one. Callers are being told how to go on; the people on call have been told. This is not an empty queue.", "DATOS PERDIDOS. El almacén está vacío o es otro. Se indica a quienes llaman cómo seguir; se avisó al personal de guardia. Esto no es una fila vacía."},
		"no-script":   {"This console needs JavaScript.", "Esta consola necesita JavaScript."},
		"need-link":   {"Open the link that you were sent. It works once, within 24 hours. A supervisor can send you a new one.", "Abra el enlace que recibió. Funciona una sola vez, en 24 horas. Una persona supervisora puede enviarle otro."},
		"who":         {"Who", "Quién"},
		"when":        {"When", "Cuándo"},
		"did":         {"Did", "Hizo"},
		"why":         {"Why", "Por qué"},
		"nothing-yet": {"Nothing yet.", "Nada todavía."},
		"failing":     {"The store does not answer. This page tries again by itself. Calls in progress go on.", "El almacén no responde. Esta página reintenta sola. Las llamadas en curso continúan."},
		"no-page":     {"There is no such page.", "Esta página no existe."},
		"to-console":  {"To the console", "A la consola"},
	}
}

func queueWords() map[string]said {
	return map[string]said{
		"queue":            {"Queue", "Fila"},
		"queue-empty":      {"Nobody is waiting.", "Nadie espera."},
		"queue-unknown":    {"The store did not answer, so the queue is not known.", "El almacén no respondió: no se conoce la fila."},
		"waiting":          {"waiting", "esperan"},
		"longest":          {"longest wait", "espera más larga"},
		"place":            {"Place", "Lugar"},
		"urgency":          {"Urgency", "Urgencia"},
		"waited":           {"Waited", "Esperó"},
		"channel":          {"Channel", "Canal"},
		"tongue":           {"Language", "Idioma"},
		"need":             {"Need", "Necesita"},
		"caller":           {"Caller", "Persona"},
		"claim":            {"Claim", "Tomar"},
		"claim-best":       {"Claim the next", "Tomar la siguiente"},
		"say.claimed":      {"Yours.", "Es suya."},
		"callback":         {"call back", "devolver llamada"},
		"message":          {"voicemail", "mensaje de voz"},
		"no-texts":         {"cannot be texted", "no acepta textos"},
		"band.emergency":   {"Emergency", "Emergencia"},
		"band.urgent":      {"Urgent", "Urgente"},
		"band.soon":        {"Soon", "Pronto"},
		"band.routine":     {"Routine", "Rutina"},
		"channel.voice":    {"call", "llamada"},
		"channel.sms":      {"text", "texto"},
		"lang.en":          {"English", "inglés"},
		"lang.es":          {"Spanish", "español"},
		"lang.und":         {"not chosen", "sin elegir"},
		"need.talk":        {"talk", "hablar"},
		"need.appointment": {"appointment", "cita"},
		"need.medication":  {"medication", "medicación"},
		"need.group":       {"group", "grupo"},
		"need.local":       {"local help", "ayuda local"},
		"need.rights":      {"rights", "derechos"},
		"need.voicemail":   {"voicemail", "mensaje de voz"},
		"need.interpreter": {"interpreter", "intérprete"},
		"my-shift":         {"My shift", "Mi turno"},
		"i-am":             {"I am", "Estoy"},
		"since":            {"since", "desde"},
		"shift.available":  {"available", "disponible"},
		"shift.break":      {"on a break", "en pausa"},
		"by-phone":         {"by phone alone", "solo por teléfono"},
		"shift.off":        {"off", "fuera de turno"},
		"set.available":    {"I am available", "Estoy disponible"},
		"set.break":        {"Take a break", "Hacer una pausa"},
		"set.off":          {"End my shift", "Terminar mi turno"},
		"say.shift-set":    {"Your shift is set.", "Turno actualizado."},
		"take-calls":       {"calls", "llamadas"},
		"take-texts":       {"texts", "textos"},
		"ring-me":          {"ring my phone without a claim", "llamar a mi teléfono sin tomar"},
		"missed":           {"rings missed", "timbres perdidos"},
		"told-missed":      {"You were set on a break because rings were missed.", "Se le puso en pausa porque se perdieron timbres."},
		"told-other":       {"The line changed your state. Set it again when you are ready.", "La línea cambió su estado. Actualícelo cuando pueda."},
		"my-contacts":      {"My contacts", "Mis contactos"}, //nolint:misspell // Spanish
		"open":             {"Open", "Abrir"},
		"shift-unknown":    {"Your shift is not known now: the store did not answer.", "No se conoce su turno: el almacén no respondió."},
	}
}

func contactWords() map[string]said {
	return map[string]said{
		"contact":          {"Contact", "Contacto"},
		"state.triage":     {"In the menu", "En el menú"},
		"state.waiting":    {"Waiting", "En espera"},
		"state.promised":   {"Callback promised", "Llamada prometida"},
		"state.claimed":    {"Your phone rings. Press 1 to take the call.", "Suena su teléfono. Pulse 1 para tomar la llamada."},
		"state.connecting": {"Connecting you.", "Conectando."},
		"state.live":       {"Talking now.", "En conversación."},
		"state.wrap_up":    {"The talk is over. Choose the outcome.", "La conversación terminó. Elija el resultado."},
		"state.closed":     {"Closed", "Cerrado"},
		"state.message":    {"Hear the message first. Your phone rings when it is over. Press 1, and we call them back.", "Oiga primero el mensaje. Su teléfono suena cuando termina. Pulse 1 y les llamamos."},
		"message-h":        {"Voicemail", "Mensaje de voz"},
		"message-how":      {"Each hearing is kept in the record of access.", "Cada escucha queda en el registro de accesos."},
		"message.ready":    {"Whoever takes the case, and supervisors, can hear it.", "Lo oye quien toma el caso y quien supervisa."},
		"message.fetching": {"The message is on its way here.", "El mensaje está en camino."},
		"message.lost":     {"The message could not be fetched. Please call them back.", "No se pudo traer el mensaje. Por favor, devuelva la llamada."},
		"state.text":       {"You are writing with each other.", "Se están escribiendo."},
		"not-mine":         {"You read this case. It is not yours.", "Usted lee este caso. No es suyo."},
		"gone":             {"This case is no longer with you.", "Este caso ya no está con usted."},
		"answers":          {"What they told the line", "Lo que dijo a la línea"},
		"risk":             {"Risk", "Riesgo"},
		"hits":             {"Signs of crisis in their words", "Señales de crisis en sus palabras"},
		"sign":             {"A sign of crisis that the line found", "Una señal de crisis que la línea halló"},
		"sign-shadow":      {"A sign of crisis that the line found and did not act on", "Una señal de crisis que la línea halló y por la que no actuó"},
		"not-routed":       {"not routed", "sin efecto"},
		"thread":           {"Texts", "Textos"},
		"no-thread":        {"No texts yet.", "Todavía no hay textos."},
		"they":             {"they", "la persona"},
		"us":               {"us", "nosotros"},
		"msg.received":     {"received", "recibido"},
		"msg.queued":       {"being sent", "enviándose"},
		"msg.sent":         {"sent", "enviado"},
		"msg.delivered":    {"delivered", "entregado"},
		"msg.failed":       {"failed", "falló"},
		"msg.opted-out":    {"not sent: STOP", "no enviado: STOP"},
		"write":            {"Write", "Escribir"},
		"send":             {"Send", "Enviar"},
		"say.sent":         {"On its way.", "En camino."},
		"untexted":         {"They called and wanted to go on by text, but the first text did not reach this phone. Transfer the contact to the queue: it is then to be called back.", "Llamó y quiso seguir por texto, pero el primer texto no llegó a este teléfono. Transfiera el contacto a la fila: luego se le devuelve la llamada."},
		"stopped":          {"They texted STOP. You cannot write to them.", "Escribió STOP. No se le puede escribir."},
		"note":             {"Note", "Nota"},
		"note-how":         {"Saved by itself, sealed.", "Se guarda sola, sellada."},
		"say.saved":        {"Saved", "Guardada"},
		"say.saving":       {"Not saved yet", "Aún sin guardar"},
	}
}

// stepWords are of what a counselor does with a contact.
func stepWords() map[string]said {
	return map[string]said{
		"escalate":           {"Escalate", "Escalar"},
		"escalate-how":       {"The people on call are rung at once. You stay with the caller.", "Se llama de inmediato al personal de guardia. Usted sigue con la persona."},
		"escalate-oncall":    {"Call the people on call now", "Llamar ahora al personal de guardia"},
		"escalate-988":       {"Hand to 988", "Pasar al 988"},
		"say.escalated":      {"Raised. They are being called.", "Hecho. Se les está llamando."},
		"reason":             {"Reason", "Motivo"},
		"give-back":          {"Give back to the queue", "Devolver a la fila"},
		"say.given-back":     {"Back at the old place.", "De nuevo en su lugar."},
		"transfer":           {"Transfer", "Transferir"},
		"transfer-to":        {"To", "A"},
		"to-queue":           {"the queue, head of band", "la fila, al frente"},
		"say.transferred":    {"Transferred.", "Transferido."},
		"close":              {"Close the contact", "Cerrar el contacto"},
		"outcome":            {"Outcome", "Resultado"},
		"say.closed":         {"Closed. Thank you.", "Cerrado. Gracias."},
		"d.helped":           {"helped", "recibió ayuda"},
		"d.rerouted":         {"rerouted", "redirigido"},
		"d.referred":         {"referred", "derivado"},
		"d.escalated":        {"escalated", "escalado"},
		"d.callback":         {"callback", "devolver llamada"},
		"d.no_contact":       {"no contact", "sin contacto"},
		"d.other":            {"other", "otro"},
		"emergency":          {"Emergency", "Emergencia"},
		"opened":             {"open for", "abierta hace"},
		"acknowledged":       {"acknowledged by", "atendida por"},
		"unacknowledged":     {"nobody has acknowledged it", "nadie la ha asumido"},
		"attended":           {"a person is with them", "una persona está con ella"},
		"unattended":         {"nobody is with them yet", "nadie está con ella todavía"},
		"confirmed":          {"contact confirmed", "contacto confirmado"},
		"acknowledge":        {"I have it", "Yo me encargo"},
		"confirm":            {"Confirm the contact", "Confirmar el contacto"},
		"close-emergency":    {"Close the emergency", "Cerrar la emergencia"},
		"next-step":          {"Next step", "Siguiente paso"},
		"say.emergency-done": {"Noted.", "Anotado."},
		"reveal":             {"Show number and place", "Mostrar número y lugar"},
		"reveal-how":         {"Who asked, and why, is recorded.", "Se registra quién lo pidió y por qué."},
		"on-call":            {"on call", "guardia"},
	}
}

// dutyWords are of the page of who was paged about a text.
func dutyWords() map[string]said {
	return map[string]said{
		"duty":          {"You are on call", "Usted está de guardia"},
		"need-page":     {"Open the link in the text that called you. It works once, within an hour. If it is over, answer the next call, or open the console.", "Abra el enlace del texto que recibió. Funciona una sola vez, en una hora. Si ya venció, conteste la próxima llamada o abra la consola."},
		"open-how":      {"Somebody needs you by text. The button opens the conversation in this browser, and in no other.", "Alguien le necesita por texto. El botón abre la conversación en este navegador y en ningún otro."},
		"open-thread":   {"Open the conversation", "Abrir la conversación"},
		"duty-danger":   {"Danger to life: call 911 yourself, tell them the number and place (you find both in the thread), and keep writing. For advice call 988; they can call or text 988 too.", "Peligro de vida: llame usted al 911, dé el número y el lugar (los dos están en la conversación) y siga escribiendo. Para consejo llame al 988; la persona también puede llamar o escribir al 988."},
		"duty.triage":   {"They are still in the menu. You can write to them now.", "Aún está en el menú. Puede escribirle ahora."},
		"duty.waiting":  {"They wait, and no counselor has them yet. You can write to them now.", "Espera y ningún consejero la atiende aún. Puede escribirle ahora."},
		"duty.promised": {"A callback was promised. You can write to them now.", "Se le prometió una llamada. Puede escribirle ahora."},
		"duty.live":     {"A counselor writes with them. What you write goes to them too.", "Un consejero le escribe. Lo que usted escriba también le llega."},
		"duty.wrap_up":  {"The counselor has ended the conversation. You can write to them now.", "El consejero terminó la conversación. Puede escribirle ahora."},
		"duty.closed":   {"The conversation was closed. To reach them, show the number and call.", "La conversación se cerró. Para contactarla, muestre el número y llame."},
	}
}

func boardWords() map[string]said {
	return map[string]said{
		"depth":                {"Waiting now", "En espera"},
		"service-level":        {"Service level", "Nivel de servicio"},
		"sl-is":                {"Answered within 60 s of all answered and of those who left after more than 5 s, today", "Atendidas en 60 s entre todas las atendidas y las que se fueron tras más de 5 s, hoy"},
		"answered":             {"Answered today", "Atendidas hoy"},
		"abandoned":            {"Left while waiting", "Se fueron en espera"},
		"longest-is":           {"Since the first enqueue of whoever has waited longest", "Desde la primera entrada de quien más espera"},
		"depth-is":             {"Waiting and promised cases, calls and texts", "Casos en espera y prometidos, llamadas y textos"},
		"counselors":           {"Counselors", "Consejeros"},
		"c.available":          {"available", "disponibles"},
		"c.ringing":            {"ringing", "sonando"},
		"c.live":               {"talking", "hablando"},
		"c.wrap_up":            {"wrapping up", "cerrando"},
		"c.by_phone":           {"of these by phone alone", "de ellas, solo por teléfono"},
		"c.break":              {"on a break", "en pausa"},
		"c.off":                {"off", "fuera"},
		"nobody-on":            {"Somebody waits and nobody is available.", "Alguien espera y nadie está disponible."},
		"escalations":          {"Open emergencies", "Emergencias abiertas"}, //nolint:misspell // Spanish
		"none-open":            {"None open.", "Ninguna abierta."},
		"as-of":                {"as of", "a las"},
		"by-language":          {"By language", "Por idioma"},
		"by-channel":           {"By channel", "Por canal"},
		"script":               {"script", "guion"},
		"runs-for":             {"runs for", "en uso desde hace"},
		"dismiss":              {"Dismiss", "Quitar"},
		"say.dismissed":        {"Off the wallboard.", "Quitada del tablero."},
		"alert.script-refused": {"A script was refused; the one before goes on.", "Se rechazó un guion; sigue el anterior."},
		"alert.script-older":   {"This line was started with an older script; the published one goes on. Publish or go back by hand if that is not wanted.", "Se inició con un guion más antiguo; sigue el publicado. Si no es lo deseado, publique o vuelva atrás a mano."},
		"board-unknown":        {"The store has not answered yet.", "El almacén aún no ha respondido."},
	}
}

// problemWords has a sentence for each kind of problem that a person can
// meet; all others are "problem.other".
func problemWords() map[string]said {
	return map[string]said{
		"problem.other":           {"That did not work. Try again.", "No funcionó. Inténtelo de nuevo."},
		"problem.offline":         {"No connection. Trying again.", "Sin conexión. Reintentando."},
		"problem.already-claimed": {"Somebody else has this case.", "Otra persona tiene este caso."},
		"problem.nobody-waiting":  {"Nobody is waiting that you could take.", "No hay nadie que usted pueda tomar."},
		"problem.not-available":   {"Make yourself available first.", "Primero póngase disponible."},
		"problem.at-limit":        {"You hold as many cases as you may.", "Tiene tantos casos como puede."},
		"problem.not-qualified":   {"This case is not for you.", "Este caso no es para usted."},
		"problem.caller-left":     {"The caller has left.", "La persona se fue."},
		"problem.not-known-yet":   {"Not known yet: the store did not answer. Trying again.", "Aún no se sabe: el almacén no respondió. Reintentando."},
		"problem.data-lost":       {"The store lost its data.", "El almacén perdió sus datos."},
		"problem.not-yours":       {"This case is no longer yours.", "Este caso ya no es suyo."},
		"problem.opted-out":       {"They texted STOP. It was not sent.", "Escribió STOP. No se envió."},
		"problem.stale-note":      {"The note was saved elsewhere since. Copy your text and reload.", "La nota se guardó en otro lugar. Copie su texto y recargue."},
		"problem.use-transfer":    {"A talk is transferred, not given back.", "Una conversación se transfiere, no se devuelve."},
		"problem.not-now":         {"Not possible from where the case stands.", "No es posible en este momento."}, //nolint:misspell // Spanish
		"problem.bad-request":     {"Something is missing or too long.", "Falta algo o es demasiado largo."},
		"problem.forbidden":       {"Not for your role.", "No es para su función."},
		"problem.page-over":       {"This link was used already or is over. Answer the next call, or open the console.", "Este enlace ya se usó o venció. Conteste la próxima llamada o abra la consola."},
		"problem.stale-alert":     {"Another alert has come since. Look at it first.", "Llegó otra alerta. Véala primero."},
		"problem.link-used":       {"This link was used already or is over. Ask a supervisor for a new one.", "Este enlace ya se usó o venció. Pida otro a una persona supervisora."},
	}
}
