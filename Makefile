# Two commands do everything on a fresh machine: `make tier0` and `make test`.
SHELL := /bin/sh
BIN := .venv/bin
ARGS ?=

.DEFAULT_GOAL := help
.PHONY: help setup tier0 test lint types layers unused unit features behave bench report clients nightly lock release clean

help: ## Show what there is
	@awk -F ':.*## ' '/^[a-z0-9-]+:.*## / { printf "  make %-10s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

setup: .venv/.complete ## Make the environment from the locks (done by every other target)

.venv/.complete: requirements.lock requirements-ovirt.lock tools/installer.lock tools/setup.sh pyproject.toml $(if $(FORCE_SETUP),force)
	@tools/setup.sh

.PHONY: force
force:

tier0: setup ## Run the smoke slice on the embedded lab
	@$(BIN)/behave --tags=@tier0 $(ARGS)

test: setup lint types layers unused unit features ## Run every gate

lint: setup ## Format and lint
	@$(BIN)/ruff format --check .
	@$(BIN)/ruff check .
	@$(BIN)/codespell

types: setup ## Check types, strictly
	@$(BIN)/mypy

layers: setup ## Check that imports point down
	@$(BIN)/lint-imports

unused: setup ## Look for code nobody uses
	@$(BIN)/vulture

unit: setup ## Run the tests of suite and lab
	@$(BIN)/pytest -n 4 --dist loadfile --no-loadscope-reorder $(ARGS)

features: setup ## Check sentences and tags, and match each step without running any
	@$(BIN)/behave --dry-run --format=progress3

behave: setup ## Run Behave with ARGS="..."
	@$(BIN)/behave $(ARGS)

bench: setup ## Measure the suite's own share, and what workers and more machines bring (ARGS=--scale: up to 100)
	@$(BIN)/python -m tests.bench $(ARGS)

report: setup ## Render the last run's Allure results as one page, reports/allure-report.html (needs Node)
	@$(BIN)/python -m acceptance.rendering $(ARGS)

clients: .tools/bin/govc ## Build the foreign clients govc, vcsim and gotemplate (needs Go)

.tools/bin/govc: tools/go/go.mod tools/go/go.sum $(wildcard tools/go/*/main.go)
	@command -v go >/dev/null || { echo "clients: Go is needed to build them (Debian: apt-get install golang)" >&2; exit 1; }
	@cd tools/go && GOBIN="$(CURDIR)/.tools/bin" go install ./...

nightly: setup ## What is too long for each change: kills after each record and at a hundred moments, all defects
	@KILLS=100 EVERY_RECORD=1 WHOLE_CATALOGUE=1 IDLE_SECONDS=70 EVERY_DEFECT=1 $(BIN)/pytest -n 2 tests/drills $(ARGS)

lock: setup ## Pin the newest fitting versions again
	@$(BIN)/uv pip compile pyproject.toml --extra dev --universal --generate-hashes --no-header --no-emit-index-url --python-version 3.11 --upgrade -q -o requirements.lock
	@echo uv | $(BIN)/uv pip compile - --universal --generate-hashes --no-header --no-emit-index-url --python-version 3.11 --upgrade -q -o tools/installer.lock
	@echo 'ovirt-engine-sdk-python>=4.6.3' | $(BIN)/uv pip compile - -c requirements.lock --universal --generate-hashes --no-header --no-emit-index-url --python-version 3.11 --upgrade -q -o requirements-ovirt.lock

release: setup ## Bump the version, date the changelog, commit and tag: VERSION=X.Y.Z
	@$(BIN)/python -m acceptance.release "$(VERSION)"

clean: ## Remove environment, tools and caches; reports stay
	@rm -rf .venv .tools .mypy_cache .ruff_cache .pytest_cache .import_linter_cache *.egg-info
