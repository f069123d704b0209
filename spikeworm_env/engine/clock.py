"""The time of a brain as the kernels that run its ticks keep it: whole numbers in an array.

A kernel writes the first; the brain writes all three with `Brain.to_clock` and `Brain.serve`.
"""

from typing import Final

TICK: Final = 0  # the next tick
STOP: Final = 1  # the tick before which the brain needs Python
DELAYED: Final = 2  # free entries of the delay queue that a tick may need
