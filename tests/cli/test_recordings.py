"""``--record`` and ``--edges``: what is written where, and that recording does not change a trial."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pytest

from spikeworm_env.agents import make_agent
from spikeworm_env.reports import figures
from spikeworm_env.trials.recording import record_trial
from spikeworm_env.trials.task import find_trial

SHORT = ["--seconds", "0.5", "--render", "none", "--out", "shown"]


def spikes(file: Path) -> tuple[np.ndarray, np.ndarray]:
    with np.load(file) as found:
        return found["times_s"], found["neuron"]


def expected(brain_seed: int, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """The spikes of half a second, by the library."""
    trial = find_trial("default").with_changes(duration_s=0.5)
    agent = make_agent("crawler_v1", seed=brain_seed)
    found = record_trial(agent, trial, seed, session_start=datetime(2026, 1, 1, tzinfo=UTC)).spikes
    return found.times_s, found.neurons


def test_run_records_beside_the_pictures_and_draws_what_it_recorded(
    spikeworm: Callable, here: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    drawn = []
    draw = figures.draw_figure
    monkeypatch.setattr(figures, "draw_figure", lambda *what: drawn.append(what[-1]) or draw(*what))
    outcome = spikeworm("run", "crawler_v1", *SHORT, "--seed", 3, "--record", "spikes.npz", "--json")
    assert (outcome.code, outcome.err) == (0, "")
    assert json.loads(outcome.out)["files"] == ["spikes.npz", "shown/activity.png", "shown/path.png"]
    assert (here / "shown" / "activity.png").is_file()
    np.testing.assert_array_equal(spikes(here / "spikes.npz"), expected(42, 3))
    np.testing.assert_array_equal((drawn[0].times_s, drawn[0].neurons), expected(42, 3))


@pytest.mark.parametrize("options", [["--frame-skip", 1], ["--render", "video"]])
def test_a_recorded_run_equals_one_that_is_not_recorded(
    options: list, spikeworm: Callable, here: Path
) -> None:
    found = []
    for record in ([], ["--record", "spikes.csv"]):
        run = json.loads(spikeworm("run", "crawler_v1", *SHORT, *options, *record, "--json").out)
        for figures_of in (run, *run["controls"].values()):
            for unlike in ("ticks_per_second", "files"):
                del figures_of[unlike]
        del run["command"]
        found.append(run)
    assert found[0] == found[1]
    assert (here / "spikes.csv").read_text().count("\n") > 100


def test_nwb_of_a_run_is_valid_and_names_its_command(spikeworm: Callable, here: Path) -> None:
    pynwb = pytest.importorskip("pynwb")
    outcome = spikeworm("run", "kitchen_sink", *SHORT, "--controls", "none", "--record", "a.nwb")
    assert outcome.code == 0 and outcome.out.splitlines()[-3] == "a.nwb"
    assert pynwb.validate(path=here / "a.nwb") == []
    with pynwb.NWBHDF5IO(here / "a.nwb", "r") as io:
        session = io.read()
        assert session.session_id == "kitchen_sink-s42-0"
        assert json.loads(session.notes)["command"].startswith("spikeworm")
        assert session.session_start_time.tzinfo is not None


@pytest.mark.usefixtures("notices_on_stderr")
def test_without_matplotlib_there_is_a_recording_and_no_picture(
    spikeworm: Callable, here: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "matplotlib.figure", None)
    outcome = spikeworm("run", "crawler_v1", *SHORT, "--controls", "none", "--record", "spikes.csv")
    assert outcome.code == 0
    assert outcome.err.splitlines() == [
        "spikeworm: every figure is missing: pictures need matplotlib: pip install spikeworm[report]"
    ]
    assert [file.name for file in (here / "shown").glob("[!.]*")] == ["path.png"]


def test_compare_records_the_first_trial_of_every_brain(spikeworm: Callable, here: Path) -> None:
    outcome = spikeworm(
        "compare", "crawler_v1", "crawl", "--brain-seeds", "42,43", "--trials", 2, "--first-seed", 8,
        "--seconds", 0.5, "--controls", "blind", "--jobs", 1, "--record", "s.npz", "--json",
    )  # fmt: skip
    names = ["s-crawler_v1-s42-8.npz", "s-crawler_v1-s43-8.npz"]
    assert json.loads(outcome.out)["recordings"] == names
    assert sorted(file.name for file in here.glob("*.npz")) == names
    for name, seed in zip(names, (42, 43), strict=True):
        np.testing.assert_array_equal(spikes(here / name), expected(seed, 8))


def test_compare_names_its_recordings_below_the_table(spikeworm: Callable, here: Path) -> None:
    options = ["--trials", 1, "--ticks", 20, "--controls", "none", "--jobs", 1, "--record", "s.csv"]
    outcome = spikeworm("compare", "crawler_v1", *options)
    assert outcome.out.splitlines()[-1] == "s-crawler_v1-s42-10000.csv"


def test_inspect_writes_the_network(spikeworm: Callable, here: Path) -> None:
    outcome = spikeworm("inspect", "minimal", "--edges", "net.csv", "--json")
    found = json.loads(outcome.out)
    assert found["files"] == ["net.csv"]
    assert len((here / "net.csv").read_text().splitlines()) == 1 + found["synapses"]
    pytest.importorskip("h5py")
    outcome = spikeworm("inspect", "minimal", "--edges", "net.h5")
    assert "net.h5\nnet_nodes.h5\n" in outcome.out


MISTAKES = {
    "no such recording": (["run", "--record", "spikes.pkl"], "expected .csv, .npz, .nwb"),
    "recording without ending": (["compare", "minimal", "--record", "spikes"], "expected .csv, .npz, .nwb"),
    "no folder": (["run", "--record", "nowhere/spikes.npz"], "no folder 'nowhere'"),
    "a folder": (["run", "--record", "folder.csv"], "is a folder"),
    "not writable": (["run", "--record", "/proc/spikes.npz"], "/proc/spikes.npz"),
    "no brain": (["run", "crawl", "--record", "spikes.npz"], "no brain"),
    "no brains": (["compare", "crawl", "random", "--record", "spikes.npz"], "no brain"),
    "no such network": (["inspect", "minimal", "--edges", "net.txt"], "expected .csv, .h5"),
    "network of a block": (["inspect", "cpg", "--edges", "net.csv"], "is a block"),
    "network nowhere": (["inspect", "minimal", "--edges", "nowhere/net.csv"], "no folder 'nowhere'"),
}


@pytest.mark.parametrize(("arguments", "named"), MISTAKES.values(), ids=MISTAKES.keys())
def test_mistake_is_one_line_and_leaves_nothing(
    arguments: list[str], named: str, spikeworm: Callable, here: Path
) -> None:
    (here / "folder.csv").mkdir()
    outcome = spikeworm(*arguments)
    assert (outcome.code, outcome.out) == (2, "")
    assert outcome.err.count("\n") == 1 and outcome.err.endswith("\n")
    assert named in outcome.err
    assert [file.name for file in here.iterdir()] == ["folder.csv"]


@pytest.mark.parametrize(
    ("library", "arguments"),
    [("pynwb", ["run", "--record", "a.nwb"]), ("h5py", ["inspect", "minimal", "--edges", "a.h5"])],
)
def test_a_missing_library_is_one_line_with_the_command_to_install_it(
    library: str, arguments: list[str], spikeworm: Callable, here: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, library, None)
    outcome = spikeworm(*arguments)
    assert (outcome.code, outcome.out, outcome.err.count("\n")) == (2, "", 1)
    assert "pip install spikeworm[neuro]" in outcome.err
    assert list(here.iterdir()) == []
