# Two commands on a fresh machine: `make demo` and `make test`. Everything goes into .venv.
SHELL := /bin/bash
PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin
HAUL ?=
DEMO ?= demo

.PHONY: help install web browser demo test slow check bench docs client clean

help: ## this list
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 12

install: $(VENV)/.installed ## set up the virtual environment

$(VENV)/.installed: pyproject.toml constraints.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "Trawl needs Python 3.11 or newer; set PYTHON=… to one." >&2; exit 1; }
	@$(PYTHON) -c 'import ensurepip' 2>/dev/null || { \
	  echo "This Python cannot make virtual environments; installing python3-venv."; \
	  if [ "$$(id -u)" = 0 ]; then apt-get -qq update && apt-get -qq install -y python3-venv >/dev/null; \
	  else sudo -n sh -c 'apt-get -qq update && apt-get -qq install -y python3-venv >/dev/null' || \
	  { echo "Please run: apt install python3-venv" >&2; exit 1; }; fi; }
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@echo "Installing into $(VENV) (about two minutes the first time) …"
	@$(BIN)/python -m pip install --quiet --upgrade 'pip>=25.1'
	@$(BIN)/python -m pip install --quiet -c constraints.txt -e '.[postgres]' --group dev
	@touch $@

web: install ## build the front end (Node from the machine, else from a package)
	@$(BIN)/python web/build.py

browser: ## Debian's Chromium for the browser tests, where it is missing and can be installed
	@command -v chromium >/dev/null || command -v chromium-browser >/dev/null || { \
	  echo "No Chromium here; installing it for the browser tests."; \
	  if [ "$$(id -u)" = 0 ]; then apt-get -qq update && apt-get -qq install -y chromium >/dev/null; \
	  else sudo -n sh -c 'apt-get -qq update && apt-get -qq install -y chromium >/dev/null'; fi || \
	  echo "It cannot be installed (apt install chromium): the browser tests are skipped." >&2; }

demo: install web ## build a haul of about 2,000 benign files, log, match and serve it (HAUL=/some/folder: yours)
	@$(BIN)/python -m demo_haul --into '$(DEMO)' $(if $(HAUL),--haul '$(HAUL)')

test: install ## the quick suite
	@$(BIN)/python -m pytest -q -m 'not slow' -n auto --dist worksteal

slow: install web browser ## the slow suite: kills, hostile files, browsers, both databases, real material
	@$(BIN)/python -m pytest -q -m slow

check: install ## ruff, mypy strict, import-linter; the front end's types and tests
	@$(BIN)/ruff check --no-cache .
	@$(BIN)/ruff format --no-cache --check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports
	@$(BIN)/python web/build.py --check

bench: install web browser ## the benchmarks; figures go to benchmarks/results/
	@$(BIN)/python benchmarks/intake.py
	@$(BIN)/python benchmarks/scale.py
	@$(BIN)/python benchmarks/near_duplicates.py
	@$(BIN)/python benchmarks/banks.py
	@$(BIN)/python benchmarks/copies.py
	@$(BIN)/python benchmarks/growing_case.py
	@$(BIN)/python benchmarks/showing.py --json benchmarks/results/showing.json
	@$(BIN)/python benchmarks/gate.py --json benchmarks/results/gate.json
	@$(BIN)/python benchmarks/gallery.py --keep benchmarks/.gallery
	@$(BIN)/python benchmarks/gallery_browser.py --keep benchmarks/.gallery

docs: install ## regenerate docs/cli.md
	@$(BIN)/python -m trawl.cli.reference > docs/cli.md

client: install ## regenerate the front end's client from the server's routes
	@$(BIN)/python -m trawl.api.openapi > web/openapi.json.new && mv web/openapi.json.new web/openapi.json
	@$(BIN)/python web/build.py --client

clean: ## remove the demo and caches, not the virtual environment
	rm -rf '$(DEMO)' .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache
