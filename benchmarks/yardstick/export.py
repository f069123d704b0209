"""A network as plain columns, for simulators that know nothing of this package."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from spikeworm_env.engine.arrays import NOISE_SD
from spikeworm_env.engine.network import Network, SynapseClass
from spikeworm_env.kernels.elementary import exponentials

EVENT_DRIVEN: Final = (
    "depressing",
    "developmental",
    "facilitating",
    "fixed",
    "gated",
    "plastic",
    "reward_plastic",
)
TYPES: Final = (*EVENT_DRIVEN, "gap_junction")  # in the order of the enumeration in yardstick.cpp
PARAMETERS: Final = (
    "learning_rate",
    "w_min",
    "w_max",
    "tau_plus",
    "tau_minus",
    "ltd_ratio",
    "factor",
    "increment",
    "max_gain",
    "tau_recovery",
    "tau_trace",
    "tau_eligible",
    "gate_threshold",
    "modulator",
    "coincidence_window",
    "critical_period",
    "eval_interval",
    "pruning_threshold",
    "min_source_spikes",
)

TABLE: Final = 2**17  # entries of a decay table, as in yardstick.cpp

Columns = dict[str, NDArray]


def columns(network: Network, *, learning: bool) -> Columns:
    """The columns of a network, contiguous: float64, whole numbers int32.

    Args:
        network: neurons of the model ``izhikevich``, synapses of `TYPES`, untrained.
        learning: whether weights change; what acts only then must be known to the yardstick too.

    Raises:
        ValueError: the network has something that the yardstick does not compute.
    """
    _check(network, learning)
    noisy = np.flatnonzero(network.noise > 0)
    groups = network.modulators
    taus = sorted({each.parameters[name] for each in network.classes for name in _taus(each)})
    decays = -np.arange(TABLE) / np.array(taus)[:, None]
    for row in decays:
        exponentials(row)
    rules = [[each.parameters.get(name, 0.0) for name in PARAMETERS] for each in network.classes]
    reals = {
        **{name: network.by_neuron(lambda each, name=name: each.parameters[name], float) for name in "abcd"},
        "background": network.background,
        "noise_step": network.noise[noisy] / NOISE_SD,
        "weight": network.weight,
        "taus": np.array(taus),
        "decays": decays,
        "rule_parameters": np.array(rules, float).reshape(-1, len(PARAMETERS)),
    }
    whole = {
        "noisy": noisy,
        "source": network.source,
        "target": network.target,
        "delay": network.delay,
        "synapse_class": network.synapse_class,
        "rule_type": [TYPES.index(each.type) for each in network.classes],
        "group_first": np.cumsum([0, *(group.size for group in groups)]),
        "group_member": np.concatenate([*groups, np.empty(0, np.int64)]),
    }
    return {
        **{name: np.ascontiguousarray(each, np.float64) for name, each in reals.items()},
        **{name: np.ascontiguousarray(each, np.int32) for name, each in whole.items()},
    }


def _taus(of_class: SynapseClass) -> list[str]:
    """The names of the time constants of a synapse class."""
    return [name for name in PARAMETERS if name.startswith("tau_") and name in of_class.parameters]


def _check(network: Network, learning: bool) -> None:
    """Refuse a network that the yardstick would compute otherwise."""
    unknown = sorted(set(network.synapse_type) - set(TYPES))
    if unknown:
        raise ValueError(f"synapse types {', '.join(unknown)}; expected {', '.join(TYPES)}")
    models = [model.name for model in network.neuron_models]
    if models != ["izhikevich"]:
        raise ValueError(f"neuron models {', '.join(models)}; expected izhikevich alone")
    if network.experience is not None:
        raise ValueError("the network is trained; expected initial weights")
    for each in network.classes if learning else ():
        if each.parameters.get("target_weight_sum") or each.parameters.get("prune_reference"):
            raise ValueError(
                f"{each.type} with homeostasis or a relative prune_reference; run it without learning"
            )
