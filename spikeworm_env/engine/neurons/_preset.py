"""The declaration of a preset: one named set of parameters of a neuron model."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

EXCITATORY, INHIBITORY = 1, -1


@dataclass(frozen=True)
class Preset:
    """A neuron type that blocks can name.

    Attributes:
        parameters: those that differ from the defaults of the model.
        sign: what its synapses do under proximity wiring: ``EXCITATORY`` or ``INHIBITORY``.
        doc: its firing pattern, in a few words.
    """

    parameters: Mapping[str, float]
    sign: int
    doc: str
