# `make help` lists the targets; each installs what it needs.

# Supported versions of Python, oldest first: those that the package claims.
VERSIONS := $(shell sed -n 's/.*:: Python :: \(3\.[0-9]*\)".*/\1/p' pyproject.toml)
OLDEST   := $(firstword $(VERSIONS))

PYTHON ?= $(shell bash .ci/find-python $(OLDEST) || echo python3)
VENV   := .venv
BIN    := $(VENV)/bin
READY  := $(VENV)/.ready

# Without compiled modules, each of the hundreds of processes that the tests start would compile our packages again.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: help setup setup-all lock generate check diff check-docs lint test test-unit test-versions test-lowest test-alike fuzz fuzz-answers soak golden demo figures bench docs-site test-site browser all clean

help: ## show this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  %-13s %s\n", $$1, $$2}' Makefile

setup: $(READY) ## make .venv from the lock file, with the oldest supported Python if there is one, else python3

$(READY): .ci/requirements.txt pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Python 3.11 or newer is needed (PYTHON=$(PYTHON))"; exit 1; }
	@$(NEW_VENV) $(VENV)
	@$(INSTALL) --require-hashes -r .ci/requirements.txt
	@$(INSTALL) --no-deps --no-build-isolation --editable .
	@touch $@

# uv if there is one, else pip.
UV       = $(shell command -v uv)
NEW_VENV = $(if $(UV),uv venv --quiet --clear --python $(PYTHON),$(PYTHON) -m venv --clear)
INSTALL  = $(if $(UV),uv pip install --quiet --python $(BIN)/python --compile-bytecode,$(BIN)/python -m pip install --quiet --disable-pip-version-check)

lock: ## renew the lock files
	@uv=$$(bash .ci/find-uv) && lock="$$uv pip compile --quiet --upgrade $(LOCK)" && set -x \
	&& $$lock pyproject.toml --extra codegen --extra sandbox --extra demo --extra cli --extra otel --group dev -o .ci/requirements.txt \
	&& $$lock --group bench --constraints .ci/requirements.txt -o .ci/requirements-bench.txt \
	&& $$lock --group site --constraints .ci/requirements.txt -o .ci/requirements-site.txt \
	&& $$lock --group uv -o .ci/requirements-uv.txt

# A lock contains a digest of each file, and no hosts of a registry or paths of the machine that made it.
LOCK := --generate-hashes --universal --python-version $(OLDEST) --no-header --no-annotate --no-emit-index-url --no-emit-find-links

generate: $(READY) ## write generated/ from specs/
	@$(BIN)/dragoman generate

check: $(READY) ## fail if generated/ differs from what the specs generate
	@$(BIN)/dragoman check

diff: $(READY) ## what changed specs mean for servers and callers: against the main branch, or REF
	@$(BIN)/dragoman diff $(if $(REF),--against=$(REF))

check-docs: $(READY) ## fail if the specs differ from the vendors' pages as last seen (specs/docs.lock)
	@$(BIN)/dragoman docs check

lint: $(READY) ## style, types, spec rules, import rules
	$(BIN)/ruff format --check --quiet
	$(BIN)/ruff check --quiet
	$(BIN)/dragoman lint --strict
	$(BIN)/dragoman docs check
	$(BIN)/lint-imports --no-cache
	$(BIN)/pyright --warnings & pyright=$$!; $(BIN)/mypy; mypy=$$?; wait $$pyright && exit $$mypy

test: $(READY) ## run the tests; those that measure real time run after the others, two at a time
	@$(BIN)/python -m pytest --numprocesses=auto -m "not serial"; status=$$?; \
	$(BIN)/python -m pytest --numprocesses=2 --dist=loadfile -m serial $(SERIAL) && exit $$status

# The modules that have such tests: the others would be collected for nothing.
SERIAL = $$(grep -rl --include='test_*.py' 'mark\.serial' tests)

test-unit: $(READY) ## run the unit tests with httpx, without the large ones and those of real time
	@$(BIN)/python -m pytest --numprocesses=$(or $(WORKERS),auto) --hypothesis-profile=few -m "not serial and not large" -k "not httpx2" tests/unit

test-versions: $(READY) ## run the unit tests on the supported versions of Python, besides that of .venv, that this machine has
	@for version in $(filter-out $(OWN) $(OTHERS),$(VERSIONS)); do echo "Python $$version: not tried, because it is not installed"; done
	@test -z "$(OTHERS)" || $(MAKE) --no-print-directory --jobs --keep-going --output-sync=target $(addprefix test-python-,$(OTHERS))

# Beside each other: the tests of one version wait while those of another compute. Without the rewriting of assertions,
# which takes a quarter of the time; `make test-unit VENV=.venv-3.12` shows the values of a failed one.
test-python-%:
	@echo "Python $*: $$(bash .ci/find-python $*)"
	@PYTEST_ADDOPTS="--assert=plain $$PYTEST_ADDOPTS" $(MAKE) --no-print-directory --jobs=1 test-unit WORKERS=2 VENV=.venv-$* \
	  PYTHON=$$(bash .ci/find-python $*)

test-alike: $(READY) ## run all tests of which `make test` runs one in three, as they are alike
	@$(BIN)/python -m pytest --numprocesses=auto --all-alike -m alike

test-lowest: ## run the unit tests with the lowest versions that pyproject.toml allows
	@uv=$$(bash .ci/find-uv) \
	&& $$uv venv --quiet --clear --python $(PYTHON) $(LOWEST) \
	&& $$uv pip install --quiet --python $(LOWEST)/bin/python --resolution lowest-direct -r pyproject.toml --all-extras --group dev \
	&& $$uv pip install --quiet --python $(LOWEST)/bin/python --no-deps --editable .
	@touch $(LOWEST)/.ready
	@PYTEST_ADDOPTS="$(OLD_WARNINGS)" $(MAKE) --no-print-directory test-unit VENV=$(LOWEST)

LOWEST := .venv-lowest

# Old versions use what newer ones of other packages have deprecated.
OLD_WARNINGS := -W default::DeprecationWarning

OWN = $(shell $(PYTHON) -c 'import sys; print("%d.%d" % sys.version_info[:2])')

# Supported versions besides that of PYTHON that this machine has.
OTHERS = $(shell for version in $(filter-out $(OWN),$(VERSIONS)); do bash .ci/find-python $$version >/dev/null && echo $$version; done)

setup-all: ## install all that CI needs, beside each other: environments of all versions, what the site needs, Chromium
	@$(MAKE) --no-print-directory --jobs --output-sync=target $(VENV)/.site browser $(addprefix setup-python-,$(OTHERS))

browser:
	@bash .ci/find-browser >/dev/null

setup-python-%:
	@$(MAKE) --no-print-directory --jobs=1 setup VENV=.venv-$* PYTHON=$$(bash .ci/find-python $*)

fuzz: $(READY) ## try N random specs of each KIND (calls, tasks) from SEED on (500 from 1): generate, import, run, type checkers
	@$(BIN)/python -m tests.fuzz --count=$(or $(N),500) --seed=$(or $(SEED),1) $(if $(KIND),--kind=$(KIND))

fuzz-answers: $(READY) ## try N mutated answers of a server from SEED on (3000 from 1): values or documented errors, in time
	@$(BIN)/python -m tests.answers --count=$(or $(N),3000) --seed=$(or $(SEED),1)

soak: $(READY) ## run JOBS exports (200) for SECONDS (300) among faults and `kill -9`: none twice, none lost
	@$(BIN)/python -m tests.soak --jobs=$(or $(JOBS),200) --seconds=$(or $(SECONDS),300) --seed=$(or $(SEED),1)

golden: $(READY) ## rewrite what tests/cases expect and the documentation shows; read the diff before you commit it
	@$(BIN)/python -m pytest -q tests/test_cases.py tests/test_console_blocks.py --update

demo: $(READY) ## the main job against a sandbox: export, wait, download
	@$(BIN)/python -m tests.demo

figures: $(READY) ## print the figures of size and shape
	@$(BIN)/python -m tests.bench.figures

bench: $(READY) ## measure against peers, as ratios in one run
	@$(INSTALL) --require-hashes -r .ci/requirements-bench.txt
	@$(BIN)/python tests/bench

.PHONY: docs-site test-site
docs-site: $(VENV)/.site ## build the documentation site into .site/
	@$(BIN)/python -m docs_site .site

test-site: docs-site ## open the site in a headless Chromium, which is installed where that is possible
	@browser=$$(bash .ci/find-browser) && BROWSER=$$browser $(BIN)/python -m pytest -q tests/site

$(VENV)/.site: .ci/requirements-site.txt $(READY)
	@$(INSTALL) --require-hashes -r .ci/requirements-site.txt
	@touch $@

all: lint check test ## everything that must hold on one version of Python; CI runs `test-versions`, too

clean: ## remove what the targets made outside git
	rm -rf .venv* .site .mypy_cache .pytest_cache .ruff_cache .hypothesis dist
