# One set of verbs, used on a laptop, before a commit and in CI alike.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
UV := VIRTUAL_ENV=$(CURDIR)/$(VENV) $(BIN)/uv
WORKERS ?= 3  # on two cores: tests wait for servers and browsers a fifth of the time

.DEFAULT_GOAL := help
.PHONY: help setup demo test test-full check lint types contracts bench docs constraints format clean

help:  ## what each verb does
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 14

$(BIN)/uv:
	@$(PYTHON) -c 'import sys; ok = (3, 11) <= sys.version_info[:2] < (3, 14); sys.exit(0 if ok else "Shidai needs Python 3.11 to 3.13; this is %s. Say which one to use: make PYTHON=python3.12 demo" % sys.version.split()[0])'
	@echo "== making a virtual environment in $(VENV)"
	@$(PYTHON) -m venv $(VENV)
	@$(BIN)/pip install --quiet --disable-pip-version-check -c constraints.txt uv

$(VENV)/.run: $(BIN)/uv pyproject.toml constraints.txt hatch_build.py frontend/package-lock.json $(wildcard frontend/src/*)
	@echo "== installing Shidai with pinned dependencies and building the front end"
	@$(UV) pip install --quiet --compile-bytecode -c constraints.txt -e .
	@touch $@

$(VENV)/.dev: $(VENV)/.run
	@echo "== installing what the tests need (Spark, browser driver, linters)"
	@$(UV) pip install --quiet --compile-bytecode -c constraints.txt -e '.[dev]'
	@touch $@

setup: $(VENV)/.run  ## environment, dependencies and front end

demo: setup  ## grow a city, load it, write the year's summary, serve the site
	@$(BIN)/shidai demo $(ARGS)

test: $(VENV)/.dev  ## the test suite, on all cores
	@$(BIN)/python -m pytest -n $(WORKERS) --dist worksteal -m "not full" -q $(ARGS)

test-full: $(VENV)/.dev  ## heavy tests too: full-size data, long properties
	@$(BIN)/python -m pytest -n $(WORKERS) --dist worksteal -q $(ARGS)

lint: $(VENV)/.dev
	@$(BIN)/ruff check . && $(BIN)/ruff format --check .

types: $(VENV)/.dev
	@$(BIN)/mypy

contracts: $(VENV)/.dev
	@$(BIN)/lint-imports

check: lint types contracts test  ## lint, types, contracts, tests: what a developer and CI run

bench: $(VENV)/.dev  ## speeds beside their limits; one of them with NAME=…
	@$(BIN)/python -m bench $(NAME)

format: $(VENV)/.dev  ## put the code in its standard form
	@$(BIN)/ruff check --fix . ; $(BIN)/ruff format .

constraints: $(BIN)/uv  ## pin all dependencies anew
	@printf 'uv\nhatchling\nnodejs-wheel-binaries\n' | $(UV) pip compile --quiet --universal --python-version 3.11 --upgrade \
	  --no-emit-index-url --no-emit-find-links --no-annotate --no-header --extra dev pyproject.toml - -o constraints.txt

clean:  ## remove the environment and what was built
	rm -rf $(VENV) frontend/node_modules src/shidai/site/static/shidai build dist
