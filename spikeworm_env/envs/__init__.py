"""The Gymnasium environments: one file per id, found by the name of the file.

``chemotaxis_v0.py`` holds ``ChemotaxisEnv``, which is ``SpikeWorm/Chemotaxis-v0``.
"""

from __future__ import annotations

import multiprocessing
import re
import sys
from collections.abc import Mapping, Sequence
from importlib.abc import MetaPathFinder
from importlib.machinery import ModuleSpec
from importlib.util import find_spec
from pathlib import Path
from types import MappingProxyType, ModuleType
from typing import Final


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
    """Register the ids with Gymnasium: now if it is loaded, else once it is; a second call changes nothing.

    The command line answers ``--help`` and completes names without Gymnasium, whose import takes longer.

    A fork server, for example that of stable-baselines3's ``SubprocVecEnv``, imports the package before it
    makes processes, so that they know the ids too. A spawned process has to import it by the prefix
    ``spikeworm_env:`` of an id.
    """
    if "gymnasium" in sys.modules:
        _register_now()
    elif not any(isinstance(finder, _GymnasiumFinder) for finder in sys.meta_path):
        sys.meta_path.insert(0, _GymnasiumFinder())
    if "forkserver" in multiprocessing.get_all_start_methods():
        _preload_in_fork_server()


def _register_now() -> None:
    import gymnasium

    for name, entry_point in ENVIRONMENTS.items():
        if name not in gymnasium.registry:
            vector = f"{__name__}.vector:{name}"
            gymnasium.register(id=name, entry_point=entry_point, vector_entry_point=vector)


class _GymnasiumFinder(MetaPathFinder):
    """Registers the ids at the end of Gymnasium's import, whoever imports it."""

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        """The specification of Gymnasium whose loader also registers the ids; None for other modules."""
        if fullname != "gymnasium":
            return None
        sys.meta_path.remove(self)
        spec = find_spec(fullname)
        if spec is not None and spec.loader is not None:
            execute = spec.loader.exec_module

            def execute_and_register(module: ModuleType) -> None:
                execute(module)
                _register_now()

            spec.loader.exec_module = execute_and_register  # type: ignore[method-assign]
        return spec


def _preload_in_fork_server() -> None:
    """Add the package to the modules that a fork server imports when it starts."""
    from multiprocessing import forkserver

    package, _, _ = __name__.partition(".")
    preloaded = getattr(forkserver._forkserver, "_preload_modules", ["__main__"])  # no public getter
    if package not in preloaded:
        multiprocessing.set_forkserver_preload([*preloaded, package])
