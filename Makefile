# Thin on purpose: each target is one command that can be typed by hand.
PYTHON ?= python3
BIN := .venv/bin
INSTALL := $(BIN)/python -m pip install --quiet --disable-pip-version-check

.PHONY: setup run train quick test journeys lint bench lock audit sbom faults soak
.DEFAULT_GOAL := run

# What running needs, and what working on it needs besides. Each is marked with a file, so that a second `make run`
# starts at once.
setup: .venv/developing

.venv/running: requirements.txt
	$(PYTHON) -m venv .venv
	$(INSTALL) --require-hashes -r requirements.txt
	touch $@

.venv/developing: requirements-dev.txt pyproject.toml .venv/running
	$(INSTALL) --require-hashes -r requirements-dev.txt
	$(INSTALL) --no-deps --no-build-isolation --editable .
	touch $@

# Trains understanding anew from assistant/nlu/data: most of an hour. Only those who change what it learns from need it.
train: setup
	$(INSTALL) --require-hashes -r requirements-train.txt
	$(BIN)/assistant train

run: .venv/running
	$(BIN)/python -m assistant run

# Whatever the shell says: or each process of the tests would compile all of them anew.
quick test: export PYTHONDONTWRITEBYTECODE =

# What to run while working: all that needs no model, no other process and no browser.
quick: setup
	$(BIN)/python -m pytest -q -n 2 --dist worksteal -m "not (model or speech or process or kill or browser or soak or long or live)" tests/unit tests/content tests/contracts tests/speech

test: setup
	$(BIN)/python -m pytest -n 2 --dist loadfile --no-loadscope-reorder

# Every journey at the local page, by keyboard alone and by microphone alone, in real time: about ten minutes.
journeys: setup
	$(BIN)/python -m pytest tests/browser/test_real_assistant.py -m "long or not long"

lint: setup
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/assistant check

bench: setup
	$(BIN)/python -m tests.benchmarks

# Kills, broken updates, faults on the way, an hour without Telegram, hostile input, ten times the load and a soak, at
# full length: about three hours.
faults: setup
	$(BIN)/python -m tests.faults

# Five minutes unless told otherwise: make soak SOAK_S=3600
soak: setup
	$(BIN)/python -m tests.faults soak --soak-s $(or $(SOAK_S),300)

# Rewrites the hashed requirements files; review the difference like code.
lock: setup
	$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-annotate --no-header pyproject.toml -o requirements.txt
	$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-annotate --no-header pyproject.toml -c requirements.txt --group dev -o requirements-dev.txt
	$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-annotate --no-header pyproject.toml -c requirements.txt --extra train -o requirements-train.txt
	$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-annotate --no-header pyproject.toml -c requirements.txt --extra scale -o requirements-scale.txt

# Known advisories against the locked packages. `.ci/audit-exceptions.toml` lists what is accepted, why, and until when.
audit: setup
	$(BIN)/python .ci/audit.py requirements.txt requirements-dev.txt requirements-scale.txt

# What the program is made of, as CycloneDX, each package with its hashes; the same locks give the same file.
sbom: setup
	mkdir -p dist
	$(BIN)/cyclonedx-py requirements --pyproject pyproject.toml --output-reproducible --output-format JSON -o dist/sbom.json requirements.txt
