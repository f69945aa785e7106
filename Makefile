# Commands for people and CI; `make` lists them. The launcher ./frontier needs none of this.
.PHONY: help setup setup-tests build examples docs figures build-portable build-bench test format check-format test-slurm sanitize faults bench bench-scaling bench-peers clean

help: ## list these targets
	@sed -n 's/^\([a-z-]*\):.*## /  make \1	/p' Makefile | expand -t 24

setup:
	@bash scripts/setup

setup-tests:
	@bash scripts/setup tests

build: setup ## build the release binary, .build/release/frontier
	swift build -c release --product frontier

build-portable: setup ## build .build/portable/frontier, with Swift's runtime inside, for machines without Swift
	swift build -c release --product frontier --static-swift-stdlib --scratch-path .build/portable-scratch
	mkdir -p .build/portable
	cp .build/portable-scratch/release/frontier .build/portable/frontier

# Tests run in release, against the very objects that ship: testable imports would compile everything
# a second time, so tests see only `public` and `package` names. One test compares the debug binary's bits.
test: setup-tests check-format ## run all tests (CI runs this)
	swift build --product frontier
	swift build -c release --product frontier
	swift test -c release --disable-testable-imports
	$(MAKE) examples
	bash Tests/launcher.sh

# A package of its own, as users of the library have: it sees public names alone.
examples: setup ## build the package in Examples/ and run what it shows
	swift build -c release --package-path Examples --scratch-path .build/examples
	.build/release/frontier run sweeps/quickstart.json5 --output .build/examples/quickstart --no-figures > /dev/null
	.build/examples/release/ReadResults .build/examples/quickstart | grep -q 'quickstart: 576 of 576 trials'
	.build/examples/release/OwnMethod

# Symbols are written as modules are compiled, so that they lie with what was built.
docs: setup ## build the reference of the libraries, .build/docs/MODULE (two minutes the first time)
	mkdir -p .build/docs .build/docs-build/symbols
	swift build --target Results --scratch-path .build/docs-build -Xswiftc -emit-symbol-graph -Xswiftc -emit-symbol-graph-dir -Xswiftc $(CURDIR)/.build/docs-build/symbols
	for module in Model Stability Experiments Results; do \
	  mkdir -p .build/docs-build/$$module && cp .build/docs-build/symbols/$$module.symbols.json .build/docs-build/$$module/ && \
	  docc convert Sources/$$module/$$module.docc --additional-symbol-graph-dir .build/docs-build/$$module --output-path .build/docs/$$module \
	    > .build/docs/$$module.log 2>&1 || { cat .build/docs/$$module.log; exit 1; }; \
	  if grep -B2 -A8 "doesn't exist at\|isn't a disambiguation\|is ambiguous" .build/docs/$$module.log; then exit 1; fi; \
	done
	@echo "a folder each for Model, Stability, Experiments, Results; read one with: python3 -m http.server --directory .build/docs/Experiments; then open http://localhost:8000/documentation/experiments"

# Instrumented builds lie in folders of their own, and tests launch the command from there; C kernels are instrumented with the rest. Left out:
# what states a time, which instrumented code does not keep; kills at a given moment, before which it has hardly begun; the comparison with the debug
# binary, which is not built; limits of memory, of which instruments take their own; and faults, whose library is preloaded. ThreadSanitizer sees only what has threads, one test at a time: many at once
# came to a standstill. What the two must not report, and why, is in Tests/leaks.txt and Tests/races.txt.
sanitize: setup-tests ## run the tests under AddressSanitizer, then those of threads under ThreadSanitizer (a quarter of an hour; not in CI)
	swift build -c release --product frontier --sanitize address --scratch-path .build/address
	LSAN_OPTIONS=suppressions=$(CURDIR)/Tests/leaks.txt:print_suppressions=0 FRONTIER_TEST_BUILD=.build/address \
	  swift test -c release --disable-testable-imports --sanitize address --scratch-path .build/address \
	  --skip 'twelveFacetsInASecond|aThousandPointsTakeMilliseconds|killedAHundredTimes|MemoryTests|debugAndReleaseGiveTheSameBits|FaultTests'
	swift build -c release --product frontier --sanitize thread --scratch-path .build/thread
	TSAN_OPTIONS=suppressions=$(CURDIR)/Tests/races.txt FRONTIER_TEST_BUILD=.build/thread \
	  swift test -c release --disable-testable-imports --sanitize thread --scratch-path .build/thread --no-parallel \
	  --filter 'SweepTests\.|SweepCommandTests|aSignalStopsInOrder' --skip 'SpecMutations|MemoryTests'

format: ## lay the Swift sources out as .swift-format says
	swift format format --in-place --recursive Package.swift Sources Tests Examples

check-format:
	swift format lint --strict --recursive Package.swift Sources Tests Examples

figures: setup-tests build ## draw the pictures of README and docs again, and every shipped figure in a column's width (some minutes)
	bash scripts/figures

build-bench: build
	swift build -c release --product FrontierBench

bench: build-bench ## measure kernels, steps, Hessian test, whole sweeps (three minutes)
	.build/release/FrontierBench core hessian budget sweep

bench-scaling: build-bench ## measure cost as work grows, a store of a million trials, the balance of shards (six minutes)
	.build/release/FrontierBench scaling
	.build/release/FrontierBench store
	.build/release/FrontierBench shards

test-slurm: build ## run sweeps on a real Slurm cluster on this machine (CI runs this too)
	python3 Tests/slurm/test_slurm.py

faults: setup-tests ## plant faults over all layers and see that the tests catch them (half an hour)
	python3 Tests/faults/plant.py

# Peers are measured with these versions only; the virtual environment takes some 5 GB.
.build/peers/ready: Benchmarks/requirements.txt
	python3 -m venv --clear .build/peers
	.build/peers/bin/pip install --quiet --requirement Benchmarks/requirements.txt
	touch $@

bench-peers: build-bench .build/peers/ready ## measure against JAX, PyTorch and NumPy; renews docs/performance.md
	.build/peers/bin/python Benchmarks/bench.py --to docs/performance.md

clean: ## delete what was built; results in output/ stay
	rm -rf .build
