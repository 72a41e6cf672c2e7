package triage

// PhraseID names a text that stands outside of the tree: what is said while
// waiting, to staff, at the end, and when something fails. They lie under
// `phrases:` in the script's files, translated and sealed like nodes.
// Placeholders are written {{name}}.
type PhraseID string

// Said to callers.
const (
	HoldPlace      PhraseID = "hold_place"       // {{place}}: about number …
	HoldQuiet      PhraseID = "hold_quiet"       // every second loop: short
	HoldNobody     PhraseID = "hold_nobody"      // {{place}}; nobody on shift: honest; 988
	HoldBreak      PhraseID = "hold_break"       // {{place}}: the same where all who are on shift are on a break
	HoldBackup     PhraseID = "hold_backup"      // {{number}}: after hold_nobody, where there is another line
	HoldBack       PhraseID = "hold_back"        // key 1, where we could call back
	HoldText       PhraseID = "hold_text"        // key 2, where we could text
	HoldTape       PhraseID = "hold_tape"        // key 4, where it may take long: leave a message
	HoldWrite      PhraseID = "hold_write"       // key 8, where we could text; nothing telling
	HoldByText     PhraseID = "hold_by_text"     // a caller in danger who went on by text and is still on the line; 911, 988
	HoldKeys       PhraseID = "hold_keys"        // keys 0 and 9
	HoldEmergency  PhraseID = "hold_emergency"   // band 0: stay, 911 if you can, no callback offered
	HoldClaimed    PhraseID = "hold_claimed"     // answer to 1 while a counselor is being called: please stay
	HoldHush       PhraseID = "hold_hush"        // {{place}}: for a caller who cannot talk; nothing telling
	HoldWait       PhraseID = "hold_wait"        // a second of patience while two things cross
	HoldAside      PhraseID = "hold_aside"       // the counselor stepped out for a moment: still here; 988, 911
	Rejoining      PhraseID = "rejoining"        // the counselor is back
	JoiningHush    PhraseID = "joining_hush"     // the same as joining for a caller who cannot talk; nothing telling
	GoodbyeHush    PhraseID = "goodbye_hush"     // the end of a call for such a caller, who heard 988 and 911 before
	TextStayHush   PhraseID = "text_stay_hush"   // by text, to such a caller: after words of danger, or when the counselor had to leave
	TextEndHush    PhraseID = "text_end_hush"    // by text, to such a caller, after close
	Joining        PhraseID = "joining"          // a person is here, connecting you
	PassedOn       PhraseID = "passed_on"        // another counselor will talk with you; stay; 988, 911
	Interpreted    PhraseID = "interpreted"      // an interpreter has come into the talk
	CounselorLost  PhraseID = "counselor_lost"   // the line to the counselor closed; stay, or hang up if done; 988, 911
	Goodbye        PhraseID = "goodbye"          // after every talk; names 988 and 911
	GoodbyeGone    PhraseID = "goodbye_gone"     // unknown or closed case in a URL: how to go on; 988, 911
	PromiseKept    PhraseID = "promise_kept"     // we call you back, place kept; 988, 911
	CallbackGate   PhraseID = "callback_gate"    // nothing private: the call you asked for, press 1
	CallbackNo     PhraseID = "callback_no"      // another key: goodbye, 988, 911 without anything telling
	CallbackAgain  PhraseID = "callback_again"   // picked up, and no counselor is there any more: we call again; 988, 911 as above
	CallbackMemo   PhraseID = "callback_message" // left where nobody pressed a key, if that is safe; nothing telling
	CallbackNamed  PhraseID = "callback_named"   // {{name}}: the same, with who calls
	Failing        PhraseID = "failing"          // the store fails: 988, 911, stay on the line
	FailingDanger  PhraseID = "failing_danger"   // the same after 9 or a crisis word: somebody is being told
	FailingBackup  PhraseID = "failing_backup"   // {{number}}: press 1 for the back-up line
	BackupDial     PhraseID = "backup_dial"      // connecting to the back-up line
	Fallback       PhraseID = "fallback"         // the number's fallback URL
	TextFailing    PhraseID = "text_failing"     // by text: 988, 911, write again in a minute
	TextWaiting    PhraseID = "text_waiting"     // {{place}}: answer to a text while waiting; 988, 911 and the words that work
	TextHush       PhraseID = "text_hush"        // {{place}}: the same for a caller who cannot talk; nothing telling
	TextEmergency  PhraseID = "text_emergency"   // safety words to crisis, 988, 911 in any state
	TextClaimed    PhraseID = "text_claimed"     // a counselor is here now
	TextLost       PhraseID = "text_lost"        // the counselor had to leave; you are next
	TextEnd        PhraseID = "text_end"         // after close: goodbye, 988, 911, write again any time
	TextHelp       PhraseID = "text_help"        // answer to HELP
	TextBack       PhraseID = "text_back"        // answer to START after STOP
	TextMoved      PhraseID = "text_moved"       // how the first text begins after a call; nothing telling
	TextMovedPlace PhraseID = "text_moved_place" // {{place}}: it goes on, to whoever waits; nothing telling
	TextMovedWait  PhraseID = "text_moved_wait"  // the same without a place
	TextMedia      PhraseID = "text_media"       // pictures are not looked at
	TextResources  PhraseID = "text_resources"   // sent on key 2 of the loop
	Intro          PhraseID = "intro"            // first words of every contact: who we are, 988, 911
	IntroShort     PhraseID = "intro_short"      // by text, while no language is known: the same in all of them, in one part
	Sorry          PhraseID = "sorry"            // an answer was not understood; the question follows
	TextAppoint    PhraseID = "text_appointment" // {{due}}; sent on request: the plan's deadline, and the steps after a cancelled visit
	TextMedicine   PhraseID = "text_medication"  // sent on request: how to ask for an emergency refill
	TextLocal      PhraseID = "text_local"       // {{places}}; sent on request: help in the county
	TextRights     PhraseID = "text_rights"      // sent on request: what a plan owes
	GroupItem      PhraseID = "group_item"       // {{key}} {{topic}} {{when}} {{seats}}: one group of a list
	SeatsFree      PhraseID = "seats_free"       // {{free}} seats
	SeatsNone      PhraseID = "seats_none"       // full, the wait-list is open
	HelpItem       PhraseID = "help_item"        // {{name}} {{number}} {{hours}}: one place of a list
	TextGroupSeat  PhraseID = "text_group_seat"  // {{topic}} {{when}} {{link}}: a seat is taken
	TextGroupList  PhraseID = "text_group_list"  // {{topic}} {{when}}: on the wait-list
	TextGroupFree  PhraseID = "text_group_free"  // {{when}} {{link}}: from the wait-list to a seat
	TextGroupSoon  PhraseID = "text_group_soon"  // {{when}} {{link}}: reminder; not what the group is about
	TextGroupMoved PhraseID = "text_group_moved" // {{when}} {{link}}: another time or address
	TextGroupOff   PhraseID = "text_group_off"   // {{when}}: called off
	TextGroupLeft  PhraseID = "text_group_left"  // answer to the words that give up a seat; true for everybody
	TextCheckIn    PhraseID = "check_in_text"    // after two weeks, to whoever agreed; says nothing of why
	MenuWaitingTip PhraseID = "menu_waiting_tip" // appended to the menu when asked for while waiting: your place is kept
)

// Said to staff. Nothing before a gate is private.
const (
	StaffGate       PhraseID = "staff_gate"       // hotline call, press 1 to take it
	StaffBrief      PhraseID = "staff_brief"      // {{band}} {{lang}} {{need}} {{risk}}; at most 8 s
	StaffReleased   PhraseID = "staff_released"   // thank you, the caller is given to somebody else
	StaffNoAnswer   PhraseID = "staff_unanswered" // a callback: it rang, nobody picked up
	StaffNotReached PhraseID = "staff_unreached"  // a callback: busy, or the number is out of reach
	StaffNobody     PhraseID = "staff_nobody"     // a callback: picked up, and the gate was not pressed
	StaffTaken      PhraseID = "staff_taken"      // taken, thank you
	StaffLeft       PhraseID = "staff_left"       // the caller has hung up
	StaffEnded      PhraseID = "staff_ended"      // the talk is over, wrap up in the console
	StaffWait       PhraseID = "staff_wait"       // stay, the caller is being connected
	PageGate        PhraseID = "page_gate"        // 1 take and join, 2 headline, 3 pass on
	PageHeadline    PhraseID = "page_headline"    // {{band}} {{channel}} {{lang}}
	PageByText      PhraseID = "page_by_text"     // acknowledged; the case is by text, open the link or console
	PagePassed      PhraseID = "page_passed"      // passed on, thank you
	PageHandled     PhraseID = "page_handled"     // somebody else attends already
	PageLost        PhraseID = "page_lost"        // by phone, once: the store lost its data
	PageText        PhraseID = "page_text"        // text to a person on call: no number, no words
	PageTextLink    PhraseID = "page_text_link"   // {{link}}: the same for a case by text, with the one-time link to its thread
	PageTextLost    PhraseID = "page_text_lost"   // text: data lost
	StaffFailing    PhraseID = "staff_failing"    // staff leg while the store fails: stay
	ConnectingLine  PhraseID = "connecting_line"  // while alone in the room, staff or patient
	StaffMenu       PhraseID = "staff_menu"       // behind the star: 1 back, 2 supervisor, 3 end, 4 the brief again, 9 emergency
	StaffAsked      PhraseID = "staff_asked"      // a supervisor is told; back to the caller
	StaffAlarmed    PhraseID = "staff_alarmed"    // the people on call are paged; back to the caller
	StaffCalled     PhraseID = "staff_called"     // whom the counselor asked for is being called; back to the caller
	StaffNotNow     PhraseID = "staff_not_now"    // that is not possible now; back to the caller
	StaffConfirmed  PhraseID = "staff_confirmed"  // it is noted that 988 talks with the caller; back to the caller
	GuestGate       PhraseID = "guest_gate"       // to another counselor: 1 comes into a talk to take it over
	GuestGateBoss   PhraseID = "guest_gate_boss"  // to a supervisor: 1 comes into a talk
	GuestNo         PhraseID = "guest_no"         // the talk goes on without you
	GuestOut        PhraseID = "guest_out"        // you have left the talk
	GuestHeard      PhraseID = "guest_heard"      // who only listened is heard from now on
	TellListen      PhraseID = "tell_listen"      // heard by the counselor alone: a supervisor listens
	TellJoin        PhraseID = "tell_join"        // the same: a supervisor is in the talk
	TellNoShow      PhraseID = "tell_no_show"     // the same: whom you asked in did not come
	TellGone        PhraseID = "tell_gone"        // the same: whom you asked in has left
	TellYours       PhraseID = "tell_yours"       // the same: the talk is yours now
	TellHold        PhraseID = "tell_hold"        // the same: the caller still holds
	PhonePIN        PhraseID = "phone_pin"        // who calls from a counselor's number: enter the PIN; star for yourself
	PhoneWrong      PhraseID = "phone_wrong"      // that was not it
	PhoneNoPIN      PhraseID = "phone_no_pin"     // three tries are over; 988, 911
	PhoneOn         PhraseID = "phone_on"         // available by phone until you hang up
	PhoneWaiting    PhraseID = "phone_waiting"    // {{total}} {{bands}}: so many wait; 1 takes the next
	PhoneCame       PhraseID = "phone_came"       // somebody waits now, before phone_waiting
	PhoneNobody     PhraseID = "phone_nobody"     // nobody waits; stay
	PhoneFaster     PhraseID = "phone_faster"     // somebody else took the caller
	PhonePaused     PhraseID = "phone_paused"     // not available; 1 goes on
	PhoneWrapUp     PhraseID = "phone_wrap_up"    // how did it end? 1 to 6
	PhoneNoted      PhraseID = "phone_noted"      // the outcome is noted
	PhoneLeft       PhraseID = "phone_left"       // as staff_left, and the leg stays
	PhoneEnded      PhraseID = "phone_ended"      // as staff_ended, and the leg stays
	PhoneTaken      PhraseID = "phone_taken"      // as staff_taken, and the leg stays
	PhoneNotReached PhraseID = "phone_unreached"  // whom we called back was not reached, and the leg stays
	PhoneReleased   PhraseID = "phone_released"   // as staff_released, and the leg stays
)

// Words that fill placeholders, by the ids of the domain.
const (
	WordBand    PhraseID = "word_band_"    // + emergency urgent soon routine
	WordLang    PhraseID = "word_lang_"    // + en es
	WordNeed    PhraseID = "word_need_"    // + talk appointment …
	WordRisk    PhraseID = "word_risk_"    // + 0 1 2 3
	WordChannel PhraseID = "word_channel_" // + voice sms
	WordName    PhraseID = "word_name_"    // + who calls, where somebody else answers a callback
	WordLater   PhraseID = "word_later"    // a time that is not known
	WordTopic   PhraseID = "word_topic_"   // + the topics of groups, which the operator names
)

// PageFailing is heard by a person on call when a caller is in danger while
// the store fails.
const PageFailing PhraseID = "page_failing"
