"""Text for screens and files that cannot hold every character."""

from __future__ import annotations

import codecs
import re
import unicodedata

PLAIN_ERRORS = "spikeworm_plain"
"""Name of an error handler for ``open`` and ``reconfigure``: see `plain`."""

EQUIVALENTS = {
    "–": "-",
    "—": "-",
    "−": "-",
    "‐": "-",
    "‑": "-",
    "…": "...",
    "·": ".",
    "•": "*",
    "●": "*",
    "×": "x",
    "÷": "/",
    "→": "->",
    "←": "<-",
    "≤": "<=",
    "≥": ">=",
    "≈": "~",
    "±": "+-",
    "°": " deg",
    "µ": "u",
    "π": "pi",
    "σ": "sigma",
    "Σ": "sum",
    "Δ": "d",
    "√": "sqrt ",
    "⇔": "<=>",
    "⊕": "+",
    "⊖": "-",
    "○": "o",
    "★": "*",
    "‘": "'",
    "’": "'",
    "“": '"',
    "”": '"',
    "│": "|",
    "┃": "|",
    "║": "|",
    "█": "#",
}
BOX_DRAWING, BRAILLE = range(0x2500, 0x2580), range(0x2800, 0x2900)
UNDECODED = re.compile("[\udc80-\udcff]")  # bytes of a path that are not UTF-8, as Python holds them


def readable(text: str) -> str:
    r"""The same text, with bytes of a path that are not UTF-8 as ``\xff``."""
    return UNDECODED.sub(lambda byte: rf"\x{ord(byte[0]) - 0xDC00:02x}", text)


def plain(text: str) -> str:
    """The same text in ASCII: a likeness of each character, ``?`` where there is none."""
    return "".join(character if character.isascii() else _likeness(character) for character in text)


def _likeness(character: str) -> str:
    if UNDECODED.match(character):
        return readable(character)
    if character in EQUIVALENTS:
        return EQUIVALENTS[character]
    if ord(character) in BOX_DRAWING:
        return "-" if character in "─━╌╍┄┅┈┉═╴╶╸╺╼╾" else "+"
    if ord(character) in BRAILLE:  # of spinners
        return "*"
    letters = "".join(part for part in unicodedata.normalize("NFKD", character) if part.isascii())
    return letters or "?"


def _replace(error: UnicodeError) -> tuple[str, int]:
    if not isinstance(error, UnicodeEncodeError):
        raise error
    return plain(error.object[error.start : error.end]), error.end


codecs.register_error(PLAIN_ERRORS, _replace)
