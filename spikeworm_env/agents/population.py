"""As many brains as a vector environment has worms, all of one recipe: one compiled call per step for all."""

# mypy: disable-error-code="no-untyped-def"

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from copy import copy
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import numpy as np
from gymnasium.vector import AutoresetMode
from numpy.typing import NDArray

from spikeworm_env.agents.control_step import COMPLETE
from spikeworm_env.agents.spiking import SpikingAgent
from spikeworm_env.anatomy import N_SEGMENTS
from spikeworm_env.checks import whole
from spikeworm_env.errors import InputError, shown
from spikeworm_env.kernels.addresses import addresses, call_int
from spikeworm_env.kernels.binding import kernel
from spikeworm_env.seeds import checked_seed

if TYPE_CHECKING:
    from spikeworm_env.agents.sources import Source

MOST_WORMS: Final = 1_000_000
TO_RUN: Final = -1  # what a control step that has not begun came to

Flags = NDArray[np.bool_]


class Brains(NamedTuple):
    """What the control steps of n brains take besides the observations, see `control_step.think`."""

    think: Any  # address of the kernel
    addresses: Any
    senses: Any  # (n,) addresses of the handles, as are nets
    nets: Any
    clocks: NDArray[np.int64]  # (n, 4)
    plasticity: NDArray[np.float64]  # (n,)


def think_all(brains, observations, frame_skip, actions, came_to):
    """Run the control steps of n brains, or the rest of those that returned early.

    Args:
        brains: see `Brains`.
        observations: (n, size) float32.
        frame_skip: ticks of a step.
        actions: (n, 2, N_SEGMENTS) float32; written.
        came_to: (n,) what each step came to; those that are complete are left out; written.

    Returns:
        How many are not complete.
    """
    think, called, senses, nets, clocks, plasticity = brains
    left = 0
    for i in range(len(observations)):
        if came_to[i] != COMPLETE:
            arguments = (called, senses[i], nets[i], observations[i], clocks[i], frame_skip, plasticity[i])
            came_to[i] = call_int(think, (*arguments, actions[i]))
            if came_to[i] != COMPLETE:
                left += 1
    return left


think_all_kernel = kernel(think_all)


class Population:
    """One agent for each worm of a vector environment; each is bit-identical to the agent alone.

    Example::

        env = gymnasium.make_vec("SpikeWorm/Chemotaxis-v0", num_envs=8)
        worms = sw.make_population("crawler_v1", env=env)
        observations, info = env.reset(seed=1)
        worms.reset(seed=1, info=info)
        for _ in range(100):
            observations, rewards, terminated, truncated, info = env.step(worms.act(observations))
            worms.learn(rewards, terminated, truncated, info)

    When an episode ends, the environment begins the next one by itself, and so does the worm's agent, with a
    seed of its own; weights stay, as `SpikingAgent.reset` has it. In an environment that is reset by hand,
    the caller resets the agents, too.

    Args:
        agents: spiking agents of one brain and one ``frame_skip``; see `make_population`.
        autoreset_mode: of the environment.

    Raises:
        InputError: no agents, or agents that differ in what they have in common.

    Attributes:
        agents: one for each worm.
    """

    def __init__(
        self, agents: Sequence[SpikingAgent], autoreset_mode: AutoresetMode = AutoresetMode.NEXT_STEP
    ) -> None:
        self.agents: tuple[SpikingAgent, ...] = tuple(agents)
        if not self.agents or not all(isinstance(each, SpikingAgent) for each in self.agents):
            raise InputError(f"agents is {shown(agents)}; expected spiking agents, at least one")
        first = self.agents[0]
        for k, each in enumerate(self.agents):
            if each.frame_skip != first.frame_skip or each.compiled is not first.compiled:
                raise InputError(f"agents[{k}] has another brain or frame_skip than agents[0]")
        n = len(self.agents)
        self._mode = AutoresetMode(autoreset_mode)
        self._seeds = [np.random.SeedSequence(i) for i in range(n)]  # of episodes that begin by themselves
        self._ended = np.zeros(n, np.bool_)
        self._rested = np.zeros(n, np.bool_)  # in the last step

    def __len__(self) -> int:
        return len(self.agents)

    def __iter__(self) -> Iterator[SpikingAgent]:
        return iter(self.agents)

    def reset(
        self,
        *,
        seed: int | Sequence[int] | None = None,
        info: Mapping[str, Any] | None = None,
        mask: Flags | None = None,
    ) -> None:
        """Start episodes: each agent as `SpikingAgent.reset` does.

        Args:
            seed: agent i gets ``seed + i``, or the i-th of a sequence; None: seeds that no two runs share.
            info: of the environment's reset.
            mask: (n,) which agents; None: all.

        Raises:
            InputError: seeds or a mask of another length, or a step of the environment of another duration.
        """
        seeds = self._checked_seeds(seed)
        chosen = np.ones(len(self), np.bool_) if mask is None else np.asarray(mask)
        if chosen.dtype != np.bool_ or chosen.shape != (len(self),):
            raise InputError(f"mask is {shown(mask)}; expected {len(self)} truth values")
        for i in np.flatnonzero(chosen).tolist():
            self._seeds[i] = np.random.SeedSequence(seeds[i])
            self.agents[i].reset(seed=seeds[i], info={} if info is None else info)
            self._ended[i] = False

    def act(self, observations: NDArray[np.float32]) -> NDArray[np.float32]:
        """The actions of a step, (n, 2, N_SEGMENTS), from (n, size) observations.

        Raises:
            InputError: observations of another shape or dtype than the environment's, or a current beyond its
                limit.
        """
        observations = self._checked_observations(observations)
        actions = np.zeros((len(self), 2, N_SEGMENTS), np.float32)
        if self._mode is AutoresetMode.SAME_STEP:
            self._begin_episodes()
        self._rested = (
            self._ended.copy()
        )  # an environment that begins an episode takes no action in that step
        together = []
        for i in np.flatnonzero(~self._rested).tolist():
            if self.agents[i].needs_python:
                actions[i] = self.agents[i].act(observations[i])
            else:
                together.append(i)
        self._act_together(together, observations, actions)
        if self._mode is AutoresetMode.NEXT_STEP:
            self._begin_episodes()
        return actions

    def learn(
        self,
        rewards: NDArray[np.float64],
        terminated: Flags,
        truncated: Flags,
        info: Mapping[str, Any] | None = None,
    ) -> None:
        """Deliver the rewards of a step, each to its agent, and take note of episodes that have ended."""
        ended = np.asarray(terminated) | np.asarray(truncated)
        values = np.asarray(rewards).tolist()
        for i in np.flatnonzero(~self._rested).tolist():
            self.agents[i].learn(values[i], bool(ended[i]), False, {} if info is None else info)
        self._ended |= ended

    def _act_together(
        self, chosen: list[int], observations: NDArray[np.float32], actions: NDArray[np.float32]
    ) -> None:
        """Write the actions of these agents, whose steps need nothing but kernels."""
        if not chosen:
            return
        controls = [self.agents[i].prepared_step() for i in chosen]
        clocks, came_to = np.empty((len(chosen), 4), np.int64), np.full(len(chosen), TO_RUN)
        called, think = controls[0].begin()
        for k, control in enumerate(controls):
            control.begin()
            clocks[k] = control.clock
        handles = [control.handles for control in controls]
        some = len(chosen) < len(self)
        seen = observations[chosen] if some else observations
        done = np.zeros((len(chosen), *actions.shape[1:]), np.float32) if some else actions
        plasticity = np.array([control.plasticity for control in controls])
        while True:
            senses, nets = (addresses(*each) for each in zip(*handles, strict=True))
            brains = Brains(think, called, senses, nets, clocks, plasticity)
            left = think_all_kernel(brains, seen, self.agents[0].frame_skip, done, came_to)
            if left == 0:
                break
            for k in np.flatnonzero(came_to != COMPLETE).tolist():
                controls[k].clock[:] = clocks[k]
                controls[k].serve(int(came_to[k]))
                clocks[k], handles[k] = controls[k].clock, controls[k].handles
        for k, control in enumerate(controls):
            control.clock[:] = clocks[k]
            control.end()
        if some:
            actions[chosen] = done

    def _begin_episodes(self) -> None:
        """Reset the agents whose episodes have ended."""
        for i in np.flatnonzero(self._ended).tolist():
            (child,) = self._seeds[i].spawn(1)
            self.agents[i].reset(seed=int(child.generate_state(1, np.uint64)[0] >> 1), info={})
            self._ended[i] = False

    def _checked_seeds(self, seed: int | Sequence[int] | None) -> list[int]:
        n = len(self)
        if seed is None:
            drawn = np.random.SeedSequence().generate_state(n, np.uint64)
            return [int(each >> np.uint64(1)) for each in drawn]
        if isinstance(seed, int | np.integer):
            first = checked_seed(seed)
            checked_seed(first + n - 1, "the last seed")
            return list(range(first, first + n))
        if not isinstance(seed, Sequence | np.ndarray) or len(seed) != n:
            raise InputError(f"seed is {shown(seed)}; expected a seed, or {n} of them")
        return [checked_seed(each, f"seed[{i}]") for i, each in enumerate(seed)]

    def _checked_observations(self, observations: object) -> NDArray[np.float32]:
        if not isinstance(observations, np.ndarray) or observations.shape[:-1] != (len(self),):
            what = getattr(observations, "shape", type(observations).__name__)
            raise InputError(f"observations is {what}; expected flat observations of {len(self)} worms")
        self.agents[0].check_observation(observations[0])
        return np.ascontiguousarray(observations)


def make_population(source: Source, n: int | None = None, *, env: Any = None, **options: Any) -> Population:
    """As many spiking agents of one brain as there are worms.

    Args:
        source: a brain, as `make_agent` takes it, or an agent with one, which is copied for each worm.
        n: how many; None: as many as ``env`` has.
        env: the vector environment that they are for, see `make_agent`.
        **options: of the agents, see `make_agent`.

    Raises:
        InputError: see `make_agent`; neither ``n`` nor a vector environment, two different numbers, or an
            agent without a brain.
    """
    from spikeworm_env.agents import make_agent

    held = getattr(env, "num_envs", None)
    if n is None:
        if held is None:
            raise InputError("n is missing; expected a number of worms, or a vector environment as env")
        n = held
    n = whole("n", n, 1, MOST_WORMS)
    if held is not None and held != n:
        raise InputError(f"n is {n}; expected {held}, as env has")
    first = make_agent(source, env=env, **options)
    if not isinstance(first, SpikingAgent):
        raise InputError(f"source is {shown(source)}; expected a brain: {first.name} has none")
    agents: list[Any]
    if first is source:
        agents = [copy(first) for _ in range(n)]
    else:
        options.pop("seed", None)  # of the compiler
        agents = [first, *(make_agent(first.compiled, env=env, **options) for _ in range(n - 1))]
    mode = AutoresetMode.NEXT_STEP if env is None else env.metadata["autoreset_mode"]
    return Population(agents, mode)
