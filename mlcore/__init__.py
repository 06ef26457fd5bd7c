"""The core pieces of machine learning, built by hand in NumPy.

One module for each chapter of the book, in the order they are taught:

==================================  =================================================
``mlcore.linear_regression``        1. How heavy is a penguin with a 200 mm flipper?
``mlcore.losses``                   2. How wrong is a line?
``mlcore.gradient_descent``         3. Which way is down, and how far?
``mlcore.classification``           4. Adelie or Chinstrap?
``mlcore.softmax``                  5. Which of K?
==================================  =================================================

and two that all chapters use: ``mlcore.features`` prepares the numbers that go into a
model, ``mlcore.datasets`` holds the penguins and the digits.

Functions are imported from the module where their idea is taught:

>>> from mlcore.losses import mse
>>> mse([3.0, 5.0], [1.0, 5.0])
2.0

The same letters mean the same thing everywhere: ``X`` (n, d) features, ``y`` (n,)
targets, ``labels`` (n,) whole numbers 0..k-1, ``w`` (d,) and ``b`` a number, or ``W``
(d, k) and ``b`` (k,), ``rng`` a `numpy.random.Generator`.
Predictions come first and targets second. Losses are means, without a factor 1/2.
float32 arrays stay float32; everything else becomes float64. Inputs are never written to.

Public is what the ``__all__`` of these modules names, with the meaning that its docstring gives
it; ``mlcore.book`` is for the chapters, and may change with them. Versions are numbered
``major.minor.patch``: only a new major version takes something away, and not before a minor
version has warned of it for a year, by a `DeprecationWarning` that says what to write instead.
"""

from mlcore import (
    classification,
    datasets,
    features,
    gradient_descent,
    linear_regression,
    losses,
    softmax,
)

__all__ = [
    "classification",
    "datasets",
    "features",
    "gradient_descent",
    "linear_regression",
    "losses",
    "softmax",
]
__version__ = "1.0.0"
