"""The package as a wheel, packed as it lies here: for the browser, and for a class."""

import zipfile
from base64 import urlsafe_b64encode
from hashlib import sha256
from importlib.metadata import distribution
from io import BytesIO
from pathlib import Path

import mlcore
from mlcore.book import chapters

__all__ = ["pack"]

NAME = "mlbyhand"
TAGS = "Wheel-Version: 1.0\nGenerator: mlcore\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
NOT_IN_A_BROWSER = ("book/classroom", "book/handouts", "book/site")
"""What needs programs of the machine."""
LONG_AGO = (1980, 1, 1, 0, 0, 0)
"""The same package is the same wheel, whenever it is packed."""


def pack(*, for_a_browser: bool) -> tuple[str, bytes]:
    """The name of the wheel, and its content; a browser has the chapters elsewhere."""
    installed, file = distribution(NAME), BytesIO()
    info = f"{NAME}-{installed.version}.dist-info"
    inside = _package(NOT_IN_A_BROWSER) if for_a_browser else _package() | _chapters()
    inside[f"{info}/METADATA"] = (installed.read_text("METADATA") or "").encode()
    inside[f"{info}/WHEEL"] = TAGS.encode()
    lines = [f"{name},sha256={_hash(content)},{len(content)}" for name, content in inside.items()]
    inside[f"{info}/RECORD"] = "\n".join([*lines, f"{info}/RECORD,,\n"]).encode()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in inside.items():
            archive.writestr(zipfile.ZipInfo(name, LONG_AGO), content, zipfile.ZIP_DEFLATED)
    return f"{NAME}-{installed.version}-py3-none-any.whl", file.getvalue()


def _package(without: tuple[str, ...] = ()) -> dict[str, bytes]:
    """What lies in the package but the chapters, which in a copy of the project do not."""
    folder = Path(mlcore.__file__).parent
    paths = {path.relative_to(folder).as_posix(): path for path in sorted(folder.rglob("*"))}
    return {
        f"mlcore/{name}": path.read_bytes()
        for name, path in paths.items()
        if path.is_file() and not name.startswith(without)
        if path.parent.name != "__pycache__" and path.parent != chapters.FOLDER
    }


def _chapters() -> dict[str, bytes]:
    paths = sorted(chapters.FOLDER.glob("*.ipynb"))
    return {f"mlcore/book/notebooks/{path.name}": path.read_bytes() for path in paths}


def _hash(content: bytes) -> str:
    return urlsafe_b64encode(sha256(content).digest()).decode().rstrip("=")
