"""Steps in one compiled call have the bits of steps one by one, whatever runs in them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields, replace
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import spikeworm_env as sw
from spikeworm_env.agents.closed_loop import ClosedLoop
from spikeworm_env.agents.spiking import SpikingAgent
from spikeworm_env.compiler import CompiledBrain, compile_recipe
from spikeworm_env.compiler.receptors import Noise
from spikeworm_env.envs.base import SpikeWormEnv
from spikeworm_env.errors import InputError
from spikeworm_env.trials.controls.blind import Blind
from spikeworm_env.trials.run import run_trial
from spikeworm_env.trials.task import TRIALS, Trial

SHORT = TRIALS["default"].with_changes(duration_s=0.6)
RECIPES = ("crawler_v1", "learner_v1", "reverser_v1")


class StepByStep(SpikingAgent):
    """The same agent with a method of its own, so that its steps are taken one by one."""

    def act(self, observation: Any) -> Any:
        return super().act(observation)


class NoisyTrial(Trial):
    """A trial with noise on concentrations."""

    def env_arguments(self) -> dict[str, Any]:
        return {**super().env_arguments(), "noise": 0.05}


@pytest.fixture
def stretches(monkeypatch) -> list[int]:
    """The lengths of all stretches of steps that are run in compiled calls."""
    lengths: list[int] = []
    run = ClosedLoop.run

    def counted(self, observation, steps):
        ran = run(self, observation, steps)
        if ran is not None:
            lengths.append(steps)
        return ran

    monkeypatch.setattr(ClosedLoop, "run", counted)
    return lengths


def brain(name: str) -> CompiledBrain:
    return compile_recipe(name, seed=42)


def with_noise(compiled: CompiledBrain) -> CompiledBrain:
    """The brain with noise at the end of each receptor."""
    return replace(
        compiled,
        receptors=tuple(
            replace(each, stages=(*each.stages, Noise(kind="noise", sd=0.2))) for each in compiled.receptors
        ),
    )


def assert_same_trials(
    compiled: CompiledBrain, trial: Trial, seed: int, frame_skip: int, *, blind: bool = False, **options: Any
) -> None:
    """The same trial twice: in compiled stretches, and step by step."""
    kept = []
    for kind in (SpikingAgent, StepByStep):
        agent = kind(compiled, frame_skip=frame_skip, layout=trial.layout(), **options)
        if options.get("reward_mode") == "normal" and seed % 2:
            agent.yoke([0.5, -1.0, 2.0])
        driven = Blind(agent, trial.layout()) if blind else agent
        results = [run_trial(driven, trial, seed + k, frame_skip=frame_skip) for k in range(2)]
        kept.append((results, agent))
    (compiled_results, one), (stepped_results, other) = kept
    for result, expected in zip(compiled_results, stepped_results, strict=True):
        for field in fields(expected):
            if field.name not in ("ticks_per_second", "recording"):
                found = getattr(result, field.name), getattr(expected, field.name)
                np.testing.assert_array_equal(*found, err_msg=field.name)
    assert one.rpes == other.rpes
    assert one.delivered_reward == other.delivered_reward
    state, expected_state = one.brain.state(), other.brain.state()
    assert state.keys() == expected_state.keys()
    for name in expected_state.keys() - {"waveforms"}:  # objects
        assert state[name].tobytes() == expected_state[name].tobytes(), name


OPTIONS = st.fixed_dictionaries(
    {
        "learning": st.booleans(),
        "reward_mode": st.sampled_from(("normal", "none", "inverted", "random")),
        "keep_state": st.booleans(),
        "weight_jitter": st.sampled_from((0.0, 0.1)),
        "blind": st.booleans(),
    }
)


@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    name=st.sampled_from(RECIPES),
    trial=st.sampled_from(("default", "reversal", "foraging", "drift", "aversion")),
    kind=st.sampled_from((Trial, NoisyTrial)),
    duration_ms=st.integers(300, 700),
    frame_skip=st.sampled_from((1, 3, 10, 50, 130)),
    seed=st.integers(0, 2**40),
    noisy_receptors=st.booleans(),
    options=OPTIONS,
)
def test_a_trial_in_compiled_stretches_is_that_step_by_step(
    name, trial, kind, duration_ms, frame_skip, seed, noisy_receptors, options
):
    arena = kind(**vars(TRIALS[trial].with_changes(duration_s=duration_ms / 1000)))
    compiled = with_noise(brain(name)) if noisy_receptors else brain(name)
    assert_same_trials(compiled, arena, seed, frame_skip, **options)


PROTOCOLS: Mapping[str, list[Any]] = {
    "events in mid-step": [
        sw.Stimulate("klinotaxis", 5.0, start_s=0.1037, stop_s=0.2),
        sw.Silence("head", start_s=0.111, stop_s=0.4),
        sw.Scale("klinotaxis -> head", 0.5, at_s=0.333),
        sw.Lesion("klinotaxis -> head", at_s=0.5),
    ],
    "a waveform": [sw.Stimulate("head", 5.0, start_s=0.05, waveform=sw.Pulses(width_ms=5, rate_hz=20))],
    "a clamp": [sw.Clamp("head", -60.0, start_s=0.2, stop_s=0.3)],
}


@pytest.mark.parametrize("frame_skip", [1, 10])
@pytest.mark.parametrize("protocol", PROTOCOLS.values(), ids=PROTOCOLS)
def test_a_protocol_acts_at_the_same_ticks(protocol, frame_skip, stretches):
    assert_same_trials(brain("crawler_v1"), SHORT, 5, frame_skip, protocol=protocol)
    assert stretches


def test_most_of_a_trial_runs_in_compiled_stretches(stretches):
    run_trial("crawler_v1", SHORT, 1)
    assert sum(stretches) >= 50  # of 60 steps; the first sample is taken step by step


@pytest.mark.parametrize(
    ("what", "options"),
    [
        ("spikes are recorded", {"record": ["spikes"]}),
        ("pictures are drawn", {"render_mode": "rgb_array"}),
        (
            "a rule reads the senses",
            {"protocol": [sw.Stimulate("head", 1.0, when=sw.When("concentration", above=0.0))]},
        ),
    ],
)
def test_steps_are_taken_one_by_one_where(what, options, stretches):
    run_trial("crawler_v1", SHORT, 1, **options)
    assert stretches == [], what


def test_a_method_that_someone_has_replaced_is_called(stretches):
    calls = []
    agent = sw.make_agent("crawler_v1")
    act = agent.act
    agent.act = lambda observation: calls.append(1) or act(observation)  # type: ignore[method-assign]
    run_trial(agent, SHORT, 1)
    assert len(calls) == 60
    assert stretches == []


def test_an_environment_with_a_step_of_its_own_is_stepped(monkeypatch, stretches):
    calls = []
    step = SpikeWormEnv.step
    monkeypatch.setattr(
        TRIALS["default"].make_env().__class__, "step", lambda *args: calls.append(1) or step(*args)
    )
    run_trial("crawler_v1", SHORT, 1)
    assert len(calls) == 60
    assert stretches == []


def test_a_current_beyond_its_limit_in_a_stretch_is_an_error_that_names_the_neuron(stretches):
    compiled = brain("crawler_v1")
    senses = compiled.sensor_map
    strong = replace(compiled, sensor_map=replace(senses, gain=senses.gain * 1e12, limit=senses.limit * 1e12))
    with pytest.raises(InputError, match=r"current of neuron \d+ is"):
        run_trial(SpikingAgent(strong), SHORT, 1)
