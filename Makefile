.PHONY: check fmt lock test test-fast messages

check:
	.venv/bin/ruff check .
	.venv/bin/ruff format --check .
	.venv/bin/mypy .

fmt:
	.venv/bin/ruff check --fix .
	.venv/bin/ruff format .

test-fast:
	.venv/bin/python -m pytest -n 2 -m "not slow and not e2e"

test:
	.venv/bin/python -m pytest -n 2

messages:
	.venv/bin/python manage.py messages
