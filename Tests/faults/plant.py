#!/usr/bin/env python3
"""Whether the tests notice: plants each fault of faults.py, one after the other, and runs the tests.

Builds one copy of the sources that holds all faults, each behind the environment variable PLANTED_FAULT; without it the copy behaves as the sources do,
which is tested first. A fault is caught if the tests of the suites named for it fail, or else any test.

    python3 Tests/faults/plant.py [NUMBER ...]      all faults, or these; half an hour on two cores
    python3 Tests/faults/plant.py --check           only whether each fault still has its piece of the sources
"""
import os, pathlib, re, shutil, subprocess, sys, time

from faults import FAULTS

ROOT = pathlib.Path(__file__).resolve().parents[2]
COPY = ROOT / ".build" / "faults"
# Tests of speed are left out: the faults' conditions take time.
SWIFT_TEST = ["swift", "test", "-c", "release", "--disable-testable-imports", "--skip-build", "--skip", "twelveFacetsInASecond|aThousandPointsTakeMilliseconds"]


def planted(number, file):
    """The condition under which a fault holds, in the language of the file."""
    if file.endswith(".swift"):
        return f'(getenv("PLANTED_FAULT").map {{ atoi($0) }} == {number})'
    return f'(getenv("PLANTED_FAULT") && atoi(getenv("PLANTED_FAULT")) == {number})'


def with_faults():
    """The files of the repository by their names, every fault in them."""
    files = subprocess.run(["git", "ls-files", "-co", "--exclude-standard"], cwd=ROOT, check=True, capture_output=True, text=True).stdout.split("\n")
    texts = {}
    for name in filter(None, files):
        if (ROOT / name).is_file():
            texts[name] = (ROOT / name).read_bytes()
    for number, (_, what, file, old, new, _) in enumerate(FAULTS, 1):
        name = "Sources/" + file
        text = texts[name].decode()
        if text.count(old) != 1:
            sys.exit(f"fault {number} ({what}): its piece stands {text.count(old)} times in {name}, and must stand there once")
        text = text.replace(old, new.replace("PLANTED", planted(number, file)))
        header = "import Glibc\n" if file.endswith(".swift") else "#include <stdlib.h>\n"
        texts[name] = (text if text.startswith(header) else header + text).encode()
    return texts


def prepare():
    """A copy of the repository with every fault in it. Its build is kept, so that a second time is quick."""
    texts = with_faults()
    for name, content in texts.items():
        path = COPY / name
        if not path.exists() or path.read_bytes() != content:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
            shutil.copymode(ROOT / name, path)
    known = set(texts)
    for path in list(COPY.rglob("*")):
        name = str(path.relative_to(COPY))
        if path.is_file() and not name.startswith(".build/") and name not in known:
            path.unlink()


def build():
    for command in (["swift", "build", "--product", "frontier"], ["swift", "build", "-c", "release", "--product", "frontier"],
                    ["swift", "test", "list", "-c", "release", "--disable-testable-imports"]):
        done = subprocess.run(command, cwd=COPY, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        if done.returncode != 0:
            sys.exit(done.stdout)


def failures(number, suites=None):
    """The first test that fails with a fault; None if all pass."""
    command = SWIFT_TEST + (["--filter", suites] if suites else [])
    environment = dict(os.environ, PLANTED_FAULT=str(number))
    try:
        done = subprocess.run(command, cwd=COPY, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=900)
    except subprocess.TimeoutExpired:
        return "the tests do not end"
    if done.returncode == 0:
        return None
    names = re.findall(r'✘ Test "?([\w ]+)"?\(', done.stdout)
    return names[0] if names else f"the tests end with {done.returncode}"


def main():
    if sys.argv[1:] == ["--check"]:
        with_faults()
        return 0
    chosen = [int(word) for word in sys.argv[1:]] or list(range(1, len(FAULTS) + 1))
    prepare()
    build()
    if not sys.argv[1:]:
        first = failures(0)
        if first:
            sys.exit(f"without a fault the copy fails: {first}")
        print("without a fault all tests pass", flush=True)
    caught = 0
    for number in chosen:
        layer, what, _, _, _, suites = FAULTS[number - 1]
        began = time.monotonic()
        test = failures(number, suites) or failures(number)
        caught += test is not None
        print(f"{number:3}  {layer:16} {what:70} {'caught by ' + test if test else 'NOT CAUGHT'}  ({time.monotonic() - began:.0f} s)", flush=True)
    print(f"{caught} of {len(chosen)} faults caught")
    return 0 if caught == len(chosen) else 1


if __name__ == "__main__":
    sys.exit(main())
