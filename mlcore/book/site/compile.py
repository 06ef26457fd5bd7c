"""Compiles the wheels in /packages, inside the Python that will import them.

Most of the time in which a browser starts Python would go into compiling what is imported, every
time anew. Of mlcore the source stays too, because `solution` shows it.
"""

import compileall
import shutil
import tempfile
from pathlib import Path
from py_compile import PycInvalidationMode

PACKAGES = Path("/packages")


def compile_archive(archive: Path, prefix: str, *, keep_source: bool) -> None:
    """Put compiled modules into a zip file, in place of their source or beside it."""
    with tempfile.TemporaryDirectory() as folder:
        shutil.unpack_archive(archive, folder, "zip")
        compileall.compile_dir(
            folder,
            quiet=2,
            legacy=not keep_source,
            stripdir=folder,
            prependdir=prefix,
            invalidation_mode=PycInvalidationMode.UNCHECKED_HASH,
        )
        for compiled in Path(folder).rglob("*.pyc"):
            if not keep_source:
                compiled.with_suffix(".py").unlink()
        shutil.make_archive("/packed", "zip", folder)
    shutil.copy("/packed.zip", archive)


def compile_packages() -> None:
    """Compile what the site has of Python."""
    compile_archive(PACKAGES / "python_stdlib.zip", "/lib/python314.zip", keep_source=False)
    for wheel in PACKAGES.glob("*.whl"):
        own = wheel.name.startswith("mlbyhand")
        compile_archive(wheel, "/lib/python3.14/site-packages", keep_source=own)
