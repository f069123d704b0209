"""Mutations drawn by a seed over all rooms of the package, each tried against the tests that could notice it.

    python tests/tools/mutate.py --seed 13 --count 100 --out mutations.jsonl

A mutation is applied to a copy of the checkout, never to the checkout itself. Tests of the module come first,
then those of its room, then whatever reaches it by imports, for as long as ``--room`` and ``--far`` allow. It
is killed by the first failing test, or by a run that hangs or crashes; at the end the tests that failed are
run without a mutation, and what was killed by one that fails even so is tried again without it. The file of
``--out`` is resumed. Mutations that change nothing that can be observed stand, with the reason, in
``equivalent.toml``. Takes psutil, which comes with the extra ``cluster``.

A program of our own: the usual ones know neither kernels that are compiled and kept on disk nor an order of
tests that spares most of the suite.
"""

from __future__ import annotations

import argparse
import json
import math
import random
import tempfile
import tomllib
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from queue import SimpleQueue

from bench import COMPILED, ROOT, SURVIVED, TOOLS, Bench
from reach import PACKAGE, Reach
from sites import Mutation, mutations

EQUIVALENT = TOOLS / "equivalent.toml"


def draw(root: Path, seed: int, count: int) -> list[Mutation]:
    """Without replacement: a room weighs as the root of its number of lines, its mutations share that alike.

    The chance of each comes from a hash of the seed and of what it does, so that an edit elsewhere leaves the
    draw as it is (Efraimidis & Spirakis 2006); a shorter draw is the beginning of a longer one.
    """
    rooms: dict[str, list[tuple[float, Mutation]]] = {}
    lines: Counter[str] = Counter()
    for path in sorted((root / PACKAGE).rglob("*.py")):
        text = path.read_text(encoding="utf-8")
        seen: Counter[tuple] = Counter()
        for mutation in mutations(str(path.relative_to(root)), text):
            told = (mutation.file, *mutation.lines(text))
            seen[told] += 1
            chance = random.Random(repr((seed, *told, seen[told]))).random()
            rooms.setdefault(mutation.room, []).append((chance, mutation))
        if seen:
            lines[mutation.room] += text.count("\n")
    ranked = [
        (math.log(chance) * len(found) / math.sqrt(lines[room]), mutation)
        for room, found in rooms.items()
        for chance, mutation in found
    ]
    ranked.sort(key=lambda entry: entry[0], reverse=True)
    return [mutation for _, mutation in ranked[:count]]


def _key(entry: dict) -> tuple:
    return entry["file"], entry["before"], entry["after"]


def _told(number: int, entry: dict) -> str:
    place = f"{entry['file']}:{entry['line']} ({entry['kind']})"
    return f"{number:3} {place}\n    - {entry['before']}\n    + {entry['after']}"


def report(entries: dict[int, dict], reasons: dict[tuple, str]) -> str:
    """Mutations by room, then those that survived and those that are equivalent."""
    alike = {k: e for k, e in entries.items() if _key(e) in reasons}
    alive = {k: e for k, e in entries.items() if e["result"] == SURVIVED and k not in alike}
    lines = ["| room | mutations | killed | survived | equivalent |", "|---|---|---|---|---|"]
    for room in [*sorted({e["room"] for e in entries.values()}), "all"]:
        n, same, survived = (
            sum(room in (e["room"], "all") for e in some.values()) for some in (entries, alike, alive)
        )
        lines.append(f"| {room} | {n} | {n - same - survived} | {survived} | {same} |")
    lines += ["", f"Survived: {len(alive)}", *(_told(k, e) for k, e in alive.items())]
    lines += ["", f"Equivalent: {len(alike)}"]
    lines += [f"{_told(k, e)}\n      {reasons[_key(e)]}" for k, e in alike.items()]
    return "\n".join(lines)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter, allow_abbrev=False
    )
    seconds = {"type": float, "default": 180.0, "metavar": "S"}
    parser.add_argument("--seed", type=int, default=13)
    parser.add_argument("--count", type=int, default=100)
    parser.add_argument("--only", type=int, nargs="+", metavar="K", help="numbers in the draw, from 0")
    parser.add_argument("--list", action="store_true", help="show what is drawn and stop")
    parser.add_argument("--again", action="store_true", help="try those that survived once more")
    parser.add_argument("--jobs", type=int, default=1)
    parser.add_argument("--room", **seconds, help="processor time for further tests of the room")
    parser.add_argument("--far", **seconds, help="processor time for tests outside the room")
    parser.add_argument("--out", type=Path, help="results, a line of JSON each; resumed")
    parser.add_argument("--work", type=Path, default=Path(tempfile.gettempdir(), "spikeworm-mutations"))
    return parser.parse_args()


def _known(options: argparse.Namespace) -> dict[tuple, dict]:
    """What an earlier run has found."""
    if options.out is None or not options.out.exists():
        return {}
    entries = map(json.loads, options.out.read_text(encoding="utf-8").splitlines())
    found = {_key(entry): entry for entry in entries}
    return {key: e for key, e in found.items() if not (options.again and e["result"] == SURVIVED)}


def main() -> None:
    """The command line."""
    options = _options()
    drawn = dict(enumerate(draw(ROOT, options.seed, options.count)))
    entries: dict[int, dict] = {}
    for k, mutation in drawn.items():
        before, after = mutation.lines((ROOT / mutation.file).read_text(encoding="utf-8"))
        if options.only is None or k in options.only:
            entries[k] = {"room": mutation.room, "file": mutation.file, "line": mutation.line,
                          "kind": mutation.kind, "before": before, "after": after, "result": ""}  # fmt: skip
    if options.list:
        print("\n".join(_told(k, entry) for k, entry in entries.items()))
        return
    marked = tomllib.loads(EQUIVALENT.read_text(encoding="utf-8")).get("mutation", [])
    reasons = {_key(entry): entry["reason"] for entry in marked}
    known, reach, benches = _known(options), Reach(ROOT), SimpleQueue()
    for k in range(options.jobs):
        benches.put(Bench(options.work / str(k), reach, options.room, options.far))

    def one(k: int) -> None:
        bench = benches.get()
        try:
            entry = bench.try_out(drawn[k], unsound)
        finally:
            benches.put(bench)
        entries[k] = entry
        if options.out:
            with options.out.open("a", encoding="utf-8") as file:
                file.write(json.dumps(entry) + "\n")
        place = f"{entry['file']}:{entry['line']}"
        print(f"{k:3} {entry['result']:8} {entry['seconds']:6.1f} s  {place}  {entry['by']}", flush=True)

    for k, entry in entries.items():
        entries[k] = entry | known.get(_key(entry), {})
    waiting = [k for k, entry in entries.items() if not entry["result"] and _key(entry) not in reasons]
    waiting.sort(key=lambda k: drawn[k].room in COMPILED)  # what is slow comes last
    unsound: set[str] = set()
    with ThreadPoolExecutor(options.jobs) as pool:
        while waiting:
            list(pool.map(one, waiting))
            bench = benches.get()
            found = bench.failing({e["by"] for e in entries.values() if e.get("by")} - unsound)
            benches.put(bench)
            unsound |= found
            waiting = [k for k, entry in entries.items() if entry.get("by") in found]
    print(report(entries, reasons))


if __name__ == "__main__":
    main()
