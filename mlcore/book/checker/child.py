"""A process for one function of somebody else's, started by `apart` and imported by nobody.

It answers questions, one on each line, and can do little else: it opens no files but those of
Python and NumPy, starts no programs, imports no library that has the answer ready-made, and knows
of the book only the functions that are lent to it, which are calls back to the judge. Of the right
answers nothing is here to be found.
"""

import math
import sys
import time

NEVER = ("ctypes", "_ctypes", "_posixsubprocess", "_xxsubinterpreters", "_interpreters", "mmap")
NEVER += ("_testcapi", "_testinternalcapi", "_sqlite3", "_dbm", "_gdbm", "readline", "_socket")
NEVER += ("_multiprocessing", "_posixshmem", "fcntl", "pty", "resource", "marshal", "gc")
MEGABYTE = 2**20


def main() -> None:
    """Load what is needed, lock the door, and answer."""
    numpy_home, room, megabytes, seconds = sys.argv[1:5]
    for name in NEVER[:2]:
        sys.modules[name] = None  # type: ignore[assignment]
    sys.path.append(numpy_home)
    import numpy as np  # noqa: PLC0415

    sys.path.remove(numpy_home)
    _pretend("mlcore", "mlcore.book", "mlcore.book.checker", path=room)
    from mlcore.book.checker.line import Line  # noqa: PLC0415

    for name in [name for name in sys.modules if name.startswith("mlcore")]:
        del sys.modules[name]
    line = Line()
    _limit(int(megabytes), int(seconds))
    _lock(_homes(str(np.__path__[0])))
    line.answer()


def _pretend(*names: str, path: str) -> None:
    """Packages that hold nothing but the modules of this room."""
    for name in names:
        package = type(sys)(name)
        package.__path__ = [path]
        sys.modules[name] = package


def _homes(numpy: str) -> tuple[str, ...]:
    """The folders whose files may be read: NumPy's and Python's own."""
    import os  # noqa: PLC0415
    import sysconfig  # noqa: PLC0415

    homes = [numpy, sysconfig.get_path("stdlib"), sysconfig.get_path("platstdlib")]
    return tuple(home + os.sep for home in homes)


def _limit(megabytes: int, seconds: int) -> None:
    """What the operating system can hold it to; Windows has nothing of the kind."""
    try:
        import resource  # noqa: PLC0415
    except ImportError:
        return
    seconds += math.ceil(time.process_time())
    limits = {"CPU": seconds, "AS": megabytes * MEGABYTE, "FSIZE": 0, "CORE": 0, "NPROC": 0}
    for name, most in limits.items():
        try:
            # The first is a warning, the second the end.
            resource.setrlimit(getattr(resource, f"RLIMIT_{name}"), (most, most + (name == "CPU")))
        except (AttributeError, ValueError, OSError):  # not on this system
            continue


ALLOWED = {"compile", "exec", "object.__getattr__", "object.__setattr__", "object.__delattr__"}
ALLOWED |= {"time.sleep", "sys._getframe", "sys._getframemodulename", "sys.excepthook"}
ALLOWED |= {"sys.unraisablehook", "os.listdir", "builtins.id", "builtins.input"}
ALLOWED |= {"builtins.input/result", "array.__new__"}


def _lock(homes: tuple[str, ...]) -> None:
    """Let Python itself refuse whatever is no calculation; this cannot be taken back."""
    import os  # noqa: PLC0415

    for name in NEVER:
        sys.modules.pop(name, None)
    sys.implementation.cache_tag = None  # type: ignore[assignment]  # compiled code is not read

    # What it needs is kept in its arguments, where nobody can change it.
    def hook(
        event: str,
        args: tuple,  # type: ignore[type-arg]
        allowed: frozenset[str] = frozenset(ALLOWED),
        never: frozenset[str] = frozenset(NEVER),
        known: frozenset[str] = sys.stdlib_module_names | {"numpy"},
        book: frozenset[str] = frozenset({"mlcore", "sklearn", "scipy", "statsmodels"}),
        homes: tuple[str, ...] = homes,
        write: int = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND,
        text: type = str,
        kind: type = type,
        no: type[Exception] = PermissionError,
        no_import: type[Exception] = ImportError,
    ) -> None:
        if event in allowed:
            return
        if event == "import" and kind(args[0]) is text:
            root = text.partition(args[0], ".")[0]
            if root in known and root not in never:
                return
            if root in book:
                raise no_import("not your own work: " + args[0])
            raise no_import("`" + root + "` is not in a class")
        if event == "open" and kind(args[0]) is text and not args[2] & write:
            path = args[0]
            inside = text.startswith(path, homes) and ".." not in path
            foreign = "-packages" in path and not text.startswith(path, homes[0])
            if inside and not foreign:
                return
        raise no("an answer only calculates: no " + event)

    sys.addaudithook(hook)


if __name__ == "__main__":
    main()
