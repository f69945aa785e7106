#!/usr/bin/env python3
"""How much processor time a build takes for a sweep against an earlier one: runs the two in turn, so that a noisy machine treats them alike.

    python3 Benchmarks/compare_builds.py BEFORE AFTER SPEC [ROUNDS]      BEFORE and AFTER: binaries `frontier`; the exports must be the same bytes
"""
import os, pathlib, resource, statistics, subprocess, sys, tempfile


def once(binary, spec, folder):
    """Processor seconds of the sweep on one core, and its export."""
    start = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run([binary, "run", spec, "--output", folder, "--jobs", "1", "--no-figures"], check=True, capture_output=True)
    end = resource.getrusage(resource.RUSAGE_CHILDREN)
    export = subprocess.run([binary, "export", folder, "--format", "csv"], check=True, capture_output=True).stdout
    return end.ru_utime + end.ru_stime - start.ru_utime - start.ru_stime, export


def main():
    if len(sys.argv) not in (4, 5):
        sys.exit(__doc__)
    before, after, spec = (os.path.abspath(path) for path in sys.argv[1:4])
    rounds = int(sys.argv[4]) if len(sys.argv) == 5 else 5
    times = {before: [], after: []}
    with tempfile.TemporaryDirectory() as folder:
        for number in range(rounds):
            exports = []
            for binary in times:
                seconds, export = once(binary, spec, f"{folder}/{number}-{len(exports)}")
                times[binary].append(seconds)
                exports.append(export)
            if exports[0] != exports[1]:
                sys.exit("the two builds export different bytes")
    ratios = [b / a for a, b in zip(times[before], times[after])]
    print(f"{pathlib.Path(spec).name}: same bytes; {statistics.median(times[before]):.2f} s before, {statistics.median(times[after]):.2f} s after (medians of {rounds})")
    print(f"after / before: median {statistics.median(ratios):.3f}, from {min(ratios):.3f} to {max(ratios):.3f}; of the fastest {min(times[after]) / min(times[before]):.3f}")


main()
