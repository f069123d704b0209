"""A network as a file of NumPy arrays, which a process without this package reads."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from spikeworm_env.engine.network import Network


def write(network: Network, path: Path) -> None:
    """Write neurons, and of each synapse type source, target, weight, delay and parameters per synapse."""
    of_class = {
        name: network.by_neuron(lambda each, name=name: each.parameters[name], float) for name in "abcd"
    }
    arrays = {**of_class, "background": network.background}
    types = network.synapse_type
    for name in np.unique(types):
        of_type = types == name
        arrays |= {
            f"{name}.source": network.source[of_type],
            f"{name}.target": network.target[of_type],
            f"{name}.weight": network.weight[of_type],
            f"{name}.delay": network.delay[of_type],
        }
        classes = [each for each in network.classes if each.type == name]
        for parameter in classes[0].parameters:
            values = network.by_synapse(lambda each, p=parameter: each.parameters.get(p, 0.0), float)
            arrays[f"{name}.{parameter}"] = values[of_type]
    np.savez(path, **arrays)
