"""Whether a peer's results are ours: mean against mean in every cell, before its time counts."""

import numpy as np
from scipy import stats

# Probability that any of a peer's comparisons fails by chance alone, were its results drawn from the same law as ours.
FAMILY_LEVEL = 1e-3


def disagreements(ours, theirs):
    """Compares means by Welch's test. Both: {(cell, quantity): values over repetitions}. The number of comparisons, the smallest p, and what differs."""
    comparisons, smallest, found = 0, 1.0, []
    for key, values in theirs.items():
        a, b = (np.array([v for v in sample if v is not None and np.isfinite(v)]) for sample in (ours[key], values))
        if len(a) < 2 or len(b) < 2:
            continue
        comparisons += 1
        if np.ptp(a) == 0 and np.ptp(b) == 0:
            p = 1.0 if np.isclose(a[0], b[0], rtol=1e-6, atol=1e-9) else 0.0
        else:
            p = stats.ttest_ind(a, b, equal_var=False).pvalue
        smallest = min(smallest, p)
        found.append((p, key, a.mean(), b.mean()))
    level = FAMILY_LEVEL / max(comparisons, 1)
    return comparisons, smallest, [row for row in found if row[0] < level]


def survival_disagreements(runs, ours, theirs):
    """The same for counts of surviving runs, by Fisher's exact test."""
    ps = [stats.fisher_exact([[a, runs - a], [b, runs - b]]).pvalue for a, b in zip(ours, theirs)]
    return len(ps), min(ps), [p for p in ps if p < FAMILY_LEVEL / len(ps)]
