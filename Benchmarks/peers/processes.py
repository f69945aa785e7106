"""The contestants as processes: each peer answers requests; ours is the project's own binaries."""

import contextlib
import csv
import json
import os
import subprocess
import sys
import tempfile
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
BENCH, COMMAND = ROOT / ".build/release/FrontierBench", ROOT / ".build/release/frontier"


def on_cores(cores):
    return lambda: os.sched_setaffinity(0, cores)


class PeerProcess:
    def __init__(self, peer, cores):
        self.process = subprocess.Popen(
            [sys.executable, "-m", "peers.worker", peer],
            cwd=ROOT / "Benchmarks",
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            preexec_fn=on_cores(cores),
        )

    def __call__(self, do, **arguments):
        self.process.stdin.write(json.dumps({"do": do} | arguments) + "\n")
        self.process.stdin.flush()
        line = self.process.stdout.readline()
        if not line:
            raise RuntimeError(f"{self.process.args[-1]} ended with code {self.process.wait()}; what went wrong is above")
        return json.loads(line)

    def close(self):
        self.process.stdin.close()
        self.process.wait()


@contextlib.contextmanager
def peer_process(peer, cores):
    process = PeerProcess(peer, cores)
    try:
        yield process
    finally:
        process.close()


@contextlib.contextmanager
def peer_processes(peer, cores):
    """A process on each core."""
    with contextlib.ExitStack() as stack:
        yield [stack.enter_context(peer_process(peer, [core])) for core in cores]


def peer_sweep(processes, snrs, ratios, repetitions):
    """Every cell of a sweep over (snr, forgetRatio), networks going to whichever process is free: seconds, and what was measured, a list over repetitions for each snr."""
    networks = [(at, k) for at in range(len(snrs)) for k in range(repetitions)]
    left, found = iter(networks), {}
    lock = threading.Lock()

    def work(process):
        while True:
            with lock:
                network = next(left, None)
            if network is None:
                return
            found[network] = process("sample", snr=snrs[network[0]], ratios=ratios, key=network)

    begin = time.perf_counter()
    with ThreadPoolExecutor(len(processes)) as pool:
        for done in [pool.submit(work, process) for process in processes]:
            done.result()
    seconds = time.perf_counter() - begin
    return seconds, [[found[at, k] for k in range(repetitions)] for at in range(len(snrs))]


def ours(cores, *arguments):
    """The numbers that a part of FrontierBench prints."""
    words = [str(BENCH), *map(str, arguments)]
    output = subprocess.run(words, check=True, capture_output=True, text=True, preexec_fn=on_cores(cores)).stdout
    return [float(word) for word in output.split()]


def our_sweep(spec, cores):
    """Runs a specification (JSON) as a user would, with a job for each core, but without figures: seconds, and the trials as a list of dictionaries."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "spec.json5")
        path.write_text(spec if isinstance(spec, str) else json.dumps(spec))
        run = [str(COMMAND), "run", str(path), "--output", f"{folder}/out", "--no-figures"]
        begin = time.perf_counter()
        subprocess.run(run, check=True, capture_output=True, preexec_fn=on_cores(cores))
        seconds = time.perf_counter() - begin
        export = [str(COMMAND), "export", f"{folder}/out", "--format", "csv"]
        lines = subprocess.run(export, check=True, capture_output=True, text=True).stdout.splitlines()
        return seconds, list(csv.DictReader(lines))
