# `make help` lists the targets; each installs what it needs.

PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
READY  := $(VENV)/.ready

.PHONY: help setup lock generate check check-docs lint test fuzz golden demo figures bench all clean

help: ## show this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  %-10s %s\n", $$1, $$2}' Makefile

setup: $(READY) ## make the virtual environment in .venv from the lock file

$(READY): .ci/requirements.txt pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Python 3.11 or newer is needed (PYTHON=$(PYTHON))"; exit 1; }
	@if command -v uv >/dev/null; then \
	  uv venv --quiet --clear --python $(PYTHON) $(VENV) \
	  && uv pip install --quiet --python $(BIN)/python -r .ci/requirements.txt \
	  && uv pip install --quiet --python $(BIN)/python --no-deps --editable .; \
	else \
	  $(PYTHON) -m venv --clear $(VENV) \
	  && $(BIN)/python -m pip install --quiet --disable-pip-version-check -r .ci/requirements.txt \
	  && $(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --editable .; \
	fi
	@touch $@

lock: ## renew the lock files (needs uv)
	uv pip compile --quiet --upgrade pyproject.toml --extra codegen --extra sandbox --extra demo --extra cli --extra otel --group dev $(LOCK) -o .ci/requirements.txt
	uv pip compile --quiet --upgrade --group bench --constraints .ci/requirements.txt $(LOCK) -o .ci/requirements-bench.txt

# A lock contains no hosts of a registry and no paths of the machine that made it.
LOCK := --universal --python-version 3.11 --no-header --no-annotate --no-emit-index-url --no-emit-find-links

generate: $(READY) ## write generated/ from specs/
	@$(BIN)/dragoman generate

check: $(READY) ## fail if generated/ differs from what the specs generate
	@$(BIN)/dragoman check

check-docs: $(READY) ## fail if the specs differ from the vendors' pages as last seen (specs/docs.lock)
	@$(BIN)/dragoman docs check

lint: $(READY) ## style, types, spec rules, import rules
	$(BIN)/ruff format --check --quiet
	$(BIN)/ruff check --quiet
	$(BIN)/dragoman lint --strict
	$(BIN)/dragoman docs check
	$(BIN)/lint-imports --no-cache
	$(BIN)/mypy
	$(BIN)/pyright --warnings

test: $(READY) ## run the tests; those that measure real time run alone, after the others
	@$(BIN)/python -m pytest --numprocesses=auto -m "not serial"; status=$$?; \
	$(BIN)/python -m pytest -m serial && exit $$status

fuzz: $(READY) ## try N random specs from SEED on (500 from 1): generate, import, round trips, type checkers
	@$(BIN)/python -m tests.fuzz --count=$(or $(N),500) --seed=$(or $(SEED),1)

golden: $(READY) ## rewrite what tests/cases expect; read the diff before you commit it
	@$(BIN)/python -m pytest -q tests/test_cases.py --update

demo: $(READY) ## the main job against a sandbox: export, wait, download
	@$(BIN)/python -m tests.demo

figures: $(READY) ## print the figures of size and shape
	@$(BIN)/python -m tests.bench.figures

bench: $(READY) ## measure against peers, as ratios in one run
	@if command -v uv >/dev/null; then uv pip install --quiet --python $(BIN)/python -r .ci/requirements-bench.txt; \
	else $(BIN)/python -m pip install --quiet --disable-pip-version-check -r .ci/requirements-bench.txt; fi
	@$(BIN)/python tests/bench

all: lint check test ## what CI runs

clean: ## remove what the targets made outside git
	rm -rf $(VENV) .mypy_cache .pytest_cache .ruff_cache .hypothesis dist
