"""One mutation on a copy of the checkout: which test fails first.

The copy stays in one folder and its kernels in one cache, so that only a mutation of the code under kernels
has them compiled anew, into a cache that is thrown away.
"""

from __future__ import annotations

import importlib
import math
import os
import re
import shutil
import signal
import subprocess
import sys
import time
import traceback
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import NoReturn

import psutil
from reach import Reach
from sites import Mutation

TOOLS = Path(__file__).resolve().parent
ROOT = TOOLS.parents[1]
STAGES = ("direct", "room", "far")
COMPILED = ("engine", "world", "kernels")  # rooms whose code is inside kernels
KERNELS = re.compile(r"\b(numba|jit|kernels?)\b")  # in any other file that is
SILENCE_S, SILENCE_CPU_S = 900.0, 120.0  # without a word from pytest: it hangs
PRELOADED = (
    "numpy",
    "numba",
    "pydantic",
    "gymnasium",
    "matplotlib.figure",
    "pygame",
    "typer",
    "rich",
    "pytest",
)
PYTEST = ("-p", "no:cacheprovider", "-v", "--tb=no", "-rfE", "--hypothesis-seed=0", "-x")


class Bench:
    """A copy of the checkout with its kernels.

    Args:
        folder: kept between runs, so that unmutated kernels are compiled once.
        reach: which tests concern which file.
        room_s: seconds of processor time for further tests of the room.
        far_s: the same for tests outside the room.
    """

    def __init__(self, folder: Path, reach: Reach, room_s: float, far_s: float) -> None:
        self._copy, self._cache, self._reach = folder / "checkout", folder / "cache", reach
        self._limits = (math.inf, room_s, far_s)
        self._sound: dict[str, bool] = {}  # test → whether it passes alone without a mutation
        _mirror(ROOT, self._copy)
        self._cache.mkdir(exist_ok=True)
        for name in PRELOADED:
            importlib.import_module(name)

    def try_out(self, mutation: Mutation) -> dict:
        """What became of one mutation, as named values that JSON can hold."""
        file = self._copy / mutation.file
        text, times, began = file.read_text(encoding="utf-8"), file.stat(), time.monotonic()
        before, after = mutation.lines(text)

        def mutate() -> None:
            file.write_text(mutation.apply(text), encoding="utf-8")

        def restore() -> None:
            """With the old times: by these numba tells whether a kernel on disk is of this file."""
            file.write_text(text, encoding="utf-8")
            os.utime(file, ns=(times.st_atime_ns, times.st_mtime_ns))

        cache = self._cache
        if mutation.room in COMPILED or KERNELS.search(text):
            cache = self._cache.with_name("mutated_cache")
            shutil.rmtree(cache, ignore_errors=True)
            shutil.copytree(self._cache, cache, copy_function=os.link)  # numba replaces files, edits none
        try:
            mutate()
            result, by, stage = self._run_stages(mutation.file, cache, mutate, restore)
        finally:
            restore()
        return {
            "room": mutation.room, "file": mutation.file, "line": mutation.line, "kind": mutation.kind,
            "before": before, "after": after, "result": result, "by": by, "stage": stage,
            "seconds": round(time.monotonic() - began, 1),
        }  # fmt: skip

    def _run_stages(
        self, file: str, cache: Path, mutate: Callable[[], None], restore: Callable[[], None]
    ) -> tuple[str, str, str]:
        """Result, test and stage."""
        for stage, tests, limit_s in zip(STAGES, self._reach.stages(file), self._limits, strict=True):
            left, unsound = limit_s, [""]
            while tests and left > 0 and unsound:
                skipped = [f"--deselect={test}" for test in unsound if test]
                result, by, used = self._pytest([*tests, *skipped], cache, left)
                left -= used
                if result == "passed":
                    break
                if result != "failed" or not by:
                    return "killed" if result == "failed" else result.upper(), by, stage
                if by not in self._sound:
                    restore()
                    self._sound[by] = self._pytest([by], self._cache, math.inf)[0] == "passed"
                    mutate()
                if self._sound[by]:
                    return "killed", by, stage
                unsound.append(by)  # fails alone, or for a reason that is not the mutation
        return "SURVIVED", "", ""

    def _pytest(self, words: list[str], cache: Path, limit_s: float) -> tuple[str, str, float]:
        """``passed``, ``failed``, ``timeout`` or ``crash``; the test that failed; seconds of processor time.

        A run that is out of time has passed.
        """
        log = self._copy.with_name("pytest.log")
        log.write_bytes(b"")
        child = os.fork()
        if not child:
            _become_pytest([*PYTEST, *words], self._copy, cache, log)
        size, used = 0, 0.0
        heard, heard_used = time.monotonic(), 0.0
        while not (ended := os.waitpid(child, os.WNOHANG))[0]:
            time.sleep(0.1)
            used = max(used, _processor_time(child))
            if log.stat().st_size != size:
                size, heard, heard_used = log.stat().st_size, time.monotonic(), used
            hangs = time.monotonic() - heard > SILENCE_S or used - heard_used > SILENCE_CPU_S
            if hangs or used > limit_s:
                os.killpg(child, signal.SIGKILL)
                os.waitpid(child, 0)
                return ("timeout" if hangs else "passed"), "", used
        code = os.waitstatus_to_exitcode(ended[1])
        if code < 0:
            return "crash", "", used
        found = re.search(r"^(?:FAILED|ERROR) (tests/.*?)(?: - .*)?$", log.read_text(errors="replace"), re.M)
        return ("passed" if code in (0, 5) else "failed"), found[1] if found else "", used


def _become_pytest(words: list[str], folder: Path, cache: Path, log: Path) -> NoReturn:
    """In a fork, which has spared itself the imports of ``PRELOADED``."""
    code = 3
    try:
        os.setpgid(0, 0)
        out = os.open(log, os.O_WRONLY | os.O_APPEND)
        os.dup2(out, 1)
        os.dup2(out, 2)
        os.chdir(folder)
        os.environ |= {"PYTHONPATH": str(folder), "NUMBA_CACHE_DIR": str(cache)}
        sys.path[:] = [str(folder), *(p for p in sys.path if Path(p or ".").resolve() not in (ROOT, TOOLS))]
        sys.argv = ["pytest", *words]
        sys.modules["numba"].config.reload_config()
        code = int(sys.modules["pytest"].main(words))
    except BaseException:
        traceback.print_exc()
    finally:
        os._exit(code)


def _processor_time(process: int) -> float:
    """Of a process and all below it, s: it hardly depends on what else the machine does."""
    total = 0.0
    with suppress(psutil.Error):
        parent = psutil.Process(process)
        for each in (parent, *parent.children(recursive=True)):
            with suppress(psutil.Error):
                total += sum(each.cpu_times()[:4])
    return total


def _mirror(root: Path, copy: Path) -> None:
    """Make the copy equal to what git knows of the checkout; what is equal keeps its times."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=root, check=True, capture_output=True, text=True,
    ).stdout  # fmt: skip
    names = {name for name in listed.split("\0") if name and (root / name).is_file()}
    for old in list(copy.rglob("*.py")):
        if str(old.relative_to(copy)) not in names:
            old.unlink()
    for name in names:
        there = copy / name
        if not there.exists() or there.read_bytes() != (root / name).read_bytes():
            there.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(root / name, there)
