"""gap_junction: ohmic current, equal and opposite, from the potentials before the tick."""

from __future__ import annotations

import numpy as np
import pytest

from spikeworm_env.engine.brain import Brain
from spikeworm_env.engine.synapses import SYNAPSE_TYPES


def potentials(nets, brain, start):
    """Let a brain's neurons stand at the given membrane potentials."""
    state = brain.state()
    state["neurons.v"] = np.array(start, dtype=np.float64)
    brain.restore(state)


def currents(nets, start, junctions):
    """(n,) current into METERs that stand at ``start``, in one tick."""
    brain = Brain(nets.network(["METER"] * len(start), junctions))
    potentials(nets, brain, start)
    brain.tick()
    return np.array([nets.current_into(a, b) for a, b in zip(start, brain.v, strict=True)])


@pytest.mark.parametrize(
    ("v_0", "v_1", "g"), [(-70.0, -60.0, 0.1), (-60.0, -82.0, 0.37), (-75.0, -75.0, 1.0)]
)
def test_current_is_ohmic_and_antisymmetric(nets, v_0, v_1, g):
    into = currents(nets, [v_0, v_1], [{"type": "gap_junction", "weight": g}])
    np.testing.assert_allclose(into, [g * (v_1 - v_0), g * (v_0 - v_1)], atol=1e-9)


def test_the_order_of_the_ends_does_not_matter(nets):
    one, other = (
        currents(nets, [-70.0, -61.0], [{"type": "gap_junction", "weight": 0.2, "source": a, "target": b}])
        for a, b in ((0, 1), (1, 0))
    )
    np.testing.assert_allclose(one, other, atol=1e-9)


def test_currents_of_many_junctions_add_up_and_sum_to_zero(nets):
    rng = np.random.default_rng(0)
    start = rng.uniform(-80.0, -65.0, 8)
    ends = rng.integers(8, size=(20, 2))
    g = rng.uniform(0.0, 0.05, 20)
    junctions = [
        {"type": "gap_junction", "source": a, "target": b, "weight": x}
        for (a, b), x in zip(ends, g, strict=True)
    ]
    expected = np.zeros(8)
    for (a, b), x in zip(ends, g, strict=True):
        expected[a] += x * (start[b] - start[a])
        expected[b] += x * (start[a] - start[b])
    into = currents(nets, start, junctions)
    np.testing.assert_allclose(into, expected, atol=1e-9)
    assert abs(into.sum()) < 1e-8


def test_the_two_currents_of_a_junction_are_exact_opposites():
    current = SYNAPSE_TYPES["gap_junction"].rule("current")
    rng = np.random.default_rng(1)
    for w, one, other in zip(rng.uniform(0, 1, 500), *rng.uniform(-100, 35, (2, 500)), strict=True):
        assert current(w, None, one, other) == -current(w, None, other, one)


def test_current_is_taken_before_the_update(nets):
    """The end that is forced to fire in this tick is seen at its old potential now, and reset in the next."""
    brain = Brain(nets.network(["RS", "METER"], [{"type": "gap_junction", "weight": 0.1}]))
    potentials(nets, brain, [-70.0, -75.0])
    assert brain.tick([nets.FORCE, 0.0]).tolist() == [0]
    first = brain.v[1]
    brain.tick([-nets.FORCE, 0.0])
    assert nets.current_into(-75.0, first) == pytest.approx(0.1 * 5.0, abs=1e-9)
    assert nets.current_into(first, brain.v[1]) == pytest.approx(0.1 * (-65.0 - first), abs=1e-9)


def test_conductance_never_changes(nets):
    brain = Brain(nets.network(2, [{"type": "gap_junction", "weight": 0.1}]))
    nets.run(brain, {0: range(0, 50, 5), 1: range(2, 50, 5)}, 50)
    brain.deliver_reward(1.0)
    assert brain.weights.tolist() == [0.1]
