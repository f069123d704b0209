"""Stimulate: a current into neurons."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, ClassVar

from spikeworm_env.interventions._fields import Current, Optional
from spikeworm_env.interventions._intervention import Effect, Lasting
from spikeworm_env.interventions._target import Neurons, Subject, shown_target
from spikeworm_env.interventions._waveforms import Scaled, Waveform, WaveformField


@dataclass(frozen=True)
class Stimulate(Lasting):
    """A current into neurons, in addition to all others.

    Args:
        target: the neurons: a component, a terminal, or a pattern of names.
        current: constant current, in the unit of synaptic weights; with a waveform, its factor.
        waveform: `Pulses`, `Ramp`, `Noise`, or an array of one value a tick, (ticks,) or (ticks, neurons);
            None: constant.
        start_s, stop_s, when: see `Lasting`. With ``when`` the waveform begins anew each time.

    Raises:
        InputError: a value of another type or out of its range.
    """

    name: ClassVar[str] = "stimulate"
    target: Neurons
    current: Current = 1.0
    waveform: Annotated[Waveform | None, Optional(WaveformField())] = None

    @property
    def what(self) -> str:
        shape = "" if self.waveform is None else f" as {self.waveform.text}"
        return f"stimulate {shown_target(self.target)} with {self.current:g}{shape}"

    def bind(self, subject: Subject) -> Effect:
        ids = subject.ids(self.target)
        if self.waveform is None:
            return Effect(lambda brain: brain.stimulate(ids, self.current))
        self.waveform.check_width(ids.size)
        scaled = Scaled(self.waveform, self.current)
        return Effect(lambda brain: brain.stimulate(ids, scaled))


INTERVENTION = Stimulate
