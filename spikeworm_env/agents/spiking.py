"""A compiled brain as an agent: observation → currents → ticks → motor spikes → action."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from spikeworm_env.agents.control_step import ControlStep
from spikeworm_env.agents.driver import Driver
from spikeworm_env.agents.experiment import Experiment, senses_of
from spikeworm_env.agents.protocol import CopiedWhole, StepCheck
from spikeworm_env.agents.reward import REWARD_MODES, REWARD_SEED, RewardPathway, replay
from spikeworm_env.agents.sensorimotor import NOISE, absent_odours, check_layout, kernels, make_sensorimotor
from spikeworm_env.anatomy import N_SEGMENTS
from spikeworm_env.checks import flag, known_name, number
from spikeworm_env.compiler.compiled_brain import CompiledBrain
from spikeworm_env.compiler.edits import brain_conditions
from spikeworm_env.engine.brain import Brain
from spikeworm_env.engine.schedule import NEVER
from spikeworm_env.envs.spaces import LAYOUT
from spikeworm_env.errors import InputError, shown
from spikeworm_env.interventions._armed import bind
from spikeworm_env.interventions._protocol import Protocol, ProtocolLike, load_protocol
from spikeworm_env.interventions._target import Subject
from spikeworm_env.kernels.random_draws import normals
from spikeworm_env.lesions.weight_noise import add_weight_noise
from spikeworm_env.world.scale import DEFAULT_FRAME_SKIP

FLOAT = np.dtype(np.float32)
_NO_NOISE = np.empty(0)


class SpikingAgent(CopiedWhole):
    """An agent with a compiled brain; all its decisions are made by the brain's neurons.

    Args:
        compiled: the brain.
        name: the name in tables; by default the recipe's name.
        frame_skip: ticks that the brain runs per action.
        learning: whether reward and spikes may change weights.
        layout: slice of each channel in an observation; by default the channels that all environments share.
            Further channels of an observation are ignored. For a brain with receptors for a second odour, and
            a layout without it, that odour is 0, and an observation with more channels is an error.
        weight_jitter: relative standard deviation of noise on every weight, conductance, proprioceptive gain
            and muscle gain, drawn anew at each reset from its seed.
        reward_mode: one of `reward.REWARD_MODES`: what is delivered to the brain instead of its RPE.
        keep_state: whether membranes, delayed spikes and traces continue over a reset.
        protocol: interventions in each episode, as `load_protocol` takes them; times are seconds since the
            reset, at which a new episode begins without them.

    Raises:
        InputError: an option of another type or out of its range.

    Attributes:
        brain: the running brain.
        delivered_reward: the reward that the last `learn` delivered to the brain; 0 if none.
        rpes: reward prediction errors since the last reset, whatever was delivered to the brain.
    """

    def __init__(  # noqa: PLR0913 - options of an experiment
        self,
        compiled: CompiledBrain,
        *,
        name: str | None = None,
        frame_skip: int = DEFAULT_FRAME_SKIP,
        layout: Mapping[str, slice] = LAYOUT,
        learning: bool = True,
        weight_jitter: float = 0.0,
        reward_mode: str = "normal",
        keep_state: bool = False,
        protocol: ProtocolLike = (),
    ) -> None:
        self._step_check = StepCheck(frame_skip)
        if not isinstance(compiled, CompiledBrain):
            hint = (
                "; sw.make_agent takes names, paths and dicts"
                if isinstance(compiled, str | Path | Mapping)
                else ""
            )
            raise InputError(f"compiled is {shown(compiled)}; expected a compiled brain{hint}")
        if name is not None and not isinstance(name, str):
            raise InputError(f"name is {shown(name)}; expected a text")
        weight_jitter = number("weight_jitter", weight_jitter, 0, 1)
        known_name("reward mode", reward_mode, REWARD_MODES)
        check_layout(layout)
        self.name = name or compiled.meta.recipe_name
        self.compiled = compiled
        self.frame_skip = self._step_check.frame_skip
        self._layout, self._size = dict(layout), max(part.stop for part in layout.values())
        self._absent = absent_odours(compiled, layout)
        self._max_size = self._size if self._absent else sys.maxsize
        self.weight_jitter = weight_jitter
        self._make_handle, self._sense, self._move = kernels()
        self._pathway = RewardPathway(compiled.reward) if compiled.reward else None
        self._rng = np.random.default_rng(0)
        self.delivered_reward = 0.0
        self.rpes: list[float] = []
        self.reward_mode, self.keep_state = reward_mode, flag("keep_state", keep_state)
        self._delivered = REWARD_MODES[reward_mode](self._rng)
        self._yoked_rpes: Sequence[float] | None = None
        self._replayed = False
        self.brain = Brain(compiled, learning=learning)
        self._brain_conditions = brain_conditions(compiled)
        self._connect(compiled)
        self._experiment = Experiment()
        self.protocol = load_protocol(protocol)

    @property
    def protocol(self) -> Protocol:
        """What is done to the brain in each episode; a new one begins with the next reset."""
        return self._experiment.protocol

    @protocol.setter
    def protocol(self, protocol: ProtocolLike) -> None:
        checked = load_protocol(protocol)
        bind(checked, self._subject())
        self._experiment.protocol = checked

    def reset(self, *, seed: int | None, info: Mapping[str, Any]) -> None:
        """Start a trial: membranes, receptors and noise start anew; learned weights stay.

        With ``keep_state`` the brain keeps its membranes and its noise stream. With weight jitter the brain
        is built anew from the compiled one.

        Raises:
            InputError: a step of the environment is not ``frame_skip`` ticks long.
        """
        self._step_check.on_reset(self.name, info)
        self._experiment.undo(self.brain)
        noise_seed, receptor_seed, jitter_seed = np.random.SeedSequence(seed).generate_state(3)
        compiled = self.compiled
        if self.weight_jitter > 0:
            compiled = add_weight_noise(compiled, self.weight_jitter, np.random.default_rng(jitter_seed))
            before = self.brain
            self.brain = Brain(compiled, seed=int(noise_seed), learning=before.learning)
            self.brain.on_tick = before.on_tick
        elif not self.keep_state:
            self.brain.reset(seed=int(noise_seed))
        self._rng = np.random.default_rng(receptor_seed)
        self._connect(compiled)
        self.delivered_reward, self.rpes = 0.0, []
        self._replayed = self._yoked_rpes is not None
        if self._yoked_rpes is None:
            stream = np.random.SeedSequence(seed, spawn_key=(REWARD_SEED,))
            self._delivered = REWARD_MODES[self.reward_mode](np.random.default_rng(stream))
        else:
            self._delivered, self._yoked_rpes = replay(self._yoked_rpes), None
        if self._pathway:
            self._pathway.reset()
        self._experiment.begin(self.brain, self._subject)

    @property
    def learns(self) -> bool:
        """Whether weights can change during a trial."""
        return self.learns_without_reward or (
            self.brain.learning and self.compiled.learns_from_reward and self.reward_mode != "none"
        )

    @property
    def learns_without_reward(self) -> bool:
        """Whether weights can change during a trial without reward."""
        return self.brain.learning and self.compiled.learns_without_reward

    @property
    def conditions(self) -> tuple[str, ...]:
        """What was done to the brain before the trial that the last reset began, in short phrases."""
        found = list(self._brain_conditions)
        if self.weight_jitter > 0:
            found.append(f"weight jitter {self.weight_jitter:g}")
        elif not np.array_equal(self.brain.weights, self.compiled.network.weight):
            found.append("weights changed before the trial")
        if self._replayed:
            found.append("reward of another worm")
        elif self.reward_mode != "normal":
            found.append(f"reward {self.reward_mode}")
        if self.keep_state:
            found.append("membranes kept over resets")
        return tuple(found)

    def yoke(self, rpes: Sequence[float]) -> None:
        """In the trial that the next reset starts, deliver these rewards instead of the brain's own."""
        self._yoked_rpes = tuple(rpes)  # a copy: the given list may grow

    def act(self, observation: NDArray[np.float32] | Mapping[str, Any]) -> NDArray[np.float32]:
        """Run ``frame_skip`` ticks under the currents that the observation, flat or by channel, causes.

        Raises:
            InputError: the observation has another shape or dtype than the environment's, or is not finite.
        """
        if type(observation) is not np.ndarray:
            observation = self._flattened(observation)
        self.check_observation(observation)
        action = np.empty((2, N_SEGMENTS), dtype=np.float32)
        if self.needs_python:
            self._act_in_parts(observation, action)
        else:
            self.prepared_step()(observation, action)
        return action

    def check_observation(self, observation: NDArray[np.float32]) -> None:
        """Check the shape and the dtype of a flat observation.

        Raises:
            InputError: one is another than the environment's.
        """
        if (
            observation.ndim != 1
            or not self._size <= observation.size <= self._max_size
            or observation.dtype != FLOAT
        ):
            raise self._unexpected(observation)

    def prepared_step(self) -> ControlStep:
        """The control step, with the receptors' noise for one step drawn."""
        if self._noisy:
            self.stage_noise[:] = self.draw_stage_noise(1)[0]
        return self._control_step

    @property
    def needs_python(self) -> bool:
        """Whether Python is needed within a step.

        By a listener to ticks, or a protocol with rules on senses.
        """
        armed = self._experiment.armed
        return self.brain.on_tick is not None or (armed is not None and armed.of_steps)

    def _act_in_parts(self, observation: NDArray[np.float32], action: NDArray[np.float32]) -> None:
        """Do what the control step does, with Python between receptors, ticks and muscles."""
        armed = self._experiment.armed
        if self._noisy:
            self.stage_noise[:] = self.draw_stage_noise(1)[0]
        if armed is not None:
            armed.before_senses()
        self._sense(self._handle, observation)
        if armed is not None:
            armed.after_senses(observation)
        spikes = self.brain.advance(self.frame_skip, self._sensorimotor.current)
        self._move(self._handle, spikes, self.frame_skip, action)

    def learn(self, reward: float, terminated: bool, truncated: bool, info: Mapping[str, Any]) -> None:
        """Deliver reward to the brain by the recipe's reward rule; without a rule, deliver none."""
        if self._step_check.pending:
            self._step_check.on_step(self.name, terminated or truncated, info)
        self.receive([reward])

    # ---- steps in one compiled call, see `closed_loop` ------------------------------------------------
    def driver(self) -> Driver | None:
        """The agent as `ClosedLoop` drives a worm with it; None while its steps need Python.

        They do in the first two steps of an episode, which check the length of a step, and in a class that
        has its own ``act`` or ``learn``.
        """
        for method in ("act", "learn"):
            if getattr(getattr(self, method), "__func__", None) is not getattr(SpikingAgent, method):
                return None
        return None if self.needs_python or self._step_check.pending else Driver(self)

    @property
    def control_step(self) -> ControlStep:
        """The control step of the brain as it is connected now."""
        return self._control_step

    @property
    def steps_to_reward(self) -> int:
        """Steps until the next reward is due that may change weights."""
        if self._pathway is None or not self.brain.learning:
            return NEVER
        return self._pathway.steps_left(self.frame_skip)

    @property
    def stage_noise(self) -> NDArray[np.float64]:
        """(s,) where the receptors' noise of a step is put; (0,) without noise."""
        return self._sensorimotor.stage_noise if self._noisy else _NO_NOISE

    def draw_stage_noise(self, steps: int) -> NDArray[np.float64]:
        """(steps, s) the receptors' noise of the next steps."""
        return normals(self._rng, (steps, self.stage_noise.size)) if self._noisy else np.empty((steps, 0))

    def receive(self, rewards: Iterable[float]) -> None:
        """Deliver the rewards of so many steps; see `learn`."""
        pathway = self._pathway
        if pathway is None:
            return
        for reward in rewards:
            rpe = pathway(reward, self.frame_skip)
            self.delivered_reward = 0.0
            if rpe is not None:
                self.rpes.append(rpe)
                self.delivered_reward = self._delivered(rpe)
                self.brain.deliver_reward(self.delivered_reward)

    def __getstate__(self) -> dict[str, Any]:
        """All but the kernels and their handle; copies and pickles continue bit for bit without a protocol.

        A copy that is made within an episode carries out no more of a protocol until its next reset.
        """
        kept = self.__dict__.keys() - {"_make_handle", "_sense", "_move", "_handle", "_control_step"}
        return {name: self.__dict__[name] for name in kept}

    def __setstate__(self, state: dict[str, Any]) -> None:
        self.__dict__.update(state)
        self._make_handle, self._sense, self._move = kernels()
        self._use_kernels()

    def _connect(self, compiled: CompiledBrain) -> None:
        """Connect the brain to receptors and muscles in their initial state."""
        self._sensorimotor = make_sensorimotor(compiled, self.frame_skip, self._layout)
        self._use_kernels()
        self._noisy = bool((self._sensorimotor.stage_kind == NOISE).any())

    def _use_kernels(self) -> None:
        self._handle = self._make_handle(self._sensorimotor)
        self._control_step = ControlStep(self.brain, self._sensorimotor, self.frame_skip)

    def _subject(self) -> Subject:
        senses = senses_of(self.compiled, self._sensorimotor, self._layout, self.frame_skip)
        return Subject(self.brain.names, senses)

    def _flattened(self, observation: Any) -> NDArray[np.float32]:
        """A dict observation as a vector."""
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
        return f"; {self.name} has receptors for a second odour: give it layout=env.unwrapped.layout"

    def _unexpected(self, observation: Any) -> InputError:
        hint = self._hint if isinstance(observation, np.ndarray) and observation.size > self._max_size else ""
        return InputError(f"observation is {_described(observation)}; expected float32 ({self._size},){hint}")


def _described(value: Any) -> str:
    return f"{value.dtype} {value.shape}" if isinstance(value, np.ndarray) else type(value).__name__
