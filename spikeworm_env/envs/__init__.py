"""The Gymnasium environments: one file per id, found by the name of the file.

``chemotaxis_v0.py`` holds ``ChemotaxisEnv``, which is ``SpikeWorm/Chemotaxis-v0``.
"""

from __future__ import annotations

import multiprocessing
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
    """Register the ids with Gymnasium; a second call changes nothing.

    A fork server, for example that of stable-baselines3's ``SubprocVecEnv``, imports the package before it
    makes processes, so that they know the ids too. A spawned process has to import it by the prefix
    ``spikeworm_env:`` of an id.
    """
    for name, entry_point in ENVIRONMENTS.items():
        if name not in gymnasium.registry:
            vector = f"{__name__}.vector:{name}"
            gymnasium.register(id=name, entry_point=entry_point, vector_entry_point=vector)
    if "forkserver" in multiprocessing.get_all_start_methods():
        _preload_in_fork_server()


def _preload_in_fork_server() -> None:
    """Add the package to the modules that a fork server imports when it starts."""
    from multiprocessing import forkserver

    package, _, _ = __name__.partition(".")
    preloaded = getattr(forkserver._forkserver, "_preload_modules", ["__main__"])  # no public getter
    if package not in preloaded:
        multiprocessing.set_forkserver_preload([*preloaded, package])
