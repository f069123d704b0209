"""Trials of several seeds are those that are run one by one."""

from __future__ import annotations

from dataclasses import fields

import numpy as np
import pytest

import spikeworm_env as sw
from spikeworm_env.errors import InputError, UnknownNameError
from spikeworm_env.trials.task import TRIALS

SHORT = TRIALS["default"].with_changes(duration_s=0.5)
SEEDS = [5, 3, 8]


def assert_same(results, expected):
    for result, other in zip(results, expected, strict=True):
        for field in fields(other):
            if field.name != "ticks_per_second":
                found = getattr(result, field.name), getattr(other, field.name)
                np.testing.assert_array_equal(*found, err_msg=field.name)


@pytest.mark.parametrize("jobs", [1, 2])
@pytest.mark.parametrize("agent", ["learner_v1", "klinotaxis"])
def test_results_are_those_of_single_trials_in_the_order_of_the_seeds(agent, jobs):
    expected = [sw.run_trial(agent, SHORT, seed, frame_skip=5) for seed in SEEDS]
    assert_same(sw.run_trials(agent, SEEDS, SHORT, jobs=jobs, frame_skip=5), expected)


def test_a_brain_in_memory_and_a_protocol_reach_every_trial():
    compiled = sw.compile_recipe("crawler_v1", seed=3)
    protocol = [sw.Silence("head", start_s=0.1)]
    expected = [sw.run_trial(compiled, SHORT, seed, protocol=protocol) for seed in SEEDS]
    assert_same(sw.run_trials(compiled, SEEDS, SHORT, jobs=1, protocol=protocol), expected)


def test_progress_counts_the_trials():
    told = []
    sw.run_trials("crawler_v1", SEEDS, SHORT, jobs=1, progress=lambda *numbers: told.append(numbers))
    assert told == [(0, 3), (1, 3), (2, 3), (3, 3)]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"seeds": []}, "at least one"),
        ({"seeds": [1, 1]}, "different seeds"),
        ({"seeds": [-1]}, "seeds"),
        ({"seeds": 3}, "seeds"),
        ({"jobs": 0}, "jobs"),
        ({"frame_skip": 0}, "frame_skip"),
        ({"trial": "steering"}, "muscle"),
        ({"agent": "klinotaxis", "protocol": [sw.Silence("head")]}, "no brain"),
    ],
)
def test_bad_input_is_refused(arguments, message):
    with pytest.raises(InputError, match=message):
        sw.run_trials(**{"agent": "crawler_v1", "seeds": SEEDS, **arguments})


def test_an_unknown_agent_is_named():
    with pytest.raises(UnknownNameError, match="crawler_v1"):
        sw.run_trials("crawler_v", SEEDS)
