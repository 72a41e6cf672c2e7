# The usual work. `make help` lists it.

GO      ?= go
LINTER  ?= $(shell command -v golangci-lint || echo .tools/bin/golangci-lint)
ORACLES ?= $(CURDIR)/.oracles
SOAK    ?= 60
SHOTS   ?= $(CURDIR)/.screenshots
OUT     ?= .build/tideover
VERSION ?= $(shell git describe --tags --always --dirty 2>/dev/null || echo unknown)

# Benchmarks: which, how long, where.
BENCH     ?= .
BENCHTIME ?= 2s
BENCHED   ?= ./internal/...

.PHONY: help demo test race bench lint fmt soak build oracles screenshots clean

help: ## list the targets
	@sed -n 's/^\([a-z]*\):.*## /\1\t/p' $(MAKEFILE_LIST)

demo: ## the whole hotline on this machine; ARGS="--no-open"
	$(GO) run ./cmd/tideover demo $(ARGS)

test: ## install what is missing, then gofmt, vet and all tests; ends with counts
	@.ci/test

race: ## all tests with the race detector
	@.ci/setup race
	TIDEOVER_ORACLES=$(ORACLES) $(GO) test -race -count=1 -timeout 30m ./...

bench: ## the benchmarks; BENCH=regexp BENCHTIME=2s
	@.ci/setup
	$(GO) test -run '^$$' -bench '$(BENCH)' -benchtime $(BENCHTIME) -benchmem -timeout 30m $(BENCHED)

lint: $(LINTER) ## format, vet, linters, modules
	$(LINTER) fmt --diff
	$(GO) vet ./...
	$(LINTER) run
	$(GO) mod verify
	$(GO) mod tidy -diff

fmt: $(LINTER) ## format the sources
	$(LINTER) fmt

soak: ## the long tests, then the suite with the race detector and the fuzz targets, for SOAK minutes
	@.ci/soak $(SOAK)

build: ## the static binary, as OUT
	CGO_ENABLED=0 $(GO) build -trimpath -ldflags '-s -w -X main.buildVersion=$(VERSION)' -o $(OUT) ./cmd/tideover

oracles: ## fetch the independent judges of the tests
	@.ci/setup

screenshots: ## pictures of the pages into SHOTS
	@.ci/setup
	mkdir -p $(SHOTS)
	TIDEOVER_ORACLES=$(ORACLES) TIDEOVER_SCREENSHOTS=$(SHOTS) $(GO) test -count=1 -timeout 15m ./internal/console/... ./internal/server/... ./cmd/...

clean: ## remove what was built
	rm -rf .build .tools/bin .screenshots

.tools/bin/golangci-lint: .tools/go.mod .tools/go.sum
	cd .tools && GOBIN=$(CURDIR)/.tools/bin $(GO) install tool
