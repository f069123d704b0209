"""What a check declares and what it finds."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import StrEnum


class State(StrEnum):
    """How much a finding matters."""

    OK = "ok"
    MISSING = "missing"  # something optional does not work
    PROBLEM = "problem"  # results are lost, wrong or slow until it is mended


@dataclass(frozen=True)
class Finding:
    """One line of a diagnosis.

    Attributes:
        check: the check that found it.
        name: what was looked at.
        state: see `State`.
        detail: what was found.
        remedy: what to do; empty if nothing.
    """

    check: str
    name: str
    state: State
    detail: str
    remedy: str = ""


@dataclass(frozen=True)
class Check:
    """One check of the installation.

    Attributes:
        name: of the group of its findings.
        order: its place, ascending.
        run: gives (name, state, detail, remedy) of each finding.
    """

    name: str
    order: int
    run: Callable[[], Iterable[tuple[str, State, str, str]]]

    def findings(self) -> list[Finding]:
        """What it finds; an exception of the check is a finding instead of an end of the diagnosis."""
        try:
            return [Finding(self.name, *found) for found in self.run()]
        except Exception as error:
            about = f"the check failed: {type(error).__name__}: {error}"
            return [Finding(self.name, self.name, State.PROBLEM, about, "report it with this output")]
