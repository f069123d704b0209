"""Recordings as segments of Neo: the same spikes, voltages and weights, with names."""

from __future__ import annotations

import builtins

import numpy as np
import pytest

import spikeworm_env as sw
from spikeworm_env.errors import InputError
from spikeworm_env.trials.task import Trial

neo = pytest.importorskip("neo", reason="needs the extra neo")


@pytest.fixture(scope="module")
def segment(trial):
    return trial.recording.to_neo()


def test_every_neuron_has_a_train_with_its_spikes_and_names(segment, trial, compiled):
    times, neurons = trial.recording.spikes()
    assert len(segment.spiketrains) == compiled.network.n_neurons
    for k, train in enumerate(segment.spiketrains):
        assert train.annotations["neuron"] == k
        np.testing.assert_array_equal(train.rescale("s").magnitude, times[neurons == k])
        component = compiled.components[compiled.component[k]].name
        assert train.annotations["component"] == component
        assert train.name == f"{component}.{compiled.label[k]}"
        assert (float(train.t_start), float(train.t_stop)) == (0.0, 12.0)


def test_voltages_are_a_signal_in_mv_with_a_channel_each_neuron(segment, trial, compiled):
    voltages, _ = segment.analogsignals
    _, rows = trial.recording.voltages("head")
    np.testing.assert_array_equal(voltages.rescale("mV").magnitude, rows)
    assert float(voltages.sampling_rate.rescale("Hz")) == pytest.approx(1000.0)
    assert voltages.array_annotations["neuron"].tolist() == compiled.ids("head").tolist()
    assert set(voltages.array_annotations["component"]) == {"head"}


def test_weights_are_a_signal_with_a_channel_each_synapse(segment, trial, compiled):
    _, weights = segment.analogsignals
    times, rows = trial.recording.weights()
    np.testing.assert_array_equal(weights.magnitude, rows)
    assert weights.times.rescale("s").magnitude == pytest.approx(times)
    index = compiled.synapses("klinotaxis -> head")
    assert weights.array_annotations["source"].tolist() == compiled.network.source[index].tolist()


def test_some_neurons_are_chosen_by_name(trial, compiled):
    chosen = trial.recording.to_neo("klinotaxis")
    assert [each.annotations["neuron"] for each in chosen.spiketrains] == compiled.ids("klinotaxis").tolist()
    assert [each.name for each in chosen.analogsignals] == ["weights"]


def test_what_was_not_recorded_is_absent(compiled):
    trial = sw.run_trial(compiled, Trial("short", duration_s=0.1), record="v:head")
    found = trial.recording.to_neo()
    assert len(found.spiketrains) == 0
    assert [each.name for each in found.analogsignals] == ["voltages"]


def test_a_segment_is_written_and_read_by_neo(segment, tmp_path):
    file = tmp_path / "spikes.pkl"
    neo.PickleIO(str(file)).write_block(_block(segment))
    read = neo.PickleIO(str(file)).read_block().segments[0]
    np.testing.assert_array_equal(read.spiketrains[3].magnitude, segment.spiketrains[3].magnitude)


def _block(segment):
    block = neo.Block()
    block.segments.append(segment)
    return block


def test_without_neo_a_segment_is_refused_with_what_to_install(trial, monkeypatch):
    imported = builtins.__import__

    def without(name, *arguments, **options):
        if name == "neo":
            raise ImportError(name)
        return imported(name, *arguments, **options)

    monkeypatch.setattr(builtins, "__import__", without)
    with pytest.raises(InputError, match=r"spikeworm\[neo\]"):
        trial.recording.to_neo()
