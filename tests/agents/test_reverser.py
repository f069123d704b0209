"""reverser_v1: nose touch causes a reversal, after which it crawls forwards again."""

import gymnasium
import numpy as np
import pytest

from spikeworm_env.agents.spiking import SpikingAgent
from spikeworm_env.compiler import compile_recipe
from spikeworm_env.envs.spaces import LAYOUT

TOUCH_TICKS = range(4000, 4300)


def forward_speeds(seed, touched):
    """(12,) BL/s of the drag centre towards the head, second by second."""
    agent = SpikingAgent(compile_recipe("reverser_v1", 1), frame_skip=10)
    env = gymnasium.make("SpikeWorm/Chemotaxis-v0", frame_skip=10, duration_s=12.0)
    observation, info = env.reset(seed=seed)
    agent.reset(seed=seed, info=info)
    speeds, centre, truncated = [], env.unwrapped.drag_centre, False
    while not truncated:
        if touched and info["tick"] in TOUCH_TICKS:
            observation = observation.copy()
            observation[LAYOUT["head_touch"]] = 1.0
        observation, _, _, truncated, info = env.step(agent.act(observation))
        if info["tick"] % 1000 == 0:
            ahead = info["position"] - env.unwrapped.drag_centre
            moved = env.unwrapped.drag_centre - centre
            speeds.append(moved @ ahead / np.linalg.norm(ahead))
            centre = env.unwrapped.drag_centre
    return np.array(speeds)


@pytest.mark.parametrize("seed", [0, 1, 2])
def test_nose_touch_causes_a_transient_reversal(seed):
    touched, untouched = forward_speeds(seed, touched=True), forward_speeds(seed, touched=False)
    assert touched[4:6].mean() < -0.1
    assert untouched[4:6].mean() > 0.15
    assert touched[10:].mean() > 0.1
