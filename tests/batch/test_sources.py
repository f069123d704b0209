"""Any function that takes an agent takes a name, a path, a dict, a brain in memory or an agent."""

from __future__ import annotations

import copy
import json
import pickle

import numpy as np
import pytest

import spikeworm_env as sw
from spikeworm_env import resources
from spikeworm_env.agents import AGENTS
from spikeworm_env.batch.sources import source_files
from spikeworm_env.envs.chemotaxis_v0 import ChemotaxisEnv
from spikeworm_env.errors import InputError, RecipeError
from spikeworm_env.experiments.ablation.ablate import ablate
from spikeworm_env.experiments.learning.starting_brain import find_starting_brain
from spikeworm_env.trials.task import Trial


@pytest.fixture(scope="module")
def short_trial() -> Trial:
    return Trial("short", duration_s=1.0)


@pytest.fixture(scope="module")
def recipe() -> dict:
    return json.loads((resources.shipped("recipes") / "crawler_v1.json").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def compiled():
    return sw.compile_recipe("crawler_v1")


def test_a_recipe_in_memory_gives_the_brain_of_its_file(recipe, compiled):
    found = sw.compile_recipe(recipe)
    assert found.meta.recipe_hash == compiled.meta.recipe_hash
    assert found.meta.content_hash == compiled.meta.content_hash


@pytest.mark.parametrize("wrong", [{"name": "x"}, {"name": object()}, {"name": float("nan")}])
def test_a_recipe_in_memory_with_problems_is_refused(wrong):
    with pytest.raises(RecipeError, match="recipe"):
        sw.compile_recipe(wrong)


def test_load_brain_takes_the_name_of_a_recipe(compiled):
    assert sw.load_brain("crawler_v1").meta.content_hash == compiled.meta.content_hash


def test_every_form_of_one_brain_runs_the_same_trial(recipe, compiled, tmp_path, short_trial):
    compiled.save(tmp_path / "crawler.db")
    forms = ["crawler_v1", recipe, compiled, tmp_path / "crawler.db", sw.make_agent(compiled)]
    paths = [sw.run_trial(form, short_trial, seed=3).path for form in forms]
    for path in paths[1:]:
        np.testing.assert_array_equal(path, paths[0])


def test_an_agent_is_returned_as_it_is_and_takes_no_options(compiled):
    agent = sw.make_agent(compiled)
    assert sw.make_agent(agent) is agent
    with pytest.raises(InputError, match="made already"):
        sw.make_agent(agent, learning=False)
    with pytest.raises(InputError, match="frame_skip=1"):
        sw.make_agent(agent, env=ChemotaxisEnv(frame_skip=1))


def test_brains_in_memory_become_files_with_names_of_their_own(recipe, compiled):
    brain = sw.Brain(compiled)
    brain.set_weights([0], 0.5)
    files = source_files(["crawler_v1", compiled, brain, recipe, "oracle"])
    names = [file.replace("\\", "/").rpartition("/")[2] for file in files]
    assert names == ["crawler_v1", "crawler_v1_2.db", "crawler_v1_edited.db", "crawler_v1_3.json", "oracle"]
    assert sw.load_brain(files[2]).network.weight[0] == 0.5
    assert sw.load_brain(files[1]).meta.content_hash == compiled.meta.content_hash


def test_a_brain_in_memory_compares_as_its_recipe_does(compiled, short_trial):
    options = {"trials": 2, "trial": short_trial, "controls": "none", "jobs": 1}
    by_name, in_memory = sw.compare("crawler_v1", **options), sw.compare(compiled, **options)
    assert [each.ci_time for each in by_name.results["crawler_v1"]] == [
        each.ci_time for each in in_memory.results["crawler_v1"]
    ]


@pytest.mark.parametrize("wrong", [5, None, object(), [5]])
def test_something_else_is_refused(wrong):
    with pytest.raises(InputError, match="expected"):
        sw.compare(wrong)
    with pytest.raises(InputError, match="expected"):
        sw.make_agent(wrong)
    with pytest.raises(InputError, match="expected"):
        ablate(wrong)


def test_training_takes_a_brain_in_memory():
    compiled = sw.compile_recipe("learner_v1")
    assert find_starting_brain(compiled, 42).compiled.meta.content_hash == compiled.meta.content_hash


def untrained_agents() -> list[str]:
    return [name for name in AGENTS if ":" not in name and name not in ("linear", "ppo")]


@pytest.mark.parametrize("name", [*untrained_agents(), "crawler_v1", "learner_v1"])
@pytest.mark.parametrize("copied", [copy.deepcopy, lambda agent: pickle.loads(pickle.dumps(agent))])
def test_agents_copy_and_continue_bit_for_bit(name, copied):
    env = ChemotaxisEnv()
    observation, info = env.reset(seed=1)
    agent = sw.make_agent(name, env=env)
    agent.reset(seed=2, info=info)
    for _ in range(20):
        observation, reward, terminated, truncated, info = env.step(agent.act(observation))
        agent.learn(float(reward), terminated, truncated, info)
    twin = copied(agent)
    for _ in range(20):
        action, other = agent.act(observation), twin.act(observation)
        np.testing.assert_array_equal(action, other)
        observation, reward, terminated, truncated, info = env.step(np.array(action))
        for each in (agent, twin):
            each.learn(float(reward), terminated, truncated, info)


def test_the_copy_of_an_agent_carries_out_its_protocol_from_the_next_reset_on(compiled, short_trial):
    agent = sw.make_agent(compiled, protocol=[sw.Silence("head", start_s=0.2, stop_s=0.5)])
    env = ChemotaxisEnv()
    observation, info = env.reset(seed=1)
    agent.reset(seed=2, info=info)
    for _ in range(30):
        observation, *_ = env.step(agent.act(observation))
    twin = pickle.loads(pickle.dumps(agent))
    assert twin.protocol == agent.protocol
    paths = [sw.run_trial(each, short_trial, seed=5).path for each in (agent, twin)]
    np.testing.assert_array_equal(*paths)
    without = sw.run_trial(compiled, short_trial, seed=5).path
    assert not np.array_equal(paths[0], without)
