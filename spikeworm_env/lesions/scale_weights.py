"""Scaled weights: all weights from one component to another, multiplied by a factor from 0 to 1."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from spikeworm_env.checks import list_of, nonempty_text, number
from spikeworm_env.compiler.compiled_brain import CompiledBrain
from spikeworm_env.compiler.edits import recorded
from spikeworm_env.engine.network import weight_bounds
from spikeworm_env.errors import InputError, shown
from spikeworm_env.lesions._lesion import LesionKind
from spikeworm_env.lesions._synapses import synapses_between
from spikeworm_env.lesions.connection import connection_ends, connection_names

FORM = re.compile(r"\s*(?P<source>[^\s=>]+)\s*->\s*(?P<target>[^\s=>]+)\s*=\s*(?P<factor>[^\s=]+)\s*")


@dataclass(frozen=True)
class WeightScaling:
    """A factor for all weights from one component to another.

    Attributes:
        source, target: ids of components in the recipe.
        factor: 0 to 1; 0 silences the connection.
    """

    source: str
    target: str
    factor: float

    def __post_init__(self) -> None:
        for name in ("source", "target"):
            nonempty_text(f"scale: {name}", getattr(self, name), "a component")
        number(f"scale {self.source:.60}->{self.target:.60}: factor", self.factor, 0, 1)

    def __str__(self) -> str:
        return f"{self.source}->{self.target}={self.factor:g}"

    @classmethod
    def parse(cls, text: str) -> WeightScaling:
        """Read a text such as ``"steering->head=0.25"``.

        Raises:
            InputError: it has another form, or the factor is not a number from 0 to 1.
        """
        form = FORM.fullmatch(text) if isinstance(text, str) else None
        try:
            factor = float(form["factor"]) if form else None
        except ValueError:
            factor = None
        if form is None or factor is None:
            raise InputError(f"scale is {shown(text)}; expected from->to=factor, such as steering->head=0.25")
        return cls(form["source"], form["target"], factor)


def scale_weights(compiled: CompiledBrain, scalings: Sequence[WeightScaling]) -> CompiledBrain:
    """The brain with weights between components scaled down, and nothing else changed.

    The synapses stay, so that plastic ones can regain their weight; weights stay within their bounds. Gap
    junctions between the two components are scaled too.

    Raises:
        UnknownNameError, InputError: no such components, one component twice, or no synapse between them.
    """
    network = compiled.network
    weight, scalings = (
        network.weight.copy(),
        list_of("scaled", scalings, WeightScaling, "WeightScalings"),
    )
    for each in scalings:
        found = synapses_between(compiled, each.source, each.target)
        if not found.any():
            raise InputError(f"scale {each}: no synapse leads from {each.source} to {each.target}")
        weight[found] *= each.factor
    low, high = weight_bounds(network)
    bounded = np.clip(weight, low[network.synapse_class], high[network.synapse_class])
    scaled = replace(compiled, network=replace(network, weight=bounded))
    return recorded(compiled, scaled, *(f"scaled {each}" for each in scalings)) if scalings else scaled


LESION = LesionKind(
    name="scale_weights",
    description="Multiplies all weights from one component to another by a factor.",
    apply=lambda compiled, target, factor: scale_weights(
        compiled, [WeightScaling(*connection_ends(target), factor)]
    ),
    takes={"target": "two components, such as 'touch -> turn'", "factor": "0 to 1"},
    targets=connection_names,
    example=lambda _: {"factor": 0.5},
)
