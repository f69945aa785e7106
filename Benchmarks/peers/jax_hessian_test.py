"""The Hessian test of docs/theory.md in JAX, float64: every quantity of a cell from the gradient Gram matrix, vmapped over forget ratios.

Uniform batches and logistic loss. Eigenvalues come from LAPACK; the mean-square radius from a fixed number of Lanczos steps, enough for this project's tolerance.
"""

import jax
import jax.numpy as jnp
import numpy as np

jax.config.update("jax_enable_x64", True)

LANCZOS_STEPS = 40


def top(matrix):
    return jnp.linalg.eigvalsh(matrix)[-1]


def mean_square_radius(gram, signed, spread, retain, step_size):
    """Top eigenvalue of T on M = sum N_ij g_i g_j^T, kept as N, with <M_1, M_2> = tr(G N_1 G N_2)."""
    count = len(signed)
    forget = ~retain
    sizes = jnp.where(retain, retain.sum(), forget.sum())
    factor = spread * jnp.sqrt(sizes / (sizes - 1))
    within = factor / jnp.sqrt(sizes)
    same_set = retain[:, None] == retain[None, :]

    def apply(moment):
        half = gram @ moment
        dual = half @ gram
        scaled = step_size * signed[:, None] * half
        image = moment - scaled - scaled.T + step_size**2 * signed[:, None] * dual * signed
        noise = jnp.diag(factor**2 * jnp.diag(dual)) - jnp.where(same_set, within[:, None] * dual * within, 0)
        image += noise
        # Rounding that is not symmetric would grow: T is not self-adjoint on it.
        return dual, (image + image.T) / 2

    def step(carry, _):
        before, current = carry
        dual, image = apply(current)
        length = jnp.sqrt(jnp.maximum(jnp.sum(dual * current), 1e-300))
        unit = current / length
        diagonal = jnp.sum(dual * image) / length**2
        return (unit, image / length - diagonal * unit - length * before), (diagonal, length)

    start = jnp.eye(count) / jnp.diag(gram)[:, None]
    _, (diagonal, length) = jax.lax.scan(step, (jnp.zeros_like(start), start), None, LANCZOS_STEPS)
    return top(jnp.diag(diagonal) + jnp.diag(length[1:], 1) + jnp.diag(length[1:], -1))


def typical_rate(gram, response, batches, weights, step_size, noise):
    """Mean log growth of |delta| per step of delta <- J delta after a quarter of the steps, delta = sum a_k g_k."""
    steps = len(batches)
    begin = steps // 4

    def step(carry, batch):
        a, r, log_scale = carry
        change = -step_size * weights * response[batch] * r[batch]
        a, r = a.at[batch].add(change), r + change @ gram[batch]
        square = a @ r
        return (a / jnp.sqrt(square), r / jnp.sqrt(square), log_scale + jnp.log(square) / 2), log_scale + jnp.log(square) / 2

    _, logs = jax.lax.scan(step, (noise, gram @ noise, 0.0), batches)
    return (logs[-1] - logs[begin - 1]) / (steps - begin)


def tangent(gram, labels, outputs, batches, weights, step_size):
    """f <- f - eta G (c l'(f)) with the batches of the run."""

    def step(f, batch):
        y = labels[batch]
        return f + (step_size * weights * y * jax.nn.sigmoid(-y * f[batch])) @ gram[batch], None

    return jax.lax.scan(step, outputs, batches)[0]


def mean_field(gram, labels, outputs, retain, forget_ratio, step_size, steps):
    """The forget margin and both accuracies of the four groups (forget +-, retain +-)."""
    groups = jnp.stack([(retain == kept) & (labels == sign) for kept in (False, True) for sign in (1.0, -1.0)]).astype(float)
    sizes = jnp.maximum(groups.sum(1), 1e-300)
    margins = groups @ (labels * outputs) / sizes
    signed = labels[:, None] * gram * labels
    coupling = groups @ signed @ groups.T / (sizes[:, None] * sizes)
    weights = jnp.where(jnp.arange(4) < 2, -forget_ratio / (~retain).sum(), (1 - forget_ratio) / retain.sum())

    def step(margins, _):
        return margins + step_size * coupling @ (weights * sizes * jax.nn.sigmoid(-margins)), None

    margins = jax.lax.scan(step, margins, None, steps)[0]
    share = lambda range: jnp.sum(sizes[range] * (margins[range] > 0)) / jnp.sum(sizes[range])
    forget_margin = jnp.sum(sizes[:2] * margins[:2]) / jnp.sum(sizes[:2])
    return forget_margin, share(slice(0, 2)), share(slice(2, 4))


class HessianTest:
    def __init__(self, problem):
        cut, p = problem.forget_count, problem
        retain_size, forget_size = p.batch_sizes
        retain = jnp.arange(p.samples) >= cut
        rho = jnp.where(retain, (p.samples - cut) / retain_size, cut / forget_size) - 1

        def once(gram, labels, outputs):
            """What the cells of a network share."""
            slope = jax.nn.sigmoid(-labels * outputs)
            curvature = slope * (1 - slope)
            values, vectors = jnp.linalg.eigh(gram)
            root = vectors * jnp.sqrt(jnp.maximum(values, 0))
            kernel = jnp.sqrt(curvature[:, None] * curvature) * jnp.abs(gram)
            largest = lambda range: jnp.max(jnp.diag(kernel)[range])
            retained, forgotten = slice(cut, None), slice(None, cut)
            cross = jnp.linalg.norm(kernel[forgotten, retained], 2) / jnp.sqrt(largest(retained) * largest(forgotten))
            signed = labels[:, None] * gram * labels
            alignment = jnp.mean(signed[forgotten, retained] * slope[retained]), jnp.mean(signed[forgotten, forgotten] * slope[forgotten])
            return curvature, root, dict(
                fullHessianTop=top(root.T @ (curvature[:, None] * root)) / p.samples,
                retainCoherence=top(kernel[retained, retained]) / largest(retained),
                forgetCoherence=top(kernel[forgotten, forgotten]) / largest(forgotten),
                crossCoherence=cross,
                driftAlignmentRatio=alignment[0] / (alignment[0] + alignment[1]),
            )

        def cell(gram, labels, outputs, curvature, root, batches, noise, alpha):
            strength = curvature * jnp.where(retain, (1 - alpha) / (p.samples - cut), alpha / cut)
            signed = jnp.where(retain, strength, -strength)
            tops = strength * jnp.diag(gram)
            mixed = root.T @ (signed[:, None] * root)
            ends = jnp.linalg.eigvalsh(mixed)
            coherence = top(jnp.sqrt(strength[:, None] * strength) * jnp.abs(gram)) / tops.max()
            rho_at = rho[jnp.argmax(tops)]
            spread = p.step_size * jnp.sqrt(rho) * strength
            step = jnp.eye(p.samples) - p.step_size * mixed
            own_noise = root.T @ ((spread**2 * jnp.diag(gram))[:, None] * root)
            # A batch's weights, retain samples first.
            weights = jnp.concatenate([jnp.full(retain_size, (1 - alpha) / retain_size), jnp.full(forget_size, -alpha / forget_size)])
            predicted = tangent(gram, labels, outputs, batches, weights, p.step_size) * labels > 0
            field = mean_field(gram, labels, outputs, retain, alpha, p.step_size, p.steps)
            return dict(
                mixedHessianTop=ends[-1],
                mixedHessianBottom=ends[0],
                coherence=coherence,
                coherenceDivergenceRatio=p.step_size * jnp.sqrt(rho_at) * ends[-1] / coherence,
                coherenceConvergenceRatio=p.step_size * ends[-1] * (coherence + rho_at) / (2 * coherence),
                singleSampleDivergenceRatio=jnp.max(spread * jnp.diag(gram)),
                noiseRadius=top(spread[:, None] * gram**2 * spread),
                meanSquareRadius=mean_square_radius(gram, signed, spread, retain, p.step_size),
                contraction=top(step @ step + own_noise),
                typicalRate=typical_rate(gram, curvature, batches, weights, p.step_size, noise),
                tangentForgetAccuracy=predicted[:cut].mean(),
                tangentRetainAccuracy=predicted[cut:].mean(),
                meanFieldForgetMargin=field[0],
                meanFieldForgetAccuracy=field[1],
                meanFieldRetainAccuracy=field[2],
            )

        self._once = jax.jit(once)
        self._cells = jax.jit(jax.vmap(cell, in_axes=(None,) * 7 + (0,)))

    def measure(self, labels, outputs, gram, batches, forget_ratios, rng):
        """Every quantity by its column's name, an array over the forget ratios each."""
        labels, outputs, gram = jnp.asarray(labels), jnp.asarray(outputs), jnp.asarray(gram)
        curvature, root, shared = self._once(gram, labels, outputs)
        noise = jnp.asarray(rng.standard_normal(len(labels)))
        cells = self._cells(gram, labels, outputs, curvature, root, jnp.asarray(np.hstack(batches)), noise, jnp.asarray(forget_ratios))
        return {name: np.asarray(value) for name, value in (shared | cells).items()}
