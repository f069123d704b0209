"""The commands that `benchmarks.kills` kills: short runs of compare, study, ablate and train."""

from __future__ import annotations

import json
import os
import shutil
import sqlite3
import subprocess
import sys
import tempfile
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psutil

from spikeworm_env.store import load_training

OUT = "out"
PROGRAM = "from spikeworm_env.cli import main; main()"
LEARNER = ("learner_v1", "--seconds", "1", "--tests", "1")
WORDS = {
    "compare": ("crawler_v1", "crawl", "random", "--controls", "none", "--seconds", "2", "--trials", "120"),
    "study": (*LEARNER, "--brain-seeds", "1-16", "--controls", "no_reward", "--episodes", "5"),
    "ablate": ("reverser_v1", "--assays", "tail_touch", "--trials", "4"),
    "train": (*LEARNER, "--episodes", "40"),
}
READER_S = 5.0  # most that a reader beside the command waits
WALL_CLOCK = "ticks_per_second"  # the one figure that differs from run to run


@dataclass(frozen=True)
class KilledCommand:
    """One command in a folder of its own, in which its temporary files are too.

    Attributes:
        name: of the command, a key of `WORDS`.
        folder: its working folder.
        backend: kind of its workers; train has none.
    """

    name: str
    folder: Path
    backend: str

    @property
    def has_workers(self) -> bool:
        """Whether it has worker processes."""
        return self.name != "train"

    @property
    def temporary(self) -> Path:
        """Its folder for temporary files."""
        return self.folder / "tmp"

    @property
    def target(self) -> Path:
        """What its ``--out`` names."""
        return self.folder / (OUT if self.has_workers else "brain.db")

    def start(self) -> psutil.Popen:
        """Start or resume the command."""
        self.temporary.mkdir(parents=True, exist_ok=True)
        words = [self.name, *WORDS[self.name], "--out", self.target.name]
        words += ["--jobs", "2", "--backend", self.backend] if self.has_workers else []
        home = str(Path(__file__).parents[1])
        return psutil.Popen(
            [sys.executable, "-c", PROGRAM, *words],
            cwd=self.folder,
            env={**os.environ, "TMPDIR": str(self.temporary), "PYTHONPATH": home},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
        )

    def stored(self) -> dict[str, Any]:
        """All that is stored so far: results by their keys, or episodes by their numbers."""
        if not self.has_workers:
            kept = load_training(self.target) if self.target.exists() else None
            episodes = () if kept is None else kept.compiled.episodes
            return {str(episode.number): episode for episode in episodes}
        return stored_results(self.target)

    def progress(self) -> int:
        """Changes when a result or an episode is stored; asked while the command runs, as any reader may."""
        if not self.has_workers:
            return self.target.stat().st_mtime_ns if self.target.exists() else 0
        file = self.target / "results.db"
        if not file.exists():
            return 0
        with closing(sqlite3.connect(f"{file.as_uri()}?mode=ro", uri=True, timeout=READER_S)) as database:
            if not database.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]:
                return 0
            return database.execute("SELECT count(*) FROM results").fetchone()[0]

    def files(self) -> dict[str, Any]:
        """The content of every file that is left, temporary ones too, and each folder; results by key."""
        found: dict[str, Any] = {
            str(path.relative_to(self.folder)): path.read_bytes() if path.is_file() else None
            for path in sorted(self.folder.rglob("*"))
        }
        if self.has_workers:
            found[f"{OUT}/results.db"] = self.stored()
        return found


def stored_results(folder: Path) -> dict[str, Any]:
    """Key → content of each result in the results file of a folder, without times of the wall clock."""
    if not (folder / "results.db").exists():
        return {}
    # of a copy: what a killed run left is put in order by the command itself
    with tempfile.TemporaryDirectory() as copied:
        for file in folder.glob("results.db*"):
            shutil.copy(file, copied)
        with closing(sqlite3.connect(Path(copied) / "results.db")) as database:
            if not database.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]:
                return {}
            rows = database.execute("SELECT key, figures, arrays FROM results").fetchall()
    return {key: (_repeatable(figures), arrays) for key, figures, arrays in rows}


def _repeatable(figures: str) -> dict[str, Any]:
    content = json.loads(figures)
    content.pop(WALL_CLOCK, None)
    return content
