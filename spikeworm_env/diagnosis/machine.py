"""Check: cores, and variables that change how kernels run."""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import Final

from spikeworm_env.diagnosis._check import Check, State

SLOW: Final = {
    "NUMBA_DISABLE_JIT": "kernels run as plain Python, over 100 times slower",
    "NUMBA_BOUNDSCHECK": "kernels check every index, several times slower",
    "NUMBA_OPT": "kernels are compiled with another optimization",
}
THREADS: Final = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "NUMBA_NUM_THREADS")


def look() -> Iterator[tuple[str, State, str, str]]:
    """Cores that this process may use, thread limits, and switches of Numba."""
    import loky

    usable, all_cores = loky.cpu_count(), os.cpu_count()
    yield "cores", State.OK, f"{usable} usable of {all_cores}; --jobs takes {usable} by default", ""
    limits = [f"{name}={os.environ[name]}" for name in THREADS if name in os.environ]
    yield "threads", State.OK, f"one a worker; set: {', '.join(limits) or 'none'}", ""
    for name, effect in SLOW.items():
        value = os.environ.get(name, "")
        if value not in ("", "0") and not (name == "NUMBA_OPT" and value == "3"):
            yield name, State.PROBLEM, f"is {value}: {effect}", f"unset {name}"


CHECK = Check("machine", 30, look)
