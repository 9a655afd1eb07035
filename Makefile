# Everything happens inside .venv; PYTHON picks the interpreter that makes it.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
# "no" leaves torch out, which is large; a few demos need it. A stamp tells of each choice, so that it can be changed.
TORCH ?= yes

.PHONY: help serve test check audit format bench evaluate faults fuzz docs descriptions lock openapi clean

help:  ## what there is to make
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*##/\t/' | expand -t 10

serve: $(VENV)/serve.$(TORCH).stamp  ## install, migrate, ingest the bundled pages, serve on http://127.0.0.1:8000
	$(BIN)/coursegraph warm-up
	$(BIN)/coursegraph serve

test: export PYTHONDONTWRITEBYTECODE =# or all processes that tests start would compile the service anew
test: $(VENV)/test.$(TORCH).stamp  ## install with the tools of development, and pass every test
	$(BIN)/coursegraph warm-up
	$(BIN)/python -m pytest -n 4 --dist worksteal

check: $(VENV)/test.$(TORCH).stamp  ## what CI runs before the tests: style and types
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

audit: $(VENV)/test.$(TORCH).stamp  ## what is known of flaws in what we install (asks PyPI), and a security linter
	$(BIN)/bandit --quiet --recursive --configfile pyproject.toml service
	$(BIN)/pip-audit --strict --requirement requirements.lock --no-deps --disable-pip

format: $(VENV)/test.$(TORCH).stamp  ## let ruff lay out the code
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

bench: $(VENV)/test.$(TORCH).stamp  ## each benchmark prints its ratios beside their goals
	for benchmark in benchmarks/bench_*.py; do $(BIN)/python $$benchmark || exit 1; done

evaluate: $(VENV)/test.$(TORCH).stamp  ## how well labelled questions are answered, beside BM25 alone and MiniLM alone
	$(BIN)/python benchmarks/evaluate.py

faults: $(VENV)/test.$(TORCH).stamp  ## kill, fill, stop and move what it needs, hundreds of times, and tell what was lost
	PYTHONPATH=tests $(BIN)/python -m faults

fuzz: $(VENV)/test.$(TORCH).stamp  ## schemathesis against a running server, for ten minutes
	PYTHONPATH=tests $(BIN)/python -m fuzz --seconds 600

openapi: $(VENV)/test.$(TORCH).stamp  ## write openapi.yaml from the code, its examples recorded anew
	$(BIN)/python tests/api/record_examples.py
	$(BIN)/coursegraph openapi > openapi.yaml

docs: $(VENV)/test.$(TORCH).stamp  ## write docs/demos.md from the demos, with a picture of each
	$(BIN)/python scripts/document_demos.py

descriptions: $(VENV)/test.$(TORCH).stamp  ## compute the vectors of data/vocabulary/descriptions.yaml
	$(BIN)/python scripts/embed_descriptions.py

# Without hashes and index addresses: some machines have builds of their own for large packages.
lock: $(VENV)/test.$(TORCH).stamp  ## pin what pyproject.toml allows
	$(BIN)/pip-compile -q --no-emit-index-url --no-emit-find-links --no-emit-trusted-host --strip-extras \
		--output-file requirements.lock pyproject.toml
	$(BIN)/pip-compile -q --no-emit-index-url --no-emit-find-links --no-emit-trusted-host --strip-extras \
		--extra dev --constraint requirements.lock --output-file requirements-dev.lock pyproject.toml
	$(BIN)/pip-compile -q --no-emit-index-url --no-emit-find-links --no-emit-trusted-host --strip-extras \
		--extra torch --constraint requirements-dev.lock --output-file requirements-torch.lock pyproject.toml
	sed -i.old 's/^\(torch==[0-9.]*\)+.*/\1/' requirements-torch.lock && rm requirements-torch.lock.old  # any build of it

clean:  ## remove the environment and what it built
	rm -rf $(VENV) dist build

$(BIN)/python:
	@echo "Creating $(VENV)"
	$(PYTHON) -m venv $(VENV)

define install-torch
	@[ "$(TORCH)" = no ] || $(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements-torch.lock \
		|| echo "torch cannot be had here: all works but the demos that need it, which /api/v1/demos names"
endef

$(VENV)/serve.$(TORCH).stamp: requirements.lock requirements-torch.lock pyproject.toml | $(BIN)/python
	@echo "Installing what the service needs (a minute or two, the first time)"
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements.lock
	$(install-torch)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --editable .
	@touch $@

$(VENV)/test.$(TORCH).stamp: requirements-dev.lock requirements-torch.lock pyproject.toml | $(BIN)/python
	@echo "Installing what the tests need (a minute or two, the first time)"
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements-dev.lock
	$(install-torch)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --editable .
	@touch $@
