"""The experiment as every peer sees it: sizes, data with explicit patches, batches, and the host's side of training.

Parameters carry the names of the specifications (docs/spec.md), in Python's spelling.
"""

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Problem:
    samples: int = 80
    dimension: int = 2000
    forget_fraction: float = 0.2
    filters_per_class: int = 10
    init_scale: float = 0.05
    train_step_size: float = 3
    train_batch_size: int = 20
    train_target_loss: float = 0.05
    train_check_every: int = 50
    train_max_steps: int = 20_000
    batch_size: int = 8
    step_size: float = 100
    steps: int = 400

    @property
    def forget_count(self):
        return min(max(round(self.forget_fraction * self.samples), 1), self.samples - 1)

    @property
    def batch_sizes(self):
        """Retain and forget samples in a step."""
        forget = self.forget_count
        return min(self.batch_size, self.samples - forget), min(self.batch_size, forget)

    def signs(self):
        """The output weight j of every filter."""
        return np.repeat([1.0, -1.0], self.filters_per_class)


@dataclass
class Drawing:
    """A data set: labels, mu and the noise of every sample, and the first weights."""

    labels: np.ndarray
    signal: np.ndarray
    noise: np.ndarray
    weights: np.ndarray

    @property
    def patches(self):
        """(samples, 2, dimension): the signal with the label's sign, and the noise."""
        return np.stack([self.labels[:, None] * self.signal, self.noise], axis=1)

    def in_span(self):
        """The Gram matrix of (mu, noise...) and the first pre-activations on them."""
        dictionary = np.vstack([self.signal, self.noise])
        return dictionary @ dictionary.T, self.weights @ dictionary.T


def draw(problem, snr, rng):
    """mu along the first axis; noise in all others, of squared length near one."""
    p = problem
    noise = rng.standard_normal((p.samples, p.dimension)) / np.sqrt(p.dimension)
    noise[:, 0] = 0
    signal = np.zeros(p.dimension)
    signal[0] = snr
    return Drawing(
        labels=rng.choice([-1.0, 1.0], p.samples),
        signal=signal,
        noise=noise,
        weights=p.init_scale * rng.standard_normal((2 * p.filters_per_class, p.dimension)),
    )


def batches(rng, steps, size, begin, end):
    """`size` of begin..<end without replacement, a row a step."""
    keys = rng.random((steps, end - begin))
    return (begin + np.argpartition(keys, size - 1, axis=1)[:, :size]).astype(np.int32)


def unlearning_batches(problem, rng):
    """Retain and forget batches of a run: the first samples are to be forgotten."""
    retain, forget = problem.batch_sizes
    cut = problem.forget_count
    return batches(rng, problem.steps, retain, cut, problem.samples), batches(rng, problem.steps, forget, 0, cut)


def train(problem, rng, state, several_steps, mean_loss):
    """Steps until the loss is at its target, looked at every so often from step 0; None where it never is.

    several_steps(state, batches) and mean_loss(state) are the peer's own.
    """
    p = problem
    for _ in range(0, p.train_max_steps + 1, p.train_check_every):
        if float(mean_loss(state)) <= p.train_target_loss:
            return state
        state = several_steps(state, batches(rng, p.train_check_every, p.train_batch_size, 0, p.samples))
    return None


def accuracies(problem, labels, outputs):
    """Forget and retain accuracy, for outputs of shape (cells, samples)."""
    right = np.asarray(outputs) * labels > 0
    cut = problem.forget_count
    return {"forgetAccuracy": right[..., :cut].mean(-1), "retainAccuracy": right[..., cut:].mean(-1)}
