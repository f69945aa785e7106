"""`make bench-peers`: this project against what a user would write instead, doing the same work, in turn, on the same cores.

Prints the tables, and with --to FILE puts them between that file's markers.
"""

import argparse
import importlib.metadata
import os
import platform
import re
import statistics
import sys
from pathlib import Path

from peers.agreement import FAMILY_LEVEL, disagreements, survival_disagreements
from peers.processes import ROOT, our_sweep, ours, peer_process, peer_processes, peer_sweep

STEP_PEERS = {
    "jax_explicit": "JAX, explicit weights, float32",
    "jax_span": "JAX, span, float64",
    "torch_explicit": "PyTorch, explicit weights, float32",
    "numpy_span": "NumPy, span, float64",
}
WITH_HESSIAN_TEST = ["jax_explicit", "jax_span"]
DIMENSIONS, SAMPLES = [100, 400, 2000, 10_000], [80, 400]
# Cells that a peer runs side by side: it is given the better of the two.
CELLS = [1, 16]

CHECK_SNRS, CHECK_RATIOS, CHECK_REPETITIONS, CHECK_DIMENSION = [0.1, 0.4, 1.2], [0.05, 0.15, 0.3, 0.45], 24, 400
# (coherence, batch size) of the synthetic test with n = 100, step size 0.5 and forget ratio 0.1.
SYNTHETIC = [(2, 10), (2, 50), (10, 4), (10, 10), (10, 30), (40, 10), (40, 50)]
SYNTHETIC_SIZES = dict(samples=100, step_size=0.5, forget_ratio=0.1, steps=1000, growth_limit=1000)


def say(*words):
    print(*words, file=sys.stderr, flush=True)


class Ratios:
    """How many times longer a peer took, round by round."""

    def __init__(self):
        self.rounds = []

    def add(self, peer, ours):
        self.rounds.append(peer / ours)

    def __str__(self):
        return f"**{shown(statistics.median(self.rounds))}** ({shown(min(self.rounds))} to {shown(max(self.rounds))})"


def shown(number):
    return f"{number:.0f}" if number >= 20 else f"{number:.1f}"


def microseconds(seconds):
    return f"{seconds * 1e6:.2f}" if seconds < 1e-4 else f"{seconds * 1e6:.0f}"


def table(head, rows):
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join("| " + " | ".join(map(str, line)) + " |" for line in lines)


def check(cores):
    """Every peer's results against ours; a peer that differs has no time."""
    spec = dict(
        name="check", experiment="cnn", seed=1, repetitions=CHECK_REPETITIONS, axes=dict(snr=CHECK_SNRS, forgetRatio=CHECK_RATIOS),
        parameters=dict(dimension=CHECK_DIMENSION, testSamples=0),
    )
    trials = our_sweep(spec, cores)[1]
    rows = []
    for peer, name in STEP_PEERS.items():
        with peer_processes(peer, cores) as processes:
            for process in processes:
                process("load", dimension=CHECK_DIMENSION)
            found = peer_sweep(processes, CHECK_SNRS, CHECK_RATIOS, CHECK_REPETITIONS)[1]
        theirs, own = {}, {}
        quantities = found[0][0].keys()
        for i in range(len(CHECK_SNRS)):
            for j in range(len(CHECK_RATIOS)):
                cell = trials[(i * len(CHECK_RATIOS) + j) * CHECK_REPETITIONS :][:CHECK_REPETITIONS]
                for quantity in quantities:
                    theirs[i, j, quantity] = [network[quantity][j] for network in found[i] if network is not None]
                    own[i, j, quantity] = [float(trial[quantity]) if trial[quantity] else None for trial in cell]
        rows.append(verdict(name, f"{len(quantities)} columns", *disagreements(own, theirs)))
    runs = 40
    our_counts = [int(x) for x in ours(cores, "survivals", runs, 1, *sum(SYNTHETIC, ()))[1:]]
    with peer_process("numpy_dense", cores) as process:
        counts = process("survivals", cells=SYNTHETIC, runs=runs, seed=1, **SYNTHETIC_SIZES)["survived"]
    rows.append(verdict("NumPy, dense matrices, synthetic test", "survivals", *survival_disagreements(runs, our_counts, counts)))
    return table(["peer", "compared", "means", "smallest p", "differ"], rows)


def verdict(name, what, comparisons, smallest, found):
    say(f"  {name}: {comparisons} comparisons, smallest p {smallest:.2g}")
    if found:
        raise SystemExit(f"{name} does not compute what we compute: " + "; ".join(map(str, found[:5])))
    return [name, what, comparisons, f"{smallest:.2g}", "none"]


def steps(cores, rounds):
    """A table of unlearning steps, and one of whole trials."""
    rows, trial_rows = [], []
    for samples in SAMPLES:
        for dimension in DIMENSIONS:
            row, seconds = steps_at(dimension, samples, cores, rounds)
            rows.append([dimension, samples, microseconds(seconds), *row])
            trial_rows.append(trials_at(dimension, samples, cores, rounds))
    names = list(STEP_PEERS.values())
    head = ["d", "n", "ours, µs a step", *names]
    trial_head = ["d", "n", "ours, ms a trial", *(STEP_PEERS[peer] for peer in WITH_HESSIAN_TEST)]
    return table(head, rows), table(trial_head, trial_rows)


def steps_at(dimension, samples, cores, rounds):
    ratios, own = {peer: Ratios() for peer in STEP_PEERS}, []
    for peer in STEP_PEERS:
        with peer_process(peer, cores) as process:
            process("load", dimension=dimension, samples=samples)
            for cells in CELLS:
                process("step", cells=cells, seconds=0)
            for _ in range(rounds):
                mine = ours(cores, "step-seconds", dimension, samples)[0]
                own.append(mine)
                ratios[peer].add(min(process("step", cells=cells, seconds=0.3) for cells in CELLS), mine)
        say(f"  step, d = {dimension}, n = {samples}: {STEP_PEERS[peer]} {ratios[peer]}")
    return list(ratios.values()), statistics.median(own)


def trials_at(dimension, samples, cores, rounds):
    ratios, own = {peer: Ratios() for peer in WITH_HESSIAN_TEST}, []
    for peer in WITH_HESSIAN_TEST:
        with peer_process(peer, cores) as process:
            process("load", dimension=dimension, samples=samples)
            process("trial", seconds=0)
            for _ in range(rounds):
                mine = ours(cores, "trial-seconds", dimension, samples)[0]
                own.append(mine)
                ratios[peer].add(process("trial", seconds=0.3), mine)
        say(f"  trial, d = {dimension}, n = {samples}: {STEP_PEERS[peer]} {ratios[peer]}")
    return [dimension, samples, f"{statistics.median(own) * 1e3:.2f}", *ratios.values()]


def sweep(cores, rounds):
    """The whole of sweeps/snr-forget.json5 with its Hessian test, and no retrained networks: peers have none."""
    spec, count = re.subn(r"parameters: \{", 'parameters: { reference: "none",', (ROOT / "sweeps/snr-forget.json5").read_text())
    assert count == 1, "sweeps/snr-forget.json5 has its parameters elsewhere"
    trials = our_sweep(spec, cores)[1]
    snrs, ratios = (sorted({float(trial[axis]) for trial in trials}) for axis in ("snr", "forgetRatio"))
    repetitions = len(trials) // (len(snrs) * len(ratios))
    rows = []
    for peer in WITH_HESSIAN_TEST:
        times, own, theirs = Ratios(), [], []
        with peer_processes(peer, cores) as processes:
            for process in processes:
                process("load")
                process("sample", snr=snrs[-1], ratios=ratios, key=[0])
            for _ in range(rounds):
                own.append(our_sweep(spec, cores)[0])
                theirs.append(peer_sweep(processes, snrs, ratios, repetitions)[0])
                times.add(theirs[-1], own[-1])
        say(f"  snr-forget: {STEP_PEERS[peer]} {times}")
        rows.append([STEP_PEERS[peer], times, f"{statistics.median(theirs):.1f}", f"{statistics.median(own):.1f}"])
    return table(["peer", "ratio", "peer, s", "ours, s"], rows)


def synthetic(cores, rounds):
    """The synthetic Hessian test: the same runs of 1000 steps, most of which survive."""
    ratio, own, theirs = Ratios(), [], []
    with peer_process("numpy_dense", cores) as process:
        for k in range(rounds):
            own.append(ours(cores, "survivals", 200, k, *sum(SYNTHETIC, ()))[0] / 200)
            theirs.append(process("survivals", cells=SYNTHETIC, runs=1, seed=k, **SYNTHETIC_SIZES)["seconds"])
            ratio.add(theirs[-1], own[-1])
    say(f"  synthetic test: {ratio}")
    row = ["NumPy, dense matrices", ratio, f"{statistics.median(theirs) * 1e3:.0f}", f"{statistics.median(own) * 1e3:.2f}"]
    return table(["peer", "ratio", f"peer, ms for {len(SYNTHETIC)} runs", "ours, ms"], [row])


def machine():
    model = re.search(r"model name\s*: (.*)", Path("/proc/cpuinfo").read_text())
    versions = ", ".join(f"{name} {importlib.metadata.version(name)}" for name in ("jax", "torch", "numpy"))
    return f"{model[1] if model else platform.processor()}; Python {platform.python_version()}, {versions}."


def main():
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--to", type=Path, help="a Markdown file with the markers <!-- peers --> and <!-- /peers -->")
    arguments.add_argument("--rounds", type=int, default=5, help="how often each pair is timed in turn (default 5)")
    given = arguments.parse_args()
    every = sorted(os.sched_getaffinity(0))
    one = every[:1]
    say("results first")
    agreement = check(every)
    say("steps and trials, on one core")
    step_table, trial_table = steps(one, given.rounds)
    say("whole sweeps, on all cores")
    sweep_table = sweep(every, max(2, given.rounds // 2))
    synthetic_table = synthetic(one, given.rounds)
    text = f"""\
How many times longer the peer takes: median over the rounds (smallest to largest). {machine()}

**An unlearning step of one cell**, batches included, on one core (peers have the better of one cell alone and {CELLS[-1]} side by side):

{step_table}

**One whole trial alone**, on one core: data, training, unlearning, Hessian test:

{trial_table}

**The whole of `sweeps/snr-forget.json5`** with its Hessian test and `reference: "none"`, on {len(every)} cores; compiling not counted for peers, starting the command counted for ours:

{sweep_table}

**The synthetic Hessian test**, n = 100, on one core:

{synthetic_table}

**Do they compute the same?** Means over repetitions against ours, at a false-alarm rate of {FAMILY_LEVEL} a peer:

{agreement}
"""
    print(text)
    if given.to:
        page = given.to.read_text()
        new, count = re.subn(r"(?s)(<!-- peers -->\n).*?(<!-- /peers -->)", lambda m: m[1] + text + m[2], page)
        if count != 1:
            raise SystemExit(f"{given.to} needs the markers <!-- peers --> and <!-- /peers -->, once")
        given.to.write_text(new)


if __name__ == "__main__":
    main()
