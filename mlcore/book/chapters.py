"""The five chapters: where they lie, and which of them is meant."""

from pathlib import Path

__all__ = ["FOLDER", "choose"]

HERE = Path(__file__).parent

INSTALLED, CHECKOUT = HERE / "notebooks", HERE.parents[1] / "notebooks"
FOLDER = INSTALLED if INSTALLED.is_dir() else CHECKOUT
"""In the installed package; or, in a copy of the project, their one home beside it."""


def choose(paths: list[Path], wanted: list[str] | None) -> list[Path]:
    """The chapters of these numbers or names; all, if none is named."""
    names = {name: path for path in paths for name in _names(path)}
    unknown = [name for name in wanted or [] if name not in names]
    if unknown:
        known = ", ".join(path.stem for path in paths)
        raise ValueError(f"there is no chapter {unknown[0]!r}; there are {known}")
    return [names[name] for name in dict.fromkeys(wanted)] if wanted else paths


def _names(path: Path) -> tuple[str, ...]:
    number, _, name = path.stem.partition("_")
    return path.stem, path.name, name, number, number.lstrip("0")
