"""The figures of the page on the engine about rates and rheobase, computed without the engine and with it."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from spikeworm_env.engine.brain import Brain
from spikeworm_env.engine.neurons import NEURON_TYPES

PAGE = Path(__file__).parents[2] / "docs" / "engine.md"
PRESETS = {  # a, b, c, d of Izhikevich 2003, figure 2
    "RS": (0.02, 0.2, -65.0, 8.0),
    "FS": (0.1, 0.2, -65.0, 2.0),
    "IB": (0.02, 0.2, -55.0, 4.0),
    "CH": (0.02, 0.2, -50.0, 2.0),
    "LTS": (0.02, 0.25, -65.0, 2.0),
}
DRIVE, SECOND_MS = 10.0, 1000
RUNGE_KUTTA_MV, RUNGE_KUTTA_MS = 0.5, 0.05  # largest change of v and largest duration of a step

Cell = tuple[float, float, float, float]


def table(heading: str) -> list[list[str]]:
    """Cells of the first table under a heading of the page, header included."""
    section = PAGE.read_text(encoding="utf-8").split(f"\n### {heading}\n")[1]
    lines = re.search(r"(?:^\|.*\|\n)+", section, re.MULTILINE)[0].splitlines()
    return [[cell.strip(" `") for cell in line.strip("|").split("|")] for line in [lines[0], *lines[2:]]]


def euler_spikes(cell: Cell, v_max: float) -> int:
    """Spikes with two half steps of v and one step of u in each ms."""
    a, b, c, d = cell
    v, u, spikes = -65.0, -65.0 * b, 0
    for _ in range(SECOND_MS):
        for _ in range(2):
            v = min(v + 0.5 * (0.04 * v * v + 5 * v + 140 - u + DRIVE), v_max)
        u += a * (b * v - u)
        if v >= 30:
            v, u, spikes = c, u + d, spikes + 1
    return spikes


def exact_spikes(cell: Cell) -> int:
    """Spikes of the equation itself, by the Runge–Kutta method of fourth order with short steps."""
    a, b, c, d = cell
    v, u, t, spikes = -65.0, -65.0 * b, 0.0, 0

    def slope(v: float, u: float) -> tuple[float, float]:
        return 0.04 * v * v + 5 * v + 140 - u + DRIVE, a * (b * v - u)

    while t < SECOND_MS:
        v1, u1 = slope(v, u)
        h = min(RUNGE_KUTTA_MS, RUNGE_KUTTA_MV / max(abs(v1), 1e-9))
        v2, u2 = slope(v + h / 2 * v1, u + h / 2 * u1)
        v3, u3 = slope(v + h / 2 * v2, u + h / 2 * u2)
        v4, u4 = slope(v + h * v3, u + h * u3)
        v, u, t = v + h / 6 * (v1 + 2 * v2 + 2 * v3 + v4), u + h / 6 * (u1 + 2 * u2 + 2 * u3 + u4), t + h
        if v >= 30:
            v, u, spikes = c, u + d, spikes + 1
    return spikes


METHODS: tuple[Callable[[Cell], int], ...] = (
    lambda cell: euler_spikes(cell, v_max=35.0),
    lambda cell: euler_spikes(cell, v_max=np.inf),
    exact_spikes,
)


def test_page_counts_the_spikes_of_every_computation():
    header, *rows = table("What the bound on v changes")
    assert header[1:] == list(PRESETS)
    assert [[int(count) for count in row[1:]] for row in rows] == [
        [method(cell) for cell in PRESETS.values()] for method in METHODS
    ]


def test_engine_fires_as_often_as_the_page_says(nets):
    header, *models = table("What the bound on v changes")[:3]
    brain = Brain(nets.network(list(NEURON_TYPES)))
    spikes = dict(zip(NEURON_TYPES, brain.advance(SECOND_MS, np.full(brain.n_neurons, DRIVE)), strict=True))
    for row, suffix in zip(models, ("", "_2003"), strict=True):
        assert [spikes[f"{name}{suffix}"] for name in header[1:]] == [int(count) for count in row[1:]]


# ---- rheobase ---------------------------------------------------------------------------------------------
def hopf(a: float, b: float) -> tuple[float, float]:
    """(v, current) at which the trace of the linearised equation becomes positive."""
    v = (a - 5) / 0.08
    return v, -0.04 * v * v - (5 - b) * v - 140


def test_page_has_the_rheobase_of_every_preset():
    _, *rows = table("Rheobase")
    for name, v_mv, rheobase, saddle_node in rows:
        a, b, *_ = PRESETS[name]
        v, current = hopf(a, b)
        assert float(v_mv) == pytest.approx(v)
        assert float(rheobase) == pytest.approx(current, abs=0.005)
        assert float(saddle_node) == pytest.approx((5 - b) ** 2 / 0.16 - 140, abs=0.005)
    assert [row[0] for row in rows] == list(PRESETS)


def test_resting_point_loses_stability_by_a_hopf_bifurcation():
    for a, b, *_ in PRESETS.values():
        v, _ = hopf(a, b)
        pair = np.linalg.eigvals([[0.08 * v + 5, -1], [a * b, -a]])
        np.testing.assert_allclose(pair.real, 0, atol=1e-12)
        assert abs(pair.imag).min() > 0.05  # a pair that is not real crosses the axis


@pytest.mark.parametrize(("name", "current"), [("RS", 3.798), ("FS", 3.947), ("LTS", 0.686)])
def test_neuron_near_rest_fires_only_above_its_rheobase(nets, name, current):
    """The page's current of the engine's steps, from 0.01 mV beside the resting point."""
    b = PRESETS[name][1]
    for side, fires in ((-0.004, False), (0.004, True)):
        resting = current + side
        v = (b - 5 - np.sqrt((5 - b) ** 2 - 0.16 * (140 + resting))) / 0.08
        brain = Brain(nets.network([name]))
        brain.restore(
            {**brain.state(), "neurons.v": np.array([v + 0.01]), "neurons.izhikevich.u": np.array([b * v])}
        )
        assert (brain.advance(20_000, np.array([resting]))[0] > 0) == fires


def test_firing_neuron_continues_below_its_rheobase(nets):
    """Subcritical: firing and rest are both stable just below the bifurcation."""
    for name, current in (("RS", 3.79), ("FS", 3.89), ("LTS", 0.67)):
        brain = Brain(nets.network([name]))
        brain.advance(500, np.array([10.0]))
        for lower in np.linspace(10.0, current, 60):
            brain.advance(100, np.array([lower]))
        assert brain.advance(5_000, np.array([current]))[0] > 10
        assert current < hopf(*PRESETS[name][:2])[1]


def test_strong_current_fires_a_neuron_in_every_tick(nets):
    brain = Brain(nets.network(list(PRESETS)))
    assert (brain.advance(SECOND_MS, np.full(len(PRESETS), 500.0)) == SECOND_MS).all()
