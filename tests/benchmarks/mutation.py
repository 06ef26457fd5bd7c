"""Do the tests notice when a line of the core is changed?

    python tests/benchmarks/mutation.py [options of mutmut run]

This is `mutmut run` (Linux and macOS; it writes only to mutants/, which is ignored) with one
difference. mutmut leaves decorated functions alone, because a decorator may do anything; ours
is `finite`, which only looks at the result, and nearly every public function carries it. So it
is shown to mutmut as harmless.

A change that no test can notice, because the changed line does the same, stands with its
reason in tests/data/equivalent_mutants.txt. Any other survivor is printed, and fails the run.
"""

import sys
from collections import Counter
from pathlib import Path

import libcst as cst
from mutmut import __main__ as mutmut
from mutmut.mutation.data import SourceFileMutationData
from mutmut.mutation.diff_apply import get_diff_for_mutant
from mutmut.mutation.file_mutation import MutationVisitor

EQUIVALENT = Path("tests/data/equivalent_mutants.txt")
skips = MutationVisitor._skip_node_and_children


def skips_unless_finite(visitor, node):
    """What mutmut leaves alone, but for functions whose only decorator is `finite`."""
    decorators = node.decorators if isinstance(node, cst.FunctionDef) else ()
    names = [cst.Module([]).code_for_node(decorator.decorator) for decorator in decorators]
    return names != ["finite"] and skips(visitor, node)


def verdicts():
    """Of every mutant: its name, what became of it, and its changed lines."""
    for path in sorted(Path("mlcore").rglob("*.py")):
        data = SourceFileMutationData(path=path)
        data.load()
        for name, code in data.exit_code_by_key.items():
            yield path, name, mutmut.status_by_exit_code[code]


def change(path, name):
    """The function and the line as the mutant has it."""
    lines = get_diff_for_mutant(name, path=path).splitlines()[3:]
    function = name.rpartition("__mutmut_")[0].replace("x_", "", 1).rpartition(".")[2]
    return (
        f"{path.stem}.{function}: {' '.join(line[1:].strip() for line in lines if line[0] == '+')}"
    )


def main():
    """Run the mutants, print the survivors, and fail if one is not known to be equivalent."""
    MutationVisitor._skip_node_and_children = skips_unless_finite
    mutmut.cli(["run", *sys.argv[1:]], standalone_mode=False)
    known = [line.rpartition("  # ")[0] for line in EQUIVALENT.read_text("utf-8").splitlines()]
    found = [*verdicts()]
    noticed = ("killed", "timeout")
    survivors = [change(path, name) for path, name, verdict in found if verdict not in noticed]
    print(Counter(verdict for *_, verdict in found))
    print(*(line for line in survivors if line not in known), sep="\n")
    return any(line not in known for line in survivors)


if __name__ == "__main__":
    sys.exit(main())
