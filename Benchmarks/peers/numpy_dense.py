"""The synthetic Hessian test with dense d x d matrices in NumPy, as the papers describe it."""

import numpy as np


def survives(rng, samples, coherence, batch_size, step_size, forget_ratio, steps, growth_limit):
    """One run of w <- J w from w uniform on [0, 1]^d; whether |w|^2 stayed below the limit."""
    dimension = samples - coherence + 1
    hessians = np.zeros((samples, dimension, dimension))
    for i in range(samples):
        axis = max(i - coherence + 1, 0)
        hessians[i, axis, axis] = 2 * samples / coherence
    w = rng.random(dimension)
    limit = growth_limit * (w @ w)
    for _ in range(steps):
        retain = rng.choice(samples, batch_size, replace=False)
        change = (1 - forget_ratio) * sum(hessians[i] @ w for i in retain)
        if forget_ratio > 0:
            change -= forget_ratio * sum(hessians[i] @ w for i in rng.choice(samples, batch_size, replace=False))
        w = w - step_size / batch_size * change
        if w @ w >= limit:
            return False
    return True
