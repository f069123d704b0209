"""One control step of a brain in one compiled call: receptors, ticks, muscles.

The kernel returns early where the brain has something to do that only Python can: draw the next block of
noise, run a scheduled event, make room for delayed spikes. The caller lets it do so and calls again.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from spikeworm_env.agents.sensorimotor import Sensorimotor, kernels
from spikeworm_env.anatomy import N_SEGMENTS
from spikeworm_env.engine.brain import Brain, refuse_beyond_limit
from spikeworm_env.engine.clock import DELAYED, STOP, TICK
from spikeworm_env.kernels.addresses import address_of, addresses, call_int, call_none, handle_address
from spikeworm_env.kernels.binding import kernel

PASSED: Final = 3  # index into the clock: ticks of this step that have run; AT_START before its receptors
AT_START: Final = -1
SENSE, ADVANCE, MOVE = range(3)  # indices into the addresses

COMPLETE, DUE, FULL, REFUSED = range(4)
"""What a step came to: its end; something is due before the next tick; the delay queue is full; a current is
beyond its limit."""

_NO_CURRENT: Final = np.empty(0)


def think(addresses, sensorimotor, net, observation, clock, frame_skip, plasticity, action):
    """Run a control step, or the rest of one that returned early.

    Args:
        addresses: of the kernels that it calls.
        sensorimotor: handle of the receptors and muscles.
        net: handle of the brain's arrays.
        observation: (size,) float32.
        clock: (4,) of the brain; written.
        frame_skip: ticks of a step.
        plasticity: 1 while the brain learns, else 0.
        action: (2, N_SEGMENTS) float32, written at the end.

    Returns:
        What the step came to.
    """
    if clock[PASSED] == AT_START:
        call_none(addresses[SENSE], (sensorimotor, observation))
        clock[PASSED] = 0
    while clock[PASSED] < frame_skip:
        ticks = min(frame_skip - clock[PASSED], clock[STOP] - clock[TICK])
        if ticks <= 0:
            return DUE
        begins = clock[PASSED] == 0
        n_fired = call_int(
            addresses[ADVANCE],
            (net, sensorimotor.current, begins, clock[TICK], ticks, plasticity, clock[DELAYED]),
        )
        if n_fired == -2 - ticks:
            return REFUSED
        ran = -1 - n_fired if n_fired < 0 else ticks
        clock[TICK] += ran
        clock[PASSED] += ran
        if n_fired < 0:
            return FULL
    call_none(addresses[MOVE], (sensorimotor, net.neurons.spike_count, frame_skip, action))
    clock[PASSED] = AT_START
    return COMPLETE


think_kernel = kernel(think)
_ADDRESSES: dict[Callable, tuple[Any, Any]] = {}


class ControlStep:
    """The control steps of one brain with its receptors and muscles.

    Args:
        brain: the brain.
        sensorimotor: its receptors and muscles.
        frame_skip: ticks of a step.

    Attributes:
        clock: (4,) whole numbers, see `engine.clock`.
    """

    def __init__(self, brain: Brain, sensorimotor: Sensorimotor, frame_skip: int) -> None:
        self._brain, self._sensorimotor, self._frame_skip = brain, sensorimotor, frame_skip
        self._senses = kernels()[0](sensorimotor)
        self._net: Any = None  # the handle whose address is known
        self._handles: tuple[Any, Any] = (None, None)
        self.clock = np.array([0, 0, 0, AT_START])

    def __call__(self, observation: NDArray[np.float32], action: NDArray[np.float32]) -> None:
        """Run a step from an observation (size,); write its action (2, N_SEGMENTS)."""
        called = self.begin()[0]
        while True:
            came_to = think_kernel(
                called,
                self._senses,
                self._brain.handle,
                observation,
                self.clock,
                self._frame_skip,
                self.plasticity,
                action,
            )
            if came_to == COMPLETE:
                break
            self.serve(came_to)
        self.end()

    @property
    def plasticity(self) -> float:
        """1 while the brain learns, else 0."""
        return 1.0 if self._brain.learning else 0.0

    @property
    def handles(self) -> tuple[Any, Any]:
        """The pointers to the receptors and muscles and to the brain's arrays; new ones after `serve`."""
        net = self._brain.handle
        if net is not self._net:
            self._net, self._handles = net, (handle_address(self._senses), handle_address(net))
        return self._handles

    def begin(self) -> tuple[Any, Any]:
        """Begin a stretch of steps; the addresses of the kernels that `think` calls, and its own."""
        self.clock[PASSED] = AT_START
        self._brain.to_clock(self.clock)
        return _addresses_for(self._brain, self._senses)

    def end(self) -> None:
        """End a stretch of steps."""
        self._brain.from_clock(self.clock)

    def serve(self, came_to: int) -> None:
        """Do what a step needs before it can go on.

        Raises:
            InputError: a current is not a number within ±1e9, or what a scheduled event raises.
        """
        current = self._sensorimotor.current
        if came_to == REFUSED:
            self._brain.from_clock(self.clock)
            refuse_beyond_limit(current)
        external = current if self.clock[PASSED] == 0 else _NO_CURRENT
        self._brain.serve(self.clock, external, full=came_to == FULL)


def _addresses_for(brain: Brain, senses: Any) -> tuple[Any, Any]:
    """The addresses of the kernels that `think` calls, and its own, for a brain of these models and types."""
    advance = brain.advance_kernel
    if advance not in _ADDRESSES:
        _, sense, move = kernels()
        net, current, spikes = brain.handle, np.empty(0), np.empty(0, np.int32)
        observation, action = np.empty(0, np.float32), np.empty((2, N_SEGMENTS), np.float32)
        called = addresses(
            address_of(sense, senses, observation),
            address_of(advance, net, current, True, 0, 1, 1.0, 0),
            address_of(move, senses, spikes, 1, action),
        )
        clock = np.empty(0, np.int64)
        own = address_of(think_kernel, called, senses, net, observation, clock, 1, 1.0, action)
        _ADDRESSES[advance] = called, own
    return _ADDRESSES[advance]
