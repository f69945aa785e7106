"""A real Slurm cluster on this machine: munged, slurmctld and three slurmd on loopback, all in one folder, stopped by their process numbers."""

import os
import pwd
import shutil
import signal
import socket
import subprocess
import time
from pathlib import Path

NODES = ["n0", "n1", "n2"]
PROGRAMS = ["munged", "slurmctld", "slurmd", "sbatch", "squeue", "scontrol", "scancel", "sinfo"]


def install():
    """What is missing, with apt."""
    path = os.environ["PATH"] + ":/usr/sbin"
    os.environ["PATH"] = path
    if all(shutil.which(program) for program in PROGRAMS):
        return
    packages = ["slurmctld", "slurmd", "slurm-client", "munge"]
    if os.geteuid() != 0 or not shutil.which("apt-get"):
        raise SystemExit("test-slurm needs these Debian packages, and can install them only as root: " + " ".join(packages))
    print("installing", *packages, flush=True)
    environment = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
    # Debian would start daemons of its own.
    policy = Path("/usr/sbin/policy-rc.d")
    own_policy = not policy.exists()
    if own_policy:
        policy.write_text("#!/bin/sh\nexit 101\n")
        policy.chmod(0o755)
    try:
        install = ["apt-get", "install", "--yes", "--quiet", "--no-install-recommends", *packages]
        if subprocess.run(install, env=environment, stdout=subprocess.DEVNULL).returncode != 0:
            subprocess.run(["apt-get", "update", "--quiet"], check=True, env=environment, stdout=subprocess.DEVNULL)
            subprocess.run(install, check=True, env=environment, stdout=subprocess.DEVNULL)
    finally:
        if own_policy:
            policy.unlink()


def free_ports(count):
    sockets = [socket.socket() for _ in range(count)]
    for each in sockets:
        each.bind(("127.0.0.1", 0))
    ports = [each.getsockname()[1] for each in sockets]
    for each in sockets:
        each.close()
    return ports


def is_alive(process):
    """A zombie that nobody has reaped is dead."""
    try:
        state = Path(f"/proc/{process}/stat").read_text().rsplit(")", 1)[1].split()[0]
    except OSError:
        return False
    return state not in "ZX"


class Cluster:
    def __init__(self, folder):
        self.folder = Path(folder)
        self.configuration = self.folder / "slurm.conf"

    def __enter__(self):
        for name in ["ctld", "munge", *(f"spool/{node}" for node in NODES)]:
            (self.folder / name).mkdir(parents=True)
        (self.folder / "munge").chmod(0o700)
        (self.folder / "munge/key").write_bytes(os.urandom(128))
        (self.folder / "munge/key").chmod(0o400)
        (self.folder / "plugstack.conf").touch()
        self.configuration.write_text(self._configuration())
        os.environ["SLURM_CONF"] = str(self.configuration)
        try:
            self._start_munge()
            subprocess.run(["slurmctld", "-i"], check=True)
            for node in NODES:
                self.start_node(node)
            self.wait_for("all nodes idle", lambda: self.states() == {node: "idle" for node in NODES}, 60)
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_):
        for name in [*(f"slurmd-{node}" for node in NODES), "slurmctld", "munge/munged"]:
            self._stop(self.folder / f"{name}.pid")
        # Tasks of a node that was killed may be alive still.
        mark = f"SLURM_CONF={self.configuration}".encode()
        for entry in Path("/proc").iterdir():
            if entry.name.isdigit() and int(entry.name) != os.getpid():
                try:
                    if mark in (entry / "environ").read_bytes().split(b"\0"):
                        os.kill(int(entry.name), signal.SIGKILL)
                except OSError:
                    pass

    def _start_munge(self):
        munge = self.folder / "munge"
        files = {"socket": "socket", "key-file": "key", "pid-file": "munged.pid", "log-file": "log", "seed-file": "seed"}
        options = [f"--{option}={munge / name}" for option, name in files.items()]
        # The folder may lie under one that others can write.
        subprocess.run(["munged", "--force", "--num-threads=2", *options], check=True, stderr=subprocess.DEVNULL)

    def _configuration(self):
        host, user = socket.gethostname().split(".")[0], pwd.getpwuid(os.geteuid()).pw_name
        control, *ports = free_ports(1 + len(NODES))
        nodes = "\n".join(
            f"NodeName={node} NodeHostname={host} NodeAddr=127.0.0.1 Port={port} CPUs=4 State=UNKNOWN" for node, port in zip(NODES, ports)
        )
        return f"""\
ClusterName=test
SlurmctldHost={host}(127.0.0.1)
SlurmctldPort={control}
CommunicationParameters=NoCtldInAddrAny,NoInAddrAny
SlurmUser={user}
SlurmdUser={user}
AuthType=auth/munge
CredType=cred/munge
AuthInfo=socket={self.folder}/munge/socket,cred_expire=5
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
SwitchType=switch/none
JobAcctGatherType=jobacct_gather/none
AccountingStorageType=accounting_storage/none
MpiDefault=none
JobCompType=jobcomp/filetxt
JobCompLoc={self.folder}/completed
PlugStackConfig={self.folder}/plugstack.conf
MailProg=/bin/true
SelectType=select/cons_tres
SelectTypeParameters=CR_Core
SchedulerType=sched/backfill
SchedulerParameters=sched_interval=1,sched_min_interval=0,batch_sched_delay=0,bf_interval=2
SlurmdParameters=config_overrides
ReturnToService=2
JobRequeue=1
KillWait=3
SlurmdTimeout=10
MaxArraySize=1001
StateSaveLocation={self.folder}/ctld
SlurmdSpoolDir={self.folder}/spool/%n
SlurmctldPidFile={self.folder}/slurmctld.pid
SlurmdPidFile={self.folder}/slurmd-%n.pid
SlurmctldLogFile={self.folder}/slurmctld.log
SlurmdLogFile={self.folder}/slurmd-%n.log
{nodes}
PartitionName=test Nodes=ALL Default=YES MaxTime=INFINITE State=UP
"""

    def start_node(self, node):
        subprocess.run(["slurmd", "-N", node], check=True)

    def kill_node(self, node):
        """Its tasks stay alive, as after a network failure: the controller holds the node for dead and starts them elsewhere."""
        os.kill(int((self.folder / f"slurmd-{node}.pid").read_text()), signal.SIGKILL)
        self.call("scontrol", "update", f"NodeName={node}", "State=DOWN", "Reason=test")

    def call(self, *words):
        return subprocess.run(words, check=True, capture_output=True, text=True).stdout

    def states(self):
        lines = self.call("sinfo", "-h", "-N", "-o", "%N %T").split("\n")
        return dict(line.split() for line in lines if line)

    def queue(self, job):
        """The tasks of a job that have not ended: (task, state)."""
        lines = self.call("squeue", "-h", "-r", "-j", str(job), "-o", "%K %T %N").split("\n") if self.known(job) else []
        return [tuple(line.split(" ")) for line in lines if line]

    def known(self, job):
        return subprocess.run(["squeue", "-h", "-j", str(job)], capture_output=True).returncode == 0

    def wait_for(self, what, condition, seconds):
        end = time.monotonic() + seconds
        while not condition():
            if time.monotonic() > end:
                raise SystemExit(f"test-slurm: waited {seconds} s for {what}, in vain; logs are in {self.folder}")
            time.sleep(0.2)

    def wait_for_end(self, *jobs, seconds=150):
        self.wait_for(f"jobs {jobs} to end", lambda: not any(self.queue(job) for job in jobs), seconds)

    def _stop(self, pid_file):
        try:
            process = int(pid_file.read_text())
        except (OSError, ValueError):
            return
        for number in [signal.SIGTERM, signal.SIGKILL]:
            end = time.monotonic() + 5
            try:
                os.kill(process, number)
            except ProcessLookupError:
                return
            while is_alive(process) and time.monotonic() < end:
                time.sleep(0.05)
            if not is_alive(process):
                return
