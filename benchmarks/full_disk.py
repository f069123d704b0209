"""Fills the disk at every stage of every command: ``python -m benchmarks.full_disk``; needs root and Linux.

Every command writes its output, its temporary files and its brains into a small file system in memory, once
for each size from almost nothing up to one that suffices, and then into one that is mounted read-only. Each
time the command must end with exit code 1 or 2, one line that names a file, and nothing half made; or with 0
and a notice for each picture that is missing. Once there is space the same command must end with 0, and every
result that was stored must be there unchanged.
"""

from __future__ import annotations

import argparse
import contextlib
import io
import itertools
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from benchmarks.killed_commands import stored_results
from benchmarks.machine import circumstances
from spikeworm_env import files, notices, resources
from spikeworm_env.batch import brain_cache
from spikeworm_env.cli import app

PAGE_KB = 4
ENOUGH_KB = 64_000
STEP = 1.15  # between two sizes, at least one page
SHORT = ("--ticks", "60", "--jobs", "1")
COMMANDS = {
    "compare": ("compare", "minimal", "--controls", "none", "--trials", "2", *SHORT, "--out", "out"),
    "study": ("study", "learner_v1", "--brain-seeds", "1,2", "--episodes", "1", "--tests", "1", *SHORT,
              "--out", "out"),
    "ablate": ("ablate", "reverser_v1", "--assays", "tail_touch", "--lesion", "touch->direction",
               "--trials", "1", "--jobs", "1", "--out", "out"),
    "train": ("train", "learner_v1", "--episodes", "2", "--ticks", "60", "--tests", "0", "--out", "brain.db"),
    "compile": ("compile", "minimal", "--out", "brain.db"),
    "run": ("run", "minimal", "--ticks", "60", "--controls", "none", "--record", "spikes.csv",
            "--out", "out"),
    "inspect": ("inspect", "minimal", "--out", "out"),
}  # fmt: skip


class Disk:
    """A small file system in memory, the working folder while it is mounted.

    Args:
        folder: where it is mounted.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    @contextmanager
    def mounted(self, size_kb: int) -> Iterator[Path]:
        """Mount it, empty, and unmount it afterwards."""
        before = Path.cwd()
        _run("mount", "-t", "tmpfs", "-o", f"size={size_kb}k", "tmpfs", str(self._folder))
        try:
            os.chdir(self._folder)
            yield self._folder
        finally:
            os.chdir(before)
            _run("umount", str(self._folder))

    def change(self, options: str) -> None:
        """Mount it again with other options; its content stays."""
        _run("mount", "-o", f"remount,{options}", str(self._folder))


def _run(*command: str) -> None:
    subprocess.run(command, check=True, capture_output=True)


def ended(words: tuple[str, ...]) -> tuple[int, list[str]]:
    """Run a command in this process; its exit code and its lines on stderr."""
    notices._given.clear()
    files._remove_of_dead_processes.cache_clear()
    lines = io.StringIO()
    with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(lines):
        code = app(list(words), standalone_mode=False)
    brain_cache._temporary_directory.cache_clear()  # which a process keeps until it ends
    return code, lines.getvalue().splitlines()


def problem(words: tuple[str, ...], folder: Path, code: int, lines: list[str]) -> str | None:
    """What is wrong with how a command ended on a full disk; None if nothing is."""
    text = " / ".join(lines)
    if code not in (0, 1, 2):
        return f"exit code {code}: {text}"
    if code != 0 and not lines[-1].startswith("spikeworm: "):
        return f"no line: {text}"
    if any(not line.startswith("spikeworm: ") for line in lines):
        return f"more than lines of the program: {text}"
    if code != 0 and not any(word in lines[-1] for word in (*_names(words), str(folder))):
        return f"no file is named: {text}"
    half_made = [path for path in folder.rglob("*") if ".part" in path.name or path.name.endswith(".lock")]
    half_made += list((folder / "tmp").iterdir())
    return f"left over: {[str(path) for path in half_made]}" if half_made else None


def _names(words: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(word for option, word in itertools.pairwise(words) if option in ("--out", "--record"))


def check(
    words: tuple[str, ...], disk: Disk, size_kb: int, read_only: bool = False
) -> tuple[bool, str | None]:
    """Run a command on a disk of a size, then with space.

    Returns:
        Whether the first run succeeded, and what is wrong, or None.
    """
    with disk.mounted(size_kb) as folder:
        for name in ("tmp", "cache"):
            (folder / name).mkdir()
        if read_only:
            disk.change("ro")
        code, lines = ended(words)
        wrong = problem(words, folder, code, lines)
        disk.change(f"rw,size={ENOUGH_KB}k")
        before = _stored(folder)
        again, more = ended(words)
        if wrong is None and again != 0:
            wrong = f"with space: exit code {again}: {' / '.join(more)}"
        if wrong is None and any(_stored(folder).get(key) != content for key, content in before.items()):
            wrong = "a stored result is lost or changed"
        return code == 0 and not lines, wrong


def _stored(folder: Path) -> dict[str, Any]:
    return stored_results(folder / "out")


def sizes() -> Iterator[int]:
    """Sizes of the disk, KB."""
    size = 2 * PAGE_KB
    while size < ENOUGH_KB:
        yield size
        size = max(size + PAGE_KB, round(size * STEP / PAGE_KB) * PAGE_KB)


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.full_disk", description=__doc__)
    parser.add_argument("--command", choices=(*COMMANDS, "all"), default="all")
    options = parser.parse_args()
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # so that nothing stays mounted
    if not hasattr(os, "geteuid") or os.geteuid() != 0 or sys.platform != "linux":
        sys.exit("not run: file systems can be mounted by root on Linux alone")
    for name in ("machine", "versions", "date"):
        print(f"{name}: {circumstances()[name]}")
    print("\n| Command | Sizes tried | Ended for want of space | Read-only | Wrong | s |")
    print("|---|---:|---:|---|---:|---:|")
    failed = []
    with tempfile.TemporaryDirectory(prefix="full-disk-") as place:
        folder = Path(place)
        tempfile.tempdir = str(folder / "tmp")
        resources.brain_cache = lambda: folder / "cache"
        disk = Disk(folder)
        for name, words in COMMANDS.items():
            if options.command not in (name, "all"):
                continue
            began, tried, short = time.monotonic(), 0, 0
            wrong = []
            with disk.mounted(ENOUGH_KB):
                (folder / "tmp").mkdir()
                ended(words)  # compiles kernels
            for size in sizes():
                suffices, why = check(words, disk, size)
                tried, short = tried + 1, short + (not suffices)
                wrong += [f"{name}, {size} KB: {why}"] if why else []
                if suffices:
                    break
            _, why = check(words, disk, ENOUGH_KB, read_only=True)
            wrong += [f"{name}, read-only: {why}"] if why else []
            print(f"| {name} | {tried} | {short} | {'wrong' if why else 'one line'} | {len(wrong)} "
                  f"| {time.monotonic() - began:.0f} |", flush=True)  # fmt: skip
            failed += wrong
    for line in failed:
        print(line)
    if failed:
        sys.exit(1)


if __name__ == "__main__":
    main()
