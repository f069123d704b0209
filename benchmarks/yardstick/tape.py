"""What a brain receives in its own closed loop, so that another simulator can be given the same."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from spikeworm_env.agents import make_agent
from spikeworm_env.engine.brain import Brain
from spikeworm_env.engine.network import Network
from spikeworm_env.trials.run import agent_seed
from spikeworm_env.trials.task import Trial

FRAME_SKIP: Final = 10
TRIAL_SEED: Final = 10_000
NOISE_SEED: Final = 7


class TappedBrain(Brain):
    """A brain that keeps all noise that it draws.

    Attributes:
        blocks: (ticks of a block, q) raw noise of each block.
    """

    def __init__(self, network: Network, seed: int) -> None:
        self.blocks: list[NDArray[np.uint16]] = []
        super().__init__(network, seed, learning=False)

    def _draw_noise(self, start: int) -> None:
        super()._draw_noise(start)
        self.blocks.append(self._arrays.net.noise.raw.copy())


@dataclass(frozen=True, eq=False)
class Tape:
    """The input of a brain in some steps of a trial, in which it does not learn.

    Attributes:
        network: of the brain.
        currents: (steps, n) external current of each step of `FRAME_SKIP` ticks.
        noise: (steps · FRAME_SKIP, q) raw noise of a brain with the seed `NOISE_SEED`.
    """

    network: Network
    currents: NDArray[np.float64]
    noise: NDArray[np.uint16]

    def brain(self) -> Brain:
        """The brain at the start of the tape."""
        return Brain(self.network, NOISE_SEED, learning=False)


def record(recipe: str, steps: int) -> Tape:
    """The input of a recipe's brain (brain seed 42) in the first steps of a trial."""
    agent: Any = make_agent(recipe, frame_skip=FRAME_SKIP)
    agent.brain.learning = False
    trial = Trial("recorded", duration_s=steps * FRAME_SKIP / 1000)
    env: Any = trial.make_env(frame_skip=FRAME_SKIP)
    observation, info = env.reset(seed=TRIAL_SEED, options=trial.reset_options())
    agent.reset(seed=agent_seed(TRIAL_SEED), info=info)
    network = agent.compiled.network
    currents = np.empty((steps, network.n_neurons))
    tapped = TappedBrain(network, NOISE_SEED)
    for k in range(steps):
        observation, _, _, _, _ = env.step(agent.act(observation))
        currents[k] = agent._sensorimotor.current
        tapped.advance(FRAME_SKIP, currents[k])
    env.close()
    noise = np.ascontiguousarray(np.concatenate(tapped.blocks)[: steps * FRAME_SKIP])
    return Tape(network, currents, noise)
