"""Several blocks wired together: the wiring determines their function."""

from __future__ import annotations

import json

import numpy as np
import pytest

from spikeworm_env.compiler import compile_recipe
from spikeworm_env.engine.brain import Brain

SEEDS = range(20)


class Circuit:
    """A recipe of a few components, under small noise."""

    def __init__(self, folder, components, projections):
        recipe = {
            "name": "circuit",
            "description": "a few blocks",
            "noise": 0.3,
            "components": [{"id": name, "block": block} for name, block in components.items()],
            "projections": [
                {"from": source, "to": target, "weight": weight, "delay": 2}
                for source, target, weight in projections
            ],
        }
        file = folder / "circuit.json"
        file.write_text(json.dumps(recipe))
        self.compiled = compile_recipe(file, seed=1)

    def spikes(self, seed, *phases):
        """(n,) spikes in the last of several phases, each (ticks, {terminal: current})."""
        brain = Brain(self.compiled.network, seed=seed)
        for ticks, drive in phases:
            current = np.zeros(brain.n_neurons)
            for terminal, strength in drive.items():
                current[self.compiled.terminals[terminal]] += strength
            counts = brain.run(ticks, current).spike_counts()
        return counts

    def at(self, terminal, counts):
        return counts[self.compiled.terminals[terminal]].sum()


@pytest.mark.parametrize(
    ("touched", "chosen", "other"),
    [
        ("touch.anterior_in", "decision.option_b_out", "decision.option_a_out"),
        ("touch.posterior_in", "decision.option_a_out", "decision.option_b_out"),
    ],
)
def test_touch_selects_forward_or_backward(tmp_path, touched, chosen, other):
    circuit = Circuit(
        tmp_path,
        {"touch": "mechanosensory", "decision": "binary_decision"},
        [
            ("touch.forward_out", "decision.sensory_a_in", 30.0),
            ("touch.reverse_out", "decision.sensory_b_in", 30.0),
            # a volley fires the integrator once, just short of a decision; a hint to the trigger decides
            ("touch.forward_out", "decision.modulator_a_in", 4.0),
            ("touch.reverse_out", "decision.modulator_b_in", 4.0),
        ],
    )
    for seed in SEEDS:
        counts = circuit.spikes(seed, (200, {}), (100, {touched: 10.0}), (500, {}))
        assert circuit.at(chosen, counts) > 50
        assert circuit.at(other, counts) == 0
        assert circuit.at(chosen, circuit.spikes(seed, (300, {}), (500, {}))) == 0


@pytest.mark.parametrize("side", ["a", "b"])
def test_an_emotional_state_biases_an_ambiguous_input(tmp_path, side):
    circuit = Circuit(
        tmp_path,
        {"emotion": "emotional_state", "decision": "binary_decision"},
        [("emotion.emotion_out", f"decision.modulator_{side}_in", 3.0)],
    )
    ambiguous = {"decision.sensory_a_in": 2.0, "decision.sensory_b_in": 2.0}
    stirred, calm = [], []
    for seed in SEEDS:
        for felt, chosen in ((20.0, stirred), (0.0, calm)):
            counts = circuit.spikes(
                seed, (200, {}), (20, {"emotion.trigger_in": felt}), (200, {}), (40, ambiguous), (200, {})
            )
            chosen.append(circuit.at(f"decision.option_{side}_out", counts) > 0)
    assert np.mean(stirred) >= 0.9
    assert np.mean(calm) <= 0.5


@pytest.mark.parametrize("swapped", [False, True])
def test_one_sensory_bank_serves_two_modalities_by_wiring_alone(tmp_path, swapped):
    first, second = ("bwd", "fwd") if swapped else ("fwd", "bwd")
    circuit = Circuit(
        tmp_path,
        {"odour": "sensory_bank", "touch": "sensory_bank", "command": "command_decision"},
        [
            ("odour.sensory_out", f"command.{first}_sensory_in", 15.0),
            ("touch.sensory_out", f"command.{second}_sensory_in", 15.0),
        ],
    )
    for sense, command in (("odour", first), ("touch", second)):
        other = {"fwd": "backward_out", "bwd": "forward_out"}[command]
        own = {"fwd": "forward_out", "bwd": "backward_out"}[command]
        for seed in SEEDS:
            counts = circuit.spikes(seed, (200, {}), (300, {f"{sense}.channel_in": 10.0}))
            assert circuit.at(f"command.{own}", counts) >= 3
            assert circuit.at(f"command.{other}", counts) <= circuit.at(f"command.{own}", counts) / 2
