# Everything that a fresh clone needs: `make run` and `make test` set up what they use.
#
# PYTHON  the interpreter to build the virtual environment with (3.11 or newer)
# VENV    where that environment stands
# PEERS_PYTHON, PEERS_VENV   the same for `make bench-engines`, whose peers want Python 3.12 or newer
# Further settings of the service (DISPATCH_...) are listed in docs/operations.md.

PYTHON ?= python3
VENV ?= .venv
PEERS_PYTHON ?= python3.12
PEERS_VENV ?= .venv-peers

BIN := $(VENV)/bin
PIP_INSTALL := $(BIN)/python -m pip install --disable-pip-version-check --require-hashes
BUILD_LOCK := requirements-build.lock
RUN_LOCK := requirements.lock
DEV_LOCK := requirements-dev.lock
PEERS_LOCK := benchmarks/requirements-peers.lock
# A stamp is touched when its step went well, so that the second run has nothing to do.
RUN_STAMP := $(VENV)/.installed-run
DEV_STAMP := $(VENV)/.installed-dev
PEERS_STAMP := $(PEERS_VENV)/.installed-peers

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:

.PHONY: help
help: ## List what can be made
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-13s %s\n", $$1, $$2}' $(firstword $(MAKEFILE_LIST))

.PHONY: run
run: $(RUN_STAMP) ## Serve the bundled district on 127.0.0.1:8000
	@exec $(BIN)/dispatch-router serve

.PHONY: test
test: $(DEV_STAMP) ## Run all tests in two processes; ARGS="-k words" narrows them, ARGS="-n 0" takes one
	$(BIN)/python -m pytest --numprocesses 2 --dist loadfile --no-loadscope-reorder $(ARGS)

.PHONY: lint
lint: $(DEV_STAMP) ## Check style, types, layers and the Dockerfile
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/hadolint Dockerfile

.PHONY: format
format: $(DEV_STAMP) ## Bring the code into the common style
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

.PHONY: bench
bench: $(DEV_STAMP) ## Measure the engine beside networkx and scipy; ARGS="--help" says how
	$(BIN)/python -m benchmarks.recommend $(ARGS)

.PHONY: bench-engines
bench-engines: $(PEERS_STAMP) ## Measure the engine beside RoutingKit, OSRM, Valhalla and others; ARGS="--quick" is short
	PYTHONPATH=src $(PEERS_VENV)/bin/python -m benchmarks.engines $(ARGS)

.PHONY: prove-desk
prove-desk: $(DEV_STAMP) ## Kill the service 100 times on SQLite and 30 on PostgreSQL, under load; nothing may be lost
	$(BIN)/python -m tests.e2e.kill_rounds --rounds 100 $(ARGS)
	$(BIN)/python -m tests.e2e.kill_rounds --rounds 30 --postgres $(ARGS)

.PHONY: prove-replicas
prove-replicas: $(DEV_STAMP) ## Kill one of three services on PostgreSQL and cut one off, while four processes reserve units
	$(BIN)/python -m tests.e2e.replica_contest $(ARGS)

.PHONY: docs
docs: $(DEV_STAMP) ## Renew what the program itself draws and writes: README's picture, the command reference
	$(BIN)/python -m tools.make_cli_reference
	$(BIN)/python -m tools.make_answer_picture

.PHONY: lock
lock: $(DEV_STAMP) ## Renew the lock files from what is asked for; ARGS=--upgrade takes newer versions
	$(LOCK) --group build --output-file $(BUILD_LOCK)
	$(LOCK) pyproject.toml --output-file $(RUN_LOCK)
	$(LOCK) pyproject.toml --extra dev --constraint $(RUN_LOCK) --constraint $(BUILD_LOCK) --output-file $(DEV_LOCK)
	$(LOCK) benchmarks/requirements-peers.in --constraint $(RUN_LOCK) --output-file $(PEERS_LOCK)

# One set of versions for every Python and platform, with the hash of every file that pip may take.
LOCK = $(BIN)/uv pip compile --quiet --universal --generate-hashes --fork-strategy fewest \
	--python-version 3.11 --custom-compile-command "make lock" $(ARGS)

.PHONY: clean
clean: ## Remove the virtual environment and the caches
	rm -rf $(VENV) $(PEERS_VENV) .hypothesis .mypy_cache .pytest_cache .ruff_cache .import_linter_cache

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or newer is needed, this is " + sys.version.split()[0] + ": make PYTHON=/path/to/python3 ...")'
	$(PYTHON) -m venv $(VENV)

# The project itself is installed in place, with the locked setuptools and nothing fetched for it.
$(RUN_STAMP): $(BUILD_LOCK) $(RUN_LOCK) pyproject.toml | $(BIN)/python
	$(PIP_INSTALL) --requirement $(BUILD_LOCK) --requirement $(RUN_LOCK)
	$(BIN)/python -m pip install --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $@

$(DEV_STAMP): $(DEV_LOCK) $(RUN_STAMP)
	$(PIP_INSTALL) --requirement $(DEV_LOCK)
	@touch $@

# The peers' own environment: the service's packages and theirs; the project is read from src.
$(PEERS_STAMP): $(RUN_LOCK) $(PEERS_LOCK)
	@$(PEERS_PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 12) and "Python 3.12 or newer is needed, this is " + sys.version.split()[0])' \
		|| { echo 'make PEERS_PYTHON=/path/to/python3.12 bench-engines; without one: python -m benchmarks.engines, which skips what is not installed' >&2; exit 1; }
	$(PEERS_PYTHON) -m venv $(PEERS_VENV)
	$(PEERS_VENV)/bin/python -m pip install --disable-pip-version-check --require-hashes --requirement $(RUN_LOCK) --requirement $(PEERS_LOCK)
	@touch $@
