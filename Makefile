# Each target makes its own .venv if there is none. PYTHON chooses the interpreter,
# ARGS is passed on: make test ARGS="-k stacking".
PYTHON ?= python3
ARGS ?=
BIN := .venv/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check install --quiet
SETUP := setup.cfg pyproject.toml
export PIP_NO_INPUT := 1

.PHONY: demo test lint bench bench-correlation clean

demo: .venv/.for-demo
	$(BIN)/python -m mmensemble demo $(ARGS)

test: .venv/.for-dev
	SCIPY_ARRAY_API=1 $(BIN)/python -m pytest -n 2 $(ARGS)

lint: .venv/.for-dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

bench: .venv/.for-dev
	$(BIN)/python benchmarks/run.py $(ARGS)

bench-correlation: .venv/.for-dev
	set -e; for script in benchmarks/correlation/bench_*.py; do \
		echo "== $$script"; $(BIN)/python "$$script" $(ARGS); done

clean:
	rm -rf .venv build dist *.egg-info demo_report.html

.venv/.made:
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "mmensemble needs Python 3.11 or newer: make PYTHON=python3.12")'
	$(PYTHON) -m venv .venv
	touch $@

.venv/.for-demo: .venv/.made $(SETUP)
	$(PIP) -e '.[report,progress]'
	touch $@

.venv/.for-dev: .venv/.made $(SETUP)
	$(PIP) -e '.[dev]'
	touch $@ .venv/.for-demo
