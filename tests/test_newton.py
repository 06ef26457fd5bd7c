"""The curvature of the classification losses, and division by it."""

import numpy as np
import pytest
from memory import extra_memory

from mlcore import _design, classification, softmax
from mlcore._design import Design
from mlcore._newton import Place

RNG = np.random.default_rng(0)
X = RNG.normal([1.0, 0.0, -2.0], [1.0, 10.0, 0.1], size=(200, 3))
THREE = RNG.integers(0, 3, 200)
MODELS = {"logistic": (classification, THREE % 2, ()), "softmax": (softmax, THREE, (3,))}


def place(model, l2, at):
    """A point of the landscape of a model, at so many steps along a fixed direction."""
    module, labels, shape = MODELS[model]
    design = Design(X, l2)
    u = at * np.sin(np.arange(design.T.shape[1] * int(np.prod(shape)))).reshape(-1, *shape)
    return Place(design, labels, module._respond, module._bend, u), u


@pytest.mark.parametrize("size", [0.0, 1.0, 1000.0])
@pytest.mark.parametrize(
    ("model", "loss", "gradient"),
    [
        (
            "logistic",
            classification.binary_cross_entropy,
            classification.binary_cross_entropy_gradient,
        ),
        ("softmax", softmax.cross_entropy, softmax.cross_entropy_gradient),
    ],
)
def test_what_a_fit_adds_up_is_the_public_loss_and_its_gradient(model, loss, gradient, size):
    module, labels, shape = MODELS[model]
    scores = size * RNG.normal(size=(200, *shape))
    losses, slopes, _ = module._respond(scores, labels)
    assert losses / 200 == pytest.approx(loss(scores, labels), rel=1e-14)
    np.testing.assert_allclose(slopes / 200, gradient(scores, labels), rtol=0, atol=1e-17)


@pytest.mark.parametrize("l2", [0.0, 0.3])
@pytest.mark.parametrize("model", MODELS)
def test_slope_and_curvature_are_those_of_the_height(model, l2):
    h = 1e-5
    here, u = place(model, l2, at=1.0)
    above, below = (place(model, l2, at=1.0 + step)[0] for step in (h, -h))
    assert np.sum(here.slope * u) == pytest.approx((above.height - below.height) / (2 * h))
    np.testing.assert_allclose(here.curve(u), (above.slope - below.slope) / (2 * h), rtol=1e-6)


@pytest.mark.parametrize("l2", [0.0, 0.3])
@pytest.mark.parametrize("model", MODELS)
def test_closely_undoes_the_curvature_of_a_class_when_the_others_stand_still(model, l2):
    here, u = place(model, l2, at=1.0)
    for one_class in np.eye(3) if u.ndim == 2 else [1.0]:
        bent = here.curve(u * one_class) * one_class
        np.testing.assert_allclose(here.closely()(bent), u * one_class, atol=1e-12)


@pytest.mark.parametrize("model", MODELS)
def test_roughly_undoes_it_where_every_chance_is_the_same(model):
    here, u = place(model, 0.3, at=0.0)
    for one_class in np.eye(3) if u.ndim == 2 else [1.0]:
        direction = np.ones_like(u) * one_class
        bent = here.curve(direction) * one_class
        np.testing.assert_allclose(here.roughly(bent), direction, atol=1e-9)


def test_the_slope_keeps_its_digits_where_the_true_class_is_nearly_certain():
    _, slopes, _ = softmax._respond(np.array([[50.0, 0.0, 0.0]]), np.array([0]))
    np.testing.assert_allclose(slopes, np.exp(-50) * np.array([[-2.0, 1.0, 1.0]]), rtol=1e-12)


def test_a_fit_holds_the_probabilities_of_the_examples_once(monkeypatch):
    monkeypatch.setattr(_design, "BLOCK", 1000)
    features, labels = np.tile(X, (50, 1)), np.tile(np.arange(8), 1250)
    probabilities = np.empty((len(labels), 8)).nbytes
    softmax.fit_softmax_regression(X, THREE)  # the first call loads what NumPy puts off
    peak = extra_memory(lambda: softmax.fit_softmax_regression(features, labels))
    assert probabilities < peak < 1.7 * probabilities
