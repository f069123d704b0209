"""Every shipped block and brain can be drawn, and a file appears whole or not at all."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from matplotlib.patches import FancyArrowPatch
from PIL import Image

from spikeworm_env.compiler import compile_recipe
from spikeworm_env.compiler.library import block_names, recipe_names
from spikeworm_env.compiler.recipe_source import read_block
from spikeworm_env.errors import InputError
from spikeworm_env.reports.figure_style import save_figure
from spikeworm_env.reports.figures._kinds import STYLES, arrows
from spikeworm_env.reports.figures.activity import activity_figure
from spikeworm_env.reports.figures.circuit import circuit_figure
from spikeworm_env.reports.figures.connectivity import connectivity, connectivity_figure
from spikeworm_env.reports.figures.degrees import degree_figure
from spikeworm_env.reports.figures.layers import layer_figure
from spikeworm_env.reports.figures.wiring import wiring_figure
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
    for draw in (layer_figure, connectivity_figure, degree_figure, wiring_figure):
        save_figure(draw(compiled), tmp_path / "picture.png")
    assert connectivity(compiled).sum() == compiled.network.n_synapses


@pytest.mark.parametrize("recipe", ["crawler_v1", "kitchen_sink"])
def test_every_layer_and_every_component_has_its_name(recipe: str) -> None:
    compiled = compile_recipe(recipe)
    rows = layer_figure(compiled).axes
    layers = [axes.get_ylabel().partition("\n")[0] for axes in rows]
    assert layers == list(dict.fromkeys(part.layer or "no layer" for part in compiled.components))
    written = [text.get_text() for axes in rows for text in axes.texts]
    assert sorted(written) == sorted(part.name for part in compiled.components)


def test_a_band_of_the_raster_has_its_name_in_its_middle() -> None:
    compiled = compile_recipe("kitchen_sink")
    raster, _bars = activity_figure(compiled, Spikes(*np.zeros((2, 1), np.int64), 1.0)).axes
    labels = [label.get_text() for label in raster.get_yticklabels()]
    assert labels == [f"{part.name} ({part.count * part.size})" for part in compiled.components]
    at = raster.get_yticks()
    assert compiled.component[at.round().astype(int)].tolist() == list(range(len(labels)))
    pixels = raster.transData.transform(np.column_stack((np.zeros_like(at), at)))[:, 1]
    least = raster.get_window_extent().height / len(labels) / 2  # half of the mean height of a band
    assert (np.diff(pixels[::-1]) > least - 1e-6).all()


def test_cells_of_the_connectivity_say_sign_and_number() -> None:
    compiled = compile_recipe("kitchen_sink")
    found = arrows(compiled)
    assert {each.kind for each in found} >= {"excites", "inhibits", "excites, learns", "electrical"}
    axes = connectivity_figure(compiled).axes[0]
    written = sorted(text.get_text() for text in axes.texts)
    assert written == sorted(f"{STYLES[each.kind].mark}{each.synapses}" for each in found)
    assert sum(each.synapses for each in found) == compiled.network.n_synapses


def test_kinds_of_connections_differ_without_colours() -> None:
    assert len({(str(style.line), style.tip) for style in STYLES.values()}) == len(STYLES)
    assert len({style.mark for style in STYLES.values()}) == len(STYLES)


@pytest.mark.parametrize("recipe", ["minimal", "crawler_v1", "learner_v1", "kitchen_sink"])
def test_a_wiring_graph_has_every_component_and_every_arrow(recipe: str) -> None:
    compiled = compile_recipe(recipe)
    figure = wiring_figure(compiled)
    written = [text.get_text() for text in figure.axes[0].texts]
    assert {part.name for part in compiled.components} <= set(written)
    drawn = [patch for patch in figure.axes[0].patches if isinstance(patch, FancyArrowPatch)]
    found = arrows(compiled)
    assert len(drawn) == sum(each.source != each.target for each in found)
    legend = " ".join(text.get_text() for text in figure.legends[0].get_texts())
    assert all(f"{STYLES[each.kind].mark} {each.kind} (" in legend for each in found)


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
        lambda: wiring_figure(compiled),
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
    for draw in (layer_figure, connectivity_figure, degree_figure, wiring_figure):
        assert_style_kept(draw.__name__, draw(compiled))
    ticks = np.arange(0, 2000, 10)
    spikes = Spikes(ticks, ticks % compiled.network.n_neurons, 2.0)
    assert_style_kept("activity_figure", activity_figure(compiled, spikes))
