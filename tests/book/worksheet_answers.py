"""The keys of the worksheets, worked out a second time: fractions and decimals, no NumPy.

One function for each task, named after its title. It is given the numbers that are on the
sheet, as fractions, and returns the key.
"""

from decimal import ROUND_HALF_EVEN, Decimal
from fractions import Fraction
from itertools import pairwise
from statistics import median

HALF = Fraction(1, 2)


def mean(numbers):
    return sum(numbers, Fraction(0)) / len(numbers)


def root(number):
    """The root of a number that is the square of a whole one."""
    found = Fraction(round(float(number) ** 0.5))
    assert found**2 == number
    return found


def minus(predictions, targets):
    return [p - t for p, t in zip(predictions, targets, strict=True)]


def nats(chance):
    """−ln of a fraction, to two digits, as it is printed."""
    value = -(Decimal(chance.numerator) / Decimal(chance.denominator)).ln()
    return str(value.quantize(Decimal("0.01"), ROUND_HALF_EVEN))


def a_line_through_two_birds(x, y, new):
    dx, dy = x[1] - x[0], y[1] - y[0]
    w = dy / dx
    b = y[0] - w * x[0]
    return {"dx": dx, "dy": dy, "w": w, "b": b, "prediction": w * new + b}


def predict(w, b, x, longer):
    return {"predictions": [w * each + b for each in x], "heavier": w * longer}


def how_wrong(predictions, targets):
    misses = minus(predictions, targets)
    squares = [m * m for m in misses]
    mse = mean(squares)
    return {"misses": misses, "squares": squares, "mse": mse, "root": root(mse)}


def the_best_line(x, y):
    mean_x, mean_y = mean(x), mean(y)
    products = [a * c for a, c in zip(x, y, strict=True)]
    w = sum((a - mean_x) * (c - mean_y) for a, c in zip(x, y, strict=True)) / sum(
        (a - mean_x) ** 2 for a in x
    )
    b = mean_y - w * mean_x
    misses = minus([w * a + b for a in x], y)
    assert sum(misses) == 0
    return {
        "products": products,
        "sum_xy": sum(products),
        "sum_xx": sum(a * a for a in x),
        "sum_y": sum(y),
        "w": w,
        "b": b,
        "misses": misses,
    }


def two_features(X, w, b, n):
    return {"predictions": [x[0] * w[0] + x[1] * w[1] + b for x in X], "shape": n}


def three_losses(predictions, targets):
    misses = minus(predictions, targets)
    squares = [m * m for m in misses]
    return {
        "misses": misses,
        "sizes": [abs(m) for m in misses],
        "squares": squares,
        "mae": mean([abs(m) for m in misses]),
        "mse": mean(squares),
        "rmse": root(mean(squares)),
    }


def one_number_for_all(numbers, largest, wrong):
    assert largest == max(numbers)
    typed = [wrong if number == largest else number for number in numbers]
    return {
        "sorted": sorted(numbers),
        "total": sum(numbers),
        "mean": mean(numbers),
        "median": median(numbers),
        "typed_total": sum(typed),
        "typed_mean": mean(typed),
        "typed_median": median(typed),
    }


def who_pulls(number, targets):
    misses = [number - t for t in targets]
    squares = [2 * m / 4 for m in misses]
    sizes = [Fraction(1 if m > 0 else -1, 4) for m in misses]
    return {
        "misses": misses,
        "mse_slopes": squares,
        "mse_sum": sum(squares),
        "mae_slopes": sizes,
        "mae_sum": sum(sizes),
    }


def springs_that_give_way(delta, misses):
    counted = [
        m * m if abs(m) <= delta else delta**2 + 2 * delta * (abs(m) - delta) for m in misses
    ]
    return {"counted": counted, "squares": [m * m for m in misses]}


def units(mse_g):
    return {"rmse_g": root(mse_g), "mse_kg": mse_g / 10**6}


def which_curve(degrees, training, held_out):
    best = min(range(len(degrees)), key=lambda i: held_out[i])
    assert held_out.count(held_out[best]) == 1
    assert all(before > after for before, after in pairwise(training))
    at_6 = degrees.index(6)
    return {
        "best": degrees[best],
        "loss": held_out[best],
        "gap": held_out[at_6] - training[at_6],
    }


def three_steps_down(shift, start, rate):
    path, slopes = [start], []
    for _ in range(3):
        slopes.append(2 * (path[-1] + shift))
        path.append(path[-1] - rate * slopes[-1])
    losses = [(w + shift) ** 2 for w in path]
    return {"path": path, "slopes": slopes, "losses": losses, "factor": 1 - 2 * rate}


def measure_a_slope(w, h):
    up, down = (w + h) ** 2, (w - h) ** 2
    return {"heights": [up, down], "difference": up - down, "slope": (up - down) / (2 * h)}


def one_step_in_two_directions(x, y, w, b, rate):
    predictions = [w * each + b for each in x]
    misses = minus(predictions, y)
    slopes = [
        mean([2 * m * each for m, each in zip(misses, x, strict=True)]),
        mean([2 * m for m in misses]),
    ]
    return {
        "predictions": predictions,
        "misses": misses,
        "slopes": slopes,
        "new_w": w - rate * slopes[0],
        "new_b": b - rate * slopes[1],
    }


def how_far_may_one_step(x, rates):
    curvature = 2 * mean([each * each for each in x])
    factors = [1 - rate * curvature for rate in rates]
    by_factor = dict(zip(factors, rates, strict=True))
    return {
        "curvature": curvature,
        "limit": 2 / curvature,
        "factors": factors,
        "creeps": next(by_factor[f] for f in factors if 0 < f < 1),
        "hops": next(by_factor[f] for f in factors if -1 < f < 0),
        "explodes": next(by_factor[f] for f in factors if f < -1),
    }


def minibatches(n, size, epochs):
    per_epoch = -(-n // size)
    return {
        "per_epoch": per_epoch,
        "last": n - (per_epoch - 1) * size,
        "steps": epochs * per_epoch,
    }


def a_boundary(w, b, birds, through):
    assert w[0] * through[0] + w[1] * through[1] + b == 0
    scores = [w[0] * x + w[1] * y + b for x, y in birds]
    assert 0 not in scores
    return {"scores": scores, "calls": [int(score > 0) for score in scores]}


def score_odds_probability(up, down):
    return {"probabilities": [HALF, up / (up + 1), 1 / (down + 1)]}


def surprise(p, y, tenths, logs):
    assert logs == [nats(tenth) for tenth in tenths]
    at_truth = [chance if label else 1 - chance for chance, label in zip(p, y, strict=True)]
    each = [nats(chance) for chance in at_truth]
    total = sum(map(Decimal, each))
    return {
        "at_truth": at_truth,
        "each": each,
        "mean": str((total / 3).quantize(Decimal("0.01"), ROUND_HALF_EVEN)),
        "slopes": [chance - label for chance, label in zip(p, y, strict=True)],
    }


def threshold(p, y, low, high):
    key = {}
    for name, cut in (("low", low), ("high", high)):
        pairs = [(int(label), int(chance >= cut)) for chance, label in zip(p, y, strict=True)]
        right_0, alarms, missed, caught = (
            pairs.count(pair) for pair in ((0, 0), (0, 1), (1, 0), (1, 1))
        )
        key[f"table_{name}"] = [right_0, alarms, missed, caught]
        key[f"accuracy_{name}"] = Fraction(right_0 + caught, len(pairs))
        key[f"precision_{name}"] = Fraction(caught, caught + alarms)
        key[f"recall_{name}"] = Fraction(caught, caught + missed)
    return key


def what_an_error_costs(false_alarm, missed, p):
    calls = [int((1 - chance) * false_alarm < chance * missed) for chance in p]
    return {
        "threshold": false_alarm / (false_alarm + missed),
        "calls": calls,
        "risks": [(1 - p[1]) * false_alarm, p[1] * missed],
    }


def three_scores(odds, shift):
    shifted = [shift * odd for odd in odds]
    return {
        "total": sum(odds),
        "p": [odd / sum(odds) for odd in odds],
        "shifted": [odd / sum(shifted) for odd in shifted],
    }


def surprise_and_slopes(p, species, label, logs):
    assert logs == [f"{n / 10}: {nats(Fraction(n, 10))}" for n in range(1, 8)]
    assert species == ("Adelie", "Chinstrap", "Gentoo")[int(label)]
    one_hot = [int(i == label) for i in range(3)]
    return {
        "one_hot": one_hot,
        "chance": p[int(label)],
        "surprise": nats(p[int(label)]),
        "slopes": minus(p, one_hot),
    }


def two_classes(first, second):
    chance = first / (first + second)
    return {"ratio": first / second, "softmax": [chance, 1 - chance], "sigmoid": chance}


def one_step_of_learning(x, p, label, rate):
    pull = [chance - int(i == label) for i, chance in enumerate(p)]
    gradient = [[each * part for part in pull] for each in x]
    return {
        "pull": pull,
        "gradient": gradient,
        "change": [-rate * part for part in gradient[0]],
    }


def who_is_taken_for_whom(counts):
    species = ("Adelie", "Chinstrap", "Gentoo")
    wrong = {(i, j): counts[i][j] for i in range(3) for j in range(3) if i != j}
    most = max(wrong.values())
    ((row, column),) = (pair for pair, count in wrong.items() if count == most)
    right, n = sum(counts[i][i] for i in range(3)), sum(map(sum, counts))
    return {
        "right": right,
        "n": n,
        "accuracy": right / n,
        "most": most,
        "is": species[row],
        "called": species[column],
        "recalls": [counts[i][i] / sum(counts[i]) for i in range(3)],
    }


def the_clinic(k, start, order):
    assert start == nats(1 / k)
    return {
        "loss": nats(1 / k),
        "diagnoses": [f"{letter}: {what}" for letter, what in zip("ABC", order, strict=True)],
    }
