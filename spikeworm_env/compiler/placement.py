"""Where neurons are in space, in micrometres. Only proximity wiring and pictures look at it."""

from __future__ import annotations

import numpy as np

from spikeworm_env.compiler.block_schema import Block
from spikeworm_env.compiler.recipe_schema import Component
from spikeworm_env.engine.network import Floats
from spikeworm_env.kernels.draws import normals

COPY_STEP = 20.0  # µm between copies of a block on their lattice
ENTRY_STEP = 5.0  # µm between neurons of a block that give no position
TWIN_STEP = 2.0  # µm between neurons that share an id


def lattice(count: int, step: float) -> Floats:
    """(count, 3) points of the smallest cubic lattice that holds them, around the origin."""
    side = 1
    while side**3 < count:
        side += 1
    index = np.arange(count)
    points = np.stack([index % side, index // side % side, index // side**2], axis=1).astype(float)
    return step * (points - points.sum(axis=0) / max(count, 1))


def neuron_positions(block: Block) -> Floats:
    """(k, 3) of one copy's neurons, relative to its centre."""
    free = iter(lattice(sum(neuron.position is None for neuron in block.neurons), ENTRY_STEP))
    places = []
    for neuron in block.neurons:
        centre = next(free) if neuron.position is None else np.array(neuron.position)
        places.append(centre + lattice(neuron.count, TWIN_STEP))
    return np.concatenate(places)


def copy_positions(component: Component, rng: np.random.Generator) -> Floats:
    """(count, 3) centres of a component's copies."""
    centre = np.array(component.position)
    if component.spacing is None:
        places = centre + lattice(component.count, COPY_STEP)
    else:
        places = centre + np.arange(component.count)[:, None] * np.array(component.spacing)
    if component.scatter > 0:
        places = places + component.scatter * normals(rng, places.shape)
    return places
