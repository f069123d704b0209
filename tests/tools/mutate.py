"""Random mutations of the package, each tried against the tests that could detect it.

    python tests/tools/mutate.py --seed 13 --count 100 --out mutations.jsonl

A mutation is applied to a copy of the checkout, never to the checkout itself. Tests of the mutated module
run first, then other tests of its room, then tests of other rooms that import it, within the limits
``--room`` and ``--far``. The first failing test kills the mutation, as does a run that hangs or crashes. At
the end all tests that failed are run without a mutation; if one fails there too, the mutations that it
killed are tried again without it. An interrupted run continues from the file of ``--out``. Mutations
without an observable effect are listed, with the reason, in ``equivalent.toml``. Needs psutil, which the
extra ``cluster`` installs.

Common mutation testing programs are not used, because they neither handle compiled kernels on disk nor
order the tests so that most of the suite need not run.
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

from checkout_copy import COMPILED, ROOT, SURVIVED, TOOLS, CheckoutCopy
from reach import PACKAGE, Reach
from sites import Mutation, mutations

EQUIVALENT = TOOLS / "equivalent.toml"


def draw(root: Path, seed: int, count: int) -> list[Mutation]:
    """Weighted draw of mutations without replacement.

    The weight of a room is the square root of its number of lines, shared equally by its mutations. The
    random number of a mutation comes from a hash of the seed and the change, so that edits of other lines
    do not change the draw (Efraimidis & Spirakis 2006). A shorter draw is the beginning of a longer one.
    """
    rooms: dict[str, list[tuple[float, Mutation]]] = {}
    lines: Counter[str] = Counter()
    for path in sorted((root / PACKAGE).rglob("*.py")):
        text = path.read_text(encoding="utf-8")
        seen: Counter[tuple] = Counter()
        for mutation in mutations(str(path.relative_to(root)), text):
            change = (mutation.file, *mutation.lines(text))
            seen[change] += 1
            chance = random.Random(repr((seed, *change, seen[change]))).random()
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


def _text(number: int, entry: dict) -> str:
    place = f"{entry['file']}:{entry['line']} ({entry['kind']})"
    return f"{number:3} {place}\n    - {entry['before']}\n    + {entry['after']}"


def report(entries: dict[int, dict], reasons: dict[tuple, str]) -> str:
    """A table of mutations by room, then lists of the survivors and of the equivalent mutations."""
    equivalent = {k: e for k, e in entries.items() if _key(e) in reasons}
    survivors = {k: e for k, e in entries.items() if e["result"] == SURVIVED and k not in equivalent}
    lines = ["| room | mutations | killed | survived | equivalent |", "|---|---|---|---|---|"]
    for room in [*sorted({e["room"] for e in entries.values()}), "all"]:
        n, same, survived = (
            sum(room in (e["room"], "all") for e in some.values())
            for some in (entries, equivalent, survivors)
        )
        lines.append(f"| {room} | {n} | {n - same - survived} | {survived} | {same} |")
    lines += ["", f"Survived: {len(survivors)}", *(_text(k, e) for k, e in survivors.items())]
    lines += ["", f"Equivalent: {len(equivalent)}"]
    lines += [f"{_text(k, e)}\n      {reasons[_key(e)]}" for k, e in equivalent.items()]
    return "\n".join(lines)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter, allow_abbrev=False
    )
    seconds = {"type": float, "default": 180.0, "metavar": "S"}
    parser.add_argument("--seed", type=int, default=13)
    parser.add_argument("--count", type=int, default=100)
    parser.add_argument("--only", type=int, nargs="+", metavar="K", help="numbers in the draw, from 0")
    parser.add_argument("--list", action="store_true", help="show the draw and stop")
    parser.add_argument("--again", action="store_true", help="try the survivors again")
    parser.add_argument("--jobs", type=int, default=1)
    parser.add_argument("--room", **seconds, help="processor time for other tests of the room")
    parser.add_argument("--far", **seconds, help="processor time for tests of other rooms")
    parser.add_argument(
        "--out",
        type=Path,
        help="file of results, one line of JSON each; an interrupted run continues from it",
    )
    parser.add_argument("--work", type=Path, default=Path(tempfile.gettempdir(), "spikeworm-mutations"))
    return parser.parse_args()


def _known(options: argparse.Namespace) -> dict[tuple, dict]:
    """The results of an earlier run."""
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
        print("\n".join(_text(k, entry) for k, entry in entries.items()))
        return
    marked = tomllib.loads(EQUIVALENT.read_text(encoding="utf-8")).get("mutation", [])
    reasons = {_key(entry): entry["reason"] for entry in marked}
    known, reach, copies = _known(options), Reach(ROOT), SimpleQueue()
    for k in range(options.jobs):
        copies.put(CheckoutCopy(options.work / str(k), reach, options.room, options.far))

    def one(k: int) -> None:
        copy = copies.get()
        try:
            entry = copy.try_out(drawn[k], unsound)
        finally:
            copies.put(copy)
        entries[k] = entry
        if options.out:
            with options.out.open("a", encoding="utf-8") as file:
                file.write(json.dumps(entry) + "\n")
        place = f"{entry['file']}:{entry['line']}"
        print(f"{k:3} {entry['result']:8} {entry['seconds']:6.1f} s  {place}  {entry['by']}", flush=True)

    for k, entry in entries.items():
        entries[k] = entry | known.get(_key(entry), {})
    waiting = [k for k, entry in entries.items() if not entry["result"] and _key(entry) not in reasons]
    waiting.sort(key=lambda k: drawn[k].room in COMPILED)  # slow ones last
    unsound: set[str] = set()
    with ThreadPoolExecutor(options.jobs) as pool:
        while waiting:
            list(pool.map(one, waiting))
            copy = copies.get()
            found = copy.failing({e["by"] for e in entries.values() if e.get("by")} - unsound)
            copies.put(copy)
            unsound |= found
            waiting = [k for k, entry in entries.items() if entry.get("by") in found]
    print(report(entries, reasons))


if __name__ == "__main__":
    main()
