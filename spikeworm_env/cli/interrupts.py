"""How SIGINT (Ctrl-C), SIGTERM (scancel, docker stop) and SIGHUP (a closed terminal) end a command.

The first of them is one `KeyboardInterrupt`, which removes what is half made and ends with one line and the
exit code 128 + its number. More of them while the command ends are ignored, so that nothing is left half
removed; after `ENDING_S` another one ends the process at once.
"""

from __future__ import annotations

import os
import signal
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from types import FrameType
from typing import Any

SIGNALS = [getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGHUP") if hasattr(signal, name)]
ENDING_S = 10.0
AGAIN_S = 0.05  # after an interrupt that came where Python cannot raise it


@dataclass
class _Ending:
    """The signal that ends the command.

    Attributes:
        number: of the first signal; None until one came.
        since: when it came, s.
    """

    number: int | None = None
    since: float = 0.0


_ending = _Ending()


@contextmanager
def signals_as_interrupts() -> Iterator[None]:
    """Let the signals raise one `KeyboardInterrupt` in the block; an ignored signal (nohup) stays ignored.

    In another thread than the main one nothing changes: handlers cannot be set there.
    """
    _ending.number = None
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = {number: signal.getsignal(number) for number in SIGNALS}
    hook = sys.unraisablehook
    sys.unraisablehook = lambda unraisable: _send_again() if _is_ours(unraisable) else hook(unraisable)
    for number, handler in before.items():
        if handler not in (signal.SIG_IGN, None):
            signal.signal(number, _interrupt)
    try:
        yield
    finally:
        sys.unraisablehook = hook
        for number, handler in before.items():
            if handler is not None:
                signal.signal(number, handler)


def exit_code() -> int:
    """Exit code of the interrupted command: as a shell gives it for the signal, SIGINT if none came."""
    return 128 + (_ending.number or signal.SIGINT)


@contextmanager
def keeping(kept: Callable[[], str]) -> Iterator[None]:
    """Let an interrupt of the block have the message of ``kept``: what is kept, and how to resume."""
    try:
        yield
    except KeyboardInterrupt:
        raise KeyboardInterrupt(kept()) from None


def _interrupt(number: int, frame: FrameType | None) -> None:
    if _ending.number is None:
        _ending.number, _ending.since = number, time.monotonic()
        raise KeyboardInterrupt
    if time.monotonic() - _ending.since > ENDING_S:
        signal.signal(number, signal.SIG_DFL)
        os.kill(os.getpid(), number)


def _is_ours(unraisable: Any) -> bool:
    return _ending.number is not None and issubclass(unraisable.exc_type, KeyboardInterrupt)


def _send_again() -> None:
    """Send the signal again: it came in a place, such as a destructor, whose exceptions are lost."""
    number, _ending.number = _ending.number, None
    timer = threading.Timer(AGAIN_S, os.kill, (os.getpid(), number))
    timer.daemon = True
    timer.start()
