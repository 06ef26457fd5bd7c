"""Which of K? Move the scores, train the birds apart, draw a digit.

The widgets of chapter 5; its clinic has a module of its own. Each takes every number from
`mlcore`: a function of the controls works them out, the picture and the sentence show them.
"""

from collections.abc import Callable
from functools import cache, lru_cache, partial
from typing import Any

import numpy as np
from ipywidgets import (
    Button,
    ButtonStyle,
    FloatSlider,
    GridBox,
    HBox,
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
from mlcore.book.live import Live, Move, To, Values, hold, moving
from mlcore.classification import accuracy
from mlcore.datasets import load_digits, load_penguins
from mlcore.features import standardize, train_test_split
from mlcore.gradient_descent import gradient_descent
from mlcore.softmax import (
    cross_entropy,
    cross_entropy_gradient,
    one_hot,
    softmax,
)

__all__ = [
    "explore_digit",
    "explore_model",
    "explore_scores",
    "explore_simplex",
]

PENGUINS = load_penguins()
SPECIES = PENGUINS.species_names
GREY = "#767676"

Loss = Callable[[Array, Labels], float]
Gradient = Callable[[Array, Labels], Array]


def descend(
    X: Array,
    labels: Labels,
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


def slope(point: Array, X: Array, labels: Labels, gradient: Gradient) -> Array:
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


def _score(name: str) -> To:
    """The score of a species, which lies along its bar."""
    return lambda x, y, before: {name: x}


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
    used = [panels[0].text(5.9, row + 0.4, "", ha="right", va="center") for row in range(3)]
    powers = [-300, 0, 300]
    panels[1].set(xticks=powers, xticklabels=[f"1e{power}" if power else "1" for power in powers])
    panels[3].set(xticks=[0, 0.5, 1])
    panels[1].axvline(np.log10(np.finfo(float).max), color=figures.ERROR, linewidth=1, ls="--")
    panels[1].set_xlabel("in powers of ten")
    panels[1].text(
        295, -0.52, "largest number", color=figures.ink(figures.ERROR), ha="right", va="center"
    )
    bars = [
        on.barh(range(3), 3 * [1.0], color=[color for color, _ in figures.CLASSES], height=0.5)
        for on in panels
    ]
    for bar in bars[1]:
        bar.set_x(-340)
    adelie, _, gentoo = bars[0]
    hold(adelie, "the score of Adelie", _score("adelie"), lambda: (adelie.get_width(), 0))
    hold(gentoo, "the score of Gentoo", _score("gentoo"), lambda: (gentoo.get_width(), 2))
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
    (written,) = panels[3].plot([], [], "x", color=figures.DATA, zorder=4)
    verdict = panels[3].text(1.08, -0.52, "", ha="right", va="center", color=figures.DATA)
    broken = [panels[1].text(-300, row, "", va="center", color=figures.DATA) for row in range(3)]
    moving(*(bar for group in bars for bar in group), arrows, written, verdict, *broken, *used)

    def move(adelie: float, gentoo: float, shift: int, temperature: float, bird: int) -> str:
        scores = np.array([adelie, 2.0, gentoo])
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
        works = np.isfinite(naive).all()
        written.set_data(naive, np.arange(3)) if works else written.set_data([], [])
        verdict.set_text("× as written" if works else "as written: nan")
        for text, score, plain in zip(used, shifted, scores, strict=True):
            text.set_text("" if score == plain else figures.minus(f"used: {score:g}"))
        for text, exponential in zip(broken, exponentials, strict=True):
            text.set_text({0: "0", np.inf: "inf"}.get(float(exponential), ""))
        return sentence_of_scores(shifted, exponentials, naive, probabilities, bird, temperature)

    return move


def sentence_of_scores(
    scores: Array,
    exponentials: Array,
    naive: Array,
    probabilities: Array,
    bird: int,
    temperature: float = 1.0,
) -> str:
    """The state of `explore_scores` in words; the scores are those after the temperature."""
    shares = ", ".join(f"{n} {p:.2f}" for n, p in zip(SPECIES, probabilities, strict=True))
    listed = ", ".join(f"{score:g}" for score in scores.round(2).tolist())
    if np.isfinite(naive).all():
        off = np.abs(naive - probabilities).max()
        verdict = "the same" if off < 0.005 else f"off by up to {off:.2f}"
    else:
        verdict = f"the sum of the exponentials is {exponentials.sum():g}, the shares are nan"
    misses = probabilities - one_hot([bird], 3)[0]
    surprise = cross_entropy(scores[np.newaxis], [bird])
    used = f"Scores {listed}"
    if temperature != 1:
        used = f"At temperature {temperature:g} the scores become {listed} and"
    return (
        f"{used} give {shares}; sum {probabilities.sum():.2f}. As written: {verdict}.\n"
        f"The bird is {SPECIES[bird]}: surprise {surprise:.2f}; p − one-hot is "
        + ", ".join(f"{miss:+.2f}" for miss in misses)
        + f"; sum {abs(misses.sum()):.2f}."
    )


# --- a map and a triangle ---

BILLS, BILL_MEAN, BILL_SCALE = standardize(
    np.column_stack([PENGUINS.bill_length_mm, PENGUINS.bill_depth_mm])
)
CORNERS = np.array([[0.0, 0.0], [0.5, 0.75**0.5], [1.0, 0.0]])
"""Where Adelie, Chinstrap and Gentoo have probability 1."""


def explore_simplex() -> Live:
    """Train three species apart: on the map the borders move, in the triangle the birds."""
    return Live(
        draw_simplex,
        width=8.6,
        height=4.0,
        step=IntSlider(0, min=0, max=200, description="training steps"),
        length=FloatSlider(48, min=32, max=60, step=0.5, description="bill length (mm)"),
        depth=FloatSlider(17, min=13, max=22, step=0.1, description="bill depth (mm)"),
    )


@cache
def bill_path() -> Array:
    """The training history of three species on bill length and depth."""
    return descend(BILLS, PENGUINS.species, np.zeros((3, 3)), learning_rate=2, n_steps=200)


def borders(point: Array) -> tuple[Array, Array]:
    """Where two species tie for the largest score, in mm, as one line with gaps."""
    pieces = []
    for one, other in ((0, 1), (0, 2), (1, 2)):
        w = point[:-1, one] - point[:-1, other]
        b = point[-1, one] - point[-1, other]
        if not w.any():
            continue
        along = np.linspace(-6, 6, 601)[:, np.newaxis] * np.array([-w[1], w[0]]) / np.hypot(*w)
        tie = along - b * w / (w @ w)
        scores = scores_of(point, tie)
        hidden = scores.max(axis=1) > scores[:, one] + 1e-9
        tie[hidden] = np.nan
        pieces += [tie, [[np.nan, np.nan]]]
    x, y = (np.vstack([*pieces, [[np.nan, np.nan]]]) * BILL_SCALE + BILL_MEAN).T
    return x, y


def draw_simplex(figure: Figure) -> Move:
    """The birds on the map of their bills, and where the model puts them in the triangle."""
    plane, triangle = figure.subplots(1, 2, width_ratios=(1.15, 1))
    plane.set(xlabel="bill length (mm)", ylabel="bill depth (mm)", xlim=(31, 61), ylim=(11.5, 22.5))
    bills = PENGUINS.bill_length_mm, PENGUINS.bill_depth_mm
    figures.groups(plane, *bills, labels=PENGUINS.species, names=SPECIES)
    plane.legend(loc="lower left", ncols=3, handletextpad=0.1, columnspacing=0.8)
    draw_triangle(triangle)
    (border,) = plane.plot([], [], color=figures.MODEL, zorder=3)
    cross = {"marker": "X", "color": figures.DATA, "markersize": 11, "linestyle": "none"}
    (here,) = plane.plot([], [], **cross, markeredgecolor="white", zorder=5)
    (there,) = triangle.plot([], [], **cross, markeredgecolor="white", zorder=5)
    edge = {"markersize": 5, "markeredgecolor": "#262626", "markeredgewidth": 0.5}
    flocks = [
        triangle.plot([], [], marker, color=color, **edge) for color, marker in figures.CLASSES
    ]
    moving(border, here, there, *(flock for (flock,) in flocks))
    hold(here, "the bird at the cross", lambda x, y, _: {"length": x, "depth": y}, anywhere=True)

    def move(step: int, length: float, depth: float) -> str:
        point = bill_path()[step]
        scores = scores_of(point, BILLS)
        places = softmax(scores) @ CORNERS
        for label, (flock,) in enumerate(flocks):
            flock.set_data(*places[PENGUINS.species == label].T)
        yours = (np.array([length, depth]) - BILL_MEAN) / BILL_SCALE
        probabilities = softmax(scores_of(point, yours))
        border.set_data(*borders(point))
        here.set_data([length], [depth])
        there.set_data(*(probabilities @ CORNERS)[:, np.newaxis])
        right = accuracy(scores.argmax(axis=1), PENGUINS.species)
        shares = ", ".join(f"{n} {p:.2f}" for n, p in zip(SPECIES, probabilities, strict=True))
        return (
            f"After {step} steps the mean surprise is "
            f"{cross_entropy(scores, PENGUINS.species):.3f} nats, and the likeliest species is "
            f"the right one for {right:.1%} of the birds.\n"
            f"The bird at the cross, its bill {length:g} mm long and {depth:g} mm deep: {shares}."
        )

    return move


def draw_triangle(on: Axes) -> None:
    """All ways to share a certainty out among three species: each corner is sure of one."""
    on.set(xlim=(-0.12, 1.12), ylim=(-0.12, 1.0), aspect="equal")
    on.axis("off")
    outline = CORNERS[[0, 1, 2, 0]]
    on.plot(*outline.T, color=GREY, linewidth=1)
    middle = CORNERS.mean(axis=0)
    for corner in CORNERS:  # on a spoke's end two species tie, and the third is out
        on.plot(*np.stack([middle, (3 * middle - corner) / 2]).T, color=figures.MODEL, lw=1, ls=":")
    for name, (x, y) in zip(SPECIES, CORNERS, strict=True):
        on.text(x, y + (0.05 if y else -0.05), name, ha="center", va="bottom" if y else "top")


# --- the whole model on one screen ---

NINE = np.concatenate([np.flatnonzero(label == PENGUINS.species)[7:79:24] for label in range(3)])
"""Three birds of each species."""
TRUTH = PENGUINS.species[NINE]
WIDE, TALL = 2.7, 3.2
"""How far the plane of the bills reaches to each side."""
LARGEST = 4.0
PARTS = ("length weight", "depth weight", "bias")
NUMBERS = [f"{name}'s {part}" for name in SPECIES for part in PARTS]
"""The nine numbers of the model, species by species."""
Many = tuple[float, ...]


class Choices(VBox):  # type: ignore[misc]
    """Sets of numbers to begin with; its value may be any other numbers within `bound`."""

    value = Tuple()

    def __init__(self, label: str, bound: float, options: dict[str, Array]) -> None:
        self.label, self.bound = label, bound
        self.options = [(name, fitted(many, bound)) for name, many in options.items()]
        looks = Layout(width="auto", margin="2px")
        row = []
        for name, many in self.options:
            row.append(Button(description=name, layout=looks))
            row[-1].on_click(lambda _, many=many: self.set_trait("value", many))
        super().__init__([HBox([Label(label), *row])])
        self.value = self.options[0][1]


def fitted(many: Array, bound: float) -> Many:
    """Numbers that go no further than the bound, with two decimals."""
    return tuple((np.clip(many, -bound, bound).ravel().round(2) + 0.0).tolist())


def explore_model() -> Live:
    """Take hold of any number, line or bird: what does the loss say, and where does it pull?"""
    birds = BILLS[NINE]
    trained = whole_model(9 * (0.0,), tuple(birds.ravel()), steps=50, rate=0.5, l2=0.0)
    by_chance = np.random.default_rng(2).normal(0, 1, (3, 3))
    starts = {"by chance": by_chance, "all zeros": 0 * by_chance, "upside down": -trained}
    astray = birds.copy()
    astray[8] = -1.2, 0.6  # a Gentoo among the Adelies
    return Live(
        draw_model,
        width=9.4,
        height=5.6,
        start=Choices("Start from", LARGEST, starts),
        birds=Choices("Birds", min(WIDE, TALL), {"nine birds": birds, "one astray": astray}),
        steps=IntSlider(0, min=0, max=100, description="training steps"),
        rate=FloatSlider(0.5, min=0.1, max=2, step=0.1, description="learning rate"),
        l2=FloatSlider(0, min=0, max=0.1, step=0.01, description="price of weights (L2)"),
    )


@lru_cache
def whole_model(start: Many, birds: Many, steps: int, rate: float, l2: float) -> Array:
    """The nine numbers after training, (3, 3): a row for each species, its bias last."""
    X = np.reshape(birds, (9, 2))

    def pull(point: Array) -> Array:
        return model_slope(point, X, l2)

    return gradient_descent(pull, np.reshape(start, (3, 3)), rate, steps)[-1]


def model_slope(point: Array, X: Array, l2: float) -> Array:
    """The slope of the whole loss in each of the nine numbers."""
    price = 2 * l2 * point * [1, 1, 0]
    return slope(point.T, X, TRUTH, cross_entropy_gradient).T + price


def region(point: Array, species: int) -> Array:
    """The corners of the part of the plane where a species has the largest score."""
    corners = np.array([[-WIDE, -TALL], [WIDE, -TALL], [WIDE, TALL], [-WIDE, TALL]])
    for other in {0, 1, 2} - {species}:
        lead = point[species] - point[other]
        if not lead.any():
            return np.zeros((0, 2))
        ahead, kept = corners @ lead[:2] + lead[2], []
        for i in range(len(corners)):
            before, now = ahead[i - 1], ahead[i]
            if before * now < 0:
                kept.append(
                    corners[i - 1] + (corners[i] - corners[i - 1]) * before / (before - now)
                )
            if now >= 0:
                kept.append(corners[i])
        corners = np.array(kept).reshape(-1, 2)
    return corners


def draw_model(figure: figures.Sheet) -> Move:
    """Birds and borders on the plane; every number with its next step; every score and surprise."""
    places: list[Any] = [["plane", "numbers"], ["plane", "table"]]
    views = figure.subplot_mosaic(places, width_ratios=(1, 1.08))
    plane, numbers, table = (views[name] for name in ("plane", "numbers", "table"))
    move_plane = draw_plane(plane)
    move_numbers = draw_numbers(numbers, slim=figure.narrow)
    move_table = draw_table(table)
    if figure.narrow:
        plane.set_title("larger: more surprising")

    def move(start: Many, birds: Many, steps: int, rate: float, l2: float) -> str:
        point = whole_model(start, birds, steps, rate, l2)
        X = np.reshape(birds, (9, 2))
        scores = scores_of(point.T, X)
        slopes = model_slope(point, X, l2)
        surprises = np.array([cross_entropy(scores[[i]], TRUTH[[i]]) for i in range(9)])
        move_plane(point, X, surprises)
        move_numbers(point, slopes, rate)
        move_table(scores, surprises)
        trained = f"After {steps} steps at a rate of {rate:g}: "
        return trained + sentence_of_model(point, scores, slopes, l2)

    return move


def sentence_of_model(point: Array, scores: Array, slopes: Array, l2: float) -> str:
    """The state of `explore_model` in words."""
    mean, price = cross_entropy(scores, TRUTH), l2 * np.sum(point[:, :2] ** 2)
    right = int(np.sum(scores.argmax(axis=1) == TRUTH))
    steepest = int(np.abs(slopes).argmax())
    pull = slopes.ravel()[steepest]
    return (
        f"mean surprise {mean:.3f}, price of the weights {price:.3f}, "
        f"together a loss of {mean + price:.3f} nats; {right} of 9 birds right.\n"
        f"The steepest slope is that of {NUMBERS[steepest]}, {pull:.3f}: 0.1 more of "
        f"it would {'raise' if pull > 0 else 'lower'} the loss by about {abs(pull) / 10:.4f}."
    )


def taken(before: Values) -> Array:
    """The nine numbers that the hand took hold of."""
    return whole_model(**before).copy()


def left(point: Array) -> Values:
    """The hand leaves the numbers so, and training begins anew from them."""
    return {"start": fitted(point, LARGEST), "steps": 0}


def draw_plane(on: Axes) -> Callable[[Array, Array, Array], None]:
    """Where each species wins, the line where its score is 0, and the birds."""
    on.set(xlabel="bill length (spreads)", ylabel="bill depth (spreads)", aspect="equal")
    on.set(xlim=(-WIDE, WIDE), ylim=(-TALL, TALL), title="larger birds are more surprising")
    on.grid(visible=False)
    looks = [(color, figures.ink(color), marker) for color, marker in figures.CLASSES]
    regions = [on.fill([], [], color=color, alpha=0.25, lw=0)[0] for color, _, _ in looks]
    lines = [on.plot([], [], color=ink, lw=1.5)[0] for _, ink, _ in looks]
    arrows = on.quiver(
        *np.zeros((4, 3)),
        color=[ink for _, ink, _ in looks],
        angles="xy",
        scale_units="xy",
        scale=1,
        width=0.012,
        zorder=3,
    )
    feet = [on.plot([], [], ".", color=ink)[0] for _, ink, _ in looks]
    tips = [on.plot([], [], " ")[0] for _ in looks]
    edge: dict[str, Any] = {"mec": "#262626", "mew": 0.6, "zorder": 4}
    birds = [on.plot([], [], looks[k][2], color=looks[k][0], **edge)[0] for k in TRUTH]
    moving(*regions, *lines, arrows, *feet, *tips, *birds)

    hold_lines(feet, tips)
    hold_birds(birds)

    def move(point: Array, X: Array, surprises: Array) -> None:
        w, b = point[:, :2], point[:, 2:]
        lengths = np.sum(w**2, axis=1, keepdims=True)
        lengths[lengths < 1e-6] = np.nan
        foot = -b * w / lengths
        along = 9 * w[:, ::-1] * [-1, 1] / lengths**0.5
        arrows.set_offsets(np.nan_to_num(foot, nan=99))
        arrows.set_UVC(*w.T)
        for species in range(3):
            regions[species].set_xy(region(point, species))
            lines[species].set_data(*np.stack([foot - along, foot + along])[:, species].T)
            feet[species].set_data(*foot[[species]].T)
            tips[species].set_data(*(foot + w)[[species]].T)
        for line, x, surprise in zip(birds, X, surprises, strict=True):
            line.set_data(*x[:, np.newaxis])
            line.set_markersize(min(5 + 6 * surprise**0.5, 20))

    return move


def hold_lines(feet: list[Any], tips: list[Any]) -> None:
    """A line is shifted by its foot, and turned by the tip of the arrow on it."""

    def shifted(species: int) -> To:
        def to(x: float, y: float, before: Values) -> Values:
            point = taken(before)
            point[species, 2] = -point[species, :2] @ [x, y]
            return left(point)

        return to

    def turned(species: int) -> To:
        def to(x: float, y: float, before: Values) -> Values:
            point = taken(before)
            w, b = point[species, :2], point[species, 2]
            foot = -b * w / (w @ w)
            w = np.clip(np.array([x, y]) - foot, -LARGEST, LARGEST)
            point[species] = *w, -w @ foot
            return left(point)

        return to

    def numbers(species: int, values: Values) -> str:
        w_length, w_depth, b = whole_model(**values)[species]
        return f"weights {w_length:.2f} and {w_depth:.2f}, bias {b:.2f}"

    for species, name in enumerate(SPECIES):
        says = partial(numbers, species)
        hold(feet[species], f"the line of {name}, to shift it", shifted(species), says=says)
        hold(tips[species], f"the arrow of {name}, to turn its line", turned(species), says=says)


def hold_birds(birds: list[Any]) -> None:
    """Every bird can be carried to another bill."""

    def carried(bird: int) -> To:
        def to(x: float, y: float, before: Values) -> Values:
            X = np.reshape(before["birds"], (9, 2)).copy()
            X[bird] = x, y
            return {"birds": fitted(X, min(WIDE, TALL))}

        return to

    def bill(bird: int, values: Values) -> str:
        length, depth = values["birds"][2 * bird : 2 * bird + 2]
        return f"length {length:.2f}, depth {depth:.2f}"

    for bird, line in enumerate(birds):
        name = f"bird {bird + 1}, {SPECIES[TRUTH[bird]]}"
        hold(line, name, carried(bird), says=partial(bill, bird))


def draw_numbers(on: Axes, slim: bool) -> Callable[[Array, Array, float], None]:
    """The nine numbers as bars to be pulled, each with its slope and an arrow: its next step."""
    rows = np.arange(9) + 0.5 * (np.arange(9) // 3)
    first, second = (6.6, 9.9) if slim else (5.9, 8.1)
    on.set(xlim=(-4.2, second + 0.1), ylim=(10.6, -1.2), xticks=[-4, -2, 0, 2, 4])
    short = [f"{name[:2]}. {part.partition(' ')[0]}" for name in SPECIES for part in PARTS]
    on.set_yticks(rows, short if slim else [name.replace("'s", ":") for name in NUMBERS])
    on.grid(axis="y", visible=False)
    on.plot([0, 0], [-0.4, 10.6], color=GREY, linewidth=1)
    on.text(-3.9, -0.9, "arrow: next step", color=figures.ink(figures.ERROR), va="center")
    for x, name in ((first, "value"), (second, "slope")):
        on.text(x, -0.9, name, ha="right", va="center")
    colors = [figures.CLASSES[k][0] for k in (0, 0, 0, 1, 1, 1, 2, 2, 2)]
    bars = on.barh(rows, 9 * [1.0], color=colors, height=0.7)
    steps = on.quiver(
        0 * rows,
        rows,
        *np.zeros((2, 9)),
        color=figures.ERROR,
        angles="xy",
        scale_units="xy",
        scale=1,
        width=0.008,
        zorder=3,
    )
    values = [on.text(first, row, "", ha="right", va="center") for row in rows]
    slopes = [on.text(second, row, "", ha="right", va="center") for row in rows]
    moving(*bars, steps, *values, *slopes)

    def pulled(number: int) -> To:
        def to(x: float, y: float, before: Values) -> Values:
            point = taken(before)
            point.flat[number] = x
            return left(point)

        return to

    def place(number: int) -> tuple[float, float]:
        return bars[number].get_width(), rows[number]

    def value(number: int, values: Values) -> str:
        return f"{whole_model(**values).flat[number]:.2f}"

    for number, name in enumerate(NUMBERS):
        to, at, says = pulled(number), partial(place, number), partial(value, number)
        hold(bars[number], name, to, at, says=says)

    def move(point: Array, found: Array, rate: float) -> None:
        shown = np.clip(point.ravel(), -LARGEST, LARGEST)
        steps.set_offsets(np.column_stack([shown, rows]))
        steps.set_UVC(-rate * found.ravel(), np.zeros(9))
        texts = zip(bars, shown, values, point.ravel(), slopes, found.ravel(), strict=True)
        for bar, width, value, number, text, pull in texts:
            bar.set_width(width)
            value.set_text(figures.minus(f"{number:.2f}"))
            text.set_text(figures.minus(f"{pull:.3f}"))

    return move


def draw_table(on: Axes) -> Callable[[Array, Array], None]:
    """The three scores of each bird, and how surprising its species is."""
    on.set(xlim=(-0.6, 7.2), ylim=(9.6, -0.9))
    on.axis("off")
    columns = (1.3, 3.2, 4.9, 7.1)
    heads = [*SPECIES, "surprise"]
    inks = [*(figures.ink(color) for color, _ in figures.CLASSES), "#262626"]
    for x, head, ink in zip(columns, heads, inks, strict=True):
        on.text(x, -0.4, head, color=ink, ha="right", va="center")
    for row, species in enumerate(TRUTH):
        color, marker = figures.CLASSES[species]
        on.plot(-0.4, row + 0.7, marker, color=color, mec="#262626", mew=0.5, markersize=6)
    cells = [
        [on.text(x, row + 0.7, "", ha="right", va="center") for x in columns] for row in range(9)
    ]
    moving(*(cell for row in cells for cell in row))

    def move(scores: Array, surprises: Array) -> None:
        for row, own, surprise in zip(cells, scores, surprises, strict=True):
            for cell, number in zip(row, [*own, surprise], strict=True):
                cell.set_text(figures.minus(f"{number:.2f}"))

    return move


# --- a digit of your own ---

PIXELS, NEW_PIXELS, *SPLIT_LABELS = train_test_split(
    load_digits().pixels / 16, load_digits().labels, 0.25, np.random.default_rng(0)
)
DIGITS, NEW_DIGITS = (labels.astype(np.intp) for labels in SPLIT_LABELS)
INK, UNTOUCHED = 16, -1
DRAW = "Your digit: draw on the picture, or press squares (full, half, none)"
Ink = tuple[int, ...]


def explore_digit() -> Live:
    """Change a digit square by square: which number does the model see in it, and why?"""
    picture = IntSlider(152, min=0, max=len(NEW_DIGITS) - 1, description="start from picture")
    ink = InkGrid(ink_of(picture.value), label=DRAW)
    picture.observe(lambda change: ink.lay(ink_of(change["new"])), "value")
    return Live(draw_digit, width=9, height=3.2, picture=picture, ink=ink)


def ink_of(picture: int) -> Ink:
    """The ink of a picture that the model has not been trained on, square by square."""
    return tuple((INK * NEW_PIXELS[picture]).astype(int).tolist())


def drawn_over(paper: Ink, strokes: Ink) -> Ink:
    """The ink that is seen: the reader's where a square was changed, else that of the paper."""
    return tuple(
        under if over == UNTOUCHED else over for under, over in zip(paper, strokes, strict=True)
    )


class InkGrid(VBox):  # type: ignore[misc]
    """Paper of 8 x 8 squares to press; its value is the ink of those the reader has changed."""

    value = Tuple(64 * (UNTOUCHED,))
    paper = Tuple()
    options = (
        ("as written", 64 * (UNTOUCHED,)),
        ("no ink", 64 * (0,)),
        ("all ink", 64 * (INK,)),
    )

    def __init__(self, paper: Ink, label: str) -> None:
        self.label = label
        # The words on a square are for screen readers.
        self.styles = [
            ButtonStyle(button_color=f"#{grey:02x}{grey:02x}{grey:02x}", font_size="0")
            for grey in (255 - 255 * level // INK for level in range(INK + 1))
        ]
        size = Layout(width="28px", height="28px", margin="0", border="1px solid #8c8c8c")
        self.squares = [Button(layout=size) for _ in range(64)]
        for place, square in enumerate(self.squares):
            square.on_click(lambda _, place=place: self.press(place))
        blank = Button(description="Blank paper", layout=Layout(width="auto"))
        blank.on_click(lambda _: self.write(64 * (0,)))
        undo = Button(description="Undo", layout=Layout(width="auto"))
        undo.on_click(lambda _: self.strokes and self.set_trait("value", self.strokes.pop()))
        self.strokes: list[Ink] = []
        grid = GridBox(self.squares, layout=Layout(grid_template_columns="repeat(8, 28px)"))
        super().__init__([Label(label), grid, HBox([blank, undo])])
        self.observe(lambda _: self.paint(), ["value", "paper"])
        self.lay(paper)

    def lay(self, paper: Ink) -> None:
        """Begin with other paper."""
        self.paper, self.value = paper, 64 * (UNTOUCHED,)
        self.strokes.clear()

    def note(self) -> None:
        """Remember what can be undone: a stroke begins."""
        self.strokes.append(self.value)

    def write(self, ink: Ink) -> None:
        """Change the ink at one stroke."""
        self.note()
        self.value = ink

    def press(self, place: int) -> None:
        """Ink the next way: an empty square fully, a full one by half, a lighter one not at all."""
        before = drawn_over(self.paper, self.value)[place]
        after = INK if before == 0 else INK // 2 if before > INK // 2 else 0
        self.write((*self.value[:place], after, *self.value[place + 1 :]))

    def paint(self) -> None:
        """Show each square's ink as grey, and say it in words."""
        seen = drawn_over(self.paper, self.value)
        for place, (square, level) in enumerate(zip(self.squares, seen, strict=True)):
            square.style = self.styles[level]
            words = f"row {place // 8 + 1}, column {place % 8 + 1}: ink {level} of {INK}"
            square.description = square.tooltip = words


@cache
def digit_model() -> Array:
    """Softmax regression, trained as in the chapter."""
    start = np.zeros((65, 10))
    path = descend(PIXELS, DIGITS, start, learning_rate=1, n_steps=300, momentum=0.9)
    return path[-1]


def mosaic(pictures: Array, gap: int = 1) -> Array:
    """Pictures of 8 x 8 squares side by side, as one picture with gaps."""
    squares = pictures.reshape(-1, 8, 8)
    padded = np.pad(squares, ((0, 0), (0, 0), (0, gap)), constant_values=np.nan)
    return np.concatenate(list(padded), axis=1)[:, :-gap]


def draw_digit(figure: figures.Sheet) -> Move:
    """Ten probabilities, and below each what its template makes of the ink."""
    views = figure.subplot_mosaic(
        [["paper", "chances"], ["paper", "templates"]], width_ratios=(1, 4), height_ratios=(1.6, 1)
    )
    paper, chances, templates = (views[name] for name in ("paper", "chances", "templates"))
    asks, top = ("", 1.5) if figure.narrow else ("a ", 1.18)
    templates.sharex(chances)
    chances.tick_params(labelbottom=False)
    looks: dict[str, Any] = {"cmap": "Greys", "vmin": 0, "vmax": INK, "interpolation": "none"}
    written = paper.imshow(np.zeros((8, 8)), extent=(0, 8, 8, 0), **looks)
    paper.set(xticks=[], yticks=[], title="draw here")
    paper.grid(visible=False)
    paper.spines[:].set_visible(True)
    centres = 9 * np.arange(10) + 3.5
    chances.set(ylabel="probability", ylim=(0, top), xlim=(-1, 89))
    chances.set_title("the score stands on each bar")
    chances.grid(axis="x", visible=False)
    if figure.narrow:
        chances.set_yticks(np.linspace(0, 1, 6))
    bars = chances.bar(centres, 10 * [1.0], width=6, color=figures.MODEL)
    shown = templates.imshow(
        mosaic(np.zeros((10, 64))),
        interpolation="none",  # sharp squares on the page, however large
        cmap="PuOr_r",
        vmin=-1.5,
        vmax=1.5,
        extent=(-0.5, 88.5, 7.5, -0.5),
    )
    templates.set(xticks=centres, xticklabels=[f"{asks}{digit}?" for digit in range(10)], yticks=[])
    templates.set(ylabel="ink × weight", aspect="auto")
    templates.set_xlabel("orange squares speak for the digit, purple ones against it")
    templates.grid(visible=False)
    templates.spines[:].set_visible(False)
    looks = {"ha": "center", "va": "bottom", "rotation": 90 if figure.narrow else 0}
    totals = [chances.text(x, 0, "", **looks) for x in centres]
    moving(*bars, shown, written, *totals)

    def ink_at(x: float, y: float, before: Values) -> Values:
        strokes, place = list(before["ink"]), 8 * int(y) + int(x)
        if 0 <= x < 8 and 0 <= y < 8:
            strokes[place] = INK
        return {"ink": tuple(strokes)}

    hold(paper, "your digit, to draw on", ink_at, lambda: (4, 4), draws=True)

    def move(picture: int, ink: Ink) -> str:
        seen = drawn_over(ink_of(picture), ink)
        written.set_data(np.reshape(seen, (8, 8)))
        pixels = np.array(seen) / INK
        scores = scores_of(digit_model(), pixels)
        probabilities = softmax(scores)
        for bar, text, p, score in zip(bars, totals, probabilities, scores, strict=True):
            bar.set_height(p)
            text.set_y(p + 0.01)
            text.set_text(figures.minus(f"{score:+.1f}"))
        shown.set_data(mosaic(digit_model()[:-1].T * pixels))
        return sentence_of_digit(picture, ink, scores, probabilities)

    return move


def sentence_of_digit(picture: int, ink: Ink, scores: Array, probabilities: Array) -> str:
    """The state of `explore_digit` in words."""
    order = np.argsort(-probabilities)
    first, second = order[:2].tolist()
    verdict = (
        f"The model says {first} with probability {probabilities[first]:.3f} "
        f"(score {scores[first]:.1f}), then {second} with {probabilities[second]:.3f} "
        f"(score {scores[second]:.1f})."
    )
    seen = drawn_over(ink_of(picture), ink)
    if UNTOUCHED not in ink:
        n_inked = sum(level > 0 for level in seen)
        return f"{verdict}\nYour own paper has ink on {n_inked} of its 64 squares."
    changed = sum(now != before for now, before in zip(seen, ink_of(picture), strict=True))
    meant = NEW_DIGITS[picture]
    surprise = cross_entropy(scores[np.newaxis], [meant])
    return verdict + (
        f"\nYou changed {changed} of the 64 squares of picture {picture}, which was meant to be "
        f"{meant}; at {meant} the surprise is {surprise:.2f} nats."
    )
