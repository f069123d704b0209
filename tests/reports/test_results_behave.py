"""Every result has a short text, a table for notebooks, a frame, JSON and a plot, with the same numbers."""

from __future__ import annotations

import builtins
import json
from dataclasses import replace

import numpy as np
import pytest

import spikeworm_env as sw
from spikeworm_env.engine.recorder import Recorder
from spikeworm_env.errors import InputError
from spikeworm_env.experiments.ablation.ablate import ablate
from spikeworm_env.experiments.learning.starting_brain import find_starting_brain
from spikeworm_env.experiments.learning.training import Training, TrainingConfig
from spikeworm_env.frames import MOST_ROWS, figure, html_table
from spikeworm_env.reports.study_tables import write_tables
from spikeworm_env.trials.task import Trial

pytest.importorskip("pandas")
pyplot = pytest.importorskip("matplotlib.pyplot")
SHORT = Trial("short", duration_s=1.0)
RECORDED = ("trial", "recording", "recorder", "compiled", "brain")
RESULTS = (*RECORDED, "comparison", "ablation", "study", "training")


@pytest.fixture(scope="module")
def compiled():
    return sw.compile_recipe("crawler_v1")


@pytest.fixture(scope="module")
def trial(compiled):
    return sw.run_trial(compiled, SHORT, seed=4, record=["spikes", "v:head", "w:klinotaxis -> head"])


@pytest.fixture(scope="module")
def recording(trial):
    return trial.recording


@pytest.fixture(scope="module")
def recorder(compiled):
    brain = sw.Brain(compiled, seed=2)
    found = Recorder(brain, voltages="klinotaxis", weights="pirouette -> head", every=10)
    brain.on_tick = found.observe
    brain.advance(300)
    return found


@pytest.fixture(scope="module")
def brain(recorder):
    return recorder.brain


@pytest.fixture(scope="module")
def comparison():
    return sw.compare(["crawl", "klinotaxis"], trials=3, trial=SHORT, controls="shuffled", jobs=1)


@pytest.fixture(scope="module")
def ablation():
    brief = {"chemotaxis": {"seconds": 1.0}}
    lesions = ["klinotaxis->head", "pirouette->head"]
    return ablate("crawler_v1", lesions, "chemotaxis", 3, 0, settings=brief, jobs=1)


@pytest.fixture(scope="module")
def study(short):
    return short()


@pytest.fixture(scope="module")
def training(recipe_path, episode, tmp_path_factory):
    file = tmp_path_factory.mktemp("training") / "brain.db"
    config = TrainingConfig(replace(episode, duration_s=1.0), frame_skip=10, tests=2)
    with Training(find_starting_brain(str(recipe_path), 42), config, file) as found:
        for _ in found.run(2):
            pass
    return found


@pytest.fixture(params=RESULTS)
def result(request):
    return request.getfixturevalue(request.param)


# ---- all results --------------------------------------------------------------------------------------
def test_a_text_is_short(result):
    assert len(repr(result)) < 400 and "\n" not in repr(result)


def test_a_table_for_notebooks_is_whole_and_small(result):
    text = result._repr_html_()
    assert len(text) < 20_000 and text.count("<table") == text.count("</table") == 1
    assert text.count("<tr>") > 1


def test_json_is_equal_after_reading(result):
    found = result.to_json()
    assert json.loads(json.dumps(found, allow_nan=False)) == found


def test_a_plot_is_drawn_on_the_axes_given_and_leaves_others_alone(result):
    figure, (first, second) = pyplot.subplots(1, 2)
    assert result.plot(ax=second) is second
    assert second.has_data() and (second.get_title() or second.get_title("left")) and not first.has_data()
    figure.canvas.draw()
    pyplot.close(figure)


def test_a_plot_without_axes_has_a_figure_of_its_own(result):
    before = pyplot.get_fignums()
    axes = result.plot()
    assert pyplot.get_fignums() == [*before, axes.figure.number]
    axes.figure.canvas.draw()
    pyplot.close(axes.figure)


@pytest.mark.parametrize(
    ("library", "method"), [("pandas", "to_frame"), ("matplotlib", "plot")], ids=["frame", "plot"]
)
def test_without_the_library_the_error_names_the_extra(result, library, method, monkeypatch):
    extra = {"pandas": "pandas", "matplotlib": "report"}[library]
    imported = builtins.__import__

    def without(name, *arguments, **options):
        if name.partition(".")[0] == library:
            raise ImportError(name)
        return imported(name, *arguments, **options)

    monkeypatch.setattr(builtins, "__import__", without)
    monkeypatch.setattr("spikeworm_env.plotting.importlib.import_module", without)
    with pytest.raises(InputError, match=rf"pip install .?spikeworm\[{extra}\]"):
        getattr(result, method)()


def test_names_in_tables_are_escaped(trial, ablation):
    tables = [
        replace(trial, agent="<b>worm</b>")._repr_html_(),
        replace(ablation, brain="<b>brain</b>")._repr_html_(),
        html_table("<b>", ["<b>"], [["<b>"]], ["<b>"]),
    ]
    assert not any("<b>" in table for table in tables)


def test_a_long_table_says_how_many_rows_it_leaves_out():
    text = html_table("", ["row"], [[k] for k in range(MOST_ROWS + 7)])
    assert text.count("<td>") == MOST_ROWS and "7 more rows" in text


# ---- brains -------------------------------------------------------------------------------------------
def test_frames_of_a_living_brain_have_the_present_weights_and_voltages(compiled):
    brain = sw.Brain(compiled, seed=2)
    brain.advance(50)
    brain.set_weights(brain.synapses("klinotaxis -> head"), 7.5)
    neurons, synapses = brain.to_frame(), brain.to_frame("synapses")
    np.testing.assert_array_equal(neurons["v_mv"], brain.v)
    np.testing.assert_array_equal(synapses["weight"], brain.weights)
    changed = synapses["weight"] != compiled.to_frame("synapses")["weight"]
    assert set(synapses.loc[changed, "source_component"]) == {"klinotaxis"}
    np.testing.assert_array_equal(synapses["delay_ms"], brain.network.delay)


def test_frames_name_the_terminals_and_the_ends_of_synapses(compiled):
    neurons, synapses = compiled.to_frame(), compiled.to_frame("synapses")
    for name, ids in compiled.terminals.items():
        component, _, terminal = name.partition(".")
        inside = neurons["terminals"].map(lambda each, name=terminal: name in each.split(", "))
        own = neurons[(neurons["component"] == component) & inside]
        assert own["neuron"].tolist() == sorted(ids.tolist())
    for end in ("source", "target"):
        for column in ("component", "label"):
            of_end = neurons[column].to_numpy()[synapses[end]]
            assert (synapses[f"{end}_{column}"] == of_end).all()


def test_a_brain_of_a_network_alone_has_frames_without_names(compiled):
    brain = sw.Brain(compiled.network)
    assert brain.to_frame().columns.tolist() == ["neuron", "type", "background", "noise_sd", "v_mv"]
    np.testing.assert_array_equal(brain.to_frame("synapses")["weight"], compiled.network.weight)
    assert "Brain" in brain._repr_html_()
    with pytest.raises(InputError, match="network alone"):
        brain.to_frame("components")


def test_components_of_a_brain_add_up_to_its_neurons(compiled):
    assert compiled.to_frame("components")["neurons"].sum() == compiled.network.n_neurons


# ---- recordings ---------------------------------------------------------------------------------------
def test_frames_of_a_recording_have_its_spikes_voltages_and_weights(recording):
    times, neurons = recording.spikes()
    spikes = recording.to_frame()
    np.testing.assert_array_equal(spikes[["time_s", "neuron"]], np.column_stack([times, neurons]))
    times, rows = recording.voltages("head.dorsal_in")
    wide = recording.to_frame("voltages").pivot(index="time_s", columns="neuron", values="v_mv")
    np.testing.assert_array_equal(wide[recording.compiled.ids("head.dorsal_in")], rows)
    np.testing.assert_array_equal(wide.index, times)
    wide = recording.to_frame("weights").pivot(index="time_s", columns="synapse", values="weight")
    np.testing.assert_array_equal(wide, recording.weights()[1])


def test_frames_of_a_recorder_have_its_ticks_and_samples(recorder):
    spikes, (ticks, rows) = recorder.to_frame(), recorder.voltages
    np.testing.assert_array_equal(spikes[["tick", "neuron"]], np.column_stack(recorder.spikes))
    wide = recorder.to_frame("voltages").pivot(index="tick", columns="neuron", values="v_mv")
    np.testing.assert_array_equal(wide[recorder.neurons], rows)
    np.testing.assert_array_equal(wide.index, ticks)


def test_json_of_a_recording_counts_its_spikes(recording, recorder):
    for each in (recording.to_json(), recorder.to_json()):
        assert sum(each["spikes_by_component"].values()) == each["spikes"] > 0
    assert recorder.to_json()["spikes"] == recorder.spike_counts().sum()
    assert recording.to_json()["voltages"]["neurons"] == recording.compiled.ids("head").tolist()


def test_what_was_not_recorded_has_no_frame_and_no_plot(compiled):
    recording = sw.run_trial(compiled, SHORT, seed=4, record=["v:klinotaxis"]).recording
    assert "v_mv" in recording.to_frame().columns
    for method in (recording.to_frame, recording.plot):
        with pytest.raises(InputError, match="spikes are not recorded"):
            method(of="spikes")
        with pytest.raises(InputError, match=r"unknown content 'spike'.*spikes"):
            method(of="spike")


def test_voltages_and_weights_are_drawn_as_lines_or_an_image(recording, recorder):
    lines = recorder.plot(of="weights")
    assert len(recorder.synapses) > 8 and len(lines.images) == 1
    image = recording.plot(of="voltages").images[0]
    np.testing.assert_array_equal(image.get_array(), recording.voltages()[1].T)
    few = Recorder(recorder.brain, voltages=[3, 200])
    few.observe(np.empty(0, np.int64))
    assert [line.get_ydata().tolist() for line in few.plot(of="voltages").lines] == few.voltages[1].T.tolist()
    pyplot.close("all")


# ---- experiments --------------------------------------------------------------------------------------
def test_a_plotted_path_is_the_path_of_the_head(trial):
    axes = trial.plot()
    drawn = next(line for line in axes.lines if line.get_label() == "head")
    np.testing.assert_array_equal(drawn.get_xydata(), trial.path)
    pyplot.close(axes.figure)


def test_json_of_a_trial_has_its_indices(trial):
    found = trial.to_json()
    assert [found[name] for name in ("ci_time", "ci_net", "ci_clipped")] == [
        trial.ci_time, trial.ci_net, trial.ci_clipped,
    ]  # fmt: skip


def test_rows_of_a_comparison_name_agent_and_control(comparison):
    found = comparison.to_frame()
    assert len(found) == sum(map(len, comparison.results.values()))
    for row, summary in comparison.summaries.items():
        own = found[found["row"] == row]
        assert own["ci_time"].mean() == pytest.approx(summary.ci_time.mean)
        assert row.startswith(own["agent"].iloc[0]) and own["control"].isna().all()
        assert figure(summary.ci_time.mean) in comparison._repr_html_()


def test_every_row_and_trial_of_a_comparison_is_plotted(comparison):
    axes = comparison.plot()
    names = [label.get_text() for label in axes.get_yticklabels()]
    assert names == [*comparison.summaries, "oracle"]
    dots = [line.get_xdata().tolist() for line in axes.lines if len(line.get_xdata()) == 3]
    assert dots == [[each.ci_time for each in comparison.results[name]] for name in names]
    pyplot.close(axes.figure)


def test_every_effect_of_an_ablation_has_a_row_and_a_cell(ablation):
    found = ablation.to_frame()
    assert found["dz"].replace(np.nan, None).tolist() == [effect.dz for effect in ablation.effects]
    assert ablation._repr_html_().count("<tr>") == len(ablation.effects) + 1
    axes = ablation.plot()
    assert [label.get_text() for label in axes.get_yticklabels()] == list(ablation.synapses)
    cells = [text.get_text().rstrip("*") for text in axes.texts]
    assert cells == [figure(effect.dz, 1) for effect in ablation.effects]
    pyplot.close(axes.figure)


def test_frames_of_a_study_have_the_rows_of_its_files(study, tmp_path):
    import pandas as pd

    write_tables(study, tmp_path)
    for name, of in (("tests", "evaluations"), ("episodes", "episodes"), ("weights", "weights")):
        frame, file = study.to_frame(of), pd.read_csv(tmp_path / f"{name}.csv")
        assert frame.columns.tolist() == file.columns.tolist() and len(frame) == len(file) > 0
        assert frame["brain_seed"].tolist() == file["brain_seed"].tolist()


def test_a_plotted_study_has_a_labelled_curve_for_every_condition(study):
    axes = study.plot()
    drawn = {line.get_label(): list(line.get_ydata()) for line in axes.lines}
    for outcome in study.outcomes:
        curve = drawn[outcome.condition.replace("_", " ")]
        assert curve == [score.ci_net.mean for score in outcome.scores]
    labels = [text.get_text() for text in axes.get_legend().get_texts()]
    assert labels[:-1] == [outcome.condition.replace("_", " ") for outcome in study.outcomes]
    pyplot.close(axes.figure)


def test_frames_of_a_training_have_every_episode_and_evaluation(training):
    assert training.to_frame()["ci_net"].tolist() == [each.ci_net for each in training.compiled.episodes]
    assert len(training.to_frame("evaluations")) == len(training.evaluations)
    assert [each["number"] for each in training.to_json()["episodes"]] == [1, 2]
