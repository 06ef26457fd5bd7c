"""How the fits find the smallest loss: a few rows of X at a time, in round coordinates.

Whatever a fit needs to know about its examples is a sum over them, and a sum can be added
up block by block. So no fit ever holds a second X. A lazy array (Dask) counts as a single
block, because it brings blocks of its own.
"""

from collections.abc import Callable, Iterable, Iterator
from typing import Any

import numpy as np

from mlcore._arguments import Array, is_lazy

BLOCK = 2**18  # numbers: 2 MB, so that a block is still in the cache when it is used again
TINY = np.nextafter(0, 1)


class Design:
    """The examples, in coordinates where the loss is a round bowl and not a narrow valley.

    Let A be a column of ones for the bias and then the features. T is chosen so that
    ``T.T @ (A.T @ A / 4n + penalty) @ T`` is the identity: with parameters ``T @ u`` every
    direction of u counts the same, whatever the units and the correlations of the features.
    Directions in which nothing varies are left out.
    """

    def __init__(self, X: Any, l2: float = 0.0) -> None:
        self.X, self.l2, (self.n, d) = X, l2, X.shape
        self.height = self.n if is_lazy(X) else max(BLOCK // d, 4 * d)
        self.centre, self.spread, self.moved, self.exact = np.zeros(d), np.ones(d), False, False
        root = self._root_of_products()
        if root is None:
            self._move()
            root = self._root_of_products()
        if root is None:
            self.exact, root = True, self._root_by_rotations()
        mean, scale, sizes, directions = root
        self.condition = float(np.max(sizes, initial=0) / np.min(sizes, initial=np.inf))
        T = 2 * np.sqrt(self.n) * directions / sizes / scale[:, np.newaxis]
        T = np.block([[np.full((1, 1), 2.0), -mean @ T], [np.zeros((d, 1)), T]])
        # Turned so that the penalty too has the same curvature in every direction but its own.
        self.penalty = np.append(0, 2 * l2 / self.spread / self.spread)
        self.share, turn = np.linalg.eigh((T.T * self.penalty) @ T)
        self.T: Array = T @ turn

    def blocks(self, *others: Any) -> Iterator[tuple[Any, ...]]:
        """The features of a few examples, and the same rows of the other arrays."""
        for first in range(0, self.n, self.height):
            rows = slice(first, first + self.height)
            Z = self.X[rows].astype(np.float64, copy=False)
            Z = (Z - self.centre) / self.spread if self.moved else Z
            yield Z, *(values[rows] for values in others)

    def pull_back(self, Z: Any, slopes: Any) -> Any:
        """The slopes in the scores as slopes in the bias and the weights, ``A.T @ slopes``."""
        product = exact_product if self.exact else np.matmul
        return np.concatenate([np.ones((1, len(Z))) @ slopes, product(Z.T, slopes)])

    def parameters(self, u: Array) -> tuple[Array, Array]:
        """The weights and the bias at a point, in the units of X."""
        bias, *weights = self.T @ u
        w = (np.array(weights).T / self.spread).T
        return w.astype(self.X.dtype), bias - self.centre @ w

    def _root_of_products(self) -> tuple[Array, ...] | None:
        # Fast, and exact enough unless a column is far from 0 or close to the others.
        sums, gram = np.split(
            total(np.concatenate([np.ones((1, len(Z))) @ Z, Z.T @ Z]) for (Z,) in self.blocks()),
            [1],
        )
        squares, mean = np.diag(gram), sums[0] / self.n
        empty = squares < 1e-200
        gram = gram - self.n * np.outer(mean, mean)
        if np.any(self.X[:, empty]) or not np.all(np.diag(gram) >= 1e-4 * squares):
            return None
        gram = gram + np.diag(8 * self.n * self.l2 / self.spread / self.spread + empty)
        scale = np.sqrt(np.diag(gram))
        squares, directions = np.linalg.eigh(gram / np.outer(scale, scale))
        return (mean, scale, np.sqrt(squares), directions) if squares[0] > 1e-5 else None

    def _move(self) -> None:
        low, high = (np.asarray(end(self.X, axis=0), np.float64) for end in (np.min, np.max))
        half = np.where(high > low, np.maximum(high / 2 - low / 2, np.sqrt(self.l2)), 1)
        # A power of two, and a centre of few digits: so moving and scaling rounds very little.
        self.spread = np.maximum(np.exp2(np.floor(np.log2(half))), TINY)
        centre = np.rint((high / 2 + low / 2) / self.spread * 2**10) / 2**10 * self.spread
        self.centre = np.where(high > low, centre, low)
        self.moved = True

    def _root_by_rotations(self) -> tuple[Array, ...]:
        # Nothing is squared here, so that directions are told apart down to the last digits.
        R = np.diag(np.append(0, np.sqrt(8 * self.n) * (np.sqrt(self.l2) / self.spread)))
        for (Z,) in self.blocks():
            A = np.concatenate([np.ones_like(Z[:, :1]), Z], axis=1)
            R = np.asarray(np.linalg.qr(np.concatenate([R, A]))[1])
        mean, R = R[0, 1:] / R[0, 0], R[1:, 1:]
        length = np.sqrt(np.sum(R**2, axis=0))
        scale = np.where(length > 0, length, 1)
        _, sizes, directions = np.linalg.svd(R / scale)
        # Where the features vary no more than by their own rounding there is no direction.
        digits = np.sqrt(self.n) * np.finfo(self.X.dtype).eps * (length > 0) / scale
        noise = directions * digits * (1 + np.abs(self.centre) / self.spread)
        kept = sizes > 4 * np.sqrt(np.sum(noise**2, axis=1))
        return mean, scale, sizes[kept], directions[kept].T


def total(terms: Iterable[Any]) -> Array:
    """The sum over the blocks, as numbers in memory."""
    result: Array = np.asarray(sum(terms))
    return result


def exact_product(Z: Any, slopes: Any) -> Any:
    """``Z @ slopes``, rounded 2**18 times less: the leading bits multiply without rounding."""
    leading_Z, leading = leading_bits(Z), leading_bits(slopes)
    return leading_Z @ leading + (leading_Z @ (slopes - leading) + (Z - leading_Z) @ slopes)


def leading_bits(values: Any) -> Any:
    """The values rounded to 18 bits of the largest."""
    _, exponent = np.frexp(np.max(np.abs(values)))
    unit = np.maximum(np.ldexp(1.0, exponent - 18), TINY)
    return np.rint(values / unit) * unit


def newton(
    design: Design,
    labels: Any,
    shape: tuple[int, ...],
    respond: Callable[[Any, Any], tuple[Any, Any, Any]],
    bend: Callable[[Any, Any], Any],
) -> tuple[Array, Any]:
    """The weights and the bias where the mean loss plus ``l2 * sum(w**2)`` is smallest.

    ``respond(scores, labels)`` gives the summed losses of some examples, the slopes in their
    scores, and their probabilities; ``bend(probabilities, changes)`` says by how much the
    slopes change when the scores do. A step is the slope divided by the curvature, and it is
    halved as long as it goes too far.
    """
    u = step = np.zeros((design.T.shape[1], *shape))
    smallest, tolerance = np.inf, 1e-8 + 1e-14 * design.condition
    for _ in range(100):
        loss, slope, curve, curvature = examine(design, labels, u - step, respond, bend)
        if loss > smallest * (1 + 1e-13):
            step = step / 2
            continue
        if design.l2 == 0 and loss * design.n < np.log(2):
            break  # one example on the wrong side would have cost log 2: there is none
        u, smallest = u - step, loss
        step = conjugate_gradients(curve, slope, curvature)
        if np.max(np.abs(step)) < tolerance:
            return design.parameters(u - step)
        if np.sum(step * slope) < 1e-13 * np.sum(step**2):
            break  # a long way to go, and flat already: the loss falls for ever
    raise ValueError(
        "labels are separated by a boundary in X (but for ties on it), so that larger weights "
        f"always lower the loss: wanted a larger l2 than {design.l2:g}"
    )


def examine(
    design: Design,
    labels: Any,
    u: Array,
    respond: Callable[[Any, Any], tuple[Any, Any, Any]],
    bend: Callable[[Any, Any], Any],
) -> tuple[float, Array, Callable[[Array], Array], Array]:
    """The loss at a point, its slope, and its curvature: along a direction, and roughly."""
    T, p, n = design.T, design.T @ u, design.n
    penalty = (design.penalty * np.ones_like(p).T).T
    sums, chances = [], []
    for Z, y in design.blocks(labels):
        loss, slopes, probabilities = respond(Z @ p[1:] + p[0], y)
        chances.append(probabilities)
        spread = np.sum(probabilities * (1 - probabilities), axis=0)
        sums.append(
            np.concatenate([np.append(loss, spread), np.ravel(design.pull_back(Z, slopes))])
        )

    def curve(direction: Array) -> Array:
        q = T @ direction
        bends = total(
            design.pull_back(Z, bend(probabilities, Z @ q[1:] + q[0]))
            for (Z,), probabilities in zip(design.blocks(), chances, strict=True)
        )
        return T.T @ (bends / n + penalty * q)

    loss, spread, slope = np.split(total(sums) / n, [1, -p.size])
    share = (design.share * np.ones_like(u).T).T
    return (
        float(loss[0] + np.sum(penalty * p**2) / 2),
        T.T @ (slope.reshape(p.shape) + penalty * p),
        curve,
        share + (1 - share) * 4 * spread,
    )


def conjugate_gradients(curve: Callable[[Array], Array], slope: Array, curvature: Array) -> Array:
    """The step whose product with the curvature is the slope, the closer the flatter it is."""
    step, rest, direction = np.zeros_like(slope), slope, 0
    length, size = np.linalg.norm(slope), np.inf
    goal = max(length * min(0.1, np.sqrt(length)), 1e-16)
    for _ in range(2 * slope.size):
        if np.linalg.norm(rest) <= goal:
            break
        likely = rest / curvature
        if slope.ndim == 2:  # one shift of all the classes changes no probability
            likely -= np.mean(likely, axis=1, keepdims=True)
        size, before = np.sum(rest * likely), size
        direction = likely + size / before * direction
        bent = curve(direction)
        far = size / np.sum(direction * bent)
        step, rest = step + far * direction, rest - far * bent
    return step
