"""A process that opens one file after another, so that a crash or a hang costs one file and is counted.

It reads lines ``[kind, path]`` of JSON and answers each with a line `Outcome`.
"""

from __future__ import annotations

import contextlib
import io
import json
import os
import resource
import sys
import time
import warnings
from pathlib import Path
from typing import Any, Final

from benchmarks.hostile.doors import DOORS, enter_every_environment
from spikeworm_env.errors import InputError, SpikeWormError

LONGEST_MESSAGE: Final = 5_000  # characters; a recipe is told many problems at once
MOST_MEMORY: Final = 500 * 2**20  # bytes, beyond what the process has when it is warm


def opened(kind: str, path: Path) -> dict[str, Any]:
    """Open one file: ``outcome``, ``message``, ``seconds`` of CPU time and ``left``, new files beside it."""
    before = _files(path.parent)
    Path("/proc/self/clear_refs").write_text("5", encoding="ascii")  # the peak of memory begins anew
    start = time.process_time()
    outcome, message = "loaded", ""
    try:
        with warnings.catch_warnings(), contextlib.redirect_stdout(io.StringIO()):
            warnings.simplefilter("ignore")
            DOORS[kind](path)
    except InputError as error:
        outcome, message = "refused", str(error)
    except SpikeWormError as error:
        outcome, message = "failed", str(error)
    except IndexError as error:
        outcome, message = "out of bounds", repr(error)
    except BaseException as error:
        outcome, message = "traceback", f"{type(error).__name__}: {error}"
    seconds = time.process_time() - start
    if outcome == "refused" and (not message.isprintable() or len(message) > LONGEST_MESSAGE):
        outcome, message = "long message", f"{len(message)} characters: {message[:200]!r}"
    return {
        "outcome": outcome,
        "message": message[:LONGEST_MESSAGE],
        "seconds": seconds,
        "left": sorted(_files(path.parent) - before),
        "peak_mb": _peak_mb(),
    }


def _peak_mb() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def _files(folder: Path) -> set[str]:
    return {str(file.relative_to(folder)) for file in folder.rglob("*")}


def main() -> None:
    """Answer until the input ends."""
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)  # nothing that a library prints comes between the answers
    for line in sys.stdin:
        kind, path = json.loads(line)
        if kind == "limit":  # warm now: what is taken from here on counts
            enter_every_environment()
            limit_memory()
            answer: dict[str, Any] = {"outcome": "limited"}
        else:
            answer = opened(kind, Path(path))
        answers.write(json.dumps(answer) + "\n")
        answers.flush()


def limit_memory() -> None:
    """Refuse the process more than `MOST_MEMORY` beyond what it has."""
    with open("/proc/self/statm", encoding="ascii") as file:
        now = int(file.read().split()[0]) * resource.getpagesize()
    resource.setrlimit(resource.RLIMIT_AS, (now + MOST_MEMORY, resource.RLIM_INFINITY))


if __name__ == "__main__":
    main()
