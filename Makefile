# 枫格 MapleGrid. `make` alone prints the list.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/pip --disable-pip-version-check -q

.DEFAULT_GOAL := help
.PHONY: help start test bench lint format demo messages docs lock clean browser

help: ## print this list
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed 's/:[^#]*## /\t/' | expand -t 12

start: $(VENV)/.runtime ## start everything; first run builds the environment and the demo district
	@exec $(BIN)/maplegrid start

test: $(VENV)/.dev browser ## run every test: rules, engines, apps, journeys in a real browser
	@$(BIN)/maplegrid messages
	@$(BIN)/python -m pytest -q

bench: $(VENV)/.dev ## measure beside peers and naive baselines, and print the table
	@$(BIN)/python -m benchmarks

lint: $(VENV)/.dev ## ruff, mypy and the layers of the house
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports --no-logo

format: $(VENV)/.dev ## let ruff put everything in order
	@$(BIN)/ruff check --fix . ; $(BIN)/ruff format .

demo: $(VENV)/.runtime ## build the demo district in an empty database (DATABASE_URL)
	@$(BIN)/maplegrid demo

messages: $(VENV)/.runtime ## compile translations
	@$(BIN)/maplegrid messages

docs: $(VENV)/.dev ## write the generated reference under docs/reference
	@$(BIN)/python -m tests.house.reference

lock: ## compile requirements/*.txt anew, with hashes and without index addresses
	@$(PYTHON) -m venv $(VENV)-lock && $(VENV)-lock/bin/pip install -q uv
	@for pair in pyproject.toml:runtime requirements/dev.in:dev requirements/build.in:build; do \
	  $(VENV)-lock/bin/uv pip compile $${pair%%:*} --universal --python-version 3.11 --generate-hashes \
	    --no-emit-index-url --no-header -q -o requirements/$${pair##*:}.txt; done
	@rm -rf $(VENV)-lock

clean: ## remove the environment (the data folder stays)
	@rm -rf $(VENV) build *.egg-info

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "枫格需要 Python 3.11 以上：PYTHON=python3.12 make start (Python 3.11 or newer is needed)"; exit 1; }
	@$(PYTHON) -m venv $(VENV)

$(VENV)/.runtime: $(BIN)/python requirements/build.txt requirements/runtime.txt pyproject.toml
	@echo "正在安装依赖 (installing)…"
	@$(PIP) install --require-hashes -r requirements/build.txt
	@$(PIP) install --require-hashes -r requirements/runtime.txt
	@$(PIP) install --no-deps --no-build-isolation -e .
	@touch $@

$(VENV)/.dev: $(VENV)/.runtime requirements/dev.txt
	@$(PIP) install --require-hashes -r requirements/dev.txt
	@touch $@

# Journeys need Chromium and a CJK font. On Debian as root they are installed; elsewhere the journeys say they did not run.
browser:
	@command -v chromium >/dev/null 2>&1 && fc-list :lang=zh 2>/dev/null | grep -q . || { \
	  if [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then \
	    echo "正在安装 Chromium 和中文字体 (installing Chromium and a CJK font)…"; \
	    apt-get update -qq >/dev/null 2>&1; \
	    DEBIAN_FRONTEND=noninteractive apt-get install -y -qq chromium fonts-noto-cjk fontconfig >/dev/null 2>&1 || true; \
	  fi; }
