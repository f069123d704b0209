"""What trainings share: how they report, and what they need."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from importlib import import_module, metadata
from types import ModuleType
from typing import Any

from spikeworm_env.errors import InputError
from spikeworm_env.trials.provenance import versions

Progress = Callable[[int, float | None], None]
"""Called with the steps done so far and the mean ``ci_time`` of the last episodes, None before one ended."""


def needed(module: str, package: str) -> ModuleType:
    """The module of a package of the extra ``rl``.

    Raises:
        InputError: it is not installed; says how to install it.
    """
    try:
        return import_module(module)
    except ImportError:
        raise InputError(f'this training needs {package}: pip install "spikeworm[rl]"') from None


def origin(seed: int, steps: int, packages: Sequence[str], **settings: Any) -> dict[str, Any]:
    """How a policy came to be, for its file."""
    trained_with = {package: metadata.version(package) for package in packages}
    return {"seed": seed, "steps": steps, **settings, "versions": {**versions(), **trained_with}}
