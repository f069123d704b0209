"""A study runs what its plan defines, each run once, and pairs conditions by brain."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import numpy as np
import pytest

from spikeworm_env.agents.spiking import SpikingAgent
from spikeworm_env.batch.runner import RESULTS_FILE
from spikeworm_env.batch.workers import Workers
from spikeworm_env.compiler import compile_recipe
from spikeworm_env.errors import InputError, TrialError
from spikeworm_env.experiments.learning import training_loop
from spikeworm_env.experiments.learning.conditions import CONDITIONS
from spikeworm_env.experiments.learning.learner import Learner
from spikeworm_env.experiments.learning.run_record import RunRecord
from spikeworm_env.experiments.learning.study import Study, study
from spikeworm_env.experiments.learning.study_run import StudyRun
from spikeworm_env.lesions.scale_weights import WeightScaling, scale_weights
from spikeworm_env.statistics import paired_permutation_p
from spikeworm_env.trials import provenance
from spikeworm_env.trials.run import run_trial


def plain(found: Study) -> tuple:
    """What two equal studies have in common, to the last weight."""
    weights = [run.weights for run in found.runs]
    return (
        found.outcomes,
        [(run.condition, run.brain_seed, run.episodes, run.evaluations) for run in found.runs],
        [(each.groups, each.final.tolist(), each.pruned.tolist()) for each in weights],
        [[(n, path.ci_net, path.path.tolist()) for n, path in run.paths.items()] for run in found.runs],
    )


@pytest.fixture
def counted(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, int]]:
    """Every study run from now on, as (condition, brain seed)."""
    found: list[tuple[str, int]] = []
    run = StudyRun.run

    def counting(task: StudyRun) -> RunRecord:
        found.append((task.condition, task.brain_seed))
        return run(task)

    monkeypatch.setattr(StudyRun, "run", counting)
    return found


def test_a_run_is_that_of_its_learner(novice: str, plan: Callable, short: Callable) -> None:
    wanted, compiled = plan(), compile_recipe(novice, 4)
    found = short().run("reward", 4)
    learner = Learner(compiled, frame_skip=10)
    indices = []
    for episode in range(3):
        if episode:
            learner.run_episode(wanted.trial, wanted.episode_seeds(4)[episode - 1])
        agent = SpikingAgent(learner.compiled, learning=False, frame_skip=10)
        indices += [run_trial(agent, wanted.trial, seed, frame_skip=10).ci_net for seed in (10_000, 10_001)]
    assert found.episodes == tuple(learner.episodes)
    assert [evaluation.ci_net for evaluation in found.evaluations] == indices
    chosen = compiled.can_change
    assert found.weights.final.tolist() == learner.compiled.network.weight[chosen].tolist()
    assert found.weights.initial.tolist() == compiled.network.weight[chosen].tolist()


def test_connections_are_scaled_in_every_brain_before_training(
    plan: Callable, short: Callable, novice: str
) -> None:
    wrong = (WeightScaling("left", "up", 0.25),)
    found = short(plan=plan(scaled=wrong))
    for run in found.runs:
        compiled = compile_recipe(novice, run.brain_seed)
        chosen = compiled.can_change
        assert run.weights.initial.tolist() == scale_weights(compiled, wrong).network.weight[chosen].tolist()
        assert run.weights.initial.tolist() != compiled.network.weight[chosen].tolist()
    assert found.to_json()["scaled"] == ["left->up=0.25"]
    assert short().to_json()["scaled"] == []


def test_every_brain_is_trained_under_every_condition_on_the_same_seeds(whole: Study) -> None:
    assert whole.conditions == tuple(CONDITIONS)
    for condition in whole.conditions:
        runs = whole.runs_of(condition)
        assert [run.brain_seed for run in runs] == list(range(10))
        learning = [[episode.seed for episode in run.episodes][:2] for run in runs]
        assert learning == [list(whole.plan.episode_seeds(seed))[:2] for seed in range(10)]
        assert {episode.condition for run in runs for episode in run.episodes[:2]} == {condition}


def test_extinction_follows_under_the_treatment_alone(whole: Study) -> None:
    for run in whole.runs:
        under = [episode.condition for episode in run.episodes]
        assert under[2:] == (["no_reward"] if run.condition == "reward" else [])
    assert whole.outcomes[0].scores[-1].after_episode == 3
    assert whole.outcomes[0].after.after_episode == 2


def test_no_learning_keeps_every_weight_and_reward_does_not(whole: Study) -> None:
    for run in whole.runs_of("no_learning"):
        assert run.weights.final.tolist() == run.weights.initial.tolist()
    for run in whole.runs_of("reward"):
        assert (run.weights.final != run.weights.initial).any()


def test_pruned_synapses_are_prunable_and_have_no_weight(whole: Study) -> None:
    gone = {name: sum(run.weights.pruned.sum() for run in whole.runs_of(name)) for name in whole.conditions}
    assert (
        gone["reward"] > 0 and gone["random_pruning"] > 0 and gone["no_pruning"] == gone["no_learning"] == 0
    )
    for run in whole.runs:
        weights = run.weights
        assert not (weights.pruned & ~weights.prunable).any()
        assert not weights.final[weights.pruned].any()
        assert [row.pruned for row in weights.by_group()] == [
            weights.pruned[weights.group == k].sum() for k in range(len(weights.groups))
        ]


def test_groups_are_named_by_component_and_cell(whole: Study) -> None:
    groups = whole.runs[0].weights.groups
    assert {(group.source, group.target) for group in groups} == {
        (f"{source}.cell", f"{target}.cell") for source in ("left", "right") for target in ("up", "down")
    }
    assert all(row.synapses == 9 for row in whole.runs[0].weights.by_group())


def test_statistics_are_over_brains_and_paired_by_brain(whole: Study) -> None:
    treated = whole.final_index("reward")
    for outcome in whole.outcomes:
        own = whole.final_index(outcome.condition)
        assert outcome.after.ci_net.mean == pytest.approx(own.mean())
        assert (outcome.after.lowest, outcome.after.highest) == (own.min(), own.max())
        assert outcome.after.ci_net.low <= own.mean() <= outcome.after.ci_net.high
        assert outcome.after.learned == np.mean(own > 0.5)
        if outcome.treatment_effect is not None:
            p = paired_permutation_p(treated, own, np.random.default_rng(0))
            assert outcome.treatment_effect.p == p
            assert outcome.treatment_effect.difference == pytest.approx(treated.mean() - own.mean())
    assert whole.outcomes[0].treatment_effect is None
    below = (treated < treated[whole.median_brain]).sum()
    assert below <= 5 <= (treated <= treated[whole.median_brain]).sum()


def test_relearning_is_measured_about_every_flip(two_noses: str, plan: Callable) -> None:
    flipping = plan("reversal", episodes=3, flips=(1, 2), tests=1)
    found = study(two_noses, flipping, brain_seeds=(3, 4), controls="none", workers=Workers(1))
    (outcome,) = found.outcomes
    indices = {
        (episode, marker): np.mean(
            [
                t.ci_net
                for run in found.runs
                for t in run.evaluations
                if (t.after_episode, t.marker) == (episode, marker)
            ]
        )
        for episode, marker in ((1, 0), (1, 1), (2, 1), (2, 0), (3, 0))
    }
    for flip, keys in zip(
        outcome.relearning, [((1, 0), (1, 1), (2, 1)), ((2, 1), (2, 0), (3, 0))], strict=True
    ):
        means = [flip.before.mean, flip.dropped.mean, flip.regained.mean]
        assert means == pytest.approx([indices[key] for key in keys])
        assert flip.episodes == 1
        assert flip.share == (pytest.approx(means[2] / means[0]) if means[0] > 0 else None)


def test_number_of_jobs_changes_nothing(short: Callable) -> None:
    assert plain(short(jobs=2)) == plain(short(jobs=1))


def test_stored_runs_are_not_run_again_and_more_can_be_added(
    short: Callable, tmp_path: Path, counted: list
) -> None:
    first = short(folder=tmp_path)
    assert len(counted) == 4
    assert plain(short(folder=tmp_path)) == plain(first) == plain(short())
    del counted[:]
    short(folder=tmp_path, brain_seeds=(3, 4, 5), controls=["no_reward", "no_learning"])
    assert counted == [
        ("no_learning", 3),
        ("no_learning", 4),
        ("reward", 5),
        ("no_reward", 5),
        ("no_learning", 5),
    ]


def test_an_interrupted_study_continues(short: Callable, tmp_path: Path, counted: list) -> None:
    def interrupt(done: int, total: int) -> None:
        assert total == 4
        if done == 3:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        short(folder=tmp_path, progress=interrupt)
    del counted[:]
    done: list[int] = []
    resumed = short(folder=tmp_path, progress=lambda now, _: done.append(now))
    assert (len(counted), done) == (1, [3, 4])
    assert plain(resumed) == plain(short())


def test_the_folder_of_another_study_is_refused(
    short: Callable, plan: Callable, two_noses: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    short(folder=tmp_path)
    for changes, named in (
        ({"episodes": 3}, "episodes is 2 there and 3 here"),
        ({"tests": 1}, "tests is"),
        ({"scaled": (WeightScaling("left", "up", 0.5),)}, "scaled is"),
    ):
        with pytest.raises(InputError, match=f"holds other results: {named}"):
            short(folder=tmp_path, plan=plan(**changes))
    with pytest.raises(InputError, match="holds other results: brain is"):
        study(two_noses, plan("reversal"), brain_seeds=(3, 4), folder=tmp_path, workers=Workers(1))
    monkeypatch.setattr(provenance, "code_digest", lambda work: f"edited {work.__name__}")
    with pytest.raises(InputError, match=r'holds other results: code is .* and "edited StudyRun" here'):
        short(folder=tmp_path)


def test_a_stored_run_that_lacks_a_part_is_reported_as_of_other_code(
    short: Callable, counted: list, tmp_path: Path
) -> None:
    short(folder=tmp_path)
    with closing(sqlite3.connect(tmp_path / RESULTS_FILE, isolation_level=None)) as database:
        database.execute("UPDATE results SET figures = json_remove(figures, '$.groups')")
    with pytest.raises(InputError, match=r"other code wrote reward, brain seed 3 \('groups'\); give another"):
        short(folder=tmp_path)
    assert len(counted) == 4


def test_a_failure_names_condition_and_brain(short: Callable, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object, **__: object) -> None:
        raise ZeroDivisionError("no wave")

    monkeypatch.setattr(training_loop, "run_trial", fail)
    with pytest.raises(TrialError, match="reward, brain seed 3: ZeroDivisionError: no wave"):
        short()


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"controls": ["no_rewrad"]}, "unknown control 'no_rewrad'; did you mean 'no_reward'"),
        ({"brain_seeds": ()}, "brain seeds"),
        ({"brain_seeds": (-1,)}, r"brain_seeds\[0\] is -1; expected a whole number"),
        ({"brain_seeds": (3, 3)}, "brain seeds"),
        ({"jobs": 0}, "jobs is 0; expected a whole number from 1 to 10000"),
    ],
)
def test_a_mistake_is_found_before_any_training(
    changes: dict, message: str, short: Callable, tmp_path: Path, counted: list
) -> None:
    with pytest.raises(InputError, match=message):
        short(folder=tmp_path / "out", **changes)
    assert not counted and not (tmp_path / "out").exists()


@pytest.mark.parametrize(
    ("brain", "controls", "message"),
    [
        ("crawler_v1", "all", "crawler_v1 cannot learn"),
        ("crawl", "all", "crawl has no brain"),
        ("learner_v1", ["no_pruning"], "control 'no_pruning' does not fit learner_v1"),
    ],
)
def test_brains_that_do_not_fit_a_study_are_refused(
    brain: str, controls: str, message: str, plan: Callable
) -> None:
    with pytest.raises(InputError, match=message):
        study(brain, plan(), brain_seeds=(3,), controls=controls)


def test_a_weakening_that_weakens_nothing_is_refused(novice: str, plan: Callable) -> None:
    with pytest.raises(InputError, match="no synapse leads from up to left"):
        study(novice, plan(scaled=(WeightScaling("up", "left", 0.5),)), brain_seeds=(3,))


def test_json_holds_plan_and_outcomes(whole: Study) -> None:
    content = json.loads(json.dumps(whole.to_json(), allow_nan=False))
    assert (content["brain"], content["episodes"], content["extinction"]) == ("novice", 2, 1)
    assert content["brain_seeds"] == list(range(10)) and list(content["conditions"]) == list(CONDITIONS)
    assert content["conditions"]["reward"]["after"]["ci_net"]["mean"] == whole.outcomes[0].after.ci_net.mean
    assert content["trial"]["duration_s"] == 1.0
