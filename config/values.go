package config

import (
	"net"
	"net/url"
	"os"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

const (
	accountSID = `^AC[0-9a-fA-F]{32}$`
	oneWord    = `^[!-~]+$`
	e164       = `^\+[1-9][0-9]{6,14}$`
)

func matching(to *string, pattern string) func(string) bool {
	return func(v string) bool {
		*to = v
		return regexp.MustCompile(pattern).MatchString(v)
	}
}

func secret(to *Secret) func(string) bool {
	return func(v string) bool {
		*to = NewSecret(v)
		return regexp.MustCompile(oneWord).MatchString(v)
	}
}

// secrets reads a comma list. An empty member would be an empty key, with
// which everybody could sign.
func secrets(to *[]Secret) func(string) bool {
	return func(v string) bool {
		for one := range strings.SplitSeq(v, ",") {
			var s Secret
			if !secret(&s)(strings.TrimSpace(one)) {
				return false
			}
			*to = append(*to, s)
		}
		return true
	}
}

// number reads E.164; what people put between the digits is dropped.
func number(to *Number) func(string) bool {
	return func(v string) bool {
		v = strings.Map(func(r rune) rune {
			if strings.ContainsRune(" .-()\u00a0", r) {
				return -1
			}
			return r
		}, v)
		*to = Number{e164: v}
		return regexp.MustCompile(e164).MatchString(v)
	}
}

func numbers(to *[]Number) func(string) bool {
	return func(v string) bool {
		for one := range strings.SplitSeq(v, ",") {
			var n Number
			if !number(&n)(one) || slices.Contains(*to, n) {
				return false
			}
			*to = append(*to, n)
		}
		return true
	}
}

// webURL drops the slash at the end: paths are put behind it.
func webURL(to *string) func(string) bool {
	return func(v string) bool {
		*to = strings.TrimRight(v, "/")
		u, err := url.Parse(v)
		return err == nil && (u.Scheme == "https" || u.Scheme == "http") && u.Hostname() != "" &&
			u.RawQuery == "" && u.Fragment == "" && u.User == nil && !u.ForceQuery
	}
}

// redisURL looks at the hosts itself: a list of them is no URL to net/url.
func redisURL(to *Secret) func(string) bool {
	return func(v string) bool {
		*to = NewSecret(v)
		scheme, rest, _ := strings.Cut(v, "://")
		if strings.ContainsAny(v, " \t\r\n") {
			return false
		}
		hosts, path := rest, ""
		if i := strings.IndexAny(rest, "/?"); i >= 0 {
			hosts, path = rest[:i], rest[i:]
		}
		hosts = hosts[strings.LastIndexByte(hosts, '@')+1:]
		if scheme == "unix" {
			return hosts == "" && len(path) > 1 && path[0] == '/'
		}
		if scheme != "redis" && scheme != "rediss" {
			return false
		}
		for host := range strings.SplitSeq(hosts, ",") {
			if !hostPort(host) {
				return false
			}
		}
		return true
	}
}

// hostPort takes a host with or without port; an IPv6 host has brackets.
func hostPort(s string) bool {
	if !strings.Contains(s[strings.LastIndexByte(s, ']')+1:], ":") {
		s += ":0"
	}
	host, port, err := net.SplitHostPort(s)
	return err == nil && host != "" && portNumber(port)
}

func portNumber(s string) bool {
	_, err := strconv.ParseUint(s, 10, 16)
	return err == nil
}

func address(to *string) func(string) bool {
	return func(v string) bool {
		*to = v
		_, port, err := net.SplitHostPort(v)
		return err == nil && portNumber(port)
	}
}

func addressOrNone(to *string) func(string) bool {
	return func(v string) bool { return v == "" || address(to)(v) }
}

func folder(to *string) func(string) bool {
	return func(v string) bool {
		*to = v
		info, err := os.Stat(v)
		return err == nil && info.IsDir()
	}
}

// notFolder allows a file that is not there yet: init makes it.
func notFolder(to *string) func(string) bool {
	return func(v string) bool {
		*to = v
		info, err := os.Stat(v)
		return err != nil || !info.IsDir()
	}
}
