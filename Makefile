# The workshop. `make` alone lists what there is. Needs Python 3.11 or newer and nothing else.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
NPM := tools/node/node_modules/.bin
ARGS ?=

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.NOTPARALLEL:
.PHONY: help run dev provision test check format lint types imports house bench lighthouse race letters cards lock wheel clean

help: ## list these targets
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-10s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

run: $(VENV)/runtime ## install what is needed and start the site: http://127.0.0.1:8000
	@test -e "$${STADTFUEHRER_INSTANCE:-instance}/stadtfuehrer.toml" || $(BIN)/stadtfuehrer init --examples
	@exec $(BIN)/stadtfuehrer serve $(ARGS)

dev: $(VENV)/dev ## install everything that development needs into .venv

provision: $(VENV)/dev ## get browsers, Java, libical and the tools from npm, which PyPI does not carry
	@$(BIN)/python -m tools.provision

test: provision ## run the tests; ARGS="-k quiz -x" goes to pytest
	$(BIN)/pytest --numprocesses auto --maxprocesses 4 --dist loadfile --no-loadscope-reorder $(ARGS)

check: lint types imports test ## format, lint, types, import rules, tests: all that must hold

format: $(VENV)/dev ## put the code in order
	$(BIN)/ruff format
	$(BIN)/ruff check --fix

lint: provision
	$(BIN)/ruff format --check
	$(BIN)/ruff check
	$(NPM)/eslint --config tools/node/eslint.config.mjs --max-warnings 0 static/js tests/accessibility tools/node/*.mjs
	$(NPM)/stylelint --config tools/node/stylelint.config.mjs "static/css/*.css"

types: $(VENV)/dev
	$(BIN)/mypy

imports: $(VENV)/dev
	$(BIN)/lint-imports

house: $(VENV)/dev ## print the layers of the package, its modules and lines
	@$(BIN)/python -m tools.house

bench: $(VENV)/dev ## measure speed and weight as ratios to a bare Flask (needs wrk; ARGS=--rivals)
	$(BIN)/python -m bench $(ARGS)

lighthouse: provision ## judge every public page with Lighthouse, and print a table
	@$(BIN)/python -m tools.lighthouse $(ARGS)

race: $(VENV)/dev ## race, kill and measure the booking at full length (a quarter of an hour)
	$(BIN)/python -m tools.race $(ARGS)

letters: $(VENV)/dev ## write every letter, with sample data, into build/letters to look at
	$(BIN)/python -m tools.letters $(ARGS)

cards: $(VENV)/dev ## draw the pictures for sharing and the icons, into static/img
	$(BIN)/python -m tools.cards

lock: $(VENV)/tools ## renew the requirements*.lock files from pyproject.toml
	$(LOCK) --output-file requirements-build.lock requirements-build.in
	$(LOCK) --output-file requirements.lock pyproject.toml
	$(LOCK) --output-file requirements-dev.lock --group dev pyproject.toml

wheel: $(VENV)/dev ## build the wheel into dist/
	$(BIN)/python -m build --wheel --no-isolation --outdir dist

clean: ## remove .venv, build, dist and caches; never instance/
	rm -rf $(VENV) build dist .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
	find bench site tests tools -name __pycache__ -type d -prune -exec rm -rf {} +

# Without --upgrade a lock keeps its versions; `make lock UPGRADE=--upgrade` takes the newest.
# No header: it would carry the command line, and with it an index of whoever ran it.
LOCK = $(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
	--no-header --no-annotate --no-emit-index-url $(UPGRADE)

# Each stamp is a file in .venv that is newer than what it was made from, so that nothing is
# installed twice and nothing asks the network when all is there.

$(VENV)/tools: requirements-build.lock
	@command -v $(PYTHON) >/dev/null || { \
		echo "Python is missing: there is no '$(PYTHON)'."; \
		echo "Install Python 3.11 or newer (Debian, Ubuntu: apt install python3 python3-venv),"; \
		echo "or name one: make PYTHON=/path/to/python3 …"; exit 1; } >&2
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
		echo "Python is too old: '$(PYTHON)' is $$($(PYTHON) -V 2>&1), 3.11 or newer is needed."; \
		echo "If there is a newer one, name it: make PYTHON=python3.12 …"; exit 1; } >&2
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || { \
		echo "Python's venv module is missing: Debian and Ubuntu pack it apart."; \
		echo "Install it with: apt install python3-venv"; exit 1; } >&2
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes \
		--requirement requirements-build.lock
	@touch $@

# uv needs 1 s where pip needs 15 to 25; pip is the way where uv cannot reach the packages,
# since it does not read pip's configuration (mirrors, proxies, certificates).
$(VENV)/runtime: $(VENV)/tools requirements.lock pyproject.toml
	$(call install,--require-hashes --requirement requirements.lock)
	$(call install,--no-deps --no-build-isolation --editable .)
	@touch $@

$(VENV)/dev: $(VENV)/runtime requirements-dev.lock
	$(call install,--require-hashes --requirement requirements-dev.lock)
	@touch $@

install = $(BIN)/uv pip install --quiet --python $(BIN)/python $(1) \
	|| $(BIN)/python -m pip install --quiet --disable-pip-version-check $(1)
