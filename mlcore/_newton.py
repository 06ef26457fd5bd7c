"""How the fits find the smallest loss: Newton-CG.

Newton's method replaces the loss by its quadratic model at the present point, steps to the
lowest point of the model, and starts again. Of all methods it needs the fewest passes over
the examples, and the model itself says when nothing but rounding is left to be gained. Its
textbook form, here for two classes, with a column of ones in A:

    p = 1 / (1 + np.exp(-A @ u))
    H = (A.T * (p * (1 - p))) @ A
    u = u - np.linalg.solve(H, A.T @ (p - labels))

With k classes H has (d + 1) * k rows, too many to be written down or solved, so conjugate
gradients find the step from products of H with a few directions. In the coordinates of
`Design` and with a preconditioner few are enough, and halving a step that raises the loss
makes the method safe from any start.

The steps are named as in J. Nocedal & S. J. Wright, Numerical Optimization, 2006 ("NW").
"""

from collections.abc import Callable
from typing import Any

import numpy as np

from mlcore._arguments import Array
from mlcore._design import Design, total

LossAndGradient = Callable[[Any, Any], tuple[Any, Any, Any]]
HessianProduct = Callable[[Any, Any], Any]


class QuadraticModel:
    """``value + gradient @ p + p @ H @ p / 2``: the loss near a point u (NW, chapter 2.2)."""

    def __init__(
        self,
        design: Design,
        labels: Any,
        loss_and_gradient: LossAndGradient,
        hessian_product_of_scores: HessianProduct,
        u: Array,
    ) -> None:
        self.design, self.hessian_product_of_scores = design, hessian_product_of_scores
        T, parameters, sums = design.whitening, design.whitening @ u, []
        self.probabilities = list[Any]()  # block by block
        self.penalty = (design.penalty * np.ones_like(parameters).T).T
        for Z, rows in design.blocks(labels):
            loss, slopes, probabilities = loss_and_gradient(design.scores(Z, parameters), rows)
            variances = np.sum(probabilities * (1 - probabilities), axis=0)
            slopes = np.ravel(design.transposed_product(Z, slopes))
            sums.append(np.concatenate([np.append(loss, variances), slopes]))
            self.probabilities.append(probabilities)
        loss, variances, slopes = np.split(total(sums) / design.n, [1, -parameters.size])
        self.value = float(loss[0] + np.sum(self.penalty * parameters**2) / 2)
        self.gradient = T.T @ (slopes.reshape(parameters.shape) + self.penalty * parameters)
        # The diagonal of H, if every example had the mean variance of each class.
        penalty = (design.penalty_eigenvalues * np.ones_like(u).T).T
        self.diagonal = penalty + (1 - penalty) * 4 * variances

    def hessian_product(self, direction: Array) -> Array:
        """``H @ direction``, without H (NW, chapter 7.1)."""
        T, parameters = self.design.whitening, self.design.whitening @ direction
        products = total(
            self.design.transposed_product(
                Z, self.hessian_product_of_scores(probabilities, self.design.scores(Z, parameters))
            )
            for (Z,), probabilities in zip(self.design.blocks(), self.probabilities, strict=True)
        )
        return T.T @ (products / self.design.n + self.penalty * parameters)

    def diagonal_preconditioner(self, residual: Array) -> Array:
        """Divide by the diagonal (Jacobi; NW, chapter 5.1)."""
        return residual / self.diagonal

    def block_preconditioner(self) -> Callable[[Array], Array]:
        """Divide by the blocks on the diagonal of H, one for each class with itself."""
        T, blocks = self.design.whitening, []
        for (Z,), probabilities in zip(self.design.blocks(), self.probabilities, strict=True):
            Q = Z @ T[1:] + T[0]
            variances = np.reshape(probabilities * (1 - probabilities), (len(Z), -1))
            blocks.append(np.stack([Q.T @ (Q * column[:, np.newaxis]) for column in variances.T]))
        penalty = np.diag(self.design.penalty_eigenvalues)
        values, vectors = np.linalg.eigh(total(blocks) / self.design.n + penalty)
        inverse = vectors / np.maximum(values, 1e-15)[:, np.newaxis] @ vectors.transpose(0, 2, 1)
        shape = (*inverse.shape[:2], 1)
        return lambda residual: (inverse @ residual.T.reshape(shape))[..., 0].T.reshape(
            residual.shape
        )

    def newton_direction(self) -> Array:
        """The p of ``H @ p = -gradient``, by conjugate gradients (NW, algorithm 5.3)."""
        p, residual = np.zeros_like(self.gradient), without_common_shift(self.gradient)
        precondition, norm = self.diagonal_preconditioner, np.linalg.norm(self.gradient)
        direction, dot = np.zeros_like(p), np.inf
        # The forcing sequence of inexact Newton: the nearer, the closer (NW, chapter 7.1).
        tolerance = max(norm * min(0.1, np.sqrt(norm)), 1e-16)
        for i in range(3 * p.size):
            if np.linalg.norm(residual) <= tolerance:
                break
            if i == 10 + len(p) // 4:  # by now this has cost as much as the blocks
                precondition, dot = self.block_preconditioner(), np.inf
            preconditioned = without_common_shift(precondition(residual))
            dot, before = np.sum(residual * preconditioned), dot
            direction = dot / before * direction - preconditioned
            product = self.hessian_product(direction)
            curvature = np.sum(direction * product)
            if not curvature > 0:  # flat to the last digit, and still not down
                raise separated(self.design)
            p, residual = p + dot / curvature * direction, residual + dot / curvature * product
        return p


def without_common_shift(direction: Array) -> Array:
    """Without what all classes have in common, which changes no probability: the null space."""
    return (
        direction - np.mean(direction, axis=1, keepdims=True) if direction.ndim == 2 else direction
    )


def newton_cg(
    design: Design,
    labels: Any,
    shape: tuple[int, ...],
    loss_and_gradient: LossAndGradient,
    hessian_product_of_scores: HessianProduct,
) -> tuple[Array, Any]:
    """The weights and the bias where the mean loss plus ``l2 * sum(w**2)`` is smallest.

    ``loss_and_gradient(scores, labels)`` gives the summed losses of some examples, the
    gradient in their scores, and their probabilities; ``hessian_product_of_scores(
    probabilities, direction)`` the product of the Hessian in the scores with a direction.
    Line search Newton-CG, with step halving (NW, algorithms 7.1 and 3.1).
    """
    u = step = np.zeros((design.whitening.shape[1], *shape))
    value, decrement, n_evaluations = np.inf, np.inf, 0
    while True:
        n_evaluations += 1
        model = QuadraticModel(
            design, labels, loss_and_gradient, hessian_product_of_scores, u + step
        )
        too_far = model.value > value
        if not too_far:
            u, value, step = u + step, model.value, model.newton_direction()
            decrement = -np.sum(step * model.gradient)  # twice what the model promises to gain
        del model  # and with it the probabilities of all examples
        if too_far and decrement > 1e-12 * value:
            step, decrement = step / 2, decrement / 2
            continue
        only_rounding = too_far or np.max(np.abs(step)) < 1e-8
        # No whitened row is longer than 2 sqrt(n), so that no score changes by more than this.
        if only_rounding and 2 * np.sqrt(design.n) * np.linalg.norm(step) < 0.1:
            return design.parameters(u + step)
        # One example on the wrong side costs log 2. And no valley ends in a plain.
        costless = design.l2 == 0 and value * design.n < np.log(2)
        flat = decrement < 1e-13 * np.sum(step**2)
        if only_rounding or costless or flat or n_evaluations > 100:
            raise separated(design)


def separated(design: Design) -> ValueError:
    """What is wrong where the loss falls for ever."""
    return ValueError(
        "labels are separated by a boundary in X (but for ties on it), so that larger weights "
        f"always lower the loss: wanted a larger l2 than {design.l2:g}"
    )
