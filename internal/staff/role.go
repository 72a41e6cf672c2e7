package staff

import "slices"

// Role is what a person is to the line. The zero value is no role.
type Role string

// The four roles.
const (
	Counselor  Role = "counselor"
	Supervisor Role = "supervisor"
	Admin      Role = "admin"
	Auditor    Role = "auditor"
)

// Permission is one thing that a role may do.
type Permission string

// The permissions. A person on call is judged by the case, not by the role.
const (
	SeeSelf    Permission = "see-self"   // who am I, sign out
	SeeQueue   Permission = "see-queue"  // the queue, numbers masked
	SeeBoard   Permission = "see-board"  // the wallboard and the event stream
	TakeCases  Permission = "take-cases" // own shift, claims, what belongs to an own case
	SeeAll     Permission = "see-all"    // any case, not only an own one
	RevealAny  Permission = "reveal-any" // a number at any time, with a reason
	SeeStaff   Permission = "see-staff"  // the roster
	AddStaff   Permission = "add-staff"  // add, invite and disable
	SeeAudit   Permission = "see-audit"  // who did and read what
	Supervises Permission = "supervises" // reports, script, blocks, groups, outreach
)

// grants is the one table of roles. An admin sees no content, an auditor only
// the record.
func grants(r Role) []Permission {
	switch r {
	case Counselor:
		return []Permission{SeeSelf, SeeQueue, SeeBoard, TakeCases}
	case Supervisor:
		return []Permission{
			SeeSelf, SeeQueue, SeeBoard, TakeCases, SeeAll, RevealAny,
			SeeStaff, AddStaff, SeeAudit, Supervises,
		}
	case Admin:
		return []Permission{SeeSelf, SeeBoard, SeeStaff, AddStaff, Supervises}
	case Auditor:
		return []Permission{SeeSelf, SeeAudit}
	default:
		return nil
	}
}

// Roles lists all roles.
func Roles() []Role { return []Role{Counselor, Supervisor, Admin, Auditor} }

// Permissions lists all permissions.
func Permissions() []Permission {
	return []Permission{
		SeeSelf, SeeQueue, SeeBoard, TakeCases, SeeAll, RevealAny,
		SeeStaff, AddStaff, SeeAudit, Supervises,
	}
}

// Known reports whether r is one of Roles.
func (r Role) Known() bool { return slices.Contains(Roles(), r) }

// May reports whether the role has the permission.
func (r Role) May(p Permission) bool { return slices.Contains(grants(r), p) }

// MayAdd reports whether r may add somebody of the other role. It is not
// MayManage: an invite for an existing person signs in as that person.
func (r Role) MayAdd(other Role) bool {
	return r == Admin || r == Supervisor && (other == Counselor || other == Supervisor)
}

// MayManage reports whether r may invite anew or disable somebody of the
// other role.
func (r Role) MayManage(other Role) bool {
	return r == Admin || r == Supervisor && other == Counselor
}
