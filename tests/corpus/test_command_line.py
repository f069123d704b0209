"""A hostile file given to a command is one line on stderr, exit code 2, and nothing is left."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from spikeworm_env import resources
from spikeworm_env.cli import app
from tests.corpus import INPUTS
from tests.corpus._input import Input

RUN = ("--ticks", "20", "--render", "none", "--controls", "none")
COMMANDS: Mapping[str, Callable[[Path], tuple[object, ...]]] = {
    "recipe": lambda file: ("run", file, *RUN),
    "block": lambda file: ("inspect", file),
    "brain": lambda file: ("run", file, *RUN),
    "results": lambda file: (
        *("compare", "random", "--trials", "2", "--seconds", "0.1", "--jobs", "1", "--controls", "none"),
        *("--out", file.parent),
    ),
    "policy": lambda file: ("run", f"linear:{file}", *RUN),
}
STRIDE = 5  # one of so many is tried
REFUSED = [each for each in INPUTS if each.words is not None]
SOME = [each for kind in COMMANDS for each in [i for i in REFUSED if i.kind == kind][::STRIDE]]


@pytest.mark.parametrize("each", SOME, ids=lambda each: f"{each.kind}: {each.name}")
def test_a_refused_file_is_one_line_and_exit_code_2(
    each: Input,
    bases: Mapping[str, Path],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(resources, "brain_cache", lambda: tmp_path / "cache")
    (tmp_path / "in").mkdir()
    path = each.make(bases, tmp_path / "in")
    before = sorted(tmp_path.rglob("*"))
    code = app([str(word) for word in COMMANDS[each.kind](path)], standalone_mode=False)
    out, err = capfd.readouterr()
    assert (code, out, err.count("\n")) == (2, "", 1), (code, out, err)
    assert err.startswith("spikeworm: ") and "Traceback" not in err
    assert sorted(tmp_path.rglob("*")) == before
