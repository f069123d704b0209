"""Changed files of every kind load and run finitely or are one typed error; the command opens thousands."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest

from benchmarks.hostile.__main__ import main
from benchmarks.hostile.mutations import MUTATIONS, mutated
from benchmarks.hostile.pool import Opener, Outcome

CASES = 200
SEED = 15


@pytest.mark.parametrize("kind", MUTATIONS)
def test_a_changed_file_is_sound_or_one_typed_error(
    kind: str, bases: Mapping[str, Path], process: Opener, tmp_path: Path
) -> None:
    path = tmp_path / ("blocks" if kind == "block" else "file") / bases[kind].name
    path.parent.mkdir()
    for number in range(-(-CASES // len(MUTATIONS))):
        path.write_bytes(mutated(kind, bases, SEED, number))
        outcome = process.open(kind, path)
        assert outcome.good, (number, outcome)


def test_a_change_follows_from_its_seed_and_number(bases: Mapping[str, Path]) -> None:
    for kind in MUTATIONS:
        files = [[mutated(kind, bases, seed, number) for number in range(3)] for seed in (1, 1, 2)]
        assert files[0] == files[1] != files[2]


def test_a_fault_is_counted_kept_and_the_exit_code(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    outcomes = iter(
        [Outcome("refused", "no"), Outcome("crash", "exit code -11"), *2 * [Outcome("loaded", "", 3.0)]]
    )
    monkeypatch.setattr(Opener, "open", lambda *_: next(outcomes))
    keep = tmp_path / "keep"
    arguments = ["--count", "3", "--jobs", "1", "--kinds", "policy", "--keep", str(keep)]
    assert main(arguments) == 1
    printed = capsys.readouterr()
    assert (
        "| policy | 3 | 0 | 1 | 1 crash, 1 slow |" in printed.out
        and "3 files opened, 2 faults" in printed.out
    )
    assert "policy 1: crash: exit code -11" in printed.err
    assert sorted(file.name for file in keep.iterdir()) == [
        f"policy_0_{number}.{suffix}" for number in (1, 2) for suffix in ("npz", "txt")
    ]
    assert "crash: exit code -11" in (keep / "policy_0_1.txt").read_text()
