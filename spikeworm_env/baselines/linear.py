"""CMA-ES evolves the weights of the agent ``linear`` (package ``cma``; Hansen & Ostermeier 2001).

All policies of a generation run the same trials; each generation draws other trials from the tuning seeds, so
that policies do not overfit to a few arenas. The result is the mean of the last generation, not its best
member.
"""

from __future__ import annotations

import math
from typing import Final

import loky
import numpy as np
from numpy.typing import NDArray

from spikeworm_env.agents.linear import SHAPE, WEIGHTS, Linear
from spikeworm_env.agents.trained import Policy
from spikeworm_env.baselines.training import (
    MOST_STEPS,
    Progress,
    import_optional,
    provenance,
    training_progress,
)
from spikeworm_env.batch.processes import ONE_THREAD, process_count
from spikeworm_env.batch.workers import Workers
from spikeworm_env.checks import whole
from spikeworm_env.progress import check_progress
from spikeworm_env.seeds import TUNING_SEEDS, checked_seed
from spikeworm_env.trials.run import run_trial
from spikeworm_env.trials.task import TRIALS, Trial, find_trial

DEFAULT_STEPS: Final = 30  # generations
POPULATION: Final = 16
TRIALS_EACH: Final = 6
INITIAL_SD: Final = 0.3  # of the weights of the first generation

Evaluation = tuple[NDArray[np.float64], int, Trial]  # weights (14,), trial seed, trial


def train_linear(
    steps: int = DEFAULT_STEPS,
    seed: int = 0,
    *,
    jobs: int | None = None,
    trial: Trial = TRIALS["default"],
    progress: Progress = None,
) -> Policy:
    """Evolve a linear policy.

    Args:
        steps: generations.
        seed: of all random draws.
        jobs: worker processes; None for one per core. The policy does not depend on it.
        trial: the trial that policies are evaluated in.
        progress: None: shown if it takes longer than 2 s; True: at once; False: never; see
            `spikeworm_env.progress`. Or a function, see `Report`.

    Raises:
        InputError: a number out of its range, an unknown trial, or the package is not installed.
    """
    steps, seed = whole("steps", steps, 1, MOST_STEPS), checked_seed(seed)
    check_progress(progress, callback=True)
    jobs, trial = Workers(jobs).jobs, find_trial(trial)
    cma = import_optional("cma", "cma")
    seeds, noise = np.random.default_rng(seed).spawn(2)
    options = {
        "popsize": POPULATION,
        "randn": lambda *shape: noise.standard_normal(shape),
        "seed": math.nan,  # otherwise it seeds NumPy's global generator
        "verbose": -9,
        "verb_log": 0,
    }
    evolution = cma.CMAEvolutionStrategy(initial_weights().ravel(), INITIAL_SD, options)
    count = process_count(jobs, POPULATION * TRIALS_EACH)
    map_all = map if count == 1 else loky.get_reusable_executor(count, env=ONE_THREAD).map
    with training_progress("linear", steps, progress) as report:
        for done in range(1, steps + 1):
            population = evolution.ask()
            arenas = seeds.choice(TUNING_SEEDS, TRIALS_EACH, replace=False).tolist()
            evaluations = [(weights, arena, trial) for weights in population for arena in arenas]
            indices = list(map_all(evaluate, evaluations))
            index = np.array(indices).reshape(POPULATION, TRIALS_EACH).mean(axis=1)
            evolution.tell(population, (-index).tolist())
            report(done, float(index.mean()))
    about = provenance(seed, steps, ["cma"], population=POPULATION, trials_each=TRIALS_EACH)
    return as_policy(evolution.mean, about)


def initial_weights() -> NDArray[np.float64]:
    """Weights of a policy that crawls straight ahead at half speed."""
    weights = np.zeros(SHAPE)
    weights[1, -1] = 0.5
    return weights


def as_policy(weights: NDArray[np.float64], about: dict[str, object]) -> Policy:
    """The policy of a vector of weights (14,)."""
    return Policy(Linear.kind, {WEIGHTS: weights.reshape(SHAPE).astype(np.float32)}, about)


def evaluate(evaluation: Evaluation) -> float:
    """``ci_time`` of a policy in one trial."""
    weights, seed, trial = evaluation
    agent = Linear(policy=as_policy(weights, {}))
    return run_trial(agent, trial, seed, progress=False).ci_time
