"""Any function that takes an agent takes a name, a path, a dict, a brain in memory or an agent."""

from __future__ import annotations

import copy
import json
import pickle
import re
import threading

import numpy as np
import pytest

import spikeworm_env as sw
from spikeworm_env import resources
from spikeworm_env.agents import AGENTS
from spikeworm_env.agents.sources import EXPECTED
from spikeworm_env.batch.sources import brain_source_file, source_files
from spikeworm_env.envs.chemotaxis_v0 import ChemotaxisEnv
from spikeworm_env.errors import InputError, RecipeError
from spikeworm_env.experiments.ablation.ablate import ablate
from spikeworm_env.experiments.learning.starting_brain import find_starting_brain
from spikeworm_env.experiments.learning.study import study
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
    stored = tmp_path / "crawler.db"
    forms = ["crawler_v1", recipe, compiled, stored, str(stored), sw.Brain(compiled), sw.make_agent(compiled)]
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
def test_something_else_is_refused_with_all_that_is_taken(wrong):
    doors = (sw.compare, sw.make_agent, sw.run_trial, sw.watch, ablate, study)
    for take in (*doors, lambda wrong: find_starting_brain(wrong, 42)):
        with pytest.raises(InputError, match=re.escape(f"expected {EXPECTED}")):
            take(wrong)


def test_the_class_of_an_agent_is_refused():
    with pytest.raises(InputError, match="that is made, not a class"):
        sw.run_trial(Turner)


class Turner:
    """An agent of a user: it turns, by a number that grows with each action."""

    name = "turner"

    def __init__(self):
        self.count = 0

    def reset(self, *, seed, info):
        pass

    def act(self, observation):
        self.count += 1
        return np.full((2, 24), 0.001 * self.count, np.float32)

    def learn(self, reward, terminated, truncated, info):
        pass


def test_an_agent_in_memory_is_compared_by_copies(short_trial):
    agent, options = Turner(), {"trials": 2, "first_seed": 5, "trial": short_trial}
    alone = [sw.run_trial(Turner(), short_trial, seed) for seed in (5, 6)]
    for jobs in (1, 2):
        found = sw.compare([agent, "crawl"], jobs=jobs, **options).results["turner"]
        assert [each.ci_time for each in found] == [each.ci_time for each in alone]
    assert agent.count == 0


def test_agents_in_memory_need_names_of_their_own_and_the_frame_skip_of_the_comparison(compiled):
    with pytest.raises(InputError, match="'turner' is there twice"):
        sw.compare([Turner(), Turner()], 2)
    with pytest.raises(InputError, match="frame_skip=1"):
        sw.compare(sw.make_agent(compiled), 2, frame_skip=1)
    agent = Turner()
    agent.lock = threading.Lock()
    with pytest.raises(InputError, match="agent turner cannot be copied"):
        sw.compare(agent, 2)


def test_the_results_of_an_agent_in_memory_are_read_again_while_it_is_the_same(short_trial, tmp_path):
    options = {"trials": 2, "trial": short_trial, "jobs": 1, "out": tmp_path}
    first = sw.compare(Turner(), **options)
    counts = []
    again = sw.compare(Turner(), progress=lambda done, total: counts.append((done, total)), **options)
    assert counts == [(4, 4)]
    assert again.summaries == first.summaries
    other = Turner()
    other.count = 7
    with pytest.raises(InputError, match="agent turner"):
        sw.compare(other, **options)


def test_a_spiking_agent_in_memory_is_compared_with_and_without_a_protocol(compiled, short_trial):
    options = {"trials": 2, "trial": short_trial, "jobs": 1}
    agent = sw.make_agent(compiled)
    found = sw.compare(agent, protocol=[sw.Silence("head")], **options)
    assert list(found.results) == ["crawler_v1", "crawler_v1:without_protocol", "oracle"]
    plain = sw.compare(compiled, controls="none", **options).results["crawler_v1"]
    silenced, without = (found.results[name] for name in list(found.results)[:2])
    assert [each.ci_time for each in without] == [each.ci_time for each in plain]
    assert [each.ci_time for each in silenced] != [each.ci_time for each in plain]
    assert agent.protocol == ()


def test_of_an_agent_its_brain_is_lesioned_and_trained(compiled):
    agent = sw.make_agent(compiled)
    agent.brain.set_weights([0], 0.5)
    for given in (agent, agent.brain):
        assert sw.load_brain(brain_source_file(given)).network.weight[0] == 0.5
    with pytest.raises(InputError, match="crawl has no brain"):
        ablate(sw.make_agent("crawl"))


def test_a_living_brain_stands_for_its_present_weights(compiled, short_trial):
    brain = sw.Brain(compiled)
    brain.scale_weights(brain.synapses("klinotaxis -> head"), 0.0)
    before = brain.state()
    scaled = sw.run_trial(brain, short_trial, seed=3)
    assert scaled.provenance.brain == brain.edits
    lesioned = sw.run_trial(compiled, short_trial, seed=3, protocol=[sw.Scale("klinotaxis -> head", 0.0)])
    np.testing.assert_array_equal(scaled.path, lesioned.path)
    assert brain.ticks == 0
    assert before.keys() == brain.state().keys()


def test_training_takes_a_brain_in_memory():
    compiled = sw.compile_recipe("learner_v1")
    assert find_starting_brain(compiled, 42).compiled.meta.content_hash == compiled.meta.content_hash


@pytest.mark.parametrize("name", [*AGENTS, "crawler_v1", "learner_v1"])
@pytest.mark.parametrize(
    "copied", [copy.copy, copy.deepcopy, lambda agent: pickle.loads(pickle.dumps(agent))]
)
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


def test_the_arrays_of_a_compiled_brain_are_read_only(compiled, tmp_path):
    compiled.save(tmp_path / "crawler.db")
    for brain in (compiled, sw.load_brain(tmp_path / "crawler.db"), pickle.loads(pickle.dumps(compiled))):
        maps = (brain.sensor_map.gain, brain.muscle_map.gain, brain.proprioception_map.gain)
        for array in (brain.network.weight, brain.network.source, brain.position, brain.label, *maps):
            with pytest.raises(ValueError, match="read-only"):
                array[0] = array[1]
