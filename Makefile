# Every command of the registry. `make run` and `make test` need Python 3.11, make and git, nothing else.

SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.ONESHELL:
.SILENT:
.DEFAULT_GOAL := help

PYTHON ?= $(shell command -v python3.11 || command -v python3)
PORT ?= 8000
WORKERS ?= auto
ARGS ?=
DEMO_PASSWORD = $(or $(CMISE_DEMO_PASSWORD),discreet-registry)

MANAGE = .venv/bin/python manage.py
PIP = .venv/bin/pip install --disable-pip-version-check --require-hashes
COMPILE = .venv/bin/uv pip compile --generate-hashes --python-version 3.11 --no-emit-index-url

.PHONY: help run test check bench messages lock format
help: ## Show this list
	grep -hE '^[a-z]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z]+):.*## (.*)/  make \1\t\2/' | expand -t 18

# --- Environment: installed again only when a lock changed ------------------------------------------------------------

.venv/bin/python:
	test -n "$(PYTHON)" || { echo "Python 3.11 is not installed: apt-get install -y python3 python3-venv" >&2; exit 1; }
	echo "Creating .venv with $(PYTHON)"
	$(PYTHON) -m venv .venv || { rm -rf .venv; echo "To create .venv: apt-get install -y python3-venv" >&2; exit 1; }

.venv/installed: requirements.txt | .venv/bin/python
	echo "Installing what the registry needs (about a minute)"
	$(PIP) --requirement requirements.txt
	touch $@

.venv/installed-for-development: requirements.txt requirements-dev.txt | .venv/bin/python
	echo "Installing what development and tests need (about two minutes)"
	$(PIP) --requirement requirements.txt --requirement requirements-dev.txt
	touch .venv/installed $@

.venv/installed-for-benchmarks: requirements-bench.txt | .venv/bin/python
	echo "Installing what the registry is compared with (half a minute)"
	.venv/bin/python -m venv .venv/datasette
	.venv/datasette/bin/pip install --disable-pip-version-check --require-hashes --requirement requirements-bench.txt
	touch $@

# --- The site ---------------------------------------------------------------------------------------------------------

run: .venv/installed ## Serve the registry with its real practices and demo accounts, PORT=8000
	umask 077
	mkdir -p var
	if [ -z "$${SECRET_KEY:-}" ]; then
	    [ -s var/secret-key ] || .venv/bin/python -c 'import secrets; print(secrets.token_urlsafe(64))' > var/secret-key
	    export SECRET_KEY="$$(cat var/secret-key)"
	fi
	export DEBUG=0 CMISE_DEMO=1 CMISE_DEMO_PASSWORD='$(DEMO_PASSWORD)'
	export HTTPS=0 SITE_URL=http://127.0.0.1:$(PORT) ALLOWED_HOSTS=127.0.0.1,localhost
	$(MANAGE) prepare --demo
	# Whatever ends this recipe ends both processes; if one of them ends, so does the other.
	trap 'kill $$(jobs -p) 2>/dev/null || true; wait' EXIT
	trap 'exit 0' INT TERM
	$(MANAGE) deliver_mail --watch &
	.venv/bin/gunicorn cmise.wsgi:application --bind 127.0.0.1:$(PORT) --workers 2 --threads 4 --limit-request-line 8190 --log-level warning &
	echo
	echo "The registry: http://127.0.0.1:$(PORT)/   mail it sends: http://127.0.0.1:$(PORT)/demo/mail/   Ctrl-C ends it."
	echo "Demo accounts, password $(DEMO_PASSWORD) :"
	echo "  officer@demo.example    speaks for Ghent       newcomer@demo.example   no city yet"
	echo "  peer@demo.example       speaks for Utrecht     moderator@demo.example  admin@demo.example   (/admin/)"
	wait -n

# --- Tests and checks -------------------------------------------------------------------------------------------------

POSTGRES = $(or $(TEST_POSTGRES_URL),$(filter postgres%,$(DATABASE_URL)))
PYTEST = .venv/bin/pytest --numprocesses=$(WORKERS) --dist=worksteal $(ARGS)

test: .venv/installed-for-development ## Run the suite on SQLite, and on PostgreSQL where TEST_POSTGRES_URL names one
	echo "== SQLite"
	DATABASE_URL=sqlite:///:memory: $(PYTEST)
	if [ -n "$(POSTGRES)" ]; then
	    echo "== PostgreSQL"
	    DATABASE_URL="$(POSTGRES)" $(PYTEST)
	else
	    echo "SKIPPED the suite on PostgreSQL; to run it: make test TEST_POSTGRES_URL=postgres://postgres@127.0.0.1:5432/cmise"
	    [ "$${REQUIRE_ALL:-0}" != 1 ]
	fi

# A site as it stands behind a proxy on the internet, for the checks that look at settings.
DEPLOYED = env SITE_URL=https://registry.example ALLOWED_HOSTS=registry.example CMISE_DEMO=0 DEBUG=0 HTTPS=1 \
    DATABASE_URL=sqlite:///:memory: EMAIL_URL=dummymail:// \
    SECRET_KEY="$$(.venv/bin/python -c 'import secrets; print(secrets.token_urlsafe(64))')"

check: .venv/installed-for-development ## Lint, format, types, templates, migrations, messages, settings, architecture
	.venv/bin/ruff check .
	.venv/bin/ruff format --check .
	.venv/bin/djlint --lint --quiet templates
	$(DEPLOYED) $(MANAGE) makemigrations --check --dry-run
	$(DEPLOYED) $(MANAGE) check --deploy --fail-level WARNING
	$(DEPLOYED) .venv/bin/mypy
	.venv/bin/pytest --quiet -p no:cacheprovider tests/test_architecture.py tests/test_messages.py
	echo "All checks passed."

format: .venv/installed-for-development ## Format the code and sort its imports
	.venv/bin/ruff check --fix-only .
	.venv/bin/ruff format .

messages: .venv/installed-for-development ## Collect the translatable texts into locale/ (needs gettext)
	$(DEPLOYED) $(MANAGE) collect_messages

bench: .venv/installed-for-development .venv/installed-for-benchmarks ## Print the benchmark table; ARGS="--help" shows sizes, databases and parts
	.venv/bin/python -m benchmarks $(ARGS)

lock: .venv/installed-for-development ## Lock the requirements with their hashes; ARGS="--upgrade" takes newer releases
	$(COMPILE) requirements.in --output-file requirements.txt $(ARGS)
	$(COMPILE) requirements-semantic.in --output-file requirements-semantic.txt $(ARGS)
	$(COMPILE) requirements-dev.in --output-file requirements-dev.txt $(ARGS)
	$(COMPILE) requirements-bench.in --output-file requirements-bench.txt $(ARGS)
