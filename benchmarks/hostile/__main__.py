"""Opens thousands of changed files of every kind: ``python -m benchmarks.hostile``.

Each must load and run finitely or be one typed error, within 2 s of CPU time and 500 MB, and leave nothing
behind. Prints a row for each kind of file, and keeps the files that were neither; the exit code is then 1.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import threading
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from contextlib import nullcontext
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from benchmarks.hostile.bases import make_bases
from benchmarks.hostile.mutations import MUTATIONS, mutated
from benchmarks.hostile.pool import GOOD, Opener, Outcome, opener, workshop
from benchmarks.machine import circumstances

SLOW_S: Final = 2.0
KEEP: Final = Path("runs/hostile")


@dataclass
class Row:
    """What came of the files of one kind."""

    counts: Counter[str] = field(default_factory=Counter)
    seconds: float = 0.0
    peak_mb: float = 0.0

    def add(self, outcome: str, found: Outcome) -> None:
        """Count one file."""
        self.counts[outcome] += 1
        self.seconds, self.peak_mb = max(self.seconds, found.seconds), max(self.peak_mb, found.peak_mb)

    @property
    def faults(self) -> Counter[str]:
        """Counts of what is neither loaded nor refused."""
        return Counter({name: count for name, count in self.counts.items() if name not in GOOD})


def judged(found: Outcome) -> str:
    """The outcome, with files left behind and long computing as faults."""
    if found.outcome in GOOD and found.left:
        return "left files"
    return "slow" if found.seconds > SLOW_S else found.outcome


class Run:
    """All cases of a run.

    Args:
        bases: sound files.
        kinds: kinds of files.
        seed: of all changes.
        keep: folder of the files that were faults.
    """

    def __init__(self, bases: dict[str, Path], kinds: Sequence[str], seed: int, keep: Path) -> None:
        self._bases, self._kinds, self._seed, self._keep = bases, kinds, seed, keep
        self._lock = threading.Lock()
        self.rows: dict[str, Row] = defaultdict(Row)

    def open_all(self, numbers: Iterable[int], process: Opener) -> None:
        """Change and open files, one after another."""
        for number in numbers:
            kind = self._kinds[number % len(self._kinds)]
            with workshop() as folder:
                path = folder / self._bases[kind].name
                if kind == "block":
                    path = folder / "blocks" / path.name
                    path.parent.mkdir()
                path.write_bytes(mutated(kind, self._bases, self._seed, number))
                spare = path.read_bytes()
                found = process.open(kind, path)
                if judged(found) in ("slow", "hang"):  # kernels may have been compiled
                    path.write_bytes(spare)
                    found = process.open(kind, path)
                outcome = judged(found)
            with self._lock:
                self.rows[kind].add(outcome, found)
                if outcome not in GOOD:
                    self._report(kind, number, outcome, found, spare)

    def _report(self, kind: str, number: int, outcome: str, found: Outcome, content: bytes) -> None:
        self._keep.mkdir(parents=True, exist_ok=True)
        kept = self._keep / f"{kind}_{self._seed}_{number}{self._bases[kind].suffix}"
        kept.write_bytes(content)
        reason = f"{kind} {number}: {outcome}: {found.message[:300]} {' '.join(found.left)}"
        kept.with_suffix(".txt").write_text(f"{reason}\n", encoding="utf-8", errors="backslashreplace")
        print(reason, file=sys.stderr)


def table(rows: dict[str, Row]) -> str:
    """A Markdown table with a row for each kind."""
    lines = [
        "| File | Cases | Loaded | Refused | Faults | Longest, s | Peak, MB |",
        "|---|---|---|---|---|---|---|",
    ]
    for kind, row in rows.items():
        faults = ", ".join(f"{count} {name}" for name, count in sorted(row.faults.items())) or "0"
        counts = f"{row.counts['loaded']} | {row.counts['refused']}"
        lines.append(
            f"| {kind} | {row.counts.total()} | {counts} | {faults} | {row.seconds:.2f} | {row.peak_mb:.0f} |"
        )
    return "\n".join(lines)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the cases; the number of faults, at most 1."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--count", type=int, default=10_000, help="files")
    parser.add_argument("--seed", type=int, default=0, help="of all changes")
    parser.add_argument("--first", type=int, default=0, help="number of the first case")
    parser.add_argument("--jobs", type=int, default=2, help="processes")
    parser.add_argument("--kinds", nargs="+", choices=list(MUTATIONS), default=list(MUTATIONS))
    parser.add_argument("--keep", type=Path, default=KEEP, help="folder of files that were faults")
    parser.add_argument("--bounds", action="store_true", help="kernels check every index")
    chosen = parser.parse_args(arguments)
    cache = tempfile.TemporaryDirectory(prefix="hostile-cache-") if chosen.bounds else nullcontext("")
    with workshop() as folder, cache as kernels:
        more = {"NUMBA_BOUNDSCHECK": "1", "NUMBA_CACHE_DIR": kernels} if chosen.bounds else {}
        bases = dict(make_bases(folder))
        run = Run(bases, chosen.kinds, chosen.seed, chosen.keep)
        last = chosen.first + chosen.count
        threads = []
        processes = [opener({kind: bases[kind] for kind in chosen.kinds}, more) for _ in range(chosen.jobs)]
        for job, process in enumerate(processes):

            def work(job: int = job, process=process) -> None:
                with process as started:
                    run.open_all(range(chosen.first + job, last, chosen.jobs), started)

            threads.append(threading.Thread(target=work))
            threads[-1].start()
        for thread in threads:
            thread.join()
    print(
        f"\n{chosen.count:,} files, seed {chosen.seed}{', with bounds checks' if chosen.bounds else ''}; "
        + "; ".join(f"{key}: {value}" for key, value in circumstances().items())
    )
    print(table({kind: run.rows[kind] for kind in chosen.kinds}))
    opened = sum(row.counts.total() for row in run.rows.values())
    faults = sum(row.faults.total() for row in run.rows.values())
    print(f"{opened} files opened, {faults} faults")
    return int(faults > 0 or opened != chosen.count)


if __name__ == "__main__":
    sys.exit(main())
