# One command each: `make run` starts a demonstration, `make test` proves the work, `make help` lists all.
# Needs make, git and Python 3.11 or newer with venv; fetches the rest, pinned and hashed, into .venv and
# static/node_modules. A warm run installs and builds nothing.

SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DELETE_ON_ERROR:
.DEFAULT_GOAL := help

PYTHON ?=
# How many test processes; 0 runs them in one.
WORKERS ?= $(or $(shell getconf _NPROCESSORS_ONLN 2>/dev/null),2)
PYTEST_ARGS ?=
RUN_ARGS ?=

VENV := .venv
BIN := $(VENV)/bin
STAMPS := $(VENV)/.stamps
# The project's own node, where one had to be installed, comes before the machine's.
export PATH := $(CURDIR)/$(BIN):$(PATH)

# pip, not a faster installer: it is there already and honours the mirror a machine is set up with.
PIP := $(BIN)/python -m pip --disable-pip-version-check
INSTALL := $(PIP) install --quiet --quiet --require-hashes

FRONT := $(wildcard static/package.json)
FRONT_BUILT := $(if $(FRONT),static/dist/.built)

DATA := $(or $(FIELDAPP_DATA_DIR),var)
DEMO_DATABASE := $(DATA)/fieldapp.sqlite3

##@ Everyday

.PHONY: setup
setup: $(STAMPS)/package $(FRONT_BUILT) ## Install and build everything; start nothing

.PHONY: run
run: setup ## Start a demonstration: server, worker and data, all under var/
	@mkdir -p $(DATA)
	@test -s $(DEMO_DATABASE) || fieldapp demo
	@exec fieldapp run $(RUN_ARGS)

.PHONY: test
test: setup-dev front-test ## All tests, front end and server
	pytest -n $(WORKERS) --dist loadfile --no-loadscope-reorder $(PYTEST_ARGS)

.PHONY: check
check: setup-dev lint types front-check test ## All that must hold before a change lands: lint, types, build, tests

.PHONY: format
format: setup-dev ## Lay out the Python files as `check` wants them
	ruff check --fix --exit-zero --quiet
	ruff format

##@ Now and then

.PHONY: bench
bench: setup-dev ## The measured claims, one script each (bench/README.md)
	@shopt -s nullglob; for script in bench/bench_*.py; do echo "== $$script"; python "$$script"; done

.PHONY: soak
soak: setup-dev ## The faults in full counts, resumable; sets docs/reliability.md (SOAK_SHARE=0.1: a tenth)
	@mkdir -p var
	@FIELDAPP_SOAK=$(CURDIR)/var/soak.jsonl pytest -q -m faults tests/faults $(PYTEST_ARGS) || true
	@python -m tests.faults.soaking var/soak.jsonl
	@python -m tests.tampering.soak --trials $${TAMPER_TRIALS:-100} --state var/tampering.json

FUZZ_SECONDS ?= 60

.PHONY: fuzz
fuzz: setup-dev ## Bytes made up, guided by what they make run, for each reader of strangers' bytes; FUZZ_SECONDS=60 each
	@for target in $$(python -m tests.fuzz); do \
	  echo "== $$target"; \
	  python -m tests.fuzz $$target --seconds $(FUZZ_SECONDS) --seed $$RANDOM 2>&1 | tee var/fuzz.log | grep -E 'DONE|exception' || { cat var/fuzz.log; exit 1; }; \
	done

.PHONY: lock
lock: setup-dev ## Pin and hash what requirements*.in name
	@for name in requirements requirements-build requirements-node requirements-dev; do \
	  env -u UV_INDEX -u UV_DEFAULT_INDEX -u UV_INDEX_URL -u UV_EXTRA_INDEX_URL -u UV_FIND_LINKS \
	    uv pip compile --quiet --no-config --universal --python-version 3.11 --generate-hashes \
	      --no-header --no-emit-index-url --no-emit-find-links $(LOCK_ARGS) \
	      $$( [ $$name != requirements-dev ] || echo --constraint requirements.lock ) \
	      $$name.in --output-file $$name.lock; \
	done

.PHONY: pictures
pictures: setup-dev ## README's pictures anew, from a demonstration of their own (needs Chromium)
	python docs/pictures/take.py

.PHONY: clean
clean: ## Remove what was installed and built; keep var/ and its data
	rm -rf $(VENV) static/node_modules static/dist build *.egg-info test-results
	rm -rf .pytest_cache .mypy_cache .ruff_cache .hypothesis
	find . -name __pycache__ -prune -exec rm -rf {} +

.PHONY: help
help: ## This list
	@awk 'BEGIN {FS = ":.*## "} /^##@/ {printf "\n%s\n", substr($$0, 5)} \
	  /^[a-z-]+:.*## / {printf "  make %-8s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

# The parts of the above.

.PHONY: setup-dev
setup-dev: setup $(STAMPS)/dev

.PHONY: lint
lint: setup-dev
	ruff check
	ruff format --check

.PHONY: types
types: setup-dev
	mypy

.PHONY: front-test
front-test: $(FRONT_BUILT)
	$(if $(FRONT),cd static && npm run --silent test)

.PHONY: front-check
front-check: $(FRONT_BUILT)
	$(if $(FRONT),cd static && npm run --silent lint)
	$(if $(FRONT),cd static && npm run --silent typecheck)

$(STAMPS)/venv:
	@$(find_python); \
	if [ -z "$$found" ]; then \
	  echo "fieldapp needs Python 3.11 or newer with venv, and found none (tried: $$tried)." >&2; \
	  echo "Install one (Debian, Ubuntu: python3 and python3-venv), or name it: make PYTHON=/path/to/python3" >&2; \
	  exit 1; \
	fi; \
	echo "Python: $$("$$found" --version) ($$found)"; \
	"$$found" -m venv --clear $(VENV)
	@mkdir -p $(STAMPS) && touch $@

# Sets $found to the first that is new enough and can make an environment.
define find_python
found=; tried="$(or $(PYTHON),python3 python3.13 python3.12 python3.11 python3.14)"; \
for candidate in $$tried; do \
  if "$$candidate" -c 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then \
    found=$$(command -v "$$candidate"); break; \
  fi; \
done
endef

$(STAMPS)/app: requirements.lock requirements-build.lock $(STAMPS)/venv
	@echo "Installing what the server needs"
	@$(INSTALL) -r requirements.lock -r requirements-build.lock
	@touch $@

$(STAMPS)/dev: requirements-dev.lock $(STAMPS)/app
	@echo "Installing what the tests need"
	@$(INSTALL) -r requirements-dev.lock
	@touch $@

$(STAMPS)/package: pyproject.toml setup.py $(wildcard fieldapp/__init__.py) $(STAMPS)/app
	@$(PIP) install --quiet --quiet --no-deps --no-build-isolation --no-index --editable .
	@touch $@

# Node 22.22 or newer from the machine, else the pinned one.
$(STAMPS)/node: requirements-node.lock $(STAMPS)/venv
	@if ! { npm --version && node -e 'const [major, minor] = process.versions.node.split("."); \
	  process.exit(+major > 22 || (+major === 22 && +minor >= 22) ? 0 : 1)'; } >/dev/null 2>&1; then \
	  echo "Installing node for the front end's build"; \
	  $(INSTALL) -r requirements-node.lock; \
	fi
	@touch $@

static/node_modules/.installed: $(wildcard static/package.json static/package-lock.json static/.npmrc) $(STAMPS)/node
	@echo "Installing what the front end's build needs"
	@cd static && npm ci --no-audit --no-fund --loglevel=error
	@touch $@

# Rebuilt when a source is newer than the last build; a folder counts too, since a file may have gone.
static/dist/.built: static/node_modules/.installed front-sources
	@if [ ! -e $@ ] || [ static/node_modules/.installed -nt $@ ] || \
	  [ -n "$$(find static \( -path static/node_modules -o -path static/dist \) -prune -o ! -path static -newer $@ -print -quit)" ]; then \
	  echo "Building the front end"; \
	  (cd static && npm run --silent build) && touch $@; \
	fi

.PHONY: front-sources
front-sources:
