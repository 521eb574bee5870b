# Everything a newcomer needs: `make demo` and `make test`. Needs Python 3.11 or newer and make; no compiler.
PYTHON ?= python3
BIN := .venv/bin
INSTALLED := .venv/.installed

.PHONY: setup demo test lint check bench measure docs lock clean

setup: $(INSTALLED)

$(INSTALLED): requirements.lock pyproject.toml
	$(PYTHON) -c "import sys; sys.exit(sys.version_info < (3, 11) and 'Python 3.11 or newer is needed, this is ' + sys.version)"
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --require-hashes --only-binary :all: -r requirements.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	$(BIN)/python -m pip check
	$(BIN)/python -m flows.site.charts
	@touch $(INSTALLED)

demo: setup  ## a made-up year through several nights, and what officials would see
	$(BIN)/waste --quiet demo

test: setup  ## every test, with the coverage floor
	$(BIN)/python -m pytest --cov --cov-report=term:skip-covered

lint: setup  ## every house rule that a tool can check
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/sqlfluff lint --nocolor flows

check: lint test  ## both

bench: setup  ## a whole night over 20,000 small files, as ratios
	$(BIN)/python -m benchmarks.night

measure: setup  ## docs/MEASURED.md: what the anomaly rules find; FILINGS=<file> for the section on real filings
	$(BIN)/python -m benchmarks.measured $(if $(FILINGS),--filings "$(FILINGS)")

docs: setup  ## schemas/DICTIONARY.md and docs/conformance
	$(BIN)/waste docs
	$(BIN)/waste conformance

lock:  ## new versions into requirements.lock, with hashes and without any index
	$(BIN)/uv pip compile pyproject.toml --group dev --universal --python-version 3.11 --generate-hashes \
		--no-annotate --custom-compile-command "make lock" --output-file requirements.lock

clean:  ## everything generated, data of installations excepted
	rm -rf .venv .pytest_cache .mypy_cache .ruff_cache .hypothesis .coverage demo-data build *.egg-info
