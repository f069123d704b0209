"""The Gymnasium environments: one file per id, found by the name of the file.

``chemotaxis_v0.py`` holds ``ChemotaxisEnv``, which is ``SpikeWorm/Chemotaxis-v0``.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Final

import gymnasium


def _discover() -> dict[str, str]:
    found = {}
    for file in sorted(Path(__file__).parent.glob("*_v*.py")):
        name, version = re.fullmatch(r"(\w+)_v(\d+)", file.stem).groups()  # type: ignore[union-attr]
        camel = name.title().replace("_", "")
        found[f"SpikeWorm/{camel}-v{version}"] = f"{__name__}.{file.stem}:{camel}Env"
    return found


ENVIRONMENTS: Final[Mapping[str, str]] = MappingProxyType(_discover())
"""Every environment id and its entry point; the class is imported when an environment is made."""


def register() -> None:
    """Register the ids with Gymnasium; a second call changes nothing."""
    for name, entry_point in ENVIRONMENTS.items():
        if name not in gymnasium.registry:
            vector = f"{__name__}.vector:{name}"
            gymnasium.register(id=name, entry_point=entry_point, vector_entry_point=vector)
