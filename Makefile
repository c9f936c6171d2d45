# Every command that a person or CI runs. `make` alone lists them.
# Needs: Debian 12/13, Ubuntu 24.04 or Raspberry Pi OS (64 bit); installs the rest by itself.

PYTHON ?= python3
BIN := .venv/bin
SUDO := $(shell [ "$$(id -u)" = 0 ] || echo sudo)

APT_RUN := python3-venv mosquitto libzbar0 fonts-noto-core espeak-ng openssl tzdata
# A browser that is there already, from wherever, is used as it is.
APT_TEST := postgresql mmdebstrap systemd-container iproute2 xvfb curl procps gcc libc6-dev \
	softhsm2 poppler-utils nftables \
	$(shell command -v chromium >/dev/null || echo chromium)

# Compiled modules are kept, whatever the machine says of them: thousands of tests' files are read by each worker.
export PYTHONDONTWRITEBYTECODE :=

.DEFAULT_GOAL := help
.PHONY: help demo demo-reset setup check lint format types imports test fast rest system soak hardware cover \
	docs ansible bench lock run-broker run-edge run-central run-platform run-printer clean

help:  ## List the commands
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 16

# --- a stranger's two commands -------------------------------------------------------------

demo: .venv/run.stamp  ## Start broker, centre, sandbox Platform and one site; Ctrl-C ends all of it
	@$(BIN)/python -m provisioning demo --directory .demo

test:  ## Everything: the fast checks, then the tests with real programs
	@$(MAKE) --no-print-directory -j2 .venv/test.stamp .cache/trixie-base.tar
	@$(MAKE) --no-print-directory check
	@$(MAKE) --no-print-directory system

# --- set-up ------------------------------------------------------------------------------

define install_missing
	@missing=""; for p in $(1); do dpkg -s $$p >/dev/null 2>&1 || missing="$$missing $$p"; done; \
	if [ -n "$$missing" ]; then echo "installing:$$missing"; $(SUDO) apt-get update -qq && \
	$(SUDO) env DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends $$missing; fi
endef

# What checks the alert rules, without the server that Debian's package would start on this machine.
define fetch_promtool
	@[ -x $(BIN)/promtool ] || command -v promtool >/dev/null || { echo "fetching promtool"; cd $(BIN) && \
	{ apt-get download -qq prometheus || { $(SUDO) apt-get update -qq && apt-get download -qq prometheus; }; } 2>/dev/null && \
	dpkg-deb --fsys-tarfile prometheus_*.deb | tar -xO ./usr/bin/promtool >promtool && chmod +x promtool && \
	rm prometheus_*.deb; }
endef

# Chromium without what only a window needs takes half the processor time; without it the whole one is run.
define install_light_browser
	@command -v chromium-headless-shell >/dev/null || { echo "installing: chromium-headless-shell"; \
	$(SUDO) env DEBIAN_FRONTEND=noninteractive sh -c 'install="apt-get install -y -q --no-install-recommends \
	chromium-headless-shell"; $$install 2>/dev/null || { apt-get update -qq && $$install; }'; } || \
	echo "no chromium-headless-shell here: tests of pages take longer"
endef

define install_python
	@[ -x $(BIN)/python ] || $(PYTHON) -m venv .venv
	@echo "installing Python packages from $(1)"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r $(1)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps -e .
endef

.venv/run.stamp: requirements-run.lock pyproject.toml
	$(call install_missing,$(APT_RUN))
	$(call install_python,requirements-run.lock)
	@touch $@

.cache/packages.stamp: Makefile
	$(call install_missing,$(APT_RUN) $(APT_TEST))
	$(call install_light_browser)
	@mkdir -p $(@D) && touch $@

# The Debian that system tests boot; it is made while Python packages are installed.
.cache/trixie-base.tar: | .cache/packages.stamp
	@echo "making a Debian root"
	@$(SUDO) tests/system/debian_root.sh >/dev/null

.venv/test.stamp: requirements.lock pyproject.toml .cache/packages.stamp
	$(call install_python,requirements.lock)
	$(call fetch_promtool)
	@touch $@ .venv/run.stamp

setup: .venv/test.stamp  ## Install everything that the tests need

demo-reset:  ## Throw away what the demo has stored
	rm -rf .demo

clean:  ## Throw away everything that can be made again
	rm -rf .venv .cache .demo .hypothesis .mypy_cache .ruff_cache .pytest_cache .coverage *.egg-info build
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

lock:  ## Resolve the dependencies anew and write the lock files (needs uv)
	uv pip compile -q --universal --generate-hashes --no-header --no-emit-index-url --python-version 3.11 \
		--all-extras -o requirements.lock pyproject.toml
	for part in edge central; do uv pip compile -q --universal --generate-hashes --no-header --no-emit-index-url \
		--python-version 3.11 -c requirements.lock --extra $$part -o requirements-$$part.lock pyproject.toml; done
	uv pip compile -q --universal --generate-hashes --no-header --no-emit-index-url --python-version 3.11 \
		-c requirements.lock --extra edge --extra central --extra provisioning -o requirements-run.lock pyproject.toml

# Whole files beside each other: what a file has started serves all of its tests. The playbooks' machine takes
# longest, so its folder begins. Four also on two cores, since most of them wait: for a disk, a timer, a program.
WHOLE_FILES := --dist loadfile --no-loadscope-reorder
BESIDE_EACH_OTHER := -n 4 $(WHOLE_FILES)
# Files without such a test need not be read at all.
WITH_PROGRAMS := $(shell grep -rlE 'mark\.system|DATABASES' tests --include='test_*.py' | sort)
SLOWEST_FIRST := $(filter tests/system/%,$(WITH_PROGRAMS)) $(filter-out tests/system/%,$(WITH_PROGRAMS))
# The tests of the protocol and the domains; the others are run without the measurement, which costs them
# as much time again.
OF_THE_CORE := tests/protocol/ tests/central/ tests/provisioning/ \
	tests/edge/domain/ tests/edge/services/ tests/edge/cli/
# These serve pages or run commands, and cover nothing that others do not.
OF_PAGES := $(addprefix tests/central/test_,$(addsuffix .py,closing_pages complaint_pages hostile_requests \
	level_pages liabilities log_in oidc verification_pages)) \
	tests/edge/cli/test_decode_command.py tests/edge/cli/test_verify_certificate_command.py
OF_THE_REST := $(filter-out $(OF_THE_CORE),$(wildcard tests/edge/*/) $(wildcard tests/edge/test_*.py) \
	$(filter-out tests/edge/,$(wildcard tests/*/)) $(wildcard tests/test_*.py)) $(OF_PAGES)

# --- checks --------------------------------------------------------------------------------

check: .venv/test.stamp  ## What must pass before each commit
	@# Beside the tests of the core, since one program would leave a processor idle.
	@$(MAKE) --no-print-directory -j4 types lint imports cover
	@$(MAKE) --no-print-directory rest

lint: .venv/test.stamp
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

format: .venv/test.stamp  ## Put the code into its form
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

types: .venv/test.stamp
	$(BIN)/mypy

imports: .venv/test.stamp
	$(BIN)/lint-imports --no-cache

fast: cover rest  ## Tests that need no program beside Python

rest: .venv/test.stamp
	$(BIN)/pytest -q $(BESIDE_EACH_OTHER) $(OF_THE_REST)

system: .venv/test.stamp  ## Tests with real broker, database, browser, kernel and package tools
	$(BIN)/pytest -q -m "system and not hardware" $(BESIDE_EACH_OTHER) $(SLOWEST_FIRST)

soak: .venv/test.stamp  ## What is killed, cut and awaited at random, for minutes instead of seconds
	TRAM_SOAK=1 $(BIN)/pytest -q -m system $$(grep -rl 'factories.length import' tests)

hardware: .venv/test.stamp  ## Tests with the camera, printer and reader of this machine
	$(BIN)/pytest -m hardware tests

cover: .venv/test.stamp  ## Tests of the protocol and the domains, with their branch coverage
	$(BIN)/coverage erase
	@# The table of all letters, once instead of once a worker and measured.
	@$(BIN)/python -c "from hypothesis import strategies; strategies.text().validate()"
	@# Three, since these wait for little, and each more spends 20 s of a processor on reading them all.
	$(BIN)/coverage run -m pytest -q -n 3 $(WHOLE_FILES) $(OF_THE_CORE) $(addprefix --ignore=,$(OF_PAGES))
	$(BIN)/coverage combine -q
	$(BIN)/coverage report --skip-covered

docs: .venv/test.stamp  ## Write the generated parts of the documentation anew: wire, interface, kiosk's states and pictures
	PYTHONPATH=. $(BIN)/python tests/write_docs.py
	PYTHONPATH=. $(BIN)/python tests/draw_docs.py
	TRAM_DRAW=1 $(BIN)/pytest -q -m "not hardware" $$(grep -rl factories.pictures tests --include='test_*.py')

ansible: .venv/test.stamp  ## Lint the playbooks and converge them into a Debian root
	$(BIN)/pytest -q -m system tests/system/test_ansible.py

bench: .venv/test.stamp  ## Measure; JSON lines on the screen and in bench/results
	$(BIN)/python -m bench

# --- parts by themselves ---------------------------------------------------------------------

run-broker run-platform run-printer: run-%: .venv/run.stamp
	@$(BIN)/python -m provisioning demo --directory .demo --only $*

run-central: .venv/run.stamp  ## The centre alone (likewise run-broker, run-platform, run-printer)
	@$(BIN)/python -m provisioning demo --directory .demo --only centre

run-edge: .venv/run.stamp  ## The kiosk alone, with simulated camera
	@$(BIN)/python -m provisioning demo --directory .demo --only kiosk
