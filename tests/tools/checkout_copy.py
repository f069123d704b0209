"""Tries one mutation on a copy of the checkout: which test fails first.

The copy stays in one folder and its compiled kernels in one cache. A mutation of code that kernels are
compiled from uses a copy of that cache, which is deleted afterwards.
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
from collections.abc import Collection
from contextlib import suppress
from pathlib import Path
from typing import NoReturn

import psutil
from reach import Reach
from sites import Mutation

TOOLS = Path(__file__).resolve().parent
ROOT = TOOLS.parents[1]
SURVIVED = "SURVIVED"
STAGES = ("direct", "room", "far")
COMPILED = ("engine", "world", "kernels")  # rooms whose code is compiled
KERNELS = re.compile(r"\b(numba|jit|kernels?)\b")  # in other files with compiled code
SILENCE_S, SILENCE_CPU_S = 900.0, 120.0  # without output from pytest: it hangs
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
PYTEST = ("-n0", "-p", "no:cacheprovider", "-v", "--tb=no", "-rfE", "--hypothesis-seed=0", "-x")


class CheckoutCopy:
    """A copy of the checkout with its compiled kernels.

    Args:
        folder: kept between runs, so that unmutated kernels are compiled once.
        reach: which tests belong to which file.
        room_s: seconds of processor time for other tests of the room; tests of the module get three times
            that.
        far_s: seconds of processor time for tests of other rooms.
    """

    def __init__(self, folder: Path, reach: Reach, room_s: float, far_s: float) -> None:
        self._copy, self._cache, self._reach = folder / "checkout", folder / "cache", reach
        self._limits = (3 * room_s, room_s, far_s)  # seconds of processor time
        _mirror(ROOT, self._copy)
        self._cache.mkdir(exist_ok=True)
        for name in PRELOADED:
            importlib.import_module(name)

    def try_out(self, mutation: Mutation, unsound: Collection[str] = ()) -> dict:
        """The result of one mutation, as JSON types; tests in ``unsound`` are not run."""
        file = self._copy / mutation.file
        text, times, began = file.read_text(encoding="utf-8"), file.stat(), time.monotonic()
        before, after = mutation.lines(text)
        cache = self._cache
        if mutation.room in COMPILED or KERNELS.search(text):
            cache = self._cache.with_name("mutated_cache")
            shutil.rmtree(cache, ignore_errors=True)
            shutil.copytree(self._cache, cache, copy_function=os.link)  # numba replaces files and edits none
        try:
            file.write_text(mutation.apply(text), encoding="utf-8")
            result, by, stage = self._run_stages(mutation.file, cache, unsound)
        finally:
            file.write_text(text, encoding="utf-8")
            # With the old times numba takes the kernels on disk for up to date.
            os.utime(file, ns=(times.st_atime_ns, times.st_mtime_ns))
        return {
            "room": mutation.room, "file": mutation.file, "line": mutation.line, "kind": mutation.kind,
            "before": before, "after": after, "result": result, "by": by, "stage": stage,
            "seconds": round(time.monotonic() - began, 1),
        }  # fmt: skip

    def failing(self, tests: Collection[str]) -> set[str]:
        """Those of these tests that fail without a mutation."""
        words = [word for word in PYTEST if word != "-x"]
        return set(self._pytest([*words, *sorted(tests)], self._cache, math.inf)[1]) if tests else set()

    def _run_stages(self, file: str, cache: Path, unsound: Collection[str]) -> tuple[str, str, str]:
        """Result, test and stage."""
        skipped = [f"--deselect={test}" for test in unsound]
        for stage, tests, limit_s in zip(STAGES, self._reach.stages(file), self._limits, strict=True):
            if tests and limit_s > 0:
                result, failed = self._pytest([*PYTEST, *tests, *skipped], cache, limit_s)
                if result != "passed":
                    return result, failed[0] if failed else "", stage
        return SURVIVED, "", ""

    def _pytest(self, words: list[str], cache: Path, limit_s: float) -> tuple[str, list[str]]:
        """``passed``, ``killed``, ``timeout`` or ``crash``, and the tests that failed.

        A run that exceeds its limit of processor time counts as passed.
        """
        log = self._copy.with_name("pytest.log")
        log.write_bytes(b"")
        child = os.fork()
        if not child:
            _become_pytest(words, self._copy, cache, log)
        size, used = 0, 0.0
        last_output = last_check = time.monotonic()
        used_at_output = 0.0
        while not (ended := os.waitpid(child, os.WNOHANG))[0]:
            time.sleep(0.1)
            if (now := time.monotonic()) - last_check < 1.0:
                continue
            last_check, used = now, max(used, _processor_time(child))
            if log.stat().st_size != size:
                size, last_output, used_at_output = log.stat().st_size, now, used
            hangs = now - last_output > SILENCE_S or used - used_at_output > SILENCE_CPU_S
            if hangs or used > limit_s:
                os.killpg(child, signal.SIGKILL)
                os.waitpid(child, 0)
                return ("timeout" if hangs else "passed"), []
        code = os.waitstatus_to_exitcode(ended[1])
        if code < 0:
            return "crash", []
        failed = re.findall(
            r"^(?:FAILED|ERROR) (tests/.*?)(?: - .*)?$", log.read_text(errors="replace"), re.M
        )
        return ("passed" if code in (0, 5) else "killed"), failed


def _become_pytest(words: list[str], folder: Path, cache: Path, log: Path) -> NoReturn:
    """Run pytest in a forked process, in which ``PRELOADED`` is already imported."""
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
    """Processor time of a process and its descendants, s; it hardly depends on the load of the machine."""
    total = 0.0
    with suppress(psutil.Error):
        parent = psutil.Process(process)
        for each in (parent, *parent.children(recursive=True)):
            with suppress(psutil.Error):
                total += sum(each.cpu_times()[:4])
    return total


def _mirror(root: Path, copy: Path) -> None:
    """Make the copy equal to the files that git lists; files that are equal keep their times."""
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
