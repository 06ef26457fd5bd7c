"""The data in the package: complete, unchanged, with the facts the book tells about them."""

import csv
import gzip
from collections import Counter
from importlib import resources

import numpy as np
import pytest
from sklearn import datasets as theirs

from mlcore import datasets
from mlcore.datasets import Digits, Penguins, load_digits, load_penguins

FILES = resources.files(datasets)


@pytest.fixture
def rows():
    """The penguins as they stand in the file, gaps and all."""
    text = (FILES / "penguins.csv").read_text(encoding="utf-8")
    return [*csv.DictReader(text.splitlines())]


def test_the_penguins_are_the_complete_rows_of_the_file_in_their_order(rows):
    birds = load_penguins()
    complete = [row for row in rows if "NA" not in row.values()]
    assert len(rows) == 344
    assert len(complete) == 333
    for name in set(Penguins._fields) - {"species", "species_names"}:
        expected = [row[name] for row in complete]
        values = getattr(birds, name)
        assert [*values] == (expected if values.dtype.kind == "U" else [*map(float, expected)])
    assert [birds.species_names[k] for k in birds.species] == [row["species"] for row in complete]


def test_what_the_study_counted():
    birds = load_penguins()
    assert birds.species_names == ("Adelie", "Chinstrap", "Gentoo")
    assert np.bincount(birds.species).tolist() == [146, 68, 119]
    assert Counter(birds.island.tolist()) == {"Biscoe": 163, "Dream": 123, "Torgersen": 47}
    assert Counter(birds.sex.tolist()) == {"male": 168, "female": 165}
    assert Counter(birds.year.tolist()) == {2007: 103, 2008: 113, 2009: 117}


def test_measurements_are_floats_and_categories_whole_numbers():
    birds = load_penguins()
    assert {
        getattr(birds, name).dtype for name in Penguins._fields if name.endswith(("_mm", "_g"))
    } == {np.dtype(float)}
    assert birds.species.dtype == birds.year.dtype == np.intp
    assert {len(values) for name, values in birds._asdict().items() if name != "species_names"} == {
        333
    }


def test_the_measurements_are_in_the_units_of_their_names():
    birds = load_penguins()
    for name, low, high in [
        ("bill_length_mm", 32.1, 59.6),
        ("bill_depth_mm", 13.1, 21.5),
        ("flipper_length_mm", 172, 231),
        ("body_mass_g", 2700, 6300),
    ]:
        assert (getattr(birds, name).min(), getattr(birds, name).max()) == (low, high)


def test_the_digits_are_the_rows_of_the_file():
    digits = load_digits()
    text = gzip.decompress((FILES / "digits.csv.gz").read_bytes()).decode()
    table = np.array([line.split(",") for line in text.splitlines()], dtype=float)
    assert (np.column_stack(digits) == table).all()
    assert (digits.pixels.dtype, digits.labels.dtype) == (np.float64, np.intp)


def test_scikit_learn_ships_the_same_digits():
    same, digits = theirs.load_digits(), load_digits()
    assert (digits.pixels == same.data).all()
    assert (digits.labels == same.target).all()


@pytest.mark.parametrize("load", [load_penguins, load_digits])
def test_arrays_are_new_at_each_call_and_may_be_written_to(load):
    one, other = load(), load()
    assert type(one) is (Penguins if load is load_penguins else Digits)
    for values, kept in zip(one, other, strict=True):
        if isinstance(values, np.ndarray):
            before = kept.copy()
            values[:] = values[0]
            assert (kept == before).all()


@pytest.mark.parametrize(
    ("load", "source"),
    [
        (load_penguins, ["Horst", "Hill", "Gorman", "2020", "CC0", "10.5281/zenodo.3960218"]),
        (load_digits, ["Alpaydin", "Kaynak", "1998", "CC BY 4.0", "10.24432/C50P49"]),
    ],
)
def test_every_dataset_names_its_source_and_its_licence(load, source):
    assert not [word for word in source if word not in load.__doc__]


def test_the_data_are_small():
    assert sum(len(file.read_bytes()) for file in FILES.iterdir() if ".csv" in file.name) < 100_000
