"""Every shipped block and brain can be drawn, and a file appears whole or not at all."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from spikeworm_env.compiler import compile_recipe
from spikeworm_env.compiler.library import block_names, recipe_names
from spikeworm_env.compiler.recipe_source import read_block
from spikeworm_env.errors import InputError
from spikeworm_env.reports.figure_style import save_figure
from spikeworm_env.reports.figures.activity import activity_figure
from spikeworm_env.reports.figures.circuit import circuit_figure
from spikeworm_env.reports.figures.connectivity import connectivity, connectivity_figure
from spikeworm_env.reports.figures.degrees import degree_figure
from spikeworm_env.reports.figures.layers import layer_figure
from spikeworm_env.trials.activity import Spikes, trial_spikes
from spikeworm_env.trials.task import find_trial


@pytest.mark.parametrize("block", block_names())
def test_every_block_has_a_circuit_with_all_its_names(block: str, tmp_path: Path) -> None:
    read = read_block(block_names()[block])
    figure = circuit_figure(read)
    written = " ".join(text.get_text() for text in figure.axes[0].texts)
    for name in [neuron.id for neuron in read.neurons] + [*read.terminals.inputs, *read.terminals.outputs]:
        assert name in written
    save_figure(figure, tmp_path / "circuit.png")
    assert [file.name for file in tmp_path.iterdir()] == ["circuit.png"]
    with Image.open(tmp_path / "circuit.png") as picture:
        assert picture.format == "PNG" and picture.width > 500


@pytest.mark.parametrize("recipe", recipe_names())
def test_every_recipe_can_be_drawn(recipe: str, tmp_path: Path) -> None:
    compiled = compile_recipe(recipe)
    for draw in (layer_figure, connectivity_figure, degree_figure):
        save_figure(draw(compiled), tmp_path / "picture.png")
    assert connectivity(compiled).sum() == compiled.network.n_synapses


@pytest.mark.parametrize(("recipe", "first"), [("crawler_v1", "head (motor)"), ("kitchen_sink", "motor")])
def test_many_components_are_coloured_by_layer(recipe: str, first: str) -> None:
    labels = [text.get_text() for text in layer_figure(compile_recipe(recipe)).legends[0].get_texts()]
    assert labels[0] == first
    assert len(labels) == len(set(labels)) <= 8


def test_a_silent_brain_can_be_drawn(tmp_path: Path) -> None:
    compiled = compile_recipe("crawler_v1")
    none = np.empty(0, np.int64)
    save_figure(activity_figure(compiled, Spikes(none, none, 1.0)), tmp_path / "activity.png")


def test_a_raster_omits_only_hidden_marks() -> None:
    compiled, rng = compile_recipe("crawler_v1"), np.random.default_rng(0)
    ticks = np.sort(rng.integers(0, 20_000, 500_000))
    neurons = rng.integers(0, compiled.network.n_neurons, ticks.size)
    raster = activity_figure(compiled, Spikes(ticks, neurons, 20.0)).axes[0]
    x, y = np.concatenate([line.get_xydata() for line in raster.lines if line.get_marker() == "|"]).T
    assert x.size < ticks.size
    assert set(zip(x, y, strict=True)) <= set(zip(ticks / 1000, neurons, strict=True))
    for neuron in (0, 100, 200):  # every spike has a mark of the same neuron within 20 s / 2000
        marks, spikes = np.sort(x[y == neuron]), ticks[neurons == neuron] / 1000
        after = np.searchsorted(marks, spikes).clip(max=marks.size - 1)
        assert (marks[after] - spikes).max() <= 0.01


def test_spikes_of_a_trial_lie_within_it_and_repeat() -> None:
    compiled, trial = compile_recipe("crawler_v1"), find_trial("default").with_changes(duration_s=0.2)
    first, again = trial_spikes(compiled, trial, 3), trial_spikes(compiled, trial, 3)
    assert first.seconds == 0.2
    assert first.ticks.size > 0 and 0 <= first.ticks.min() <= first.ticks.max() < 200
    assert np.array_equal(first.ticks, again.ticks) and np.array_equal(first.neurons, again.neurons)


def test_without_matplotlib_the_error_names_the_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "matplotlib.figure", None)
    compiled, block = compile_recipe("crawler_v1"), read_block(block_names()["motor_segment"])
    none = np.empty(0, np.int64)
    for draw in (
        lambda: circuit_figure(block),
        lambda: layer_figure(compiled),
        lambda: connectivity_figure(compiled),
        lambda: degree_figure(compiled),
        lambda: activity_figure(compiled, Spikes(none, none, 1.0)),
    ):
        with pytest.raises(InputError, match=r"pip install spikeworm\[report\]"):
            draw()


@pytest.mark.parametrize(
    "block", ["motor_segment", "pirouette_command", "lateral_inhibition", "klinotaxis_sensor"]
)
def test_circuits_keep_their_style(block: str, assert_style_kept: Callable) -> None:
    assert_style_kept(f"circuit {block}", circuit_figure(read_block(block_names()[block])))


def test_brain_figures_keep_their_style(assert_style_kept: Callable) -> None:
    compiled = compile_recipe("kitchen_sink")
    for draw in (layer_figure, connectivity_figure, degree_figure):
        assert_style_kept(draw.__name__, draw(compiled))
    ticks = np.arange(0, 2000, 10)
    spikes = Spikes(ticks, ticks % compiled.network.n_neurons, 2.0)
    assert_style_kept("activity_figure", activity_figure(compiled, spikes))
