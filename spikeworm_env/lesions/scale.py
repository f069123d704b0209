"""Brains whose wiring is wrong from birth: what one component tells another reaches it as a share."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace

import numpy as np

from spikeworm_env.compiler.brain import CompiledBrain
from spikeworm_env.errors import InputError
from spikeworm_env.lesions.lesion import between
from spikeworm_env.lesions.weight_noise import weight_bounds

FORM = re.compile(r"\s*(?P<source>[^\s=>]+)\s*->\s*(?P<target>[^\s=>]+)\s*=\s*(?P<share>[^\s=]+)\s*")


@dataclass(frozen=True)
class WeightScaling:
    """What is done to a brain before its first life.

    Attributes:
        source, target: ids of components in the recipe.
        share: of every weight from the one to the other that is left, 0 to 1; 0 is silence.
    """

    source: str
    target: str
    share: float

    def __post_init__(self) -> None:
        if not 0.0 <= self.share <= 1.0:
            raise InputError(f"weakening {self.source}->{self.target}: {self.share} is no share from 0 to 1")

    def __str__(self) -> str:
        return f"{self.source}->{self.target}={self.share:g}"

    @classmethod
    def parse(cls, text: str) -> WeightScaling:
        """What ``"steering->head=0.25"`` says.

        Raises:
            InputError: it is of another form, or the share is none.
        """
        form = FORM.fullmatch(text)
        try:
            share = float(form["share"]) if form else None
        except ValueError:
            share = None
        if form is None or share is None:
            raise InputError(f"weakening {text!r}: expected from->to=share, such as steering->head=0.25")
        return cls(form["source"], form["target"], share)


def scaled(compiled: CompiledBrain, what: Iterable[WeightScaling]) -> CompiledBrain:
    """The brain with weights from component to component scaled down, and nothing else changed.

    Synapses stay, so that those that learn may grow again; their weights stay within their bounds. Gap
    junctions between the two are weakened too.

    Raises:
        UnknownNameError, InputError: no such components, one component twice, or no synapse between them.
    """
    network = compiled.network
    weight = network.weight.copy()
    for each in what:
        found = between(compiled, each.source, each.target)
        if not found.any():
            raise InputError(f"weakening {each}: no synapse leads from {each.source} to {each.target}")
        weight[found] *= each.share
    low, high = weight_bounds(network)
    bounded = np.clip(weight, low[network.synapse_class], high[network.synapse_class])
    return replace(compiled, network=replace(network, weight=bounded))
