# Each target makes its own .venv if there is none. PYTHON chooses the interpreter,
# ARGS is passed on: make test ARGS="-k stacking".
PYTHON ?= python3
ARGS ?=
BIN := .venv/bin
pip_of = $(1)/bin/python -m pip --disable-pip-version-check install --quiet
PIP := $(call pip_of,.venv)
RUNNERS := pytest pytest-xdist hypothesis
SETUP := setup.cfg pyproject.toml
export PIP_NO_INPUT := 1

.PHONY: demo test test-oldest test-bare test-distributed docs lint bench bench-correlation evidence clean

demo: .venv/.for-demo
	$(BIN)/python -m mmensemble demo $(ARGS)

test: .venv/.for-dev
	SCIPY_ARRAY_API=1 $(BIN)/python -m pytest -n 2 $(ARGS)

# The core on the oldest versions that setup.cfg promises.
test-oldest: .venv-oldest/.made
	.venv-oldest/bin/python -m pytest -n 2 -m "core and not slow" tests $(ARGS)

# The core where no extra is installed.
test-bare: .venv-bare/.made
	.venv-bare/bin/python -m pytest -n 2 -m "core and not slow" tests $(ARGS)

# The site, at build/docs/html/index.html: warnings are errors, links are checked.
docs: .venv/.for-docs
	rm -rf build/docs/html
	$(BIN)/python -m sphinx -W --keep-going -j 2 -d build/docs/doctrees \
		$(ARGS) docs build/docs/html
	$(BIN)/python docs/_ext/check_site.py build/docs/html

# Fits on a local dask and a local ray, which are large to install.
test-distributed: .venv-cluster/.made
	OMP_NUM_THREADS=1 .venv-cluster/bin/python -m pytest -m distributed \
		tests/distributed -rs $(ARGS)

lint: .venv/.for-dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

bench: .venv/.for-dev
	$(BIN)/python benchmarks/run.py $(ARGS)

bench-correlation: .venv/.for-dev
	set -e; for script in benchmarks/correlation/bench_*.py; do \
		echo "== $$script"; $(BIN)/python "$$script" $(ARGS); done

# Published results beside ours; fails where ours fall behind.
evidence: .venv/.for-dev
	$(BIN)/python benchmarks/evidence.py $(ARGS)

clean:
	rm -rf .venv .venv-oldest .venv-bare .venv-cluster build docs/api docs/gallery dist *.egg-info demo_report*.html

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

.venv/.for-docs: .venv/.made $(SETUP)
	$(PIP) -e '.[docs]'
	touch $@

.venv-oldest/.made: $(SETUP) .ci/oldest.py
	$(PYTHON) -m venv .venv-oldest
	$(PYTHON) .ci/oldest.py > .venv-oldest/versions.txt
	$(call pip_of,.venv-oldest) -e . -r .venv-oldest/versions.txt $(RUNNERS)
	touch $@

.venv-bare/.made: $(SETUP)
	$(PYTHON) -m venv .venv-bare
	$(call pip_of,.venv-bare) -e . $(RUNNERS)
	touch $@

.venv-cluster/.made: $(SETUP)
	$(PYTHON) -m venv .venv-cluster
	$(call pip_of,.venv-cluster) -e '.[dask,ray,parquet]' $(RUNNERS)
	touch $@
