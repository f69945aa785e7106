"""What a change did to measurements: `python3 Benchmarks/compare_exports.py BEFORE.csv AFTER.csv`, two exports of one sweep.

Tells of each column whose text differs in how many trials, and by how much at the most.
"""

import csv
import sys


def main(before, after):
    old, new = (list(csv.DictReader(open(path))) for path in (before, after))
    if len(old) != len(new) or old[0].keys() != new[0].keys():
        raise SystemExit("the two have other trials or columns")
    columns, same = list(old[0]), 0
    for column in columns:
        pairs = [(a[column], b[column]) for a, b in zip(old, new) if a[column] != b[column]]
        if not pairs:
            same += 1
            continue
        numbers = [(float(a), float(b)) for a, b in pairs]
        absolute = max(abs(a - b) for a, b in numbers)
        relative = max(abs(a - b) / max(abs(a), abs(b)) for a, b in numbers)
        print(f"{column}: {len(pairs)} of {len(old)} trials, by at most {relative:.1e} of the value, {absolute:.1e} absolutely")
    print(f"{same} of {len(columns)} columns are the same")


if __name__ == "__main__":
    if len(sys.argv) != 3:
        raise SystemExit(__doc__)
    main(*sys.argv[1:])
