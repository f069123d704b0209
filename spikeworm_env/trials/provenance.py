"""Provenance of a result: versions, code, and what was done to worm and arena that their names do not say."""

from __future__ import annotations

import hashlib
import platform
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path
from typing import Any

from spikeworm_env import resources
from spikeworm_env.agents.protocol import Agent
from spikeworm_env.trials.import_closure import closure

TRIALS = __name__.rpartition(".")[0]  # the folder of a trial and all that is measured in it
PACKAGES = ("spikeworm", "numpy", "numba", "scipy", "gymnasium")
LEARNS = "learns during the trial"


@dataclass(frozen=True)
class Provenance:
    """What makes the figures of a trial others than those of an agent of that name in a trial of that name.

    The arena, the duration and the control step are in the trial's label, see `Trial.label`.

    Attributes:
        brain: what was done to the brain before the trial: "trained for 5 episodes under reward".
        arena: what was done by hand in the trial, or that it did not come to its end: "food moved by hand".
        learning: whether weights could change during the trial.
        protocol: what was done to the brain in the trial, a phrase for each intervention.
    """

    brain: tuple[str, ...] = ()
    arena: tuple[str, ...] = ()
    learning: bool = False
    protocol: tuple[str, ...] = ()

    @classmethod
    def of(cls, agent: Agent, arena: Iterable[str] = ()) -> Provenance:
        """That of an agent right after its reset, see `Agent`."""
        return cls(
            brain=tuple(getattr(agent, "conditions", ())),
            arena=tuple(arena),
            learning=bool(getattr(agent, "learns", False)),
            protocol=tuple(each.text for each in getattr(agent, "protocol", ())),
        )

    @classmethod
    def of_all(cls, parts: Iterable[Provenance]) -> Provenance:
        """That of a row: everything that holds for any of its trials."""
        parts = tuple(parts)
        return cls(
            brain=tuple(dict.fromkeys(phrase for part in parts for phrase in part.brain)),
            arena=tuple(dict.fromkeys(phrase for part in parts for phrase in part.arena)),
            learning=any(part.learning for part in parts),
            protocol=tuple(dict.fromkeys(phrase for part in parts for phrase in part.protocol)),
        )

    @property
    def conditions(self) -> tuple[str, ...]:
        """What was done to brain and arena, before the trial and in it."""
        return (*self.brain, *self.protocol, *self.arena)

    @property
    def text(self) -> str:
        """All of it as tables, pictures and reports say it; empty if there is nothing to say."""
        return "; ".join((*self.conditions, *([LEARNS] if self.learning else [])))

    def to_json(self) -> dict[str, Any]:
        """As JSON types."""
        return {"learning": self.learning, "conditions": list(self.conditions)}


AS_NAMED = Provenance()


def remarks(rows: Mapping[str, Provenance]) -> tuple[str, ...]:
    """A sentence on all rows of which the same is to be said, in order; none where names say all.

    This is what tables, pictures and reports show below or beside figures.
    """
    of_text: dict[str, list[str]] = {}
    for name, provenance in rows.items():
        if provenance.text:
            of_text.setdefault(provenance.text, []).append(name)
    return tuple(f"{', '.join(names)}: {text}." for text, names in of_text.items())


def versions() -> dict[str, str]:
    """Versions of Python and of the packages that can change a figure."""
    found = {"python": platform.python_version()}
    for package in PACKAGES:
        try:
            found[package] = metadata.version(package)
        except metadata.PackageNotFoundError:  # run from the source tree without installing
            found[package] = "not installed"
    return found


def code_settings(work: Callable[..., Any]) -> dict[str, str]:
    """Versions and code as settings of a results file, which all its results depend on."""
    return {**{f"versions.{name}": text for name, text in versions().items()}, "code": code_digest(work)}


def code_digest(work: Callable[..., Any], root: Path = resources.PACKAGE) -> str:
    """SHA-256 of the names and bytes of all files that what a function returns may depend on.

    These are the `closure` of the function's module and the whole folder ``trials``, with every metric and
    control in it and all that they import.

    Args:
        work: a function of this package, such as workers are given; its module is where `closure` starts.
        root: the folder of the package.
    """
    digest = hashlib.sha256()
    for name in closure(work.__module__, root, TRIALS):
        content = hashlib.sha256((root / name).read_bytes()).hexdigest()
        digest.update(f"{content} {name}\n".encode())
    return digest.hexdigest()
