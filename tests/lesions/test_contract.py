"""The contract of every registered kind of lesion, and of one from a temporary folder."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from spikeworm_env.compiler import CompiledBrain
from spikeworm_env.engine.brain import Brain
from spikeworm_env.engine.network_checks import validate
from spikeworm_env.errors import InputError
from spikeworm_env.lesions import LESIONS, Lesion, LesionKind, find_lesions

SEED = 5

CELLS = {
    "name": "five",
    "description": "Five cells.",
    "neurons": [{"id": "cell", "type": "RS", "count": 5, "noise": 4.0, "background": 6.0}],
    "synapses": [],
    "terminals": {"inputs": {"in": ["cell"]}, "outputs": {"out": ["cell"]}},
}

TOY = '''
"""Lesion of a layer: its components lose their outgoing synapses."""

from spikeworm_env.lesions._lesion import LesionKind
from spikeworm_env.lesions.component import lesion_component


def lesion_layer(compiled, target):
    return lesion_component(compiled, [each.name for each in compiled.components if each.layer == target])


LESION = LesionKind(
    name="layer",
    description="Removes the outgoing synapses of a layer.",
    apply=lesion_layer,
    takes={"target": "a layer of the recipe"},
    targets=lambda compiled: sorted({each.layer for each in compiled.components}),
)
'''


@pytest.fixture
def trained(build: Callable[..., CompiledBrain]) -> CompiledBrain:
    """Three components that every kind of lesion applies to, after two seconds of activity."""
    pairs = [("nose", "relay"), ("relay", "motor"), ("motor", "nose")]
    compiled = build(
        extra_blocks={"five": CELLS},
        components=[
            {"id": "nose", "block": "five", "layer": "sensory"},
            {"id": "relay", "block": "five", "layer": "inner"},
            {"id": "motor", "block": "five", "layer": "motor"},
        ],
        projections=[
            {"from": f"{a}.out", "to": f"{b}.in", "weight": 4, "type": synapse_type}
            for a, b in pairs
            for synapse_type in ("developmental", "plastic")
        ],
        receptors={"left": {"source": "concentration_left"}, "right": {"source": "concentration_right"}},
        senses=[
            {"receptor": "left", "to": "nose.in", "gain": 1},
            {"receptor": "right", "to": "nose.in", "gain": -1},
        ],
        muscles=[{"from": "motor.out", "side": "dorsal", "segments": [0, 23]}],
        proprioception=[{"to": "motor.in", "joints": {"absolute": [2, 10]}, "gain": 1.0}],
    )
    brain = Brain(compiled.network, seed=1)
    brain.advance(2000)
    return replace(compiled, network=brain.trained_network())


def arguments(kind: LesionKind, compiled: CompiledBrain) -> dict[str, Any]:
    """Valid arguments of a kind for a brain."""
    given = dict(kind.example(compiled))
    if kind.targets is not None:
        given["target"] = kind.targets(compiled)[0]
    if "rng" in kind.takes:
        given["rng"] = np.random.default_rng(SEED)
    return given


def bits(compiled: CompiledBrain) -> bytes:
    """All numbers of a brain that a lesion could change."""
    network = compiled.network
    arrays = [network.source, network.target, network.weight, network.delay, network.synapse_class]
    arrays += [*vars(compiled.sensor_map).values(), *vars(compiled.muscle_map).values()]
    arrays += vars(compiled.proprioception_map).values()
    assert network.experience is not None
    arrays += [network.experience.initial_weight]
    arrays += [v for states in network.experience.persistent.values() for v in states.values()]
    texts = repr([(each.type, sorted(each.parameters.items())) for each in network.classes])
    texts += repr([receptor.source for receptor in compiled.receptors])
    return b"".join(array.tobytes() for array in arrays) + texts.encode()


def check(kind: LesionKind, compiled: CompiledBrain) -> None:
    """All that every kind of lesion guarantees."""
    assert set(arguments(kind, compiled)) == set(kind.takes)
    assert kind.description.endswith(".") and "\n" not in kind.description
    before = bits(compiled)
    changed = kind.apply(compiled, **arguments(kind, compiled))
    assert bits(compiled) == before, "the given brain was changed"
    assert bits(changed) != before, "nothing was changed"
    validate(changed.network)
    assert bits(kind.apply(compiled, **arguments(kind, compiled))) == bits(changed)
    Brain(changed.network).advance(20)
    if kind.targets is not None:
        for target in kind.targets(compiled):
            kind.apply(compiled, **{**arguments(kind, compiled), "target": target})


@pytest.mark.parametrize("name", LESIONS)
def test_a_lesion_changes_a_copy_that_is_valid_and_reproducible(name: str, trained: CompiledBrain) -> None:
    check(LESIONS[name], trained)


@pytest.mark.parametrize("name", [name for name, kind in LESIONS.items() if kind.targets is not None])
@pytest.mark.parametrize("target", ["nobody", "nobody -> nowhere"])
def test_an_unknown_target_is_an_error_that_names_it(name: str, target: str, trained: CompiledBrain) -> None:
    with pytest.raises(InputError, match="nobody"):
        LESIONS[name].apply(trained, **{**arguments(LESIONS[name], trained), "target": target})


def test_a_file_in_the_folder_is_a_kind_of_lesion(tmp_path: Path, trained: CompiledBrain) -> None:
    (tmp_path / "layer.py").write_text(TOY, encoding="utf-8")
    with LESIONS.including(tmp_path):
        check(LESIONS["layer"], trained)
        assert find_lesions(trained, "layer inner") == (Lesion("layer", "inner"),)
        assert {lesion.target for lesion in find_lesions(trained, "layers")} == {"sensory", "inner", "motor"}
        assert Lesion("layer", "inner").name == "layer inner"
    assert "layer" not in LESIONS
