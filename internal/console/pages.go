package console

import (
	"net/http"

	"github.com/labstack/echo/v4"
)

type pages struct{}

func newPages() *pages { return &pages{} }

func (k *Console) registerPages(e *echo.Echo, guard *http.CrossOriginProtection) {
	g := e.Group("", k.headers(pagePolicy), sameOrigin(guard, writeProblem))
	g.POST("/signin", k.signIn)
	g.POST("/signout", k.signOut)
}
