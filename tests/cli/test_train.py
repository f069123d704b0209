"""``spikeworm train``: its output and files, resuming, and the trained brain in other commands."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from spikeworm_env.cli.training_tables import gauge
from spikeworm_env.store import load_brain, save_brain

SHORT = ("--ticks", "1500", "--tests", "1")
NAMED = "learner_v1_s42_trained_duration1.5s_tests1.db"  # of the cache


@pytest.fixture
def train(spikeworm: Callable) -> Callable:
    """``train(brain, episodes, ...)``: short training episodes of a brain."""

    def train(brain: str = "learner_v1", episodes: int = 2, *more: object):
        return spikeworm("train", brain, "--episodes", episodes, *SHORT, *more)

    return train


@pytest.fixture
def mine(train: Callable) -> str:
    """A brain file after two episodes."""
    outcome = train("learner_v1", 2, "--out", "mine.db")
    assert outcome.code == 0, outcome.err
    return "mine.db"


def test_a_row_for_each_episode_and_the_paths_of_the_files(train: Callable, here: Path) -> None:
    outcome = train()
    assert (outcome.code, outcome.err) == (0, "")
    head, start, first, second, remark, file, *rest = outcome.out.splitlines()
    assert head.split() == [
        "episode",
        "seed",
        "ci_net",
        "held",
        "out",
        "-1",
        "0",
        "+1",
        "reward",
        "weight",
        "change",
    ]
    assert start.split()[0] == "start"
    assert [row.split()[:2] for row in (first, second)] == [["1", "0"], ["2", "1"]]
    assert file == str(here / "cache" / NAMED)
    assert load_brain(file).episodes[1].seed == 1
    assert [each.name for each in (here / "cache").glob("*.db")] == [NAMED]
    assert remark == "learner_v1: trained for 2 episodes under reward"
    assert rest == [f"{file}.png"] or "pip install spikeworm[report]" in rest[0]


def test_the_picture_is_a_png_beside_the_file(train: Callable, here: Path) -> None:
    pytest.importorskip("matplotlib", reason="needs the extra report")
    train("learner_v1", 1, "--out", "mine.db")
    assert (here / "mine.db.png").read_bytes().startswith(b"\x89PNG")


@pytest.mark.usefixtures("notices_on_stderr")
def test_without_matplotlib_the_brain_is_trained_and_a_hint_is_given(
    train: Callable, here: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(__import__("sys").modules, "matplotlib.figure", None)
    outcome = train("learner_v1", 1, "--out", "mine.db")
    assert outcome.code == 0 and "pip install spikeworm[report]" in outcome.err
    assert sorted(file.name for file in here.iterdir()) == ["mine.db"]
    assert json.loads(train("learner_v1", 1, "--out", "mine.db", "--json").out)["picture"] is None


def test_json_is_alone_and_holds_history_tests_and_file(train: Callable, here: Path) -> None:
    outcome = train("learner_v1", 2, "--out", "mine.db", "--json")
    assert (outcome.code, outcome.err) == (0, "")
    found = json.loads(outcome.out)
    episodes = load_brain(here / "mine.db").episodes
    assert found["file"] == "mine.db" and found["trained_before"] == 0
    assert [episode["rpe_sum"] for episode in found["episodes"]] == [episode.rpe_sum for episode in episodes]
    assert [(test["episode"], test["seed"]) for test in found["evaluations"]] == [
        (n, 10_000) for n in (0, 1, 2)
    ]
    assert [entry["episode"] for entry in found["held_out"]] == [0, 1, 2]
    assert found["settings"]["condition"] == "reward" and found["age_ticks"] == 3000
    assert all(part["mean"] > 0 for part in found["learned"])


@pytest.mark.parametrize("more", [(), ("--keep-state",), ("--reward", "yoked"), ("--reward", "random")])
def test_the_same_command_resumes_and_ends_in_the_same_file(
    more: tuple[str, ...], train: Callable, here: Path
) -> None:
    train("learner_v1", 3, "--out", "whole.db", *more)
    for episodes in (1, 3):
        assert train("learner_v1", episodes, "--out", "parts.db", *more).code == 0
    assert (here / "parts.db").read_bytes() == (here / "whole.db").read_bytes()


def test_a_resumed_training_shows_earlier_episodes_and_runs_only_the_rest(train: Callable, mine: str) -> None:
    found = json.loads(train("learner_v1", 3, "--out", mine, "--json").out)
    assert found["trained_before"] == 2 and len(found["episodes"]) == 3
    rows = train("learner_v1", 3, "--out", mine).out.splitlines()
    assert [row.split()[0] for row in rows[1:5]] == ["start", "1", "2", "3"]


def test_a_further_training_shows_its_start_and_its_trial(
    train: Callable, spikeworm: Callable, mine: str
) -> None:
    outcome = train(mine, 1, "--ticks", 2000, "--out", "on.db")
    rows = outcome.out.splitlines()[1:6]
    assert [row.split()[0] for row in rows] == ["start", "1", "2", "2", "3"]
    assert rows[0].endswith("default with duration 1.5 s") and rows[3].endswith("default with duration 2 s")
    found = json.loads(spikeworm("inspect", "on.db", "--json").out)
    assert [(e["training"], e["episode"], e["seconds"], e["trials"]) for e in found["held_out"]] == [
        *((1, 0, 1.5, 1), (1, 1, 1.5, 1), (1, 2, 1.5, 1)),
        *((2, 2, 2.0, 1), (2, 3, 2.0, 1)),
    ]
    assert [e["ci_net"] for e in found["held_out"]] == [test["ci_net"] for test in found["evaluations"]]
    assert [test["learning"] for test in found["evaluations"]] == [False] * 5
    lines = spikeworm("inspect", "on.db").out.splitlines()
    assert "learner_v1: trained for 3 episodes under reward" in lines
    shown = [line.split() for line in lines if "default with" in line]
    assert [(cells[0], " ".join(cells[cells.index("default") :][:5])) for cells in shown] == [
        *((name, "default with duration 1.5 s") for name in ("start", "1", "2")),
        *((name, "default with duration 2 s") for name in ("2", "3")),
    ]


@pytest.mark.parametrize("episodes", [1, 2])
def test_episodes_that_are_done_are_not_run_again(
    episodes: int, train: Callable, mine: str, here: Path
) -> None:
    before = (here / mine).read_bytes()
    outcome = train("learner_v1", episodes, "--out", mine)
    assert (outcome.code, outcome.err) == (0, "")
    assert f"nothing to do: 2 of {episodes} episodes are done" in outcome.out
    assert (here / mine).read_bytes() == before


@pytest.mark.parametrize(
    ("more", "message"),
    [
        (("--reward", "none"), 'condition is "reward" there and "no_reward" here'),
        (("--swap-sensors",), 'condition is "reward" there and "swapped" here'),
        (("--keep-state",), "keep_state is false there and true here"),
        (("--first-seed", "5"), "first_seed is 0 there and 5 here"),
        (("--brain-seed", "43"), "fingerprint is"),
        (("--sigma", "9"), "arena is sigma"),
    ],
)
def test_another_setting_with_the_same_file_is_a_mistake(
    more: tuple[str, ...], message: str, train: Callable, mine: str, here: Path
) -> None:
    before = (here / mine).read_bytes()
    outcome = train("learner_v1", 3, "--out", mine, *more)
    assert (outcome.code, outcome.out) == (2, "")
    assert outcome.err.count("\n") == 1 and message in outcome.err
    assert (here / mine).read_bytes() == before


def test_files_without_a_training_are_not_changed(train: Callable, spikeworm: Callable, here: Path) -> None:
    spikeworm("compile", "learner_v1", "--out", "new.db")
    (here / "mine.txt").write_text("mine")
    for file, message in (("new.db", "holds no training"), ("mine.txt", "expected a brain file")):
        before = (here / file).read_bytes()
        outcome = train("learner_v1", 1, "--out", file)
        assert (outcome.code, outcome.out) == (2, "")
        assert message in outcome.err
        assert (here / file).read_bytes() == before


def test_a_trained_brain_continues_with_the_next_seeds(train: Callable, mine: str, here: Path) -> None:
    assert train(mine, 1, "--reward", "none").code == 0
    episodes = load_brain(here / "cache" / "mine_trained_duration1.5s_no_reward_tests1.db").episodes
    assert [(episode.number, episode.seed, episode.condition) for episode in episodes] == [
        (1, 0, "reward"),
        (2, 1, "reward"),
        (3, 2, "no_reward"),
    ]
    itself = train(mine, 1, "--out", mine)
    assert itself.code == 2 and "expected another file" in itself.err
    swapped = train(mine, 1, "--swap-sensors", "--out", "swapped.db")
    assert swapped.code == 2 and "takes an untrained brain" in swapped.err


def test_an_interrupt_reports_what_is_kept_and_the_command_to_resume(
    train: Callable, mine: str, here: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupted(*args: object, **kwargs: object) -> None:
        raise KeyboardInterrupt

    before = (here / mine).read_bytes()
    monkeypatch.setattr("spikeworm_env.experiments.learning.learner.run_trial", interrupted)
    outcome = train("learner_v1", 3, "--out", mine)
    assert outcome.code == 130
    assert "mine.db holds 2 episodes; resume with: spikeworm" in outcome.err
    assert (here / mine).read_bytes() == before
    monkeypatch.setattr("spikeworm_env.experiments.learning.training_loop.run_trial", interrupted)
    outcome = train("learner_v1", 3, "--out", "other.db")
    assert outcome.code == 130 and "nothing is kept" in outcome.err
    assert not (here / "other.db").exists()


def test_run_and_compare_take_a_trained_brain(mine: str, spikeworm: Callable, here: Path) -> None:
    ran = spikeworm("run", mine, *SHORT[:2], "--render", "none", "--controls", "none", "--json")
    assert json.loads(ran.out)["agent"] == "mine"
    compared = spikeworm(
        *("compare", mine, "--trials", "2", *SHORT[:2], "--controls", "no_learning", "--jobs", "1", "--json")
    )
    assert set(json.loads(compared.out)["agents"]) >= {"mine", "mine:no_learning"}
    assert len(load_brain(here / mine).episodes) == 2


def test_inspect_shows_episodes_and_changes_of_weights(mine: str, spikeworm: Callable) -> None:
    text = spikeworm("inspect", mine).out
    assert "training episodes: 2, age 3 s" in text and "plastic synapses" in text
    found = json.loads(spikeworm("inspect", mine, "--json").out)
    assert [episode["condition"] for episode in found["episodes"]] == ["reward", "reward"]
    parts = found["learned"]
    assert sum(part["synapses"] for part in parts) > 0
    assert any(part["mean"] != part["initial_mean"] for part in parts)
    new = spikeworm("inspect", "learner_v1", "--json").out
    assert json.loads(new)["episodes"] == json.loads(new)["learned"] == []
    assert "training episodes:" not in spikeworm("inspect", "learner_v1").out


def test_inspect_draws_the_learning_curve_and_weights(mine: str, spikeworm: Callable, here: Path) -> None:
    pytest.importorskip("matplotlib", reason="needs the extra report")
    assert spikeworm("inspect", mine, "--out", "pictures").code == 0
    drawn = {file.name for file in (here / "pictures").iterdir()}
    assert {"learning.png", "weights.png"} <= drawn and "pruned.png" not in drawn


def test_a_file_name_of_the_cache_is_refused(train: Callable, here: Path, cached: Callable) -> None:
    outcome = train("learner_v1", 1, "--out", cached("learner_v1", 42))
    assert (outcome.code, outcome.out) == (2, "")
    assert "expected another name" in outcome.err and not (here / "cache").exists()
    assert train("learner_v1", 1, "--out", "cache/learner_v1_s42.db").code == 0
    assert train("learner_v1", 1, "--out", "learner_v1_s42-0123abcd.db").code == 0


def test_list_marks_trained_brains(train: Callable, spikeworm: Callable) -> None:
    spikeworm("compile", "learner_v1")
    train("learner_v1", 1)
    new, trained = spikeworm("list", "brains").out.splitlines()
    assert new.startswith("learner_v1_s42-") and "trained" not in new.split(maxsplit=1)[1].split("/")[0]
    assert (
        trained.startswith(f"{NAMED.removesuffix('.db')} ")
        and "trained for 1 episode under reward," in trained
    )


def test_a_copy_of_a_trained_brain_keeps_its_history(spikeworm: Callable, here: Path, mine: str) -> None:
    save_brain(load_brain(here / mine), here / "copy.db")
    assert "training episodes: 2" in spikeworm("inspect", "copy.db").out


@pytest.mark.parametrize(
    ("value", "drawn"),
    [
        (None, "·······│·······"),
        (-3.0, "●······│·······"),
        (-1.0, "●······│·······"),
        (0.0, "·······●·······"),
        (0.5, "·······│···●···"),
        (2.0, "·······│······●"),
    ],
)
def test_an_index_is_a_dot_on_a_scale(value: float | None, drawn: str) -> None:
    assert gauge(value) == drawn
