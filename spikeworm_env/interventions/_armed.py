"""A protocol that is carried out on a living brain, from one reset to the next."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from spikeworm_env.engine.schedule import NEVER
from spikeworm_env.errors import InputError
from spikeworm_env.interventions._intervention import AtOnce, Effect, Lasting, tick_of
from spikeworm_env.interventions._protocol import KEY, Protocol
from spikeworm_env.interventions._senses import Probe
from spikeworm_env.interventions._target import Subject

if TYPE_CHECKING:
    from spikeworm_env.engine.brain import Brain


def bind(protocol: Protocol, subject: Subject) -> list[Effect]:
    """The effects of all entries on one brain.

    Raises:
        InputError: naming the first entry whose target, channel or receptor the brain does not have.
    """
    effects = []
    for index, each in enumerate(protocol):
        try:
            effects.append(each.bind(subject))
            _probe(each, subject)
        except InputError as error:
            raise InputError(f"{KEY}[{index}]: {error}") from None
    return effects


def _probe(each: Any, subject: Subject) -> Probe | None:
    when = getattr(each, "when", None)
    if when is None:
        return None
    if subject.senses is None:
        raise InputError(f"when is a rule on {when.channel}; expected a brain with an agent, which senses")
    return subject.senses.probe(when.channel)


class Armed:
    """Carries out a protocol on a brain, from its next tick on, which is time 0.

    Args:
        protocol: what is done.
        brain: the brain.
        subject: its names and senses.

    Raises:
        InputError: see `bind`; nothing is done.
    """

    def __init__(self, protocol: Protocol, brain: Brain, subject: Subject) -> None:
        effects = bind(protocol, subject)
        self._brain, self._zero = brain, brain.ticks
        self._running: dict[int, tuple[Effect, Any]] = {}
        self._of_senses: list[_Stepwise] = []
        self._rules: list[_Stepwise] = []
        events: list[tuple[int, Callable[[Brain], None]]] = []
        for key, (each, effect) in enumerate(zip(protocol, effects, strict=True)):
            if isinstance(each, AtOnce):
                events.append((self._zero + tick_of(each.at_s), effect.start))
            elif isinstance(each, Lasting):
                first = self._zero + tick_of(each.start_s)
                end = NEVER if each.stop_s is None else self._zero + tick_of(each.stop_s)
                probe = _probe(each, subject)
                if probe is not None or effect.of_senses:
                    stepwise = self._rules if probe is not None else self._of_senses
                    stepwise.append(_Stepwise(key, each, effect, first, end, probe))
                    continue
                events.append((first, self._starter(key, effect)))
                if end < NEVER:
                    events.append((end, self._stopper(key)))
        self._schedule = brain.schedule(events) if events else None

    @property
    def of_steps(self) -> bool:
        """Whether `before_senses` and `after_senses` have something to do in each control step."""
        return bool(self._of_senses or self._rules)

    def before_senses(self) -> None:
        """Begin and end what changes senses, before those of a control step are evaluated."""
        for each in self._of_senses:
            self._switch(each, each.first <= self._brain.ticks < each.end)

    def after_senses(self, observation: NDArray[np.float32]) -> None:
        """Evaluate the closed-loop rules on the senses of a control step, before its ticks run."""
        tick = self._brain.ticks
        for each in self._rules:
            self._switch(each, each.holds(observation, tick))

    def handles(self) -> tuple[int, ...]:
        """Handles of what is in force in the brain, as `Brain.end` takes them."""
        return tuple(handle for effect, handle in self._running.values() if not effect.of_senses)

    def disarm(self) -> None:
        """End all that is in force, and cancel what is pending; weights stay as they are."""
        if self._schedule is not None:
            self._brain.end(self._schedule)
            self._schedule = None
        for key in list(self._running):
            self._stop(key)

    def _switch(self, each: _Stepwise, on: bool) -> None:
        if on and each.key not in self._running:
            self._running[each.key] = each.effect, each.effect.start(self._brain)
        elif not on and each.key in self._running:
            self._stop(each.key)

    def _starter(self, key: int, effect: Effect) -> Callable[[Brain], None]:
        def start(brain: Brain) -> None:
            self._running[key] = effect, effect.start(brain)

        return start

    def _stopper(self, key: int) -> Callable[[Brain], None]:
        return lambda brain: self._stop(key)

    def _stop(self, key: int) -> None:
        effect, handle = self._running.pop(key)
        effect.stop(self._brain, handle)


@dataclass
class _Stepwise:
    """A lasting intervention that begins and ends with control steps."""

    key: int
    entry: Lasting
    effect: Effect
    first: int
    end: int
    probe: Probe | None
    since: int | None = None  # the tick since which the condition holds

    def holds(self, observation: NDArray[np.float32], tick: int) -> bool:
        """Whether it is in force in the control step that begins with a tick."""
        when = self.entry.when
        if self.probe is None or when is None:
            return self.first <= tick < self.end
        if not when.holds(self.probe.read(observation)):
            self.since = None
            return False
        self.since = tick if self.since is None else self.since
        return self.first <= tick < self.end and tick - self.since >= tick_of(when.for_s)
