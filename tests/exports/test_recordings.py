"""A recording changes nothing, holds every spike, and says the same in every format."""

from __future__ import annotations

import csv
import json
import sys
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pytest

from spikeworm_env.agents import make_agent
from spikeworm_env.agents.gaited import ActsBy
from spikeworm_env.agents.spiking import SpikingAgent
from spikeworm_env.compiler import compile_recipe
from spikeworm_env.compiler.compiled_brain import CompiledBrain
from spikeworm_env.errors import InputError
from spikeworm_env.exports import Content, suffixes, write_recording
from spikeworm_env.trials.recording import Recording, record_trial
from spikeworm_env.trials.result import TrialResult
from spikeworm_env.trials.run import run_trial
from spikeworm_env.trials.task import TRIALS, find_trial

START = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
TRIAL = find_trial("default").with_changes(duration_s=1.0)
SEED = 5


class Counting(SpikingAgent):
    """An agent whose spikes are counted at every step, as the brain itself counts them."""

    def reset(self, *, seed, info):
        super().reset(seed=seed, info=info)
        self.steps: list[np.ndarray] = []

    def act(self, observation):
        action = super().act(observation)
        self.steps.append(self.brain.spike_counts.copy())
        return action


@pytest.fixture(scope="module")
def crawler() -> CompiledBrain:
    return compile_recipe("crawler_v1")


@pytest.fixture(scope="module")
def recording(crawler: CompiledBrain) -> Recording:
    return record_trial(
        SpikingAgent(crawler, frame_skip=1), TRIAL, SEED, session_start=START, command="spikeworm run"
    )


@pytest.fixture(scope="module")
def counted(crawler: CompiledBrain) -> tuple[TrialResult, np.ndarray]:
    """The same trial unrecorded, and (ticks, n) its spikes."""
    agent = Counting(crawler, frame_skip=1)
    result = run_trial(agent, TRIAL, SEED)
    return result, np.array(agent.steps)


@pytest.fixture(scope="module")
def trains(counted: tuple[TrialResult, np.ndarray]) -> list[np.ndarray]:
    """Spike times of every neuron in seconds, by the count."""
    return [np.flatnonzero(own) / 1000 for own in counted[1].T]


@pytest.fixture(scope="module")
def nwb(recording: Recording, tmp_path_factory: pytest.TempPathFactory) -> Path:
    pytest.importorskip("pynwb")
    file = tmp_path_factory.mktemp("nwb") / "spikes.nwb"
    assert write_recording(recording, file) == [file]
    return file


# ---- what is recorded -------------------------------------------------------------------------------------
def test_recording_holds_every_spike_and_no_other(recording, counted):
    ticks, neurons = np.nonzero(counted[1])
    assert ticks.size > 1000
    np.testing.assert_array_equal(recording.spikes.ticks, ticks)
    np.testing.assert_array_equal(recording.spikes.neurons, neurons)


@pytest.mark.parametrize("recipe", ["crawler_v1", "kitchen_sink"])
@pytest.mark.parametrize("options", [{}, {"frame_skip": 7}, {"weight_jitter": 0.3}])
def test_recording_changes_nothing_and_misses_nothing(recipe, options):
    compiled, trial = compile_recipe(recipe), TRIAL.with_changes(duration_s=0.3)
    alone, recorded = Counting(compiled, **options), Counting(compiled, **options)
    expected = run_trial(alone, trial, SEED, frame_skip=alone.frame_skip)
    found = record_trial(recorded, trial, SEED, session_start=START)
    assert found.result == expected
    np.testing.assert_array_equal(found.result.path, expected.path)
    np.testing.assert_array_equal(recorded.steps, alone.steps)
    counts = np.bincount(found.spikes.neurons, minlength=compiled.network.n_neurons)
    np.testing.assert_array_equal(counts, np.sum(alone.steps, axis=0))
    for name, value in alone.brain.state().items():
        np.testing.assert_array_equal(recorded.brain.state()[name], value)


@pytest.mark.parametrize("frame_skip", [2, 7])
def test_every_tick_of_a_long_step_is_recorded(crawler, frame_skip):
    agent = Counting(crawler, frame_skip=frame_skip)
    spikes = record_trial(agent, TRIAL, SEED, session_start=START).spikes
    steps = np.zeros_like(agent.steps)
    np.add.at(steps, (spikes.ticks // frame_skip, spikes.neurons), 1)
    np.testing.assert_array_equal(steps, agent.steps)
    assert set(spikes.ticks % frame_skip) == set(range(frame_skip))


def test_spikes_take_no_more_memory_than_they_need(recording):
    assert recording.spikes.neurons.itemsize == 2
    assert recording.spikes.ticks.itemsize == 4


def test_behaviour_is_what_the_trial_showed(recording, counted):
    result, signals = counted[0], recording.behaviour
    np.testing.assert_array_equal(np.column_stack([signals["x"], signals["y"]]), result.path)
    np.testing.assert_allclose(signals["time_s"], np.arange(21) / 20)
    assert signals["ci_time"][-1] == result.ci_time
    assert signals["distance"][0] == pytest.approx(result.start_distance)
    assert (signals["concentration"] > 0).all()


def test_an_agent_without_a_brain_cannot_be_recorded():
    with pytest.raises(InputError, match="expected a spiking agent, which has a brain"):
        record_trial(make_agent("crawl"), TRIAL, session_start=START)


def test_a_time_of_day_without_its_zone_is_refused(crawler):
    with pytest.raises(InputError, match="time zone"):
        record_trial(
            SpikingAgent(crawler), TRIAL.with_changes(duration_s=0.01), session_start=datetime(2026, 1, 1)
        )


# ---- NWB --------------------------------------------------------------------------------------------------
def test_nwb_is_valid(nwb):
    import pynwb

    assert pynwb.validate(path=nwb) == []


def test_pynwb_reads_back_every_spike_train(nwb, trains):
    import pynwb

    with pynwb.NWBHDF5IO(nwb, "r") as io:
        units = io.read().units
        assert list(units.id[:]) == list(range(len(trains)))
        for neuron, expected in enumerate(trains):
            np.testing.assert_array_equal(units.get_unit_spike_times(neuron), expected)
            np.testing.assert_array_equal(units.get_unit_obs_intervals(neuron), [[0.0, 1.0]])
        assert units.resolution == 0.001


def test_neo_reads_back_every_spike_train(nwb, trains):
    neo = pytest.importorskip("neo")
    (block,) = neo.io.NWBIO(str(nwb), "r").read_all_blocks()
    found = block.segments[0].spiketrains
    assert len(found) == len(trains)
    for train, expected in zip(found, trains, strict=True):
        np.testing.assert_array_equal(train.rescale("s").magnitude, expected)
        assert (float(train.t_start), float(train.t_stop)) == (0.0, 1.0)


def test_units_hold_component_and_block_of_each_neuron(nwb, crawler):
    import pynwb

    with pynwb.NWBHDF5IO(nwb, "r") as io:
        table = io.read().units.to_dataframe()
    for index, part in enumerate(crawler.components):
        own = table[crawler.component == index]
        assert set(zip(own.component, own.block, own.layer, strict=True)) == {
            (part.name, part.block, part.layer or "")
        }
        assert sorted(set(own.block_copy)) == list(range(part.count))
    assert list(table.neuron_type) == crawler.network.neuron_type.tolist()
    assert list(table.label) == crawler.label.tolist()
    np.testing.assert_array_equal(table[["x", "y", "z"]], crawler.position)
    for name, members in crawler.terminals.items():
        holds = [name in terminals.split() for terminals in table.terminals]
        np.testing.assert_array_equal(np.flatnonzero(holds), np.sort(members))


def test_nwb_holds_trial_behaviour_and_provenance(nwb, recording, counted):
    import pynwb

    result = counted[0]
    with pynwb.NWBHDF5IO(nwb, "r") as io:
        session = io.read()
        (trial,) = session.trials.to_dataframe().to_dict("records")
        assert (trial["start_time"], trial["stop_time"]) == (0.0, 1.0)
        assert (trial["trial"], trial["seed"], trial["ci_time"]) == (result.trial, SEED, result.ci_time)
        behavior = session.processing["behavior"]
        head = behavior["Position"]["head"]
        assert (head.unit, head.conversion) == ("body length", 1.0)
        np.testing.assert_array_equal(head.data[:], result.path)
        np.testing.assert_array_equal(head.timestamps[:], recording.behaviour["time_s"])
        for name in ("concentration", "distance", "ci_time", "ci_net", "ci_clipped"):
            series = behavior["BehavioralTimeSeries"][name]
            np.testing.assert_array_equal(series.data[:], recording.behaviour[name])
            np.testing.assert_array_equal(series.timestamps[:], recording.behaviour["time_s"])
        heading = behavior["CompassDirection"]["heading"]
        np.testing.assert_array_equal(heading.data[:], recording.behaviour["heading_rad"])
        assert session.session_start_time == START
        about = json.loads(session.notes)
    meta = recording.compiled.meta
    assert (about["recipe"], about["recipe_hash"]) == (meta.recipe_name, meta.recipe_hash)
    assert (about["brain_seed"], about["seed"], about["command"]) == (42, SEED, "spikeworm run")
    assert about["versions"]["numpy"] == np.__version__
    assert about["trial"]["duration_s"] == 1.0


def test_the_same_trial_has_the_same_identifier_and_another_has_another(recording, nwb, tmp_path):
    import pynwb

    later = datetime(2027, 1, 1, tzinfo=UTC)
    write_recording(replace(recording, session_start=later, command="again"), tmp_path / "again.nwb")
    write_recording(replace(recording, weight_jitter=0.5), tmp_path / "other.nwb")

    def identifier(file: Path) -> str:
        with pynwb.NWBHDF5IO(file, "r") as io:
            return io.read().identifier

    assert identifier(tmp_path / "again.nwb") == identifier(nwb) != identifier(tmp_path / "other.nwb")


# ---- plain files ------------------------------------------------------------------------------------------
def test_npz_holds_the_same_without_pickles(recording, trains, tmp_path):
    write_recording(recording, tmp_path / "spikes.npz")
    with np.load(tmp_path / "spikes.npz", allow_pickle=False) as file:
        found = dict(file)
    assert (np.diff(found["times_s"]) >= 0).all()
    for neuron, expected in enumerate(trains):
        np.testing.assert_array_equal(found["times_s"][found["neuron"] == neuron], expected)
    for name, values in recording.behaviour.items():
        np.testing.assert_array_equal(found[f"behaviour_{name}"], values)
    assert found["neuron_label"].tolist() == recording.compiled.label.tolist()
    assert json.loads(str(found["about"])) == recording.about()


@pytest.mark.parametrize("name", [name for name, trial in TRIALS.items() if trial.acts_by is ActsBy.MUSCLES])
def test_every_trial_of_a_brain_can_be_recorded(crawler, name, tmp_path):
    agent = SpikingAgent(crawler, layout=TRIALS[name].layout())
    found = record_trial(agent, TRIALS[name].with_changes(duration_s=0.1), SEED, session_start=START)
    write_recording(found, tmp_path / "spikes.npz")
    with np.load(tmp_path / "spikes.npz") as file:
        about = json.loads(str(file["about"]))
        assert np.isfinite([file[key] for key in file if key.startswith("behaviour_")]).all()
    assert about["trial"]["environment"] == TRIALS[name].env_id
    assert about["foods"] == found.result.food.tolist()


def test_csv_has_one_row_per_spike(recording, trains, tmp_path):
    write_recording(recording, tmp_path / "spikes.csv")
    with (tmp_path / "spikes.csv").open(newline="") as file:
        rows = [(float(row["times_s"]), int(row["neuron"])) for row in csv.DictReader(file)]
    expected = [(time, neuron) for neuron, times in enumerate(trains) for time in times.tolist()]
    assert rows == sorted(expected)


@pytest.mark.parametrize("suffix", suffixes(Content.RECORDING))
def test_a_silent_brain_can_be_written(crawler, suffix, recording, tmp_path):
    if suffix == ".nwb":
        pytest.importorskip("pynwb")
    silent = replace(recording.spikes, ticks=recording.spikes.ticks[:0], neurons=recording.spikes.neurons[:0])
    write_recording(replace(recording, spikes=silent), tmp_path / f"silent{suffix}")
    if suffix == ".nwb":
        import pynwb

        assert pynwb.validate(path=tmp_path / "silent.nwb") == []
        with pynwb.NWBHDF5IO(tmp_path / "silent.nwb", "r") as io:
            assert len(io.read().units.get_unit_spike_times(3)) == 0


# ---- mistakes ---------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("spikes.pkl", "expected .csv, .npz, .nwb"),
        ("spikes", "expected .csv, .npz, .nwb"),
        ("nowhere/spikes.npz", "no folder"),
        ("folder.npz", "is a folder"),
    ],
)
def test_a_file_that_cannot_be_written_is_an_error_and_leaves_nothing(recording, name, said, tmp_path):
    (tmp_path / "folder.npz").mkdir()
    with pytest.raises(InputError, match=said):
        write_recording(recording, tmp_path / name)
    assert [file.name for file in tmp_path.iterdir()] == ["folder.npz"]


def test_without_pynwb_the_error_names_the_extra(recording, monkeypatch, tmp_path):
    monkeypatch.setitem(sys.modules, "pynwb", None)
    with pytest.raises(InputError, match=r"pip install spikeworm\[neuro\]"):
        write_recording(recording, tmp_path / "spikes.nwb")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("suffix", suffixes(Content.RECORDING))
def test_a_write_that_fails_leaves_the_file_as_it_was(recording, suffix, tmp_path, monkeypatch):
    if suffix == ".nwb":
        pytest.importorskip("pynwb")
    file = tmp_path / f"spikes{suffix}"
    file.write_bytes(b"old")

    def broken(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.replace", broken)
    with pytest.raises(InputError, match=r"cannot write .*No space"):
        write_recording(recording, file)
    assert [(left.name, left.read_bytes()) for left in tmp_path.iterdir()] == [(file.name, b"old")]
