"""A Pyodide distribution made of what PyPI has, for hosts that reach nothing else.

The distribution itself lies on GitHub. PyPI's wheel of open-webui carries the same builds of
what is compiled (their hashes are those of Pyodide's own lock file), and the packages of plain
Python are on PyPI under their own names.
"""

import hashlib
import json
import subprocess
import sys
import zipfile
from pathlib import Path

CARRIER = "open-webui==0.12.4"
INSIDE = "open_webui/frontend/pyodide/"


def distribution(folder):
    """Make the distribution in a folder; None if PyPI is out of reach."""
    folder.mkdir(parents=True, exist_ok=True)
    try:
        download(folder, CARRIER)
        unpack(next(folder.glob("open_webui-*.whl")), folder)
        add_plain_packages(folder)
    except subprocess.CalledProcessError:
        return None
    return folder


def download(folder, *names):
    options = ["--quiet", "--no-deps", "--only-binary=:all:", "--ignore-requires-python"]
    command = [sys.executable, "-m", "pip", "download", *options, f"--dest={folder}", *names]
    subprocess.run(command, check=True, capture_output=True)


def unpack(carrier, folder):
    with zipfile.ZipFile(carrier) as archive:
        for name in archive.namelist():
            if name.startswith(INSIDE) and not name.endswith("/"):
                (folder / Path(name).name).write_bytes(archive.read(name))
    carrier.unlink()


def add_plain_packages(folder):
    """Fetch what IPython and the kernel need, and note the hashes of PyPI's wheels."""
    path = folder / "pyodide-lock.json"
    lock = json.loads(path.read_text(encoding="utf-8"))
    plain = [lock["packages"][name] for name in lacking(lock["packages"], folder)]
    download(folder, *(f"{entry['name']}=={entry['version']}" for entry in plain))
    for entry in plain:
        wheel = (folder / entry["file_name"]).read_bytes()
        entry["sha256"] = hashlib.sha256(wheel).hexdigest()
    path.write_text(json.dumps(lock), encoding="utf-8")


def lacking(packages, folder):
    asked, seen = ["ipython", "jedi"], set()
    while asked:
        name = asked.pop().replace("_", "-")
        if name not in seen:
            seen.add(name)
            asked += packages[name]["depends"]
    return sorted(name for name in seen if not (folder / packages[name]["file_name"]).exists())
