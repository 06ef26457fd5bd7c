"""The quadratic model of the classification losses, and its preconditioners."""

import re

import numpy as np
import pytest
from memory import extra_memory

from mlcore import _design, _newton, classification, softmax
from mlcore._design import Design
from mlcore._newton import QuadraticModel

RNG = np.random.default_rng(0)
X = RNG.normal([1.0, 0.0, -2.0], [1.0, 10.0, 0.1], size=(200, 3))
THREE = RNG.integers(0, 3, 200)
MODELS = {"logistic": (classification, THREE % 2, ()), "softmax": (softmax, THREE, (3,))}


def quadratic_model(model, l2, at):
    """The quadratic model at so many steps along a fixed direction."""
    module, labels, shape = MODELS[model]
    design = Design(X, l2)
    u = at * np.sin(np.arange(design.whitening.shape[1] * int(np.prod(shape)))).reshape(-1, *shape)
    return QuadraticModel(design, labels, module._loss_and_gradient, module._hessian_product, u), u


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
    losses, slopes, _ = module._loss_and_gradient(scores, labels)
    assert losses / 200 == pytest.approx(loss(scores, labels), rel=1e-14)
    np.testing.assert_allclose(slopes / 200, gradient(scores, labels), rtol=0, atol=1e-17)


@pytest.mark.parametrize("l2", [0.0, 0.3])
@pytest.mark.parametrize("model", MODELS)
def test_gradient_and_hessian_are_those_of_the_value(model, l2):
    h = 1e-5
    here, u = quadratic_model(model, l2, at=1.0)
    above, below = (quadratic_model(model, l2, at=1.0 + step)[0] for step in (h, -h))
    assert np.sum(here.gradient * u) == pytest.approx((above.value - below.value) / (2 * h))
    np.testing.assert_allclose(
        here.hessian_product(u), (above.gradient - below.gradient) / (2 * h), rtol=1e-6
    )


@pytest.mark.parametrize("l2", [0.0, 0.3])
@pytest.mark.parametrize("model", MODELS)
def test_the_block_preconditioner_undoes_the_hessian_of_a_class_when_the_others_stand_still(
    model, l2
):
    here, u = quadratic_model(model, l2, at=1.0)
    for one_class in np.eye(3) if u.ndim == 2 else [1.0]:
        product = here.hessian_product(u * one_class) * one_class
        np.testing.assert_allclose(here.block_preconditioner()(product), u * one_class, atol=1e-12)


@pytest.mark.parametrize("model", MODELS)
def test_the_diagonal_preconditioner_undoes_it_where_all_probabilities_are_the_same(model):
    here, u = quadratic_model(model, 0.3, at=0.0)
    for one_class in np.eye(3) if u.ndim == 2 else [1.0]:
        direction = np.ones_like(u) * one_class
        product = here.hessian_product(direction) * one_class
        np.testing.assert_allclose(here.diagonal_preconditioner(product), direction, atol=1e-9)


def test_the_slope_keeps_its_digits_where_the_true_class_is_nearly_certain():
    _, slopes, _ = softmax._loss_and_gradient(np.array([[50.0, 0.0, 0.0]]), np.array([0]))
    np.testing.assert_allclose(slopes, np.exp(-50) * np.array([[-2.0, 1.0, 1.0]]), rtol=1e-12)


def test_a_fit_holds_the_probabilities_of_the_examples_once(monkeypatch):
    monkeypatch.setattr(_design, "BLOCK", 1000)
    features, labels = np.tile(X, (50, 1)), np.tile(np.arange(8), 1250)
    probabilities = np.empty((len(labels), 8)).nbytes
    softmax.fit_softmax_regression(X, THREE)  # the first call loads what NumPy puts off
    peak = extra_memory(lambda: softmax.fit_softmax_regression(features, labels))
    assert probabilities < peak < 1.7 * probabilities


def test_the_textbook_form_of_newton_gives_the_same_parameters():
    labels = THREE % 2
    known = {"np": np, "A": np.column_stack([np.ones(len(X)), X]), "labels": labels}
    known["u"] = np.zeros(4)
    for _ in range(10):
        exec("\n".join(re.findall(r"^    (.*)", _newton.__doc__, re.MULTILINE)), known)
    w, b = classification.fit_logistic_regression(X, labels)
    np.testing.assert_allclose([b, *w], known["u"], rtol=1e-10)
