"""Which of K? Move the scores, train the birds apart, draw a digit, and cure six models.

The widgets of chapter 5. Each takes every number from `mlcore`: a function of the controls
works them out, the picture and the sentence show them.
"""

from collections.abc import Callable, Sequence
from functools import cache
from typing import Any, NamedTuple

import numpy as np
from ipywidgets import (
    Button,
    ButtonStyle,
    Dropdown,
    FloatSlider,
    GridBox,
    IntSlider,
    Label,
    Layout,
    ToggleButtons,
    VBox,
)
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from traitlets import Tuple

from mlcore._arguments import Array, Labels
from mlcore.book import figures
from mlcore.book.live import Live, Move, moving
from mlcore.classification import accuracy
from mlcore.datasets import load_digits, load_penguins
from mlcore.features import standardize, train_test_split
from mlcore.gradient_descent import check_gradient, gradient_descent, numerical_gradient
from mlcore.softmax import (
    cross_entropy,
    cross_entropy_gradient,
    one_hot,
    softmax,
)

__all__ = [
    "explore_clinic",
    "explore_digit",
    "explore_scores",
    "explore_simplex",
    "loss_curves",
]

PENGUINS = load_penguins()
SPECIES = PENGUINS.species_names
GREY = "#767676"

Loss = Callable[[Array, Labels], float]
Gradient = Callable[[Array, Labels], Array]


def descend(
    X: Array,
    labels: Array,
    start: Array,
    learning_rate: float,
    n_steps: int,
    gradient: Gradient = cross_entropy_gradient,
    momentum: float = 0.0,
) -> Array:
    """The training history of softmax regression; a point is the weights above the biases."""
    return gradient_descent(
        lambda point: slope(point, X, labels, gradient), start, learning_rate, n_steps, momentum
    )


def slope(point: Array, X: Array, labels: Array, gradient: Gradient) -> Array:
    """The slope of the loss in the weights, and below it that in the biases."""
    slopes = gradient(scores_of(point, X), labels)
    return np.vstack([X.T @ slopes, slopes.sum(axis=0)])


def scores_of(point: Array, X: Array) -> Array:
    """One row of scores for each row of X."""
    return X @ point[:-1] + point[-1]


# --- scores, exponentials, shares ---


def explore_scores() -> Live:
    """Shift three scores and heat them: which step breaks, and which number stands still?"""
    return Live(
        draw_scores,
        width=9,
        height=3.4,
        adelie=FloatSlider(1, min=-5, max=5, step=0.1, description="score of Adelie"),
        gentoo=FloatSlider(-1, min=-5, max=5, step=0.1, description="score of Gentoo"),
        shift=IntSlider(0, min=-1000, max=1000, step=10, description="added to all"),
        temperature=ToggleButtons(
            options=[("1/4", 0.25), ("1", 1.0), ("4", 4.0)], value=1.0, description="Temperature"
        ),
        bird=ToggleButtons(
            options=[(name, label) for label, name in enumerate(SPECIES)],
            value=2,
            description="The bird is",
        ),
    )


def shares_as_written(scores: Array) -> tuple[Array, Array]:
    """The formula of the softmax, typed as it stands: the exponentials and their shares."""
    with np.errstate(all="ignore"):
        exponentials = np.exp(scores)
        return exponentials, exponentials / exponentials.sum()


def draw_scores(figure: Figure) -> Move:
    """Scores, their exponentials as written and after the shift, and the shares."""
    panels = figure.subplots(1, 4, sharey=True, width_ratios=(1, 1.1, 1, 1.5))
    titles = ("score", "exp(score)", "exp(score − largest)", "probability")
    limits = ((-6, 6), (-340, 340), (0, 1.1), (0, 1.1))
    for on, title, limit in zip(panels, titles, limits, strict=True):
        on.set(title=title, xlim=limit, ylim=(2.6, -0.6))
        on.grid(axis="y", visible=False)
    panels[0].set(yticks=range(3), yticklabels=SPECIES, xticks=[-5, 0, 5])
    panels[0].axvline(0, color=GREY, linewidth=1)
    powers = [-300, 0, 300]
    panels[1].set(xticks=powers, xticklabels=[f"1e{power}" if power else "1" for power in powers])
    panels[1].axvline(np.log10(np.finfo(float).max), color=figures.ERROR, linewidth=1, ls="--")
    panels[1].text(295, -0.52, "largest float", color=figures.ERROR, ha="right", va="center")
    bars = [
        on.barh(range(3), 3 * [1.0], color=[color for color, _ in figures.CLASSES], height=0.5)
        for on in panels
    ]
    for bar in bars[1]:
        bar.set_x(-340)
    (target,) = panels[3].plot([1], [2], marker="|", color=figures.ERROR, markersize=26)
    arrows = panels[3].quiver(
        [0, 0, 0],
        [0, 1, 2],
        [0, 0, 0],
        [0, 0, 0],
        color=figures.ERROR,
        angles="xy",
        scale_units="xy",
        scale=1,
        width=0.012,
        zorder=3,
    )
    (written,) = panels[3].plot([], [], "x", color=figures.DATA, label="as written")
    broken = panels[1].text(0, 1, "", ha="center", va="center", fontsize=13, color=figures.ERROR)
    moving(*(bar for group in bars for bar in group), target, arrows, written, broken)

    def move(adelie: float, gentoo: float, shift: int, temperature: float, bird: int) -> str:
        scores = np.array([adelie, 1.5, gentoo])
        shifted = (scores + shift) / temperature
        exponentials, naive = shares_as_written(shifted)
        probabilities = softmax(shifted)
        pushes = one_hot([bird], 3)[0] - probabilities
        widths = (
            scores,
            np.clip(shifted / np.log(10), -330, 330) + 340,
            np.exp(shifted - shifted.max()),
            probabilities,
        )
        for group, lengths in zip(bars, widths, strict=True):
            for bar, length in zip(group, lengths, strict=True):
                bar.set_width(length)
        offsets = np.column_stack([probabilities, np.arange(3) + 0.36])
        arrows.set_offsets(offsets)
        arrows.set_UVC(pushes, np.zeros(3))
        target.set_data([1], [bird])
        works = np.isfinite(naive).all()
        written.set_data(naive, np.arange(3)) if works else written.set_data([], [])
        broken.set_text("" if works else "inf / inf" if shift > 0 else "0 / 0")
        return sentence_of_scores(shifted, exponentials, probabilities, bird, bool(works))

    return move


def sentence_of_scores(
    scores: Array, exponentials: Array, probabilities: Array, bird: int, works: bool
) -> str:
    """The state of `explore_scores` in words."""
    shares = ", ".join(f"{n} {p:.2f}" for n, p in zip(SPECIES, probabilities, strict=True))
    listed = ", ".join(f"{score:g}" for score in scores.round(2).tolist())
    if works:
        verdict = "the same"
    else:
        verdict = f"the sum of the exponentials is {exponentials.sum():g}, the shares are nan"
    misses = probabilities - one_hot([bird], 3)[0]
    surprise = cross_entropy(scores[np.newaxis], [bird])
    return (
        f"Scores {listed} give {shares}; sum {probabilities.sum():.2f}. As written: {verdict}.\n"
        f"The bird is {SPECIES[bird]}: surprise {surprise:.2f}; p − one-hot is "
        + ", ".join(f"{miss:+.2f}" for miss in misses)
        + f"; sum {abs(misses.sum()):.2f}."
    )
