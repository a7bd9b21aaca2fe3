# ConvLab: what you can ask for. `make` alone lists it.
# Works with GNU make 3.81 (macOS) and newer; tools/setup.sh makes .venv when it is missing or out of date.

.DEFAULT_GOAL := help
.PHONY: help lab test test-all test-browser test-gpu notebooks lint bench editions-setup handouts wheels slides site colab clean venv

PY := .venv/bin/python

# NB=01 (or NB="00 01"): these notebooks only
there := $(sort $(foreach file,$(wildcard notebooks/[0-9][0-9]_*.ipynb),$(firstword $(subst _, ,$(notdir $(file))))))
chosen := $(foreach n,$(NB),$(or $(wildcard notebooks/$(n)_*.ipynb),$(error NB=$(n): no notebook has this number; there are: $(there))))

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-16s%s\n", $$1, $$2 }' Makefile

lab: venv ## copy the course to work/ and open it in JupyterLab; installs what is missing (LAB_ARGS="--no-browser")
	@$(PY) -m convlab copy work
	@echo "Opening work/00_start_here.ipynb in JupyterLab; Ctrl-C and y here stop it."
	@$(PY) -m jupyterlab --LabApp.default_url=/lab/tree/work/00_start_here.ipynb \
		--log-level=ERROR --LabApp.log_level=ERROR $$(test "$$(id -u)" -ne 0 || echo --allow-root) $(LAB_ARGS)

test: venv ## test the package and run every notebook; one notebook: NB=01 (PYTEST_ARGS="-x")
	@echo "Testing $(or $(chosen),the package and every notebook): outputs are compared with what is stored."
	@$(PY) -m pytest $(chosen) $(PYTEST_ARGS)

test-all: venv ## test everything: also what is long and rarely breaks, and in a real browser; fetches a Chromium if there is none
	@$(PY) tools/browser/chromium.py --install
	@$(PY) tools/editions/fetch.py
	@echo "Testing everything, the slow tests too, and in Chromium."
	@$(PY) -m pytest --all $(PYTEST_ARGS)

test-browser: venv ## test the explorers and every notebook in a real browser; fetches a Chromium if there is none
	@$(PY) tools/browser/chromium.py --install
	@$(PY) tools/editions/fetch.py
	@echo "Opening every notebook in JupyterLab and driving the explorers, in Chromium."
	@$(PY) -m pytest --dist=worksteal tests/browser $(PYTEST_ARGS)

test-gpu: venv ## test what needs an NVIDIA GPU, where one is
	@$(PY) -c 'import sys, torch; torch.cuda.is_available() or sys.exit("PyTorch finds no NVIDIA GPU (CUDA) here: nothing was tested.")'
	@$(PY) -m pytest -n 0 -m gpu tests $(PYTEST_ARGS)

notebooks: venv ## run the notebooks and store their outputs in normal form; one notebook: NB=01
	@echo "Running $(or $(chosen),every notebook) and storing the outputs."
	@$(PY) tools/course/notebooks.py $(chosen)

lint: venv ## look for mistakes: Python and notebooks with ruff, scripts with biome where Node is; CI runs the same
	@$(PY) tools/lint/lint.py

bench: venv ## time conv2d against torch (BENCH_ARGS="--plot bench.png"), training against the tutorials' loop, and a GPU
	@echo "Timing the algorithms of conv2d against torch; this takes a minute."
	@$(PY) tools/bench/bench_operators.py $(BENCH_ARGS)
	@$(PY) tools/bench/bench_training.py
	@$(PY) tools/bench/bench_gpu.py

editions-setup: venv ## fetch, once and with a network, what slides and pages need; afterwards they are made without one
	@$(PY) tools/editions/fetch.py

slides: venv ## make the slides, build/slides/: a page for each notebook, which needs no network; one notebook: NB=01
	@$(PY) tools/editions/slides.py $(if $(chosen),--notebook $(chosen))

handouts: venv ## make what a class gets into build/handouts: learner's, teacher's and nbgrader's notebooks, a zip for a stick
	@echo "Making the handouts; this takes half a minute."
	@$(PY) tools/editions/handouts.py

wheels: venv ## fetch what a room without a network installs from into build/wheels: FOR="win_amd64-3.12 macosx_14_0_arm64-3.13"
	@$(PY) tools/editions/wheels.py $(FOR)

site: venv ## make the web edition: build/site/index.html opens without a server (once before, with a network: make editions-setup)
	@$(PY) tools/editions/site/build_site.py

colab: venv ## make the notebooks for Colab: build/colab, if pyproject.toml says where the project can be installed from
	@$(PY) tools/editions/colab.py

clean: ## remove .venv and what tests leave behind; work/ stays
	@echo "Removing .venv and what tests leave behind; work/ stays."
	@rm -rf .venv/bin .venv tools/lint/node_modules tools/editions/node_modules .pytest_cache .mypy_cache .ruff_cache .hypothesis build dist *.egg-info .coverage .coverage.* junit*.xml
	@find convlab notebooks tests tools -type d \( -name __pycache__ -o -name .ipynb_checkpoints \) -prune -exec rm -rf {} +

venv:
	@sh tools/setup.sh
