package server

import (
	"github.com/tideover/tideover/internal/dispatch"
	"github.com/tideover/tideover/internal/hotline"
	"github.com/tideover/tideover/internal/intake"
	"github.com/tideover/tideover/internal/outreach"
	"github.com/tideover/tideover/internal/triage"
)

// follow gives what falls due after a contact to the courier.
func follow(board *dispatch.Board, courier *outreach.Courier) {
	board.Hand("notice", courier.Notice)
	board.Hand("remind", courier.Notice)
	board.Hand("checkin", courier.CheckIn)
	board.Hand("checkinover", courier.CheckInOver)
}

// bringHome gives what callers have recorded to who fetches it.
func bringHome(board *dispatch.Board, messages *intake.Messages) {
	board.Hand("sound", messages.Fetch)
	board.Hand("erase", messages.Erase)
	board.Hand("tape", messages.Find)
}

// textIDs are the phrases of the courier's texts.
func textIDs() map[string]triage.PhraseID {
	return map[string]triage.PhraseID{
		outreach.TextSeated: triage.TextGroupSeat, outreach.TextListed: triage.TextGroupList, outreach.TextFree: triage.TextGroupFree,
		outreach.TextSoon: triage.TextGroupSoon, outreach.TextMoved: triage.TextGroupMoved, outreach.TextOff: triage.TextGroupOff,
		outreach.TextCheckIn: triage.TextCheckIn,
	}
}

// groupWords says the courier's texts in the script's words.
func groupWords(script func() *triage.Script) outreach.Words {
	ids := textIDs()
	return func(what string, lang hotline.Lang, g outreach.Group) string {
		return script().GroupText(ids[what], lang, g.Topic, g.At, g.Link)
	}
}
