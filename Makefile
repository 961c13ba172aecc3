# Every goal sets itself up on a fresh machine: Python 3.11 or newer is all that must be there. Lint and tests take a
# node from PyPI and, with it, what package-lock.json names; the app itself needs neither.

PYTHON ?= python3.11
VENV := .venv
BIN := $(VENV)/bin
PORT ?= 8501

# Debian's packages that the tests drive: a browser, Chinese letters for its screenshots, a database server.
DEBIAN := chromium fonts-noto-cjk postgresql

.PHONY: setup run test test-fast test-long force lint bench messages screenshot system clean
.DEFAULT_GOAL := run

setup: $(VENV)/app.stamp  ## the app's own packages

$(VENV)/bin/python:
	@command -v $(PYTHON) >/dev/null 2>&1 && $(PYTHON) -m venv $(VENV) || python3 -m venv $(VENV)

# torch first and by itself: an exact version takes the CPU build where one is at hand
$(VENV)/app.stamp: requirements.txt | $(VENV)/bin/python
	$(BIN)/python -m pip install --quiet --disable-pip-version-check $(shell grep '^torch==' requirements.txt)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements.txt
	@touch $@

$(VENV)/dev.stamp: requirements-dev.txt $(VENV)/app.stamp
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements-dev.txt
	@touch $@

# what checks and tests the browser code; who runs the app needs none of it
node_modules/.stamp: package.json package-lock.json $(VENV)/dev.stamp
	$(BIN)/python -m tools.npm ci --silent
	@touch $@

run: setup  ## serve the app at http://127.0.0.1:8501
	$(BIN)/python -m dlcore serve --port $(PORT)

system:  ## install Debian's packages that tests need, where one is missing and we may
	@missing=""; \
	for package in $(DEBIAN); do dpkg -s $$package >/dev/null 2>&1 || missing="$$missing $$package"; done; \
	if [ -n "$$missing" ]; then \
	  if [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then \
	    apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $$missing >/dev/null; \
	  else echo "Tests that need$$missing will say so: install it, or run as root."; fi; \
	fi

# Two at a time where tests compute or start workers, and where they drive browsers, each pair of hands with a server of its
# own; one at a time where they measure. All parts always run. In the order of the files: sorted by their number of
# tests, single long tests would come last, with one core idle.
TWO := -n 2 --dist loadscope --no-loadscope-reorder
# Where such tests stand (tests/architecture/test_suite.py): to collect all others takes each process half a minute.
BROWSER := tests/browser
SERIAL := tests/browser tests/runs tests/force
test: node_modules/.stamp system  ## everything
	@failed=0; \
	$(BIN)/python -m pytest $(TWO) -m "not serial and not browser and not long" || failed=1; \
	$(BIN)/python -m pytest $(TWO) $(BROWSER) -m "browser and not serial and not long" || failed=1; \
	$(BIN)/python -m pytest $(SERIAL) -m "serial and not long" || failed=1; \
	exit $$failed

test-long: node_modules/.stamp system  ## what is tried at full counts; `make test` tries a part of it
	$(BIN)/python -m pytest --hypothesis-profile=long -m "long or hypothesis"

# Figures 10 and 11 (tests/force/test_crowd.py) want a quiet machine: they measure the time and the memory of one server.
# Figure 11 takes an hour; LIVE_MINUTES=5 says otherwise.
force: node_modules/.stamp system  ## the twelve figures that are proven by force, in a table; hours
	$(BIN)/python -m pytest --hypothesis-profile=long tests/force

test-fast: node_modules/.stamp  ## what answers within a minute
	$(BIN)/python -m pytest -q -n 2 -m "not slow and not serial and not browser and not long"

lint: node_modules/.stamp  ## ruff, mypy, tsc and biome, as CONTRIBUTING asks
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/python -m tools.npm run --silent lint

bench: $(VENV)/dev.stamp system  ## the figures of the README, side by side on this machine
	$(BIN)/python -m tests.benchmarks

messages: $(VENV)/dev.stamp  ## bring new texts into the catalogues
	$(BIN)/python -m tools.messages

screenshot: $(VENV)/dev.stamp system  ## the README's picture of the Studio
	$(BIN)/python -m tools.screenshot

clean:
	rm -rf $(VENV) node_modules .pytest_cache .mypy_cache .ruff_cache .hypothesis
