"""What does `import mlcore` cost beside `import numpy`?

    python tests/benchmarks/import_time.py [pairs]

Each pair imports both in a fresh interpreter, one after the other, so that a busy machine
slows both down; the ratio is the median over the pairs. It is to be at most 1.1.
"""

import os
import statistics
import subprocess
import sys

TIMED = "from time import perf_counter; t = perf_counter(); import {}; print(perf_counter() - t)"
# As after an ordinary installation, both are found compiled.
COMPILED = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}


def seconds(module):
    """How long a fresh interpreter needs to import the module."""
    run = [sys.executable, "-c", TIMED.format(module)]
    return float(subprocess.check_output(run, env=COMPILED, text=True))


def main(pairs=30):
    """Print the median seconds of both and the median ratio of a pair."""
    seconds("mlcore")  # writes the compiled files that every later import finds
    times = [(seconds("numpy"), seconds("mlcore")) for _ in range(pairs)]
    for module, column in zip(("numpy", "mlcore"), zip(*times, strict=True), strict=True):
        print(f"import {module:6}  {1000 * statistics.median(column):6.1f} ms")
    ratio = statistics.median(ours / numpy for numpy, ours in times)
    print(f"ratio          {ratio:6.3f}  (wanted: at most 1.1; {pairs} pairs)")


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
