"""Figures, videos and pages: where one cannot be made, a command goes on without it."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator
from contextlib import contextmanager

from spikeworm_env.errors import SpikeWormError
from spikeworm_env.notices import notice

REASON_LENGTH = 200  # characters of the error of another library that are shown


@contextmanager
def optional_output(what: str) -> Iterator[None]:
    """Go on after any error of the block: one notice says that ``what`` is missing, and why."""
    try:
        yield
    except (SpikeWormError, OSError) as error:
        notice(f"{what} is missing: {error}")
    except Exception as error:  # of any library that draws: a result must not be lost with a picture of it
        reason = textwrap.shorten(f"{type(error).__name__}: {error}", REASON_LENGTH, placeholder=" ...")
        notice(f"{what} is missing: {reason}")
