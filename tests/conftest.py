"""What all tests share: the laws are tried on the same examples every time, and what is missing
is said.

A test that wants an optional part (a package, a program) asks for it by the fixture `needs`:

    def test_a_gradient_is_a_sum(needs):
        da = needs("dask.array")                        # a module
        chromium = needs("chromium", find=shutil.which)  # anything else: None means missing

Where the part is missing the test is skipped; with MLCORE_REQUIRE_ALL=1 in the environment,
as in the full check of the project, it fails.
"""

import gc
import importlib
import os
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import settings

TESTS = Path(__file__).parent
LONGEST_FIRST = [
    "browser/test_living.py",  # builds the site
    "browser/test_widgets_on_the_page.py",  # needs no site, and so need not wait for it
    "browser",
    "book/test_widgets.py",
    "book",
    "../notebooks",
    "",
    "..",
]

# Tests run side by side, and the threads of their matrix products would stand in each other's
# way: NumPy and the kernels of the notebooks read this when they are started.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

# The benchmarks are programs of their own: python tests/benchmarks/<name>.py
collect_ignore_glob = ["benchmarks/*", "sooner/*"]

# No time limit for an example, because a busy machine is not a broken law.
settings.register_profile("laws", max_examples=50, deadline=None, derandomize=True)
settings.load_profile("laws")


def pytest_collection_modifyitems(items):
    """The longest files first: the short ones fill what is left of each processor's time."""
    places = [(TESTS / place).resolve() for place in LONGEST_FIRST]
    items.sort(key=lambda item: list(map(item.path.is_relative_to, places)).index(True))


def pytest_collection_finish():
    """Python need not look again and again for garbage in what has been collected: it stays."""
    gc.collect()
    gc.freeze()


@pytest.hookimpl(trylast=True)
def pytest_terminal_summary(terminalreporter, config):
    """With --durations: the seconds of each file, too, summed over all processes."""
    seconds = Counter()
    for reports in terminalreporter.stats.values():
        for report in reports:
            if config.option.durations is not None and hasattr(report, "duration"):
                seconds[report.nodeid.partition("::")[0]] += report.duration
    for file, each in seconds.most_common():
        terminalreporter.write_line(f"{each:8.2f}s {file}")


@pytest.hookimpl(optionalhook=True)
def pytest_configure_node(node):
    """Start a process sooner, as tests/sooner does: its plugins ask before that is on the path."""
    node.gateway.remote_exec("import sys; sys.modules['rfc3987_syntax'] = None").waitclose()


@pytest.fixture(scope="session")
def needs():
    """The optional part of this name; without it the test is skipped, or fails if all must run."""

    def need(name, find=importlib.import_module):
        try:
            part = find(name)
        except ImportError:
            part = None
        if part is None:
            give_up = pytest.fail if os.environ.get("MLCORE_REQUIRE_ALL") == "1" else pytest.skip
            give_up(f"{name} is not installed")
        return part

    return need
