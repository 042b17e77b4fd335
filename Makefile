# ruraldx: everything starts here. Needed: Python 3.11 or newer and make; nothing else is assumed.

PYTHON ?= python3
HOST ?= 127.0.0.1
PORT ?= 8000
# Ready boundary files, when there are any; empty: the map shows points and says so.
BOUNDARIES ?= $(wildcard ../shared/geodata)
# What to run: make test TESTS=tests/rules
TESTS ?= tests

BIN := .venv/bin
PY := $(BIN)/python
PIP := $(PY) -m pip install --disable-pip-version-check --no-input --require-hashes --no-deps

.DEFAULT_GOAL := help
.PHONY: help install serve test check bench gates docs screenshots format lock clean

help: ## this list
	@echo "ruraldx: make <việc>   (make serve HOST=… PORT=…)"
	@awk -F ':.*## ' '/^[a-z]+:.*## / {printf "  make %-11s %s\n", $$1, $$2}' Makefile

install: $(BIN)/.run-installed ## set up: .venv, pinned packages, pinned front-end files
	@$(PY) deploy/assets.py
	@$(PY) deploy/compress.py

serve: install ## set up, load the demo, serve on http://HOST:PORT
	@HOST='$(HOST)' PORT='$(PORT)' BOUNDARIES='$(BOUNDARIES)' exec $(PY) deploy/serve.py

test: install $(BIN)/.dev-installed ## set up and run every test
	$(PY) -m pytest -n 2 --dist loadgroup $(TESTS)

check: install $(BIN)/.dev-installed ## style, types, layers, templates, migrations, assets, docs
	@$(PY) deploy/check.py

bench: install $(BIN)/.dev-installed ## measure and write bench/RESULTS.md
	$(PY) -m bench

gates: install $(BIN)/.dev-installed ## what noise cannot move (statements, memory, ratios), and the safety tests at full size
	$(PY) -m bench --gates
	RURALDX_FULL_GATES=1 $(PY) -m pytest -q tests/safety

docs: install ## write the tables in docs/ that are made from the code
	RURALDX_ENVIRONMENT=test RURALDX_SECRET_KEY=only-for-the-tables-in-docs-0123456789 $(BIN)/ruraldx docs --write

screenshots: install $(BIN)/.dev-installed ## take the pictures of README.md from a demo of their own (needs Chromium)
	BOUNDARIES='$(BOUNDARIES)' $(PY) deploy/screenshots.py

format: $(BIN)/.dev-installed ## let ruff put the code in order
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

lock: ## after a change in pyproject.toml or package.json: new lock files (needs uv and npm)
	sh deploy/lock.sh

clean: ## remove what set-up made, keep instance/
	rm -rf .venv static/vendor .mypy_cache .ruff_cache .pytest_cache .import_linter_cache

$(PY):
	@$(PYTHON) -c 'import sys; sys.exit("ruraldx cần Python 3.11 trở lên (needs Python 3.11 or newer): %d.%d" % sys.version_info[:2] if sys.version_info < (3, 11) else 0)'
	@echo "Tạo .venv…"
	@$(PYTHON) -m venv .venv || { rm -rf .venv; echo "Không tạo được .venv. Trên Debian/Ubuntu: apt-get install python3-venv"; exit 1; }

$(BIN)/.run-installed: requirements.lock pyproject.toml | $(PY)
	@echo "Cài các gói Python đã ghim (lần đầu khoảng một phút)…"
	$(PIP) -r requirements.lock
	@$(PY) -m pip install --disable-pip-version-check --no-input --no-deps --no-build-isolation --quiet -e .
	@touch $@

$(BIN)/.dev-installed: requirements-dev.lock $(BIN)/.run-installed
	@echo "Cài các gói để kiểm thử…"
	$(PIP) -r requirements-dev.lock
	@touch $@
