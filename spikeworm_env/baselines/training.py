"""Common parts of the trainings: progress, optional packages, provenance."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from importlib import import_module, metadata
from types import ModuleType
from typing import Any

from spikeworm_env.errors import InputError
from spikeworm_env.progress import Shown, Work, check_progress, shown_progress
from spikeworm_env.trials.provenance import versions

MOST_STEPS = 1_000_000_000

Report = Callable[[int, float | None], None]
"""Called with the steps done and the mean ``ci_time`` of the last episodes, None before the first ends."""

Progress = Shown | Report


@contextmanager
def training_progress(name: str, steps: int, progress: Progress) -> Iterator[Report]:
    """Show the progress of a training; yields the function to call after a step.

    Raises:
        InputError: ``progress`` is something else.
    """
    check_progress(progress, callback=True)
    if callable(progress):
        yield progress
        return
    work = Work(name, total=steps)

    def report(done: int, index: float | None) -> None:
        work.done = done
        if index is not None:
            work.text = f"{name}: ci_time {index:.2f}"

    with shown_progress(work, progress):
        yield report


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
