"""What is the matter with it? Examine a model that does not learn, and then decide.

The clinic of chapter 5. A patient is a sound training run with one fault in it; which one, and
how bad, is drawn from the patient's number. The tests are those of the chapter's checklist.
"""

import secrets
from collections.abc import Callable
from functools import cache
from typing import Any, NamedTuple

import numpy as np
from ipywidgets import Box, Button, HBox, Label, Layout, VBox
from matplotlib.axes import Axes
from traitlets import Int, Tuple

from mlcore._arguments import Array, Labels
from mlcore.book import figures
from mlcore.book.live import Live, Move, moving, show_if
from mlcore.book.widgets.softmax import (
    DIGITS,
    NEW_DIGITS,
    NEW_PIXELS,
    PIXELS,
    descend,
    scores_of,
    slope,
)
from mlcore.classification import accuracy
from mlcore.gradient_descent import check_gradient, numerical_gradient
from mlcore.softmax import cross_entropy, cross_entropy_gradient, one_hot, softmax

__all__ = ["FAULTS", "TESTS", "Patient", "explore_clinic", "fault_of", "patient"]

N_STEPS = 60
N_ROWS, BATCH, LOOKED_AT = 200, 20, 6
RATES = (0.001, 0.01, 0.1, 1.0, 10.0, 100.0, 1000.0)
GREY = "#767676"

Loss = Callable[[Array, Labels], float]
Gradient = Callable[[Array, Labels], Array]


# --- patients ---


class Patient(NamedTuple):
    """A training run: the data as the model sees them, and what it is trained with."""

    X: Array
    labels: Labels
    shown: Labels
    """What the pictures show, whatever their labels say."""
    new: Array
    new_labels: Labels
    start: Array
    learning_rate: float = 1.0
    loss: Loss = cross_entropy
    gradient: Gradient = cross_entropy_gradient

    def path(self, learning_rate: float | None = None, n_rows: int | None = None) -> Array:
        """The training history, if wanted at another rate or on the first rows alone."""
        X, labels, rate = self.X[:n_rows], self.labels[:n_rows], learning_rate or self.learning_rate
        return descend(X, labels, self.start, rate, N_STEPS, self.gradient)

    def train_loss(self, point: Array, n_rows: int | None = None) -> float:
        """The loss on the training rows, or on the first of them."""
        return self.loss(scores_of(point, self.X[:n_rows]), self.labels[:n_rows])

    def new_loss(self, point: Array) -> float:
        """The loss on pictures that were kept aside."""
        return self.loss(scores_of(point, self.new), self.new_labels)

    def right(self, point: Array) -> float:
        """The share of the pictures kept aside that it reads right."""
        return accuracy(scores_of(point, self.new).argmax(axis=1), self.new_labels)


def sound(rng: np.random.Generator) -> Patient:
    """A model with nothing wrong, on digits drawn for it."""
    rows, new = rng.permutation(len(PIXELS))[:N_ROWS], rng.permutation(len(NEW_PIXELS))[:N_ROWS]
    digits, start = DIGITS[rows], np.zeros((65, 10))
    return Patient(PIXELS[rows], digits, digits, NEW_PIXELS[new], NEW_DIGITS[new], start)


def loss_of_probabilities(scores: Array, labels: Labels) -> float:
    """A mistake: the loss takes the softmax itself, so its scores are between 0 and 1."""
    return cross_entropy(softmax(scores), labels)


def slope_of_probabilities(scores: Array, labels: Labels) -> Array:
    """The gradient of that mistaken loss; as a gradient it is right."""
    p = softmax(scores)
    outer = cross_entropy_gradient(p, labels)
    return p * (outer - (p * outer).sum(axis=1, keepdims=True))


def slope_along_columns(scores: Array, labels: Labels) -> Array:
    """A mistake: the shares are taken over the rows in place of the classes."""
    return (softmax(scores.T).T - one_hot(labels, scores.shape[1])) / len(labels)


def _blank(well: Patient, rng: np.random.Generator) -> Patient:
    blank = rng.permutation(N_ROWS) < rng.integers(140, 181)
    return well._replace(X=well.X * ~blank[:, np.newaxis], shown=np.where(blank, -1, well.shown))


def _one_class(well: Patient, rng: np.random.Generator) -> Patient:
    digit, n_others = rng.integers(10), int(rng.integers(8, 17))
    others = rng.permutation(np.flatnonzero(digit != DIGITS))[:n_others]
    rows = rng.permutation([*np.flatnonzero(digit == DIGITS), *others])
    return well._replace(X=PIXELS[rows], labels=DIGITS[rows], shown=DIGITS[rows])


def _unit(well: Patient, rng: np.random.Generator) -> Patient:
    unit = np.ones(64)
    unit[rng.permutation(np.flatnonzero(well.X.mean(axis=0) > 0.3))[0]] = rng.choice([100, 1000])
    return well._replace(X=well.X * unit, new=well.new * unit)


FAULTS: dict[str, Callable[[Patient, np.random.Generator], Patient]] = {
    "learning rate far too small": lambda well, rng: well._replace(
        learning_rate=float(rng.choice([0.001, 0.01]))
    ),
    "learning rate far too large": lambda well, rng: well._replace(
        learning_rate=float(rng.choice([300, 1000]))
    ),
    "first weights too large": lambda well, rng: well._replace(
        start=rng.normal(0, rng.uniform(3, 20), well.start.shape)
    ),
    "loss given probabilities for scores": lambda well, rng: well._replace(
        loss=loss_of_probabilities,
        gradient=slope_of_probabilities,
        learning_rate=float(rng.choice([1, 10])),
    ),
    "gradient points uphill": lambda well, rng: well._replace(
        gradient=lambda scores, labels: -cross_entropy_gradient(scores, labels),
        learning_rate=float(rng.choice([0.1, 1])),
    ),
    "gradient is a sum, not a mean": lambda well, _: well._replace(
        gradient=lambda scores, labels: len(labels) * cross_entropy_gradient(scores, labels)
    ),
    "softmax along the wrong axis": lambda well, rng: well._replace(
        gradient=slope_along_columns, learning_rate=float(rng.choice([0.1, 1]))
    ),
    "labels of other rows": lambda well, rng: well._replace(
        labels=np.roll(well.labels, rng.integers(1, 20))
    ),
    "labels off by one": lambda well, rng: well._replace(
        labels=(well.labels + rng.choice([1, 9])) % 10
    ),
    "most pictures blank": _blank,
    "nearly all of one class": _one_class,
    "one column in another unit": _unit,
    "new data scaled by other numbers": lambda well, rng: well._replace(
        new=well.new * rng.choice([16 / 255, 1 / 16])
    ),
}
"""What each does to a sound model; how bad, is drawn."""


def fault_of(number: int) -> int:
    """The place of a patient's fault among `FAULTS`."""
    return int(np.random.default_rng(number).integers(len(FAULTS)))


@cache
def patient(number: int, mended: bool = False) -> Patient:
    """The patient of this number, if wanted without the fault."""
    rng = np.random.default_rng([number, 1])
    well = sound(rng)
    return well if mended else [*FAULTS.values()][fault_of(number)](well, rng)


# --- tests ---
#
# Each draws its panel once and returns a function, which shows what is found in a patient and
# says it.

Show = Callable[[int], str]


def for_a_phone(on: Axes) -> bool:
    """Whether the picture is no wider than one."""
    sheet = on.get_figure(root=True)
    return isinstance(sheet, figures.Sheet) and sheet.narrow


def scale_nats(on: Axes, ticks: dict[float, str]) -> None:
    """An axis for losses: even up to 3 nats, and from there in powers of ten."""
    on.set_yscale("symlog", linthresh=3, linscale=3)
    on.set_ylim(-0.1, 10 * max(ticks))
    on.set_yticks([*ticks], [*ticks.values()])
    on.minorticks_off()


@cache
def start_loss(number: int) -> float:
    return patient(number).train_loss(patient(number).start)


def draw_start(on: Axes) -> Show:
    on.set(xlabel="loss at step 0 (nats)", xscale="log", xlim=(0.5, 500), ylim=(-1, 2), yticks=[])
    on.set_xticks([1, 10, 100], ["1", "10", "100"])
    on.minorticks_off()
    on.axvline(np.log(10), color=figures.TRUTH, linestyle="--")
    on.text(np.log(10), 1.9, " log 10", color=figures.ink(figures.TRUTH), va="top")
    (dot,) = moving(*on.plot([], [], "o", color=figures.MODEL, markersize=9))

    def show(number: int) -> str:
        dot.set_data([start_loss(number)], [0])
        return f"the loss starts at {start_loss(number):.3f}, and log 10 is {np.log(10):.3f}"

    return show


@cache
def batch_losses(number: int) -> tuple[float, ...]:
    """The loss on a small batch that is all there is to learn, at the rate that suits it best."""
    ill = patient(number)
    paths = [ill.path(rate, BATCH) for rate in RATES]
    curves = [tuple(ill.train_loss(point, BATCH) for point in path) for path in paths]
    return min(curves, key=lambda curve: (round(curve[-1], 2), max(curve)))  # the quietest


def draw_batch(on: Axes) -> Show:
    on.set(xlabel="step", ylabel=f"loss on {BATCH} (nats)", xlim=(0, N_STEPS))
    scale_nats(on, {0: "0", 1: "1", 2: "2", 3: "3", 100: "100"})
    on.axhline(0, color=figures.TRUTH, linestyle="--")
    (curve,) = moving(*on.plot([], [], color=figures.MODEL))

    def show(number: int) -> str:
        losses = batch_losses(number)
        curve.set_data(range(N_STEPS + 1), losses)
        return (
            f"given only {BATCH} pictures, it brings its loss to {losses[-1]:.3f}, "
            f"at the best of {len(RATES)} rates"
        )

    return show


@cache
def slopes(number: int) -> tuple[float, Array, Array]:
    """How far the gradient is from the measured slope, and both of them, near the start."""
    ill, squares = patient(number), [19, 28, 36, 43, 64]  # of the picture's middle; the biases
    X, labels = ill.X[:BATCH], ill.labels[:BATCH]
    point = np.random.default_rng(0).normal(0, 0.3, ill.start.shape)

    def moved(part: Array) -> Array:
        whole = point.copy()
        whole[squares] = part
        return whole

    def loss(part: Array) -> float:
        return ill.train_loss(moved(part), BATCH)

    def claimed(part: Array) -> Array:
        return slope(moved(part), X, labels, ill.gradient)[squares]

    part = point[squares]
    return check_gradient(loss, claimed, part), numerical_gradient(loss, part), claimed(part)


def draw_gradient(on: Axes) -> Show:
    on.set(xlabel="measured slope", ylabel="claimed slope", xlim=(-1.1, 1.1), ylim=(-2.2, 2.2))
    on.set(xticks=[-1, 0, 1], yticks=[-2, 0, 2])
    on.axline((0, 0), slope=1, color=figures.TRUTH, linestyle="--")
    (dots,) = moving(*on.plot([], [], "o", color=figures.MODEL, markersize=4, alpha=0.7))

    def show(number: int) -> str:
        distance, measured, claimed = slopes(number)
        largest = np.abs(measured).max()
        unit = max(largest, np.abs(claimed).max())  # of the longest slope, so that all are seen
        dots.set_data(measured.ravel() / unit, claimed.ravel() / unit)
        felt = np.abs(measured) > 0.01 * largest
        ratios = claimed[felt] / measured[felt]
        if distance < 1e-7:
            return "check_gradient is below 1e-7: claimed and measured slopes agree"
        if np.ptp(ratios) < 1e-4:
            found = f"the claimed slope is {np.median(ratios):.0f} times the measured"
        else:
            found = "claimed and measured slopes do not go together"
        return f"check_gradient gives {distance:.2f}: {found}"

    return show


@cache
def sweep(number: int) -> dict[float, float]:
    """The loss on new pictures in the end, at each of the rates and at its own."""
    ill = patient(number)
    rates = sorted({*RATES, ill.learning_rate})
    return {rate: ill.new_loss(ill.path(rate)[-1]) for rate in rates}


def draw_rate(on: Axes) -> Show:
    on.set(xlabel="learning rate", ylabel="held-out loss (nats)", xscale="log", xlim=(3e-4, 3e3))
    scale_nats(on, {0: "0", 3: "3", 1e3: "1000", 1e6: "10⁶", 1e8: "10⁸"})
    on.set_xticks([1e-3, 1, 1e3], ["0.001", "1", "1000"])
    on.minorticks_off()
    (curve,) = on.plot([], [], "o-", color=figures.PATH, markersize=4, linewidth=1.2)
    (ring,) = on.plot([], [], "o", markersize=12, mfc="none", mec=figures.ERROR, mew=2)
    moving(curve, ring)

    def show(number: int) -> str:
        own, found = patient(number).learning_rate, sweep(number)
        best = min(found, key=lambda rate: found[rate])
        curve.set_data([*found], [*found.values()])
        ring.set_data([own], [found[own]])
        return (
            f"at its own rate of {own:g}, ringed, the held-out loss ends at {nats(found[own])}; "
            f"the best is {nats(found[best])}, at {best:g}"
        )

    return show


def draw_data(on: Axes) -> Show:
    in_a_row = LOOKED_AT if for_a_phone(on) else LOOKED_AT // 2
    on.set(xticks=[], yticks=[], aspect="equal")
    on.spines[:].set_visible(False)
    on.set_anchor("N")
    looks: dict[str, Any] = {"cmap": "Greys", "vmin": 0, "vmax": 1, "interpolation": "none"}
    corners = [(9 * (i % in_a_row), 12 * (i // in_a_row)) for i in range(LOOKED_AT)]
    pictures = [
        on.imshow(np.zeros((8, 8)), extent=(x, x + 8, y + 8, y), **looks) for x, y in corners
    ]
    on.set(xlim=(-0.7, 9 * in_a_row - 0.3), ylim=(12 * LOOKED_AT / in_a_row - 1, -0.7))
    said = [on.text(x + 4, y + 9.8, "", ha="center", va="center") for x, y in corners]
    moving(*pictures, *said)

    def show(number: int) -> str:
        ill = patient(number)
        for picture, text, x, label in zip(pictures, said, ill.X, ill.labels, strict=False):
            picture.set_data(x.reshape(8, 8))
            text.set_text(f"“{label}”")
        shown = ["nothing" if digit < 0 else str(digit) for digit in ill.shown[:LOOKED_AT]]
        labels = ", ".join(map(str, ill.labels[:LOOKED_AT]))
        empty, most = np.mean(~ill.X.any(axis=1)), np.bincount(ill.labels).max() / len(ill.labels)
        return (
            f"the first {LOOKED_AT} pictures show {', '.join(shown)}, and their labels say "
            f"{labels}; {empty:.0%} of the rows are empty, the commonest label is on {most:.0%}, "
            f"and the largest value is {ill.X.max():g}"
        )

    return show


def draw_scaling(on: Axes) -> Show:
    on.set(xlabel="mean ink, training", ylabel="mean ink, new", xlim=(-0.05, 1), ylim=(-0.05, 1))
    on.set(xticks=[0, 0.5, 1], yticks=[0, 0.5, 1])
    on.axline((0, 0), slope=1, color=figures.TRUTH, linestyle="--")
    (dots,) = moving(*on.plot([], [], "o", color=figures.MODEL, markersize=4, alpha=0.7))

    def show(number: int) -> str:
        ill = patient(number)
        old, new = ill.X.mean(axis=0), ill.new.mean(axis=0)
        dots.set_data(old, new)
        return f"the mean value is {old.mean():.3f} in training and {new.mean():.3f} in new data"

    return show


class Test(NamedTuple):
    """A test of the checklist."""

    name: str
    minutes: int
    draw: Callable[[Axes], Show]


TESTS = (
    Test("1 start", 1, draw_start),
    Test("2 batch", 2, draw_batch),
    Test("3 gradient", 4, draw_gradient),
    Test("4 rate", 8, draw_rate),
    Test("5 data", 10, draw_data),
    Test("6 scaling", 10, draw_scaling),
)
NAMES = [test.name for test in TESTS]
WRONG = 20
"""A wrong diagnosis costs so many minutes."""


# --- the consultation ---


class Ordered(VBox):  # type: ignore[misc]
    """A row of buttons, each to be pressed once; its value is the places of those pressed."""

    value = Tuple()

    def __init__(self, label: str, names: list[str], options: list[tuple[str, Any]]) -> None:
        self.label, self.options = label, options
        looks = Layout(width="auto", margin="2px")
        self.buttons = [Button(description=name, layout=looks) for name in names]
        for place, button in enumerate(self.buttons):
            button.on_click(lambda _, place=place: self.set_trait("value", (*self.value, place)))
        self.observe(lambda _: self.paint(), "value")
        row = Box(self.buttons, layout=Layout(flex_flow="row wrap"))
        super().__init__([Label(label), row])

    def paint(self) -> None:
        """What was pressed stays pressed."""
        for place, button in enumerate(self.buttons):
            button.disabled = place in self.value


class Ward(HBox):  # type: ignore[misc]
    """A button for a patient whom nobody has seen; its value is the patient's number."""

    begins_anew = True
    value = Int(21)
    label = "Patient"
    options = tuple((str(number), number) for number in (21, 12, 6, 34))

    def __init__(self) -> None:
        name = Label(f"Patient {self.value}")
        fresh = Button(description="New patient", layout=Layout(width="auto"))
        fresh.on_click(lambda _: self.set_trait("value", secrets.randbelow(10_000)))
        self.observe(lambda change: name.set_trait("value", f"Patient {change['new']}"), "value")
        super().__init__([fresh, name])


def explore_clinic() -> Live:
    """Order tests, the cheap ones first, and say what is the matter with the model."""
    named = [f"{test.name} ({test.minutes} min)" for test in TESTS]
    rounds = [("none", ()), ("1", (0,)), *((f"1 to {n}", tuple(range(n))) for n in range(2, 7))]
    ward, tests = Ward(), Ordered("Order a test:", named, rounds)
    faults = [("not yet", ()), *((name, (place,)) for place, name in enumerate(FAULTS))]
    diagnoses = Ordered("Then decide. Your diagnosis:", [*FAULTS], faults)
    for each in (tests, diagnoses):
        ward.observe(lambda _, each=each: each.set_trait("value", ()), "value")
    return Live(draw_clinic, width=9.4, height=4.4, patient=ward, tests=tests, diagnoses=diagnoses)


@cache
def losses(number: int, mended: bool = False) -> tuple[Array, Array, float]:
    """Loss on training rows and on new ones along the path; the share of new ones right at last."""
    ill = patient(number, mended)
    path = ill.path()
    train, new = (np.array([*map(loss, path)]) for loss in (ill.train_loss, ill.new_loss))
    return train, new, ill.right(path[-1])


def draw_clinic(figure: figures.Sheet) -> Move:
    """The loss of a model that does not learn, and what the tests have found."""
    rows: list[Any] = [[*row] for row in (("loss", *NAMES[:3]), ("loss", *NAMES[3:]))]
    pairs = [*zip(NAMES[::2], NAMES[1::2], strict=True)]
    slim = [["loss", "loss"], *map(list, pairs[:2]), *([name, name] for name in pairs[2])]
    panels = figure.subplot_mosaic(rows, slim, width_ratios=(1.5, 1, 1, 1))
    move_curves = draw_curves(panels["loss"])
    shows: list[Show] = []
    parts, blanks = list[Any](), list[Any]()
    for test in TESTS:
        on = panels[test.name]
        on.set_title(test.name)
        shows.append(test.draw(on))
        parts.append([part for part in on.get_children() if part.get_animated()])
        blank = on.text(0.5, 0.5, "not ordered", transform=on.transAxes, ha="center", va="center")
        blank.set(color=GREY, bbox={"facecolor": "white", "edgecolor": "none"})
        blanks.extend(moving(blank))

    def move(patient: int, tests: tuple[int, ...], diagnoses: tuple[int, ...]) -> str:
        move_curves(patient, fault_of(patient) in diagnoses)
        for place, (blank, drawings) in enumerate(zip(blanks, parts, strict=True)):
            show_if(place not in tests, blank)
            show_if(place in tests, *drawings)
        findings = [f"{NAMES[place]}: {shows[place](patient)}." for place in tests]
        return "\n".join([history(patient), *findings, bill(patient, tests, diagnoses)])

    return move


def draw_curves(on: Axes) -> Callable[[int, bool], None]:
    """Loss against steps, each curve with its name at its end."""
    on.set(xlabel="step (dotted: log 10)", ylabel="loss (nats)", title="how it trains")
    on.set(xlim=(0, 1.5 * N_STEPS), xticks=range(0, N_STEPS + 1, 20))
    scale_nats(on, {0: "0", 1: "1", 2: "2", 3: "3", 100: "100", 1e4: "10⁴", 1e5: "10⁵"})
    on.axhline(np.log(10), color=GREY, linestyle=":", linewidth=1)
    looks = (
        ("held out", figures.ERROR, "--"),
        ("training", figures.MODEL, "-"),
        ("mended", figures.TRUTH, "-."),
    )
    curves = [on.plot([], [], color=color, linestyle=style)[0] for _, color, style in looks]
    names = [
        on.text(1.03 * N_STEPS, 0, name, color=figures.ink(color), va="center")
        for name, color, _ in looks
    ]
    moving(*curves, *names)
    scale, apart = on.yaxis.get_transform(), 3 if for_a_phone(on) else 1

    def move(number: int, mended: bool) -> None:
        train, new, _ = losses(number)
        drawn = [new, train, losses(number, mended=True)[1]]
        show_if(mended, curves[2], names[2])
        lowest = -np.inf
        for place in sorted(range(2 + mended), key=lambda place: drawn[place][-1]):
            curves[place].set_data(range(N_STEPS + 1), drawn[place])
            lowest = max(float(scale.transform(drawn[place][-1])), lowest + apart)
            names[place].set_y(float(scale.inverted().transform(lowest)))

    return move


def nats(loss: float) -> str:
    """A loss, small or large, in a few digits."""
    return f"{loss:.2f}" if loss < 100 else f"{loss:.0f}"


def history(number: int) -> str:
    """How a patient trains, and how much of it is right, in words."""
    train, new, right = losses(number)
    guess = np.bincount(patient(number).new_labels).max() / N_ROWS
    return (
        f"Patient {number}: in {N_STEPS} steps the training loss goes from {nats(train[0])} to "
        f"{nats(train[-1])} nats, the held-out loss to {nats(new[-1])}; {right:.0%} of the new "
        f"pictures are read right, where always naming one digit gets {guess:.0%}."
    )


def bill(number: int, tests: tuple[int, ...], diagnoses: tuple[int, ...]) -> str:
    """What the consultation has cost, and whether the diagnosis is right."""
    fault, names = fault_of(number), [*FAULTS]
    wrong = [each for each in diagnoses if each != fault]
    minutes = sum(TESTS[place].minutes for place in tests) + WRONG * len(wrong)
    cost = (
        f"{len(tests)} test{'s' * (len(tests) != 1)} and {len(wrong)} wrong "
        f"diagnos{'is' if len(wrong) == 1 else 'es'}: {minutes} minute{'s' * (minutes != 1)}."
    )
    if fault in diagnoses:
        _, new, right = losses(number, mended=True)
        return (
            f"Yes: {names[fault]}. Mended, it ends at a held-out loss of {nats(new[-1])}, with "
            f"{right:.0%} right. {cost}"
        )
    if wrong:
        return f"Not that: {names[wrong[-1]]}. {cost}"
    return f"What is the matter with it? {cost}"
