package staff_test

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/tideover/tideover/internal/hotline"
	"github.com/tideover/tideover/internal/staff"
)

func number(t *testing.T, s string) hotline.Number {
	t.Helper()
	n, err := hotline.ParseNumber(s)
	if err != nil {
		t.Fatal(err)
	}
	return n
}

func TestWhatEachRoleMayDo(t *testing.T) {
	t.Parallel()
	want := map[staff.Role]string{
		staff.Counselor:  "see-self see-queue see-board take-cases",
		staff.Supervisor: "see-self see-queue see-board take-cases see-all reveal-any see-staff add-staff see-audit supervises",
		staff.Admin:      "see-self see-board see-staff add-staff supervises",
		staff.Auditor:    "see-self see-audit",
		"":               "",
		"root":           "",
	}
	for role, list := range want {
		var may []string
		for _, p := range staff.Permissions() {
			if role.May(p) {
				may = append(may, string(p))
			}
		}
		if got := strings.Join(may, " "); got != list {
			t.Errorf("%q may %q, want %q", role, got, list)
		}
	}
}

func TestNobodyManagesARoleAboveTheirOwn(t *testing.T) {
	t.Parallel()
	add := map[staff.Role][]staff.Role{
		staff.Supervisor: {staff.Counselor, staff.Supervisor}, staff.Admin: staff.Roles(),
	}
	manage := map[staff.Role][]staff.Role{staff.Supervisor: {staff.Counselor}, staff.Admin: staff.Roles()}
	for _, role := range staff.Roles() {
		var added, managed []staff.Role
		for _, other := range staff.Roles() {
			if role.MayAdd(other) {
				added = append(added, other)
			}
			if role.MayManage(other) {
				managed = append(managed, other)
			}
		}
		if fmt.Sprint(added) != fmt.Sprint(add[role]) || fmt.Sprint(managed) != fmt.Sprint(manage[role]) {
			t.Errorf("%s adds %v and manages %v", role, added, managed)
		}
	}
}

func TestPINMatchesItselfOnly(t *testing.T) {
	t.Parallel()
	pin, err := staff.NewPIN("0471")
	if err != nil {
		t.Fatal(err)
	}
	other, err := staff.NewPIN("0471")
	if err != nil || pin == other {
		t.Errorf("two hashes of one PIN are the same: %v", err)
	}
	for digits, ok := range map[string]bool{"0471": true, "471": false, "04710": false, "": false, "0470": false} {
		if pin.Matches(digits) != ok {
			t.Errorf("%q matches: %v", digits, !ok)
		}
	}
	if staff.PIN("").Matches("") || staff.PIN("x.").Matches("") || staff.PIN(".").Matches("") || staff.PIN("AA.AA").Matches("") {
		t.Error("no PIN matches something")
	}
	for _, bad := range []string{"", "123", "123456789", "12a4", "١٢٣٤", "12 4"} {
		if _, err := staff.NewPIN(bad); err == nil {
			t.Errorf("%q is taken as a PIN", bad)
		}
	}
	if s := fmt.Sprintf("%v %s %#v", pin, pin, pin); strings.Contains(s, string(pin)) {
		t.Error("a PIN prints itself")
	}
}

func TestPeopleOnCallAreKnownByNumber(t *testing.T) {
	t.Parallel()
	list := []hotline.Number{number(t, "+12095559901"), number(t, "+12095559902")}
	r := staff.NewRoster(newRows(), list)
	for phone, want := range map[string]int{"+12095559901": 1, "+12095559902": 2, "+12095559903": 0} {
		if got := r.OnCall(staff.Person{Phone: number(t, phone)}); got != want {
			t.Errorf("%s: %d, want %d", phone, got, want)
		}
	}
	if r.OnCall(staff.Person{}) != 0 || r.OnCall(staff.Person{Phone: list[0], Disabled: true}) != 0 {
		t.Error("nobody, or a disabled person, is on call")
	}
	if n, err := r.Number(t.Context(), hotline.OnCall(2)); err != nil || n != list[1] {
		t.Errorf("second on call: %v %v", n, err)
	}
	if _, err := r.Number(t.Context(), hotline.OnCall(3)); !errors.Is(err, hotline.ErrNotFound) {
		t.Errorf("third on call: %v", err)
	}
}

func TestWhatIsWrongWithAPersonIsSaid(t *testing.T) {
	t.Parallel()
	r := staff.NewRoster(newRows(), nil)
	good := func() staff.Person {
		return staff.Person{Name: " Ana  Ruiz ", Role: staff.Counselor, Languages: []hotline.Lang{"es"}, Skills: []string{"youth"}}
	}
	cases := map[string]struct {
		change func(*staff.Person)
		pin    string
		says   string
	}{
		"no name":                     {func(p *staff.Person) { p.Name = " " }, "", "name:"},
		"name of controls":            {func(p *staff.Person) { p.Name = "A\u202eB" }, "", "name:"},
		"long name":                   {func(p *staff.Person) { p.Name = strings.Repeat("x", 81) }, "", "name:"},
		"no role":                     {func(p *staff.Person) { p.Role = "" }, "", "role:"},
		"counselor without languages": {func(p *staff.Person) { p.Languages = nil }, "", "languages:"},
		"language that is none":       {func(p *staff.Person) { p.Languages = []hotline.Lang{"<b>"} }, "", "languages:"},
		"skill that is none":          {func(p *staff.Person) { p.Skills = []string{"a b"} }, "", "skills:"},
		"credential that is none":     {func(p *staff.Person) { p.Credential = "doctor" }, "", "credential:"},
		"short pin":                   {func(*staff.Person) {}, "12", "pin:"},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := good()
			tc.change(&p)
			if _, err := r.Add(t.Context(), p, tc.pin); !errors.Is(err, staff.ErrInvalid) || !strings.Contains(err.Error(), tc.says) {
				t.Errorf("got %v, want %q", err, tc.says)
			}
		})
	}
	p, err := r.Add(t.Context(), good(), "")
	if err != nil || p.Name != "Ana Ruiz" || p.Credential != staff.Peer || p.ID == "" || p.Epoch != 1 {
		t.Errorf("got %+v, %v", p, err)
	}
}

func TestFirstSupervisorIsMadeOnceUntilThereIsSomebodyElse(t *testing.T) {
	t.Parallel()
	r := staff.NewRoster(newRows(), nil)
	first, err := r.First(t.Context())
	if err != nil || first.Role != staff.Supervisor {
		t.Fatal(first, err)
	}
	again, err := r.First(t.Context())
	if err != nil || again.ID != first.ID {
		t.Errorf("repeated: %v %v", again.ID, err)
	}
	if _, err := r.Add(t.Context(), staff.Person{Name: "Ana", Role: staff.Admin}, ""); err != nil {
		t.Fatal(err)
	}
	if _, err := r.First(t.Context()); !errors.Is(err, staff.ErrNotFirst) {
		t.Errorf("with others there: %v", err)
	}
}

func TestOnlyTheWholeSecretOpens(t *testing.T) {
	t.Parallel()
	d, p := newDesk(t)
	s, err := d.Token(t.Context(), p.ID)
	if err != nil {
		t.Fatal(err)
	}
	plain := s.Plain()
	if v, err := d.Who(t.Context(), staff.Token, s, true); err != nil || v.ID != p.ID || v.BySession() {
		t.Errorf("the token: %v", err)
	}
	// The last character holds two bits that count for nothing; another
	// spelling of the same bytes is not the same secret.
	twin := plain[:42] + string("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"[1+strings.IndexByte("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_", plain[42])])
	for _, bad := range []string{"", "x", plain[:42], plain + "x", twin, plain + "=", strings.ToUpper(plain), "\n" + plain, s.Hash()} {
		if _, err := d.Who(t.Context(), staff.Token, staff.Secret(bad), true); !errors.Is(err, staff.ErrSignIn) {
			t.Errorf("%q opens: %v", bad, err)
		}
	}
	for _, kind := range []staff.Kind{staff.Session, staff.Invite} {
		if _, err := d.Who(t.Context(), kind, s, true); !errors.Is(err, staff.ErrSignIn) {
			t.Errorf("a token opens as a %s: %v", kind, err)
		}
	}
	if text := fmt.Sprintf("%v %s %#v", s, s, s); strings.Contains(text, plain) {
		t.Error("a secret prints itself")
	}
}

func TestInviteStandsInTheFragmentAndWorksOnce(t *testing.T) {
	t.Parallel()
	d, p := newDesk(t)
	s, err := d.Invite(t.Context(), p.ID)
	if err != nil {
		t.Fatal(err)
	}
	if got := staff.Link("https://console.example.org/", s); got != "https://console.example.org/signin#"+s.Plain() {
		t.Errorf("link %s", got)
	}
	if _, err := d.Who(t.Context(), staff.Invite, s, true); !errors.Is(err, staff.ErrSignIn) {
		t.Errorf("an invite opens the API: %v", err)
	}
	var all sync.WaitGroup
	var mu sync.Mutex
	won := 0
	for range 20 {
		all.Go(func() {
			if _, _, err := d.SignIn(t.Context(), s); err == nil {
				mu.Lock()
				won++
				mu.Unlock()
			}
		})
	}
	all.Wait()
	if won != 1 {
		t.Errorf("%d of twenty signed in with one link", won)
	}
	if _, err := d.Invite(t.Context(), hotline.NewStaffID()); !errors.Is(err, hotline.ErrNotFound) {
		t.Errorf("invite for nobody: %v", err)
	}
}

func TestKnownVisitorWaitsOnlyAMomentForAFailingStore(t *testing.T) {
	t.Parallel()
	rows := newRows()
	roster := staff.NewRoster(rows, nil)
	p, err := roster.Add(t.Context(), staff.Person{Name: "Ana", Role: staff.Supervisor}, "")
	if err != nil {
		t.Fatal(err)
	}
	d := staff.NewDesk(rows, roster, nil, rand.Reader, time.Now)
	s, err := d.Token(t.Context(), p.ID)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := d.Who(t.Context(), staff.Token, s, true); err != nil {
		t.Fatal(err)
	}
	rows.stop() // does not answer, and does not refuse either
	first, err := d.Who(t.Context(), staff.Token, s, true)
	if err != nil || first.Confirmed {
		t.Fatalf("while stopped: confirmed %v, %v", first.Confirmed, err)
	}
	began := time.Now()
	if v, err := d.Who(t.Context(), staff.Token, s, true); err != nil || v.Confirmed || time.Since(began) > 300*time.Millisecond {
		t.Errorf("the second time: %v after %v", err, time.Since(began))
	}
	rows.start()
	for {
		v, err := d.Who(t.Context(), staff.Token, s, true)
		if err != nil {
			t.Fatal(err)
		}
		if v.Confirmed {
			return
		}
	}
}

func TestCommaLists(t *testing.T) {
	t.Parallel()
	if got := fmt.Sprint(staff.ParseLanguages(" EN, es,,")); got != "[en es]" {
		t.Errorf("languages %s", got)
	}
	if got := staff.ParseWords(""); got != nil {
		t.Errorf("nothing gives %v", got)
	}
}

// rows keeps people and keys in memory; stopped, it answers nobody until the
// caller gives up, as a stopped Redis does.
type rows struct {
	pin     staff.PIN
	mu      sync.Mutex
	people  []staff.Person
	keys    map[string]staff.Key
	stopped bool
}

func newRows() *rows { return &rows{keys: map[string]staff.Key{}} }

func newDesk(t *testing.T) (*staff.Desk, staff.Person) {
	t.Helper()
	r := newRows()
	roster := staff.NewRoster(r, nil)
	p, err := roster.Add(t.Context(), staff.Person{Name: "Ana", Role: staff.Supervisor}, "")
	if err != nil {
		t.Fatal(err)
	}
	idle := func(context.Context, hotline.CounselorID) (bool, error) { return false, nil }
	return staff.NewDesk(r, roster, idle, rand.Reader, time.Now), p
}

func (r *rows) stop()  { r.mu.Lock(); r.stopped = true; r.mu.Unlock() }
func (r *rows) start() { r.mu.Lock(); r.stopped = false; r.mu.Unlock() }

func (r *rows) AddPerson(_ context.Context, p staff.Person) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.people = append(r.people, p)
	return nil
}

func (r *rows) Person(_ context.Context, id hotline.CounselorID) (staff.Person, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, p := range r.people {
		if p.ID == id {
			return p, nil
		}
	}
	return staff.Person{}, hotline.ErrNotFound
}

func (r *rows) PersonByPhone(context.Context, hotline.Number) (staff.Person, error) {
	return staff.Person{}, hotline.ErrNotFound
}

func (r *rows) People(context.Context) ([]staff.Person, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	return append([]staff.Person{}, r.people...), nil
}

func (r *rows) DisablePerson(context.Context, hotline.CounselorID) error { return nil }

func (r *rows) SetPIN(_ context.Context, _ hotline.CounselorID, pin staff.PIN) error {
	r.pin = pin
	return nil
}

func (r *rows) PutKey(_ context.Context, kind staff.Kind, hash string, k staff.Key, _ time.Duration) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.keys[string(kind)+hash] = k
	return nil
}

func (r *rows) Holder(ctx context.Context, kind staff.Kind, hash string) (staff.Key, staff.Person, error) {
	r.mu.Lock()
	stopped := r.stopped
	k, ok := r.keys[string(kind)+hash]
	r.mu.Unlock()
	if stopped {
		<-ctx.Done()
		return staff.Key{}, staff.Person{}, hotline.ErrUnknown
	}
	if !ok {
		return staff.Key{}, staff.Person{}, hotline.ErrNotFound
	}
	if k.Case != "" {
		return k, staff.Person{ID: k.Person}, nil
	}
	p, err := r.Person(ctx, k.Person)
	return k, p, err
}

func (r *rows) TakeKey(_ context.Context, kind staff.Kind, hash string) (staff.Key, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	k, ok := r.keys[string(kind)+hash]
	if !ok {
		return staff.Key{}, hotline.ErrNotFound
	}
	delete(r.keys, string(kind)+hash)
	return k, nil
}

func (r *rows) TouchKey(context.Context, staff.Kind, string, staff.Key) error { return nil }

func (r *rows) DropKey(context.Context, staff.Kind, string, staff.Key) error { return nil }

func (r *rows) StaffVersion(context.Context) (int64, error) { return 0, nil }
