"""Lines to the user about work that goes on without something: a cache, a figure, a video."""

from __future__ import annotations

import logging
import sys
from contextlib import suppress

LOG = logging.getLogger("spikeworm")
_given: set[str] = set()


def notice(text: str, *, subject: str = "") -> None:
    """Log a warning on one line, once per subject and process; never raises.

    It is one line ``spikeworm: TEXT`` on stderr unless the program has handlers of its own for the logger
    ``spikeworm`` or for the root logger.

    Args:
        text: the line.
        subject: texts of one subject count as the same; the text itself if empty.
    """
    line = " ".join(text.split()).encode("utf-8", "backslashreplace").decode()  # a log file is UTF-8
    subject = subject or line
    if subject not in _given:
        _given.add(subject)
        LOG.warning("%s", line)


def _logged_elsewhere() -> bool:
    return len(LOG.handlers) > 1 or bool(logging.getLogger().handlers)


class _LineOnStderr(logging.Handler):
    """Writes to the current ``sys.stderr`` if no other handler of the logger is there."""

    def emit(self, record: logging.LogRecord) -> None:
        if _logged_elsewhere():
            return
        with suppress(AttributeError, OSError, ValueError):  # stderr is missing, full or closed
            encoding = sys.stderr.encoding or "utf-8"
            line = f"spikeworm: {record.getMessage()}\n".encode(encoding, "backslashreplace")
            sys.stderr.write(line.decode(encoding))
            sys.stderr.flush()


LOG.addHandler(_LineOnStderr())
