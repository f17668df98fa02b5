# Two commands on a fresh machine: `make demo` and `make test`. Everything goes into .venv.
SHELL := /bin/bash
PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin
HAUL ?=
DEMO ?= demo

.PHONY: help install web demo test slow check bench docs clean

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

demo: install ## build a haul of about 2,000 benign files, log it and match it (HAUL=/some/folder: yours)
	@$(BIN)/python -m demo_haul --into '$(DEMO)' $(if $(HAUL),--haul '$(HAUL)')

test: install ## the quick suite
	@$(BIN)/python -m pytest -q -m 'not slow'

slow: install ## the slow suite: kills, hostile files, both databases at length, real material
	@$(BIN)/python -m pytest -q -m slow

check: install ## ruff, mypy strict, import-linter
	@$(BIN)/ruff check --no-cache .
	@$(BIN)/ruff format --no-cache --check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports

bench: install ## the benchmarks; figures go to benchmarks/results/
	@$(BIN)/python benchmarks/intake.py
	@$(BIN)/python benchmarks/scale.py
	@$(BIN)/python benchmarks/near_duplicates.py
	@$(BIN)/python benchmarks/banks.py
	@$(BIN)/python benchmarks/copies.py
	@$(BIN)/python benchmarks/growing_case.py

docs: install ## regenerate docs/cli.md
	@$(BIN)/python -m trawl.cli.reference > docs/cli.md

clean: ## remove the demo and caches, not the virtual environment
	rm -rf '$(DEMO)' .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache
