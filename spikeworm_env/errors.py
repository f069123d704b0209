"""Every error that SpikeWorm raises on purpose.

SpikeWormError
├── InputError (also ValueError)      the caller's mistake; the command line ends with exit code 2
│   ├── UnknownNameError              no agent, brain, block, terminal or type of that name
│   ├── RecipeError                   a recipe, block or network that cannot be built; lists every problem
│   ├── BrainFileError                a file that is not a brain, is damaged or is of another version
│   └── ActionError                   an action of the wrong shape, type or range
└── TrialError                        a trial that failed while it ran; names its seed
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable


class SpikeWormError(Exception):
    """Root of the tree."""


class InputError(SpikeWormError, ValueError):
    """The caller's mistake. The message is one line: what, where, and what was expected."""


class UnknownNameError(InputError):
    """A name that nothing bears.

    Args:
        kind: what was looked for, for example ``"agent"``.
        name: the name given.
        known: the names that would have been found.
    """

    def __init__(self, kind: str, name: str, known: Iterable[str] = ()) -> None:
        self.kind, self.name, self.known = kind, name, sorted(known)
        super().__init__(f"unknown {kind} {name!r}{suggestion(name, self.known)}")

    def __reduce__(self) -> tuple[type, tuple]:
        return type(self), (self.kind, self.name, self.known)  # so that it crosses processes


class RecipeError(InputError):
    """A recipe, block or network that cannot be built.

    Args:
        where: the file or object at fault.
        problems: every problem found, each as ``"path: what is wrong"``.
    """

    def __init__(self, where: str, problems: Iterable[str]) -> None:
        self.where, self.problems = where, list(problems)
        super().__init__("; ".join(f"{where}: {problem}" for problem in self.problems))

    def __reduce__(self) -> tuple[type, tuple]:
        return type(self), (self.where, self.problems)  # so that it crosses processes


class BrainFileError(InputError):
    """A file that is not a brain, is damaged or is of another version."""


class ActionError(InputError):
    """An action of the wrong shape, type or range."""


class TrialError(SpikeWormError):
    """A trial that failed while it ran."""


def suggestion(name: str, known: Iterable[str]) -> str:
    """``"; did you mean 'x'?"`` for the nearest known name, else the choices, else nothing."""
    known = list(known)
    near = difflib.get_close_matches(name, known, n=1, cutoff=0.6)
    if near:
        return f"; did you mean {near[0]!r}?"
    return f"; choose from {', '.join(known)}" if 0 < len(known) <= 40 else ""
