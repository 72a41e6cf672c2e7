// Package rights says by when a health plan in California has to give an
// appointment: timely access in hours and business days. It also reads dates
// as people say and type them, and says dates. It is pure: today, the zone
// and the calendar of holidays are handed in.
//
// # Rules
//
// Health & Safety Code §1367.03 (SB 221, from 1 July 2022; SB 225 of 2022)
// and 28 CCR §1300.67.2.2, for plans under the Department of Managed Health
// Care:
//
//	urgent, no prior authorization         48 hours from the request
//	urgent, prior authorization needed     96 hours from the request
//	therapist or other non-physician       10 business days from the request
//	the next one in a course of treatment  10 business days from the last visit
//	psychiatrist                           15 business days from the request
//
// The follow-up rule is one for non-physicians; the next visit to a
// psychiatrist counts from the request. Psychological testing is counted as a
// visit to a non-physician, though a plan may call it an ancillary service
// (15 business days); the answer says so as a condition. A cancelled visit
// has no number of days of its own: §1367.03(a)(3) wants it "promptly
// rescheduled" with care that goes on, and the limits above stay.
//
// Read with the summaries of the Office of the Patient Advocate, of plans and
// of Disability Rights California, not by counsel: these are general rules
// (ConditionGeneral is in every answer), and the department can tell patients
// about their own case.
//
// # Counting
//
// Business days are Monday to Friday without the holidays of the calendar.
// Neither law nor rule lists the holidays; we take the days on which offices
// of the state are closed (config/script/holidays.yaml). The day of the
// request is not counted, the last day is. Hours of urgent care are hours
// that pass, nights, weekends, holidays and the change of clocks included.
//
// # Sources
//
// The limits are those that California publishes for members of plans, and
// agree with what plans print, such as uhc.com/legal/required-state-notices.
// That follow-ups are due in 10 business days "unless a provider believes a
// longer gap is appropriate" is in the statement of SB 221's author
// (sd11.senate.ca.gov, 10 September 2021). That business days leave out
// weekends and holidays is how plans explain the term (mhn.com, Timely Access
// to Care). Which Sundays and Saturdays move is Government Code §6701. The
// letters of subparagraphs in rule.go, the count for testing and groups, and
// the choice of holidays are for counsel to confirm before a line opens.
package rights
