"""Pictures of a brain that has trained show all of it."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from spikeworm_env.compiler.training_record import Evaluation
from spikeworm_env.engine.network import pruned

pytest.importorskip("matplotlib", reason="needs the extra report")


def held_out(training, episode, seed, ci_net, seconds=3.0):
    return Evaluation(training, episode, "short", seconds, 10, "{}", False, seed, 0.0, ci_net)


@pytest.fixture
def adult(trained):
    learner, _ = trained(episodes=2)
    tests = tuple(held_out(1, episode, 10_000 + k, 0.1 * episode) for episode in (0, 1, 2) for k in (0, 1))
    return replace(learner.compiled, evaluations=tests)


def test_the_curve_has_a_point_for_each_episode_and_a_mean_for_each_evaluation(adult):
    from spikeworm_env.reports.figures.training_curve import curve_figure

    index = curve_figure(adult).axes[0]
    lines = {line.get_label(): line for line in index.get_lines()}
    assert lines["in the episode"].get_xdata().tolist() == [1, 2]
    assert lines["in the episode"].get_ydata().tolist() == [episode.ci_net for episode in adult.episodes]
    mean = lines["with learning off: mean, and each trial"]
    assert mean.get_xdata().tolist() == [0, 1, 2]
    assert mean.get_ydata().tolist() == pytest.approx([0.0, 0.1, 0.2])


def test_each_training_has_a_line_of_its_own(adult):
    from spikeworm_env.reports.figures.training_curve import curve_figure

    longer = [held_out(2, 2, 10_000, 0.8, seconds=9.0), held_out(2, 2, 10_001, 0.4, seconds=9.0)]
    index = curve_figure(replace(adult, evaluations=(*adult.evaluations, *longer))).axes[0]
    lines = {line.get_label(): line for line in index.get_lines()}
    first = lines["with learning off, training 1, short, 3 s: mean, and each trial"]
    second = lines["with learning off, training 2, short, 9 s: mean, and each trial"]
    assert first.get_ydata().tolist() == pytest.approx([0.0, 0.1, 0.2])
    assert (second.get_xdata().tolist(), second.get_ydata().tolist()) == ([2], pytest.approx([0.6]))
    assert first.get_marker() != second.get_marker()


def test_every_synapse_that_learns_is_a_dot_in_the_panel_of_its_origin(adult):
    from spikeworm_env.reports.figures.trained_weights import weights_figure

    panels = weights_figure(adult).axes
    assert [axes.get_title() for axes in panels] == [
        "0: left.cell_out\n→ up.cell_in",
        "1: right.cell_out\n→ down.cell_in",
        "2: left.cell_out\n→ down.cell_in",
        "3: right.cell_out\n→ up.cell_in",
    ]
    network = adult.network
    for index, axes in enumerate(panels):
        shown = np.concatenate([line.get_ydata() for line in axes.get_lines()[1:]])
        assert sorted(shown) == sorted(network.weight[adult.origin == index])


def test_pruned_synapses_are_counted(adult):
    from spikeworm_env.reports.figures.pruned_synapses import pruned_figure

    bars = pruned_figure(adult).axes[0]
    gone = int(pruned(adult.network).sum())
    assert [text.get_text() for text in bars.get_legend().get_texts()] == [
        f"alive: {32 - gone}",
        f"pruned: {gone}",
    ]


def test_an_untrained_brain_has_no_such_figures(starting_brain):
    from spikeworm_env.reports.figures.pruned_synapses import pruned_figure
    from spikeworm_env.reports.figures.trained_weights import weights_figure

    for draw in (weights_figure, pruned_figure):
        with pytest.raises(ValueError, match="expected a trained brain"):
            draw(starting_brain)


def test_the_figures_of_training_keep_their_style(adult, assert_style_kept):
    from spikeworm_env.reports.figures.pruned_synapses import pruned_figure
    from spikeworm_env.reports.figures.trained_weights import weights_figure
    from spikeworm_env.reports.figures.training_curve import curve_figure

    for draw in (curve_figure, weights_figure, pruned_figure):
        assert_style_kept(draw.__name__, draw(adult))


def test_fisher_information_is_reported_with_the_pruned_synapses(adult):
    from spikeworm_env.experiments.learning.weight_changes import changes_by_origin
    from spikeworm_env.lesions.pruning import coincidence_information, coincidence_rate, prunable
    from spikeworm_env.reports.figures.pruned_synapses import pruned_figure

    found, own = coincidence_information(adult.network), prunable(adult.network)
    states = adult.network.experience.persistent["developmental"]
    fired = states["source_spikes"] > 0
    rate = states["coincidences"][fired] / states["source_spikes"][fired]
    np.testing.assert_array_equal(found[own][fired], rate * (1 - rate))
    np.testing.assert_array_equal(coincidence_rate(adult.network)[own][fired], rate)
    assert np.isfinite(found).sum() == fired.sum() > 0
    known = found[np.isfinite(found)]
    reported = [row.fisher_information for row in changes_by_origin(adult)]
    assert any(value is not None for value in reported)
    assert all(value is None or 0 <= value <= known.max() for value in reported)
    alive = own[~pruned(adult.network)[own]]
    assert f"alive {np.nanmean(found[alive]):.3f}" in pruned_figure(adult).axes[1].get_title()
