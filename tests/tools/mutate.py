"""Mutations drawn by a seed over all rooms of the package, each tried against the tests that could notice it.

    python tests/tools/mutate.py --seed 13 --count 100 --out mutations.jsonl

A mutation is applied to a copy of the checkout, never to the checkout itself. Tests of the module come first,
then those of its room, then whatever reaches it by imports, for as long as ``--room`` and ``--far`` allow, in
seconds of processor time. It is killed by
the first failing test, provided that this test passes without the mutation, or by a run that hangs or
crashes. The file of ``--out`` is resumed. Mutations that change nothing that can be observed stand, with the
reason, in ``equivalent.toml``.

A program of our own: the usual ones know neither kernels that are compiled and kept on disk nor an order of
tests that spares most of the suite. The copy stays in one folder and its kernels in one cache, so that only a
mutation of the code under kernels has them compiled anew, into a cache that is thrown away.
"""

from __future__ import annotations

import argparse
import importlib
import json
import math
import os
import random
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import tomllib
import traceback
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from queue import SimpleQueue
from typing import NoReturn

import psutil

from reach import PACKAGE, Reach
from sites import Mutation, mutations

TOOLS = Path(__file__).resolve().parent
ROOT = TOOLS.parents[1]
EQUIVALENT = TOOLS / "equivalent.toml"
KERNELS = re.compile(r"\b(numba|jit|kernels?|bind|rule)\b")  # in a file that kernels may be compiled from
STAGES = ("direct", "room", "far")
SILENCE_S = 300.0  # without a word from pytest: it hangs
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


def draw(root: Path, seed: int, count: int) -> list[Mutation]:
    """A room by the root of its number of lines, then any of its mutations; none twice."""
    rooms: dict[str, list[Mutation]] = {}
    lines: Counter[str] = Counter()
    for path in sorted((root / PACKAGE).rglob("*.py")):
        file, text = str(path.relative_to(root)), path.read_text(encoding="utf-8")
        if found := mutations(file, text):
            rooms.setdefault(found[0].room, []).extend(found)
            lines[found[0].room] += text.count("\n")
    rng, drawn = random.Random(seed), []
    while len(drawn) < count and any(rooms.values()):
        names = [name for name in sorted(rooms) if rooms[name]]
        room = rooms[rng.choices(names, [math.sqrt(lines[name]) for name in names])[0]]
        drawn.append(room.pop(rng.randrange(len(room))))
    return drawn


class Bench:
    """One copy of the checkout with its kernels.

    Args:
        folder: kept between runs, so that unmutated kernels are compiled once.
        reach: which tests concern which file.
        room_s: seconds of processor time for further tests of the room.
        far_s: the same for tests outside the room.
    """

    def __init__(self, folder: Path, reach: Reach, room_s: float, far_s: float) -> None:
        self._copy, self._cache, self._reach = folder / "checkout", folder / "cache", reach
        self._room_s, self._far_s = room_s, far_s
        self._sound: dict[str, bool] = {}  # test → whether it passes alone without a mutation
        _mirror(ROOT, self._copy)
        self._cache.mkdir(exist_ok=True)

    def try_out(self, mutation: Mutation) -> dict:
        """What became of one mutation."""
        file = self._copy / mutation.file
        text, times = file.read_text(encoding="utf-8"), file.stat()
        before, after = mutation.lines(text)
        began, cache = time.monotonic(), self._cache
        if KERNELS.search(text) or mutation.room in ("engine", "world", "kernels"):
            cache = self._cache.with_name("mutated_cache")
            shutil.rmtree(cache, ignore_errors=True)
            shutil.copytree(
                self._cache, cache, copy_function=os.link
            )  # numba replaces files, never edits them
        try:
            file.write_text(mutation.apply(text), encoding="utf-8")
            result, by, stage = self._run_stages(mutation, cache, lambda: _restore(file, text, times))
        finally:
            _restore(file, text, times)
        return {
            "room": mutation.room, "file": mutation.file, "line": mutation.line, "kind": mutation.kind,
            "before": before, "after": after, "result": result, "by": by, "stage": stage,
            "seconds": round(time.monotonic() - began, 1),
        }  # fmt: skip

    def _run_stages(self, mutation: Mutation, cache: Path, restore) -> tuple[str, str, str]:
        file, mutated = self._copy / mutation.file, mutation.apply((ROOT / mutation.file).read_text("utf-8"))
        limits = (math.inf, self._room_s, self._far_s)
        for stage, tests, limit in zip(STAGES, self._reach.stages(mutation.file), limits, strict=True):
            unsound: list[str] = []
            while tests and limit > 0:
                result, by, used = self._pytest([*tests, *(f"--deselect={t}" for t in unsound)], cache, limit)
                limit -= used
                if result == "passed":
                    break
                if result != "failed" or not by:
                    return "killed" if result == "failed" else result.upper(), by or "collection", stage
                if by not in self._sound:
                    restore()
                    self._sound[by] = self._pytest([by], self._cache, math.inf)[0] == "passed"
                    file.write_text(mutated, encoding="utf-8")
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
        heard, size = time.monotonic(), 0
        used = 0.0
        while not (ended := os.waitpid(child, os.WNOHANG))[0]:
            time.sleep(0.05)
            now, used = time.monotonic(), _processor_time(child, used)
            if log.stat().st_size != size:
                size, heard = log.stat().st_size, now
            if now - heard > SILENCE_S or used > limit_s:
                os.killpg(child, signal.SIGKILL)
                os.waitpid(child, 0)
                return ("timeout" if used <= limit_s else "passed"), "", used
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


def _processor_time(process: int, before: float) -> float:
    """Of a process and its children that have ended: what others do on the machine does not shorten a test."""
    with suppress(psutil.Error):
        return sum(psutil.Process(process).cpu_times()[:4])
    return before


def _restore(file: Path, text: str, times: os.stat_result) -> None:
    """With its old times: by these numba tells whether a kernel on disk is of this file."""
    file.write_text(text, encoding="utf-8")
    os.utime(file, ns=(times.st_atime_ns, times.st_mtime_ns))


def _mirror(root: Path, copy: Path) -> None:
    """Make the copy equal to what git knows of the checkout; what is equal keeps its times."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=root, check=True, capture_output=True, text=True,
    ).stdout  # fmt: skip
    names = {name for name in listed.split("\0") if name and (root / name).is_file()}
    for old in [f for f in copy.rglob("*") if f.is_file() and f.suffix == ".py"]:
        if str(old.relative_to(copy)) not in names:
            old.unlink()
    for name in names:
        there = copy / name
        if not there.exists() or there.read_bytes() != (root / name).read_bytes():
            there.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(root / name, there)


def _key(entry: dict) -> tuple:
    return entry["file"], entry["before"], entry["after"]


def report(entries: list[dict], equivalent: dict[tuple, str]) -> str:
    """Mutations by room, then those that survived and those that are equivalent."""
    alike = [e for e in entries if _key(e) in equivalent]
    tried = [e for e in entries if _key(e) not in equivalent]
    lines = ["| room | mutations | killed | survived | equivalent |", "|---|---|---|---|---|"]
    for room in [*sorted({e["room"] for e in entries}), "all"]:
        here = [e for e in tried if room in (e["room"], "all")]
        survived = sum(e["result"] == "SURVIVED" for e in here)
        same = sum(room in (e["room"], "all") for e in alike)
        lines.append(f"| {room} | {len(here) + same} | {len(here) - survived} | {survived} | {same} |")
    for title, some in (("Survived", [e for e in tried if e["result"] == "SURVIVED"]), ("Equivalent", alike)):
        lines += ["", f"{title}: {len(some)}"]
        for e in some:
            why = [f"      {equivalent[_key(e)]}"] if _key(e) in equivalent else []
            lines += [
                f"  {e['file']}:{e['line']} ({e['kind']})",
                f"    - {e['before']}",
                f"    + {e['after']}",
                *why,
            ]
    return "\n".join(lines)


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--seed", type=int, default=13)
    parser.add_argument("--count", type=int, default=100)
    parser.add_argument("--only", type=int, nargs="+", metavar="K", help="numbers in the draw, from 0")
    parser.add_argument("--list", action="store_true", help="show what is drawn and stop")
    parser.add_argument("--again", action="store_true", help="try those that survived once more")
    parser.add_argument("--jobs", type=int, default=1)
    parser.add_argument(
        "--room", type=float, default=180.0, metavar="S", help="for further tests of the room"
    )
    parser.add_argument("--far", type=float, default=180.0, metavar="S", help="for tests outside the room")
    parser.add_argument("--out", type=Path, help="results, a line of JSON each; resumed")
    parser.add_argument("--work", type=Path, default=Path(tempfile.gettempdir(), "spikeworm-mutations"))
    options = parser.parse_args()

    drawn = list(enumerate(draw(ROOT, options.seed, options.count)))
    drawn = [(k, m) for k, m in drawn if options.only is None or k in options.only]
    told = {k: m.lines((ROOT / m.file).read_text(encoding="utf-8")) for k, m in drawn}
    if options.list:
        for k, m in drawn:
            print(f"{k:3} {m.file}:{m.line} ({m.kind})\n      - {told[k][0]}\n      + {told[k][1]}")  # noqa: T201
        return
    marked = tomllib.loads(EQUIVALENT.read_text(encoding="utf-8")).get("mutation", [])
    equivalent = {_key(entry): entry["reason"] for entry in marked}
    kept = (
        options.out.read_text(encoding="utf-8").splitlines() if options.out and options.out.exists() else []
    )
    known = {_key(entry): entry for entry in map(json.loads, kept)}
    known = {key: e for key, e in known.items() if not (options.again and e["result"] == "SURVIVED")}

    for name in PRELOADED:
        importlib.import_module(name)
    reach, benches = Reach(ROOT), SimpleQueue()
    for k in range(options.jobs):
        benches.put(Bench(options.work / str(k), reach, options.room, options.far))

    def one(item: tuple[int, Mutation]) -> dict:
        k, mutation = item
        key = (mutation.file, *told[k])
        if key in equivalent:
            return {"room": mutation.room, "file": mutation.file, "line": mutation.line, "kind": mutation.kind,
                    "before": key[1], "after": key[2], "result": "EQUIVALENT"}  # fmt: skip
        if key in known:
            return known[key]
        bench = benches.get()
        try:
            entry = bench.try_out(mutation)
        finally:
            benches.put(bench)
        if options.out:
            with options.out.open("a", encoding="utf-8") as file:
                file.write(json.dumps({"number": k, **entry}) + "\n")
        print(
            f"{k:3} {entry['result']:8} {entry['seconds']:6.1f} s  {entry['file']}:{entry['line']}  {entry['by']}",
            flush=True,
        )  # noqa: T201,E501
        return entry

    with ThreadPoolExecutor(options.jobs) as pool:
        entries = list(pool.map(one, drawn))
    print(report(entries, equivalent))  # noqa: T201


if __name__ == "__main__":
    main()
