"""Results as frames, short texts and tables for notebooks."""

from __future__ import annotations

import builtins
import json

import numpy as np
import pytest

import spikeworm_env as sw
from spikeworm_env.errors import InputError
from spikeworm_env.frames import figure
from spikeworm_env.trials.task import Trial

pytest.importorskip("pandas")
SHORT = Trial("short", duration_s=2.0)


@pytest.fixture(scope="module")
def compiled():
    return sw.compile_recipe("crawler_v1")


@pytest.fixture(scope="module")
def trial(compiled):
    return sw.run_trial(compiled, SHORT, seed=4, record=["spikes"])


@pytest.fixture(scope="module")
def comparison():
    return sw.compare(["crawl", "klinotaxis"], trials=3, trial=SHORT, controls="none", jobs=1)


def test_frame_of_a_trial_has_a_row_for_every_sample(trial):
    found = trial.to_frame()
    assert len(found) == len(trial.path) and found["time_s"].iloc[-1] == pytest.approx(2.0)
    assert np.allclose(np.diff(found["time_s"])[:-1], trial.sample_s)
    np.testing.assert_array_equal(found[["head_x_bl", "head_y_bl"]], trial.path)
    np.testing.assert_array_equal(found["joint_22_rad"], trial.posture[:, 22])


def test_frame_of_a_comparison_has_a_row_for_every_trial(comparison):
    found = comparison.to_frame()
    assert len(found) == sum(map(len, comparison.results.values()))
    mean = found.groupby("row")["ci_time"].mean()
    for name, row in comparison.summaries.items():
        assert mean[name] == pytest.approx(row.ci_time.mean)
    assert set(found["trial_seed"]) == set(comparison.trial_seeds)


def test_frame_of_a_recording_names_the_neuron_of_every_spike(trial, compiled):
    found = trial.recording.to_frame()
    times, neurons = trial.recording.spikes()
    np.testing.assert_array_equal(found["time_s"], times)
    head = found[found["component"] == "head"]
    assert set(head["neuron"]) == set(neurons) & set(compiled.ids("head").tolist())


def test_frames_of_a_brain_have_its_neurons_and_synapses(compiled):
    neurons, synapses = compiled.to_frame(), compiled.to_frame("synapses")
    assert len(neurons) == compiled.network.n_neurons and len(synapses) == compiled.network.n_synapses
    head = neurons[neurons["component"] == "head"]["neuron"]
    assert head.tolist() == compiled.ids("head").tolist()
    between = synapses[
        (synapses["source_component"] == "klinotaxis") & (synapses["target_component"] == "head")
    ]
    assert between["synapse"].tolist() == compiled.synapses("klinotaxis -> head").tolist()
    assert between["weight"].sum() == pytest.approx(compiled.matrix(source="klinotaxis", target="head").sum())
    with pytest.raises(InputError, match="unknown table 'weights'"):
        compiled.to_frame("weights")


def test_without_pandas_a_frame_is_refused_with_what_to_install(compiled, monkeypatch):
    imported = builtins.__import__

    def without(name, *arguments, **options):
        if name == "pandas":
            raise ImportError(name)
        return imported(name, *arguments, **options)

    monkeypatch.setattr(builtins, "__import__", without)
    with pytest.raises(InputError, match=r"spikeworm\[pandas\]"):
        compiled.to_frame()


def test_texts_and_tables_are_short_and_show_the_figures(trial, comparison, compiled):
    for each in (trial, comparison, compiled):
        assert len(repr(each)) < 300 and "\n" not in repr(each)
        assert len(each._repr_html_()) < 20_000
    assert len(repr(trial.recording)) < 300
    assert f"{trial.ci_time:.3g}" in trial._repr_html_()
    for row in comparison.summaries.values():
        assert figure(row.ci_time.mean) in comparison._repr_html_()


def test_names_in_tables_are_escaped(trial):
    from dataclasses import replace

    assert "<b>" not in replace(trial, agent="<b>worm</b>")._repr_html_()


def test_json_of_a_comparison_is_json(comparison):
    assert json.loads(json.dumps(comparison.to_json()))["agents"].keys() == comparison.summaries.keys()
