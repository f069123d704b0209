"""Every error that SpikeWorm raises on purpose.

SpikeWormError
├── InputError (also ValueError)      a mistake of the caller; the command line ends with exit code 2
│   ├── UnknownNameError              an unknown agent, brain, block, terminal or type
│   ├── RecipeError                   an invalid recipe, block, protocol or network; lists every problem
│   ├── BrainFileError                a file that is not a brain, is damaged or is of another version
│   └── ActionError                   an action of the wrong shape, type or range
└── TrialError                        a trial that failed while it ran; names its seed
"""

from __future__ import annotations

import difflib
import heapq
import re
import reprlib
from collections.abc import Iterable
from itertools import islice
from pathlib import PurePath
from typing import Final

CONTROL_CODES: Final = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029]")
MAX_CHARACTERS: Final = 60  # of a value in a message
MAX_PLAIN: Final = 200  # of a name that is not quoted
MAX_REASON: Final = 120  # of what another library says
MAX_BITS: Final = 192  # of an integer in a message; Python prints none of more than 4,300 digits
MAX_PROBLEMS: Final = 100  # of a recipe that are looked for
LONGEST_PROBLEM: Final = 500  # characters of one of them in the message
MOST_PROBLEMS: Final = 20  # of them in one message
LONGEST_MESSAGE: Final = 2_000  # characters after which no other problem is added
LONGEST_NAME: Final = 200  # characters of a name for which a near one is looked for
MOST_NAMES: Final = 1_000  # among which a near one is looked for
MOST_COMPARED: Final = 50  # of them, letter by letter


class SpikeWormError(Exception):
    """Base class of every error that SpikeWorm raises on purpose; its text is one line."""

    def __str__(self) -> str:
        return CONTROL_CODES.sub(lambda code: ascii(code[0])[1:-1], " ".join(super().__str__().split()))


class InputError(SpikeWormError, ValueError):
    """A mistake of the caller. The message is one line: ``WHERE: NAME is VALUE; expected WHAT``."""


class UnknownNameError(InputError):
    """Unknown name.

    Args:
        kind: kind of thing, for example ``"agent"``.
        name: the unknown name.
        known: the known names, from which the message suggests one.
    """

    def __init__(self, kind: str, name: object, known: Iterable[str] = ()) -> None:
        self.kind, self.name, self.known = kind, name, sorted(known)
        super().__init__(f"unknown {kind} {shown(name)}{suggestion(name, self.known)}")

    def __reduce__(self) -> tuple[type, tuple]:
        return type(self), (self.kind, self.name, self.known)  # to be pickled for other processes


class RecipeError(InputError):
    """An invalid recipe, block, protocol or network.

    Args:
        where: the file or object.
        problems: each as ``"path: what is wrong"``; the first `MAX_PROBLEMS` are kept, and the first
            `MOST_PROBLEMS` are in the message.
    """

    def __init__(self, where: str, problems: Iterable[str]) -> None:
        self.where, self.problems = where, list(islice(problems, MAX_PROBLEMS))
        lines: list[str] = []
        for problem in self.problems[:MOST_PROBLEMS]:
            if sum(map(len, lines)) < LONGEST_MESSAGE:
                line = f"{where}: {problem}"  # its path may hold long keys
                lines.append(line if len(line) <= LONGEST_PROBLEM else f"{line[: LONGEST_PROBLEM - 3]}...")
        if more := len(self.problems) - len(lines):
            at_least = "at least " if len(self.problems) == MAX_PROBLEMS else ""
            lines.append(f"and {at_least}{more} more problems")
        super().__init__("; ".join(lines))

    def __reduce__(self) -> tuple[type, tuple]:
        return type(self), (self.where, self.problems)  # to be pickled for other processes


class BrainFileError(InputError):
    """A file that is not a brain file, is damaged or is of another version."""


class ActionError(InputError):
    """An action of the wrong shape, type or range."""


class TrialError(SpikeWormError):
    """A trial that failed while it ran."""


def suggestion(name: object, known: Iterable[str]) -> str:
    """The end of a message: the nearest known name, else all known names if few, else nothing."""
    known, name = list(known), name if isinstance(name, str) and len(name) <= LONGEST_NAME else ""
    near = difflib.get_close_matches(name, _similar(name, known), n=1, cutoff=0.6)
    if near:
        return f"; did you mean {near[0]!r}?"
    return f"; choose from {', '.join(known)}" if 0 < len(known) <= 40 else ""


def _similar(name: str, known: list[str]) -> list[str]:
    """The known names that have most letters in common with a name; none of too many."""
    if len(known) <= MOST_COMPARED:
        return known
    letters = set(name)
    return heapq.nlargest(
        MOST_COMPARED,
        known if len(known) <= MOST_NAMES else (),
        key=lambda other: len(letters & set(other)) - abs(len(other) - len(name)),
    )


def shown(value: object) -> str:
    """A value on one short line, as every message quotes it.

    Returns:
        The value's ``repr`` in at most 60 printable characters; ``...`` stands where a part is left out.
        Control characters and surrogates are escaped, an integer of more than 192 bits is its number of bits,
        a path is its text, and an object whose ``repr`` fails is its type.
    """
    text = _printable(" ".join(_SHORT.repr(value).split())[: 2 * MAX_CHARACTERS])
    return text if len(text) <= MAX_CHARACTERS else f"{text[: MAX_CHARACTERS - 3]}..."


def plainly(text: str) -> str:
    """A name or key from a file for a message: as it is where it is short and printable, else as `shown`."""
    return text if len(text) <= MAX_PLAIN and text.isprintable() else shown(text)


def reason(error: BaseException) -> str:
    """What an error of another library says, on one line of at most 120 characters; else its type."""
    return one_line(str(error)) or type(error).__name__


def one_line(text: str) -> str:
    """A text of another library, which may quote a file, on one line of at most 120 printable characters."""
    return _printable(" ".join(text[: 2 * MAX_REASON].split()))[:MAX_REASON]


def _printable(text: str) -> str:
    """A text with its control characters and surrogates escaped."""
    return "".join(ch if ch.isprintable() else ascii(ch)[1:-1] for ch in text)


class _ShortRepr(reprlib.Repr):
    """Builds the ``repr`` of large containers, texts and numbers in part only."""

    def __init__(self) -> None:
        super().__init__()
        self.maxlevel = 3
        self.maxlist = self.maxtuple = self.maxset = self.maxfrozenset = self.maxdeque = self.maxdict = 12
        self.maxstring = self.maxlong = MAX_CHARACTERS
        self.maxother = 2 * MAX_CHARACTERS

    def repr1(self, x: object, level: int) -> str:
        try:
            if isinstance(x, int) and x.bit_length() > MAX_BITS:
                return f"a number of {x.bit_length()} bits"
            if isinstance(x, PurePath):
                return self.repr1(str(x), level)
            if isinstance(x, bytes | bytearray):
                return f"{bytes(x[:MAX_CHARACTERS])!r}{'...' if len(x) > MAX_CHARACTERS else ''}"
            return super().repr1(x, level)
        except Exception:  # of the object's own methods
            return f"an object of type {type(x).__name__}"

    def repr_instance(self, x: object, level: int) -> str:
        if type(x).__repr__ is object.__repr__:  # an address in memory says nothing
            return f"an object of type {type(x).__name__}"
        return re.sub(" at 0x[0-9a-f]+", "", repr(x))


_SHORT: Final = _ShortRepr()
