"""PyTorch on the processor: explicit weights in float32, autograd, a loop over steps with all cells in one batched product."""

import numpy as np
import torch

from . import problem as experiment


def network(weights, patches, signs):
    """f; weights (cells, filters, dimension), patches (samples, 2, dimension): (cells, samples)."""
    samples, each, dimension = patches.shape
    responses = torch.relu(weights @ patches.reshape(samples * each, dimension).T)
    return torch.einsum("r,crs->cs", signs, responses).reshape(-1, samples, each).sum(2) / (len(signs) / 2)


def losses(weights, patches, labels, signs):
    return torch.nn.functional.softplus(-labels * network(weights, patches, signs))


class Peer:
    name = "PyTorch, explicit weights, float32"

    def __init__(self, problem):
        self.problem = problem
        self.signs = torch.tensor(problem.signs(), dtype=torch.float32)

    def _descend(self, weights, objective, step_size):
        (slope,) = torch.autograd.grad(objective, weights)
        with torch.no_grad():
            weights -= step_size * slope

    def trained(self, snr, rng):
        drawing = experiment.draw(self.problem, snr, rng)
        patches = torch.tensor(drawing.patches, dtype=torch.float32)
        labels = torch.tensor(drawing.labels, dtype=torch.float32)
        weights = torch.tensor(drawing.weights[None], dtype=torch.float32, requires_grad=True)

        def several_steps(weights, batches):
            for batch in torch.from_numpy(batches.astype(np.int64)):
                objective = losses(weights, patches[batch], labels[batch], self.signs).mean()
                self._descend(weights, objective, self.problem.train_step_size)
            return weights

        def mean_loss(weights):
            with torch.no_grad():
                return losses(weights, patches, labels, self.signs).mean()

        weights = experiment.train(self.problem, rng, weights, several_steps, mean_loss)
        return None if weights is None else (weights.detach(), patches, labels)

    def unlearn(self, trained, batches, forget_ratios):
        first, patches, labels = trained
        alpha = torch.tensor(forget_ratios, dtype=torch.float32)
        weights = first.repeat(len(forget_ratios), 1, 1).requires_grad_()
        retained, forgotten = (torch.from_numpy(part.astype(np.int64)) for part in batches)
        for retain, forget in zip(retained, forgotten):
            down = losses(weights, patches[retain], labels[retain], self.signs).mean(1)
            up = losses(weights, patches[forget], labels[forget], self.signs).mean(1)
            # The cells share no weights, so the gradient of the sum is each cell's own.
            self._descend(weights, ((1 - alpha) * down - alpha * up).sum(), self.problem.step_size)
        with torch.no_grad():
            outputs = network(weights, patches, self.signs)
        return experiment.accuracies(self.problem, labels.numpy(), outputs.numpy())
