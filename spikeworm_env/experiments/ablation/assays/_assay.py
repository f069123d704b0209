"""The definition of an assay: a function that runs worms, and the measures that it returns."""

from __future__ import annotations

import inspect
import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from spikeworm_env.errors import InputError, suggestion
from spikeworm_env.experiments.ablation.assays._worm import Place, Worm
from spikeworm_env.trials.task import TRIALS, Trial

DEFAULT_ARENA = TRIALS["default"]


class MakeWorm(Protocol):
    """Returns a new worm with the brain and the seed of this run of the assay."""

    def __call__(self, arena: Trial = DEFAULT_ARENA, place: Place | None = None) -> Worm: ...


@dataclass(frozen=True)
class Measure:
    """One number of an assay.

    Attributes:
        name: unique within the assay.
        unit: ``""`` for a share or a ratio.
        about: one line.
        wanted: ``"high"`` or ``"low"`` where one of them is better, else ``"–"``.
    """

    name: str
    unit: str
    about: str
    wanted: str = "–"


@dataclass(frozen=True)
class Assay:
    """A short test of behaviour in closed loop.

    Attributes:
        name: its name in commands.
        about: one line.
        measures: in the order of tables.
        script: from `MakeWorm` and its own keyword arguments to a number for every measure; NaN for what
            could not be measured.
    """

    name: str
    about: str
    measures: tuple[Measure, ...]
    script: Callable[..., Mapping[str, float]]

    @property
    def settings(self) -> dict[str, float]:
        """The keyword arguments of the script, with their defaults."""
        parameters = inspect.signature(self.script).parameters.values()
        return {each.name: each.default for each in parameters if each.kind is each.KEYWORD_ONLY}

    def with_settings(self, changes: Mapping[str, float]) -> dict[str, float]:
        """All settings, with these changed.

        Raises:
            InputError: one that the assay does not have, or a value that is not a finite number above 0; it
                must be whole where the default is.
        """
        known = self.settings
        for name, value in changes.items():
            if name not in known:
                raise InputError(f"assay {self.name!r} has no setting {name!r}{suggestion(name, known)}")
            kind, wanted = (int, "whole number") if isinstance(known[name], int) else (int | float, "number")
            if not isinstance(value, kind) or not 0 < value < math.inf:
                raise InputError(f"assay {self.name!r}: {name} is {value!r}; expected a {wanted} above 0")
        return {**known, **changes}


def assay(*measures: Measure) -> Callable[[Callable[..., Mapping[str, float]]], Assay]:
    """Make an assay of a function; its name and the first line of its docstring become those of the assay."""

    def made(script: Callable[..., Mapping[str, Any]]) -> Assay:
        about = (inspect.getdoc(script) or "").partition("\n")[0]
        return Assay(script.__name__, about, measures, script)

    return made
