"""How the fits find the smallest loss: slope divided by curvature, again and again.

Newton's method, for any loss of scores ``X @ w + b`` that is a sum over the examples and
bends upwards everywhere. The curvature of many classes is too large to be written down, so
it is only ever multiplied by a direction.
"""

from collections.abc import Callable
from typing import Any

import numpy as np

from mlcore._arguments import Array
from mlcore._design import Design, total

Respond = Callable[[Any, Any], tuple[Any, Any, Any]]
Bend = Callable[[Any, Any], Any]


class Place:
    """A point u of the landscape: how high the loss is there, how it slopes and how it bends."""

    def __init__(self, design: Design, labels: Any, respond: Respond, bend: Bend, u: Array) -> None:
        T, p, sums = design.T, design.T @ u, []
        self.design, self.bend, self.chances = design, bend, list[Any]()
        self.penalty = (design.penalty * np.ones_like(p).T).T
        for Z, rows in design.blocks(labels):
            loss, slopes, probabilities = respond(design.scores(Z, p), rows)
            spread = np.sum(probabilities * (1 - probabilities), axis=0)
            slopes = np.ravel(design.pull_back(Z, slopes))
            sums.append(np.concatenate([np.append(loss, spread), slopes]))
            self.chances.append(probabilities)
        loss, spread, slope = np.split(total(sums) / design.n, [1, -p.size])
        self.height = float(loss[0] + np.sum(self.penalty * p**2) / 2)
        self.slope = T.T @ (slope.reshape(p.shape) + self.penalty * p)
        share = (design.share * np.ones_like(u).T).T
        self.curvature = share + (1 - share) * 4 * spread

    def curve(self, direction: Array) -> Array:
        """By how much the slope changes along a direction."""
        T, p = self.design.T, self.design.T @ direction
        changes = total(
            self.design.pull_back(Z, self.bend(probabilities, self.design.scores(Z, p)))
            for (Z,), probabilities in zip(self.design.blocks(), self.chances, strict=True)
        )
        return T.T @ (changes / self.design.n + self.penalty * p)

    def roughly(self, slope: Array) -> Array:
        """Divide by the mean curvature of each class in each direction."""
        return slope / self.curvature

    def closely(self) -> Callable[[Array], Array]:
        """Divide by the whole curvature of each class, as if the others stood still."""
        T, gram = self.design.T, []
        for (Z,), probabilities in zip(self.design.blocks(), self.chances, strict=True):
            Q = Z @ T[1:] + T[0]
            weights = np.reshape(probabilities * (1 - probabilities), (len(Z), -1))
            gram.append(np.stack([Q.T @ (Q * column[:, np.newaxis]) for column in weights.T]))
        values, vectors = np.linalg.eigh(total(gram) / self.design.n + np.diag(self.design.share))
        inverse = vectors / np.maximum(values, 1e-15)[:, np.newaxis] @ vectors.transpose(0, 2, 1)
        shape = (*inverse.shape[:2], 1)
        return lambda slope: (inverse @ slope.T.reshape(shape))[..., 0].T.reshape(slope.shape)

    def step(self) -> Array:
        """Slope divided by curvature: conjugate gradients, the closer the flatter it is here."""
        step, rest, divide = np.zeros_like(self.slope), unshifted(self.slope), self.roughly
        length, size, direction = np.linalg.norm(self.slope), np.inf, 0 * self.slope
        goal = max(length * min(0.1, np.sqrt(length)), 1e-16)
        for i in range(3 * self.slope.size):
            if np.linalg.norm(rest) <= goal:
                break
            if i == 10 + len(self.slope) // 4:  # by now this has cost as much as the other way
                divide, size = self.closely(), np.inf
            likely = unshifted(divide(rest))
            size, before = np.sum(rest * likely), size
            direction = likely + size / before * direction
            bent = self.curve(direction)
            bend = np.sum(direction * bent)
            if not bend > 0:  # flat to the last digit, and still not down
                raise separated(self.design)
            step, rest = step + size / bend * direction, rest - size / bend * bent
        return step


def unshifted(direction: Array) -> Array:
    """Without what all classes have in common, which changes no probability."""
    return (
        direction - np.mean(direction, axis=1, keepdims=True) if direction.ndim == 2 else direction
    )


def newton(
    design: Design, labels: Any, shape: tuple[int, ...], respond: Respond, bend: Bend
) -> tuple[Array, Any]:
    """The weights and the bias where the mean loss plus ``l2 * sum(w**2)`` is smallest.

    ``respond(scores, labels)`` gives the summed losses of some examples, the slopes in their
    scores, and their probabilities; ``bend(probabilities, changes)`` says by how much the
    slopes change when the scores do. A step is the slope divided by the curvature, and it is
    halved as long as it goes too far.
    """
    u = step = np.zeros((design.T.shape[1], *shape))
    lowest, gain, n_tried = np.inf, np.inf, 0
    while True:
        n_tried += 1
        place = Place(design, labels, respond, bend, u - step)
        higher = place.height > lowest
        if not higher:
            u, lowest, step = u - step, place.height, place.step()
            gain = np.sum(step * place.slope)
        del place  # and with it the probabilities of all examples
        if higher and gain > 1e-12 * lowest:
            step, gain = step / 2, gain / 2
            continue
        only_rounding = higher or np.max(np.abs(step)) < 1e-8
        if only_rounding and design.reach(step) < 0.1:
            return design.parameters(u - step)
        # One example on the wrong side costs log 2. And no valley ends in a plain.
        costless = design.l2 == 0 and lowest * design.n < np.log(2)
        if only_rounding or costless or gain < 1e-13 * np.sum(step**2) or n_tried > 100:
            raise separated(design)


def separated(design: Design) -> ValueError:
    """What is wrong where the loss falls for ever."""
    return ValueError(
        "labels are separated by a boundary in X (but for ties on it), so that larger weights "
        f"always lower the loss: wanted a larger l2 than {design.l2:g}"
    )
