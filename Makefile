# make run   sets up what it needs and assesses the built-in airshed into ./out
# make test  sets up what it needs and runs all checks; the pictures of the pages are then in .screenshots
# make test-slow    runs the benchmarks and the slow drills, and prints their figures
# make test-latest  runs the tests with the newest of every package, on each Python from 3.11 on that is present
# make screenshots  writes the pictures of the README to docs/images
# make quick     runs the tests of formulas, packs and games, without plans, pages and reports
# make lint      runs ruff, mypy and the import contracts
# make fix       sorts imports, formats, and mends what ruff can
# make docs      builds the documentation into ./site
# make dev       serves the built-in pack and starts again when a file changes
.PHONY: help run test test-slow test-latest benchmark screenshots quick lint fix docs dev lock clean

LOCKED = pyproject.toml tools/setup.sh
BIN = .venv/bin
export OPENBLAS_NUM_THREADS ?= 1
QUICK = src/airshed/pack src/airshed/impacts src/airshed/cooperation tests/cooperation tests/impacts tests/sampling tests/store tests/emissions

run: .venv/.run
	@$(BIN)/airshed run --out out

help:
	@sed -n 's/^# \(make .*\)/\1/p' Makefile

test: lint
	AIRSHED_SCREENSHOTS="$${AIRSHED_SCREENSHOTS:-.screenshots}" $(BIN)/pytest -n 2 --dist loadfile -p no:benchmark

lint: .venv/.test
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

fix: .venv/.test
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

quick: .venv/.test
	$(BIN)/pytest -q -n 2 --dist loadfile -p no:benchmark $(QUICK)

docs: .venv/.test
	NO_MKDOCS_2_WARNING=true $(BIN)/mkdocs build --strict

dev: .venv/.run
	$(BIN)/python tools/dev.py

test-slow: .venv/.test
	$(BIN)/pytest -s -m slow -p no:benchmark tests
	$(BIN)/pytest -o testpaths=benchmarks -m "slow or not slow" benchmarks

benchmark: .venv/.test
	$(BIN)/pytest -o testpaths=benchmarks -m "slow or not slow" benchmarks

test-latest:
	tools/latest.sh

screenshots: .venv/.test
	AIRSHED_SCREENSHOTS=docs/images $(BIN)/pytest -q tests/browser/test_pictures.py

.venv/.run: requirements/run.txt $(LOCKED)
	@tools/setup.sh run

.venv/.test: requirements/test.txt $(LOCKED)
	@tools/setup.sh test

# new pins: needs uv (pip install uv)
lock:
	uv pip compile --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header --quiet \
		pyproject.toml requirements/build.in -o requirements/run.txt
	uv pip compile --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header --quiet \
		--extra test --extra docs -c requirements/run.txt pyproject.toml requirements/build.in -o requirements/test.txt

clean:
	rm -rf .venv .latest out site .screenshots .mypy_cache .ruff_cache .hypothesis .benchmarks .import_linter_cache
