"""The numbers in a widget's sentence, all of them and in their order, worked out a second time.

For each widget there is a function of the values of its controls that lists the numbers its
sentence must hold. It asks NumPy, or `mlcore`, but never the widget.
"""

import itertools
import re

import numpy as np
import pytest
from scipy.optimize import brentq, least_squares

from mlcore.book import figures
from mlcore.book.live import stops
from mlcore.book.widgets import (
    classification,
    gradient_descent,
    linear_regression,
    losses,
    network,
    softmax,
)
from mlcore.classification import binary_cross_entropy, fit_logistic_regression
from mlcore.datasets import load_digits, load_penguins
from mlcore.features import standardize, train_test_split
from mlcore.gradient_descent import gradient_descent as core_walk
from mlcore.gradient_descent import stochastic_gradient_descent
from mlcore.softmax import cross_entropy

BIRDS = load_penguins()
FLIPPER, DEPTH, MASS = BIRDS.flipper_length_mm, BIRDS.bill_depth_mm, BIRDS.body_mass_g
LENGTH, SPECIES = BIRDS.bill_length_mm, BIRDS.species
TWO = SPECIES < 2


def rms(misses):
    return np.mean(misses**2) ** 0.5


BEST_MISS = rms(np.polyval(np.polyfit(FLIPPER, MASS, 1), FLIPPER) - MASS)


def line(weight, bias, best):
    misses = weight * FLIPPER + bias - MASS
    short = np.median(FLIPPER) >= FLIPPER
    sides = np.abs([misses[short].mean(), misses[~short].mean()])
    return [weight, bias, rms(misses) ** 2, rms(misses), MASS.std(), BEST_MISS, *sides]


def leverage(flipper, mass):
    x, y = FLIPPER[13::32], MASS[13::32]
    far = np.append(x, flipper)
    w, b = np.polyfit(far, np.append(y, mass), 1)
    share = 1 / 11 + (flipper - far.mean()) ** 2 / np.sum((far - far.mean()) ** 2)
    said = [np.polyfit(x, y, 1)[0], w, w * flipper + b, share]
    return [flipper, mass, *said, 100, 100 * share]


def sign_flip(model, depth):
    if model == "alone":
        w, b = np.polyfit(DEPTH, MASS, 1)
        return [-w, w * depth + b, depth]
    if model == "species":
        X = np.column_stack([DEPTH, SPECIES[:, None] == range(3)])
        w, *b = np.linalg.lstsq(X, MASS)[0]
        lines = [(w, each) for each in b]
    else:
        members = [np.equal(SPECIES, k) for k in range(3)]
        lines = [np.polyfit(DEPTH[member], MASS[member], 1) for member in members]
    return [depth, *(number for w, b in lines for number in (w, w * depth + b))]


def one_bird(bird, from_average):
    X = np.column_stack([FLIPPER, DEPTH, BIRDS.sex == "male"])
    X = X - X.mean(axis=0) if from_average else X
    *w, b = np.linalg.lstsq(np.column_stack([X, np.ones(len(X))]), MASS)[0]
    x, mass = X[bird - 1], MASS[bird - 1]
    terms = [number for pair in zip(np.abs(w), x, strict=True) for number in pair]  # "− 86.9"
    return [bird, b, *terms, b + w @ x, mass, abs(b + w @ x - mass)]


def squares(weight, bias):
    x, y = FLIPPER[13::32], MASS[13::32]
    areas = (weight * x + bias - y) ** 2
    best = rms(np.polyval(np.polyfit(x, y, 1), x) - y)
    return [weight, bias, areas.mean(), areas.mean() ** 0.5, 100 * areas.max() / areas.sum(), best]


def outlier(first, number, delta):
    y = np.array([first, *MASS[1:5]])

    def pulls(number):
        misses = y - number
        return 0.4 * misses, 0.4 * np.clip(misses, -delta, delta), np.sign(misses) / 5

    rests = [y.mean(), brentq(lambda c: pulls(c)[1].sum(), y.min(), y.max()), np.median(y)]
    return [1, first, *rests, number, *(pull.sum() for pull in pulls(number))]


def outlier_line(flipper, mass):
    x, y = FLIPPER[13::32], MASS[13::32]

    def huber(x, y):
        start, tight = [50, 4000], {"xtol": 1e-14, "ftol": 1e-14, "gtol": 1e-14}
        misses = lambda p: p[0] * (x - 200) + p[1] - y  # noqa: E731
        return least_squares(misses, start, loss="huber", f_scale=300, x_scale=[1, 100], **tight).x

    far = np.append(x, flipper), np.append(y, mass)
    with_it = [np.polyfit(*far, 1)[0], 300, huber(*far)[0]]
    return [flipper, mass, *with_it, np.polyfit(x, y, 1)[0], huber(x, y)[0]]


def deal(birds, draw):
    rng = np.random.default_rng(46 + draw)
    return train_test_split(FLIPPER, MASS, 1 - birds / 333, rng)


def degree(degree, birds, lift, draw):
    x, x_new, y, y_new = deal(birds, draw)
    y[np.argsort(x)[7 * birds // 10]] += lift
    inside = (x_new >= x.min()) & (x_new <= x.max())
    curves = [np.polynomial.Polynomial.fit(x, y, power) for power in range(1, 10)]
    new = [rms((curve(x_new) - y_new)[inside]) for curve in curves]
    seen, last = rms(curves[degree - 1](x) - y), np.argmin(new)
    changed = [abs(lift)] if lift else []
    told = [degree, birds, *changed, seen, new[degree - 1], inside.sum(), x.min(), x.max()]
    return [*told, last + 1, new[last]]


def draws(birds, often):
    n, places = 20 + 20 * (often % 4), np.arange(185, 221)
    all_birds = np.polynomial.Polynomial.fit(FLIPPER, MASS, 4)(places)
    deals = [deal(birds, draw) for draw in range(n)]
    said = [n, birds, 185, 220]
    for power in (1, 2, 9):
        pile = np.array([
            np.where((places >= x.min()) & (places <= x.max()),
                     np.polynomial.Polynomial.fit(x, y, power)(places), np.nan)
            for x, _, y, _ in deals
        ])  # fmt: skip
        low, high = np.nanpercentile(pile, [10, 90], axis=0)
        off = rms(np.nanmedian(pile, axis=0) - all_birds)
        said += [power, off, np.median(high - low)]
    return said


def slope(start, learning_rate, steps):
    w = start * (1 - 2 * learning_rate) ** steps
    return [steps, w, w**2, 2 * w, w, learning_rate, 2 * w, w - learning_rate * 2 * w]


def design(standardise):
    x = FLIPPER / 100
    x = (x - x.mean()) / x.std() if standardise else x
    return np.column_stack([x, np.ones(len(x))])


def kilogram_slope(A, point, rows=slice(None)):
    return 2 * A[rows].T @ (A[rows] @ point - MASS[rows] / 1000) / len(A[rows])


def walked(A, learning_rate, steps, momentum=0.0, start=(0, 0)):
    point, velocity = np.array(start), np.zeros(2)
    for _ in range(steps):
        velocity = momentum * velocity + kilogram_slope(A, point)
        point = point - learning_rate * velocity
    return point


def grams(A, point):
    return 1000 * rms(A @ point - MASS / 1000)


def descent(learning_rate, start_w, start_b, standardise, steps):
    A = design(standardise)
    limit = 1 / np.linalg.eigvalsh(A.T @ A / len(A)).max()
    growth = abs(1 - 2 * learning_rate / limit)
    enough = int(np.ceil(np.log(1e4) / np.log(growth))) if growth > 1 else steps
    point = walked(A, learning_rate, min(steps, enough), start=(start_w, start_b))
    start, miss = [learning_rate, limit], grams(A, point)
    if steps > enough:
        return [enough, steps, *start, miss]
    slopes = kilogram_slope(A, point)
    arithmetic = [
        number
        for p, s in zip(point, slopes, strict=True)
        for number in (p, learning_rate, s, p - learning_rate * s)
    ]
    return [steps, *start, miss, BEST_MISS, *arithmetic]


def batches(batch_size, learning_rate, deal):
    A, n_steps = design(standardise=True), 2 * int(np.ceil(333 / batch_size))
    path = stochastic_gradient_descent(
        lambda point, rows: kilogram_slope(A, point, rows),
        [0, 0], learning_rate, n_steps, 333, batch_size, np.random.default_rng(deal),
    )  # fmt: skip
    n_last = max(1, min(n_steps // 4, 60))
    misses = np.array([grams(A, point) for point in path[-n_last - 1 :]])
    climbs, mean = np.sum(np.diff(misses) > 0), np.mean(misses[1:] ** 2) ** 0.5
    ending = [n_last, mean, climbs] if n_last > 1 else []
    return [batch_size, n_steps, learning_rate, misses[-1], BEST_MISS, *ending]


def momentum(momentum, learning_rate, steps):
    A = design(standardise=False)
    without, with_it = (walked(A, learning_rate, steps, share) for share in (0, momentum))
    best = np.polyfit(FLIPPER, MASS, 1)[1] / 1000
    misses = [grams(A, without), grams(A, with_it)]
    return [steps, learning_rate, *misses, momentum, BEST_MISS, with_it[1], best]


def last_above_a_tenth(A, rate, momentum, factor):
    """The last step at which a walk from (0, 0) has more than a tenth of its way left."""
    curves, best = 2 * A.T @ A / len(A), np.linalg.lstsq(A, MASS / 1000, rcond=None)[0]
    off, velocity, left = -best, np.zeros(2), []
    for _ in range(int(-1.5 / np.log10(max(factor, 1e-9))) + 300):
        left.append(np.hypot(*off) / np.hypot(*best))
        velocity = momentum * velocity + curves @ off
        off = off - rate * velocity
    assert max(left[-10:]) < 0.05
    return np.flatnonzero(np.array(left) > 0.1)[-1]


def plane(share, momentum, standardise):
    A = design(standardise)
    flat, steep = np.linalg.eigvalsh(2 * A.T @ A / len(A))
    rate = share * 2 / steep

    def factor(rate, momentum):
        roots = [np.roots([1, rate * c - 1 - momentum, momentum]) for c in (flat, steep)]
        return np.abs(roots).max()

    now, condition = factor(rate, momentum), (steep / flat) ** 0.5
    tenth = [last_above_a_tenth(A, rate, momentum, now) + 1] if now < 1 - 1e-6 else []
    miss = grams(A, walked(A, rate, 100, momentum))
    best = 4 / steep / (1 + 1 / condition) ** 2, ((condition - 1) / (condition + 1)) ** 2
    said = [rate, momentum, now, *tenth, 100, float(f"{miss:.2g}") if miss > 1e5 else miss]
    return [*said, BEST_MISS, *best, best[1] ** 0.5]


def far_point(length, count):
    x, labels = np.append(LENGTH[TWO], [length] * count), np.append(SPECIES[TWO], [1] * count)
    (w, b), ((u,), c) = np.polyfit(x, labels, 1), fit_logistic_regression(x[:, None], labels)
    added = [[], [length]][count] if count < 2 else [count, length]
    wrong = [np.sum((LENGTH[TWO] >= cut) != SPECIES[TWO]) for cut in ((0.5 - b) / w, -c / u)]
    n = TWO.sum()
    return [*added, (0.5 - b) / w, wrong[0], n, -c / u, wrong[1], n]


def sigmoid(score):
    return 1 / (1 + np.exp(-score))


def score(score):
    odds = [np.exp(score), 1] if score >= 0 else [1, np.exp(-score)]
    return [score, *odds, sigmoid(score), np.e, sigmoid(score + 1) - sigmoid(score)]


def surprise(score, label):
    p = sigmoid(score)
    surprise = np.log1p(np.exp(-score if label else score))
    return [score, p, surprise, p - label, (p - label) ** 2, 2 * (p - label) * p * (1 - p)]


def boundary(length, depth, bias, best):
    X, labels = np.column_stack([LENGTH, DEPTH])[TWO] - [42, 18], SPECIES[TWO]

    def judged(w, b):
        scores = X @ w + b
        return np.sum((scores >= 0) != labels), binary_cross_entropy(scores, labels)

    (wrong, mean), (w, b) = judged([length, depth], bias), fit_logistic_regression(X, labels)
    found = [*w, b, *judged(w, b)] if best else []
    return [length, depth, bias, 42, 18, wrong, 214, mean, *found]


def threshold(threshold, false_alarm, missed):
    x, labels = LENGTH[TWO], SPECIES[TWO]
    (w,), b = fit_logistic_regression(x[:, None], labels)

    def counts(cut):
        called = sigmoid(w * x + b) >= cut
        return np.sum(called & (labels == 0)), np.sum(~called & (labels == 1))

    alarms, misses = counts(threshold)
    caught, least = labels.sum() - misses, min(
        false_alarm * a + missed * m for a, m in map(counts, np.linspace(0.01, 0.99, 99))
    )  # fmt: skip
    share = false_alarm / (false_alarm + missed)
    cost = [alarms, false_alarm, misses, missed, alarms * false_alarm + misses * missed, least]
    rates = [caught / (caught + alarms), caught / labels.sum()]
    even = [false_alarm, false_alarm, missed, share]
    return [threshold, alarms, misses, *rates, *cost, *even]


def by_hand(even, weight, best):
    x, labels = LENGTH[TWO], SPECIES[TWO]

    def costs(even, weight):
        return -np.log(sigmoid(weight * (2 * labels - 1) * (x - even)))

    (w,), b = fit_logistic_regression(x[:, None], labels)
    each = costs(even, weight)
    found = [-b / w, w, costs(-b / w, w).mean()] if best else []
    return [even, weight, each.mean(), x[each.argmax()], each.max(), *found]


def landscapes(weight, bias, steps):
    x, labels = standardize(LENGTH[TWO][:, None])[0][:, 0], SPECIES[TWO]
    ends = []
    for squares in (True, False):
        w, b = weight, bias
        for _ in range(steps):
            p = sigmoid(w * x + b)
            pull = (p - labels) * (2 * p * (1 - p) if squares else 1)
            w, b = w - 4 * np.mean(pull * x), b - 4 * np.mean(pull)
        p = sigmoid(w * x + b)
        height = np.mean((p - labels) ** 2) if squares else binary_cross_entropy(w * x + b, labels)
        ends += [w, b, height, np.sum((p >= 0.5) != labels), 214]
    return [weight, bias, steps, 4, *ends]


def overfit(l2, draw):
    length, depth, labels = LENGTH[TWO], DEPTH[TWO], SPECIES[TWO]
    powers = [((length - 42) / 10) ** k for k in range(1, 6)]
    X = np.column_stack(powers + [((depth - 18) / 2) ** k for k in range(1, 6)])
    X, X_new, y, y_new = train_test_split(X, labels, 0.9, np.random.default_rng(draw % 20))
    scaled, mean, scale = standardize(X)
    w, b = fit_logistic_regression(scaled, y, l2=l2)
    scores = (X_new - mean) / scale @ w + b
    losses = [binary_cross_entropy(scaled @ w + b, y), binary_cross_entropy(scores, y_new)]
    return [l2, losses[0], 21, losses[1], 193, np.sum((scores >= 0) != y_new)]


def promises(l2, length, far):
    x, labels = LENGTH[TWO], SPECIES[TWO]
    z = (np.append(x, length) - x.mean()) / x.std()
    (w,), b = fit_logistic_regression(z[:, None], np.append(labels, far), l2=l2)
    p, said, off = sigmoid(w * z[:-1] + b), [], 0
    for low in np.arange(5) / 5:
        inside = (low < p) & (p <= low + 0.2)
        if inside.any():
            said += [p[inside].mean(), labels[inside].mean(), inside.sum()]
            off += abs(np.sum(p[inside] - labels[inside])) / 214
    ones, zeros = z[:-1][labels == 1], z[:-1][labels == 0]
    won = np.sum(ones[:, None] > zeros) + np.sum(ones[:, None] == zeros) / 2
    return [l2, length, *said, off, won / (68 * 146)]


def exponential_shares(scores):
    e = np.exp(scores - np.max(scores))
    return e / e.sum()


def scores(adelie, gentoo, shift, temperature, bird):
    scores = (np.array([adelie, 2, gentoo]) + shift) / temperature
    p = exponential_shares(scores)
    with np.errstate(all="ignore"):
        total = np.exp(scores).sum()
        off = np.abs(np.exp(scores) / total - p).max()
    verdict = [total] if total == 0 else [off] if off >= 0.005 else []
    misses = p - (np.arange(3) == bird)
    heat = [temperature] if temperature != 1 else []
    return [*heat, *scores.round(2), *p, 1, *verdict, -np.log(p[bird]), *misses, 0]


def simplex(step, length, depth):
    X, mean, scale = standardize(np.column_stack([LENGTH, DEPTH]))
    A, truth = np.column_stack([X, np.ones(333)]), SPECIES[:, None] == range(3)
    W = np.zeros((3, 3))
    for _ in range(step):
        W = W - 2 * A.T @ (np.apply_along_axis(exponential_shares, 1, A @ W) - truth) / 333
    right = 100 * np.mean((A @ W).argmax(axis=1) == SPECIES)
    x = np.append((np.array([length, depth]) - mean) / scale, 1)
    surprise = cross_entropy(A @ W, SPECIES)
    return [step, surprise, right, length, depth, *exponential_shares(x @ W)]


def model(start, birds, steps, rate, l2):
    X, truth = np.reshape(birds, (9, 2)), np.repeat(np.eye(3), 3, axis=0)
    W, b = np.reshape(start, (3, 3))[:, :2].T, np.reshape(start, (3, 3))[:, 2]
    for left in range(steps, -1, -1):
        p = np.apply_along_axis(exponential_shares, 1, X @ W + b)
        dW, db = X.T @ (p - truth) / 9 + 2 * l2 * W, np.mean(p - truth, axis=0)
        if left:
            W, b = W - rate * dW, b - rate * db
    mean, price = -np.mean(np.log(p[truth == 1])), l2 * np.sum(W**2)
    right = np.sum((X @ W + b).argmax(axis=1) == truth.argmax(axis=1))
    steepest = max([*dW.ravel(), *db], key=abs)
    return [steps, rate, mean, price, mean + price, right, 9, steepest, 0.1, abs(steepest) / 10]


def digit(picture, ink):
    digits, rng = load_digits(), np.random.default_rng(0)
    _, pixels, _, labels = train_test_split(digits.pixels, digits.labels, 0.25, rng)
    before, meant = pixels[picture], labels[picture]
    now = np.array(softmax.drawn_over(softmax.ink_of(picture), ink))
    W = softmax.digit_model()
    scores = now / 16 @ W[:-1] + W[-1]
    p = exponential_shares(scores)
    first, second = np.argsort(-p)[:2]
    named = [first, p[first], scores[first], second, p[second], scores[second]]
    if min(ink) >= 0:
        return [*named, np.count_nonzero(now), 64]
    return [*named, np.sum(now != before), 64, picture, meant, meant, -np.log(p[meant])]


def hidden_numbers(size, steps, draw):
    (A, ring), (A_new, new_ring) = network.rings(5), network.rings(6)
    V, U = np.vsplit(np.random.default_rng(draw % 4).normal(0, 0.5, (5, 8))[:, :size], [3])
    V_speed, U_speed = 0 * V, 0 * U
    for _ in range(steps):
        hidden = np.tanh(A @ V)
        for_outer = 1 / (1 + np.exp(hidden @ (U[0] - U[1])))
        miss = (np.column_stack([1 - for_outer, for_outer]) - np.eye(2)[ring]) / 200
        V_speed = 0.9 * V_speed + A.T @ ((miss @ U) / np.cosh(A @ V) ** 2)
        U_speed = 0.9 * U_speed + miss.T @ hidden
        V, U = V - V_speed, U - U_speed
    scores, new = np.tanh(A @ V) @ U.T, np.tanh(A_new @ V) @ U.T
    right = 100 * np.mean(new.argmax(axis=1) == new_ring)
    far = np.sort(np.abs(V[2]) / np.hypot(V[0], V[1]))
    losses = cross_entropy(scores, ring), cross_entropy(new, new_ring)
    return [size, steps, losses[0], 200, losses[1], 200, right, *far]


ORACLES = {
    linear_regression: {
        "line": line, "leverage": leverage, "sign_flip": sign_flip, "one_bird": one_bird,
    },
    losses: {
        "squares": squares, "outlier": outlier, "outlier_line": outlier_line, "degree": degree,
        "draws": draws,
    },
    gradient_descent: {
        "slope": slope, "descent": descent, "batches": batches, "momentum": momentum,
        "plane": plane,
    },
    classification: {
        "far_point": far_point, "score": score, "surprise": surprise, "sigmoid": by_hand,
        "landscapes": landscapes, "boundary": boundary, "threshold": threshold,
        "overfit": overfit, "promises": promises,
    },
    softmax: {"scores": scores, "simplex": simplex, "model": model, "digit": digit},
    network: {"network": hidden_numbers},
}  # fmt: skip
CASES = {
    name: (getattr(module, f"explore_{name}"), oracle)
    for module, oracles in ORACLES.items()
    for name, oracle in oracles.items()
}


def numbers(sentence):
    """Each number in the sentence, and half a unit of its last place."""
    found = re.findall(r"[−+]?\d+(?:\.\d+)?(?:e[-+]\d+)?", sentence)
    plain = [number.replace("−", "-") for number in found]
    places = [len(number.partition(".")[2]) for number in plain]
    return np.array([*map(float, plain)]), 0.5001 * 10.0 ** -np.array(places)


@pytest.mark.parametrize("name", CASES)
def test_every_number_in_the_sentence_is_what_mlcore_computes(name):
    explore, oracle = CASES[name]
    live, rng = explore(), np.random.default_rng(0)
    for _ in range(9):
        said, tolerance = numbers(live.sentence)
        wanted = np.array(oracle(**live.values), dtype=float)
        assert said.shape == wanted.shape, (live.sentence, wanted)
        near = np.abs(said - wanted) <= tolerance + 1e-6 * abs(wanted)
        assert near.all(), (live.sentence, wanted)
        for control in live.controls.values():
            values = stops(control, at_most=9)
            control.value = values[rng.integers(len(values))]


@pytest.mark.parametrize("standardise", [False, True])
def test_the_steps_to_a_tenth_are_those_of_the_walk(standardise):
    live = gradient_descent.explore_plane()
    land = gradient_descent.VALLEYS["standardised" if standardise else "raw"]
    for share, momentum in itertools.product([0.5, 0.86, 1, 1.5, 1.88, 1.97], [0, 0.5, 0.9, 0.98]):
        sentence = live._move(share, momentum, standardise)
        assert ("does not arrive" in sentence) == (share >= 1 + momentum)
        if share < 1 + momentum:
            steps = int(re.search(r"at most a tenth of it left from step (\d+) on", sentence)[1])
            path = core_walk(land.slope, [0, 0], share * land.limit, 2 * steps + 100, momentum)
            left = np.linalg.norm(path - land.lowest, axis=1) / np.linalg.norm(land.lowest)
            assert left[steps - 1] > 0.1 >= left[steps:].max()


@pytest.mark.parametrize("from_average", [False, True])
def test_with_pencil_and_paper_every_bird_comes_out_as_printed(from_average):
    live = linear_regression.explore_one_bird()
    words = live.figure.axes[0].texts
    for bird in stops(live.controls["bird"], at_most=333):
        sentence = figures.minus(live._move(bird, from_average))
        for text in words[1:4]:
            weight, x, grams = numbers(text.get_text())[0]
            assert round(weight * x) == grams, text.get_text()
        bias, w, x, minus_v, y, u, z, said = numbers(sentence)[0][1:9]
        assert bias + w * x - minus_v * y + u * z == pytest.approx(said, abs=0.52), sentence


def drawn_squares(live):
    """Of each square in the picture the lower left and the upper right corner, in g."""
    squares, *_ = live.figure.axes[0].collections[1:]
    corners = np.array([path.vertices for path in squares.get_paths()]).reshape(-1, 5, 2)
    return corners.min(axis=1) * [50, 1], corners.max(axis=1) * [50, 1]


@pytest.mark.parametrize("weight", [0, 15, 45, 100])
@pytest.mark.parametrize("bias", [-12000, -4800, 1000, 6000])
def test_no_square_is_cut_off_and_what_is_not_drawn_is_counted(weight, bias):
    live = losses.explore_squares().set(weight=weight, bias=bias)
    birds = live.figure.axes[0]
    (left, right), (bottom, top) = birds.get_xlim(), birds.get_ylim()
    low, high = drawn_squares(live)
    assert (low >= [50 * left, bottom]).all()
    assert (high <= [50 * right, top]).all()
    mean = birds.patches[0]
    assert not mean.get_visible() or mean.get_x() + mean.get_width() < right
    said = [text.get_text() for text in birds.texts]
    assert said[1] == (f"{10 - len(low)} too large\nto be drawn" if len(low) < 10 else "")


def test_at_first_all_ten_squares_are_seen_side_by_side():
    low, high = drawn_squares(losses.explore_squares())
    assert len(low) == 10
    common = np.minimum(high[:, None], high) - np.maximum(low[:, None], low)
    shared = np.triu(np.prod(np.clip(common, 0, None), axis=-1), k=1).sum()
    assert shared < 0.12 * np.prod(high - low, axis=1).sum()


@pytest.mark.parametrize("loss", ["MSE", "Huber", "MAE"])
def test_every_loss_can_be_brought_into_balance_at_one_stop_and_no_other(loss):
    controls = losses.explore_outlier().controls
    stop = {name: np.array(stops(control, at_most=1000)) for name, control in controls.items()}
    numbers = stop["number"]  # so close that every pull is straight from one to the next
    for first in stop["first"]:
        misses = np.array([first, *MASS[1:5]]) - numbers[:, None]
        for delta in stop["delta"] if loss == "Huber" else [0]:
            clipped = np.clip(misses, -delta, delta)
            pulls = {"MSE": 0.4 * misses, "Huber": 0.4 * clipped, "MAE": np.sign(misses) / 5}[loss]
            rest = np.median([first, *MASS[1:5]])
            if loss != "MAE":
                rest = np.interp(0, -pulls.sum(axis=1), numbers)
            told = [
                losses._net(losses.Pulls(loss, pulls[i], rest), numbers[i])
                for i in np.argsort(np.abs(numbers - rest))[:3]
            ]
            assert ["in balance" in each for each in told] == [True, False, False], (first, delta)


SAYINGS = [
    (linear_regression.explore_leverage, {"flipper": 198}, "its own prediction rises by 9 g"),
    (linear_regression.explore_leverage, {"flipper": 260}, "Its leverage is 0.73: give it 100 g"),
    (linear_regression.explore_leverage, {"flipper": 260}, "its own prediction rises by 73 g"),
    (gradient_descent.explore_descent, {"steps": 1}, "left the map, and the line has left its pic"),
    (gradient_descent.explore_batches, {"batch_size": 32}, "The last 5 steps end at"),
    (gradient_descent.explore_batches, {}, "The last step made the loss smaller."),
    (losses.explore_outlier, {"number": 3632.5, "delta": 300}, "+1 (Huber), +0.2 (MAE); Huber's b"),
    (losses.explore_outlier, {"number": 3662.5}, "0 (Huber), −0.2 (MAE)."),
    (losses.explore_outlier, {"first": 3450, "number": 3450}, "+0.2 (MAE); under the MAE it rests"),
    (losses.explore_outlier, {"first": 3450, "number": 3450, "delta": 300}, "two birds on it."),
    (losses.explore_outlier, {"first": 3650, "number": 3650}, "it rests all the same, held by"),
    (losses.explore_outlier, {"first": 3650, "number": 3652.5}, "−0.6 (MAE)."),
    (losses.explore_outlier_line, {"flipper": 198}, "a weight of 45.7 g/mm"),
    (losses.explore_outlier_line, {"flipper": 198}, "one of 48.4 g/mm"),
    (losses.explore_draws, {"birds": 200, "often": 3}, "Degree 1, 101 g off"),
    (losses.explore_draws, {"often": 0}, "Degree 1, 100 g off"),
    (losses.explore_draws, {"often": 0}, "degree 9, 172 g off"),
    (losses.explore_draws, {"often": 3}, "80 draws"),
    (losses.explore_draws, {"often": 3}, "degree 9, 77 g off"),
    (classification.explore_promises, {"l2": 1e-6}, "On average a promise is off by 0.017."),
    (classification.explore_promises, {"l2": 0.1}, "On average a promise is off by 0.219."),
    (classification.explore_promises, {"l2": 1}, "On average a promise is off by 0.028."),
    (classification.explore_promises, {"l2": 1}, "found: 0.32 and 0.30 (209 birds)"),
    (network.explore_network, {"size": 3}, "77% are called right"),
    (network.explore_network, {"size": 4}, "92% are called right"),
    (network.explore_network, {"size": 8}, "pass 1.2, 1.4, 1.4, 1.6, 12.8"),
]


@pytest.mark.parametrize(("explore", "values", "said"), SAYINGS)
def test_what_a_chapter_says_of_a_widget(explore, values, said):
    assert said in explore().set(**values).sentence


def test_much_of_what_degree_9_is_off_is_chance_and_nothing_of_what_the_line_is_off():
    assert losses.pile(9, 20, 800).off == pytest.approx(50, abs=2)
    assert losses.pile(1, 20, 800).off == pytest.approx(100, abs=2)


def side_is_open(size, draw):
    """Whether the region of the inner ring reaches the edge of the picture."""
    point = network.trained(size, draw).path[-1]
    on_edge = np.abs(network.PLANE[:, :2]).max(axis=1) > network.REACH - 1e-9
    scores = network.layers(point, network.PLANE[on_edge])[1]
    return bool(np.any(scores[:, 0] > scores[:, 1]))


@pytest.mark.parametrize("draw", range(4))
def test_four_hidden_numbers_close_the_fence_by_three_walls_and_three_leave_a_side_open(draw):
    assert [side_is_open(size, draw) for size in network.SIZES] == [True, True, True, False, False]
    distances = np.sort(network.walls(network.trained(4, draw).path[-1])[2])
    assert distances[2] < 2
    assert distances[3] > 10


@pytest.mark.parametrize("start", ["by chance", "all zeros", "upside down"])
def test_a_gentoo_astray_is_wrong_by_a_hair_and_a_longer_walk_wins_it_and_then_the_adelie(start):
    live = softmax.explore_model()
    chosen = {name: dict(live.controls[name].options) for name in ("start", "birds")}
    birds = chosen["birds"]["one astray"]
    X, truth = np.reshape(birds, (9, 2)), np.repeat(range(3), 3)

    def scores(steps, rate):
        point = softmax.whole_model(chosen["start"][start], birds, steps, rate, l2=0)
        return X @ point[:, :2].T + point[:, 2]

    def wrong(steps, rate):
        return np.flatnonzero(scores(steps, rate).argmax(axis=1) != truth).tolist()

    adelie, gentoo = 0, 8
    assert np.argmin(np.hypot(*(X[:gentoo] - X[gentoo]).T)) == adelie
    assert wrong(100, 0.5) == [adelie, gentoo]
    assert abs(np.diff(exponential_shares(scores(100, 0.5)[gentoo])[[0, 2]])[0]) < 0.02
    assert wrong(100, 2) == [adelie]
    assert wrong(1000, 0.5) == wrong(1000, 2) == []
    live.set(start=chosen["start"][start], birds=birds, steps=100)
    assert "100 steps at a rate of 0.5" in live.sentence
    assert "7 of 9 birds right" in live.sentence
    assert live.controls["steps"].max < 1000
