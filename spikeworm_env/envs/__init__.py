"""The Gymnasium environments."""

from __future__ import annotations

from typing import Final

import gymnasium

ENVIRONMENTS: Final = {
    "SpikeWorm/Chemotaxis-v0": "spikeworm_env.envs.chemotaxis:ChemotaxisEnv",
}
"""Every environment id and what makes it; the class is imported when an environment is made."""


def register() -> None:
    """Make the ids known to Gymnasium; again is harmless."""
    for name, entry_point in ENVIRONMENTS.items():
        if name not in gymnasium.registry:
            gymnasium.register(id=name, entry_point=entry_point)
