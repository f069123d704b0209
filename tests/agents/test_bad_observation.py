"""An observation that is not the environment's is an error before a kernel reads it."""

import numpy as np
import pytest

from spikeworm_env.agents import make_agent
from spikeworm_env.errors import InputError


@pytest.mark.parametrize(
    "observation", [np.zeros(3, np.float32), np.zeros(77), np.zeros((77, 1), np.float32), None]
)
def test_a_wrong_observation_is_an_error(observation):
    agent = make_agent("crawler_v1")
    agent.reset(seed=0, info={})
    with pytest.raises(InputError, match=r"expected float32 \(77,\)"):
        agent.act(observation)
