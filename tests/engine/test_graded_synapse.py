"""graded_synapse: a sigmoid of the source's potential before the tick, into the target alone."""

from __future__ import annotations

import math

import numpy as np
import pytest

from spikeworm_env.engine.brain import Brain
from spikeworm_env.engine.network_checks import validate
from spikeworm_env.errors import RecipeError


def currents(nets, start, synapses):
    """(n,) current into METERs that stand at ``start``, in one tick."""
    brain = Brain(nets.network(["METER"] * len(start), synapses))
    state = brain.state()
    state["neurons.v"] = np.array(start, dtype=np.float64)
    brain.restore(state)
    brain.tick()
    return np.array([nets.current_into(a, b) for a, b in zip(start, brain.v, strict=True)])


@pytest.mark.parametrize("w", [8.0, -8.0])
@pytest.mark.parametrize("v", [-90.0, -60.0, -43.0, -35.0, -30.0])
def test_the_current_is_a_sigmoid_of_the_sources_potential_into_the_target_alone(nets, w, v):
    into = currents(nets, [v, -70.0], [{"type": "graded_synapse", "weight": w}])
    np.testing.assert_allclose(into, [0.0, w / (1.0 + math.exp(-(v + 35.0) / 8.0))], atol=1e-9)


def test_half_of_the_weight_flows_at_v_half_and_slope_sets_the_odds(nets):
    own = {"type": "graded_synapse", "weight": 4.0, "v_half": -50.0, "slope": 3.0}
    for v, share in ((-50.0, 0.5), (-47.0, math.e / (1 + math.e)), (-56.0, 1 / (1 + math.e**2))):
        assert currents(nets, [v, -70.0], [own])[1] == pytest.approx(4.0 * share, abs=1e-9)


def test_each_synapse_has_the_parameters_of_its_class(nets):
    synapses = [
        {"type": "graded_synapse", "source": k % 3, "target": 3, "weight": 1.0, "v_half": -60.0 + k}
        for k in range(6)
    ]
    start = [-58.0, -61.0, -64.0, -70.0]
    expected = sum(1 / (1 + math.exp((-60.0 + k - start[k % 3]) / 8.0)) for k in range(6))
    assert currents(nets, start, synapses)[3] == pytest.approx(expected, abs=1e-9)


@pytest.mark.parametrize("extreme", [{"slope": 1e-3}, {"slope": 1e6}, {"v_half": -1e3}, {"v_half": 1e3}])
def test_no_parameter_in_its_range_gives_a_current_beyond_the_weight(nets, extreme):
    for v in (-100.0, -35.0, 35.0):
        into = currents(nets, [v, -70.0], [{"type": "graded_synapse", "weight": 2.0, **extreme}])[1]
        assert -1e-9 <= into <= 2.0 + 1e-9


def test_a_graded_synapse_has_no_delay(nets):
    network = nets.network(2, [{"type": "graded_synapse", "delay": 1}])
    with pytest.raises(
        RecipeError, match="delay: synapse 0 is 1 ticks; expected 0, as its type is continuous"
    ):
        validate(network)
