# Every command prepares what it needs by itself; a second call finds everything and starts at once.
# What is prepared, and how, is scripts/setup.py.
.DEFAULT_GOAL := help
.PHONY: help run test check demo bench faults soak docs lock setup clean
PYTHON ?= python3
BIN := .venv/bin
QUICK := $(addprefix tests/,architecture unit contracts integration conformance)

help: ## this list
	@sed -n 's/^\([a-z]*\):[^#]*## \(.*\)/  make \1\t\2/p' $(MAKEFILE_LIST) | expand -t 16

run: ## prepare what is missing, then start the centre: web, DICOM and background work (Ctrl-C stops it)
	@$(PYTHON) scripts/setup.py run && exec $(BIN)/python -m lianzhen run

test: ## prepare what is missing, then run every test: what CI runs
	@$(PYTHON) scripts/setup.py test
	@# the stories in a browser first and by themselves: they measure what a page does while this process is small
	@$(BIN)/python -m pytest -m "not soak" tests/acceptance; stories=$$?; \
	$(BIN)/python -m pytest -m "not soak" $(QUICK) && exit $$stories

check: ## style, types, import contracts, limits, documentation, workstation
	@$(PYTHON) scripts/setup.py check
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python -m pytest -q tests/architecture
	$(PYTHON) scripts/setup.py npm run check

demo: ## walk one film from the township to the signed report, with screenshots in build/demo
	@$(PYTHON) scripts/setup.py test && $(BIN)/python -m pytest -q tests/acceptance/test_one_film.py && ls build/demo

bench: ## measure the goals, all or one: make bench NAME=latency (results in build/bench)
	@$(PYTHON) scripts/setup.py bench && exec $(BIN)/python -m benchmarks $(NAME)

faults: ## break the house in every way, or in one: make faults NAME=kills (results in build/faults)
	@$(PYTHON) scripts/setup.py test && exec $(BIN)/python -m faults $(NAME)

soak: ## the tests that take too long for make test
	@$(PYTHON) scripts/setup.py test && exec $(BIN)/python -m pytest -m soak

docs: ## write settings, errors, events, tasks and access of docs/ again from the code
	@$(PYTHON) scripts/setup.py check && $(BIN)/python -m scripts.docs

lock: ## choose the newest allowed Python packages and pin them with hashes
	@$(PYTHON) scripts/lock.py

setup: ## prepare everything that run and test need, and stop
	@$(PYTHON) scripts/setup.py test

clean: ## remove what was built or installed here; data/ stays
	rm -rf .venv build web/static web/frontend/node_modules .mypy_cache .ruff_cache .import_linter_cache .hypothesis
