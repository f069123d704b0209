"""The recorder: all of what happened while it fits, the newest of it when it does not."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from spikeworm_env.engine.brain import Brain
from spikeworm_env.engine.recorder import Recorder, RowBuffer
from spikeworm_env.errors import InputError


# ---- the ring ------------------------------------------------------------------------------------
@settings(max_examples=60, deadline=None)
@given(limit=st.integers(1, 40), sizes=st.lists(st.integers(0, 60), max_size=12))
def test_a_buffer_keeps_the_newest_rows_in_order_and_counts_the_rest(limit, sizes):
    ring, everything = RowBuffer(2, limit, np.int64), np.empty((0, 2), dtype=np.int64)
    for size in sizes:
        rows = len(everything) + np.column_stack([np.arange(size), -np.arange(size)])
        ring.append(rows)
        everything = np.concatenate([everything, rows])
        np.testing.assert_array_equal(ring.rows(), everything[-limit:])
        assert ring.dropped == max(0, len(everything) - limit)


@pytest.mark.parametrize("limit", [1000, 1024, 1025, 5000])
def test_a_buffer_grows_only_to_its_limit(limit):
    ring = RowBuffer(1, limit, np.int64)
    for k in range(7000):
        ring.append(np.array([[k]]))
        assert ring.rows()[-1, 0] == k
        assert len(ring.rows()) == min(k + 1, limit)
    np.testing.assert_array_equal(ring.rows()[:, 0], np.arange(7000 - limit, 7000))
    assert ring.dropped == 7000 - limit
    assert len(ring._rows) == limit


def test_rows_of_a_buffer_are_a_copy():
    ring = RowBuffer(1, 3, np.int64)
    for k in range(5):
        ring.append(np.array([[k]]))
        ring.rows()[:] = -1
    assert ring.rows()[:, 0].tolist() == [2, 3, 4]


# ---- spikes --------------------------------------------------------------------------------------
def test_every_spike_is_recorded_with_its_tick(nets):
    brain = Brain(nets.network(3))
    brain.advance(7)
    recorder = Recorder(brain)
    for current in ([1, 0, 1], [0, 0, 0], [0, 1, 1]):
        recorder.observe(brain.tick(nets.FORCE * np.array(current) - nets.FORCE * (1 - np.array(current))))
    ticks, neurons = recorder.spikes
    assert ticks.tolist() == [7, 7, 9, 9]
    assert neurons.tolist() == [0, 2, 1, 2]
    assert recorder.spike_counts().tolist() == [1, 1, 2]
    assert recorder.dropped_spikes == 0


def test_of_named_neurons_alone_spikes_are_recorded(nets):
    brain = Brain(nets.network(3))
    recorder = Recorder(brain, spikes=[2, 0])
    for current in ([1, 1, 1], [0, 1, 0], [0, 0, 1]):
        recorder.observe(brain.tick(nets.FORCE * np.array(current) - nets.FORCE * (1 - np.array(current))))
    ticks, neurons = recorder.spikes
    assert ticks.tolist() == [0, 0, 2]
    assert neurons.tolist() == [0, 2, 2]
    with pytest.raises(InputError, match="spikes"):
        Recorder(brain, spikes=[3])


def test_a_recorder_of_a_silent_brain_is_empty(nets):
    recorder = Brain(nets.network(3)).run(10)
    assert [column.size for column in recorder.spikes] == [0, 0]
    assert recorder.spike_counts().tolist() == [0, 0, 0]
    assert recorder.weights[1].shape == recorder.voltages[1].shape == (0, 0)


def test_spikes_beyond_the_limit_replace_the_oldest(nets):
    brain = Brain(nets.network(5))
    recorder = Recorder(brain, max_spikes=7)
    brain.run(4, np.full(5, nets.FORCE), recorder)
    ticks, neurons = recorder.spikes
    assert ticks.tolist() == [2, 2, 3, 3, 3, 3, 3]
    assert neurons.tolist() == [3, 4, 0, 1, 2, 3, 4]
    assert recorder.dropped_spikes == 13


def test_more_spikes_in_a_tick_than_fit_are_counted_as_dropped(nets):
    brain = Brain(nets.network(9))
    recorder = Recorder(brain, max_spikes=4)
    brain.run(2, np.full(9, nets.FORCE), recorder)
    assert recorder.spikes[1].tolist() == [5, 6, 7, 8]
    assert recorder.dropped_spikes == 14


# ---- samples -------------------------------------------------------------------------------------
def test_weights_and_voltages_are_sampled_at_their_intervals(nets):
    net = nets.random_network(1)
    brain, twin = Brain(net), Brain(net)
    recorder = Recorder(brain, weights=[5, 0, 7], weights_every=10, voltages=[2, 1], voltages_every=3)
    brain.run(31, None, recorder)
    weights, voltages = {}, {}
    for tick in range(31):
        twin.tick()
        weights[tick], voltages[tick] = twin.weights[[5, 0, 7]], twin.v[[2, 1]].copy()
    ticks, found = recorder.weights
    assert ticks.tolist() == [0, 10, 20, 30]
    np.testing.assert_array_equal(found, [weights[t] for t in ticks])
    ticks, found = recorder.voltages
    assert ticks.tolist() == list(range(0, 31, 3))
    np.testing.assert_array_equal(found, [voltages[t] for t in ticks])


def test_samples_beyond_the_limit_replace_the_oldest(nets):
    brain = Brain(nets.random_network(1))
    recorder = Recorder(brain, weights=[0], weights_every=1, voltages=[0], max_samples=4)
    brain.run(10, None, recorder)
    assert recorder.weights[0].tolist() == recorder.voltages[0].tolist() == [6, 7, 8, 9]
    assert recorder.voltages[1][-1, 0] == brain.v[0]


def test_recording_changes_nothing(nets):
    net = nets.random_network(1, noise=1.0)
    recording_agent, alone = Brain(net), Brain(net)
    recording_agent.run(100, None, Recorder(recording_agent, weights=[0, 1], voltages=[0]))
    for _ in range(100):
        alone.tick()
    np.testing.assert_array_equal(recording_agent.v, alone.v)


@pytest.mark.parametrize(
    ("own", "words"),
    [
        ({"weights": [3]}, r"weights\[0\] is 3; expected a whole number from 0 to 2"),
        ({"weights": [-1]}, r"weights\[0\] is -1; expected a whole number from 0 to 2"),
        ({"voltages": [0, 2]}, r"voltages\[1\] is 2; expected a whole number from 0 to 1"),
        ({"voltages": [-5]}, r"voltages\[0\] is -5; expected"),
        ({"voltages": [0.5]}, r"voltages\[0\] is 0.5; expected a whole number"),
        ({"weights_every": 0}, r"weights_every is 0; expected a whole number of at least 1"),
        ({"voltages_every": -1}, r"voltages_every is -1; expected a whole number of at least 1"),
        ({"max_spikes": 0}, r"max_spikes is 0; expected a whole number of at least 1"),
        ({"max_samples": 0}, r"max_samples is 0; expected a whole number of at least 1"),
    ],
)
def test_bad_arguments_are_refused_in_one_line(nets, own, words):
    brain = Brain(nets.network(2, [{}, {}, {}]))
    with pytest.raises(InputError, match=words) as caught:
        Recorder(brain, **own)
    assert "\n" not in str(caught.value)
