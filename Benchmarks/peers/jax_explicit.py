"""JAX with explicit weights in float32: jit, vmap over cells, scan over steps. What a user would write first, written well."""

import jax
import jax.numpy as jnp
import numpy as np

from . import problem as experiment

PRECISION = jnp.float32


def network(weights, patches, signs):
    """f of each sample; weights (filters, dimension), patches (samples, 2, dimension)."""
    samples, each, dimension = patches.shape
    responses = jax.nn.relu(weights @ patches.reshape(samples * each, dimension).T)
    return (signs @ responses).reshape(samples, each).sum(1) / (len(signs) / 2)


def losses(weights, patches, labels, signs):
    return jax.nn.softplus(-labels * network(weights, patches, signs))


class Peer:
    name = "JAX, explicit weights, float32"

    def __init__(self, problem):
        self.problem = problem
        signs = jnp.asarray(problem.signs(), PRECISION)

        def train_steps(weights, patches, labels, batches):
            def step(weights, batch):
                slope = jax.grad(lambda w: losses(w, patches[batch], labels[batch], signs).mean())(weights)
                return weights - problem.train_step_size * slope, None

            return jax.lax.scan(step, weights, batches)[0]

        def unlearn(weights, patches, labels, retain, forget, forget_ratio):
            def objective(weights, retained, forgotten):
                down = losses(weights, patches[retained], labels[retained], signs).mean()
                up = losses(weights, patches[forgotten], labels[forgotten], signs).mean()
                return (1 - forget_ratio) * down - forget_ratio * up

            def step(weights, batch):
                return weights - problem.step_size * jax.grad(objective)(weights, *batch), None

            return network(jax.lax.scan(step, weights, (retain, forget))[0], patches, signs)

        self._train_steps = jax.jit(train_steps)
        self._loss = jax.jit(lambda w, patches, labels: losses(w, patches, labels, signs).mean())
        self._unlearn = jax.jit(jax.vmap(unlearn, in_axes=(None, None, None, None, None, 0)))
        self._linearise = jax.jit(lambda w, patches: (network(w, patches, signs), jax.jacobian(network)(w, patches, signs)))

    def trained(self, snr, rng):
        drawing = experiment.draw(self.problem, snr, rng)
        patches, labels = jnp.asarray(drawing.patches, PRECISION), jnp.asarray(drawing.labels, PRECISION)
        weights = experiment.train(
            self.problem,
            rng,
            jnp.asarray(drawing.weights, PRECISION),
            lambda w, batches: self._train_steps(w, patches, labels, batches),
            lambda w: self._loss(w, patches, labels),
        )
        return None if weights is None else (weights, patches, labels)

    def unlearn(self, trained, batches, forget_ratios):
        """Accuracies of one run for each forget ratio, all with the same batches."""
        weights, patches, labels = trained
        outputs = self._unlearn(weights, patches, labels, *batches, jnp.asarray(forget_ratios, PRECISION))
        return experiment.accuracies(self.problem, np.asarray(labels), outputs)

    def linearised(self, trained):
        """Labels, outputs and gradient Gram matrix at the trained weights, in float64."""
        weights, patches, labels = trained
        outputs, gradients = self._linearise(weights, patches)
        gradients = np.asarray(gradients, np.float64).reshape(len(labels), -1)
        return np.asarray(labels, np.float64), np.asarray(outputs, np.float64), gradients @ gradients.T
