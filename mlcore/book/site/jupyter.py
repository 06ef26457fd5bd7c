"""The pages of Jupyter, made by JupyterLite."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

from jupyter_core.paths import jupyter_path

__all__ = ["build"]

TITLE = "Machine learning, built by hand"

SECONDS = 5
"""After which what is typed is saved: a page that is closed asks nobody."""

EXTENSIONS = (
    "@jupyterlite/pyodide-kernel-extension",
    "@jupyter-widgets/jupyterlab-manager",
    "anywidget",
)
"""Python in the browser, the sliders, the live pictures; what else is installed here stays out."""

SETTINGS = {"@jupyterlab/docmanager-extension:plugin": {"autosaveInterval": SECONDS}}


def build(workshop: Path, contents: Path, site: Path, kernel: dict[str, Any]) -> None:
    """Build the pages, with these chapters and these settings of the kernel."""
    plugins = {"@jupyterlite/pyodide-kernel-extension:kernel": kernel}
    pages = {"appName": TITLE, "litePluginSettings": plugins}
    options = {
        "apps": ["notebooks", "tree"],
        "contents": [str(contents)],
        "federated_extensions": [str(_labextension(name)) for name in EXTENSIONS],
        "ignore_sys_prefix": ["federated_extensions"],
        "no_sourcemaps": True,
        "no_unused_shared_packages": True,
        "output_dir": str(site),
    }
    _write(workshop / "jupyter-lite.json", {"jupyter-config-data": pages})
    _write(workshop / "jupyter_lite_config.json", {"LiteBuildConfig": options})
    _write(workshop / "overrides.json", SETTINGS)
    _jupyterlite(workshop)


def _labextension(name: str) -> Path:
    """The folder in which pip has put this extension of JupyterLab."""
    folders = [Path(path) / "labextensions" / name for path in jupyter_path()]
    return next(folder for folder in folders if folder.is_dir())


def _write(path: Path, settings: dict[str, Any]) -> None:
    path.write_text(json.dumps(settings, indent=2), encoding="utf-8")


def _jupyterlite(workshop: Path) -> None:
    command = [sys.executable, "-m", "jupyterlite_core", "build"]
    done = subprocess.run(command, cwd=workshop, capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(f"JupyterLite could not build the site:\n{done.stdout}{done.stderr}")
