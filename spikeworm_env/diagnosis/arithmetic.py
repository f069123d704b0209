"""Check: kernels compile, and give the bits that they give everywhere."""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import Final

import numpy as np

from spikeworm_env.diagnosis._check import Check, State

EXP_OF_ONE: Final = 0x4005BF0A8B14576A  # of the project's exp, one unit in the last place above e


def look() -> Iterator[tuple[str, State, str, str]]:
    """One kernel, compiled or read from the cache."""
    from spikeworm_env.kernels.elementary import exponentials

    start = time.perf_counter()
    found = np.ones(1)
    exponentials(found)
    bits = int(found.view(np.uint64)[0])
    if bits != EXP_OF_ONE:
        detail = f"exp(1) has the bits {bits:#x}; expected {EXP_OF_ONE:#x}"
        yield "kernels", State.PROBLEM, detail, "delete the kernel cache; if it stays, report it"
    else:
        yield "kernels", State.OK, f"compiled or loaded in {time.perf_counter() - start:.1f} s", ""


CHECK = Check("arithmetic", 70, look)
