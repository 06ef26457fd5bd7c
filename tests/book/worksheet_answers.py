"""The keys of the worksheets, worked out a second time: fractions and decimals, no NumPy.

One function for each task, named after its title. It is given the numbers that are on the
sheet, as fractions, and returns the key.
"""

from decimal import ROUND_HALF_EVEN, Decimal
from fractions import Fraction
from itertools import pairwise
from statistics import median

HALF = Fraction(1, 2)
CURES = {
    "a learning rate that is too small": "raise the rate",
    "a learning rate that is too large": "lower the rate",
    "overfitting": "stop earlier, simplify the model, or get more data",
}


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
        "mse_wants": wants(sum(squares)),
        "mae_slopes": sizes,
        "mae_sum": sum(sizes),
        "mae_wants": wants(sum(sizes)),
    }


def wants(slope):
    return {1: "fall", 0: "stay", -1: "rise"}[(slope > 0) - (slope < 0)]


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
        "cures": [CURES[what] for what in order],
    }


# --- the usual mistakes, made a second time ---


def line_through_two_birds_mistaken(x, y, new):
    right = a_line_through_two_birds(x, y, new)
    w, b = right["w"], right["b"]
    return {
        "w": {
            "the fraction is upside down: mm per g": right["dx"] / right["dy"],
            "the rise alone, not divided by the run": right["dy"],
            "a mass over a flipper: the line need not go through 0": y[0] / x[0],
        },
        "b": {"the mass of A: a flipper of 0 mm is far to the left": y[0], "a lost sign": -b},
        "prediction": {"the bias was left out": w * new, "the bias was subtracted": w * new - b},
    }


def predict_mistaken(w, b, x, longer):
    at = {
        f"predictions[{i}]": {
            "the bias was left out": w * mm,
            "the bias was subtracted": w * mm - b,
            "the bias was added before multiplying": w * mm + w * b,
        }
        for i, mm in enumerate(x)
    }
    return at | {"heavier": {"the bias was added: it cancels": w * longer + b}}


def how_wrong_mistaken(predictions, targets):
    misses = minus(predictions, targets)
    squares, sizes = [m * m for m in misses], [abs(m) for m in misses]
    return {
        "mse": {
            "the sum, not divided by 3": sum(squares),
            "the square of the mean miss": mean(misses) ** 2,
            "the square of the mean size": mean(sizes) ** 2,
        },
        "root": {
            "halved, where the root was asked for": mean(squares) / 2,
            "the mean of the sizes": mean(sizes),
            "the mean with signs, which cancel": mean(misses),
        },
    }


def the_best_line_mistaken(x, y):
    products = sum(a * c for a, c in zip(x, y, strict=True))
    return {
        "w": {
            "divided by 3, the number of points": products / 3,
            "the sum of x · y, not divided by that of x²": products,
        },
        "b": {
            "the sum, not the mean": sum(y),
            "the middle point: the line need not go through it": y[1],
        },
    }


def two_features_mistaken(X, w, b, n):
    return {
        f"predictions[{i}]": {
            "the bias was added once for each feature": x[0] * w[0] + b + x[1] * w[1] + b,
            "the bias was left out": x[0] * w[0] + x[1] * w[1],
            "the weights are the wrong way round": x[0] * w[1] + x[1] * w[0] + b,
            "only the first feature": x[0] * w[0] + b,
        }
        for i, x in enumerate(X)
    }


def three_losses_mistaken(predictions, targets):
    right = three_losses(predictions, targets)
    total = sum(right["squares"])
    return {
        "mae": {
            "the signs were kept, and cancel": mean(right["misses"]),
            "the sum, not the mean": sum(right["sizes"]),
        },
        "mse": {
            "the sum, not the mean": total,
            "the square of the mean size": right["mae"] ** 2,
            "the root was taken: that is the RMSE": right["rmse"],
        },
        "rmse": {
            "halved, where the root was asked for": total / 8,
            "that is the MAE": right["mae"],
        },
    }


def one_number_for_all_mistaken(numbers, largest, wrong):
    right = one_number_for_all(numbers, largest, wrong)
    return {
        "mean": {
            "that is the median": right["median"],
            "the middle of the two ends": (min(numbers) + max(numbers)) / 2,
        },
        "median": {
            "that is the mean": right["mean"],
            "the one in the middle of the list, which is not sorted": numbers[2],
        },
        "typed_mean": {
            "the mistake was added, and nothing taken away": (right["total"] + wrong) / 5,
            "the mean of six numbers": (right["total"] + wrong) / 6,
            "it does not stay: the mean follows the mistake": right["mean"],
        },
        "typed_median": {
            "that is the mean, which follows the mistake": right["typed_mean"],
        },
    }


def who_pulls_mistaken(number, targets):
    total = sum(number - t for t in targets)
    return {
        "mse_sum": {
            "the factor 2 was left out": total / 4,
            "not divided by 4": 2 * total,
            "target minus prediction: the sign": -total / 2,
        },
    }


def springs_that_give_way_mistaken(delta, misses):
    return {
        f"counted[{i}]": {
            "squared, as the MSE counts": m * m,
            "the straight part, which begins beyond δ": 2 * delta * abs(m) - delta * delta,
            "δ² was not taken away": 2 * delta * abs(m),
        }
        for i, m in enumerate(misses)
    }


def units_mistaken(mse_g):
    return {
        "rmse_g": {"halved, where the root was asked for": mse_g / 2},
        "mse_kg": {
            "divided by 1000 once: a kg² is 1000 g times 1000 g": mse_g / 1000,
            "that is the RMSE in kg": root(mse_g) / 1000,
        },
    }


def which_curve_mistaken(degrees, training, held_out):
    at = held_out.index(min(held_out))
    return {
        "best": {"the lowest training loss chose": degrees[training.index(min(training))]},
        "loss": {"read off the training curve": training[at]},
        "gap": {
            "the gap at the degree that was chosen": held_out[at] - training[at],
            "the held-out loss alone": held_out[degrees.index(6)],
        },
    }


def three_steps_down_mistaken(shift, start, rate):
    right = three_steps_down(shift, start, rate)
    path, slopes = right["path"], right["slopes"]
    at = {
        f"path[{i}]": {
            "stepped up the slope": path[i - 1] + rate * slopes[i - 1],
            "the whole slope, without the rate": path[i - 1] - slopes[i - 1],
            "the 2 of the slope was left out": path[i - 1] - rate * (path[i - 1] + shift),
        }
        for i in (1, 2, 3)
    }
    factors = {
        "1 − rate: the 2 of the slope was left out": 1 - rate,
        "2 · rate: that is the part that is taken away": 2 * rate,
    }
    return at | {"factor": factors}


def measure_a_slope_mistaken(w, h):
    difference = (w + h) ** 2 - (w - h) ** 2
    return {
        "slope": {
            "divided by one step, not by both": difference / h,
            "the difference, not divided": difference,
            "the lower place minus the upper: the sign": -difference / (2 * h),
            "the loss, not its slope": w * w,
        }
    }


def one_step_in_two_directions_mistaken(x, y, w, b, rate):
    right = one_step_in_two_directions(x, y, w, b, rate)
    in_w, in_b = right["slopes"]
    late = mean([2 * (right["new_w"] * a + b - c) for a, c in zip(x, y, strict=True)])
    by = {
        "the sum, not the mean": Fraction(2),
        "the 2 was left out": HALF,
        "target minus prediction: the sign": Fraction(-1),
    }
    return {
        "slopes[0]": {shows: factor * in_w for shows, factor in by.items()}
        | {"x was left out: that is the slope in b": in_b},
        "slopes[1]": {shows: factor * in_b for shows, factor in by.items()},
        "new_w": {
            "stepped up the slope": w + rate * in_w,
            "the whole slope, without the rate": w - in_w,
        },
        "new_b": {
            "the new w was used already: both step from the old line": b - rate * late,
            "stepped up the slope": b + rate * in_b,
            "the whole slope, without the rate": b - in_b,
        },
    }


def how_far_may_one_step_mistaken(x, rates):
    right = how_far_may_one_step(x, rates)
    curvature = right["curvature"]
    return {
        "curvature": {
            "the mean of x², not twice": curvature / 2,
            "twice the sum, not the mean": len(x) * curvature,
        },
        "limit": {
            "1 / curvature: that is the best rate": 1 / curvature,
            "curvature / 2": curvature / 2,
        },
        "creeps": {"that one hops": right["hops"]},
        "hops": {"that one creeps": right["creeps"]},
        "explodes": {"that one arrives": right["hops"]},
    }


def minibatches_mistaken(n, size, epochs):
    return {
        "per_epoch": {
            "the last, smaller batch was forgotten": n // size,
            "a batch is whole or smaller, never a part of a step": n / size,
        },
        "last": {"it is not full": size},
        "steps": {
            "the last, smaller batches were forgotten": epochs * (n // size),
            "one after the other, without dealing anew": -(-epochs * n // size),
        },
    }


def a_boundary_mistaken(w, b, birds, through):
    return {
        f"scores[{i}]": {
            "the bias was left out": w[0] * x + w[1] * y,
            "the sign of the bias was lost": w[0] * x + w[1] * y - b,
            "x and y are the wrong way round": w[0] * y + w[1] * x + b,
        }
        for i, (x, y) in enumerate(birds)
    }


def score_odds_probability_mistaken(up, down):
    return {
        "probabilities[1]": {
            "one part in so many, not so many to one": (up - 1) / up,
            "the probability of the other species": 1 / (up + 1),
        },
        "probabilities[2]": {
            "the odds, not the probability": 1 / down,
            "the probability of the other species": down / (down + 1),
        },
    }


def surprise_mistaken(p, y, tenths, logs):
    truth = surprise(p, y, tenths, logs)["at_truth"]
    slopes = {
        f"slopes[{i}]": {
            "label minus probability: the sign": label - chance,
            "the probability alone": chance,
        }
        for i, (chance, label) in enumerate(zip(p, y, strict=True))
    }
    return slopes | {
        "mean": {
            "−ln p for all, whatever the label": mean([exact_nats(chance) for chance in p]),
            "the sum, not the mean": sum(exact_nats(chance) for chance in truth),
        }
    }


def exact_nats(chance):
    return Fraction(-(Decimal(chance.numerator) / Decimal(chance.denominator)).ln())


def threshold_mistaken(p, y, low, high):
    right, at = threshold(p, y, low, high), {}
    for name, cut in (("high", high), ("low", low)):
        _, alarms, missed, caught = right[f"table_{name}"]
        everybody = "the caught ones alone: those rightly left count too"
        share = {"a share of all ten": Fraction(caught, 10)}
        at |= {
            f"table_{name}[1]": {
                "those are the missed ones": missed,
                "all that were called": sum(chance >= cut for chance in p),
            },
            f"table_{name}[2]": {"those are the false alarms": alarms},
            f"accuracy_{name}": {everybody: Fraction(caught, 10)},
            f"precision_{name}": {"that is the recall": right[f"recall_{name}"], **share},
            f"recall_{name}": {"that is the precision": right[f"precision_{name}"], **share},
        }
    return at


def what_an_error_costs_mistaken(false_alarm, missed, p):
    chinstrap, adelie = (1 - p[1]) * false_alarm, p[1] * missed
    return {
        "threshold": {
            "the two prices are the wrong way round": 1 - false_alarm / (false_alarm + missed),
            "one price over the other": false_alarm / missed,
            "0.5 is right only where both errors cost the same": HALF,
        },
        "risks[0]": {
            "an error when it is an Adelie, with 1 − p": p[1] * false_alarm,
            "that is the cost of calling it Adelie": adelie,
        },
        "risks[1]": {
            "an error when it is a Chinstrap, with p": (1 - p[1]) * missed,
            "that is the cost of calling it Chinstrap": chinstrap,
        },
    }


def log(number):
    return Fraction(Decimal(int(number)).ln())


def three_scores_mistaken(odds, shift):
    shares = {
        f"p[{i}]": {
            "the exp, not divided by the sum": odd,
            "the score was shared out, not its exp": log(odd) / sum(map(log, odds)),
            "each against one other: the sigmoid is for two": odd / (odd + odds[i - 1]),
        }
        for i, odd in enumerate(odds)
    }
    return shares | {"total": {"the first one alone": odds[0]}}


def surprise_and_slopes_mistaken(p, species, label, logs):
    at = int(label)
    told = exact_nats(p[at])
    slopes = {}
    for i, chance in enumerate(p):
        alone = "the probability alone"
        taken = "1 was taken away, as for the species it is"
        slopes[f"slopes[{i}]"] = {
            "one-hot minus probability: the sign": int(i == at) - chance,
            alone if i == at else taken: chance if i == at else chance - 1,
        }
    return slopes | {
        "surprise": {
            "the logarithm to the base 10": told / log(10),
            "−ln of the probability of another species": exact_nats(p[(at + 2) % 3]),
            "the logarithm of a probability is negative: the minus was lost": -told,
        }
    }


def two_classes_mistaken(first, second):
    ratio = first / second
    return {
        "softmax[0]": {
            "the probability of the second class": second / (first + second),
            "one part in so many, not so many to one": (ratio - 1) / ratio,
            "the scores were shared out, not their exps": log(first) / (log(first) + log(second)),
        },
        "ratio": {"a difference of logarithms is a ratio": first - second},
    }


def one_step_of_learning_mistaken(x, p, label, rate):
    right = one_step_of_learning(x, p, label, rate)
    return {
        f"change[{i}]": {
            "up the slope: a step goes against it": rate * slope,
            "the slope, without the rate": -slope,
            "the feature was left out": -rate * right["pull"][i],
        }
        for i, slope in enumerate(right["gradient"][0])
    }


def who_is_taken_for_whom_mistaken(counts):
    right = who_is_taken_for_whom(counts)
    shares = {
        f"recalls[{i}]": {
            "a column: the share of the called ones that were right": row[i]
            / sum(other[i] for other in counts),
            "a share of all birds": row[i] / right["n"],
        }
        for i, row in enumerate(counts)
    }
    wrong = "the mean of the three shares: the species are not equally many"
    accuracies = {
        wrong: mean(right["recalls"]),
        "the share of the wrong ones": 1 - right["accuracy"],
    }
    return shares | {"accuracy": accuracies}


MISTAKES = {
    name.removesuffix("_mistaken"): made
    for name, made in list(globals().items())
    if name.endswith("_mistaken")
} | {"a_line_through_two_birds": line_through_two_birds_mistaken, "the_clinic": lambda **_: {}}
