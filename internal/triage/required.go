package triage

import (
	"maps"
	"slices"

	"github.com/tideover/tideover/internal/hotline"
)

// demand is what a phrase must have: its channels, and the placeholders that
// whoever speaks it fills.
type demand struct {
	voice, sms bool
	args       []string
}

// demands lists every phrase that code asks for. A script without one of them
// does not compile: nobody may meet silence where words belong.
func demands() map[PhraseID]demand {
	voice, sms, both := demand{voice: true}, demand{sms: true}, demand{voice: true, sms: true}
	all := map[PhraseID]demand{Intro: both, Sorry: both}
	for _, id := range []PhraseID{
		HoldQuiet, HoldBack, HoldText, HoldTape, HoldWrite, HoldByText, HoldKeys, HoldEmergency, HoldClaimed, HoldWait, Joining, JoiningHush, GoodbyeHush, CounselorLost, Goodbye, PromiseKept, CallbackGate,
		CallbackNo, CallbackAgain, CallbackMemo, StaffNoAnswer, StaffNotReached, StaffNobody, Failing, FailingDanger, BackupDial, Fallback, StaffGate, StaffReleased, StaffTaken, StaffLeft, StaffEnded, StaffWait,
		PageGate, PageByText, PagePassed, PageHandled, PageLost, PageFailing, StaffFailing, ConnectingLine,
		PhonePIN, PhoneWrong, PhoneNoPIN, PhoneOn, PhoneCame, PhoneNobody, PhoneFaster, PhonePaused, PhoneWrapUp, PhoneNoted, PhoneLeft, PhoneEnded,
		PhoneTaken, PhoneReleased, PhoneNotReached,
		HoldAside, Rejoining, StaffMenu, StaffAsked, StaffAlarmed,
		PassedOn, Interpreted, StaffCalled, StaffNotNow, StaffConfirmed, GuestGate, GuestGateBoss, GuestNo, GuestOut, GuestHeard,
		TellListen, TellJoin, TellNoShow, TellGone, TellYours, TellHold,
	} {
		all[id] = voice
	}
	for _, id := range []PhraseID{
		TextFailing, TextStayHush, TextEndHush, TextEmergency, TextClaimed, TextLost, TextEnd, TextHelp, TextBack, TextMedia, TextMoved, TextMovedWait, TextResources, TextMedicine,
		TextRights, TextGroupLeft, TextCheckIn, IntroShort, MenuWaitingTip, PageText, PageTextLost,
	} {
		all[id] = sms
	}
	all[GoodbyeGone] = both
	all[CallbackNamed] = demand{voice: true, args: []string{"name"}}
	all[HoldHush] = demand{voice: true, args: []string{"place"}}
	all[HoldPlace] = demand{voice: true, args: []string{"place"}}
	all[HoldBackup] = demand{voice: true, args: []string{"number"}}
	all[HoldNobody] = demand{voice: true, args: []string{"place"}}
	all[HoldBreak] = demand{voice: true, args: []string{"place"}}
	all[TextHush] = demand{sms: true, args: []string{"place"}}
	all[TextAppoint] = demand{sms: true, args: []string{"due"}}
	all[TextMovedPlace] = demand{sms: true, args: []string{"place"}}
	all[TextLocal] = demand{sms: true, args: []string{"places"}}
	all[TextWaiting] = demand{sms: true, args: []string{"place"}}
	all[PageTextLink] = demand{sms: true, args: []string{"link"}}
	all[FailingBackup] = demand{voice: true, args: []string{"number"}}
	all[StaffBrief] = demand{voice: true, args: []string{"band", "lang", "need", "risk"}}
	all[PhoneWaiting] = demand{voice: true, args: []string{"total", "bands"}}
	all[PageHeadline] = demand{voice: true, args: []string{"band", "channel", "lang"}}
	all[GroupItem] = demand{voice: true, sms: true, args: []string{"key", "topic", "when", "seats"}}
	all[SeatsFree] = demand{voice: true, sms: true, args: []string{"free"}}
	all[SeatsNone] = both
	all[TextGroupSeat] = demand{sms: true, args: []string{"topic", "when", "link"}}
	all[TextGroupList] = demand{sms: true, args: []string{"topic", "when"}}
	for _, id := range []PhraseID{TextGroupFree, TextGroupSoon, TextGroupMoved} {
		all[id] = demand{sms: true, args: []string{"when", "link"}}
	}
	all[TextGroupOff] = demand{sms: true, args: []string{"when"}}
	all[HelpItem] = demand{voice: true, sms: true, args: []string{"name", "number", "hours"}}
	all[WordLater] = both
	for _, id := range wordIDs() {
		all[id] = both
	}
	return all
}

// wordIDs lists the words that fill placeholders.
func wordIDs() []PhraseID {
	var all []PhraseID
	for _, b := range hotline.Bands() {
		all = append(all, WordBand+PhraseID(b.String()))
	}
	for _, n := range hotline.Needs() {
		all = append(all, WordNeed+PhraseID(n))
	}
	for _, ch := range channels() {
		all = append(all, WordChannel+PhraseID(ch))
	}
	for _, lang := range []hotline.Lang{hotline.English, hotline.Spanish} {
		all = append(all, WordLang+PhraseID(lang))
	}
	return append(all, WordName+"office", WordName+"friend", WordRisk+"0", WordRisk+"1", WordRisk+"2", WordRisk+"3")
}

// phraseIDs lists the phrases of the script, sorted.
func (s *Script) phraseIDs() []PhraseID {
	ids := make([]PhraseID, 0, len(s.phrases))
	for id := range s.phrases {
		ids = append(ids, id)
	}
	slices.Sort(ids)
	return ids
}

// PhraseIDs lists every phrase that code asks for, sorted.
func PhraseIDs() []PhraseID { return slices.Sorted(maps.Keys(demands())) }
