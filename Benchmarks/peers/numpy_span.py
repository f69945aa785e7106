"""NumPy in the span of the patches, in float64, all cells of a network in one batched product."""

import numpy as np

from . import problem as experiment


def outputs_of(table, labels, signs):
    signal = signs @ np.maximum(labels * table[..., :1], 0)
    return (signal + signs @ np.maximum(table[..., 1:], 0)) / (len(signs) / 2)


class Peer:
    name = "NumPy, span of the patches, float64"

    def __init__(self, problem):
        self.problem = problem
        self.signs = problem.signs()

    def _step(self, table, coefficients, gram, labels, batch, weights, step_size):
        """In place; table (cells, filters, patches), weights (cells, batch)."""
        per_filter = 2 / len(self.signs)
        y = labels[batch]
        on_signal, on_noise = table[..., :1] * y, table[..., batch + 1]
        outputs = per_filter * (self.signs @ (np.maximum(on_signal, 0) + np.maximum(on_noise, 0)))
        slopes = step_size * per_filter * weights * y / (1 + np.exp(np.minimum(y * outputs, 700)))
        change = np.empty(table.shape[:-1] + (len(batch) + 1,))
        change[..., 0] = self.signs * ((on_signal > 0) @ (y * slopes)[..., None])[..., 0]
        change[..., 1:] = self.signs[:, None] * (on_noise > 0) * slopes[..., None, :]
        rows = np.concatenate([[0], batch + 1])
        table += change @ gram[rows]
        coefficients[..., rows] += change

    def trained(self, snr, rng):
        drawing = experiment.draw(self.problem, snr, rng)
        gram, table = drawing.in_span()
        labels = drawing.labels
        weights = np.full((1, self.problem.train_batch_size), 1 / self.problem.train_batch_size)

        def several_steps(state, batches):
            for batch in batches:
                self._step(*state, gram, labels, batch, weights, self.problem.train_step_size)
            return state

        def mean_loss(state):
            return np.logaddexp(0, -labels * outputs_of(state[0], labels, self.signs)).mean()

        state = experiment.train(self.problem, rng, (table[None], np.zeros_like(table)[None]), several_steps, mean_loss)
        return None if state is None else (state, gram, labels)

    def unlearn(self, trained, batches, forget_ratios):
        (table, coefficients), gram, labels = trained
        retain_size, forget_size = self.problem.batch_sizes
        alpha = np.asarray(forget_ratios)[:, None]
        weights = np.hstack([np.repeat((1 - alpha) / retain_size, retain_size, 1), np.repeat(-alpha / forget_size, forget_size, 1)])
        table, coefficients = table.repeat(len(alpha), 0), coefficients.repeat(len(alpha), 0)
        for batch in np.hstack(batches):
            self._step(table, coefficients, gram, labels, batch, weights, self.problem.step_size)
        return experiment.accuracies(self.problem, labels, outputs_of(table, labels, self.signs))
