"""cross_inhibition: the more strongly driven side silences the motor neurons of the other."""

import json

import numpy as np
import pytest

from spikeworm_env.compiler import compile_recipe
from spikeworm_env.engine.brain import Brain

START, SETTLED = 200, 230
UNEQUAL = [(12.0, 8.0), (8.0, 4.0), (8.0, 12.0), (4.0, 8.0)]


def outputs(block, dorsal, ventral, ticks=600):
    """(seeds,) spikes of the dorsally and of the ventrally driven group once they have settled."""
    drive = {"dorsal_motor_in": dorsal, "ventral_motor_in": ventral}
    rasters = [block.spikes(ticks, lambda t: drive if t >= START else {}, seed) for seed in block.seeds]
    names = ("inhibit_ventral_out", "inhibit_dorsal_out")
    return [np.array([r[SETTLED:, block.terminals[name]].sum() for r in rasters]) for name in names]


@pytest.mark.parametrize(("dorsal", "ventral"), UNEQUAL)
def test_under_unequal_drive_only_one_group_fires(bench, dorsal, ventral):
    by_dorsal, by_ventral = outputs(bench("cross_inhibition"), dorsal, ventral)
    winner, loser = (by_dorsal, by_ventral) if dorsal > ventral else (by_ventral, by_dorsal)
    assert (winner >= 100).all()
    assert (loser == 0).all()


def test_without_inhibition_between_the_groups_both_fire(bench):
    block = bench("cross_inhibition", without=("dorsal_copy", "ventral_copy"))
    _, by_ventral = outputs(block, 8.0, 4.0)
    assert (by_ventral >= 50).all()


def test_silent_without_drive(bench):
    by_dorsal, by_ventral = outputs(bench("cross_inhibition"), 0.0, 0.0)
    assert not by_dorsal.any()
    assert not by_ventral.any()


@pytest.fixture
def partners(tmp_path):
    """``partners(driven, wired)``: (20, 2) spikes of dorsal and ventral motor neurons, one side at work."""

    def run(driven, wired=True):
        sides = ("dorsal", "ventral")
        recipe = {
            "name": "pair",
            "description": "motor neurons and their cross inhibition",
            "noise": 0.3,
            "components": [
                {"id": "motor", "block": "forward_motor"},
                {"id": "cross", "block": "cross_inhibition"},
            ],
            "projections": [
                {
                    "from": f"cross.inhibit_{side}_out",
                    "to": f"motor.inhibit_{side}_in",
                    "weight": -4.0,
                    "delay": delay,
                }
                for side in sides
                for delay in (1, 4, 7, 10)
                if wired
            ],
        }
        file = tmp_path / "pair.json"
        file.write_text(json.dumps(recipe))
        compiled = compile_recipe(file, seed=1)
        current = np.zeros(compiled.network.neuron_type.size)
        current[compiled.terminals["motor.command_in"]] = 6.0
        current[compiled.terminals[f"cross.{driven}_motor_in"]] = 12.0
        counts = [Brain(compiled.network, seed=seed).advance(600, current).copy() for seed in range(20)]
        ids = [compiled.terminals[f"motor.motor_out_{side}"] for side in sides]
        return np.array([[count[side].sum() for side in ids] for count in counts])

    return run


@pytest.mark.parametrize("driven", ["dorsal", "ventral"])
def test_an_active_side_silences_the_motor_neurons_of_the_other(partners, driven):
    own, other = partners(driven).T if driven == "dorsal" else partners(driven).T[::-1]
    free = partners(driven, wired=False)
    assert (own >= 20).all()
    assert (other <= 0.2 * own).all()
    assert (free >= 20).all()
