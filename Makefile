# Each target works as the first command on a fresh clone: it makes what it needs.
#   make run    the demo company in its window; without a display the tour
#   make test   every test            make lint    format, lint, types, directions
#   make check  lint, then every test
#   make bench  the figures           make faults  the long fault tests
#   make build  the frozen program    make check-networked  the tests on a networked server
#   make pins   new pins from the ranges in pyproject.toml
#   make messages  gather the sentences people read, bring translations up to date

SHELL := /bin/sh
.DEFAULT_GOAL := help

VENV := .venv
PY := $(VENV)/bin/python
RUN_STAMP := $(VENV)/.installed-run
DEV_STAMP := $(VENV)/.installed-dev
WORKERS ?= 2
ARGS ?=

# The first Python that is new enough; PYTHON=/path/to/python overrides.
ifndef PYTHON
PYTHON := $(shell for each in python3 python3.11 python3.12 python3.13 python3.14; do \
	$$each -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1 \
	&& { command -v $$each; break; }; done)
endif

ifneq ($(wildcard ../shared/data/.),)
export ORDERWRIGHT_SAMPLE_DATA ?= $(abspath ../shared/data)
endif

export PIP_DISABLE_PIP_VERSION_CHECK := 1
PIP := $(PY) -m pip -qq
PYTEST := $(PY) -m pytest

# ---------------------------------------------------------------- what people call

.PHONY: help run test lint check format bench build faults check-networked pins messages clean

help:
	@sed -n 's/^#   //p' Makefile

run: $(RUN_STAMP)
	@$(PY) scripts/preflight.py
	@if $(PY) scripts/preflight.py --display; then exec $(VENV)/bin/orderwright demo $(ARGS); \
	else echo "There is no display here, so the tour runs instead; pictures and paper: ./tour/"; \
	exec $(VENV)/bin/orderwright tour --out tour; fi

test: $(DEV_STAMP)
	$(PYTEST) -q -n $(WORKERS) --ignore=tests/faults $(ARGS)

check:
	$(MAKE) lint
	$(MAKE) test

lint: $(DEV_STAMP)
	$(VENV)/bin/ruff format --check .
	$(VENV)/bin/ruff check .
	$(VENV)/bin/mypy app tests scripts $(wildcard bench/*.py)
	$(VENV)/bin/lint-imports --no-logo

format: $(DEV_STAMP)
	$(VENV)/bin/ruff format .
	$(VENV)/bin/ruff check --fix .

bench: $(DEV_STAMP)
	$(PY) -m bench $(ARGS)

build: $(DEV_STAMP)
	$(PY) -m PyInstaller --noconfirm --clean --log-level WARN build.spec
	$(PY) scripts/smoke_build.py dist/orderwright

faults: $(DEV_STAMP)
	$(PYTEST) -q tests/faults $(ARGS)

check-networked: $(DEV_STAMP)
	$(PY) scripts/networked.py --workers $(WORKERS) $(ARGS)

pins: $(DEV_STAMP)
	$(VENV)/bin/uv pip compile pyproject.toml --extra build $(PIN_OPTIONS) -o requirements.txt
	$(VENV)/bin/uv pip compile pyproject.toml --extra build --extra dev -c requirements.txt \
		$(PIN_OPTIONS) -o requirements-dev.txt

messages: $(DEV_STAMP)
	$(PY) scripts/translations.py $(ARGS)

PIN_OPTIONS := --quiet --universal --python-version 3.11 --generate-hashes \
	--no-emit-index-url --custom-compile-command "make pins" $(PIN_ARGS)

clean:
	rm -rf build dist tour $(VENV)

# ---------------------------------------------------------------- the set-up behind them

$(PY):
	@test -n "$(PYTHON)" || { \
		echo "Orderwright needs Python 3.11 or newer, and none was found. Install it (Debian: python3), or say where it is: make run PYTHON=/path/to/python3"; \
		exit 1; }
	@"$(PYTHON)" scripts/preflight.py
	@echo "Making $(VENV) with $(PYTHON)"
	@"$(PYTHON)" -m venv --clear $(VENV)

$(RUN_STAMP): requirements.txt pyproject.toml | $(PY)
	@$(PY) scripts/preflight.py
	@echo "Installing what Orderwright needs (the first time takes a minute or two)"
	@$(PIP) install --require-hashes -r requirements.txt
	@$(PIP) install --no-deps --no-build-isolation --config-settings editable_mode=compat -e .
	@touch $@

$(DEV_STAMP): requirements-dev.txt $(RUN_STAMP)
	@echo "Installing what the tests and checks need"
	@$(PIP) install --require-hashes -r requirements-dev.txt
	@touch $@
