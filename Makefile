PYTHON ?= python3
JOBS ?= 2
VENV := .venv
BIN := $(VENV)/bin
LOCKED := --quiet --require-hashes -r
RESOLVE := $(VENV)/lock-tool/bin/uv pip compile --universal --python-version 3.11 --generate-hashes --no-header --quiet --upgrade
KEYWORDS := _ gettext marked parts counted:2,3 t page.t page.parts page.counted:2,3

.PHONY: messages plotly screenshots run test test-quick check fmt bench lock browser

run: $(VENV)/installed  ## set up and serve; settings come from the environment or .env
	$(BIN)/python app.py

test: $(VENV)/installed-dev browser  ## everything: unit tests, real S3 server and OpenID provider, browser journeys
	failed=0; \
	$(BIN)/python -m pytest -n $$(($(JOBS) + 1)) --dist loadfile --ignore tests/browser || failed=1; \
	$(BIN)/python -m pytest -n $(JOBS) --dist loadfile tests/browser || failed=1; \
	exit $$failed

test-quick: $(VENV)/installed-dev  ## without browser, S3 server and OpenID provider
	$(BIN)/python -m pytest -n $$(($(JOBS) + 1)) --dist loadfile -m "not browser and not s3 and not provider"

check: $(VENV)/installed-dev  ## style, types, layers, dead code
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy .
	$(BIN)/lint-imports
	$(BIN)/vulture

fmt: $(VENV)/installed-dev
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

messages: $(VENV)/installed-dev  ## what there is to translate into locales/messages.pot, and what is new of it into each catalogue
	$(BIN)/pybabel --quiet extract --mapping-file=pyproject.toml --no-default-keywords --keywords="$(KEYWORDS)" \
		--add-location=file --omit-header --no-wrap --sort-output --output=locales/messages.pot .
	for catalogue in locales/*/messages.po; do \
		$(BIN)/pybabel --quiet update --no-wrap --ignore-pot-creation-date --no-fuzzy-matching --ignore-obsolete --input-file=locales/messages.pot \
			--locale=$$(basename $$(dirname $$catalogue)) --output-file=$$catalogue; \
		sed -i '/^"\(Report-Msgid\|POT-Creation\|PO-Revision\|Last-Translator\|Generated-By\)/d' $$catalogue; \
	done

plotly: $(VENV)/installed-dev  ## the part of plotly.js that the page draws with, of the version that the plotly package has
	cd pages/plotly && tar -xzf "$$(npm pack --silent plotly.js-basic-dist-min@$$($(CURDIR)/$(BIN)/python -c 'from plotly.offline import get_plotlyjs_version as v; print(v())'))" \
		--strip-components=1 package/plotly-basic.min.js package/LICENSE && mv plotly-basic.min.js plotly.min.js && rm *.tgz

screenshots: $(VENV)/installed-dev browser  ## pictures of the running page into docs/img
	$(BIN)/python -m docs.screenshots

bench: $(VENV)/installed-dev browser  ## the page in a browser, ratios on 5 to 100 million sessions, load, and rivals: three hours, 60 GB of disk
	$(BIN)/python -m benchmarks

lock:  ## resolve pyproject.toml anew into the two lock files, and their installer into its own
	$(PYTHON) -m venv $(VENV)/lock-tool
	$(VENV)/lock-tool/bin/pip install --quiet uv
	echo uv | $(RESOLVE) - -o requirements-installer.lock
	$(RESOLVE) pyproject.toml -o requirements.lock
	$(RESOLVE) pyproject.toml --group dev -o requirements-dev.lock

browser:
	tests/install_servers.sh

$(VENV)/bin/python:
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or newer is needed; PYTHON=python3.12 make … chooses one")'
	$(PYTHON) -m venv $(VENV)

# uv takes a tenth of pip's time. pip installs where uv is not to be had, or finds no package: it does not read pip's settings.
$(VENV)/installer: requirements-installer.lock | $(VENV)/bin/python
	$(BIN)/python -m pip install --quiet --require-hashes -r $< || echo "no uv here: pip installs, which takes a minute longer"
	touch $@

$(VENV)/installed: requirements.lock | $(VENV)/installer
	$(BIN)/uv pip install --python $(BIN)/python $(LOCKED) $< || $(BIN)/python -m pip install $(LOCKED) $<
	touch $@

$(VENV)/installed-dev: requirements-dev.lock | $(VENV)/installer
	$(BIN)/uv pip install --python $(BIN)/python $(LOCKED) $< || $(BIN)/python -m pip install $(LOCKED) $<
	touch $@ $(VENV)/installed
