"""Adelie or Chinstrap? Break a line, weigh a score, be surprised, decide, and keep promises.

The widgets of chapter 4. Each takes every number from `mlcore`: a function of the controls
works them out, the picture and the sentence show them.
"""

from functools import lru_cache
from typing import Any, NamedTuple

import numpy as np
from contourpy import contour_generator
from ipywidgets import Checkbox, FloatLogSlider, FloatSlider, IntSlider, ToggleButtons
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.colors import LogNorm
from matplotlib.figure import Figure

from mlcore._arguments import Array, Labels
from mlcore.book import figures
from mlcore.book.live import Live, Move, Press, Values, hold, moving, show_if
from mlcore.classification import (
    binary_cross_entropy,
    binary_cross_entropy_gradient,
    calibration_curve,
    classify,
    confusion_matrix,
    fit_logistic_regression,
    roc_auc,
    roc_curve,
    sigmoid,
)
from mlcore.datasets import load_penguins
from mlcore.features import polynomial_features, standardize, train_test_split
from mlcore.gradient_descent import gradient_descent, numerical_gradient
from mlcore.linear_regression import fit_linear_regression, predict
from mlcore.losses import mse

__all__ = [
    "explore_boundary",
    "explore_far_point",
    "explore_landscapes",
    "explore_overfit",
    "explore_promises",
    "explore_score",
    "explore_sigmoid",
    "explore_surprise",
    "explore_threshold",
]

PENGUINS = load_penguins()
TWO = PENGUINS.species < 2
SPECIES = PENGUINS.species_names[:2]
LABELS = PENGUINS.species[TWO]
LENGTH, DEPTH = PENGUINS.bill_length_mm[TWO], PENGUINS.bill_depth_mm[TWO]
LIFT = np.random.default_rng(4).uniform(-0.06, 0.06, len(LABELS))  # dots that hide no dots
GREY = "#767676"
PLATE: dict[str, Any] = {"facecolor": "white", "edgecolor": "none", "pad": 1}
"""Under a word that moves over birds."""
RING: dict[str, Any] = {
    "marker": "o",
    "linestyle": "",
    "markersize": 10,
    "markerfacecolor": "none",
    "markeredgecolor": figures.ERROR,
    "markeredgewidth": 1.3,
    "label": "called wrong",
}


def odds_in_words(odds: float) -> str:
    """Such as "7.4 to 1" or "1 to 7.4"."""
    more = max(odds, 1 / odds)
    ratio = f"{more:.0f}" if more >= 100 else f"{more:.3g}"
    return f"{ratio} to 1" if odds >= 1 else f"1 to {ratio}"


def in_full(price: float) -> str:
    """Such as "0.000001" or "1"."""
    return f"{price:.6f}".rstrip("0").rstrip(".")


# --- one bird far away, on the right side ---


def explore_far_point() -> Live:
    """Add Chinstraps that nobody doubts: which rule lets them move its cut?"""
    return Live(
        draw_far_point,
        width=9,
        height=3.8,
        length=IntSlider(60, min=50, max=120, description="their bill (mm)"),
        count=IntSlider(1, min=0, max=10, description="birds added"),
    )


class Rule(NamedTuple):
    """A rule fitted to the birds and those added."""

    w: Array
    """(1,), per mm."""
    b: float
    cut: float
    """From this bill length on (mm) a bird is called a Chinstrap."""
    wrong: Labels
    """Positions of our own birds that it calls wrong."""


def far_rules(length: float, count: int) -> tuple[Rule, Rule]:
    """The straight line cut at 1/2, and the sigmoid, with so many birds added."""
    X = np.append(LENGTH, np.full(count, length))[:, None]
    labels = np.append(LABELS, np.ones(count, dtype=int))
    line, curve = fit_linear_regression(X, labels), fit_logistic_regression(X, labels)
    return _rule(*line, middle=0.5), _rule(*curve, middle=0)


def _rule(w: Array, b: float, middle: float) -> Rule:
    called = predict(LENGTH[:, None], w, b) >= middle
    return Rule(w, b, float((middle - b) / w[0]), np.flatnonzero(called != LABELS))


def draw_far_point(figure: Figure) -> Move:
    """The same birds twice: a straight line through the labels, and a sigmoid."""
    panels = figure.subplots(1, 2, sharey=True)
    names = ("straight line, cut at 1/2", "sigmoid, cut at 1/2")
    heights = LABELS + LIFT
    parts = []
    for on, name, color in zip(panels, names, (figures.ERROR, figures.MODEL), strict=True):
        on.set(title=name, xlabel="bill length (mm)", ylabel="label")
        on.set(xlim=(30, 123), ylim=(-0.3, 1.5))
        on.label_outer()
        on.set_yticks([0, 0.5, 1])
        on.axhline(0.5, color=GREY, linewidth=1, linestyle=":")
        figures.groups(on, LENGTH, heights, LABELS, SPECIES)
        (rule,) = on.plot([], [], color=color)
        (cut,) = on.plot([], [], color=color, linewidth=1.5)
        (wrong,) = on.plot([], [], **RING)
        look: dict[str, Any] = {"markersize": 9, "markeredgecolor": "black"}
        (added,) = on.plot([], [], "s", color=figures.CLASSES[1][0], **look)
        moving(rule, cut, wrong, added)
        hold(added, f"the far bird, beside the {name}", lambda x, y, _: {"length": x})
        parts.append((rule, cut, wrong, added))
        on.legend(loc="lower right", handletextpad=0.2)
    panels[1].get_legend().remove()
    ends = np.linspace(30, 123, 200)

    def move(length: int, count: int) -> str:
        rules = far_rules(length, count)
        lines = [predict(ends[:, None], rule.w, rule.b) for rule in rules]
        pictures = (np.where(np.abs(lines[0] - 0.6) < 0.88, lines[0], np.nan), sigmoid(lines[1]))
        for (line, cut, wrong, added), rule, heights_of_rule in zip(
            parts, rules, pictures, strict=True
        ):
            line.set_data(ends, heights_of_rule)
            cut.set_data([rule.cut, rule.cut], [-0.3, 0.5])
            wrong.set_data(LENGTH[rule.wrong], heights[rule.wrong])
            added.set_data([length] * min(count, 1), [1] * min(count, 1))
        said = " ".join(
            f"The {name} cuts at {rule.cut:.1f} mm and calls {len(rule.wrong)} of our "
            f"{len(LENGTH)} birds wrong (circled)."
            for name, rule in zip(("line", "sigmoid"), rules, strict=True)
        )
        many = {0: "No bird", 1: "One Chinstrap"}.get(count, f"{count} Chinstraps")
        bills = {0: "", 1: f" with a bill of {length} mm"}.get(count, f" with bills of {length} mm")
        return f"{many}{bills} added. {said}"

    return move


# --- three ways to say the same ---


def explore_score() -> Live:
    """Move a score along its ruler: what becomes of the odds, and of the probability?"""
    return Live(
        draw_score,
        height=4.8,
        score=FloatSlider(-4, min=-7, max=7, step=0.1, description="score"),
    )


def draw_score(figure: Figure) -> Move:
    """Rulers for score, odds and probability, one above the other, and the curve below."""
    panels = figure.subplots(4, 1, height_ratios=(1, 1, 1, 6))
    odds = np.array([4, 20, 100, 1000])
    shares = np.array([0.001, 0.01, 0.05, 0.2, 0.5, 0.8, 0.95, 0.99, 0.999])
    rulers = (
        ("score", range(-7, 8), [f"{score:+d}" if score else "0" for score in range(-7, 8)]),
        (
            "odds",
            np.log([*(1 / odds[::-1]), 1, *odds]),
            [*(f"1 to {n}" for n in odds[::-1]), "1 to 1", *(f"{n} to 1" for n in odds)],
        ),
        ("probability", np.log(shares / (1 - shares)), [f"{share:g}" for share in shares]),
    )
    colors = (figures.DATA, figures.PATH, figures.MODEL)
    dots = []
    for on, (name, places, labels), color in zip(panels[:3], rulers, colors, strict=True):
        on.set(xlim=(-7.3, 7.3), ylim=(0, 1), yticks=[], xticks=list(places))
        on.set_xticklabels([label.replace("-", "−") for label in labels])
        on.set_ylabel(name, rotation=0, ha="right", va="center", color=figures.ink(color))
        on.spines["left"].set_visible(False)
        on.grid(visible=False)
        on.tick_params(direction="in", length=6)
        dots += on.plot(0, 0.35, "v", color=color, markersize=11)
    curve = panels[3]
    ends = np.linspace(-7.3, 7.3, 300)
    curve.set(xlim=(-7.3, 7.3), ylim=(-0.04, 1.04), xlabel="score", ylabel="probability")
    curve.set_yticks([0, 0.25, 0.5, 0.75, 1])
    curve.plot(ends, sigmoid(ends), color=figures.MODEL)
    (step,) = curve.plot([], [], color=figures.ERROR)
    (across,) = curve.plot([], [], color=GREY, linewidth=1)
    (dot,) = curve.plot([], [], "o", color=figures.MODEL, markersize=10, markeredgecolor="black")
    moving(step, across, dot, *dots)
    rows = ("its score", "its odds", "its probability", "the curve")
    for pointer, row in zip((*dots, dot), rows, strict=True):
        hold(pointer, f"the bird, on {row}", lambda x, y, _: {"score": x}, anywhere=True)

    def move(score: float) -> str:
        now, after = sigmoid([score, score + 1])
        for pointer in dots:
            pointer.set_xdata([score])
        dot.set_data([score], [now])
        across.set_data([score, score, -7.3], [1.04, now, now])
        step.set_data([score, score + 1, score + 1], [now, now, after])
        return (
            f"Score {score:+.1f}: odds {odds_in_words(np.exp(score))}, probability {now:.3f}.\n"
            f"One more point of score multiplies the odds by {np.e:.2f} and adds "
            f"{after - now:.3f} to the probability."
        )

    return move


# --- how hard a mistake pulls ---


def explore_surprise() -> Live:
    """Give a bird a score: how large is its loss, and how hard does it pull?"""
    return Live(
        draw_surprise,
        width=9,
        height=3.8,
        score=FloatSlider(-1, min=-8, max=8, step=0.1, description="score of the bird"),
        label=ToggleButtons(
            options=[("Adelie (0)", 0), ("Chinstrap (1)", 1)], value=1, description="it is"
        ),
    )


class Marks(NamedTuple):
    """What two losses say about one bird."""

    surprise: float
    surprise_slope: float
    squared: float
    squared_slope: float


def marks(score: float, label: int) -> Marks:
    """The two losses of a score, and their slopes in it."""
    return Marks(
        binary_cross_entropy([score], [label]),
        float(binary_cross_entropy_gradient([score], [label])[0]),
        squared_error([score], label),
        float(numerical_gradient(lambda z: squared_error(z, label), [score])[0]),
    )


def squared_error(scores: Any, label: int) -> float:
    """The square of probability minus label."""
    return mse(sigmoid(scores), [label])


def draw_surprise(figure: Figure) -> Move:
    """Surprise and squared error over the score, with their tangents; beside it the slopes."""
    heights, pulls = figure.subplots(1, 2)
    heights.set(xlabel="score", ylabel="loss of this bird", xlim=(-8.4, 8.4), ylim=(-0.4, 8.4))
    pulls.set(xlabel="score", ylabel="slope of its loss", xlim=(-8.4, 8.4), ylim=(-1.15, 1.15))
    for on in (heights, pulls):
        on.set_xticks(range(-8, 9, 4))
    pulls.axhline(0, color=GREY, linewidth=1)
    styles = ((figures.MODEL, "-"), (figures.ERROR, "--"))
    pictures = [_loss_curves(heights, pulls, label, styles) for label in (0, 1)]
    parts = []
    for color, _ in styles:
        (tangent,) = heights.plot([], [], color=color, linewidth=4, alpha=0.45)
        looks: dict[str, Any] = {"color": color, "markersize": 9, "markeredgecolor": "black"}
        dots = [on.plot([], [], "o", **looks)[0] for on in (heights, pulls)]
        moving(tangent, *dots)
        parts.append((tangent, dots))
    hold(parts[0][1][0], "the score of the bird", lambda x, y, _: {"score": x}, anywhere=True)

    def move(score: float, label: int) -> str:
        now = marks(score, label)
        for k, picture in enumerate(pictures):
            show_if(label == k, *picture)
        for (tangent, dots), loss, slope in zip(parts, now[::2], now[1::2], strict=True):
            dots[0].set_data([score], [loss])
            dots[1].set_data([score], [slope])
            tangent.set_data([score - 1.5, score + 1.5], [loss - 1.5 * slope, loss + 1.5 * slope])
        return (f"An {SPECIES[0]}" if label == 0 else f"A {SPECIES[1]}") + (
            f" with score {score:+.1f}, so the probability of {SPECIES[1]} is "
            f"{sigmoid(score):.4f}.\n"
            f"Surprise {now.surprise:.3f}, slope {now.surprise_slope:+.4f} (probability minus "
            f"label); squared error {now.squared:.3f}, slope {now.squared_slope:+.4f}."
        )

    return move


def _loss_curves(
    heights: Axes, pulls: Axes, label: int, styles: tuple[tuple[str, str], ...]
) -> list[Artist]:
    """The curves of both losses and both slopes for a label, and their names."""
    scores, side = np.linspace(-8, 8, 81), 2 * label - 1
    values = np.array([marks(score, label) for score in scores.tolist()]).T
    artists: list[Artist] = []
    for k, (color, style) in enumerate(styles):
        artists += heights.plot(scores, values[2 * k], style, color=color)
        artists += pulls.plot(scores, values[2 * k + 1], style, color=color)
    middle: dict[str, Any] = {"ha": "center", "va": "center"}
    inks = [figures.ink(color) for color, _ in styles]
    artists.append(heights.text(-4.6 * side, 7.5, "surprise", color=inks[0], **middle))
    artists.append(heights.text(-5.4 * side, 1.45, "squared error", color=inks[1], **middle))
    name = "probability − label"
    artists.append(pulls.text(-5.2 * side, -0.85 * side, name, color=inks[0], **middle))
    return artists


# --- the S, laid by hand ---


def explore_sigmoid() -> Live:
    """Lay the S through the birds by hand: how little surprise can you reach?"""
    return Live(
        draw_sigmoid,
        width=9,
        height=3.8,
        even=FloatSlider(49, min=36, max=56, step=0.1, description="even bet at (mm)"),
        weight=FloatSlider(0.3, min=0.06, max=3, step=0.02, description="weight (per mm)"),
        best=Checkbox(False, description="Show the best S", indent=False),
    )


BILL_W, BILL_B = fit_logistic_regression(LENGTH[:, None], LABELS)


def surprises(even: float, weight: float) -> Array:
    """Of each bird, for the score ``weight * (length - even)``."""
    scores = weight * (LENGTH - even)
    return np.logaddexp(0, np.where(LABELS == 1, -scores, scores))


def draw_sigmoid(figure: Figure) -> Move:
    """The birds with the S; beside it what each of them costs."""
    curve, costs = figure.subplots(1, 2)
    curve.set(xlabel="bill length (mm)", ylabel="label, and probability")
    curve.set(xlim=(31, 59), ylim=(-0.12, 1.12), yticks=[0, 0.5, 1])
    figures.groups(curve, LENGTH, LABELS + LIFT, LABELS, SPECIES)
    curve.legend(loc="upper left", handletextpad=0.2)
    costs.set(xlabel="bill length (mm)", ylabel="surprise (5 and more on top)")
    costs.set(xlim=(31, 59), ylim=(-0.2, 5.3))
    ends = np.linspace(31, 59, 150)
    best_even = -BILL_B / BILL_W[0]
    answer = (
        f"\nThe best (dashed): even at {best_even:.1f} mm, weight {BILL_W[0]:.2f} per mm, "
        f"mean surprise {surprises(best_even, BILL_W[0]).mean():.3f}."
    )
    (best_line,) = curve.plot(
        ends, sigmoid(BILL_W[0] * (ends - best_even)), "--", color=figures.TRUTH, visible=False
    )
    (line,) = curve.plot([], [], color=figures.MODEL)
    looks: dict[str, Any] = {"color": figures.PATH, "markersize": 10, "markeredgecolor": "black"}
    (middle,) = curve.plot([], [], "o", **looks)
    (upper,) = curve.plot([], [], "D", **looks)
    dots = [
        costs.plot([], [], marker, color=color, ms=5, mec="#262626", mew=0.5)[0]
        for color, marker in figures.CLASSES[:2]
    ]
    (mean_line,) = costs.plot([], [], color=figures.MODEL)
    name = costs.text(58.8, 0, "mean", color=figures.MODEL, ha="right", va="bottom", bbox=PLATE)
    moving(best_line, line, middle, upper, *dots, mean_line, name)
    kinds = [np.flatnonzero(label == LABELS) for label in (0, 1)]
    hold(middle, "the S, by its middle", lambda x, y, _: {"even": x})

    def steeper(x: float, y: float, before: Values) -> Values:
        share = np.clip(y, 0.51, 0.999)
        return {"weight": np.log(share / (1 - share)) / 2}

    hold(upper, "the S, by its shoulder", steeper)

    def move(even: float, weight: float, best: bool) -> str:
        each = surprises(even, weight)
        most, mean = int(np.argmax(each)), float(np.mean(each))
        best_line.set_visible(best)
        line.set_data(ends, sigmoid(weight * (ends - even)))
        middle.set_data([even], [0.5])
        upper.set_data([even + 2], [sigmoid(2 * weight)])
        for label, dot in enumerate(dots):
            dot.set_data(LENGTH[kinds[label]], np.minimum(each[kinds[label]], 5))
        mean_line.set_data([31, 59], [mean, mean])
        name.set_y(mean)
        return (
            f"Even bet at {even:.1f} mm, weight {weight:.2f} per mm: mean surprise {mean:.3f}. "
            f"The bird that costs most is {'a ' if LABELS[most] else 'an '}{SPECIES[LABELS[most]]} "
            f"of {LENGTH[most]:.1f} mm, {each[most]:.2f}.{answer if best else ''}"
        )

    return move


# --- two losses from above ---

SCALED, BILL_MEAN, BILL_SCALE = standardize(LENGTH[:, None])
A = np.column_stack([SCALED, np.ones(len(SCALED))])


def explore_landscapes() -> Live:
    """Start two walks at one place: which loss shows the way home?"""
    return Live(
        draw_landscapes,
        width=9,
        height=4.4,
        weight=FloatSlider(-6, min=-8, max=8, step=0.5, description="weight at the start"),
        bias=FloatSlider(0, min=-6, max=6, step=0.5, description="bias at the start"),
        steps=IntSlider(0, min=0, max=1000, step=5, description="steps"),
    )


def slopes(points: Array) -> Array:
    """In weight and bias: of the mean squared error at one point, of the surprise at the other."""
    p = sigmoid(points @ A.T)
    pulls = p - LABELS
    pulls[0] *= 2 * p[0] * (1 - p[0])
    return pulls @ A / len(LABELS)


@lru_cache(maxsize=128)
def walks(weight: float, bias: float, steps: int, rate: float = 4.0) -> Array:
    """So many steps by the squares and by the surprise, from one start."""
    return gradient_descent(slopes, [[weight, bias]] * 2, rate, steps).swapaxes(0, 1)


REACH = np.array([8.5, 6.5])
"""How far from 0 the maps go, in weight and in bias."""

LEVELS = np.geomspace(0.03, 10, 20)
"""Heights of the lines on both maps, each the same factor above the one before."""


def squares(points: Array) -> Array:
    """The mean squared error of the probabilities at each point, all of them at once."""
    return np.mean((sigmoid(points @ A.T) - LABELS) ** 2, axis=-1)


def surprise(points: Array) -> Array:
    """The mean surprise at each point: log(1 + exp(score)), less the score where the label is 1."""
    scores = points @ A.T
    return np.mean(np.logaddexp(0, scores) - LABELS * scores, axis=-1)


def draw_landscapes(figure: figures.Sheet) -> Move:
    """Both losses over weight and bias, with a walk of gradient descent in each."""
    panels = figure.subplots(1, 2, sharey=True)
    weights, biases = np.linspace(-REACH[0], REACH[0], 70), np.linspace(-REACH[1], REACH[1], 60)
    points = np.stack(np.meshgrid(weights, biases), axis=-1)
    losses = (squares, surprise)
    titles = ("mean squared error", "mean surprise")
    parts = []
    ends = walks(5, -2, 500, rate=20.0)[:, -1]
    for on, title, loss, lowest in zip(panels, titles, losses, ends, strict=True):
        on.set(title=title, xlabel="weight", xlim=weights[[0, -1]], ylim=biases[[0, -1]])
        on.grid(visible=False)
        land = loss(points)
        heights = on.contourf(weights, biases, land, LEVELS, norm=LogNorm())
        on.contour(weights, biases, land, LEVELS, colors="white", linewidths=0.4, alpha=0.6)
        on.plot(*lowest, "+", color="white", markersize=12, markeredgewidth=2)
        below: dict[str, Any] = {"xytext": (0, -9), "textcoords": "offset points", "va": "top"}
        on.annotate("lowest", lowest, color="white", ha="center", **below)
        (trail,) = on.plot([], [], color=figures.PATH, marker="o", markersize=3)
        (start,) = on.plot([], [], "o", color="white", markersize=10, markeredgecolor="black")
        (ball,) = on.plot([], [], "o", color=figures.PATH, markersize=9, markeredgecolor="black")
        moving(trail, start, ball)
        hold(
            start,
            f"the start, on the {title}",
            lambda x, y, _: {"weight": x, "bias": y},
            anywhere=True,
        )
        parts.append((trail, start, ball))
    for on in panels if figure.narrow else panels[:1]:
        on.set_ylabel("bias")
    figure.colorbar(
        heights,
        ax=panels,
        label="height: the loss",
        ticks=[0.03, 0.1, 0.3, 1, 3, 10],
        format="{x:g}",
    )

    def move(weight: float, bias: float, steps: int) -> str:
        said, both = [], walks(weight, bias, 200 if steps <= 200 else 1000)
        for (trail, start, ball), path, loss, name in zip(
            parts, both, losses, ("squares", "surprise"), strict=True
        ):
            trail.set_data(*path[[*range(min(steps, 20)), *range(20, steps, 10), steps]].T)
            start.set_data([weight], [bias])
            ball.set_data(*path[[steps]].T)
            wrong = np.sum((A @ path[steps] >= 0) != LABELS)
            off = ", off the map" if np.any(np.abs(path[steps]) > REACH) else ""
            said.append(
                f"by the {name} the walk is at weight {path[steps, 0]:.2f} and bias "
                f"{path[steps, 1]:.2f}{off}, {loss(path[steps]):.3f} high, {wrong} of "
                f"{len(LABELS)} birds wrong"
            )
        return (
            f"From weight {weight:g} and bias {bias:g}, after {steps} steps at a rate of 4: "
            f"{said[0]}; {said[1]}."
        )

    return move


# --- a line through the plane ---

PLANE = np.column_stack([LENGTH, DEPTH])
MIDDLE = np.array([42.0, 18.0])
BEST_W, BEST_B = fit_logistic_regression(PLANE - MIDDLE, LABELS)


def explore_boundary() -> Live:
    """Lay the boundary between two species by hand, and make it as sure as it deserves."""
    return Live(
        draw_boundary,
        height=4.6,
        length=FloatSlider(0.3, min=-1, max=4, step=0.05, description="weight of length"),
        depth=FloatSlider(0.5, min=-6, max=2, step=0.05, description="weight of depth"),
        bias=FloatSlider(0, min=-8, max=8, step=0.05, description="middle score"),
        best=Checkbox(False, description="Show the best boundary", indent=False),
    )


class Split(NamedTuple):
    """How a boundary does on the birds."""

    surprise: float
    wrong: Labels
    """Positions of the birds it calls wrong."""


def split(w: Array, b: float) -> Split:
    """Judge the scores ``(X - MIDDLE) @ w + b``."""
    scores = predict(PLANE - MIDDLE, w, b)
    wrong = np.flatnonzero(classify(sigmoid(scores)) != LABELS)
    return Split(binary_cross_entropy(scores, LABELS), wrong)


BEST_SPLIT = split(BEST_W, BEST_B)


def boundary(w: Array, b: float, score: float = 0.0) -> tuple[Array, Array]:
    """Two points far apart on the line where the score has a value; none if w is zero."""
    size = float(np.hypot(*w))
    if size < 1e-9:
        return np.array([np.nan]), np.array([np.nan])
    foot = MIDDLE + w * (score - b) / size**2
    along = np.array([-w[1], w[0]]) / size * 200
    x, y = np.array([foot - along, foot + along]).T
    return x, y


def _bias_through(place: Array, length: float, depth: float) -> float:
    """The middle score with which the boundary goes through a place."""
    return -float((place - MIDDLE) @ [length, depth])


def draw_boundary(figure: Figure) -> Move:
    """The birds by length and depth of bill, with the boundary and its margins."""
    on = figure.subplots()
    on.set(xlabel="bill length (mm)", ylabel="bill depth (mm)", xlim=(31, 59), ylim=(15, 22))
    figures.groups(on, LENGTH, DEPTH, LABELS, SPECIES)
    (line,) = on.plot([], [], color=figures.MODEL)
    sides = [on.plot([], [], ":", color=figures.MODEL, linewidth=1.5)[0] for _ in range(2)]
    (best_line,) = on.plot(*boundary(BEST_W, BEST_B), "--", color=figures.TRUTH)
    (wrong,) = on.plot([], [], **RING)
    on.legend(loc="lower right", handletextpad=0.2)
    words: dict[str, Any] = {"color": figures.MODEL, "ha": "center", "va": "center"}
    names = [on.text(0, 0, f"{share}", bbox=PLATE, **words) for share in (0.1, 0.9)]
    moving(line, *sides, best_line, wrong, *names)

    def shift(x: float, y: float, before: Values) -> Values:
        return {"bias": _bias_through(np.array([x, y]), before["length"], before["depth"])}

    def turn(x: float, y: float, before: Values) -> Values:
        w = np.array([before["length"], before["depth"]])
        foot = np.mean(boundary(w, before["bias"]), axis=1)
        across = np.array([y - foot[1], foot[0] - x])
        across *= np.hypot(*w) / max(np.hypot(*across), 1e-9)
        across = across if across @ w >= 0 else -across
        return {"length": across[0], "depth": across[1], "bias": _bias_through(foot, *across)}

    hold(line, "the boundary, by its middle", shift)
    hold(line, "the boundary, by its end", turn, at=lambda: _end(line, 21.6, 58))
    margin = float(np.log(0.9 / 0.1))

    def move(length: float, depth: float, bias: float, best: bool) -> str:
        w = np.array([length, depth])
        now = split(w, bias)
        line.set_data(*boundary(w, bias))
        for side, name, score in zip(sides, names, (-margin, margin), strict=True):
            side.set_data(*boundary(w, bias, score))
            name.set_position(_end(side, 16.4, 32))
        best_line.set_visible(best)
        wrong.set_data(LENGTH[now.wrong], DEPTH[now.wrong])
        best_w, best_b = (f"{BEST_W[0]:+.2f} and {BEST_W[1]:+.2f}", f"{BEST_B:+.2f}")
        answer = (
            f"\nThe best (dashed): weights {best_w}, score {best_b}, {len(BEST_SPLIT.wrong)} "
            f"wrong, mean surprise {BEST_SPLIT.surprise:.3f}."
        )
        return (
            f"Weights {length:+.2f} and {depth:+.2f} per mm, score {bias:+.2f} at 42 and 18 mm: "
            f"{len(now.wrong)} of {len(LABELS)} birds wrong (circled), mean surprise "
            f"{now.surprise:.3f}.{answer if best else ''}"
        )

    return move


def _end(line: Any, height: float, side: float) -> tuple[float, float]:
    """Where a line of two points leaves the picture: at a depth, or else at a length."""
    points = np.asarray(line.get_xydata(), dtype=float)
    one, way = points[0], points[-1] - points[0]
    for axis, edge in ((1, height), (0, side)):
        place = one + (edge - one[axis]) / (way[axis] or 1e-9) * way
        if 31 < place[0] < 59:
            break
    return float(place[0]), float(place[1])


# --- decide, at a price ---

PROBABILITIES = sigmoid(predict(LENGTH[:, None], BILL_W, BILL_B))
THRESHOLDS = np.linspace(0.01, 0.99, 99)
FALSE_ALARM_RATE, RECALL, _ = roc_curve(PROBABILITIES, LABELS)


def explore_threshold() -> Live:
    """Set what mistakes cost, then find the threshold that pays the least."""
    return Live(
        draw_threshold,
        width=9,
        height=5.4,
        threshold=FloatSlider(0.5, min=0.01, max=0.99, step=0.01, description="threshold"),
        false_alarm=IntSlider(1, min=1, max=20, description="false alarm costs"),
        missed=IntSlider(10, min=1, max=20, description="a miss costs"),
    )


def counts_at(threshold: float) -> Labels:
    """The confusion matrix of the birds at a threshold."""
    return confusion_matrix(classify(PROBABILITIES, threshold), LABELS)


COUNTS = np.array([counts_at(threshold) for threshold in THRESHOLDS.tolist()])


def draw_threshold(figure: figures.Sheet) -> Move:
    """The birds by probability, the confusion table, the ROC curve, and the bill to pay."""
    (birds, table), (roc, bill) = figure.subplots(2, 2, height_ratios=(1, 1.25))
    birds.set(xlabel="probability of Chinstrap", xlim=(-0.02, 1.02), ylim=(-0.5, 1.5))
    birds.set_yticks([0, 1], SPECIES)
    figures.groups(birds, PROBABILITIES, LABELS + 3 * LIFT, LABELS, SPECIES)
    birds.set_title("circled: called wrong", color=figures.ink(figures.ERROR))
    birds.get_legend().remove()
    (at,) = birds.plot([], [], color=figures.MODEL)
    (wrong,) = birds.plot([], [], **RING)

    cells = _table(table, "\n" if figure.narrow else " ")

    roc.set(xlabel="false alarms (share of the Adelies)", ylabel="recall")
    roc.set(xlim=(-0.03, 1.03), ylim=(-0.03, 1.06))
    roc.plot(FALSE_ALARM_RATE, RECALL, color=figures.MODEL)
    roc.plot([0, 1], [0, 1], ":", color=GREY)
    roc.text(0.62, 0.5, "tossing coins", color=GREY)
    (here,) = roc.plot([], [], "o", color=figures.PATH, markersize=10, markeredgecolor="black")

    bill.set(xlabel="threshold", ylabel="cost (share of the highest)", xlim=(0, 1), ylim=(0, 1.08))
    (costs,) = bill.plot([], [], color=figures.MODEL)
    (paid,) = bill.plot([], [], "o", color=figures.PATH, markersize=10, markeredgecolor="black")
    (even,) = bill.plot([], [], "--", color=figures.TRUTH)
    (best,) = bill.plot([], [], "D", color=figures.TRUTH, markersize=7, markeredgecolor="black")
    name = bill.text(0, 0.95, "by the odds", color=figures.ink(figures.TRUTH), bbox=PLATE)
    moving(at, wrong, here, costs, best, paid, even, name, *cells)
    rates = COUNTS[:, :, 1] / COUNTS.sum(axis=2)

    def nearest(x: float, y: float, _: Values) -> Values:
        return {"threshold": THRESHOLDS[np.argmin(np.hypot(*(rates - [x, y]).T))]}

    hold(at, "the threshold, among the birds", lambda x, y, _: {"threshold": x}, anywhere=True)
    hold(here, "the threshold, on the ROC curve", nearest, anywhere=True)
    hold(paid, "the threshold, on its costs", lambda x, y, _: {"threshold": x}, anywhere=True)

    def move(threshold: float, false_alarm: int, missed: int) -> str:
        (a, b), (c, d) = counts = counts_at(threshold)
        prices = np.array([[0, false_alarm], [missed, 0]])
        all_costs = (COUNTS * prices).sum(axis=(1, 2))
        cost, least = int(np.sum(counts * prices)), int(all_costs.min())
        share = false_alarm / (false_alarm + missed)
        mistakes = np.flatnonzero(classify(PROBABILITIES, threshold) != LABELS)
        at.set_data([threshold, threshold], [-0.5, 1.5])
        wrong.set_data(PROBABILITIES[mistakes], (LABELS + 3 * LIFT)[mistakes])
        for cell, count in zip(cells, (a, b, c, d), strict=True):
            cell.set_text(f"{count}")
        here.set_data([b / (a + b)], [d / (c + d)])
        costs.set_data(THRESHOLDS, all_costs / all_costs.max())
        paid.set_data([threshold], [cost / all_costs.max()])
        best.set_data(THRESHOLDS[[np.argmin(all_costs)]], [least / all_costs.max()])
        even.set_data([share, share], [0, 1])
        name.set(x=share + (0.02 if share < 0.6 else -0.02), ha="left" if share < 0.6 else "right")
        precision = f"{d / (b + d):.3f}" if b + d else "undefined (none called)"
        return (
            f"Threshold {threshold:.2f}: {b} false alarms, {c} missed (circled); "
            f"precision {precision}, recall {d / (c + d):.3f}. "
            f"Cost {b} × {false_alarm} + {c} × {missed} = {cost}; the cheapest threshold "
            f"for these birds (diamond) pays {least}.\n"
            f"By the odds: call it a Chinstrap from {false_alarm} / ({false_alarm} + {missed}) = "
            f"{share:.2f} on (dashed)."
        )

    return move


def _table(on: Axes, space: str) -> list[Any]:
    """A two by two table of counts, true species by what they were called."""
    lines = 2 if space == "\n" else 1
    on.set(xlim=(-1.1, 2), ylim=(2, -0.35 - 0.4 * lines))
    on.axis("off")
    for k, name in enumerate(SPECIES):
        on.text(k + 0.5, 0.05 - 0.2 * lines, f"called{space}{name}", ha="center", va="center")
        on.text(-0.08, k + 0.5, f"is {name}", ha="right", va="center")
    words = (("right", "false alarms"), ("missed", "caught"))
    cells = []
    for row in range(2):
        for column in range(2):
            color = figures.TRUTH if row == column else figures.ERROR
            on.fill_between(
                [column + 0.03, column + 0.97], row + 0.04, row + 0.96, color=color, alpha=0.15
            )
            on.text(
                column + 0.5, row + 0.8, words[row][column], ha="center", va="center", color=GREY
            )
            cells.append(
                on.text(column + 0.5, row + 0.4, "", ha="center", va="center", fontsize=17)
            )
    return cells


# --- a boundary that learns by heart ---


def explore_overfit() -> Live:
    """Make large weights cheap: what does the boundary do between a few birds?"""
    return Live(
        draw_overfit,
        width=9,
        height=4.2,
        l2=FloatLogSlider(
            1, min=-6, max=0, step=1, description="price of large weights", readout_format=".6f"
        ),
        draw=Press("Draw other birds"),
    )


POWERS = np.column_stack(
    [polynomial_features((LENGTH - 42) / 10, 5), polynomial_features((DEPTH - 18) / 2, 5)]
)
PRICES = 10.0 ** np.arange(-6, 1)
MAP = np.linspace(31, 59, 113), np.linspace(15, 22, 71)
"""Lengths and depths in the picture."""
MAP_POWERS = np.column_stack(
    [
        polynomial_features((np.tile(MAP[0], len(MAP[1])) - 42) / 10, 5),
        polynomial_features((np.repeat(MAP[1], len(MAP[0])) - 18) / 2, 5),
    ]
)


class Few(NamedTuple):
    """A tenth of the birds, and what was learned from them."""

    birds: Labels
    """Their positions."""
    learned: list[Array]
    """For each price the scores on the map."""
    training: list[float]
    """For each price the mean surprise at these birds."""
    held_out: list[float]
    """For each price the mean surprise at the others."""
    wrong: list[int]
    """For each price how many of the others are called wrong."""


@lru_cache(maxsize=16)
def few(draw: int) -> Few:
    """What is learned from one draw of birds."""
    rng, places = np.random.default_rng(draw), np.arange(len(LABELS))
    X, X_others, birds, others = train_test_split(POWERS, places, 0.9, rng)
    X, mean, scale = standardize(X)
    X_others, X_map = (X_others - mean) / scale, (MAP_POWERS - mean) / scale
    y, y_others = LABELS[birds], LABELS[others]
    found = Few(birds.astype(np.intp), [], [], [], [])
    for price in PRICES.tolist():
        w, b = fit_logistic_regression(X, y, l2=price)
        found.learned.append(predict(X_map, w, b).reshape(len(MAP[1]), len(MAP[0])))
        found.training.append(binary_cross_entropy(predict(X, w, b), y))
        scores = predict(X_others, w, b)
        found.held_out.append(binary_cross_entropy(scores, y_others))
        found.wrong.append(int(np.sum((scores >= 0) != y_others)))
    return found


def draw_overfit(figure: Figure) -> Move:
    """The birds with the boundary; beside it both losses over the price."""
    plane, losses = figure.subplots(1, 2, width_ratios=(1.25, 1))
    plane.set(xlabel="bill length (mm)", ylabel="bill depth (mm)", xlim=(31, 59), ylim=(15, 22))
    figures.groups(plane, LENGTH, DEPTH, LABELS, SPECIES)
    plane.legend(loc="lower right", handletextpad=0.2)
    for cloud in plane.collections:
        cloud.set_alpha(0.25)
    looks: dict[str, Any] = {"markersize": 8, "markeredgecolor": "black"}
    chosen = [plane.plot([], [], m, color=color, **looks)[0] for color, m in figures.CLASSES[:2]]
    (line,) = plane.plot([], [], color=figures.MODEL)
    losses.set(xlabel="price of large weights, l2", ylabel="mean surprise", xscale="log")
    losses.set(xlim=(6e-7, 2), ylim=(-0.04, 1.3))
    losses.axhline(np.log(2), color=GREY, linewidth=1, linestyle=":")
    losses.text(1.7, np.log(2) + 0.02, "a coin", color=GREY, ha="right")
    (training,) = losses.plot([], [], "o-", color=figures.MODEL, markersize=4, label="training")
    (held_out,) = losses.plot([], [], "s--", color=figures.ERROR, markersize=4, label="held-out")
    losses.legend(loc="upper right")
    here = losses.axvline(1, color=GREY, linewidth=8, alpha=0.25)
    moving(line, *chosen, training, held_out, here)
    hold(here, "the price", lambda x, y, _: {"l2": x}, anywhere=True)

    def move(l2: float, draw: int) -> str:
        now, at = few(draw % 20), int(np.argmin(np.abs(np.log(PRICES / l2))))
        for label, dots in enumerate(chosen):
            member = now.birds[LABELS[now.birds] == label]
            dots.set_data(LENGTH[member], DEPTH[member])
        strokes: Any = contour_generator(*MAP, now.learned[at]).lines(0.0)
        gaps = [np.vstack([stroke, [[np.nan, np.nan]]]) for stroke in strokes]
        line.set_data(*np.vstack([*gaps, np.full((1, 2), np.nan)]).T)
        training.set_data(PRICES, now.training)
        held_out.set_data(PRICES, np.minimum(now.held_out, 1.28))
        here.set_xdata([l2, l2])
        n_others = len(LABELS) - len(now.birds)
        return (
            f"Price {in_full(l2)}: mean surprise {now.training[at]:.3f} at the {len(now.birds)} "
            f"birds learned from, {now.held_out[at]:.3f} at the {n_others} others (pale), of whom "
            f"{now.wrong[at]} are called wrong."
        )

    return move


# --- are its promises kept? ---


def explore_promises() -> Live:
    """Price the weights, add a bird far away: are the probabilities still what happens?"""
    return Live(
        draw_promises,
        width=9,
        height=4.2,
        l2=FloatLogSlider(
            1e-6,
            min=-6,
            max=0,
            step=0.5,
            description="price of large weights",
            readout_format=".2g",
        ),
        length=IntSlider(100, min=60, max=120, description="far bird's bill (mm)"),
        far=ToggleButtons(
            options=[(f"an {SPECIES[0]}", 0), (f"a {SPECIES[1]}", 1)],
            value=1,
            description="it is",
        ),
    )


class Kept(NamedTuple):
    """A fitted curve, and how it keeps its promises to our birds."""

    w: Array
    b: float
    promised: Array
    found: Array
    counts: Labels


def kept(l2: float, length: int, far: int) -> Kept:
    """Fit the standardised bills and one far away, of this species."""
    X = np.vstack([SCALED, (length - BILL_MEAN) / BILL_SCALE])
    w, b = fit_logistic_regression(X, np.append(LABELS, far), l2=l2)
    return Kept(w, b, *calibration_curve(sigmoid(predict(SCALED, w, b)), LABELS))


def draw_promises(figure: Figure) -> Move:
    """The birds with the S; beside it what was found over what was promised."""
    curve, promises = figure.subplots(1, 2, width_ratios=(1.3, 1))
    curve.set(xlabel="bill length (mm)", ylabel="label, and probability")
    curve.set(xlim=(30, 122), ylim=(-0.15, 1.15), yticks=[0, 0.5, 1])
    figures.groups(curve, LENGTH, LABELS + LIFT, LABELS, SPECIES)
    curve.legend(loc="center right", handletextpad=0.2)
    ends = np.linspace(30, 122, 200)
    (line,) = curve.plot([], [], color=figures.MODEL)
    (bird,) = curve.plot([], [], color=figures.PATH, markersize=10, markeredgecolor="black")
    promises.set(xlabel="promised: mean probability", ylabel="found: share of Chinstraps")
    promises.set(xlim=(-0.05, 1.05), ylim=(-0.08, 1.12))
    promises.plot([0, 1], [0, 1], "--", color=figures.TRUTH)
    promises.text(0.84, 0.72, "kept", color=figures.ink(figures.TRUTH))
    (found,) = promises.plot([], [], "o-", color=figures.MODEL, markersize=7)
    counts = [promises.text(0, 0, "", ha="center", va="bottom", bbox=PLATE) for _ in range(5)]
    moving(line, bird, found, *counts)
    hold(bird, "the far bird", lambda x, y, _: {"length": x, "far": int(y > 0.5)})

    def move(l2: float, length: int, far: int) -> str:
        now = kept(l2, length, far)
        line.set_data(
            ends, sigmoid(predict((ends[:, None] - BILL_MEAN) / BILL_SCALE, now.w, now.b))
        )
        color, marker = figures.CLASSES[far]
        bird.set(xdata=[length], ydata=[far], marker=marker, markerfacecolor=color)
        found.set_data(now.promised, now.found)
        for place, count in enumerate(counts):
            there = place < len(now.counts)
            count.set_visible(there)
            if there:
                count.set_position((now.promised[place], now.found[place] + 0.035))
                count.set_text(f"{now.counts[place]}")
        off = now.counts @ np.abs(now.promised - now.found) / len(LABELS)
        area = roc_auc(predict(SCALED, now.w, now.b), LABELS)
        said = ", ".join(
            f"{promise:.2f} and {share:.2f} ({count} {'birds' if count > 1 else 'bird'})"
            for promise, share, count in zip(*now[2:], strict=True)
        )
        return (
            f"Price {in_full(l2)}, with one far {SPECIES[far]} of {length} mm. Promised and found: "
            f"{said}.\n"
            f"On average a promise is off by {off:.3f}. Area under the ROC curve {area:.3f}."
        )

    return move
