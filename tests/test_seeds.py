"""Every seed has one limit, 2**63 - 1, which is checked before anything runs."""

from __future__ import annotations

from dataclasses import replace

import gymnasium
import numpy as np
import pytest

import spikeworm_env as sw
from spikeworm_env.errors import InputError
from spikeworm_env.experiments.ablation.ablate import ablate
from spikeworm_env.experiments.learning.conditions import PARTNER_SEED
from spikeworm_env.experiments.learning.plan import Plan
from spikeworm_env.experiments.learning.starting_brain import find_starting_brain
from spikeworm_env.experiments.learning.training import TrainingConfig
from spikeworm_env.seeds import MAX_SEED
from spikeworm_env.trials.task import find_trial

TRIAL = find_trial("default").with_changes(duration_s=0.02)
NAME = "SpikeWorm/Chemotaxis-v0"


def train(first_seed, episodes=1, condition="reward"):
    config = TrainingConfig(TRIAL, condition, first_seed=first_seed)
    config.check(find_starting_brain("learner_v1", 42), episodes)


SEEDS = {
    "trial": lambda seed: sw.run_trial("crawl", TRIAL, seed),
    "comparison": lambda seed: sw.compare("crawl", 1, seed, TRIAL, jobs=1),
    "brains of a comparison": lambda seed: sw.compare("minimal", 1, trial=TRIAL, jobs=1, brain_seeds=[seed]),
    "ablation": lambda seed: ablate("minimal", first_seed=seed),
    "compiler": lambda seed: sw.compile_recipe("minimal", seed),
    "agent": lambda seed: sw.make_agent("minimal", seed=seed),
    "training": train,
    "plan": lambda seed: Plan(TRIAL, first_seed=seed).check((1,)),
    "evaluations of a plan": lambda seed: Plan(TRIAL, first_test_seed=seed).check((1,)),
    "brains of a plan": lambda seed: Plan(TRIAL).check((seed,)),
    "environment": lambda seed: gymnasium.make(NAME).unwrapped.reset(seed=seed),
    "vector environment": lambda seed: gymnasium.make_vec(NAME, 2).reset(seed=seed),
    "one of a vector environment": lambda seed: gymnasium.make_vec(NAME, 2).reset(seed=[0, seed]),
}


@pytest.mark.parametrize("use", SEEDS.values(), ids=SEEDS.keys())
@pytest.mark.parametrize("seed", [MAX_SEED + 1, -1, True, 1.0, "1", np.float64(1.0), 10**400])
def test_a_seed_beyond_the_limit_or_of_another_type_is_refused(use, seed):
    with pytest.raises(InputError, match="seed"):
        use(seed)


@pytest.mark.parametrize(
    "use",
    [
        lambda: sw.compare("crawl", 2, MAX_SEED, TRIAL, jobs=1),
        lambda: gymnasium.make_vec(NAME, 2).reset(seed=MAX_SEED),
        lambda: train(MAX_SEED, episodes=2),
        lambda: train(MAX_SEED - PARTNER_SEED + 1, condition="yoked_reward"),
        lambda: replace(Plan(TRIAL, episodes=2), first_seed=MAX_SEED - PARTNER_SEED).check((0,)),
        lambda: Plan(TRIAL, episodes=2).check((MAX_SEED // 2,)),
        lambda: Plan(TRIAL, first_test_seed=MAX_SEED).check((0,)),
    ],
)
def test_the_last_of_several_seeds_is_within_the_limit_too(use):
    with pytest.raises(InputError, match=r"seed of the last|last trial seed"):
        use()


def test_the_greatest_seed_runs():
    assert sw.run_trial("crawl", TRIAL, MAX_SEED).seed == MAX_SEED
    gymnasium.make(NAME).unwrapped.reset(seed=np.uint64(MAX_SEED))
