"""A compiled brain as an agent: observation → currents → ticks → motor spikes → action."""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from spikeworm_env.agents.pace import Pace
from spikeworm_env.agents.reward import RewardPathway
from spikeworm_env.agents.reward_modes import REWARD_MODES, REWARD_SEED, replayed
from spikeworm_env.agents.sensorimotor import NOISE, absent_odours, kernels, make_sensorimotor
from spikeworm_env.compiler.brain import CompiledBrain
from spikeworm_env.compiler.fields import SEGMENTS
from spikeworm_env.engine.brain import Brain
from spikeworm_env.envs.observation import LAYOUT
from spikeworm_env.errors import InputError, UnknownNameError
from spikeworm_env.kernels.draws import normals
from spikeworm_env.lesions.weight_noise import add_weight_noise
from spikeworm_env.world.scale import DEFAULT_FRAME_SKIP

FLOAT = np.dtype(np.float32)


class SpikingAgent:
    """Carries a brain. Everything that decides is in its neurons.

    Args:
        compiled: what to carry.
        name: what tables call it; by default the recipe's name.
        frame_skip: ticks that the brain runs per action.
        learning: whether reward and spikes may change weights.
        layout: where each channel is found in an observation; by default that which all environments share.
            The observation may have further channels, which it ignores. A brain with receptors for a second
            odour feels 0 of it where the layout has none, and then takes no observation with more channels.
        weight_jitter: relative standard deviation of noise on every weight, conductance, proprioceptive gain
            and muscle gain, drawn anew at each reset from its seed.
        reward_mode: one of `reward_modes.REWARD_MODES`: what the brain is given in place of its reward.
        fresh: whether membranes, arrivals and traces start anew at each reset; if not, the brain lives on.

    Attributes:
        brain: the running brain.
        rewarded: what the last `learn` gave the brain; 0 if nothing.
        deliveries: what the pathway has said since the last reset, whatever the brain was given.
    """

    def __init__(
        self,
        compiled: CompiledBrain,
        *,
        name: str | None = None,
        frame_skip: int = DEFAULT_FRAME_SKIP,
        layout: Mapping[str, slice] = LAYOUT,
        learning: bool = True,
        weight_jitter: float = 0.0,
        reward_mode: str = "normal",
        fresh: bool = True,
    ) -> None:
        self._pace = Pace(frame_skip)
        if not 0.0 <= weight_jitter <= 1.0:
            raise InputError(f"weight_jitter is {weight_jitter}; expected 0 to 1")
        if reward_mode not in REWARD_MODES:
            raise UnknownNameError("reward mode", reward_mode, REWARD_MODES)
        self.name = name or compiled.meta.recipe_name
        self.compiled = compiled
        self.frame_skip = self._pace.frame_skip
        self._layout, self._size = dict(layout), max(part.stop for part in layout.values())
        self._absent = absent_odours(compiled, layout)
        self._most = self._size if self._absent else sys.maxsize
        self.weight_jitter = weight_jitter
        self._make_handle, self._sense, self._move = kernels()
        self._pathway = RewardPathway(compiled.reward) if compiled.reward else None
        self._rng = np.random.default_rng(0)
        self.rewarded = 0.0
        self.deliveries: list[float] = []
        self.reward_mode, self.fresh = reward_mode, fresh
        self._given = REWARD_MODES[reward_mode](self._rng)
        self._others: Sequence[float] | None = None
        self.brain = Brain(compiled.network, learning=learning)
        self._embody(compiled)

    def reset(self, *, seed: int | None, info: Mapping[str, Any]) -> None:
        """A new trial: fresh membranes, receptors and noise; what was learned stays, unless jittered.

        A brain that lives on keeps its membranes and its noise; not with jitter, which makes another of it.

        Raises:
            InputError: a step of the environment takes other than ``frame_skip`` ticks.
        """
        self._pace.meet(self.name, info)
        noise_seed, receptor_seed, jitter_seed = np.random.SeedSequence(seed).generate_state(3)
        compiled = self.compiled
        if self.weight_jitter > 0:
            compiled = add_weight_noise(compiled, self.weight_jitter, np.random.default_rng(jitter_seed))
            before = self.brain
            self.brain = Brain(compiled.network, seed=int(noise_seed), learning=before.learning)
            self.brain.on_tick = before.on_tick
        elif self.fresh:
            self.brain.reset(seed=int(noise_seed))
        self._rng = np.random.default_rng(receptor_seed)
        self._embody(compiled)
        self.rewarded, self.deliveries = 0.0, []
        if self._others is None:
            stream = np.random.SeedSequence(seed, spawn_key=(REWARD_SEED,))
            self._given = REWARD_MODES[self.reward_mode](np.random.default_rng(stream))
        else:
            self._given, self._others = replayed(self._others), None
        if self._pathway:
            self._pathway.reset()

    def yoke(self, deliveries: Sequence[float]) -> None:
        """In the trial that the next reset begins, give the brain these rewards instead of its own."""
        self._others = tuple(deliveries)  # the other may live on

    def act(self, observation: NDArray[np.float32] | Mapping[str, Any]) -> NDArray[np.float32]:
        """Run ``frame_skip`` ticks under the currents that the observation, flat or by channel, causes.

        Raises:
            InputError: the observation is not as the environment gives it, or holds what is no number.
        """
        if type(observation) is not np.ndarray:
            observation = self._flattened(observation)
        if (
            observation.ndim != 1
            or not self._size <= observation.size <= self._most
            or observation.dtype != FLOAT
        ):
            raise self._unexpected(observation)
        sensorimotor = self._sensorimotor
        if self._noisy:
            sensorimotor.noise[:] = normals(self._rng, sensorimotor.noise.size)
        self._sense(self._handle, observation)
        spikes = self.brain.advance(self.frame_skip, sensorimotor.current)
        action = np.empty((2, SEGMENTS), dtype=np.float32)
        self._move(self._handle, spikes, self.frame_skip, action)
        return action

    def learn(self, reward: float, terminated: bool, truncated: bool, info: Mapping[str, Any]) -> None:
        """Hand the reward to the brain, by the recipe's rule; without a rule it goes nowhere."""
        if self._pace.unsure:
            self._pace.follow(self.name, terminated or truncated, info)
        if self._pathway:
            earned = self._pathway(reward, self.frame_skip)
            self.rewarded = 0.0
            if earned is not None:
                self.deliveries.append(earned)
                self.rewarded = self._given(earned)
                self.brain.deliver_reward(self.rewarded)

    def _embody(self, compiled: CompiledBrain) -> None:
        """Connect the brain to fresh receptors and muscles."""
        self._sensorimotor = make_sensorimotor(compiled, self.frame_skip, self._layout)
        self._handle = self._make_handle(self._sensorimotor)
        self._noisy = bool((self._sensorimotor.kind == NOISE).any())

    def _flattened(self, observation: Any) -> NDArray[np.float32]:
        """An observation by channel as a vector."""
        if not isinstance(observation, Mapping):
            raise self._unexpected(observation)
        if not self._absent.isdisjoint(observation):
            raise InputError(
                f"observation has {', '.join(sorted(self._absent & set(observation)))}{self._hint}"
            )
        flat = np.empty(self._size, np.float32)
        for name, part in self._layout.items():
            try:
                flat[part] = observation[name]
            except (KeyError, ValueError, TypeError):
                raise InputError(
                    f"observation[{name!r}] is {_described(observation.get(name))}; "
                    f"expected float32 ({part.stop - part.start},)"
                ) from None
        return flat

    @property
    def _hint(self) -> str:
        return f"; {self.name} smells a second odour: give it layout=env.unwrapped.layout"

    def _unexpected(self, observation: Any) -> InputError:
        hint = self._hint if isinstance(observation, np.ndarray) and observation.size > self._most else ""
        return InputError(f"observation is {_described(observation)}; expected float32 ({self._size},){hint}")


def _described(value: Any) -> str:
    return f"{value.dtype} {value.shape}" if isinstance(value, np.ndarray) else type(value).__name__
