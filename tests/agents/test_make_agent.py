"""make_agent: agents by name, recipe or file, and error messages."""

import numpy as np
import pytest

from spikeworm_env.agents import AGENTS, make_agent
from spikeworm_env.errors import InputError, UnknownNameError
from spikeworm_env.store import save_brain

NAMES = [*AGENTS, "crawler_v1"]


@pytest.mark.parametrize(("wrong", "right"), [("orcale", "oracle"), ("crawler_1", "crawler_v1")])
def test_an_unknown_name_gets_a_suggestion(wrong, right):
    with pytest.raises(UnknownNameError, match=f"unknown agent '{wrong}'; did you mean '{right}'"):
        make_agent(wrong)


def test_an_unknown_name_without_a_near_one_lists_the_choices():
    with pytest.raises(UnknownNameError) as caught:
        make_agent("zzz")
    assert all(name in str(caught.value) for name in NAMES)


@pytest.mark.parametrize("name", NAMES)
def test_an_unknown_option_is_named(name):
    with pytest.raises(InputError, match=rf"agent '{name}' has no option 'colour'"):
        make_agent(name, colour="red")


@pytest.mark.parametrize("option", ["learning", "weight_jitter", "seed"])
def test_an_agent_without_a_brain_has_no_options_of_spiking_agents(option):
    with pytest.raises(InputError, match=f"has no option '{option}'"):
        make_agent("crawl", **{option: 0})


@pytest.mark.parametrize("jitter", [-0.1, 1.1, float("nan")])
def test_a_weight_jitter_out_of_range_is_an_error(jitter):
    with pytest.raises(InputError, match="weight_jitter"):
        make_agent("crawler_v1", weight_jitter=jitter)


def test_a_brain_file_gives_the_actions_of_its_recipe(rollout, crawler, tmp_path):
    file = tmp_path / "saved.db"
    save_brain(crawler, file)
    saved, made = make_agent(file, frame_skip=10), make_agent("crawler_v1", frame_skip=10)
    assert saved.name == made.name == "crawler_v1"
    for (a, *_), (b, *_) in zip(rollout(saved, 60), rollout(made, 60), strict=True):
        np.testing.assert_array_equal(a, b)


def test_options_reach_the_spiking_agent():
    agent = make_agent("crawler_v1", name="kim", learning=False, frame_skip=4, seed=43)
    assert (agent.name, agent.brain.learning, agent.frame_skip) == ("kim", False, 4)
    assert agent.compiled.meta.seed == 43
