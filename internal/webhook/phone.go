package webhook

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"time"

	"github.com/tideover/tideover/internal/hotline"
	"github.com/tideover/tideover/internal/triage"
	"github.com/tideover/tideover/internal/twilio"
)

// Phone reaches people by Twilio's REST API, with the URLs of our routes.
type Phone struct {
	client *twilio.Client
	links  links
	from   hotline.Number
	script Script
}

// ringFor is how long a phone rings, in seconds; Twilio adds about five, and
// a carrier's voicemail picks up after 20 to 30.
const ringFor = 20

// NewPhone wires it for a line.
func NewPhone(client *twilio.Client, publicURL string, from hotline.Number, script Script) *Phone {
	return &Phone{client: client, links: links{trimSlash(publicURL)}, from: from, script: script}
}

func (p *Phone) call(ctx context.Context, to hotline.Number, url, status string) (hotline.Leg, error) {
	sid, err := p.client.Call(ctx, twilio.CallRequest{To: to, From: p.from, URL: url, StatusURL: retried(status), Timeout: ringFor})
	return hotline.Leg(sid), fault(err)
}

// Ring dials the counselor of a claim.
func (p *Phone) Ring(ctx context.Context, to hotline.Number, c hotline.Case) (hotline.Leg, error) {
	return p.call(ctx, to, p.links.staff(pathCounselor, c.ID, c.Epoch), p.links.staff(pathCounselorDone, c.ID, c.Epoch))
}

// Beckon leads the leg of a counselor who called in to the gate of a case.
func (p *Phone) Beckon(ctx context.Context, leg hotline.Leg, c hotline.Case) error {
	return fault(p.client.Redirect(ctx, string(leg), p.links.staff(pathCounselor, c.ID, c.Epoch)))
}

// Page dials a person on call; n counts the pages of the record.
func (p *Phone) Page(ctx context.Context, to hotline.Number, c hotline.Case, n int) (hotline.Leg, error) {
	k := strconv.Itoa(n)
	return p.call(ctx, to, p.links.staff(pathOnCall, c.ID, c.Epoch, "k", k), p.links.staff(pathOnCallStatus, c.ID, c.Epoch, "k", k))
}

// DialBack dials the patient for the counselor who waits.
func (p *Phone) DialBack(ctx context.Context, c hotline.Case) (hotline.Leg, error) {
	return p.call(ctx, c.Dial(), p.links.staff(pathCallback, c.ID, c.Epoch, "l", string(c.Lang)), p.links.staff(pathCallbackStatus, c.ID, c.Epoch))
}

// Invite dials a guest of a talk.
func (p *Phone) Invite(ctx context.Context, to hotline.Number, c hotline.Case, n int) (hotline.Leg, error) {
	k := strconv.Itoa(n)
	return p.call(ctx, to, p.links.staff(pathGuest, c.ID, c.Epoch, "k", k), p.links.staff(pathGuestStatus, c.ID, c.Epoch, "k", k))
}

// Summon leads the leg of a counselor who called in to the gate of a guest.
func (p *Phone) Summon(ctx context.Context, leg hotline.Leg, c hotline.Case, n int) error {
	return fault(p.client.Redirect(ctx, string(leg), p.links.staff(pathGuest, c.ID, c.Epoch, "k", strconv.Itoa(n))))
}

// Whisper says words to one leg in the room. A caller who cannot talk hears
// none of them.
func (p *Phone) Whisper(ctx context.Context, leg hotline.Leg, what string, lang hotline.Lang, c hotline.Case) error {
	if leg == c.PatientLeg && p.script.Hushed(c.Answers) {
		return nil
	}
	return fault(p.client.Announce(ctx, c.Conference, string(leg), p.links.to(pathWhisper, "w", what, "l", string(lang))))
}

// Unmute lets everybody hear a leg in the room.
func (p *Phone) Unmute(ctx context.Context, leg hotline.Leg, c hotline.Case) error {
	return fault(p.client.Unmute(ctx, c.Conference, string(leg)))
}

// Notice dials a person on call about the line itself: "lost" or "failing".
func (p *Phone) Notice(ctx context.Context, to hotline.Number, what string) error {
	_, err := p.call(ctx, to, p.links.to(pathOnCallNotice, "w", what), "")
	return err
}

// NoticeText texts what Notice says.
func (p *Phone) NoticeText(ctx context.Context, to hotline.Number, what string) error {
	text := triage.PageText
	if what == "lost" {
		text = triage.PageTextLost
	}
	return p.send(ctx, to, text, "")
}

// Move leads a patient's live leg to a named document.
func (p *Phone) Move(ctx context.Context, leg hotline.Leg, name string, c hotline.Case) error {
	return fault(p.client.Redirect(ctx, string(leg), p.links.staff(pathMove, c.ID, c.Epoch, "n", name, "l", string(c.Lang))))
}

// Dismiss tells a staff leg why it is over, or cancels it while it rings. The
// phone of a patient whom nobody waits for hears that we call again ("later").
func (p *Phone) Dismiss(ctx context.Context, leg hotline.Leg, why string, c hotline.Case) error {
	over := p.links.staff(pathCounselorOver, c.ID, c.Epoch, "w", why)
	if why == "later" {
		over = p.links.to(pathCallbackOver, "l", string(c.Lang))
	}
	err := p.client.Redirect(ctx, string(leg), over)
	if errors.Is(err, twilio.ErrGone) || errors.Is(err, twilio.ErrRefused) {
		err = p.client.Hangup(ctx, string(leg))
	}
	return fault(err)
}

// Send texts the words of a thread.
func (p *Phone) Send(ctx context.Context, to hotline.Number, text, mid string) error {
	_, _, err := p.client.Text(ctx, twilio.TextRequest{To: to, From: p.from, Body: text, StatusURL: retried(p.links.to(pathSMSStatus, "m", mid))})
	return fault(err)
}

func (p *Phone) send(ctx context.Context, to hotline.Number, id triage.PhraseID, lang hotline.Lang, args ...string) error {
	_, _, err := p.client.Text(ctx, twilio.TextRequest{To: to, From: p.from, Body: joined(p.script.Lines(id, lang, hotline.SMS, args...))})
	return fault(err)
}

// Tell texts a caller words of the script.
func (p *Phone) Tell(ctx context.Context, c hotline.Case, what string) error {
	id, lost := triage.TextEnd, triage.TextLost
	if p.script.Hushed(c.Answers) {
		id, lost = triage.TextEndHush, triage.TextStayHush
	}
	if what == "lost" {
		id = lost
	}
	if c.OptedOut {
		return hotline.ErrOptedOut
	}
	return p.send(ctx, c.Caller, id, c.Lang)
}

// PageText texts a person on call, with the link to the thread of a case by
// text.
func (p *Phone) PageText(ctx context.Context, to hotline.Number, _ hotline.Case, link string) error {
	if link == "" {
		return p.send(ctx, to, triage.PageText, hotline.English)
	}
	return p.send(ctx, to, triage.PageTextLink, hotline.English, "link", link)
}

// LiveSince finds a call of ours to the number that is not over.
func (p *Phone) LiveSince(ctx context.Context, to hotline.Number, since time.Time) (hotline.Leg, bool, error) {
	calls, err := p.client.CallsTo(ctx, to, since)
	if err != nil {
		return "", false, fault(err)
	}
	for _, c := range calls {
		if c.Live() {
			return hotline.Leg(c.Sid), true, nil
		}
	}
	return "", false, nil
}

// Up reports whether a leg is not over. One that Twilio does not know is.
func (p *Phone) Up(ctx context.Context, leg hotline.Leg) (bool, error) {
	up, err := p.client.Up(ctx, string(leg))
	if errors.Is(err, twilio.ErrGone) {
		return false, nil
	}
	return up, fault(err)
}

// SentSince reports whether the text went out since then.
func (p *Phone) SentSince(ctx context.Context, to hotline.Number, text string, since time.Time) (bool, error) {
	sent, err := p.client.TextsTo(ctx, to, since)
	if err != nil {
		return false, fault(err)
	}
	for _, t := range sent {
		if t.Body == text && t.Status != "failed" && t.Status != "undelivered" {
			return true, nil
		}
	}
	return false, nil
}

// fault says Twilio's errors in the domain's words, the first that fits: what
// may have happened comes before what certainly did not.
func fault(err error) error {
	for _, f := range []struct{ theirs, ours error }{
		{twilio.ErrGone, hotline.ErrLegGone},
		{twilio.ErrOptedOut, hotline.ErrOptedOut},
		{twilio.ErrUnknown, hotline.ErrUnknown},
		{twilio.ErrBusy, hotline.ErrLineBusy},
		{twilio.ErrUnauthorized, hotline.ErrLineBusy},
		{twilio.ErrRefused, hotline.ErrRefused},
	} {
		if errors.Is(err, f.theirs) {
			return fmt.Errorf("%w: %w", f.ours, err)
		}
	}
	return err
}
