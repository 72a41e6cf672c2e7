package console

import (
	"bytes"
	"cmp"
	"context"
	"embed"
	"errors"
	"html/template"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"sync"

	"github.com/labstack/echo/v4"

	"github.com/tideover/tideover/internal/hotline"
	"github.com/tideover/tideover/internal/staff"
)

//go:embed pages/*.html
var pageFiles embed.FS

//go:embed static
var staticFiles embed.FS

// pages are the templates, once for each language of the interface.
type pages struct {
	byLang map[hotline.Lang]*template.Template
	words  map[string]said
}

// newPages parses the templates. They are part of the program, so a fault in
// them is a fault of the build.
func newPages() *pages {
	p := &pages{byLang: map[hotline.Lang]*template.Template{}, words: words()}
	for _, lang := range []hotline.Lang{hotline.English, hotline.Spanish} {
		funcs := template.FuncMap{"t": func(key string) string { return p.say(key, lang) }}
		p.byLang[lang] = template.Must(template.New("").Funcs(funcs).ParseFS(pageFiles, "pages/*.html"))
	}
	return p
}

// say gives a text of the table. A word of the line's own configuration (a
// need, a language) that the table does not have is shown as it is.
func (p *pages) say(key string, lang hotline.Lang) string {
	if s, ok := p.words[key]; ok {
		return s.in(lang)
	}
	_, last, _ := strings.Cut(key, ".")
	return last
}

// page is one address that answers with a whole page or a part of one.
type page struct {
	path    string
	need    staff.Permission // empty: for anybody
	name    string           // of the template
	part    bool
	hasty   bool // lives from the snapshot: it does not wait for a failing store
	content func(ctx context.Context, c echo.Context, v staff.Visitor, f *frame) error
}

func (k *Console) pageTable() []page {
	return []page{
		{path: "/signin", name: "signin"},
		{path: "/setup", name: "signin"},
		{path: "/", hasty: true, need: staff.TakeCases, name: "console", content: k.showConsole},
		{path: "/cases/:id", need: staff.TakeCases, name: "contactpage", content: k.showContact},
		{path: "/wallboard", hasty: true, need: staff.SeeBoard, name: "wallboard", content: k.showBoard},
		{path: "/audit", need: staff.SeeAudit, name: "audit", content: k.showAudit},
		{path: "/parts/queue", hasty: true, need: staff.SeeQueue, name: "queue", part: true, content: k.showQueue},
		{path: "/parts/shift", hasty: true, need: staff.TakeCases, name: "shift", part: true, content: k.showShift},
		{path: "/parts/contacts", hasty: true, need: staff.TakeCases, name: "contacts", part: true, content: k.showShift},
		{path: "/parts/contact/:id", need: staff.TakeCases, name: "contact", part: true, content: k.showContact},
		{path: "/parts/board", hasty: true, need: staff.SeeBoard, name: "board", part: true, content: k.showBoard},
	}
}

// registerPages adds each page by itself: a group of its own at the root
// would take unknown paths away from the rest of the server.
func (k *Console) registerPages(e *echo.Echo, guard *http.CrossOriginProtection) {
	around := []echo.MiddlewareFunc{k.headers(pagePolicy), sameOrigin(guard, writeProblem)}
	for _, p := range k.pageTable() {
		e.GET(p.path, k.show(p), around...)
	}
	for _, p := range dutyPages() {
		e.GET(p.path, k.showDuty(p), around...)
	}
	e.POST("/oncall", k.openDuty, around...)
	e.POST("/signin", k.signIn, around...)
	e.POST("/signout", k.signOut, around...)
	e.POST("/lang", k.chooseLang, around...)
	for _, name := range []string{"console.css", "console.js", "icon.svg"} {
		e.GET("/static/"+name, k.static(name), around...)
	}
}

// show answers with a page. Whoever is not signed in is led to sign-in; a
// part says 401 instead, and the page that asked goes there.
func (k *Console) show(p page) echo.HandlerFunc {
	return func(c echo.Context) (err error) {
		defer k.rescue(c, &err)
		wait := answerWithin
		if p.hasty {
			wait = k.view.patience()
		}
		ctx, cancel := context.WithTimeout(c.Request().Context(), wait)
		defer cancel()
		v, who := k.visitor(c.Request().WithContext(ctx), !p.part)
		switch {
		case p.need != "" && who == nil && !may(v, p.need):
			who = forbidden()
		case p.need == "" && who != nil:
			who = nil
		}
		if who != nil {
			return k.turnAway(c, p, v, who)
		}
		f := k.frame(c, v, p)
		if p.content != nil {
			if err := p.content(ctx, c, v, f); err != nil {
				return k.turnAway(c, p, v, err)
			}
		}
		return k.render(c, http.StatusOK, p.name, f)
	}
}

func (k *Console) turnAway(c echo.Context, p page, v staff.Visitor, err error) error {
	is, _ := problemOf(err)
	switch {
	case p.part:
		return k.fail(c, err)
	case is.Status == http.StatusUnauthorized:
		return c.Redirect(http.StatusSeeOther, "/signin")
	case is.kind() == "forbidden" && c.Request().URL.Path == "/" && v.Only == "":
		return c.Redirect(http.StatusSeeOther, home(v.Person))
	case is.Status == http.StatusForbidden:
		return k.render(c, is.Status, "gone", k.frame(c, v, p))
	case is.Status == http.StatusServiceUnavailable:
		f := k.frame(c, v, p)
		f.DataLost = is.kind() == "data-lost"
		c.Response().Header().Set("Retry-After", "2")
		return k.render(c, is.Status, "failing", f)
	case is.Status == http.StatusNotFound:
		return k.render(c, is.Status, "nothing", k.frame(c, v, p))
	default:
		return k.fail(c, err)
	}
}

// render writes into a buffer first, so that a fault never leaves half a page.
// What turns the direction of writing goes here, for all texts at once.
func (k *Console) render(c echo.Context, status int, name string, f *frame) error {
	var b bytes.Buffer
	if err := k.pages.byLang[f.Lang].ExecuteTemplate(&b, name, f); err != nil {
		return k.fail(c, err)
	}
	return c.HTML(status, visible(b.String()))
}

// chooseLang keeps the language of the interface for a year.
func (k *Console) chooseLang(c echo.Context) error {
	c.Request().Body = http.MaxBytesReader(c.Response(), c.Request().Body, longestSignIn)
	lang := hotline.English
	if c.FormValue("lang") == string(hotline.Spanish) {
		lang = hotline.Spanish
	}
	c.SetCookie(&http.Cookie{ //nolint:gosec // Secure where the console has https
		Name: langCookie, Value: string(lang), Path: "/", MaxAge: 365 * 24 * 3600, Secure: k.secure, HttpOnly: true,
		SameSite: http.SameSiteLaxMode,
	})
	back := c.FormValue("back")
	if !strings.HasPrefix(back, "/") || strings.HasPrefix(back, "//") || strings.ContainsAny(back, "\\\r\n") {
		back = "/"
	}
	return c.Redirect(http.StatusSeeOther, back)
}

func (k *Console) static(name string) echo.HandlerFunc {
	raw, err := staticFiles.ReadFile("static/" + name)
	kind := map[string]string{"css": "text/css; charset=utf-8", "js": "text/javascript; charset=utf-8", "svg": "image/svg+xml"}
	return func(c echo.Context) error {
		if err != nil {
			return k.fail(c, err)
		}
		c.Response().Header().Set("Cache-Control", "no-cache")
		_, ext, _ := strings.Cut(name, ".")
		return c.Blob(http.StatusOK, kind[ext], raw)
	}
}

func (k *Console) showConsole(ctx context.Context, c echo.Context, v staff.Visitor, f *frame) error {
	if err := k.showShift(ctx, c, v, f); err != nil {
		return err
	}
	return k.showQueue(ctx, c, v, f)
}

func (k *Console) showQueue(ctx context.Context, _ echo.Context, v staff.Visitor, f *frame) error {
	f.MayClaim = may(v, staff.TakeCases)
	q, err := k.view.queue(ctx)
	if err != nil {
		f.DataLost = errors.Is(err, hotline.ErrEra)
		return unlessStore(err)
	}
	f.Queue = queueView(q)
	return nil
}

func (k *Console) showShift(ctx context.Context, _ echo.Context, v staff.Visitor, f *frame) error {
	s, err := k.Shifts.Shift(ctx, v.ID)
	if err != nil {
		return unlessStore(err)
	}
	f.Shift = shiftView(s)
	for _, id := range s.Cases {
		held, err := k.Views.Case(ctx, id)
		if err != nil || !mine(v, held) {
			continue // gone since
		}
		f.Contacts = append(f.Contacts, contactLine(held))
	}
	return nil
}

func (k *Console) showBoard(ctx context.Context, _ echo.Context, v staff.Visitor, f *frame) error {
	b, err := k.view.wallboard(ctx)
	f.DataLost, f.MaySee, f.Supervises = b.DataLost, v.Role.May(staff.SeeAll), may(v, staff.Supervises)
	if err != nil {
		return unlessStore(err)
	}
	f.Board = boardView(b, k.names(ctx, f.Lang))
	return nil
}

func (k *Console) showContact(ctx context.Context, c echo.Context, v staff.Visitor, f *frame) error {
	found, thread, err := k.thread(ctx, v, c.Param("id"))
	if err != nil {
		return err
	}
	f.Contact = k.contactView(v, found, thread, f.Lang, k.names(ctx, f.Lang))
	if f.Contact.MayTransfer {
		f.Contact.Colleagues = k.colleagues(ctx, v)
		if f.Contact.Talk != nil {
			f.Contact.Talk.Colleagues = f.Contact.Colleagues
		}
	}
	return nil
}

func (k *Console) showAudit(ctx context.Context, _ echo.Context, _ staff.Visitor, f *frame) error {
	entries, err := k.Audit.Latest(ctx, "", usualEntries)
	if err != nil {
		return err
	}
	name := k.names(ctx, f.Lang)
	for _, e := range entries {
		f.Entries = append(f.Entries, entryView{
			At: *stamp(e.At), Who: name(hotline.CounselorID(e.Who)), Did: e.Action, Case: e.Case, Why: visible(e.Reason),
		})
	}
	return nil
}

// unlessStore lets a page be shown without what the store did not give.
func unlessStore(err error) error {
	if p, _ := problemOf(err); p.Status == http.StatusServiceUnavailable {
		return nil
	}
	return err
}

// names gives a function that names people; whoever is not in the roster is
// named by the id. Without the store it is the roster as last read.
func (k *Console) names(ctx context.Context, lang hotline.Lang) func(hotline.CounselorID) string {
	byID := k.known.names(k.Roster.List(ctx))
	return func(id hotline.CounselorID) string {
		if n := id.OnCall(); n > 0 {
			return k.pages.say("on-call", lang) + " " + strconv.Itoa(n)
		}
		return cmp.Or(byID[id], string(id))
	}
}

// nameBook remembers the names of the roster.
type nameBook struct {
	mu   sync.Mutex
	last map[hotline.CounselorID]string
}

func (b *nameBook) names(all []staff.Person, err error) map[hotline.CounselorID]string {
	b.mu.Lock()
	defer b.mu.Unlock()
	if err == nil {
		b.last = make(map[hotline.CounselorID]string, len(all))
		for _, p := range all {
			b.last[p.ID] = visible(p.Name)
		}
	}
	return b.last
}

// colleagues are the people to whom a case may be handed.
func (k *Console) colleagues(ctx context.Context, v staff.Visitor) []colleague {
	all, err := k.Roster.List(ctx)
	if err != nil {
		return nil
	}
	var out []colleague
	for _, p := range all {
		if p.ID != v.ID && !p.Disabled && p.Role.May(staff.TakeCases) {
			out = append(out, colleague{ID: string(p.ID), Name: visible(p.Name)})
		}
	}
	slices.SortFunc(out, func(a, b colleague) int { return cmp.Compare(a.Name, b.Name) })
	return out
}
