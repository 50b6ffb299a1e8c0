# 枫格 MapleGrid. `make` alone prints the list.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check -qq

.DEFAULT_GOAL := help
.PHONY: help install start test bench lint format demo messages docs lock clean browser

help: ## print this list
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "%-10s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

start: $(VENV)/.runtime ## start everything; the first run builds the environment and the demo district
	@exec $(BIN)/maplegrid start

test: $(VENV)/.dev browser ## run every test: rules, engines, readers, apps, journeys in a real browser
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

install: $(VENV)/.runtime ## build the environment, start nothing

demo: $(VENV)/.runtime ## build the demo district in an empty database, without starting anything
	@$(BIN)/maplegrid demo

messages: $(VENV)/.runtime ## compile translations
	@$(BIN)/maplegrid messages

docs: $(VENV)/.dev ## write the generated reference under docs/reference
	@$(BIN)/python -m tests.house.reference

lock: ## compile requirements/*.txt anew, with hashes and without index addresses
	@$(PYTHON) -m venv $(VENV)-lock && $(VENV)-lock/bin/python -m pip install -qq uv
	@for pair in pyproject.toml:runtime requirements/dev.in:dev requirements/build.in:build; do \
	  $(VENV)-lock/bin/uv pip compile $${pair%%:*} --universal --python-version 3.11 --generate-hashes \
	    --no-emit-index-url --no-header --quiet --output-file requirements/$${pair##*:}.txt || exit 1; done
	@rm -rf $(VENV)-lock

clean: ## remove the environment and what was built (the data folder stays)
	@rm -rf $(VENV) $(VENV)-lock build *.egg-info .mypy_cache .ruff_cache .import_linter_cache .hypothesis

# The environment: made once; a stamp per lock, so that later starts run no pip.
$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || { \
	  echo "枫格需要 Python 3.11 以上，例如：make $(firstword $(MAKECMDGOALS)) PYTHON=python3.12 (Python 3.11 or newer is needed)" >&2; exit 1; }
	@$(PYTHON) -m venv $(VENV) >/dev/null 2>&1 || { rm -rf $(VENV); $(call with_apt,python3-venv) && $(PYTHON) -m venv $(VENV) >/dev/null 2>&1; } || { \
	  rm -rf $(VENV); echo "这个 Python 没有 venv，请先装上：sudo apt install python3-venv (this Python lacks venv)" >&2; exit 1; }

$(VENV)/.runtime: requirements/build.txt requirements/runtime.txt pyproject.toml | $(BIN)/python
	@echo "正在安装依赖 (installing)…" >&2
	@$(PIP) install --require-hashes --no-deps -r requirements/build.txt -r requirements/runtime.txt
	@$(PIP) install --no-deps --no-build-isolation -e .
	@touch $@

$(VENV)/.dev: $(VENV)/.runtime requirements/dev.txt
	@echo "正在安装开发依赖 (installing what tests need)…" >&2
	@$(PIP) install --require-hashes --no-deps -r requirements/dev.txt
	@touch $@

# Journeys need Chromium and a CJK font. On Debian as root they are installed; elsewhere the journeys say that they
# did not run (and in CI that is a failure, see tests/journeys/conftest.py).
browser:
	@{ command -v chromium || command -v chromium-browser || command -v google-chrome; } >/dev/null 2>&1 && \
	  fc-list :lang=zh 2>/dev/null | grep -q . || { \
	  echo "正在安装 Chromium 和中文字体 (installing Chromium and a CJK font)…" >&2; \
	  $(call with_apt,chromium fonts-noto-cjk fontconfig) || echo "装不了，浏览器里的测试会说明没有运行 (could not be installed)" >&2; }

# Install Debian packages quietly; fails where that is not possible (no apt, not root, no network).
with_apt = { [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null && apt-get update -qq >/dev/null 2>&1; \
	  DEBIAN_FRONTEND=noninteractive apt-get install -y -qq $(1) >/dev/null 2>&1; }
