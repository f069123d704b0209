"""What the file of a synapse type declares, as one object."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from types import FunctionType, MappingProxyType, ModuleType
from typing import Final

from numpy.typing import NDArray

from spikeworm_env.engine.parameters import Parameter

CURRENT: Final = "current"  # the rule of continuous types
RULES: Final[Mapping[str, tuple[str, ...]]] = MappingProxyType(
    {
        "decay": ("syn", "p", "ticks"),
        "on_pre": ("syn", "p", "context"),
        "on_post": ("syn", "p", "context"),
        "on_reward": ("syn", "p", "reward"),
        "scheduled": ("synapses", "params", "age", "first"),
        CURRENT: ("w", "p", "v_source", "v_target"),
    }
)
"""Name of a rule → names of its arguments."""


@dataclass(frozen=True)
class Pruning:
    """How a type prunes synapses: what others need to know of it.

    Attributes:
        mark: the persistent state that is 1, and 0 once a synapse is pruned; its weight is then 0.
        threshold: the parameter below which synapses are pruned; with the value 0 none is.
        counts: two persistent states (successes, trials); their ratio is the rate that decides.
        information: function of the two counts, (k,) arrays, that returns the information of each synapse's
            rate, (k,); NaN where there was no trial.
    """

    mark: str
    threshold: str
    counts: tuple[str, str]
    information: Callable[[NDArray, NDArray], NDArray]


@dataclass(frozen=True, eq=False)
class SynapseType:
    """A synapse type: what its file declares. Each constant of the file is the field of its lower-case name.

    Attributes:
        name: name of its file.
        module: the module of its file.
        parameters: name → ``Parameter``.
        state: name → initial value; integers are stored as integers.
        decay_tables: name of a decay table → the parameter with its time constant.
        persistent: names of the state that ``Brain.reset`` keeps.
        learning_rate: the parameter that scales every weight step, 0: none; None: weights do not learn.
        bounds: the parameters with the least and the greatest weight; None: weights have no bounds.
        prunes: how it prunes synapses; None: it prunes none.
        needs_modulator: the parameter with the index of the modulator group that its rules read; None: none.
        normalizes: the parameter with the sum to which weights are scaled, 0: none; None: it never scales.
        continuous: whether its current is computed from both membrane potentials in every tick, without
            spikes and without delay.
        symmetric: of a continuous type, whether the opposite current flows into the source: its pairs have
            no direction, and its weights are conductances, >= 0.
    """

    name: str
    module: ModuleType
    parameters: Mapping[str, Parameter] = field(default_factory=dict)
    state: Mapping[str, float] = field(default_factory=dict)
    decay_tables: Mapping[str, str] = field(default_factory=dict)
    persistent: tuple[str, ...] = ()
    learning_rate: str | None = None
    bounds: tuple[str, str] | None = None
    prunes: Pruning | None = None
    needs_modulator: str | None = None
    normalizes: str | None = None
    continuous: bool = False
    symmetric: bool = False

    @property
    def doc(self) -> str:
        """The docstring of its file."""
        return (self.module.__doc__ or "").strip()

    @property
    def needs_reward(self) -> bool:
        """Whether its weights change only with reward."""
        return self.rule("on_reward") is not None

    def rule(self, name: str) -> FunctionType | None:
        """The rule of that name, a key of `RULES`; None if its file has none."""
        return vars(self.module).get(name)

    def weight_bounds(self, parameters: Mapping[str, float]) -> tuple[float, float]:
        """(least, greatest) weight with these parameters; infinite without bounds."""
        if self.bounds is None:
            return -math.inf, math.inf
        low, high = self.bounds
        return parameters[low], parameters[high]

    def learns(self, parameters: Mapping[str, float]) -> bool:
        """Whether rules change weights with these parameters, besides pruning and normalization."""
        return self.learning_rate is not None and parameters[self.learning_rate] > 0

    def can_prune(self, parameters: Mapping[str, float]) -> bool:
        """Whether synapses with these parameters can be pruned."""
        return self.prunes is not None and parameters[self.prunes.threshold] > 0

    def can_normalize(self, parameters: Mapping[str, float]) -> bool:
        """Whether weights with these parameters are scaled to a sum."""
        return self.normalizes is not None and parameters[self.normalizes] > 0
