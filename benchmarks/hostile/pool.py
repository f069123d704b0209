"""Opens files in worker processes that are started again when a file ends one."""

from __future__ import annotations

import json
import os
import selectors
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

PATIENCE_S: Final = 30.0  # of wall-clock time, on a machine that may be busy
WARM_S: Final = 600.0  # kernels may have to be compiled first

GOOD: Final = ("loaded", "refused")
_WARMING: Final = threading.Lock()  # the sound files are opened by one process at a time, as results must be


@dataclass(frozen=True)
class Outcome:
    """What came of one file.

    Attributes:
        outcome: loaded, refused; or a fault: failed, traceback, out of bounds, long message, crash, hang.
        message: of the error.
        seconds: CPU time.
        left: files that the door left beside the input.
        peak_mb: greatest memory of the process meanwhile.
    """

    outcome: str
    message: str
    seconds: float = 0.0
    left: tuple[str, ...] = ()
    peak_mb: float = 0.0

    @property
    def good(self) -> bool:
        """Whether this is what may come of a hostile file."""
        return self.outcome in GOOD and not self.left


class Opener:
    """One worker process; a crash or a hang ends it, and the next file gets another.

    Args:
        warm: kind → a sound file of each kind, opened before any other so that kernels are compiled.
        environment: variables of the process besides those of this one.
    """

    def __init__(self, warm: Mapping[str, Path], environment: Mapping[str, str] | None = None) -> None:
        self._warm, self._environment = warm, {**os.environ, **(environment or {})}
        self._process: subprocess.Popen[str] | None = None

    def open(self, kind: str, path: Path) -> Outcome:
        """Open one file."""
        if self._process is None:
            self._start()
        answer = self._ask(kind, path, PATIENCE_S)
        if isinstance(answer, Outcome):
            return answer
        return Outcome(**{**answer, "left": tuple(answer["left"])})

    def close(self) -> None:
        """End the process."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            for stream in (self._process.stdin, self._process.stdout):
                if stream is not None:
                    stream.close()
            self._process = None

    def _start(self) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "benchmarks.hostile.worker"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            encoding="utf-8",
            env=self._environment,
            cwd=Path(__file__).parents[2],
        )
        with _WARMING:
            for kind, path in self._warm.items():
                answer = self._ask(kind, path, WARM_S)
                assert isinstance(answer, dict) and answer["outcome"] == "loaded", (kind, answer)
        self._ask("limit", Path(), WARM_S)

    def _ask(self, kind: str, path: Path, patience_s: float) -> Any:
        process = self._process
        assert process is not None and process.stdin is not None and process.stdout is not None
        process.stdin.write(json.dumps([kind, str(path)]) + "\n")
        process.stdin.flush()
        with selectors.DefaultSelector() as selector:
            selector.register(process.stdout, selectors.EVENT_READ)
            answered = selector.select(patience_s)
        line = process.stdout.readline() if answered else ""
        if line:
            return json.loads(line)
        code = process.poll() if answered else None
        if answered and code is None:
            code = process.wait()
        self.close()
        return Outcome("crash", f"exit code {code}") if answered else Outcome("hang", f"over {patience_s} s")


@contextmanager
def opener(warm: Mapping[str, Path], environment: Mapping[str, str] | None = None) -> Iterator[Opener]:
    """An `Opener` that is closed at the end."""
    made = Opener(warm, environment)
    try:
        yield made
    finally:
        made.close()


@contextmanager
def workshop() -> Iterator[Path]:
    """An empty folder, removed at the end."""
    with tempfile.TemporaryDirectory(prefix="hostile-") as folder:
        yield Path(folder)
