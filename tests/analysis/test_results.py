"""Every result has a frame and a picture; the picture is drawn on the axes given."""

from __future__ import annotations

import numpy as np
import pytest

from spikeworm_env import analysis
from spikeworm_env.errors import InputError

pytest.importorskip("pandas")
matplotlib = pytest.importorskip("matplotlib")

RESULTS = {
    "spike_trains": lambda trial: analysis.spike_trains(trial, "head"),
    "spike_trains, all": analysis.spike_trains,
    "signal": lambda trial: analysis.signal(trial, "speed"),
    "firing_rates": lambda trial: analysis.firing_rates(trial, "head.dorsal_motor_0"),
    "firing_rates, all": analysis.firing_rates,
    "interspike_intervals": lambda trial: analysis.interspike_intervals(trial, "head"),
    "cross_correlogram": lambda trial: analysis.cross_correlogram(trial, "klinotaxis", "head", shuffles=5),
    "spike_triggered_average": lambda trial: analysis.spike_triggered_average(trial, "head", "speed"),
    "population_trajectory": lambda trial: analysis.population_trajectory(trial, "head"),
    "trajectory, flat": lambda trial: analysis.population_trajectory(trial, "head", components=2),
    "calcium": lambda trial: analysis.calcium(trial, "head"),
    "tuning_curve": lambda trial: analysis.tuning_curve(trial, "klinotaxis", "concentration"),
    "tuning_curve, few": lambda trial: analysis.tuning_curve(trial, "head.dorsal_motor_0", "bearing"),
}
ROWS = {
    "spike_trains": 32,
    "signal": 241,
    "interspike_intervals": 32,
    "cross_correlogram": 81,
    "spike_triggered_average": 41,
    "population_trajectory": 241,
    "calcium": 121 * 32,
    "tuning_curve": 10 * 10,
}


def test_every_function_of_the_room_has_its_result_here():
    functions = {name for name in analysis.__all__ if name[0].islower()}
    assert functions - {name.partition(",")[0] for name in RESULTS} == {"signals", "neo_segment"}


@pytest.mark.parametrize("name", RESULTS)
def test_results_become_frames_and_pictures(trial, name):
    from matplotlib.figure import Figure

    found = RESULTS[name](trial)
    frame = found.to_frame()
    assert len(frame) == ROWS.get(name, len(frame)) > 0
    figure = Figure()
    solid = "projection" if name == "population_trajectory" else None
    ax = figure.add_subplot(projection="3d" if solid else None)
    assert found.plot(ax) is ax
    assert ax.has_data()
    assert ax.get_xlabel()
    figure.canvas.draw()


def test_a_picture_without_axes_gets_new_ones(trial):
    import matplotlib.pyplot as plt

    ax = analysis.signal(trial, "speed").plot()
    solid = analysis.population_trajectory(trial, "head").plot(colour=analysis.signal(trial, "bearing"))
    assert ax.figure is not solid.figure
    assert hasattr(solid, "zaxis") and not hasattr(ax, "zaxis")
    plt.close("all")


def test_the_colour_of_a_trajectory_is_the_signal(trial):
    from matplotlib.figure import Figure

    bending = analysis.signal(trial, "head_bending")
    ax = Figure().add_subplot()
    analysis.population_trajectory(trial, "head").plot(ax, colour=bending)
    middles = (bending.values[1:] + bending.values[:-1]) / 2
    np.testing.assert_allclose(ax.collections[0].get_array(), middles)


def test_frames_hold_the_numbers(trial):
    rates = analysis.firing_rates(trial, "head")
    wide = rates.to_frame().pivot(index="time_s", columns="neuron", values="rate_hz")
    np.testing.assert_array_equal(wide.to_numpy(), rates.values)
    tuning = analysis.tuning_curve(trial, "klinotaxis", "concentration")
    rows = tuning.to_frame()
    np.testing.assert_array_equal(rows[rows["neuron"] == tuning.ids[3]]["rate_hz"], tuning.rate_hz[3])


@pytest.mark.parametrize("name", ["signal", "population_trajectory"])
def test_without_matplotlib_a_picture_is_refused_with_what_to_install(trial, name, monkeypatch):
    found = RESULTS[name](trial)

    def without(name, *arguments, **options):
        raise ImportError(name)

    monkeypatch.setattr("spikeworm_env.plotting.importlib.import_module", without)
    with pytest.raises(InputError, match=r"spikeworm\[report\]"):
        found.plot()
