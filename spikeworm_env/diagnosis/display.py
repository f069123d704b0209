"""Check: whether a window can open."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator

from spikeworm_env.diagnosis._check import Check, State
from spikeworm_env.errors import InputError
from spikeworm_env.rendering.display import check_display

OPEN = (  # in a process of its own, since a dead display may hang or end the process
    "from spikeworm_env.rendering.window import Window, pygame; list(Window(64, 'SpikeWorm').events()); "
    "print(pygame.display.get_driver())"
)
PATIENCE_S = 15
WITHOUT = "videos and rgb_array need none"


def look() -> Iterator[tuple[str, State, str, str]]:
    """The display of windows."""
    try:
        check_display()
    except InputError:
        yield "window", State.MISSING, f"no display; {WITHOUT}", "set DISPLAY or WAYLAND_DISPLAY"
        return
    try:
        tried = subprocess.run(
            [sys.executable, "-c", OPEN], capture_output=True, text=True, timeout=PATIENCE_S, check=False
        )
        last_line = (tried.stderr.strip().splitlines() or ["unknown"])[-1]
        failure = last_line.rpartition("Error: ")[2] if tried.returncode else ""
    except subprocess.TimeoutExpired:
        failure = f"no answer in {PATIENCE_S} s"
    if failure:
        yield "window", State.MISSING, failure, "check DISPLAY"
    else:
        yield "window", State.OK, f"driver {tried.stdout.strip()}", ""


CHECK = Check("display", 40, look)
