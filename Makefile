# Tideline. `make run` and `make test` need Python 3.11 and make, nothing else.

PYTHON ?= $(shell command -v python3.11 || command -v python3)
BOOTSTRAP = "$(PYTHON)" marketplace/bootstrap.py
PY = .venv/bin/python
export PORT SHOP_PORT HOST
# Compiled modules are kept (__pycache__), whatever the shell says: starts and test runs are twice as quick.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: help run stop reset code test test-fast test-elsewhere bench check fmt messages openapi lock

help: ## Show this list.
	@grep -hE '^[a-z-]+:.*## ' Makefile | sed -E 's/:.*## /\t/' | awk -F'\t' '{printf "  make %-14s %s\n", $$1, $$2}'

run: ## Run everything on this machine; PORT=9000 chooses another port.
	@$(BOOTSTRAP) frontend
	@exec $(PY) -m marketplace.run start

stop: ## Stop a run of this folder from another terminal.
	@exec $(PY) -m marketplace.run stop

code: ## Print the present second-factor code of the demo world's staff and owners.
	@$(PY) manage.py demo_code

reset: ## Delete the database and files of this folder's runs.
	@exec $(PY) -m marketplace.run reset

test: ## Every test, Chromium's included, on servers of their own.
	@$(BOOTSTRAP) frontend chromium
	TIDELINE_CHROMIUM="$$(cat .venv/chromium)" $(PY) -m pytest -n $${WORKERS:-2} --dist loadgroup -q
	$(PY) marketplace/bootstrap.py script test

test-fast: ## Without Chromium and what takes long: races, kills, state machines, whole worlds and flows, sweeps.
	@$(BOOTSTRAP) frontend
	$(PY) -m pytest -n $${WORKERS:-2} --dist worksteal -q -m "not slow and not e2e" --hypothesis-profile=quick

test-elsewhere: ## The whole chain on Debian's PostgreSQL and Redis, under Daphne and under uvicorn.
	@$(BOOTSTRAP) frontend chromium
	TIDELINE_CHROMIUM="$$(cat .venv/chromium)" $(PY) -m e2e.elsewhere

bench: ## Speed, as ratios within one run.
	@$(BOOTSTRAP) frontend
	$(PY) -m benchmarks

check: ## Style, types, import contracts, migrations, translations, types of the scripts.
	@$(BOOTSTRAP) frontend
	$(PY) -m ruff check .
	$(PY) -m ruff format --check .
	.venv/bin/lint-imports --no-logo
	$(PY) -m mypy .
	TIDELINE_ENV=test $(PY) -W "ignore:Got an error checking:RuntimeWarning" manage.py makemigrations --check --dry-run
	TIDELINE_ENV=test $(PY) manage.py messages --check
	$(PY) marketplace/bootstrap.py script typecheck

fmt: ## Put the code into shape.
	@$(BOOTSTRAP)
	$(PY) -m ruff check --fix .
	$(PY) -m ruff format .

messages: ## Find new strings, tidy the Chinese files, compile them.
	@$(BOOTSTRAP)
	$(PY) manage.py messages

openapi: ## Write docs/openapi.yaml anew from the code.
	@$(BOOTSTRAP)
	TIDELINE_ENV=test $(PY) manage.py spectacular --skip-checks --validate --fail-on-warn --file docs/openapi.yaml

lock: ## Write requirements.lock anew from pyproject.toml.
	@$(BOOTSTRAP)
	$(PY) -m uv pip compile pyproject.toml --group dev --generate-hashes --no-header --universal \
		--python-version 3.11 --quiet --output-file requirements.lock
