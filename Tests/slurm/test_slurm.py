"""`make test-slurm`: sweeps as job arrays on a real Slurm cluster, with every accident that shards must survive; the bytes must be those of one machine."""

import json
import os
import re
import shutil
import subprocess
import tempfile
import time
from pathlib import Path

from cluster import Cluster, install

ROOT = Path(__file__).resolve().parents[2]
FRONTIER = str(ROOT / ".build/release/frontier")

SNRS, RATIOS = 6, 12


def sweep(repetitions, steps):
    """Six networks a repetition."""
    return f"""{{
      name: "slurm", experiment: "cnn", seed: 5, repetitions: {repetitions},
      axes: {{snr: {{from: 0.2, to: 1.2, count: {SNRS}}}, forgetRatio: {{from: 0.05, to: 0.5, count: {RATIOS}}}}},
      parameters: {{samples: 160, dimension: 1000, unlearnSteps: {steps}, testSamples: 20}},
      views: [{{x: "forgetRatio", y: "snr", values: ["forgetAccuracy"]}}],
    }}"""


class Folder:
    """An output folder of the sweep with so many repetitions."""

    def __init__(self, root, name, repetitions, steps):
        self.path = root / name
        self.trials = SNRS * RATIOS * repetitions
        self.spec = root / f"{name}.json5"
        self.spec.write_text(sweep(repetitions, steps))

    def frontier(self, command, *words):
        return subprocess.run([FRONTIER, command, *map(str, words)], check=True, capture_output=True, text=True)

    def submit(self, shards):
        """The array's job and the one behind it."""
        told = self.frontier("submit", self.spec, "--shards", shards, "--output", self.path).stderr
        return [int(number) for number in re.search(r"job (\d+), \d+ tasks; job (\d+)", told).groups()]

    def run(self):
        self.frontier("run", self.spec, "--output", self.path, "--no-figures")

    def status(self):
        return json.loads(self.frontier("status", self.path, "--json").stdout)

    def done(self):
        """Stored trials; 0 before there is a store."""
        told = subprocess.run([FRONTIER, "status", str(self.path), "--json"], capture_output=True, text=True)
        return json.loads(told.stdout)["done"] if told.returncode == 0 else 0

    def export(self):
        return self.frontier("export", self.path, "--format", "csv").stdout

    def log(self, job, task):
        return (self.path / f"slurm/{job}_{task}.log").read_text()

    def logs(self, job):
        return "".join(path.read_text() for path in sorted((self.path / "slurm").glob(f"{job}_*.log")))

    def measured(self, job):
        """Trials that all tasks of a job have measured, as they say themselves."""
        return sum(int(number) for number in re.findall(r"measured (\d+) trials", self.logs(job)))


def say(*words):
    print(f"[{time.monotonic() - BEGIN:5.0f} s]", *words, flush=True)


def check(condition, what):
    if not condition:
        raise SystemExit(f"test-slurm FAILED: {what}")
    say("ok:", what)


def steps_for(root, seconds):
    """How long runs must be for a repetition to take so many seconds: accidents need time to happen in."""
    trial = Folder(root, "trial", 1, 10_000)
    begin = time.monotonic()
    trial.run()
    return int(10_000 * seconds / (time.monotonic() - begin))


def calm_array(cluster, folder, expected):
    """Without accidents, and with the figures that the last job draws."""
    job, last = folder.submit(6)
    cluster.wait_for_end(job, last)
    check(folder.export() == expected, "six shards export the bytes of one machine")
    check(folder.measured(job) == folder.trials, "every trial was measured once")
    figures = list((folder.path / "heatmaps").glob("*.png"))
    check(figures and (folder.path / "comparison.csv").exists(), "the job behind the array has drawn and compared")
    check("nothing to submit" in folder.frontier("submit", folder.spec, "--shards", 6, "--output", folder.path).stderr, "a complete sweep is not submitted")
    folder.frontier("merge", folder.path)
    check([path.name for path in folder.path.glob("results*")] == ["results.sqlite"], "merge leaves one store")
    check(folder.export() == expected, "the merged store exports the same bytes")


def accidents(cluster, folder, expected):
    job, last = folder.submit(8)
    cluster.wait_for("the first trials", lambda: folder.done() > folder.trials // 20, 60)
    running = [(task, node) for task, state, node in cluster.queue(job) if state == "RUNNING"]
    node = running[0][1]
    doomed = [task for task, at in running if at == node]
    cancelled, limited = [task for task, at in running if at != node][:2]
    cluster.call("scancel", f"{job}_{cancelled}")
    say(f"cancelled task {cancelled}")
    cluster.call("scontrol", "update", f"JobId={job}_{limited}", "TimeLimit=1")
    say(f"task {limited} has a time limit of a minute now, and is warned ahead of it")
    cluster.kill_node(node)
    say(f"killed {node} under tasks {', '.join(doomed)}, which live on while Slurm starts them elsewhere")
    cluster.wait_for_end(job, last)
    stopped = "stopped; what was measured is stored"
    check(stopped in folder.log(job, cancelled), "the cancelled task stopped in order")
    log = folder.log(job, limited)
    check(stopped in log and "restart 1" in log and "is complete" in log, "the task at its time limit stopped in order, queued itself again and came to its end")
    copies = [task for task in doomed if "restart 1" in folder.log(job, task) and folder.log(job, task).count(" trials in ") > 1]
    check(copies, f"two copies of task {', '.join(copies)} ran to their end at once")
    check(all(list(folder.path.glob(f"results-{task}-of-8*-restart-1.sqlite")) for task in copies), "each copy wrote a store of its own")

    # The largest that nobody writes any more loses its second half.
    cluster.start_node(node)
    victim = max((path for path in folder.path.glob("results-*.sqlite")), key=lambda path: path.stat().st_size)
    with victim.open("r+b") as file:
        file.truncate(victim.stat().st_size // 2)
    status = folder.status()
    check(len(status["damaged"]) == 1 and victim.name in status["damaged"][0], f"status names the damaged {victim.name} and counts the rest")
    left = status["left"]
    check(0 < left < folder.trials, f"{left} of {folder.trials} trials are missing")
    second, last = folder.submit(8)
    cluster.wait_for_end(second, last)
    check(folder.export() == expected, "after cancellation, node failure, time limit, a truncated store and two copies: the bytes of one machine")
    check(folder.measured(second) == left, f"submitted again, the array measured the {left} missing trials and no other")


def resharding(cluster, folder, expected):
    job, last = folder.submit(8)
    cluster.wait_for("half of the trials", lambda: folder.done() > folder.trials // 2, 90)
    cluster.call("scancel", str(job), str(last))
    cluster.wait_for_end(job, last)
    left = folder.status()["left"]
    say(f"half done with 8 shards; {left} trials left")
    second, last = folder.submit(3)
    cluster.wait_for_end(second, last)
    check(folder.export() == expected, "finished with 3 shards: the bytes of one machine")
    check(folder.measured(second) == left, "nothing that was done was measured again")


def main():
    install()
    # Short, for sockets have a longest path; kept where a check fails.
    root = Path(tempfile.mkdtemp(prefix="slurm-"))
    print("in", root, flush=True)
    # Two processors, as many as any machine has.
    os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[:2])
    steps = steps_for(root, 3)
    expected = {}
    for repetitions in [3, 12]:
        reference = Folder(root, f"one-machine-{repetitions}", repetitions, steps)
        reference.run()
        expected[repetitions] = reference.export()
        say(f"one machine: {reference.trials} trials, {len(expected[repetitions])} bytes of CSV")
    with Cluster(root / "cluster") as cluster:
        say("cluster of", len(cluster.states()), "nodes is up")
        calm_array(cluster, Folder(root, "calm array", 3, steps), expected[3])
        accidents(cluster, Folder(root, "accidents", 12, steps), expected[12])
        resharding(cluster, Folder(root, "resharding", 3, steps), expected[3])
    shutil.rmtree(root)
    say("all passed")


BEGIN = time.monotonic()
if __name__ == "__main__":
    main()
