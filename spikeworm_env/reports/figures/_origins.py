"""Names of origins of synapses as figures write them."""

from __future__ import annotations

from spikeworm_env.compiler.compiled_brain import PROJECTION_ORIGIN

ARROW = " → "


def short_origin(origin: str) -> str:
    """``3: a.out → b.in`` for a projection; others as they are."""
    number, bracket, ends = origin.removeprefix(PROJECTION_ORIGIN).partition("] ")
    if not (origin.startswith(PROJECTION_ORIGIN) and bracket):
        return origin
    return f"{number}: {ends.replace(' -> ', ARROW)}"
