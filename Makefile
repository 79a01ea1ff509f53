# Each of these works as the first and only command on a bare machine with Python 3.11 or later.

# The first Python that is new enough; say another with `make PYTHON=…`.
PYTHON ?= $(shell for one in python3 python3.14 python3.13 python3.12 python3.11; do \
	$$one -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$one && break; done || true)
VENV := .venv
BIN := $(VENV)/bin
# Nothing of the shell's own Python may leak in, and pip keeps to what matters.
export PIP_DISABLE_PIP_VERSION_CHECK := 1
export PIP_ROOT_USER_ACTION := ignore
unexport PYTHONPATH PYTHONHOME VIRTUAL_ENV
LOCK := $(BIN)/uv pip compile --quiet --universal --generate-hashes --python-version 3.11 \
	--no-header --no-annotate --no-emit-index-url --no-emit-find-links
# Run by several at once, such as `make -j lint test`, an environment must still be made once.
.NOTPARALLEL:

.DEFAULT_GOAL := help
.PHONY: help install run test lint format bench campaign lock clean

help: ## Say what can be done here
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z]+):.*## /  make \1	/' | expand -t 18

install: $(VENV)/.ready ## Make .venv, with .venv/bin/comptoir in it

run: $(VENV)/.ready ## Open the bar: the demonstration, unless settings say otherwise
	@$(BIN)/comptoir run

test: $(VENV)/.ready-to-test ## Run every test, PostgreSQL and the browser included
	@$(BIN)/python -m pytest -n auto $(ARGS)

lint: $(VENV)/.ready-to-test ## Check style, types, directions and dependencies
	@echo '• ruff'; $(BIN)/ruff check . && $(BIN)/ruff format --check .
	@echo '• mypy'; $(BIN)/mypy
	@echo '• import-linter'; $(BIN)/lint-imports
	@echo '• deptry'; $(BIN)/deptry .

format: $(VENV)/.ready-to-test ## Put the code into shape
	@$(BIN)/ruff check --fix . ; $(BIN)/ruff format .

bench: $(VENV)/.ready-to-test ## Measure what the README says about speed
	@set -e; for one in benchmarks/[a-z]*.py; do test -e "$$one" || continue; echo "• $$one"; $(BIN)/python -m benchmarks.$$(basename "$$one" .py) $(ARGS); done

campaign: $(VENV)/.ready-to-test ## Run the long histories, faults and kills
	@$(BIN)/python -m pytest -n auto -m campaign --timeout 7200 $(ARGS)

lock: $(VENV)/.ready-to-test ## Choose versions again and write requirements/*.txt
	$(LOCK) --upgrade pyproject.toml --extra postgres --extra semantic -o requirements/runtime.txt
	$(LOCK) --upgrade --group pyproject.toml:build -o requirements/build.txt
	$(LOCK) --upgrade pyproject.toml --extra postgres --extra semantic --group pyproject.toml:dev --group pyproject.toml:build \
		-c requirements/runtime.txt -c requirements/build.txt -o requirements/dev.txt

clean: ## Take away what was made, data excepted
	@rm -rf $(VENV) dist build .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis .coverage* htmlcov

# --- the environment: a stamp that is older than its requirements means that something must be installed -------------

$(VENV)/.made:
	@{ test -n '$(PYTHON)' && $(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))'; } 2>/dev/null || { \
		echo "Comptoir needs Python 3.11 or later; here is $$($(or $(PYTHON),python3) --version 2>&1 || true)." >&2; \
		echo "Install one (on Debian and Ubuntu: apt install python3 python3-venv), or say which: make PYTHON=python3.12" >&2; \
		exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || { \
		echo "This Python cannot make environments. On Debian and Ubuntu: apt install python3-venv" >&2; exit 1; }
	@echo "Making $(VENV) with $$($(PYTHON) --version)…"
	@rm -rf $(VENV)
	@$(PYTHON) -m venv $(VENV)
	@touch $@

$(VENV)/.ready: $(VENV)/.made requirements/runtime.txt requirements/build.txt pyproject.toml
	@echo "Installing what Comptoir needs (the first time takes a minute or three)…"
	@$(BIN)/python -m pip install --progress-bar on --require-hashes -r requirements/runtime.txt -r requirements/build.txt
	@$(BIN)/python -m pip install --quiet --no-deps --no-build-isolation --editable .
	@touch $@

$(VENV)/.ready-to-test: $(VENV)/.ready requirements/dev.txt
	@echo "Installing what the tests need (the first time takes a minute or two)…"
	@$(BIN)/python -m pip install --progress-bar on --require-hashes -r requirements/dev.txt
	@touch $@
