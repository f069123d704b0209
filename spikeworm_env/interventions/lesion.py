"""Lesion: synapses that are removed for good."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from spikeworm_env.interventions._fields import Seed, Share
from spikeworm_env.interventions._intervention import AtOnce, Effect
from spikeworm_env.interventions._target import Subject, Synapses, shown_target


@dataclass(frozen=True)
class Lesion(AtOnce):
    """Synapses are removed for the rest of the episode.

    Args:
        target: a connection ``"a -> b"``, a ``{"synapse_type": NAME}``, or neurons, which lose all outgoing
            synapses and all gap junctions.
        share: of the synapses, drawn at random; to the nearest whole number of them.
        seed: of the draw.
        at_s: see `AtOnce`.

    Raises:
        InputError: a value of another type or out of its range.
    """

    name: ClassVar[str] = "lesion"
    changes_weights: ClassVar[bool] = True
    target: Synapses
    share: Share = 1.0
    seed: Seed = 0

    @property
    def what(self) -> str:
        part = "" if self.share == 1 else f"{100 * self.share:g}% of "
        drawn = "" if self.share == 1 else f" (seed {self.seed})"
        return f"lesion {part}{shown_target(self.target)}{drawn}"

    def bind(self, subject: Subject) -> Effect:
        synapses = np.sort(subject.synapses(self.target))
        drawn = np.random.default_rng(self.seed).permutation(synapses.size)[
            : round(self.share * synapses.size)
        ]
        chosen = synapses if self.share == 1 else np.sort(synapses[drawn])
        return Effect(lambda brain: brain.lesion(chosen))


INTERVENTION = Lesion
