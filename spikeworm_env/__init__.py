"""SpikeWorm: spiking brains in a worm's body.

Importing the package registers its environments with Gymnasium; everything heavier is imported on first use.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from spikeworm_env.envs import register

if TYPE_CHECKING:
    from spikeworm_env.agents import make_agent as make_agent
    from spikeworm_env.compiler import compile_recipe as compile_recipe
    from spikeworm_env.engine.brain import Brain as Brain
    from spikeworm_env.experiments.comparison.compare import compare as compare
    from spikeworm_env.store import load_brain as load_brain
    from spikeworm_env.trials.run import run_trial as run_trial

_HOMES = {
    "Brain": "spikeworm_env.engine.brain",
    "compare": "spikeworm_env.experiments.comparison.compare",
    "compile_recipe": "spikeworm_env.compiler",
    "load_brain": "spikeworm_env.store",
    "make_agent": "spikeworm_env.agents",
    "run_trial": "spikeworm_env.trials.run",
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
