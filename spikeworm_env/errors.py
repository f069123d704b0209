"""Every error that SpikeWorm raises on purpose.

SpikeWormError
├── InputError (also ValueError)      a mistake of the caller; the command line ends with exit code 2
│   ├── UnknownNameError              an unknown agent, brain, block, terminal or type
│   ├── RecipeError                   an invalid recipe, block or network; lists every problem
│   ├── BrainFileError                a file that is not a brain, is damaged or is of another version
│   └── ActionError                   an action of the wrong shape, type or range
└── TrialError                        a trial that failed while it ran; names its seed
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable


class SpikeWormError(Exception):
    """Base class of every error that SpikeWorm raises on purpose."""


class InputError(SpikeWormError, ValueError):
    """A mistake of the caller. The message is one line: ``WHERE: NAME is VALUE; expected WHAT``."""


class UnknownNameError(InputError):
    """Unknown name.

    Args:
        kind: kind of thing, for example ``"agent"``.
        name: the unknown name.
        known: the known names, from which the message suggests one.
    """

    def __init__(self, kind: str, name: str, known: Iterable[str] = ()) -> None:
        self.kind, self.name, self.known = kind, name, sorted(known)
        super().__init__(f"unknown {kind} {name!r}{suggestion(name, self.known)}")

    def __reduce__(self) -> tuple[type, tuple]:
        return type(self), (self.kind, self.name, self.known)  # to be pickled for other processes


class RecipeError(InputError):
    """An invalid recipe, block or network.

    Args:
        where: the file or object.
        problems: every problem found, each as ``"path: what is wrong"``.
    """

    def __init__(self, where: str, problems: Iterable[str]) -> None:
        self.where, self.problems = where, list(problems)
        super().__init__("; ".join(f"{where}: {problem}" for problem in self.problems))

    def __reduce__(self) -> tuple[type, tuple]:
        return type(self), (self.where, self.problems)  # to be pickled for other processes


class BrainFileError(InputError):
    """A file that is not a brain file, is damaged or is of another version."""


class ActionError(InputError):
    """An action of the wrong shape, type or range."""


class TrialError(SpikeWormError):
    """A trial that failed while it ran."""


def suggestion(name: str, known: Iterable[str]) -> str:
    """The end of a message: the nearest known name, else all known names if few, else nothing."""
    known = list(known)
    near = difflib.get_close_matches(name, known, n=1, cutoff=0.6)
    if near:
        return f"; did you mean {near[0]!r}?"
    return f"; choose from {', '.join(known)}" if 0 < len(known) <= 40 else ""
