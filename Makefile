# The two commands that matter, each from a fresh clone: `make run` and `make test`. CONTRIBUTING.md has the rest.
SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
JOBS ?= $(shell nproc)
PREFIX ?= /usr/local

.PHONY: help setup build run install uninstall deb test test-sanitize test-wasm site lab test-web test-wheel test-peers test-deb validate bench bench-web docs lint format clean

help: ## list the targets
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 18

setup: ## install what is missing (Debian, Ubuntu)
	@tools/setup.sh

build: setup ## build Release into build/release
	@tools/setup_python.sh || [ $$? = 3 ]
	@cmake --preset release > build-configure.log 2>&1 || { cat build-configure.log; exit 1; }
	@rm -f build-configure.log
	@cmake --build --preset release -j $(JOBS)

run: build ## audit the machine this runs on; writes audit.json and audit.md under out/
	@mkdir -p out
	@build/release/ridgeline audit --here --json-file out/audit.json --markdown-file out/audit.md

install: build ## install under PREFIX, /usr/local unless given; DESTDIR is kept to
	@cmake --install build/release --prefix $(PREFIX) > /dev/null
	@echo "installed in $(DESTDIR)$(PREFIX); ridgeline doctor says what is missing"

uninstall: ## remove what `make install` installed
	@tools/uninstall.sh build/release/install_manifest.txt

deb: build ## Debian packages into build/release/packages
	@cd build/release && rm -rf packages && cpack > cpack.log || { cat cpack.log; exit 1; }
	@ls build/release/packages/*.deb

test: build ## build and pass every test, then the same under ASan and UBSan
	@ctest --preset release -j $(JOBS)
	@$(MAKE) --no-print-directory test-sanitize

test-sanitize: setup ## the tests under AddressSanitizer and UndefinedBehaviorSanitizer
	@cmake --preset asan > /dev/null
	@cmake --build --preset asan -j $(JOBS)
	@ctest --preset asan -j $(JOBS)

test-wheel: setup ## build the Python wheel, install it in a clean environment and an empty folder, and test it there
	@tools/test_wheel.sh

test-wasm: build ## build the portable layers for WebAssembly; they must print the same bytes as the native program
	@tools/setup_wasm.sh
	@cmake --preset wasm > /dev/null
	@cmake --build --preset wasm -j $(JOBS)
	@python3 tests/wasm/same.py build/release build/wasm .
	@python3 tests/wasm/same.py build/release build/wasm . --random 200

site: setup ## the workbench as a static folder, build/site-lab, for any web server
	@tools/setup_wasm.sh
	@tools/setup_web.sh
	@cmake --preset wasm > /dev/null
	@cmake --build --preset wasm -j $(JOBS) --target ridgeline_browser ridgeline_browser_catalog
	@npm --prefix web run --silent build

lab: build site ## the workbench in a browser: makes it, serves it on this machine only, opens it
	@build/release/ridgeline lab --site build/site-lab

test-web: site ## the workbench's types and logic, then its pages in Chromium, as a person would walk them
	@tools/setup_web.sh --browser
	@cmake --preset release > /dev/null
	@cmake --build --preset release -j $(JOBS) --target ridgeline_cli
	@npm --prefix web run --silent check
	@npm --prefix web run --silent test
	@node web/tests/walk/size.mjs build/site-lab
	@node web/tests/walk/engine.mjs build/wasm/engine build/release/ridgeline
	@node web/tests/walk/run.mjs build/site-lab build/release/ridgeline

test-peers: build ## bench against ONNX Runtime and llama.cpp's server, fetched and built (15 minutes on 2 cores)
	@JOBS=$(JOBS) tests/peers/fetch.sh
	@python3 tests/peers/onnx.py build/release/ridgeline build/peers
	@python3 tests/peers/llama.py build/release/ridgeline build/peers

test-deb: deb ## install, use and remove the packages in a clean Debian 12 (root, mmdebstrap, network; minutes)
	@tests/packaging/deb.sh build/release

validate: build ## errors against measured data, where they are; fails beyond a budget
	@python3 validation/run.py --program build/release/ridgeline

bench: build ## speed, as ratios in one run
	@for b in build/release/bench/*_bench; do $$b --benchmark_counters_tabular=true; done

bench-web: site ## the workbench in Chromium: from nothing to the first picture, and from a slider to what it changes
	@tools/setup_web.sh --browser
	@node bench/web_latency.mjs build/site-lab

docs: ## the site, into build/site: pages, C++ API, JSON schemas; broken links fail
	@tools/docs.sh

lint: ## clang-format and clang-tidy (needs clang-format-19 and clang-tidy-22)
	@tools/lint.sh

format: ## rewrite the sources in the project's format
	@git ls-files '*.h' '*.cpp' | xargs clang-format-19 -i

clean: ## remove everything built
	@rm -rf build out
