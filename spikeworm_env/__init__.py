"""SpikeWorm: spiking brains in a worm's body.

Importing the package registers its environments with Gymnasium; everything heavier is imported on first use.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from spikeworm_env.envs import register

if TYPE_CHECKING:
    from spikeworm_env.agents import make_agent as make_agent
    from spikeworm_env.agents.population import make_population as make_population
    from spikeworm_env.batch.run_trials import run_trials as run_trials
    from spikeworm_env.compiler import compile_recipe as compile_recipe
    from spikeworm_env.engine.brain import Brain as Brain
    from spikeworm_env.experiments.comparison.compare import compare as compare
    from spikeworm_env.experiments.film import watch as watch
    from spikeworm_env.interventions._apply import apply_protocol as apply_protocol
    from spikeworm_env.interventions._protocol import load_protocol as load_protocol
    from spikeworm_env.interventions._waveforms import Noise as Noise
    from spikeworm_env.interventions._waveforms import Pulses as Pulses
    from spikeworm_env.interventions._waveforms import Ramp as Ramp
    from spikeworm_env.interventions._when import When as When
    from spikeworm_env.interventions.clamp import Clamp as Clamp
    from spikeworm_env.interventions.drug import Drug as Drug
    from spikeworm_env.interventions.lesion import Lesion as Lesion
    from spikeworm_env.interventions.reward import Reward as Reward
    from spikeworm_env.interventions.scale import Scale as Scale
    from spikeworm_env.interventions.set_weights import SetWeights as SetWeights
    from spikeworm_env.interventions.silence import Silence as Silence
    from spikeworm_env.interventions.stimulate import Stimulate as Stimulate
    from spikeworm_env.store import load_brain as load_brain
    from spikeworm_env.trials.run import run_trial as run_trial

_HOMES = {
    "Brain": "spikeworm_env.engine.brain",
    "Clamp": "spikeworm_env.interventions.clamp",
    "Drug": "spikeworm_env.interventions.drug",
    "Lesion": "spikeworm_env.interventions.lesion",
    "Noise": "spikeworm_env.interventions._waveforms",
    "Pulses": "spikeworm_env.interventions._waveforms",
    "Ramp": "spikeworm_env.interventions._waveforms",
    "Reward": "spikeworm_env.interventions.reward",
    "Scale": "spikeworm_env.interventions.scale",
    "SetWeights": "spikeworm_env.interventions.set_weights",
    "Silence": "spikeworm_env.interventions.silence",
    "Stimulate": "spikeworm_env.interventions.stimulate",
    "When": "spikeworm_env.interventions._when",
    "apply_protocol": "spikeworm_env.interventions._apply",
    "compare": "spikeworm_env.experiments.comparison.compare",
    "compile_recipe": "spikeworm_env.compiler",
    "load_brain": "spikeworm_env.store",
    "load_protocol": "spikeworm_env.interventions._protocol",
    "make_agent": "spikeworm_env.agents",
    "make_population": "spikeworm_env.agents.population",
    "run_trial": "spikeworm_env.trials.run",
    "run_trials": "spikeworm_env.batch.run_trials",
    "watch": "spikeworm_env.experiments.film",
}

__all__ = sorted(_HOMES)  # noqa: PLE0605  what `_HOMES` names

register()


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = getattr(import_module(_HOMES[name]), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *_HOMES})
