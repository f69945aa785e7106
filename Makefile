# Commands for people and CI; `make` lists them. The launcher ./frontier needs none of this.
.PHONY: help setup setup-tests build build-bench test bench bench-scaling bench-peers clean

help: ## list these targets
	@sed -n 's/^\([a-z-]*\):.*## /  make \1	/p' Makefile | expand -t 24

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

build-bench: build
	swift build -c release --product FrontierBench

bench: build-bench ## measure kernels, steps, Hessian test, whole sweeps (three minutes)
	.build/release/FrontierBench core hessian budget sweep

bench-scaling: build-bench ## measure cost as work grows, and a store of a million trials (ten minutes)
	.build/release/FrontierBench scaling store

# Peers are measured with these versions only; the virtual environment takes some 5 GB.
.build/peers/ready: Benchmarks/requirements.txt
	python3 -m venv --clear .build/peers
	.build/peers/bin/pip install --quiet --requirement Benchmarks/requirements.txt
	touch $@

bench-peers: build-bench .build/peers/ready ## measure against JAX, PyTorch and NumPy; renews docs/performance.md
	.build/peers/bin/python Benchmarks/bench.py --to docs/performance.md

clean: ## delete what was built; results in output/ stay
	rm -rf .build
