"""The definition of an assay: a function that runs worms, and the measures that it returns."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from spikeworm_env.checks import known_name, number, whole
from spikeworm_env.errors import InputError, shown
from spikeworm_env.experiments.ablation.assays._worm import Place, Worm
from spikeworm_env.trials.task import TRIALS, Trial
from spikeworm_env.world.scale import MAX_SECONDS

MOST = MAX_SECONDS  # of any setting
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
            InputError: one that the assay does not have, or a value that is not a number above 0, at most
                86,400; it must be whole where the default is.
        """
        known = self.settings
        if not isinstance(changes, Mapping):
            raise InputError(f"settings of assay {self.name} is {shown(changes)}; expected a dict")
        changed: dict[str, float] = {}
        for name, value in changes.items():
            known_name(f"setting of assay {self.name}", name, known)
            where = f"assay {self.name}: {name}"
            if isinstance(known[name], int):
                changed[name] = whole(where, value, 1, MOST)
            else:
                changed[name] = number(where, value, 0, MOST, above=True)
        return {**known, **changed}


def assay(*measures: Measure) -> Callable[[Callable[..., Mapping[str, float]]], Assay]:
    """Make an assay of a function; its name and the first line of its docstring become those of the assay."""

    def made(script: Callable[..., Mapping[str, Any]]) -> Assay:
        about = (inspect.getdoc(script) or "").partition("\n")[0]
        return Assay(script.__name__, about, measures, script)

    return made
