"""One peer in a process of its own, with the cores it was given: reads a request a line, writes an answer a line (JSON both)."""

import contextlib
import importlib
import json
import os
import sys
import time

# One thread a process: a network to each core does more than a network spread over all cores.
os.environ["XLA_FLAGS"] = "--xla_cpu_multi_thread_eigen=false intra_op_parallelism_threads=1"
for library in ("OMP", "OPENBLAS", "MKL"):
    os.environ[f"{library}_NUM_THREADS"] = "1"

import numpy as np

from . import problem as experiment


# The cell that is timed.
SNR, FORGET_RATIO = 0.5, 0.2


class Worker:
    def __init__(self, peer):
        self.module = importlib.import_module(f"peers.{peer}")
        self.has_hessian_test = hasattr(getattr(self.module, "Peer", None), "linearised")

    def load(self, **sizes):
        self.problem = experiment.Problem(**sizes)
        self.peer = self.module.Peer(self.problem)
        self.rng = np.random.default_rng(1)
        if self.has_hessian_test:
            from .jax_hessian_test import HessianTest

            self.hessian_test = HessianTest(self.problem)
        self.network = self.peer.trained(SNR, self.rng)

    def step(self, cells, seconds):
        """Seconds of an unlearning step of one cell, batches included."""
        ratios = np.linspace(0.05, 0.5, cells)

        def run():
            self.peer.unlearn(self.network, experiment.unlearning_batches(self.problem, self.rng), ratios)

        return timed(run, seconds) / (cells * self.problem.steps)

    def trial(self, seconds):
        """Seconds of one whole trial: data, training, unlearning and, where the peer has it, the Hessian test."""
        return timed(lambda: self.measure(SNR, [FORGET_RATIO], np.random.default_rng(2)), seconds)

    def measure(self, snr, ratios, rng):
        """All cells of one network: arrays over the forget ratios; None where it does not train."""
        network = self.peer.trained(snr, rng)
        if network is None:
            return None
        batches = experiment.unlearning_batches(self.problem, rng)
        found = self.peer.unlearn(network, batches, ratios)
        if self.has_hessian_test:
            found |= self.hessian_test.measure(*self.peer.linearised(network), batches, ratios, rng)
        return {name: np.broadcast_to(value, len(ratios)).tolist() for name, value in found.items()}

    def sample(self, snr, ratios, key):
        """All cells of the network that `key` names."""
        return self.measure(snr, ratios, np.random.default_rng(key))

    def survivals(self, cells, runs, seed, **sizes):
        """Of the synthetic test: seconds of all runs, and how many of each (coherence, batch size) survive."""
        rng = np.random.default_rng(seed)
        begin = time.perf_counter()
        survived = [sum(self.module.survives(rng, coherence=c, batch_size=b, **sizes) for _ in range(runs)) for c, b in cells]
        return {"seconds": time.perf_counter() - begin, "survived": survived}


def timed(run, seconds):
    """Mean seconds of a call, over as many as fit; one more goes ahead for what is done only once."""
    run()
    begin = time.perf_counter()
    calls = 0
    while calls == 0 or time.perf_counter() - begin < seconds:
        run()
        calls += 1
    return (time.perf_counter() - begin) / calls


def main():
    answers = os.fdopen(os.dup(1), "w")
    with contextlib.redirect_stdout(sys.stderr):
        worker = Worker(sys.argv[1])
        for line in sys.stdin:
            request = json.loads(line)
            answer = getattr(worker, request.pop("do"))(**request)
            print(json.dumps(answer), file=answers, flush=True)


if __name__ == "__main__":
    main()
