# `make run` and `make test` need Python 3.11 or newer, make, and the package index; nothing else.

PYTHON ?= $(shell command -v python3.11 || command -v python3.12 || command -v python3.13 || command -v python3.14 || command -v python3)
VENV ?= .venv
BIN := $(VENV)/bin
COMPILER := $(VENV)/.installed-compiler
STAMP := $(VENV)/.installed
DEV := $(VENV)/.installed-dev
CORE := $(VENV)/.compiled-core
KERNEL := $(VENV)/.compiled
LOOPS := $(VENV)/.compiled-loops
BYTES := $(VENV)/.compiled-bytes
CHECKS := $(KERNEL) types $(CORE) $(LOOPS) $(BYTES) lint floors
WORKERS ?= 2
# of the set-up: what is installed, compiled and checked
JOBS := 3
PEERS := $(VENV)/peers
MINING := $(VENV)/mining
# it knows groups of dependencies, and is twice as fast as what Python brings
PIP := pip==26.3
INSTALL := $(BIN)/python -m pip install --quiet --no-compile --disable-pip-version-check

unexport PYTHONDONTWRITEBYTECODE  # a hundred modules are compiled once, not by every process

.PHONY: run test test-all mining lint types floors bench clean lock

run: $(COMPILER)  ## simulate the shipped service desk
	@$(MAKE) --no-print-directory -j 2 $(CORE) $(LOOPS)
	@$(BIN)/svcsim run first_desk
	@echo
	@echo "  Yours now: . $(BIN)/activate, then svcsim (or $(BIN)/svcsim)"

test: $(COMPILER)  ## everything that must pass before a change lands
	@$(MAKE) --no-print-directory -j $(JOBS) $(CHECKS)
	$(BIN)/python -m pytest -n $(WORKERS) --dist worksteal -m "not slow"

test-all: $(COMPILER)  ## the long statistical experiments, the planted faults and pm4py too
	@$(MAKE) --no-print-directory -j $(JOBS) $(CHECKS)
	$(BIN)/python -m pytest -n $(WORKERS) --dist worksteal
	@$(MAKE) --no-print-directory mining

mining: $(KERNEL) $(STAMP) $(MINING)  ## pm4py reads the logs, and counts what svcsim counts
	@rm -rf $(VENV)/mining-logs
	@$(BIN)/python tests/mining_logs.py $(VENV)/mining-logs
	@$(MINING)/bin/python -W ignore tests/mining_read.py $(VENV)/mining-logs

lint: $(DEV)  ## style and format
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: $(DEV)  ## mypy, strict
	$(BIN)/mypy

floors: $(DEV)  ## every import points down
	$(BIN)/lint-imports

bench: $(KERNEL) $(CORE) $(LOOPS) $(PEERS)  ## ratios, measured in one run; BENCH=--quick, BENCH="--only model-b"
	@SVCSIM_PEERS=$(PEERS)/bin/python $(BIN)/python -m benchmarks $(BENCH)

lock: $(DEV)  ## write the versions that are installed to constraints.txt
	$(BIN)/python -m pip freeze --exclude svcsim --exclude-editable > constraints.txt

clean:  ## remove the environment
	rm -rf $(VENV)

# what the kernel is compiled with comes first: the rest is installed meanwhile
$(COMPILER): pyproject.toml constraints.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "svcsim needs Python 3.11 or newer; set PYTHON=/path/to/python" >&2; exit 2; }
	$(PYTHON) -m venv $(VENV)
	$(INSTALL) $(PIP)
	$(INSTALL) -c constraints.txt numba scipy
	@touch $@

$(STAMP): $(COMPILER)
	$(INSTALL) -c constraints.txt -e .
	@touch $@

$(DEV): $(STAMP)
	$(INSTALL) -c constraints.txt --group dev
	@touch $@

$(PEERS): benchmarks/requirements.txt | $(STAMP)
	$(BIN)/python -m venv --clear $@
	-@grep -v '^#' $< | xargs -n 1 $@/bin/python -m pip install --quiet --no-compile --disable-pip-version-check
	@touch $@

# under the AGPL, so in an environment of its own, and never a dependency
$(MINING): tests/mining_requirements.txt | $(STAMP)
	$(BIN)/python -m venv --clear $@
	$@/bin/python -m pip install --quiet --no-compile --disable-pip-version-check -r $<
	@touch $@

$(CORE): $(COMPILER)
	@echo "Compiling the core of the simulation kernel (once); scenarios that need more compile the rest"
	@$(BIN)/python -m svcsim.experiment.kernel_files core
	@touch $@

$(LOOPS): $(STAMP)
	@echo "Compiling the loops of the analysis (once)"
	@$(BIN)/python -m svcsim.experiment.kernel_files loops
	@touch $@

$(KERNEL): $(COMPILER)
	@echo "Compiling the simulation kernel (once)"
	@$(BIN)/python -m svcsim.experiment.kernel_files full
	@touch $@

# the byte code of tests and libraries, which two workers would both make
$(BYTES): $(DEV)
	@NUMBA_DISABLE_JIT=1 $(BIN)/python -m pytest --collect-only -qq \
	  -o addopts= -o python_functions=- -o python_classes=- > /dev/null || [ $$? -eq 5 ]  # no test
	@touch $@
