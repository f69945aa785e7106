# Commands for people and CI; `make` lists them. The launcher ./frontier needs none of this.
.PHONY: help setup setup-tests build test bench bench-peers clean

help: ## list these targets
	@sed -n 's/^\([a-z-]*\):.*## /  make \1	/p' Makefile | expand -t 16

setup:
	@bash scripts/setup

setup-tests:
	@bash scripts/setup tests

build: setup ## build the release binary, .build/release/frontier
	swift build -c release --product frontier

# Tests run in release, against the very objects that ship: testable imports would compile everything
# a second time, so tests see only `public` and `package` names. One test compares the debug binary's bits.
test: setup-tests ## run all tests (CI runs this)
	swift build --product frontier
	swift build -c release --product frontier
	swift test -c release --disable-testable-imports
	bash Tests/launcher.sh

bench: setup ## build and run the benchmarks in release
	swift build -c release --product frontier
	swift build -c release --product FrontierBench
	.build/release/FrontierBench

# Peers are measured with these versions only; the virtual environment takes some 5 GB.
.build/peers/ready: Benchmarks/requirements.txt
	python3 -m venv --clear .build/peers
	.build/peers/bin/pip install --quiet --requirement Benchmarks/requirements.txt
	touch $@

bench-peers: setup .build/peers/ready ## measure against JAX, PyTorch and NumPy; renews docs/performance.md
	swift build -c release --product frontier
	swift build -c release --product FrontierBench
	.build/peers/bin/python Benchmarks/bench.py --to docs/performance.md

clean: ## delete what was built; results in output/ stay
	rm -rf .build
