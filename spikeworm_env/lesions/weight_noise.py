"""Weight noise: every weight and gain multiplied by a random factor near 1."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from spikeworm_env.checks import number
from spikeworm_env.compiler.compiled_brain import CompiledBrain
from spikeworm_env.compiler.wiring import MIN_SHARE
from spikeworm_env.engine.network import Floats, pruned, weight_bounds
from spikeworm_env.kernels.random_draws import normals
from spikeworm_env.lesions._lesion import LesionKind

MOST_SD = 1e6


def add_weight_noise(compiled: CompiledBrain, sd: float, rng: np.random.Generator) -> CompiledBrain:
    """The brain with noise on every weight, conductance, proprioceptive gain and muscle gain.

    Each is multiplied by ``max(0.05, 1 + sd · N(0, 1))``. Weights of types that learn stay in their bounds,
    and pruned synapses stay pruned.

    Args:
        sd: relative standard deviation, 0 to a million.

    Raises:
        InputError: ``sd`` is not such a number.
    """
    number("sd of the weight noise", sd, 0, MOST_SD)

    def with_noise(values: Floats) -> Floats:
        return values * np.maximum(MIN_SHARE, 1 + sd * normals(rng, values.size))

    network = compiled.network
    low, high = weight_bounds(network)
    weight = np.clip(with_noise(network.weight), low[network.synapse_class], high[network.synapse_class])
    weight[pruned(network)] = 0.0
    bend = compiled.proprioception_map
    muscle = compiled.muscle_map
    return replace(
        compiled,
        network=replace(network, weight=weight),
        proprioception_map=replace(bend, gain=with_noise(bend.gain)),
        muscle_map=replace(muscle, gain=with_noise(muscle.gain)),
    )


LESION = LesionKind(
    name="weight_noise",
    description="Multiplies every weight, conductance and gain by a random factor near 1.",
    apply=add_weight_noise,
    takes={"sd": "relative standard deviation, >= 0", "rng": "draws the noise"},
    example=lambda _: {"sd": 0.1},
)
