"""basal_ganglia: a closed gate that go opens and no-go keeps closed; dopamine favours go."""

import numpy as np

GO = {"go_out": 10.0}
BOTH = {"cortical_in": 10.0}
BOTH_AND_DOPAMINE = {"cortical_in": 10.0, "dopamine_in": 15.0}


def acted(block, currents):
    """(seeds,) action spikes in 400 ms of these currents."""

    def drive(t):
        return currents if 200 <= t < 600 else {}

    ids = block.terminals["action_out"]
    return np.array([block.spikes(600, drive, seed)[200:, ids].sum() for seed in block.seeds])


def test_the_gate_is_closed_at_rest_and_without_it_the_action_cells_fire(bench):
    assert (acted(bench("basal_ganglia"), {}) <= 1).all()
    assert (acted(bench("basal_ganglia", without=("gate", "action")), {}) >= 6).all()


def test_go_opens_the_gate(bench):
    assert (acted(bench("basal_ganglia"), GO) >= 7).all()
    assert (acted(bench("basal_ganglia", without=("go", "gate")), GO) <= 2).all()


def test_no_go_keeps_the_gate_closed_against_go(bench):
    assert (acted(bench("basal_ganglia"), BOTH) <= 2).all()
    assert (acted(bench("basal_ganglia", without=("subthalamic", "gate")), BOTH) >= 7).all()


def test_dopamine_favours_go(bench):
    assert (acted(bench("basal_ganglia"), BOTH_AND_DOPAMINE) >= 5).all()
    lesioned = acted(bench("basal_ganglia", without=("dopamine", "nogo")), BOTH_AND_DOPAMINE)
    assert (lesioned <= 2).all()


def test_tonic_input_closes_the_gate_against_go(bench):
    assert (acted(bench("basal_ganglia"), {**GO, "tonic_in": 20.0}) <= 2).all()
