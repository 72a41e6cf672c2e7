package main

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/spf13/cobra"

	"github.com/tideover/tideover/internal/hotline"
	"github.com/tideover/tideover/internal/staff"
)

func newStaff(std streams) *cobra.Command {
	cmd := &cobra.Command{
		Use: "staff", Short: "Counselors, supervisors, admins and auditors", Args: cobra.ArbitraryArgs,
		RunE: func(_ *cobra.Command, args []string) error {
			if len(args) == 0 {
				return usage("staff: want add, list, disable, invite, token or pin")
			}
			return usage("staff: unknown command %q", args[0])
		},
	}
	cmd.AddCommand(newStaffAdd(std), newStaffList(std),
		newStaffOne(std, "disable ID", "End what a person may do, at once", disableStaff),
		newStaffOne(std, "invite ID", "Print a new one-time link that signs a person in", inviteStaff),
		newStaffOne(std, "token ID", "Print a new API token, shown once", tokenStaff), newStaffPIN(std))
	return cmd
}

func newStaffPIN(std streams) *cobra.Command {
	var pin string
	var none bool
	cmd := newStaffOne(std, "pin ID", "Set the PIN for work by phone alone", func(ctx context.Context, std streams, o office, id hotline.CounselorID) error {
		if (pin == "") == !none {
			return usage("pin: want --pin or --none")
		}
		err := o.roster.SetPIN(ctx, id, pin)
		if errors.Is(err, staff.ErrInvalid) {
			return usageError{err}
		}
		return err
	})
	cmd.Long = "Sets another PIN for work by phone alone, or takes it away. Wrong PINs that were\nentered before are forgotten, so that a number that was locked works again at once."
	cmd.Flags().StringVar(&pin, "pin", "", "four to eight digits")
	cmd.Flags().BoolVar(&none, "none", false, "no PIN: a call from their number is a patient's")
	return cmd
}

// office is what the staff commands work with.
type office struct {
	roster     *staff.Roster
	desk       *staff.Desk
	consoleURL string
	close      func() error
}

func openOffice() (office, error) {
	l, err := openLine()
	if err != nil {
		return office{}, err
	}
	return officeOf(l), nil
}

func officeOf(l line) office {
	roster := staff.NewRoster(l.store, l.onCall)
	free := func(context.Context, hotline.CounselorID) (bool, error) { return false, nil }
	return office{roster, staff.NewDesk(l.store, roster, free, rand.Reader, time.Now), l.consoleURL, l.store.Close}
}

type newPerson struct {
	name, role, phone, languages, skills, credential, pin string
	token, asJSON                                         bool
}

func newStaffAdd(std streams) *cobra.Command {
	var p newPerson
	cmd := &cobra.Command{
		Use: "add", Short: "Add a person and print a one-time link", Args: exactly(0),
		Long: "Adds a person. A number given here counts as verified. The link signs the person in\nonce, within 24 hours; the token is for the API and is shown once.",
		RunE: func(cmd *cobra.Command, _ []string) error { return addStaff(cmd.Context(), std, p) },
	}
	f := cmd.Flags()
	f.StringVar(&p.name, "name", "", "what colleagues call them")
	f.StringVar(&p.role, "role", "counselor", "counselor, supervisor, admin or auditor")
	f.StringVar(&p.phone, "phone", "", "where the line rings them, E.164")
	f.StringVar(&p.languages, "languages", "en", "comma list")
	f.StringVar(&p.skills, "skills", "", "comma list")
	f.StringVar(&p.credential, "credential", "peer", "peer, trainee or licensed")
	f.StringVar(&p.pin, "pin", "", "four to eight digits, for work by phone alone")
	f.BoolVar(&p.token, "with-token", false, "also make an API token")
	f.BoolVar(&p.asJSON, "json", false, "print one JSON object")
	return cmd
}

func (p newPerson) person() (staff.Person, error) {
	role := staff.Role(p.role)
	if !role.Known() {
		return staff.Person{}, usage("--role: want counselor, supervisor, admin or auditor")
	}
	credential, err := staff.ParseCredential(p.credential)
	if err != nil {
		return staff.Person{}, usage("--credential: want peer, trainee or licensed")
	}
	var phone hotline.Number
	if p.phone != "" {
		if phone, err = hotline.ParseNumber(p.phone); err != nil {
			return staff.Person{}, usage("--phone: want E.164, such as +14155550123")
		}
	}
	if strings.TrimSpace(p.name) == "" {
		return staff.Person{}, usage("--name: want a name")
	}
	return staff.Person{
		Name: p.name, Role: role, Phone: phone, Languages: staff.ParseLanguages(p.languages), Skills: staff.ParseWords(p.skills), Credential: credential,
	}, nil
}

func addStaff(ctx context.Context, std streams, in newPerson) error {
	p, err := in.person()
	if err != nil {
		return err
	}
	o, err := openOffice()
	if err != nil {
		return err
	}
	defer func() { _ = o.close() }()
	added, err := o.roster.Add(ctx, p, in.pin)
	if errors.Is(err, staff.ErrInvalid) {
		return usageError{err}
	}
	if err != nil {
		return err
	}
	invite, err := o.desk.Invite(ctx, added.ID)
	if err != nil {
		return err
	}
	row := struct {
		ID     hotline.CounselorID `json:"id"`
		Invite string              `json:"invite_url"`
		Token  string              `json:"token,omitempty"`
	}{ID: added.ID, Invite: staff.Link(o.consoleURL, invite)}
	if in.token {
		token, err := o.desk.Token(ctx, added.ID)
		if err != nil {
			return err
		}
		row.Token = token.Plain()
	}
	if in.asJSON {
		return json.NewEncoder(std.out).Encode(row)
	}
	_, err = fmt.Fprintf(std.out, "id      %s\ninvite  %s\n", row.ID, row.Invite)
	if err == nil && row.Token != "" {
		_, err = fmt.Fprintf(std.out, "token   %s\n", row.Token)
	}
	return err
}

func newStaffList(std streams) *cobra.Command {
	return &cobra.Command{
		Use: "list", Short: "List everybody, numbers masked", Args: exactly(0),
		RunE: func(cmd *cobra.Command, _ []string) error {
			o, err := openOffice()
			if err != nil {
				return err
			}
			defer func() { _ = o.close() }()
			all, err := o.roster.List(cmd.Context())
			if err != nil {
				return err
			}
			w := tabwriter.NewWriter(std.out, 0, 4, 2, ' ', 0)
			_, _ = fmt.Fprintln(w, "id\trole\tname\tphone\tlanguages\tstate") // the flush reports what went wrong
			for _, p := range all {
				state := "active"
				if p.Disabled {
					state = "disabled"
				}
				_, _ = fmt.Fprintf(w, "%s\t%s\t%s\t%s\t%v\t%s\n", p.ID, p.Role, p.Name, p.Phone, p.Languages, state)
			}
			return w.Flush()
		},
	}
}

func newStaffOne(std streams, use, short string, do func(ctx context.Context, std streams, o office, id hotline.CounselorID) error) *cobra.Command {
	return &cobra.Command{
		Use: use, Short: short, Args: exactly(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			o, err := openOffice()
			if err != nil {
				return err
			}
			defer func() { _ = o.close() }()
			return do(cmd.Context(), std, o, hotline.CounselorID(args[0]))
		},
	}
}

func disableStaff(ctx context.Context, _ streams, o office, id hotline.CounselorID) error {
	return o.roster.Disable(ctx, id)
}

func inviteStaff(ctx context.Context, std streams, o office, id hotline.CounselorID) error {
	s, err := o.desk.Invite(ctx, id)
	if err != nil {
		return err
	}
	_, err = fmt.Fprintln(std.out, staff.Link(o.consoleURL, s))
	return err
}

func tokenStaff(ctx context.Context, std streams, o office, id hotline.CounselorID) error {
	s, err := o.desk.Token(ctx, id)
	if err != nil {
		return err
	}
	_, err = fmt.Fprintln(std.out, s.Plain())
	return err
}
