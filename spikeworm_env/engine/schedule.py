"""Functions that run exactly before a tick."""

from __future__ import annotations

import heapq
from collections.abc import Callable, Iterable
from typing import Any, Final

NEVER: Final = 2**62  # a tick that no brain reaches

Event = tuple[int, Callable[[Any], object]]  # tick and function of the brain


class Schedule:
    """Pending events, ordered by tick and, within a tick, as they were added."""

    def __init__(self) -> None:
        self._heap: list[tuple[int, int, int, Callable[[Any], object]]] = []
        self._added = 0

    @property
    def next_tick(self) -> int:
        """The tick of the next event; `NEVER` without events."""
        return self._heap[0][0] if self._heap else NEVER

    def add(self, handle: int, events: Iterable[Event]) -> None:
        """Add events under a handle."""
        for tick, function in events:
            heapq.heappush(self._heap, (tick, self._added, handle, function))
            self._added += 1

    def pop(self) -> Callable[[Any], object]:
        """Remove the next event, and return its function."""
        return heapq.heappop(self._heap)[3]

    def drop(self, handle: int) -> bool:
        """Remove the pending events of a handle; whether there were any."""
        kept = [each for each in self._heap if each[2] != handle]
        dropped = len(kept) < len(self._heap)
        heapq.heapify(kept)
        self._heap = kept
        return dropped
