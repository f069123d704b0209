"""The declaration of a synapse parameter, and the parameters that several types share."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Parameter:
    """One parameter of a synapse type.

    Attributes:
        default: default value.
        unit: unit; ``"1"`` for a pure number.
        low, high: least and greatest value.
        doc: its meaning, in a few words.
        integer: whether values are whole numbers.
        choices: for a choice, the names of the values 0, 1, 2 …
    """

    default: float
    unit: str
    low: float
    high: float
    doc: str
    integer: bool = False
    choices: tuple[str, ...] = ()


STDP = {
    "learning_rate": Parameter(0.01, "1", 0.0, 1e3, "lr: size of a weight step, in units of weight"),
    "w_min": Parameter(0.0, "model current", -1e6, 1e6, "lower bound; −10 for an inhibitory synapse"),
    "w_max": Parameter(10.0, "model current", -1e6, 1e6, "upper bound; 0 for an inhibitory synapse"),
    "tau_plus": Parameter(20.0, "ms", 0.1, 1e6, "time constant of source spikes (potentiation)"),
}
LTD = {
    "tau_minus": Parameter(20.0, "ms", 0.1, 1e6, "time constant of target spikes (depression)"),
    "ltd_ratio": Parameter(0.5, "1", 0.0, 1e3, "depression per pair / potentiation per pair"),
}
