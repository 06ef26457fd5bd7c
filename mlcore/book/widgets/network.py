"""How many bends does a fence need? Train a small network, and look at its hidden numbers.

The widget of the last step of chapter 5: two rings of dots, a hidden layer bent by tanh, and two
scores without a bias.
"""

from functools import lru_cache
from typing import Any, NamedTuple

import numpy as np
from contourpy import FillType, contour_generator
from ipywidgets import IntSlider, ToggleButtons
from matplotlib.patches import PathPatch
from matplotlib.path import Path

from mlcore._arguments import Array, Labels
from mlcore.book import figures
from mlcore.book.live import Live, Move, Press, hold, moving
from mlcore.classification import accuracy
from mlcore.gradient_descent import gradient_descent
from mlcore.softmax import cross_entropy_gradient, log_softmax

__all__ = ["explore_network", "rings"]

N_STEPS, MOST = 300, 8
SIZES = (1, 2, 3, 4, MOST)
SEEN = np.arange(0, N_STEPS + 1, 4)
"""The steps of which the losses are drawn."""
REACH = 3.4
"""How far the plane of the dots reaches to each side."""
GREY = "#767676"


def rings(seed: int) -> tuple[Array, Labels]:
    """Two hundred dots, every other one on the inner ring; features with a 1, and the ring."""
    rng = np.random.default_rng(seed)
    ring, angle = np.arange(200) % 2, rng.uniform(0, 2 * np.pi, 200)
    radius = np.where(ring == 0, 1.0, 2.2) + rng.normal(0, 0.25, 200)
    return np.column_stack([radius * np.cos(angle), radius * np.sin(angle), np.ones(200)]), ring


DOTS, RING = rings(5)
NEW_DOTS, NEW_RING = rings(6)
GRID = np.linspace(-REACH, REACH, 49)
PLANE = np.column_stack([np.tile(GRID, 49), np.repeat(GRID, 49), np.ones(49 * 49)])


def layers(parameters: Array, A: Array) -> tuple[Array, Array]:
    """The hidden numbers and the scores; a column holds three weights in and two out.

    Of many networks at once, such as those of a path, the same for each.
    """
    hidden = np.tanh(A @ parameters[..., :3, :])
    return hidden, hidden @ np.swapaxes(parameters[..., 3:, :], -1, -2)


def slope(parameters: Array) -> Array:
    """The slope of the loss in each weight, pulled back link by link."""
    hidden, scores = layers(parameters, DOTS)
    miss = cross_entropy_gradient(scores, RING)
    back = (miss @ parameters[3:]) * (1 - hidden**2)
    return np.vstack([DOTS.T @ back, miss.T @ hidden])


class Run(NamedTuple):
    """A network in training."""

    path: Array
    """(301, 5, so many hidden numbers)."""
    training: Array
    """The loss before each step, and at the end, on the dots learned from."""
    new: Array
    """The same on new dots."""


@lru_cache(maxsize=32)
def trained(size: int, draw: int) -> Run:
    """The training of so many hidden numbers from small random weights."""
    start = np.random.default_rng(draw).normal(0, 0.5, (5, MOST))[:, :size]
    path = gradient_descent(slope, start, 1.0, N_STEPS, momentum=0.9)
    return Run(path, mean_surprises(path, DOTS, RING), mean_surprises(path, NEW_DOTS, NEW_RING))


def mean_surprises(path: Array, A: Array, ring: Labels) -> Array:
    """The loss at each point of a path."""
    surprises = -log_softmax(layers(path, A)[1])[:, np.arange(len(ring)), ring]
    return np.mean(surprises, axis=1)


def explore_network() -> Live:
    """Add hidden numbers, each with a line of its own: when do the lines fence the ring in?"""
    return Live(
        draw_network,
        width=9,
        height=4.4,
        size=ToggleButtons(
            options=[(str(size), size) for size in SIZES], value=1, description="hidden numbers"
        ),
        steps=IntSlider(N_STEPS, min=0, max=N_STEPS, description="training steps"),
        draw=Press("Other first weights"),
    )


def draw_network(figure: figures.Sheet) -> Move:
    """The dots, who wins where, and the line of each hidden number; beside it both losses."""
    plane, losses = figure.subplots(1, 2, width_ratios=(1.15, 1))
    plane.set(xlabel="first feature", ylabel="second feature", aspect="equal")
    plane.set(xlim=(-REACH, REACH), ylim=(-REACH, REACH))
    plane.grid(visible=False)
    regions = [
        plane.add_patch(
            PathPatch(Path(np.zeros((1, 2))), color=color, alpha=0.25, lw=0, zorder=0.5)
        )
        for color, _ in figures.CLASSES[:2]
    ]
    figures.groups(plane, DOTS[:, 0], DOTS[:, 1], RING, ["inner ring", "outer ring"])
    moving(*plane.collections)  # over the regions, which would tint them
    above: dict[str, Any] = {"loc": "lower center", "bbox_to_anchor": (0.5, 1.0), "ncols": 2}
    plane.legend(**above, handletextpad=0.1, columnspacing=0.8, borderpad=0)
    lines = [plane.plot([], [], color=figures.MODEL, lw=1.5)[0] for _ in range(MOST)]
    looks: dict[str, Any] = {"angles": "xy", "scale_units": "xy", "scale": 1, "zorder": 4}
    arrows = plane.quiver(*np.zeros((4, MOST)), color=figures.DATA, width=0.009, **looks)
    losses.set(xlabel="step", ylabel="loss (nats)", xlim=(-8, N_STEPS + 8), ylim=(-0.03, 1.2))
    losses.axhline(np.log(2), color=GREY, linewidth=1, linestyle=":")
    losses.text(N_STEPS, np.log(2) + 0.02, "a coin", color=GREY, ha="right")
    (training,) = losses.plot([], [], color=figures.MODEL, label="training")
    (new,) = losses.plot([], [], "--", color=figures.ERROR, label="new dots")
    losses.legend(loc="upper right")
    here = {"color": figures.PATH, "markeredgecolor": "black", "markersize": 9}
    (now,) = losses.plot([], [], "o", **here)
    moving(*regions, *lines, arrows, training, new, now)
    hold(now, "the step", lambda x, y, _: {"steps": x}, anywhere=True)

    def move(size: int, steps: int, draw: int) -> str:
        run = trained(size, draw % 4)
        point = run.path[steps]
        lead = np.subtract(*layers(point, PLANE)[1].T).reshape(49, 49)
        for region, outline in zip(regions, outlines(lead), strict=True):
            region.set_path(outline)
        feet, ways, lengths = walls(point)
        along = 9 * ways[:, ::-1] * [-1, 1]
        for line in lines[size:]:
            line.set_data([], [])
        for line, foot, way in zip(lines, feet, along, strict=False):
            line.set_data(*np.stack([foot - way, foot + way]).T)
        spare = MOST - size
        arrows.set_offsets(np.vstack([feet, np.full((spare, 2), 99)]))
        arrows.set_UVC(*0.7 * np.vstack([ways, np.zeros((spare, 2))]).T)
        for curve, known in ((training, run.training), (new, run.new)):
            curve.set_data(SEEN, np.minimum(known[SEEN], 1.18))
        now.set_data([steps], [run.training[steps]])
        right = accuracy(layers(point, NEW_DOTS)[1].argmax(axis=1), NEW_RING)
        return sentence_of_network(run, steps, right, lengths)

    return move


def outlines(lead: Array) -> list[Path]:
    """Where the inner ring's score leads, and where the outer's."""
    found: Any = contour_generator(GRID, GRID, lead, fill_type=FillType.OuterCode)
    shapes = []
    for low, high in ((0, 1e9), (-1e9, 0)):
        points, codes = found.filled(low, high)
        pieces = [Path(p, c) for p, c in zip(points, codes, strict=True)]
        shapes.append(Path.make_compound_path(*pieces) if pieces else Path(np.zeros((1, 2))))
    return shapes


def walls(point: Array) -> tuple[Array, Array, Array]:
    """Of each hidden number the line where it is 0.

    The point of the line that is nearest to the middle, the direction in which the number speaks
    for the outer ring, and the distance from the middle.
    """
    w, b, (to_inner, to_outer) = point[:2].T, point[2], point[3:]
    lengths = np.hypot(*w.T)
    feet = -(b / lengths**2)[:, np.newaxis] * w
    ways = (np.sign(to_outer - to_inner) / lengths)[:, np.newaxis] * w
    return feet, ways, np.abs(b) / lengths


def sentence_of_network(run: Run, steps: int, right: float, distances: Array) -> str:
    """The state of `explore_network` in words."""
    size = len(distances)
    listed = ", ".join(f"{distance:.1f}" for distance in np.sort(distances))
    numbers, lines = ("number", "Its line passes") if size == 1 else ("numbers", "Their lines pass")
    return (
        f"{size} hidden {numbers} after {steps} steps: loss {run.training[steps]:.3f} on the "
        f"{len(DOTS)} dots learned from, {run.new[steps]:.3f} on {len(NEW_DOTS)} new ones, of "
        f"which {right:.0%} are called right.\n"
        f"{lines} {listed} from the middle."
    )
