"""JAX in the span of the patches, in float64: the algorithm of this project, in the language a user would reach for."""

import jax
import jax.numpy as jnp
import numpy as np

from . import problem as experiment

jax.config.update("jax_enable_x64", True)


def outputs_of(table, labels, signs):
    """f of each sample from its pre-activations: patch 0 is mu, patch i + 1 the noise of sample i."""
    signal = signs @ jax.nn.relu(labels * table[:, :1])
    return (signal + signs @ jax.nn.relu(table[:, 1:])) / (len(signs) / 2)


def step_of(table, coefficients, gram, labels, signs, batch, weights, step_size):
    """One step on the samples `batch`, each with its weight: Z += A K[rows], and the coefficients beside it."""
    per_filter = 2 / len(signs)
    y = labels[batch]
    on_signal, on_noise = table[:, :1] * y, table[:, batch + 1]
    outputs = per_filter * (signs @ (jax.nn.relu(on_signal) + jax.nn.relu(on_noise)))
    slopes = step_size * per_filter * weights * y * jax.nn.sigmoid(-y * outputs)
    change_signal = signs * ((on_signal > 0) @ (y * slopes))
    change_noise = signs[:, None] * (on_noise > 0) * slopes
    change = jnp.concatenate([change_signal[:, None], change_noise], axis=1)
    rows = jnp.concatenate([jnp.zeros(1, batch.dtype), batch + 1])
    return table + change @ gram[rows], coefficients.at[:, rows].add(change)


class Peer:
    name = "JAX, span of the patches, float64"

    def __init__(self, problem):
        self.problem = problem
        signs = jnp.asarray(problem.signs())
        retain_size, forget_size = problem.batch_sizes

        def train_steps(state, gram, labels, batches):
            weights = jnp.full(problem.train_batch_size, 1 / problem.train_batch_size)

            def step(state, batch):
                return step_of(*state, gram, labels, signs, batch, weights, problem.train_step_size), None

            return jax.lax.scan(step, state, batches)[0]

        def unlearn(state, gram, labels, batches, forget_ratio):
            weights = jnp.concatenate(
                [jnp.full(retain_size, (1 - forget_ratio) / retain_size), jnp.full(forget_size, -forget_ratio / forget_size)]
            )

            def step(state, batch):
                return step_of(*state, gram, labels, signs, batch, weights, problem.step_size), None

            table, coefficients = jax.lax.scan(step, state, batches)[0]
            change = coefficients - state[1]
            return outputs_of(table, labels, signs), jnp.sum(change * (change @ gram))

        def mean_loss(state, labels):
            return jax.nn.softplus(-labels * outputs_of(state[0], labels, signs)).mean()

        def linearise(table, gram, labels):
            active_signal, active_noise = (table[:, :1] * labels > 0) * labels, (table[:, 1:] > 0) * 1.0
            shared = gram[0, 0] * (active_signal.T @ active_signal) + gram[1:, 1:] * (active_noise.T @ active_noise)
            return outputs_of(table, labels, signs), shared * (2 / len(signs)) ** 2

        self._train_steps = jax.jit(train_steps)
        self._loss = jax.jit(mean_loss)
        self._unlearn = jax.jit(jax.vmap(unlearn, in_axes=(None, None, None, None, 0)))
        self._linearise = jax.jit(linearise)

    def trained(self, snr, rng):
        drawing = experiment.draw(self.problem, snr, rng)
        gram, table = (jnp.asarray(part) for part in drawing.in_span())
        labels = jnp.asarray(drawing.labels)
        state = experiment.train(
            self.problem,
            rng,
            (table, jnp.zeros_like(table)),
            lambda state, batches: self._train_steps(state, gram, labels, batches),
            lambda state: self._loss(state, labels),
        )
        return None if state is None else (state, gram, labels)

    def unlearn(self, trained, batches, forget_ratios):
        state, gram, labels = trained
        outputs, _ = self._unlearn(state, gram, labels, jnp.asarray(np.hstack(batches)), jnp.asarray(forget_ratios))
        return experiment.accuracies(self.problem, np.asarray(labels), outputs)

    def linearised(self, trained):
        (table, _), gram, labels = trained
        outputs, shared = self._linearise(table, gram, labels)
        return np.asarray(labels), np.asarray(outputs), np.asarray(shared)
