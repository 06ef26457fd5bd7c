"""How wrong is a line? See the squares, feel the pulls, and open the drawer.

The widgets of chapter 2. Each takes every number from `mlcore`: a function of the controls
works them out, the picture and the sentence show them.
"""

from collections.abc import Callable
from functools import cache, lru_cache, partial
from typing import Any, NamedTuple

import numpy as np
from ipywidgets import FloatSlider, IntSlider
from matplotlib.collections import PolyCollection
from matplotlib.colors import BoundaryNorm
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from mlcore._arguments import Array
from mlcore.book import figures
from mlcore.book.live import Live, Move, Press, Values, hold, moving
from mlcore.datasets import load_penguins
from mlcore.features import polynomial_features, standardize, train_test_split
from mlcore.gradient_descent import gradient_descent
from mlcore.linear_regression import fit_linear_regression, predict
from mlcore.losses import huber_gradient, mae_gradient, mse, mse_gradient, residuals

__all__ = [
    "explore_degree",
    "explore_draws",
    "explore_outlier",
    "explore_outlier_line",
    "explore_squares",
]

PENGUINS = load_penguins()
FLIPPER, MASS = PENGUINS.flipper_length_mm, PENGUINS.body_mass_g

GREY = "#767676"

TEN = np.arange(13, 333, 32)
X, Y = FLIPPER[TEN], MASS[TEN]
GRAMS_PER_MM = 50
"""So many grams are drawn as long as one millimetre, which makes the squares square."""


def explore_squares() -> Live:
    """Each miss is the side of a square, and each line is a point on the map of the loss."""
    return Live(
        draw_squares,
        height=4.0,
        weight=FloatSlider(15, min=0, max=100, step=0.5, description="weight w (g/mm)"),
        bias=IntSlider(1000, min=-12000, max=6000, step=100, description="bias b (g)"),
    )


class Squares(NamedTuple):
    """The misses of a line on the ten birds."""

    sides: Array
    """(10,), in g; positive is too high."""
    loss: float
    """In g²: the mean of the squared sides."""


def squares(weight: float, bias: float) -> Squares:
    """What the picture of `explore_squares` shows for a line."""
    predictions = predict(X[:, None], [weight], bias)
    return Squares(residuals(predictions, Y), mse(predictions, Y))


BEST_LINE = fit_linear_regression(X[:, None], Y)
BEST_LOSS = mse(predict(X[:, None], *BEST_LINE), Y)
LEVELS = (BEST_LOSS**0.5, 400, 600, 1000, 2000, 4000, 7000, 10000, 14000, 18000)
FRAME = np.array([[171, 2500], [240, 6400]])
"""What holds the squares: its lower left and its upper right corner, in mm and in g."""
ROOM = 34
"""Beside it, in mm: for the mean of the squares."""


def draw_squares(figure: Figure) -> Move:
    """Ten birds with a square on each miss, beside the map on which the line is a point."""
    birds, bowl = figure.subplots(1, 2, width_ratios=(2.2, 1))
    birds.set(xlabel="flipper length (mm)", ylabel="body mass (g)", aspect=1 / GRAMS_PER_MM)
    birds.set(xlim=FRAME[:, 0] + [0, ROOM], ylim=FRAME[:, 1], xticks=range(180, 240, 10))
    dots = figures.data(birds, X, Y, size=30)
    dots.set_zorder(5)
    on_misses = PolyCollection([], facecolor=figures.ERROR + "33", edgecolor=figures.ERROR, lw=1)
    birds.add_collection(on_misses, autolim=False)
    beside = FRAME[1, 0] + 1
    mean = birds.add_patch(Rectangle((beside, 3050), 0, 0, fc="#7fb8d8", ec=figures.MODEL))
    mean_name = birds.text(beside, 2550, "", color=figures.MODEL, va="bottom")
    # A miss whose square does not fit: its side alone, with a tip where it leaves the picture.
    lone, up, down = (
        birds.plot([], [], look, color=figures.ERROR, lw=1.5, ms=6)[0] for look in ("-", "^", "v")
    )
    too_large = birds.text(beside, 6300, "", color=figures.ink(figures.ERROR), va="top")
    ends = np.array([FRAME[0, 0], 236.0])
    (line,) = birds.plot(ends, ends, color=figures.MODEL)

    weights = np.linspace(-2, 102, 53)
    # The valley is narrow and lies aslant, and so does the grid, closest along the floor.
    at_mean = np.mean(Y) + 30000 * np.linspace(-1, 1, 81) ** 3
    biases = at_mean[:, None] - weights * np.mean(X)
    lines = weights[:, None] * X + biases[..., None]  # what each predicts for the ten birds
    heights = np.sqrt(np.mean((lines - Y) ** 2, axis=-1))
    shades = BoundaryNorm(LEVELS, 256, extend="max")
    levels = bowl.contourf(weights + 0 * biases, biases, heights, LEVELS, norm=shades, extend="max")
    bowl.set(xlabel="weight w (g/mm)", ylabel="bias b (g)", xlim=(-2, 102), ylim=(-13000, 7000))
    figure.colorbar(levels, label="root of the mean (g)", ticks=LEVELS, format="{x:.0f}")
    bowl.plot(*BEST_LINE, "*", color="white", mec=figures.DATA, ms=13)
    (point,) = bowl.plot(0, 0, "o", color=figures.PATH, mec="white", ms=10, clip_on=False)
    moving(dots, on_misses, lone, up, down, mean, mean_name, too_large, line, point)
    name = "the line, as a point on the map"
    hold(point, name, lambda x, y, _: {"weight": x, "bias": y}, anywhere=True)

    def move(weight: float, bias: float) -> str:
        now = squares(weight, bias)
        corners = _corners(now.sides)
        fits = ((corners >= FRAME[0]) & (corners <= FRAME[1])).all(axis=(1, 2))
        on_misses.set_verts(list(corners[fits]))
        x, y, says = X[~fits], Y[~fits], (Y + now.sides)[~fits]
        low, high = FRAME[:, 1] + [80, -80]
        lone.set_data(*figures.sticks(x, y, np.clip(says, low, high)))
        up.set_data(x[says > high], np.full(np.sum(says > high), high))
        down.set_data(x[says < low], np.full(np.sum(says < low), low))
        too_large.set_text("" if fits.all() else f"{np.sum(~fits)} too large\nto be drawn")
        side = now.loss**0.5
        fits_in = side / GRAMS_PER_MM < ROOM - 2
        mean.set(width=side / GRAMS_PER_MM, height=side, visible=fits_in)
        mean_name.set_text("their mean" if fits_in else "their mean:\ntoo large")
        line.set_ydata(predict(ends[:, None], [weight], bias))
        point.set_data([weight], [bias])
        largest = float(np.max(now.sides**2) / np.sum(now.sides**2))
        return (
            f"Weight {weight:g} g/mm, bias {bias} g: the ten squares have a mean of "
            f"{now.loss:.0f} g², the square of {side:.0f} g.\n"
            f"The largest of them holds {largest:.0%} of the area. "
            f"For the best line the mean is the square of {BEST_LOSS**0.5:.0f} g."
        )

    return move


def _corners(sides: Array) -> Array:
    """The corners of a square on each miss, (10, 4, 2), to the side where it hides no line."""
    left, right = X, X + sides / GRAMS_PER_MM
    top, bottom = Y + sides, Y
    return np.stack([[left, left, right, right], [bottom, top, top, bottom]], axis=-1).transpose(
        1, 0, 2
    )


FIVE = MASS[:5]


def explore_outlier() -> Live:
    """Five birds pull at one number: where do they come to rest under each of three losses?"""
    return Live(
        draw_outlier,
        height=4.6,
        first=IntSlider(7350, min=2500, max=8000, step=50, description="mass of bird 1 (g)"),
        number=FloatSlider(
            4000,
            min=3000,
            max=5000,
            step=2.5,
            description="your one number (g)",
            readout_format=".1f",
        ),
        delta=IntSlider(500, min=50, max=2000, step=50, description="delta of Huber (g)"),
    )


class Pulls(NamedTuple):
    """How one loss sees five birds that are all predicted by the same number."""

    loss: str
    pulls: Array
    """(5,): the slopes with the sign reversed; positive pulls the number up."""
    rest: float
    """In g: the number at which the pulls balance."""


def pulls(first: float, number: float, delta: float) -> list[Pulls]:
    """What the picture of `explore_outlier` shows for each of the three losses."""
    masses = np.array([first, *FIVE[1:]])
    slopes: dict[str, Callable[..., Array]] = {
        "MSE": mse_gradient,
        "Huber": partial(huber_gradient, delta=delta),
        "MAE": mae_gradient,
    }
    return [
        Pulls(loss, -slope(np.full(5, number), masses), _rest(slope, masses))
        for loss, slope in slopes.items()
    ]


def _rest(slope: Callable[..., Array], masses: Array) -> float:
    """Where the sum of the pulls changes its sign, by halving the interval again and again."""
    low, high = float(np.min(masses)), float(np.max(masses))
    while high - low > 0.01:
        middle = (low + high) / 2
        falling = slope(np.full(5, middle), masses).sum() < 0
        low, high = (middle, high) if falling else (low, middle)
    return high


def draw_outlier(figure: figures.Sheet) -> Move:
    """A row for each loss: five birds, the number, and an arrow for each pull on it."""
    rows = figure.subplots(3, 1, sharex=True)
    right, beside = (8400, "right") if figure.narrow else (10400, "left")
    rows[0].set_title(" ")  # room for the name of the number
    lanes = np.arange(5, 0, -1)
    looks = {"angles": "xy", "scale_units": "xy", "scale": 1, "width": 0.004, "zorder": 4}
    parts = []
    for on, loss in zip(rows, ("MSE", "Huber", "MAE"), strict=True):
        on.set(xlim=(2400, right), ylim=(0.2, 5.8), yticks=[], xticks=range(3000, 8001, 1000))
        on.set_ylabel(loss, rotation=0, ha="right", va="center")
        figures.data(on, FIVE[1:], lanes[1:], size=40)
        (first,) = on.plot(0, 5, "o", color=figures.DATA, ms=9, mfc="white", mew=2)
        arrows = on.quiver(FIVE, lanes, FIVE, 0 * FIVE, color=figures.ERROR, **looks)
        number = on.axvline(0, color=figures.MODEL)
        rest = on.axvline(0, color=figures.TRUTH, linestyle="--")
        where = on.text(8350, 4, "", va="center", ha=beside, color=figures.ink(figures.TRUTH))
        net = on.text(8350, 2, "", va="center", ha=beside, color=figures.ink(figures.ERROR))
        parts.append(moving(first, arrows, number, rest, where, net))
        hold(number, f"your number, under {loss}", lambda x, y, _: {"number": x})
        hold(first, f"bird 1, under {loss}", lambda x, y, _: {"first": x})
    name = rows[0].text(0, 6.1, "your number", color=figures.MODEL, ha="center")
    moving(name)
    rows[2].set_xlabel("body mass (g)")

    def move(first: int, number: float, delta: int) -> str:
        now = pulls(first, number, delta)
        name.set_x(number)
        for (dot, arrows, yours, rest, where, net), row in zip(parts, now, strict=True):
            dot.set_xdata([first])
            # The longest arrow of a row is to be seen, however weak the strongest pull.
            reach = {"MSE": 1, "Huber": max(1, 500 / delta), "MAE": 1000}[row.loss]
            arrows.set_offsets(np.column_stack([np.full(5, number), lanes]))
            arrows.set_UVC(2.5 * reach * row.pulls, np.zeros(5))
            yours.set_xdata([number, number])
            rest.set_xdata([row.rest, row.rest])
            where.set_text(f"rests at {row.rest:.1f} g")
            net.set_text(_net(row, number))
        said = {_net(row, number) for row in now}
        return (
            f"Bird 1 at {first} g: the pulls come to rest at "
            + ", ".join(f"{row.rest:.1f} g ({row.loss})" for row in now)
            + f". On your number, {number:.10g} g, they add up to "
            + ", ".join(f"{row.pulls.sum():+.4g} ({row.loss})" for row in now)
            + "; Huber's balance is less than a gram away, between two stops" * (NEAREST in said)
            + "; under the MAE it rests all the same, held by the two birds on it" * (TIED in said)
            + "."
        )

    return move


NEAREST = "in balance to a gram"
"""Where three birds balance with two clipped ones, the rest is a third of a number of grams."""
TIED = "in balance on two birds"
"""Where they lie on the number, a vote of the MAE may be left over that cannot move it."""


def _net(row: Pulls, number: float) -> str:
    net = row.pulls.sum()
    if abs(net) < 1e-9:
        return "in balance"
    if row.loss == "MAE" and abs(row.rest - number) < 0.1:
        return TIED
    if abs(row.rest - number) < 1:  # no stop of the slider is nearer
        return NEAREST
    return f"pulled {'up' if net > 0 else 'down'} by {abs(net):.4g}"


DELTA = 300
"""Beyond this miss, in g, a bird pulls at Huber's line no harder."""


def explore_outlier_line() -> Live:
    """Put one bird far from ten others: which line follows it, the squares' or Huber's?"""
    return Live(
        draw_outlier_line,
        height=4.0,
        flipper=IntSlider(175, min=175, max=235, description="its flipper (mm)"),
        mass=IntSlider(12000, min=1000, max=12000, step=100, description="its mass (g)"),
    )


class Fits(NamedTuple):
    """Two lines, each a weight (g/mm) and a bias (g)."""

    squares: tuple[float, float]
    huber: tuple[float, float]


def fits(x: Array, y: Array) -> Fits:
    """The best line by the MSE and the best line by the Huber loss."""
    w, b = fit_linear_regression(x[:, None], y)
    scaled, mean, scale = standardize(x[:, None])
    A = np.column_stack([scaled, np.ones(len(x))])
    start = np.array([w[0] * scale[0], b + w[0] * mean[0]])
    path = gradient_descent(
        lambda p: A.T @ huber_gradient(A @ p, y, DELTA), start, learning_rate=0.5, n_steps=80
    )
    slope = float(path[-1][0] / scale[0])
    return Fits((float(w[0]), b), (slope, float(path[-1][1] - slope * mean[0])))


WITHOUT_IT = fits(X, Y)


def draw_outlier_line(figure: figures.Sheet) -> Move:
    """Ten birds and one that moves, with the line of each loss."""
    on = figure.subplots()
    on.set(xlabel="flipper length (mm)", ylabel="body mass (g)", ylim=(700, 12300))
    on.set_xlim(173, 262 if figure.narrow else 248)
    figures.data(on, X, Y, size=40)
    ends = np.array([174.0, 236.0])
    (squares_line,) = on.plot(ends, ends, color=figures.MODEL)
    (huber_line,) = on.plot(ends, ends, "--", color=figures.TRUTH)
    (bird,) = on.plot(0, 0, "o", color=figures.PATH, ms=12, mec="black")
    on_squares = on.text(237, 0, "squares", color=figures.MODEL, va="center")
    on_huber = on.text(237, 0, "Huber", color=figures.ink(figures.TRUTH), va="center")
    moving(squares_line, huber_line, bird, on_squares, on_huber)
    hold(bird, "the bird", lambda x, y, _: {"flipper": x, "mass": y}, anywhere=True)

    def move(flipper: int, mass: int) -> str:
        now = fits(np.append(X, flipper), np.append(Y, mass))
        bird.set_data([flipper], [mass])
        heights = [predict(ends[:, None], [w], b) for w, b in now]
        for line, height in zip((squares_line, huber_line), heights, strict=True):
            line.set_ydata(height)
        # The names keep apart, each on the side of its line.
        upper = 1 if heights[0][1] >= heights[1][1] else -1
        middle, apart = heights[0][1] + heights[1][1], abs(heights[0][1] - heights[1][1])
        for name, side in ((on_squares, upper), (on_huber, -upper)):
            name.set_y(np.clip((middle + side * max(apart, 700)) / 2, 1100, 11900))
        return (
            f"A bird with a flipper of {flipper} mm and {mass} g: the line of the squares has a "
            f"weight of {now.squares[0]:.1f} g/mm, Huber's (delta {DELTA} g) one of "
            f"{now.huber[0]:.1f} g/mm.\n"
            f"Without it they have {WITHOUT_IT.squares[0]:.1f} and {WITHOUT_IT.huber[0]:.1f} g/mm."
        )

    return move


FLIPPER_CM = (FLIPPER - 200) / 10
DEGREES = range(1, 10)
TOP = 6400
"""What misses by more, in g, is off the chart."""


def explore_degree() -> Live:
    """Bend the line into a curve, and judge it on birds it has not seen."""
    return Live(
        draw_degree,
        height=4.0,
        degree=IntSlider(9, min=1, max=9, description="degree of the curve"),
        birds=IntSlider(20, min=15, max=200, step=5, description="birds to learn from"),
        lift=IntSlider(0, min=-1500, max=1500, step=100, description="one bird heavier by (g)"),
        draw=Press("Draw other birds"),
    )


class Drawn(NamedTuple):
    """Birds drawn at random, and the curves of degree 1 to 9 fitted to them."""

    flipper: Array
    """In mm, of the birds to learn from."""
    mass: Array
    """In g, of the same birds."""
    one: int
    """Which of them is made heavier."""
    curves: list[tuple[Array, float]]
    """Weights and bias for each degree."""
    training: list[float]
    """In g: the root of the mean squared error on these birds, for each degree."""
    held_out: list[float]
    """In g: the same on the other birds between the shortest of these flippers and the longest."""
    n_held_out: int


def deal(birds: int, draw: int) -> tuple[Array, ...]:
    """So many birds to learn from and the others: x, x_held_out, y, y_held_out."""
    share, rng = 1 - birds / len(MASS), np.random.default_rng(46 + draw)
    return train_test_split(FLIPPER_CM, MASS, share, rng)


@lru_cache(maxsize=64)
def drawn(birds: int, lift: int, draw: int) -> Drawn:
    """What the picture of `explore_degree` shows for one draw of birds."""
    x, x_held_out, y, y_held_out = deal(birds, draw)
    one = np.argsort(x)[7 * birds // 10]
    y = y + lift * (np.arange(birds) == one)
    inside = (x_held_out >= np.min(x)) & (x_held_out <= np.max(x))
    x_held_out, y_held_out = x_held_out[inside], y_held_out[inside]
    curves = [fit_linear_regression(polynomial_features(x, d), y) for d in DEGREES]
    training = [mse(bend(curve, x), y) ** 0.5 for curve in curves]
    held_out = [mse(bend(curve, x_held_out), y_held_out) ** 0.5 for curve in curves]
    return Drawn(200 + 10 * x, y, one, curves, training, held_out, len(y_held_out))


def bend(curve: tuple[Array, float], x: Array) -> Array:
    """The masses (g) that a curve predicts for flippers in cm above 20 cm."""
    w, b = curve
    return predict(polynomial_features(x, len(w)), w, b)


def draw_degree(figure: Figure) -> Move:
    """The curve on the birds, beside its two losses among those of all degrees."""
    birds_axes, losses_axes = figure.subplots(1, 2, width_ratios=(1.4, 1))
    birds_axes.set(xlabel="flipper length (mm)", ylabel="body mass (g)")
    birds_axes.set(xlim=(170, 234), ylim=(2300, 6700))
    figures.data(birds_axes, FLIPPER, MASS, size=7).set_alpha(0.25)
    (seen,) = birds_axes.plot([], [], "o", color=figures.DATA, ms=5)
    grid = np.linspace(172, 231, 200)
    (beyond,) = birds_axes.plot(grid, grid, ":", color=figures.MODEL, lw=1.5)
    (curve,) = birds_axes.plot(grid, grid, color=figures.MODEL)
    (one,) = birds_axes.plot(0, 0, "o", color=figures.PATH, ms=9, mec="black")

    losses_axes.set_yscale("log", base=2)
    losses_axes.set(xlabel="degree", ylabel="RMSE (g)", xticks=DEGREES, xlim=(0.6, 9.4))
    losses_axes.set(ylim=(150, 1.35 * TOP), yticks=[200, 400, 800, 1600, 3200, TOP])
    losses_axes.yaxis.set_major_formatter("{x:.0f}")
    looks = (("training", figures.MODEL, "o-"), ("held-out", figures.ERROR, "s--"))
    lines = [losses_axes.plot([], [], s, color=c, label=name)[0] for name, c, s in looks]
    losses_axes.legend(loc="upper left")
    here = losses_axes.axvline(0, color=GREY, lw=8, alpha=0.25)
    (higher,) = losses_axes.plot([], [], "^", color=figures.ERROR, ms=11, mec="black")
    moving(seen, beyond, curve, one, *lines, here, higher)
    hold(here, "the degree of the curve", lambda x, y, _: {"degree": x}, anywhere=True)

    def lift_to(_: float, y: float, before: Values) -> Values:
        now = drawn(before["birds"], 0, before["draw"])
        return {"lift": y - now.mass[now.one]}

    hold(one, "one bird, up and down", lift_to)

    def move(degree: int, birds: int, lift: int, draw: int) -> str:
        now = drawn(birds, lift, draw)
        shortest, longest = np.min(now.flipper), np.max(now.flipper)
        masses = bend(now.curves[degree - 1], (grid - 200) / 10)
        seen.set_data(now.flipper, now.mass)
        one.set_data(now.flipper[[now.one]], now.mass[[now.one]])
        beyond.set_ydata(masses)
        curve.set_ydata(np.where((grid >= shortest) & (grid <= longest), masses, np.nan))
        held_out = np.minimum(now.held_out, TOP)
        for shown, values in zip(lines, (now.training, held_out), strict=True):
            shown.set_data(DEGREES, values)
        off_the_chart = np.array(now.held_out) > TOP
        higher.set_data(np.array(DEGREES)[off_the_chart], held_out[off_the_chart])
        here.set_xdata([degree, degree])
        lowest = int(np.argmin(now.held_out))
        changed = f", one of them {abs(lift)} g too {'heavy' if lift > 0 else 'light'}"
        return (
            f"Degree {degree}, fitted to {birds} birds{changed if lift else ''}: RMSE "
            f"{now.training[degree - 1]:.0f} g on these, {now.held_out[degree - 1]:.0f} g "
            f"on the {now.n_held_out} others from {shortest:.0f} to {longest:.0f} mm, where it has "
            "seen birds.\n"
            f"This held-out loss is lowest at degree {lowest + 1}: {now.held_out[lowest]:.0f} g."
        )

    return move


THREE = (1, 2, 9)
PLACES = np.arange(172, 232)
"""The flippers, in mm, at which the curves of many draws are laid over each other."""
MIDDLE = (PLACES >= 185) & (PLACES <= 220)
ALL_BIRDS = bend(
    fit_linear_regression(polynomial_features(FLIPPER_CM, 4), MASS), (PLACES - 200) / 10
)


def explore_draws() -> Live:
    """Draw birds again and again: which curve is wrong on average, which never twice the same?"""
    return Live(
        draw_draws,
        height=4.2,
        birds=IntSlider(20, min=20, max=200, step=10, description="birds in a draw"),
        often=Press("Draw twenty times more"),
    )


class Pile(NamedTuple):
    """The curves of one degree, fitted to many draws of birds and laid over each other."""

    strokes: Array
    """(2, n), the curves in mm and g, with gaps between them."""
    typical: Array
    """(60,), in g: their median at each flipper, nan where most of them do not reach."""
    off: float
    """In g: how far the median typically is from the curve of all birds (bias)."""
    spread: float
    """In g: how wide eight of ten curves lie, at the median place (variance)."""


@cache
def fitted(degree: int, birds: int, draw: int) -> tuple[Array, Array]:
    """Of one draw the curve at all places (60,), nan beyond its flippers, and its stroke (2, n)."""
    x, _, y, _ = deal(birds, draw)
    curve = fit_linear_regression(polynomial_features(x, degree), y)
    first, last = np.min(x), np.max(x)
    at = (PLACES - 200) / 10
    curve_at = np.where((first <= at) & (at <= last), bend(curve, at), np.nan)
    along = np.linspace(first, last, {1: 2, 2: 9, 9: 41}[degree])  # a line needs two points
    gap = [[np.nan], [np.nan]]
    return curve_at, np.hstack([[200 + 10 * along, bend(curve, along)], gap])


def pile(degree: int, birds: int, n_draws: int) -> Pile:
    """What a panel of `explore_draws` shows."""
    all_curves, strokes = zip(
        *(fitted(degree, birds, draw) for draw in range(n_draws)), strict=True
    )
    curves = np.stack(all_curves)
    typical = np.full(len(PLACES), np.nan)
    mostly = np.isfinite(curves).mean(axis=0) >= 0.5
    typical[mostly] = np.nanmedian(curves[:, mostly], axis=0)
    low, high = np.nanpercentile(curves[:, MIDDLE], [10, 90], axis=0)
    off = np.mean((typical - ALL_BIRDS)[MIDDLE] ** 2) ** 0.5
    return Pile(np.hstack(strokes), typical, float(off), float(np.median(high - low)))


def draw_draws(figure: figures.Sheet) -> Move:
    """A panel for each of three degrees, with the curves of all draws in it."""
    views = figure.subplot_mosaic([[*THREE], ["scale"] * 3], height_ratios=(1, 0.06))
    parts = []
    for degree in THREE:
        on = views[degree]
        on.set(xlim=(170, 233), ylim=(2300, 6700), title=f"degree {degree}")
        on.set_xlabel("flipper length (mm)")
        if degree == THREE[0] or figure.narrow:
            on.set_ylabel("body mass (g)")
        else:
            on.tick_params(labelleft=False)
        figures.data(on, FLIPPER, MASS, size=5).set_alpha(0.15)
        (all_of_them,) = on.plot([], [], color=figures.PATH, lw=1, alpha=0.7)
        (typical,) = on.plot([], [], color=figures.MODEL, lw=2.5)
        (of_all_birds,) = on.plot(PLACES, ALL_BIRDS, "--", color=figures.TRUTH, lw=2)
        parts.append(moving(all_of_them, typical, of_all_birds)[:2])
    scale = views["scale"]
    scale.set(xlim=(10, 210), ylim=(0, 1), yticks=[], xlabel="birds in a draw")
    scale.set_xticks(range(20, 201, 20))
    dot: dict[str, Any] = {"color": figures.PATH, "ms": 10, "mec": "black", "clip_on": False}
    (size,) = moving(*scale.plot(0, 0.5, "o", **dot))
    hold(size, "the birds in a draw", lambda x, y, _: {"birds": x}, anywhere=True)

    def move(birds: int, often: int) -> str:
        n_draws = 20 + 20 * (often % 4)  # then the pile begins anew
        piles = [pile(degree, birds, n_draws) for degree in THREE]
        for (all_of_them, typical), now in zip(parts, piles, strict=True):
            all_of_them.set_data(now.strokes)
            typical.set_data(PLACES, now.typical)
        size.set_xdata([birds])
        said = [
            f"degree {degree}, {now.off:.0f} g off and {now.spread:.0f} g wide"
            for degree, now in zip(THREE, piles, strict=True)
        ]
        return (
            f"{n_draws} draws of {birds} birds. From 185 to 220 mm, how far is the middle curve "
            f"(thick) from that of all birds (dashed), and how wide is the band that holds eight "
            f"in ten of the thin ones? {'; '.join(said).capitalize()}."
        )

    return move
