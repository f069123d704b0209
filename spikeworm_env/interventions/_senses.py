"""What an agent senses, as interventions need it: channels to watch, and gains of receptors."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from spikeworm_env.errors import UnknownNameError
from spikeworm_env.world.scale import TICK_S

CHANGE = "_change"  # ending of the rate of change of a channel


@dataclass
class Senses:
    """Senses of one agent.

    Attributes:
        channels: name → index into the observation, of every number of it.
        receptors: names, in the order of ``output``.
        output: (r,) output of each receptor in the present control step.
        gain: (k,) gains of the connections from receptors to neurons; they are changed in place.
        receptor_of: (k,) the receptor of each connection.
        step_ticks: duration of a control step.
    """

    channels: Mapping[str, int]
    receptors: tuple[str, ...]
    output: NDArray[np.float64]
    gain: NDArray[np.float64]
    receptor_of: NDArray[np.int64]
    step_ticks: int
    _before: NDArray[np.float64] = field(init=False)
    _factors: dict[int, tuple[int, float]] = field(init=False, default_factory=dict)
    _added: int = field(init=False, default=0)

    def __post_init__(self) -> None:
        self._before = self.gain.copy()

    def index_of_receptor(self, name: str) -> int:
        """The index of a receptor.

        Raises:
            UnknownNameError: there is none of this name.
        """
        if name not in self.receptors:
            raise UnknownNameError("receptor", name, self.receptors)
        return self.receptors.index(name)

    def scale(self, receptor: int, factor: float) -> int:
        """Multiply the gain of a receptor until `restore` is called with the returned handle."""
        self._added += 1
        self._factors[self._added] = receptor, factor
        self._apply()
        return self._added

    def restore(self, handle: int) -> None:
        """End what `scale` began."""
        del self._factors[handle]
        self._apply()

    def _apply(self) -> None:
        self.gain[:] = self._before
        for receptor, factor in self._factors.values():
            self.gain[self.receptor_of == receptor] *= factor

    def probe(self, channel: str) -> Probe:
        """What reads a channel, the rate of change of one, or the output of a receptor.

        Raises:
            UnknownNameError: there is no such channel.
        """
        if channel in self.receptors:
            return Probe(self, None, self.receptors.index(channel), rate=False)
        if channel in self.channels:
            return Probe(self, self.channels[channel], None, rate=False)
        base = channel.removesuffix(CHANGE)
        if channel.endswith(CHANGE) and base in self.channels:
            return Probe(self, self.channels[base], None, rate=True)
        known = [*self.channels, *(f"{each}{CHANGE}" for each in self.channels), *self.receptors]
        raise UnknownNameError("channel", channel, known)


class Probe:
    """Reads one channel in every control step."""

    def __init__(self, senses: Senses, channel: int | None, receptor: int | None, *, rate: bool) -> None:
        self._senses, self._channel, self._receptor, self._rate = senses, channel, receptor, rate
        self._last: float | None = None

    def read(self, observation: NDArray[np.float32]) -> float:
        """Its value; the rate of change, per second, is 0 in the first step."""
        if self._receptor is not None:
            return float(self._senses.output[self._receptor])
        value = float(observation[self._channel])
        if not self._rate:
            return value
        before, self._last = self._last, value
        return 0.0 if before is None else (value - before) / (self._senses.step_ticks * TICK_S)
