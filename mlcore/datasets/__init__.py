"""Real data to learn on: penguins through the whole book, digits for its finale.

Both sets are small files inside the package. Nothing is downloaded.
"""

from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

__all__ = ["Digits", "Penguins", "load_digits", "load_penguins"]

HERE = Path(__file__).parent


class Penguins(NamedTuple):
    """One entry per bird in every array; the names hold the units."""

    species: NDArray[np.intp]
    """0, 1, 2: the position in `species_names`."""
    species_names: tuple[str, ...]
    """Adelie, Chinstrap, Gentoo."""
    island: NDArray[np.str_]
    """Biscoe, Dream or Torgersen."""
    bill_length_mm: NDArray[np.float64]
    bill_depth_mm: NDArray[np.float64]
    flipper_length_mm: NDArray[np.float64]
    body_mass_g: NDArray[np.float64]
    sex: NDArray[np.str_]
    """female or male."""
    year: NDArray[np.intp]
    """2007, 2008 or 2009."""


class Digits(NamedTuple):
    """One row per picture."""

    pixels: NDArray[np.float64]
    """(1797, 64): the ink in the 8 x 8 squares, row by row, 0 (none) to 16."""
    labels: NDArray[np.intp]
    """(1797,): the digit that was meant, 0 to 9."""


def load_penguins() -> Penguins:
    """The Palmer penguins: 333 birds of three species, weighed and measured.

    The study measured 344 birds. In 11 of them a measurement or the sex is missing; these
    are left out, so that the arrays hold no gaps.

    Returns
    -------
    Penguins
        A named tuple of arrays, one entry per bird: `species` (with `species_names`),
        `island`, `bill_length_mm`, `bill_depth_mm`, `flipper_length_mm`, `body_mass_g`,
        `sex`, `year`. New arrays at each call, so writing to them harms nobody.

    Notes
    -----
    A. M. Horst, A. P. Hill & K. B. Gorman, palmerpenguins: Palmer Archipelago (Antarctica)
    penguin data, 2020, doi:10.5281/zenodo.3960218; public domain (CC0). Measured by
    K. B. Gorman and the Palmer Station LTER, doi:10.1371/journal.pone.0090081.

    Examples
    --------
    >>> penguins = load_penguins()
    >>> len(penguins.body_mass_g), penguins.species_names
    (333, ('Adelie', 'Chinstrap', 'Gentoo'))
    >>> penguins.flipper_length_mm[:3]  # mm
    array([181., 186., 195.])
    """
    table = np.loadtxt(HERE / "penguins.csv", dtype=str, delimiter=",")
    complete = table[~np.any(table == "NA", axis=1)]
    columns: dict[str, Any] = {str(name): np.array(cells) for name, *cells in complete.T}
    names, species = np.unique(columns.pop("species"), return_inverse=True)
    numbers = {
        name: column.astype(np.intp if name == "year" else np.float64)
        for name, column in columns.items()
        if name not in ("island", "sex")
    }
    return Penguins(species=species, species_names=tuple(map(str, names)), **(columns | numbers))


def load_digits() -> Digits:
    """Handwritten digits: 1,797 pictures of 8 x 8 pixels.

    Returns
    -------
    Digits
        A named tuple of arrays: `pixels` (1797, 64), the ink in each square from 0 to 16,
        and `labels` (1797,), the digits 0 to 9. New arrays at each call.

    Notes
    -----
    E. Alpaydin & C. Kaynak, Optical Recognition of Handwritten Digits, UCI Machine Learning
    Repository, dataset 80, 1998, doi:10.24432/C50P49 (CC BY 4.0): its test part, written by
    13 people who wrote none of the training part.

    Examples
    --------
    >>> digits = load_digits()
    >>> digits.pixels.shape, digits.labels[:5]
    ((1797, 64), array([0, 1, 2, 3, 4]))
    """
    table = np.loadtxt(HERE / "digits.csv.gz", delimiter=",")
    return Digits(pixels=table[:, :-1].copy(), labels=table[:, -1].astype(np.intp))
