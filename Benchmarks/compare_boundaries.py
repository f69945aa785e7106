"""How far the boundaries of a refined sweep are from those of the whole grid.

usage: compare_boundaries.py WHOLE.csv REFINED.csv EVENT...
       compare_boundaries.py --ends WHOLE.csv EVENT...     which share of the cells a search for all of these must run in full

Both files are made by `frontier export DIR --what cells --format csv`, of the same grid. A boundary is where the share of trials in which an event happened
is one half, linear between neighbouring cells along each axis of numbers; cells that were not run count as the side that is inferred of them. Every crossing of either
boundary is compared with the nearest crossing of the other on the same line of cells.
"""

import csv
import sys

import numpy as np


def cells(path):
    """Names of columns, and their texts by name."""
    with open(path, newline="") as file:
        rows = list(csv.reader(file))
    return rows[0], {name: [row[i] for row in rows[1:]] for i, name in enumerate(rows[0])}


def numbers(texts):
    return np.array([float(text) if text else np.nan for text in texts])


def crossings(line):
    """Places where the share passes one half, in cells from the first."""
    above = line >= 0.5
    at = np.nonzero((above[1:] != above[:-1]) & ~np.isnan(line[1:]) & ~np.isnan(line[:-1]))[0]
    return at + (0.5 - line[at]) / (line[at + 1] - line[at])


def distances(first, second):
    if len(first) == 0:
        return []
    if len(second) == 0:
        return [np.inf] * len(first)
    return np.abs(first[:, None] - second[None, :]).min(axis=1).tolist()


def ends(path, events):
    """The share of cells that are ends of a step that some event's boundary crosses."""
    names, whole = cells(path)
    shape = [len(set(whole[axis])) for axis in names[: names.index("trials")]]
    found = np.zeros(shape, bool)
    for event in events:
        above = numbers(whole[event]).reshape(shape) >= 0.5
        for axis in range(len(shape)):
            crossed = np.diff(above.astype(int), axis=axis) != 0
            for at in (slice(None, -1), slice(1, None)):
                found[(slice(None),) * axis + (at,)] |= crossed
    print(f"{' and '.join(events)}: {found.mean():.3f} of {found.size} cells are ends of steps that a boundary crosses")


def main():
    if len(sys.argv) < 4:
        sys.exit(__doc__)
    if sys.argv[1] == "--ends":
        return ends(sys.argv[2], sys.argv[3:])
    names, whole = cells(sys.argv[1])
    _, refined = cells(sys.argv[2])
    axes = names[: names.index("trials")]
    if any(whole[axis] != refined[axis] for axis in axes):
        sys.exit("the two exports are not of the same grid")
    shape = [len(set(whole[axis])) for axis in axes]
    trials = numbers(refined["trials"]).sum() / numbers(whole["trials"]).sum()
    print(f"trials of the refined sweep, as a share of the whole grid's: {trials:.4f}")
    for event in sys.argv[3:]:
        seen = numbers(refined[event])
        share = np.where(np.isnan(seen), numbers(refined[event + "Inferred"]), seen).reshape(shape)
        full = numbers(whole[event]).reshape(shape)
        known = ~np.isnan(share)
        print(f"{event}: of {share.size} cells {np.isnan(seen).sum()} were not run, of {(~known).sum()} nothing is said;", end=" ")
        print(f"{((share >= 0.5) != (full >= 0.5))[known].sum()} lie on the wrong side")
        for i, axis in enumerate(axes):
            try:
                order = np.argsort(numbers(list(dict.fromkeys(whole[axis]))))
            except ValueError:
                continue
            lines = [np.moveaxis(np.take(field, order, axis=i), i, -1).reshape(-1, shape[i]) for field in (full, share)]
            found = []
            for a, b in zip(*lines):
                a, b = crossings(a), crossings(b)
                found += distances(a, b) + distances(b, a)
            found = np.array(found)
            if len(found) == 0:
                print(f"  along {axis}: no crossings")
                continue
            near = np.isfinite(found)
            print(
                f"  along {axis}: {len(found)} crossings, {np.mean(found == 0):.4f} at the same place, {np.mean(found <= 0.25):.4f} within a quarter of a cell,"
                f" {(~near).sum()} on lines where the other has none, largest distance of the rest {found[near].max(initial=0):.3f}"
            )


main()
