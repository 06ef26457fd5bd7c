"""How heavy is a penguin with a 200 mm flipper? Set the line yourself.

The widgets of chapter 1. Each takes every number from `mlcore`: a function of the controls
works them out, the picture and the sentence show them.
"""

from functools import partial
from typing import NamedTuple

import numpy as np
from ipywidgets import Checkbox, FloatSlider, IntSlider, ToggleButtons
from matplotlib.figure import Figure

from mlcore._arguments import Array
from mlcore.book import figures
from mlcore.book.live import Live, Move, Values, hold, moving, show_if
from mlcore.datasets import load_penguins
from mlcore.linear_regression import fit_linear_regression, predict
from mlcore.losses import mse, residuals
from mlcore.softmax import one_hot

__all__ = ["explore_leverage", "explore_line", "explore_one_bird", "explore_sign_flip"]

PENGUINS = load_penguins()
GREY = "#767676"
FLIPPER, MASS = PENGUINS.flipper_length_mm, PENGUINS.body_mass_g
SHORT = np.median(FLIPPER) >= FLIPPER
BEST_W, BEST_B = fit_linear_regression(FLIPPER[:, None], MASS)


def explore_line() -> Live:
    """Set the weight and the bias by hand: how close to the birds can a line get?"""
    return Live(
        draw_line,
        height=4.2,
        weight=FloatSlider(
            5, min=0, max=100, step=0.5, description="weight w (g/mm)", readout_format=".1f"
        ),
        bias=IntSlider(2000, min=-12000, max=6000, step=100, description="bias b (g)"),
        best=Checkbox(False, description="Show the best line", indent=False),
    )


class LineMisses(NamedTuple):
    """How far a line is from the birds, in g; positive is too high."""

    typical: float
    """The root of the mean squared miss."""
    short: float
    """The mean miss on the half of the birds with the shorter flippers."""
    long: float
    """The mean miss on the other half."""


def line_misses(weight: float, bias: float) -> LineMisses:
    """What the picture of `explore_line` says about a line."""
    predictions = predict(FLIPPER[:, None], [weight], bias)
    misses = residuals(predictions, MASS)
    return LineMisses(
        typical=mse(predictions, MASS) ** 0.5,
        short=float(np.mean(misses[SHORT])),
        long=float(np.mean(misses[~SHORT])),
    )


MEAN_LINE = line_misses(0, float(np.mean(MASS)))
BEST_LINE = line_misses(BEST_W[0], BEST_B)


def draw_line(figure: Figure) -> Move:
    """The birds with a line of one's own, beside how far it misses them."""
    birds, bars = figure.subplots(1, 2, width_ratios=(3, 1.2))
    ends, mean = np.array([170.0, 233.0]), float(np.mean(MASS))
    birds.set(xlabel="flipper length (mm)", ylabel="body mass (g)")
    birds.set(xlim=(168, 245), ylim=(2200, 6800))
    figures.data(birds, FLIPPER, MASS)
    figures.line(birds, ends, [mean, mean], "mean", GREY, ":")
    misses = figures.misses(birds, FLIPPER, MASS, MASS)
    yours = figures.line(birds, ends, ends, "")
    name = birds.text(234.5, 0, "yours", color=figures.MODEL, va="center")
    (best_line,) = birds.plot(ends, predict(ends[:, None], BEST_W, BEST_B), "--", zorder=4)
    best_line.set_color(figures.TRUTH)

    bars.set(xlabel="typical miss (g)", xlim=(0, 1200), ylim=(-0.6, 2.6))
    bars.set_yticks([2, 1, 0], ["yours", "mean", "best"])
    bars.grid(visible=False)
    for row, misses_of, color in ((1, MEAN_LINE, GREY), (0, BEST_LINE, figures.TRUTH)):
        bars.barh(row, misses_of.typical, height=0.5, color=color)
        bars.text(misses_of.typical, row, f" {misses_of.typical:.0f}", va="center")
    (bar,) = bars.barh(2, 0, height=0.5, color=figures.MODEL)
    size = bars.text(0, 2, "", va="center")
    broken = bars.plot(*_break(1120, 2), color="white", lw=2.5)
    moving(misses, yours, name, best_line, bar, size, *broken)

    def lift(_: float, y: float, before: Values) -> Values:
        return {"bias": y - before["weight"] * np.mean(ends)}

    def turn(_: float, y: float, before: Values, end: int) -> Values:
        pivot = ends[1 - end]
        stays = before["weight"] * pivot + before["bias"]
        weight = (y - stays) / (ends[end] - pivot)
        return {"weight": weight, "bias": stays - weight * pivot}

    hold(yours, "the line, by its middle", lift)
    for end, side in enumerate(("left", "right")):
        hold(yours, f"the line, by its {side} end", partial(turn, end=end), at=end)

    def move(weight: float, bias: float, best: bool) -> str:
        now = line_misses(weight, bias)
        left, right = predict(ends[:, None], [weight], bias)
        misses.set_data(*figures.sticks(FLIPPER, MASS, predict(FLIPPER[:, None], [weight], bias)))
        yours.set_ydata([left, right])
        name.set_y(np.clip(right, 2350, 6650))
        name.set_text("yours" + (" ↑" if right > 6800 else " ↓" if right < 2200 else ""))
        best_line.set_visible(best)
        beyond = now.typical > 1200
        bar.set_width(1200 if beyond else now.typical)
        broken[0].set_visible(beyond)
        size.set(x=600 if beyond else min(now.typical, 800), text=f" {now.typical:.0f}")
        size.set_color("white" if now.typical > 800 else "black")
        return (
            f"Weight {weight:g} g/mm, bias {bias} g: mean squared miss "
            f"{now.typical**2:.0f} g², root {now.typical:.0f} g "
            f"(mean line {MEAN_LINE.typical:.0f} g, best line {BEST_LINE.typical:.0f} g).\n"
            f"On average the line is {_side(now.short)} where flippers are short "
            f"and {_side(now.long)} where they are long."
        )

    return move


def _break(x: float, row: float) -> tuple[list[float], list[float]]:
    """Two slanting strokes across a bar that is too long for its axis."""
    return (
        [x - 20, x + 20, np.nan, x + 30, x + 70],
        [row - 0.3, row + 0.3, np.nan, row - 0.3, row + 0.3],
    )


def _side(miss: float) -> str:
    return "right" if abs(miss) < 0.5 else f"{abs(miss):.0f} g too {'high' if miss > 0 else 'low'}"


TEN = np.arange(13, 333, 32)
"""The places of ten birds, few enough for one more to count."""


def explore_leverage() -> Live:
    """Put one bird where you like: how far does it draw the line to itself?"""
    return Live(
        draw_leverage,
        height=4.0,
        flipper=IntSlider(198, min=160, max=260, description="its flipper (mm)"),
        mass=IntSlider(6500, min=2500, max=7500, step=50, description="its mass (g)"),
    )


class Eleven(NamedTuple):
    """The best line for the ten birds and the one that is moved."""

    weight: float
    """In g/mm."""
    bias: float
    """In g."""
    leverage: float
    """Of each gram that the moved bird gains, so much its own prediction gains."""


def eleven(flipper: float, mass: float) -> Eleven:
    """What the picture of `explore_leverage` shows for a place of the bird."""
    x = np.append(FLIPPER[TEN], flipper)[:, None]
    w, b = fit_linear_regression(x, np.append(MASS[TEN], mass))
    # The prediction is a straight line in the bird's mass: its slope is the leverage.
    of_one, b_one = fit_linear_regression(x, one_hot([10], n_classes=11)[0])
    return Eleven(float(w[0]), b, float(of_one[0] * flipper + b_one))


def draw_leverage(figure: Figure) -> Move:
    """Ten birds and their best line, with one more bird and the line that heeds it, too."""
    on = figure.subplots()
    on.set(xlabel="flipper length (mm)", ylabel="body mass (g)", xlim=(158, 282), ylim=(2300, 7700))
    ends = np.array([160.0, 262.0])
    figures.data(on, FLIPPER[TEN], MASS[TEN], size=40)
    w, b = fit_linear_regression(FLIPPER[TEN, None], MASS[TEN])
    before = predict(ends[:, None], w, b)
    figures.line(on, ends, before, "without it", figures.TRUTH, "--")
    (line,) = on.plot(ends, ends, color=figures.MODEL)
    (miss,) = on.plot([], [], color=figures.ERROR, lw=1.5)
    (bird,) = on.plot(0, 0, "o", color=figures.PATH, ms=12, mec="black")
    name = on.text(263.5, 0, "with it", color=figures.MODEL, va="center")
    moving(line, miss, bird, name)
    hold(bird, "the bird", lambda x, y, _: {"flipper": x, "mass": y}, anywhere=True)

    def move(flipper: int, mass: int) -> str:
        now = eleven(flipper, mass)
        heights = predict(ends[:, None], [now.weight], now.bias)
        predicted = now.weight * flipper + now.bias
        line.set_ydata(heights)
        miss.set_data([flipper, flipper], [mass, predicted])
        bird.set_data([flipper], [mass])
        apart = abs(heights[1] - before[1]) > 300
        name.set(y=np.clip(heights[1], 2500, 7500), visible=bool(apart))
        return (
            f"A bird with a flipper of {flipper} mm and {mass} g takes the weight of the line "
            f"from {w[0]:.1f} to {now.weight:.1f} g/mm, and is predicted {predicted:.0f} g.\n"
            f"Its leverage is {now.leverage:.2f}: give it 100 g more, and its own prediction "
            f"rises by {100 * now.leverage:.0f} g."
        )

    return move


DEPTH = PENGUINS.bill_depth_mm
IS_SPECIES = one_hot(PENGUINS.species, n_classes=3)
RANGES = [
    np.array([DEPTH[members].min(), DEPTH[members].max()])
    for members in (*IS_SPECIES.T.astype(bool), np.isfinite(DEPTH))
]
"""From the flattest bill to the deepest, in mm: in each species, and in all."""


def explore_sign_flip() -> Live:
    """Do deeper bills go with lighter birds? Ask again with the species told apart."""
    return Live(
        draw_sign_flip,
        height=4.2,
        model=ToggleButtons(
            options=[
                ("bill depth alone", "alone"),
                ("bill depth and species", "species"),
                ("each species by itself", "each"),
            ],
            description="features",
        ),
        depth=FloatSlider(
            15,
            min=13,
            max=21.5,
            step=0.1,
            description="bill depth of a bird (mm)",
            readout_format=".1f",
        ),
    )


def depth_lines(model: str) -> tuple[Array, Array]:
    """The weight (g/mm) and the bias (g) of the line for each of the three species."""
    if model == "alone":
        w, b = fit_linear_regression(DEPTH[:, None], MASS)
        return np.repeat(w, 3), np.repeat(b, 3)
    if model == "species":
        w, b = fit_linear_regression(np.column_stack([DEPTH, IS_SPECIES]), MASS)
        return np.repeat(w[0], 3), b + w[1:]
    members = IS_SPECIES.T.astype(bool)
    fits = [fit_linear_regression(DEPTH[member, None], MASS[member]) for member in members]
    return np.array([w[0] for w, _ in fits]), np.array([b for _, b in fits])


def draw_sign_flip(figure: Figure) -> Move:
    """The birds by bill depth, alike or told apart, with the lines fitted to them."""
    on = figure.subplots()
    on.set(xlabel="bill depth (mm)", ylabel="body mass (g)", xlim=(12.8, 21.7), ylim=(2200, 6600))
    alike = figures.data(on, DEPTH, MASS)
    figures.groups(on, DEPTH, MASS, PENGUINS.species, PENGUINS.species_names)
    on.legend(loc="upper right", handletextpad=0.2)
    told_apart = [artist for artist in (*on.collections[1:], on.get_legend()) if artist]
    colors = [color for color, _ in figures.CLASSES]
    widths = (7, 2.5, 2.5)  # so that the line of the Adelies shows beside the Chinstraps'
    lines = [on.plot([], [], color=c, lw=lw)[0] for c, lw in zip(colors, widths, strict=True)]
    dots = [on.plot(0, 0, "o", color=color, ms=10, mec="black")[0] for color in colors]
    here = on.axvline(0, color=GREY, lw=1)
    moving(here, *lines, *dots)

    def touch(x: float, y: float, _: Values) -> Values:
        bird = np.argmin(np.hypot((DEPTH - x) / 8.5, (MASS - y) / 4400))
        return {"model": "each", "depth": DEPTH[bird]}

    hold(here, "the bill depth of a bird", lambda x, y, _: {"depth": x})
    hold(dots[0], "a bird, whose species is then told apart", touch, anywhere=True)

    def move(model: str, depth: float) -> str:
        weights, biases = depth_lines(model)
        alone = model == "alone"
        show_if(alone, alike)
        show_if(not alone, *told_apart)
        here.set_xdata([depth, depth])
        masses = depth * weights + biases
        for k, color in enumerate(colors):
            ends = RANGES[3 if alone else k]
            shown = figures.MODEL if alone else color
            lines[k].set_data(ends, ends * weights[k] + biases[k])
            lines[k].set(color=shown, linewidth=2.5 if alone else widths[k])
            dots[k].set_data([depth], [masses[k]])
            dots[k].set(color=shown, markerfacecolor=shown, markeredgecolor="black")
            if not ends[0] <= depth <= ends[1]:
                dots[k].set_markerfacecolor("white")  # no such bird: a guess beyond the data
        if alone:
            return (
                f"Told by bill depth alone, each mm more makes the predicted bird "
                f"{-weights[0]:.0f} g lighter: {masses[0]:.0f} g at {depth:.1f} mm."
            )
        species = zip(PENGUINS.species_names, weights, masses, strict=True)
        said = "; ".join(f"{name} {w:+.0f} g/mm, {mass:.0f} g" for name, w, mass in species)
        return (
            f"With the species told apart, each mm more makes the predicted bird heavier. "
            f"Weight of the bill depth, and prediction at {depth:.1f} mm: {said}."
        )

    return move


FEATURES = np.column_stack([FLIPPER, DEPTH, PENGUINS.sex == "male"])
FEATURE_NAMES, UNITS = ("flipper length", "bill depth", "male"), (" mm", " mm", "")


def explore_one_bird() -> Live:
    """Predict the mass of one bird with pencil and paper, term by term."""
    return Live(
        draw_one_bird,
        height=3.8,
        bird=IntSlider(35, min=1, max=len(MASS), description="bird number"),
        from_average=Checkbox(False, description="Measure from the average bird", indent=False),
    )


class Terms(NamedTuple):
    """The prediction for one bird, taken apart."""

    bias: float
    """In g."""
    weights: Array
    """(3,), in g per unit of each feature."""
    features: Array
    """(3,), in mm, mm and 0 or 1: the bird's, or how far they are from the average bird's."""
    prediction: float
    """In g: the bias and each weight times its feature."""


def bird_terms(bird: int, from_average: bool) -> Terms:
    """What the picture of `explore_one_bird` adds up, for bird number 1, 2, ..."""
    X = FEATURES - np.mean(FEATURES, axis=0) if from_average else FEATURES
    w, b = fit_linear_regression(X, MASS)
    return Terms(b, w, X[bird - 1], float(predict(X[[bird - 1]], w, b)[0]))


def draw_one_bird(figure: figures.Sheet) -> Move:
    """A bar for each term, each beginning where the last one ended."""
    on = figure.subplots()
    rows = range(6, 0, -1)
    on.set_yticks(rows, ["bias", *FEATURE_NAMES, "prediction", "on the scale"])
    on.set(xlabel="body mass (g)", ylim=(0.4, 6.6))
    on.grid(visible=False, axis="y")
    on.axvline(0, color=GREY, lw=1)
    bars = on.barh(rows[:5], 0, height=0.55, color=[figures.PATH, *[figures.MODEL] * 4])
    on.plot(MASS, np.ones(len(MASS)), "|", color=figures.DATA, ms=9, alpha=0.15)
    (miss,) = on.plot([0, 0], [1, 1], color=figures.ERROR, lw=1.5)
    (scale,) = on.plot(0, 1, "o", color=figures.DATA, ms=8)
    beside = on.get_yaxis_transform()
    right, align, lift = (0.98, "right", 0.45) if figure.narrow else (0.55, "left", 0)
    words = [
        on.text(right, row - lift, "", transform=beside, ha=align, va="center") for row in rows
    ]
    for equation in words[1:4] if figure.narrow else []:  # they are as wide as the picture
        equation.set_bbox({"facecolor": "white", "edgecolor": "none", "pad": 0})
    moving(*bars, miss, scale, *words)

    def pick(x: float, y: float, _: Values) -> Values:
        return {"bird": np.argmin(np.abs(MASS - x)) + 1}

    hold(scale, "the bird on the scale", pick, anywhere=True)

    def move(bird: int, from_average: bool) -> str:
        now, mass = bird_terms(bird, from_average), MASS[bird - 1]
        low, high = (0, 6500) if from_average else (-3000, 7000)
        if on.get_xlim()[0] != low:
            ticks = range(0, high, 2000) if from_average else range(-2000, high, 2000)
            room = 0 if figure.narrow else 0.85 * (high - low)
            on.set(xlim=(low, high + room), xticks=ticks)
        terms = now.weights * now.features
        ends = now.bias + np.cumsum([0, *terms])
        for bar, start, end in zip(bars, [0, *ends[:3], 0], [*ends, ends[-1]], strict=True):
            bar.set(x=start, width=end - start)
        miss.set_xdata([now.prediction, mass])
        scale.set_xdata([mass])
        # So many places that whoever multiplies what is printed gets what is printed.
        of_w, of_x = (2, 4) if from_average else (4, 1)
        products = [
            f"{w:.{of_w}f} g{unit.replace(' ', '/')} × {x:.{of_x}f}{unit}"
            for w, x, unit in zip(now.weights, now.features, UNITS, strict=True)
        ]
        equations = [f"{a} = {b:+.0f} g" for a, b in zip(products, terms, strict=True)]
        masses = [f"{grams:.0f} g" for grams in (now.bias, now.prediction, mass)]
        for word, said in zip(words, [masses[0], *equations, *masses[1:]], strict=True):
            word.set_text(figures.minus(said))
        return (
            f"Bird {bird} ({PENGUINS.species_names[PENGUINS.species[bird - 1]]}): "
            f"{' + '.join([f'{now.bias:.2f} g', *products]).replace('+ -', '− ')} = {masses[1]}.\n"
            f"It weighs {masses[2]}: the prediction is {_side(now.prediction - mass)}."
        )

    return move
