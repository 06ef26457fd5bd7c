"""The core as the chapters say it: each of its functions under one name, ``core.softmax``.

In a chapter a name without a prefix is the reader's own, also when an exercise has the reader
write a function that the core has too. In a program of your own, import from the module in
which a function is taught: ``from mlcore.softmax import softmax``.
"""

# ruff: noqa: F403
from mlcore.classification import *
from mlcore.datasets import *
from mlcore.features import *
from mlcore.gradient_descent import *
from mlcore.linear_regression import *
from mlcore.losses import *
from mlcore.softmax import *
