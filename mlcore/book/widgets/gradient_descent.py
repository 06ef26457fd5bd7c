"""Which way is down, and how far? Walk there yourself.

The widgets of chapter 3. The walks are those of `mlcore.gradient_descent`: a function of the
controls takes one, the picture and the sentence show it.
"""

import math
from collections.abc import Callable
from functools import lru_cache
from typing import Any, NamedTuple

import numpy as np
from ipywidgets import Button, Checkbox, FloatLogSlider, FloatSlider, HBox, SelectionSlider
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.cm import ScalarMappable
from matplotlib.colors import BoundaryNorm, LogNorm
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from traitlets import Int

from mlcore._arguments import Array
from mlcore.book import figures
from mlcore.book.live import Live, Move, Press, hold, moving
from mlcore.datasets import load_penguins
from mlcore.features import standardize
from mlcore.gradient_descent import (
    gradient_descent,
    learning_rate_limit,
    stochastic_gradient_descent,
)
from mlcore.linear_regression import fit_linear_regression, predict
from mlcore.losses import mse, mse_gradient

__all__ = [
    "Steps",
    "explore_batches",
    "explore_descent",
    "explore_momentum",
    "explore_plane",
    "explore_slope",
]

PENGUINS = load_penguins()
FLIPPER = PENGUINS.flipper_length_mm[:, np.newaxis] / 100
"""In decimetres: with the mass in kg, weight and bias are of one size and fit on one map."""
MASS = PENGUINS.body_mass_g / 1000
GREY = "#767676"
FAR = 1e4


class Steps(HBox):  # type: ignore[misc]
    """How many steps were taken: a button for one, one for ten, and one to start again."""

    value = Int(0)
    label, min, step = "steps", 0, 1
    walks = True
    """So that a page, too, has a button that takes one after the other."""

    def __init__(self, at_most: int, value: int = 0) -> None:
        self.max = at_most
        super().__init__(
            [
                self._button("Step", lambda: self.value + 1),
                self._button("10 steps", lambda: self.value + 10),
                self._button("Back to step 0", lambda: 0),
            ]
        )
        self.value = value

    def _button(self, name: str, target: Callable[[], int]) -> Button:
        button = Button(description=name, layout={"width": "auto"})
        button.on_click(lambda _: self.set_trait("value", min(target(), self.max)))
        return button


# ---------------------------------------------------------------------- one parameter


def explore_slope() -> Live:
    """A ball on a curve: where does the slope send it, and how far?"""
    return Live(
        draw_slope,
        height=3.9,
        start=FloatSlider(-2.5, min=-4, max=4, step=0.1, description="start w"),
        learning_rate=FloatSlider(1.05, min=0.05, max=1.2, step=0.05, description="learning rate"),
        steps=Steps(at_most=30, value=3),
    )


def slope_of_square(w: Array) -> Array:
    """The slope of w²."""
    return 2 * w


def draw_slope(figure: Figure) -> Move:
    """The curve w² with the ball on it, beside the places where it has been."""
    curve, places = figure.subplots(1, 2, width_ratios=(1.35, 1))
    w = np.linspace(-4.4, 4.4, 200)
    curve.plot(w, w**2, color=GREY)
    curve.set(xlabel="parameter w", ylabel="loss w²", xlim=(-4.4, 4.4), ylim=(-2.5, 19.4))
    places.axhline(0, color=figures.TRUTH, linestyle="--", zorder=1)
    places.set_title("dashed: the lowest point", color=figures.ink(figures.TRUTH))
    places.set(xlabel="step", ylabel="parameter w", xlim=(-0.8, 30.8), ylim=(-4.4, 4.4))
    (trail,) = curve.plot([], [], "o-", color=figures.PATH, lw=1, ms=5)
    (tangent,) = curve.plot([], [], color=figures.MODEL)
    (stride,) = curve.plot([], [], color=figures.ERROR)
    (tip,) = curve.plot([], [], color=figures.ERROR, ms=8)
    (ball,) = curve.plot([], [], "o", color=figures.PATH, ms=13, mec="black")
    on_paper = {"boxstyle": "square,pad=0.15", "facecolor": "white", "edgecolor": "none"}
    slope_text = curve.text(0, 18, "", color=figures.MODEL, ha="center", bbox=on_paper)
    step_text = curve.text(0, -2.1, "", color=figures.ink(figures.ERROR), ha="center")
    (history,) = places.plot([], [], "o-", color=figures.PATH, lw=1, ms=5)
    (now,) = places.plot([], [], "o", color=figures.PATH, ms=10, mec="black")
    moving(trail, tangent, stride, tip, ball, slope_text, step_text, history, now)
    hold(
        ball, "the ball, to start anywhere", lambda x, y, _: {"start": x, "steps": 0}, anywhere=True
    )
    hold(now, "the ball, by its step", lambda x, y, _: {"steps": x})

    def move(start: float, learning_rate: float, steps: int) -> str:
        path = gradient_descent(slope_of_square, start, learning_rate, steps + 1)
        here, there = path[-2:]
        slope = slope_of_square(here)
        trail.set_data(path[:-1], path[:-1] ** 2)
        reach = np.array([-1, 1]) * 1.6 / np.hypot(1, slope / 3)
        tangent.set_data(here + reach, here**2 + slope * reach)
        stride.set_data([here, there], [-0.9, -0.9])
        tip.set_data([there], [-0.9])
        tip.set_marker(">" if there > here else "<")
        ball.set_data([here], [here**2])
        slope_text.set_text(figures.minus(f"slope {slope:+.2f}"))
        step_text.set_text(figures.minus(f"next step {there - here:+.2f}"))
        history.set_data(np.arange(steps + 1), path[:-1])
        now.set_data([steps], [here])
        gone = "\nThe ball has left the picture." if abs(here) > 4.4 else ""
        return (
            f"Step {steps}: the ball lies at w = {here:.3f}, the loss is {here**2:.3f} and the "
            f"slope {slope:+.3f}.\nThe next step: w = {here:.3f} − {learning_rate:.2f} × "
            f"({slope:+.3f}) = {there:.3f}.{gone}"
        )

    return move


# --------------------------------------------------------------- the penguins as a valley


class Valley(NamedTuple):
    """The penguins' loss over weight and bias, with the flipper measured in one way."""

    A: Array
    """(n, 2), the flipper and a column of ones for the bias."""
    unit: str
    lowest: Array
    """(2,), the best weight and bias."""
    limit: float
    """The learning rate from which the walk diverges."""
    corner: tuple[float, float]
    """Weight and bias at the lower left of the map."""

    def losses(self, points: Array) -> Array:
        """The loss of many points at once, for the curves and the map, in kg²."""
        return np.mean((points @ self.A.T - MASS) ** 2, axis=1)

    def typical_misses(self, points: Array) -> Array:
        """Their roots, in g."""
        return 1000 * np.sqrt(self.losses(points))

    def loss(self, point: Array) -> float:
        """The loss of one point, in kg²."""
        return mse(self.A @ point, MASS)

    def slope(self, point: Array, rows: Any = slice(None)) -> Array:
        """The slope of the loss in weight and bias, seen from these birds."""
        A = self.A[rows]
        return A.T @ mse_gradient(A @ point, MASS[rows])

    def curvatures(self) -> Array:
        """(2,), along the floor and across the valley."""
        return np.linalg.eigvalsh(2 * self.A.T @ self.A / len(self.A))

    def edges(self) -> tuple[tuple[float, float], tuple[float, float]]:
        """From where to where the map goes, in w and in b."""
        (w, b), (width, height) = self.corner, MAP
        return (w, w + width), (b, b + height)


def valley(X: Array, unit: str, corner: tuple[float, float]) -> Valley:
    """The valley that the features X make."""
    w, b = fit_linear_regression(X, MASS)
    A = np.column_stack([X, np.ones(len(X))])
    return Valley(A, unit, np.append(w, b), learning_rate_limit(X), corner)


SCALED, MEAN, SCALE = standardize(FLIPPER)
VALLEYS = {
    "raw": valley(FLIPPER, "kg per dm", (-1.6, -7.7)),
    "standardised": valley(SCALED, "kg per standard deviation", (-3.9, -1.4)),
}
MAP = (9.2, 10.6)
"""The width and the height of every map, in the units of weight and bias."""
BEST_LOSS = VALLEYS["raw"].loss(VALLEYS["raw"].lowest)
LEVELS = [0.3, 0.45, 0.6, 0.9, 1.5, 2.5, 4, 6.5, 10, 30]
"""The heights of the contours, as typical misses in kg."""


@lru_cache(maxsize=64)
def walk(
    flipper: str,
    learning_rate: float,
    n_steps: int,
    momentum: float = 0.0,
    start: tuple[float, float] = (0, 0),
) -> Array:
    """The path from this weight and bias, cut short where it has left every map."""
    land = VALLEYS[flipper]
    growth = abs(1 - 2 * learning_rate / land.limit)
    if growth > 1:
        n_steps = min(n_steps, math.ceil(math.log(FAR) / math.log(growth)))
    return gradient_descent(land.slope, start, learning_rate, n_steps, momentum)


def draw_map(on: Axes, land: Valley) -> list[Artist]:
    """The contours of the valley, to scale, with its lowest point."""
    w, b = land.edges()
    grid = np.meshgrid(np.linspace(*w, 70), np.linspace(*b, 70))
    typical = np.sqrt(land.losses(np.stack(grid, axis=-1).reshape(-1, 2))).reshape(70, 70)
    hills = on.contourf(*grid, typical, LEVELS, norm=LogNorm(), cmap="cividis")
    (lowest,) = on.plot(*land.lowest, "X", color=figures.TRUTH, ms=10, mec="white", zorder=1)
    on.set(xlabel=f"weight w ({land.unit})", ylabel="bias b (kg)", aspect="equal", xlim=w, ylim=b)
    on.grid(visible=False)
    return [hills, lowest]


def draw_losses(on: Axes, x_label: str, x_max: float) -> None:
    """The empty picture of a typical miss that falls, with the lowest one to be had."""
    on.set(xlabel=x_label, ylabel="RMSE (g)", yscale="log", ylim=(260, 17_000))
    on.set_yticks([400, 1000, 4000, 10_000], ["400", "1000", "4000", "10000"])
    on.minorticks_off()
    on.set(xlim=(-0.02 * x_max, 1.02 * x_max))
    best = 1000 * BEST_LOSS**0.5
    on.axhline(best, color=figures.TRUTH, linestyle="--", zorder=1)
    on.text(x_max, best * 0.95, "best line", color=figures.ink(figures.TRUTH), ha="right", va="top")


def draw_path(on: Axes, color: str = figures.PATH) -> tuple[Line2D, Line2D]:
    """An empty path and the ball at its end."""
    (trail,) = on.plot([], [], "-", color=color, lw=1.2, ms=4, mec="black", mew=0.4)
    (ball,) = on.plot([], [], "o", color=color, ms=10, mec="black")
    moving(trail, ball)
    return trail, ball


def show_path(drawn: tuple[Line2D, Line2D], x: Array, y: Array) -> None:
    """Bring a path and its ball up to date; a short path shows each step."""
    trail, ball = drawn
    trail.set(xdata=x, ydata=y, marker="o" if len(x) <= 61 else "")
    ball.set(xdata=x[-1:], ydata=y[-1:])


def some_steps(path: Array) -> Array:
    """The numbers of at most 61 steps, the first and the last among them."""
    return np.unique(np.linspace(0, len(path) - 1, 61).round().astype(int))


def grams(loss: float) -> str:
    """The typical miss that belongs to a loss in kg²."""
    return f"{1000 * loss**0.5:.0f} g"


def explore_descent() -> Live:
    """One walk in four views, with the learning rate and its exact limit."""
    return Live(
        draw_descent,
        width=8.6,
        height=6.4,
        learning_rate=FloatLogSlider(
            10**-0.3, min=-3, max=0.5, step=0.01, description="learning rate", readout_format=".3f"
        ),
        start_w=FloatSlider(0, min=-1.5, max=5, step=0.1, description="start w"),
        start_b=FloatSlider(0, min=-1, max=2.5, step=0.1, description="start b"),
        standardise=Checkbox(False, description="Standardise the flippers", indent=False),
        steps=Steps(at_most=200),
    )


def draw_descent(figure: Figure) -> Move:
    """The rates with their limit; the line, the path on the map, the loss at each step."""
    views = figure.subplot_mosaic(
        [["rates", "rates"], ["birds", "map"], ["loss", "map"]],
        height_ratios=(0.09, 1, 1),
        width_ratios=(1, 1.05),
    )
    rates, birds, above = views["rates"], views["birds"], views["map"]
    above.set(xlabel=" ", ylabel=" ")  # room for what each map says there
    rates.set(xscale="log", xlim=(10**-3, 10**0.5), ylim=(0, 1), yticks=[])
    rates.set_xticks([0.001, 0.01, 0.1, 1], ["0.001", "0.01", "0.1", "1"])
    rates.set_title("learning rate")
    rates.grid(visible=False)
    good = rates.axvspan(1e-3, 1, color=figures.MODEL, alpha=0.22, lw=0)
    bad = rates.axvspan(1, 10, color=figures.ERROR, alpha=0.22, lw=0)
    (limit,) = rates.plot([1, 1], [0, 1], color=figures.ERROR)
    name = rates.text(1, 1.2, "", color=figures.ink(figures.ERROR), ha="center")
    (rate,) = rates.plot(1, 0.5, "o", color=figures.PATH, ms=10, mec="black", clip_on=False)

    ends = np.array([[1.7], [2.34]])
    figures.data(birds, FLIPPER, MASS)
    birds.set(xlabel="flipper length (dm)", ylabel="body mass (kg)")
    birds.set(xlim=(1.68, 2.36), ylim=(-0.4, 7.4))
    (line,) = birds.plot(ends, ends, color=figures.MODEL)
    draw_losses(views["loss"], "step", 200)
    moving(good, bad, limit, name, rate, line)
    (start,) = moving(*above.plot(0, 0, "s", color="white", mec="black", ms=14, zorder=1.5))
    path_on_map, path_of_loss = draw_path(above), draw_path(views["loss"])
    hold(rate, "the learning rate", lambda x, y, _: {"learning_rate": x}, anywhere=True)
    hold(start, "the start", lambda x, y, _: {"start_w": x, "start_b": y}, anywhere=True)
    shown: dict[str, list[Artist]] = {}

    def move(
        learning_rate: float, start_w: float, start_b: float, standardise: bool, steps: int
    ) -> str:
        flipper = "standardised" if standardise else "raw"
        land = VALLEYS[flipper]
        if flipper not in shown:
            for part in shown.pop("raw", []) + shown.pop("standardised", []):
                part.remove()
            shown[flipper] = draw_map(above, land)
        path = walk(flipper, learning_rate, steps, start=(start_w, start_b))
        start.set_data([start_w], [start_b])
        some, point = some_steps(path), path[-1]
        features = (ends - MEAN) / SCALE if standardise else ends
        masses = predict(features, point[:1], point[1])
        line.set_ydata(masses)
        good.set_width(land.limit - good.get_x())
        bad.set(x=land.limit, width=10)
        limit.set_xdata([land.limit, land.limit])
        name.set(x=land.limit, text=f"limit 2/λmax = {land.limit:.3f}")
        rate.set_xdata([learning_rate])
        show_path(path_on_map, *path.T)
        show_path(path_of_loss, some, land.typical_misses(path[some]))
        low, high = birds.get_ylim()
        line_seen = bool(masses.max() >= low and masses.min() <= high)
        return arithmetic(land, learning_rate, path, steps, line_seen)

    return move


def arithmetic(land: Valley, rate: float, path: Array, steps: int, line_seen: bool) -> str:
    """Where the walk is, and its next step written out."""
    loss = land.loss(path[-1])
    side = "above" if rate > land.limit else "below"
    share = f"learning rate {rate:.3f}, {side} the limit {land.limit:.3f}"
    if len(path) <= steps:
        return (
            f"Step {len(path) - 1} of {steps}, {share}: the typical miss is {grams(loss)}, and the "
            "walk is cut short.\nEach step overshoots by more than the last one; more cannot help."
        )
    slope = land.slope(path[-1])
    on_map = all(
        low <= here <= high for here, (low, high) in zip(path[-1], land.edges(), strict=True)
    )
    gone = "" if on_map else "\nThe ball has left the map."
    if not line_seen:
        gone = (gone[:-1] or "\nThe ball is on the map") + ", and the line has left its picture."
    w, b = (
        f"{name} = {old:.3f} − {rate:.3f} × ({s:+.3f}) = {old - rate * s:.3f}"
        for name, old, s in zip("wb", path[-1], slope, strict=True)
    )
    return (
        f"Step {steps}, {share}: typical miss {grams(loss)} "
        f"(best line {grams(BEST_LOSS)}).\nThe next step: {w} and {b}.{gone}"
    )


# ------------------------------------------------------------------ batches and momentum


def explore_batches() -> Live:
    """The same birds looked at, in many hasty steps or in few careful ones."""
    return Live(
        draw_batches,
        width=8.6,
        height=4.4,
        batch_size=SelectionSlider(
            value=333,
            options=[1, 2, 4, 8, 16, 32, 64, 128, 333],
            description="batch size (birds)",
            style={"description_width": "max-content"},
            layout={"flex": "1 1 280px", "width": "auto"},  # both beside the two buttons
        ),
        learning_rate=FloatLogSlider(
            0.1,
            min=-2.5,
            max=-0.5,
            step=0.1,
            description="learning rate",
            readout_format=".3f",
            layout={"flex": "1 1 280px"},
        ),
        deal=Press("Deal again"),
    )


LOOKS = 2 * len(MASS)


def batch_walk(batch_size: int, learning_rate: float, seed: int) -> Array:
    """The path that looks at every bird twice, a batch at each step."""
    land, n = VALLEYS["standardised"], len(MASS)
    return stochastic_gradient_descent(
        land.slope,
        [0, 0],
        learning_rate,
        n_steps=2 * math.ceil(n / batch_size),
        n=n,
        batch_size=batch_size,
        rng=np.random.default_rng(seed),
    )


def draw_batches(figure: Figure) -> Move:
    """The path on the round map, and the loss by how many birds have been looked at."""
    above, falling = figure.subplots(1, 2, width_ratios=(1, 1.25))
    land = VALLEYS["standardised"]
    draw_map(above, land)
    draw_losses(falling, "birds looked at", LOOKS)
    on_map, of_loss = draw_path(above), draw_path(falling)

    def move(batch_size: int, learning_rate: float, deal: int) -> str:
        path = batch_walk(batch_size, learning_rate, deal)
        some, n_steps = some_steps(path), len(path) - 1
        show_path(on_map, *path.T)
        show_path(of_loss, some * LOOKS / n_steps, land.typical_misses(path[some]))
        n_last = max(1, min(n_steps // 4, 60))  # of a walk that is on its way, no more
        last = land.losses(path[-n_last - 1 :])
        mean, climbs = float(np.mean(last[1:])), np.sum(np.diff(last) > 0)
        told = (
            f"The last {n_last} steps end at {grams(mean)} on average; {climbs} of them made the "
            "loss larger."
            if n_last > 1
            else f"The last step made the loss {'larger' if climbs else 'smaller'}."
        )
        same = "" if batch_size < len(MASS) else " Each deal is the same when a batch holds all."
        return (
            f"Every bird looked at twice, {batch_size} at a time, makes {n_steps} steps of "
            f"learning rate {learning_rate:.3f}: typical miss {grams(last[-1])} "
            f"(best line {grams(BEST_LOSS)}).\n{told}{same}"
        )

    return move


def explore_momentum() -> Live:
    """A ball that keeps some of its speed, in the narrow valley."""
    return Live(
        draw_momentum,
        width=8.6,
        height=4.4,
        momentum=FloatSlider(0.8, min=0, max=0.98, step=0.02, description="momentum"),
        learning_rate=FloatSlider(0.15, min=0.01, max=0.19, step=0.01, description="learning rate"),
        steps=Steps(at_most=200, value=100),
    )


def draw_momentum(figure: Figure) -> Move:
    """Two paths down the narrow valley, without momentum and with it."""
    above, falling = figure.subplots(1, 2, width_ratios=(1, 1.25))
    land = VALLEYS["raw"]
    draw_map(above, land)
    draw_losses(falling, "step", 200)
    drawn = [
        (draw_path(on, color), draw_path(on)) for on, color in [(above, "white"), (falling, GREY)]
    ]
    for without, _ in drawn:
        without[1].set(ms=15)  # to be seen around the other where both are in one place
    hold(drawn[1][1][1], "the ball, by its step", lambda x, y, _: {"steps": x})
    falling.text(200, 10_500, "grey, and white: without momentum", color=GREY, ha="right")
    falling.text(200, 7_000, "orange: with it", color=figures.ink(figures.PATH), ha="right")

    def move(momentum: float, learning_rate: float, steps: int) -> str:
        ends = []
        for each, share in enumerate((0, momentum)):
            path = walk("raw", learning_rate, steps, share)
            some = some_steps(path)
            show_path(drawn[0][each], *path.T)
            show_path(drawn[1][each], some, land.typical_misses(path[some]))
            ends.append(grams(land.loss(path[-1])))
        return (
            f"Step {steps}, learning rate {learning_rate:.2f}: typical miss {ends[0]} "
            f"without momentum and {ends[1]} with momentum {momentum:.2f} (best line "
            f"{grams(BEST_LOSS)}).\nThe bias has {path[-1][1]:.2f} kg; it has to reach "
            f"{land.lowest[1]:.2f} kg."
        )

    return move


# ------------------------------------------------------------ the plane of rate and momentum


def explore_plane() -> Live:
    """Every pair of rate and momentum is a point: how fast is it, and where is the fastest?"""
    return Live(
        draw_plane,
        width=8.6,
        height=6,
        share=FloatSlider(0.86, min=0.02, max=2, step=0.01, description="rate, share of 2/λmax"),
        momentum=FloatSlider(0, min=0, max=0.98, step=0.01, description="momentum"),
        standardise=Checkbox(False, description="Standardise the flippers", indent=False),
    )


def factor(curvatures: Array, learning_rate: Any, momentum: Any) -> Array:
    """By which each step multiplies the distance to the lowest point, in the long run.

    Along a main direction of curvature c a step takes the distance and the velocity to
    (1 - rate c) distance - rate momentum velocity, and c distance + momentum velocity: the
    largest eigenvalue of this matrix, in size, wins in the end, over all directions.
    """
    rate, share, c = np.broadcast_arrays(
        np.asarray(learning_rate)[..., None], np.asarray(momentum)[..., None], curvatures
    )
    step = np.stack([1 - rate * c, -rate * share, c, share], axis=-1).reshape(*c.shape, 2, 2)
    return np.abs(np.linalg.eigvals(step)).max(axis=(-1, -2))


def steps_per_tenth(factor: Any) -> Array:
    """How many steps in the long run leave a tenth of the distance."""
    return -1 / np.log10(np.clip(factor, 1e-9, 1 - 1e-9))


def steps_to_a_tenth(land: Valley, learning_rate: float, momentum: float) -> int:
    """From which step on the walk from (0, 0) has at most a tenth of its way left.

    In a bowl each step takes distance and velocity through one and the same matrix, and its
    powers lead from all the points so far to as many more, until none can come that is farther.
    """
    bend, keep = 2 * land.A.T @ land.A / len(land.A), np.eye(2)
    leap = np.block(
        [[keep - learning_rate * bend, -learning_rate * momentum * keep], [bend, momentum * keep]]
    ).T
    walk = np.append(-land.lowest, [0, 0])[np.newaxis]
    enough = 0.1 * np.linalg.norm(land.lowest)
    while np.linalg.norm(leap, 2) * np.sqrt(np.sum(walk**2, axis=1).max()) > enough:
        walk, leap = np.concatenate([walk, walk @ leap]), leap @ leap
    return int(np.flatnonzero(np.sum(walk[:, :2] ** 2, axis=1) > enough**2)[-1]) + 1


def best_pair(land: Valley) -> tuple[float, float]:
    """The learning rate and the momentum with the smallest factor (Polyak, 1964)."""
    flat, steep = np.sqrt(land.curvatures())
    return (2 / (steep + flat)) ** 2, ((steep - flat) / (steep + flat)) ** 2


def draw_plane(figure: Figure) -> Move:
    """The plane with the point that is held, beside the walk that belongs to it."""
    views = figure.subplot_mosaic(
        [["plane", "map"], ["plane", "way"]], width_ratios=(1.1, 1), height_ratios=(1.7, 1)
    )
    plane, above, way = views["plane"], views["map"], views["way"]
    plane.set(
        xlabel="learning rate, as a share of 2/λmax", ylabel="momentum", xlim=(0, 2), ylim=(0, 1)
    )
    plane.grid(visible=False)
    plane.plot([1, 2], [0, 1], color=figures.ERROR)
    plane.text(1.98, 0.06, "diverges", color=figures.ink(figures.ERROR), ha="right")
    levels = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000]
    looks: dict[str, Any] = {"norm": BoundaryNorm(levels, 256, extend="both"), "cmap": "cividis_r"}
    grid = np.meshgrid(np.linspace(0.005, 2, 134), np.linspace(0, 0.995, 100))
    free: dict[str, Any] = {"clip_on": False, "zorder": 4}
    (best,) = plane.plot(0, 0, "X", color=figures.TRUTH, ms=11, mec="white", **free)
    (point,) = plane.plot(0, 0, "o", color=figures.PATH, ms=12, mec="black", **free)
    drawn = draw_path(above)
    way.set(xlabel="step", ylabel="way left", yscale="log", xlim=(-2, 102), ylim=(1e-4, 1e3))
    (promised,) = way.plot([], [], "--", color=figures.TRUTH)
    (walked,) = way.plot([], [], color=figures.PATH, lw=1.5)
    way.set_title("dashed: the pace of the long run", color=figures.ink(figures.TRUTH))
    moving(best, point, promised, walked)
    hold(
        point,
        "the point of rate and momentum",
        lambda x, y, _: {"share": x, "momentum": y},
        anywhere=True,
    )

    def draw_land(land: Valley) -> list[Artist]:
        factors = factor(land.curvatures(), grid[0] * land.limit, grid[1])
        steps = np.ma.masked_where(factors >= 1, steps_per_tenth(factors))
        colours = plane.contourf(*grid, steps, levels, extend="both", **looks)
        return [*draw_map(above, land), colours]

    shown = {"raw": draw_land(VALLEYS["raw"])}
    figure.colorbar(ScalarMappable(**looks), ax=plane, label="steps to a tenth, in the long run")

    def move(share: float, momentum: float, standardise: bool) -> str:
        flipper = "standardised" if standardise else "raw"
        land = VALLEYS[flipper]
        if flipper not in shown:
            for part in shown.pop("raw", []) + shown.pop("standardised", []):
                part.remove()
            shown[flipper] = draw_land(land)
        rate, steps = share * land.limit, np.arange(101)
        path = gradient_descent(land.slope, [0, 0], rate, 100, momentum)
        left = np.linalg.norm(path - land.lowest, axis=1)
        now = float(factor(land.curvatures(), rate, momentum))
        best_rate, best_momentum = best_pair(land)
        least = float(factor(land.curvatures(), best_rate, best_momentum))
        point.set_data([share], [momentum])
        best.set_data([best_rate / land.limit], [best_momentum])
        show_path(drawn, *path.T)
        walked.set_data(steps, np.maximum(left, 1e-9))
        promised.set_data(steps, left[0] * np.maximum(now, 1e-9) ** steps)
        if now > 1 - 1e-6:
            told = f"each step multiplies the way by {now:.3f}, and the walk does not arrive"
        else:
            enough = steps_to_a_tenth(land, rate, momentum)
            told = (
                f"each step leaves {now:.3f} of the way; this walk has at most a tenth of it left "
                f"from step {enough} on"
            )
        miss = 1000 * land.loss(path[-1]) ** 0.5
        return (
            f"Learning rate {rate:.3f}, momentum {momentum:.2f}: in the long run {told}. "
            f"After 100 steps: typical miss {miss:{'.0f' if miss < 1e5 else '.2g'}} g (best line "
            f"{grams(BEST_LOSS)}).\nThe best pair (the cross): learning rate {best_rate:.3f}, "
            f"momentum {best_momentum:.2f}; each step leaves {least:.3f}."
        )

    return move
