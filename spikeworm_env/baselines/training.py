"""Common parts of the trainings: progress, optional packages, provenance."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from importlib import import_module, metadata
from types import ModuleType
from typing import Any

from spikeworm_env.errors import InputError
from spikeworm_env.trials.provenance import versions

MOST_STEPS = 1_000_000_000

Progress = Callable[[int, float | None], None]
"""Called with the steps done and the mean ``ci_time`` of the last episodes, None before the first ends."""


def import_optional(module: str, package: str) -> ModuleType:
    """Import a module of a package of the extra ``rl``.

    Raises:
        InputError: the package is not installed; the message has the install command.
    """
    try:
        return import_module(module)
    except ImportError:
        raise InputError(f'this training needs {package}: pip install "spikeworm[rl]"') from None


def provenance(seed: int, steps: int, packages: Sequence[str], **settings: Any) -> dict[str, Any]:
    """The provenance of a policy, for its file."""
    trained_with = {package: metadata.version(package) for package in packages}
    return {"seed": seed, "steps": steps, **settings, "versions": {**versions(), **trained_with}}
