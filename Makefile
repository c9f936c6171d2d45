# Every command that a person or CI runs. `make` alone lists them.
# Needs: Debian 12/13, Ubuntu 24.04 or Raspberry Pi OS (64 bit); installs the rest by itself.

PYTHON ?= python3
BIN := .venv/bin
SUDO := $(shell [ "$$(id -u)" = 0 ] || echo sudo)

APT_RUN := python3-venv mosquitto libzbar0 fonts-noto-core openssl
# A browser or a Node.js that is there already, from wherever, is used as it is.
APT_TEST := postgresql mmdebstrap systemd-container iproute2 gcc libc6-dev \
	$(shell command -v chromium >/dev/null || echo chromium) \
	$(shell command -v npm >/dev/null || echo nodejs npm)

.DEFAULT_GOAL := help
.PHONY: help demo demo-reset setup check lint format types imports test fast system hardware cover \
	docs ansible bench lock run-broker run-platform run-printer: run-%: .venv/run.stamp
	@$(BIN)/python -m provisioning demo --directory .demo --only $*

run-central: .venv/run.stamp  ## The centre alone (likewise run-broker, run-platform, run-printer)
	@$(BIN)/python -m provisioning demo --directory .demo --only centre

run-edge: .venv/run.stamp  ## The kiosk alone, with simulated camera
	@$(BIN)/python -m provisioning demo --directory .demo --only kiosk
