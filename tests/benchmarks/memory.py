"""How much memory does a call take?"""

import tracemalloc


def extra_memory(run):
    """The peak of what a call has allocated, in bytes."""
    tracemalloc.start()
    run()
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return peak
