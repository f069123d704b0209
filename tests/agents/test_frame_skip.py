"""The environment defines the duration of a step: one default everywhere, and a check of every agent."""

from __future__ import annotations

import ast
from contextlib import closing
from pathlib import Path

import gymnasium
import numpy as np
import pytest

import spikeworm_env as sw
from spikeworm_env import resources
from spikeworm_env.agents import AGENTS, make_agent
from spikeworm_env.agents.recording_agent import RecordingAgent
from spikeworm_env.errors import InputError
from spikeworm_env.experiments.learning.learner import Learner
from spikeworm_env.experiments.learning.plan import Plan
from spikeworm_env.trials.controls.blind import Blind
from spikeworm_env.trials.controls.no_learning import without_learning
from spikeworm_env.trials.controls.no_reward import without_reward
from spikeworm_env.trials.controls.shuffled import Shuffled
from spikeworm_env.trials.task import Trial
from spikeworm_env.world.scale import DEFAULT_FRAME_SKIP

NAMES = [*AGENTS, "crawler_v1"]
CHEMOTAXIS, STEERING, REVERSAL = (f"SpikeWorm/{name}-v0" for name in ("Chemotaxis", "Steering", "Reversal"))
BLINK = Trial("blink", duration_s=0.05)
IMPOSSIBLE = [0, -1, 1.5, True, "10", None]


class Still:
    """An agent without a frame skip."""

    name = "still"

    def reset(self, *, seed, info):
        pass

    def act(self, observation):
        return np.zeros((2, 24), np.float32)

    def learn(self, reward, terminated, truncated, info):
        pass


class Repeat(gymnasium.Wrapper):
    """Holds each action for several steps."""

    def __init__(self, env, times):
        super().__init__(env)
        self.times = times

    def step(self, action):
        for _ in range(self.times):
            found = self.env.step(action)
        return found


def environment(name=CHEMOTAXIS, **arguments):
    return closing(gymnasium.make(name, **arguments))


def episodes(agent, env, steps=4, observation=None):
    """Reset both and take a few steps; returns the ticks that passed."""
    observation, info = env.reset(seed=0)
    agent.reset(seed=0, info=info)
    for _ in range(steps):
        observation, reward, terminated, truncated, info = env.step(agent.act(observation))
        agent.learn(float(reward), terminated, truncated, info)
    return info["tick"]


def numbered(tree):
    """The places where something called ``frame_skip`` is set to a number."""
    for node in ast.walk(tree):
        pairs = []
        if isinstance(node, ast.arguments):
            named = [*node.posonlyargs, *node.args]
            pairs += zip(named[len(named) - len(node.defaults) :], node.defaults, strict=True)
            pairs += zip(node.kwonlyargs, node.kw_defaults, strict=True)
            pairs = [(argument.arg, value) for argument, value in pairs]
        elif isinstance(node, ast.keyword):
            pairs = [(node.arg, node.value)]
        elif isinstance(node, ast.AnnAssign):
            pairs = [(ast.unparse(node.target), node.value)]
        elif isinstance(node, ast.Assign):
            pairs = [(ast.unparse(target), node.value) for target in node.targets]
        for name, value in pairs:
            if "frame_skip" in (name or "").lower() and isinstance(value, ast.Constant) and value.value:
                yield f"{name} = {value.value}"


def test_the_default_frame_skip_is_written_once() -> None:
    texts = {
        file.relative_to(resources.PACKAGE).as_posix(): file.read_text(encoding="utf-8")
        for file in Path(resources.PACKAGE).rglob("*.py")
    }
    found = {
        name: lines
        for name, text in texts.items()
        if "frame_skip" in text.lower() and (lines := list(numbered(ast.parse(text))))
    }
    assert found == {"world/scale.py": ["DEFAULT_FRAME_SKIP = 10"]}


@pytest.mark.parametrize("name", NAMES)
def test_defaults_of_agent_and_environment_agree(name) -> None:
    with environment() as env:
        assert env.unwrapped.frame_skip == make_agent(name).frame_skip == 10
        assert episodes(make_agent(name), env) == 40


def test_a_trial_without_a_frame_skip_uses_the_default() -> None:
    made, named = sw.run_trial(make_agent("crawler_v1"), BLINK), sw.run_trial("crawler_v1", BLINK)
    assert made == named == sw.run_trial("crawler_v1", BLINK, frame_skip=10)
    np.testing.assert_array_equal(made.path, named.path)
    assert made != sw.run_trial("crawler_v1", BLINK, frame_skip=1)


def test_a_trial_uses_the_frame_skip_of_its_agent() -> None:
    own = sw.run_trial(make_agent("random", frame_skip=1), BLINK)
    assert own == sw.run_trial("random", BLINK, frame_skip=1) != sw.run_trial("random", BLINK)


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize(("held", "step"), [(1, 10), (10, 1)])
def test_another_frame_skip_is_an_error_with_both_numbers(name, held, step) -> None:
    agent = make_agent(name, frame_skip=held)
    message = (
        f"agent {name} holds each action for {held} ticks?, its environment for {step}: .*frame_skip={step}"
    )
    with environment(frame_skip=step) as env, pytest.raises(InputError, match=message):
        episodes(agent, env)
    with pytest.raises(InputError, match=message):
        sw.run_trial(agent, BLINK, frame_skip=step)


@pytest.mark.parametrize(
    "wrapped",
    [
        lambda brain: Blind(make_agent("klinotaxis", frame_skip=1)),
        lambda brain: Shuffled(brain, frame_skip=1),
        lambda brain: without_learning(brain, frame_skip=1),
        lambda brain: without_reward(brain, frame_skip=1),
        lambda brain: RecordingAgent(without_reward(brain, frame_skip=1)),
    ],
)
def test_controls_and_recorded_agents_have_the_frame_skip_of_their_agent(wrapped, crawler) -> None:
    agent = wrapped(crawler)
    assert sw.run_trial(agent, BLINK).ticks == 50
    with environment() as env, pytest.raises(InputError, match=r"for 1 tick, its environment for 10"):
        episodes(agent, env)
    with pytest.raises(InputError, match=r"for 1 tick, its environment for 10"):
        sw.run_trial(agent, BLINK, frame_skip=10)


def test_a_refused_reset_leaves_the_agent_unchanged(crawler) -> None:
    agent, other = (make_agent("random", frame_skip=1) for _ in range(2))
    for each in (agent, other):
        each.reset(seed=4, info={"frame_skip": 1})
    with pytest.raises(InputError):
        agent.reset(seed=5, info={"frame_skip": 10})
    observation = np.zeros(77, np.float32)
    np.testing.assert_array_equal(agent.act(observation), other.act(observation))


@pytest.mark.parametrize("frame_skip", [None, 1, 7])
def test_an_agent_without_a_frame_skip_fits_any_step(frame_skip) -> None:
    for agent in (Still(), Blind(Still())):
        assert sw.run_trial(agent, BLINK, frame_skip=frame_skip).ticks == 50


def test_the_frame_skip_of_a_user_agent_is_checked() -> None:
    agent = Still()
    agent.frame_skip = 5
    assert (
        sw.run_trial(agent, BLINK).sample_s == 0.05 and sw.run_trial(agent, BLINK, frame_skip=5).ticks == 50
    )
    for own in (agent, Blind(agent)):
        with pytest.raises(
            InputError, match=f"agent {own.name} holds .* for 5 ticks, its environment for 10"
        ):
            sw.run_trial(own, BLINK, frame_skip=10)


@pytest.mark.parametrize("name", ["oracle", "crawl", "crawler_v1"])
def test_a_wrapper_that_repeats_actions_is_an_error_with_both_numbers(name) -> None:
    with environment() as env:
        message = f"agent {name} holds each action for 10 ticks, a wrapper of its environment for 40"
        with pytest.raises(InputError, match=message):
            episodes(make_agent(name), Repeat(env, 4))
        assert episodes(make_agent(name), Repeat(env, 1)) == 40


@pytest.mark.parametrize("name", ["oracle", "crawl", "crawler_v1"])
def test_a_shorter_last_step_is_accepted(name) -> None:
    with environment(duration_s=0.015) as env:
        assert episodes(make_agent(name), env, steps=2) == 15


@pytest.mark.parametrize("name", ["crawl", "crawler_v1"])
def test_restoring_a_snapshot_is_accepted(name) -> None:
    agent = make_agent(name)
    with environment() as env:
        assert episodes(agent, env, 5) == 50
        kept = env.unwrapped.get_state()
        observation, info = env.reset(seed=1)
        agent.reset(seed=1, info=info)
        for _ in range(3):  # repeatedly, as in planning
            observation, info = env.unwrapped.set_state(kept)
            observation, *more = env.step(agent.act(observation))
            agent.learn(*more)
        assert more[-1]["tick"] == 60


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("vector", [False, True])
def test_an_agent_made_for_an_environment_has_its_frame_skip(name, vector) -> None:
    if vector:
        env = gymnasium.make_vec(CHEMOTAXIS, 2, frame_skip=4)
    else:
        env = gymnasium.wrappers.TimeLimit(gymnasium.make(CHEMOTAXIS, frame_skip=4), 100)
    with closing(env):
        assert make_agent(name, env=env).frame_skip == make_agent(name, env=env, frame_skip=4).frame_skip == 4
        with pytest.raises(InputError, match="for 10 ticks, its environment for 4"):
            make_agent(name, env=env, frame_skip=10)


def test_an_agent_made_for_an_environment_has_its_actions_and_layout() -> None:
    with environment(STEERING) as env:
        assert episodes(make_agent("klinotaxis", env=env), env) == 40
        with pytest.raises(InputError, match=r"env is SteeringEnv; expected .* muscles for crawler_v1"):
            make_agent("crawler_v1", env=env)
    with environment(REVERSAL) as env:
        assert episodes(make_agent("learner_v1", env=env), env) == 40
    with gymnasium.make("CartPole-v1") as other, pytest.raises(InputError, match=r"env is .*CartPoleEnv"):
        make_agent("crawl", env=other)


def test_the_info_of_a_vector_environment_is_checked() -> None:
    with closing(gymnasium.make_vec(CHEMOTAXIS, 3, frame_skip=4)) as envs:
        _, infos = envs.reset(seed=0)
        _, part = envs.reset(options={"reset_mask": np.array([False, True, False])})
    one = {key: value[1] for key, value in infos.items() if isinstance(value, np.ndarray)}
    for info in (infos, one, part):
        make_agent("crawl", frame_skip=4).reset(seed=0, info=info)
        with pytest.raises(InputError, match="for 10 ticks, its environment for 4"):
            make_agent("crawl").reset(seed=0, info=info)


@pytest.mark.parametrize("value", IMPOSSIBLE)
@pytest.mark.parametrize(
    "use",
    [
        lambda value: gymnasium.make(CHEMOTAXIS, frame_skip=value),
        lambda value: make_agent("oracle", frame_skip=value),
        lambda value: make_agent("crawler_v1", frame_skip=value),
        lambda value: make_agent("crawl", frame_skip=value, env=gymnasium.make(CHEMOTAXIS)),
        lambda value: sw.compare(["crawl"], 1, 0, BLINK, frame_skip=value),
        lambda value: Plan(frame_skip=value).check([1]),
        lambda value: sw.run_trial("crawl", BLINK, frame_skip=0 if value is None else value),
        lambda value: sw.run_trial(make_agent("crawl"), BLINK, frame_skip=0 if value is None else value),
    ],
)
def test_an_impossible_frame_skip_is_the_same_error_everywhere(use, value) -> None:
    with pytest.raises(InputError, match=r"^frame_skip is .*; expected a whole number from 1 to 1000000$"):
        use(value)


def test_a_number_of_numpy_is_a_number_of_ticks(crawler) -> None:
    for kind in (np.int8, np.int64, np.uint16):
        assert sw.run_trial(make_agent("oracle", frame_skip=kind(5)), BLINK, frame_skip=kind(5)).ticks == 50
        assert type(make_agent("crawler_v1", frame_skip=kind(5)).frame_skip) is int
    assert Learner(crawler, frame_skip=np.int64(10)).run_episode(BLINK, 0).ticks == 50
    assert Plan().frame_skip == Learner(crawler)._agent.frame_skip == DEFAULT_FRAME_SKIP
