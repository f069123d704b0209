"""A study lives what its plan says, once, and compares brain by brain."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable
from contextlib import closing
from functools import wraps
from pathlib import Path

import numpy as np
import pytest

from spikeworm_env.agents.spiking import SpikingAgent
from spikeworm_env.batch.workers import Workers
from spikeworm_env.compiler import compile_recipe
from spikeworm_env.errors import InputError, TrialError
from spikeworm_env.experiments.learning import study as studies
from spikeworm_env.experiments.learning import study_run as units
from spikeworm_env.experiments.learning.conditions import CONDITIONS
from spikeworm_env.experiments.learning.learner import Learner
from spikeworm_env.experiments.learning.run_record import History
from spikeworm_env.experiments.learning.study import HISTORIES_FILE, Study, study
from spikeworm_env.lesions.scale_weights import WeightScaling, scale_weights
from spikeworm_env.statistics import paired_permutation_p
from spikeworm_env.trials.run import run_trial


def plain(found: Study) -> tuple:
    """What two equal studies have in common, to the last weight."""
    changes = [history.change for history in found.histories]
    return (
        found.outcomes,
        [(h.condition, h.brain_seed, h.episodes, h.tests) for h in found.histories],
        [(c.ways, c.end.tolist(), c.pruned.tolist()) for c in changes],
        [[(n, t.ci_net, t.path.tolist()) for n, t in h.tracks.items()] for h in found.histories],
    )


@pytest.fixture
def counted(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, int]]:
    """Every history that is lived from now on, as (condition, brain seed)."""
    lived: list[tuple[str, int]] = []

    @wraps(units.run_study_run)
    def live(unit: units.Unit) -> History:
        lived.append((unit.condition, unit.brain_seed))
        return units.run_study_run(unit)

    monkeypatch.setattr(studies, "run_study_run", live)
    return lived


def test_a_history_is_that_of_its_learner(novice: str, plan: Callable, short: Callable) -> None:
    wanted, compiled = plan(), compile_recipe(novice, 4)
    found = short().history("reward", 4)
    learner = Learner(compiled, frame_skip=10)
    indices = []
    for episode in range(3):
        if episode:
            learner.live(wanted.trial, wanted.episode_seeds(4)[episode - 1])
        agent = SpikingAgent(learner.compiled, learning=False, frame_skip=10)
        indices += [run_trial(agent, wanted.trial, seed, frame_skip=10).ci_net for seed in (10_000, 10_001)]
    assert found.episodes == tuple(learner.episodes)
    assert [test.ci_net for test in found.tests] == indices
    chosen = compiled.can_change
    assert found.change.end.tolist() == learner.compiled.network.weight[chosen].tolist()
    assert found.change.birth.tolist() == compiled.network.weight[chosen].tolist()


def test_what_is_weakened_is_so_for_every_brain_from_birth(
    plan: Callable, short: Callable, novice: str
) -> None:
    wrong = (WeightScaling("left", "up", 0.25),)
    found = short(plan=plan(scaled=wrong))
    for history in found.histories:
        compiled = compile_recipe(novice, history.brain_seed)
        chosen = compiled.can_change
        assert history.change.birth.tolist() == scale_weights(compiled, wrong).network.weight[chosen].tolist()
        assert history.change.birth.tolist() != compiled.network.weight[chosen].tolist()
    assert found.to_json()["scaled"] == ["left->up=0.25"]
    assert short().to_json()["scaled"] == []


def test_every_condition_is_lived_by_every_brain_on_the_same_seeds(whole: Study) -> None:
    assert whole.conditions == tuple(CONDITIONS)
    for condition in whole.conditions:
        histories = whole.histories_of(condition)
        assert [history.brain_seed for history in histories] == list(range(10))
        learning = [[episode.seed for episode in history.episodes][:2] for history in histories]
        assert learning == [list(whole.plan.episode_seeds(seed))[:2] for seed in range(10)]
        assert {episode.condition for history in histories for episode in history.episodes[:2]} == {condition}


def test_only_the_claim_goes_on_without_reward(whole: Study) -> None:
    for history in whole.histories:
        under = [episode.condition for episode in history.episodes]
        assert under[2:] == (["no_reward"] if history.condition == "reward" else [])
    assert whole.outcomes[0].scores[-1].after_episode == 3
    assert whole.outcomes[0].end.after_episode == 2


def test_frozen_brains_keep_every_weight_and_rewarded_ones_do_not(whole: Study) -> None:
    for history in whole.histories_of("frozen"):
        assert history.change.end.tolist() == history.change.birth.tolist()
    for history in whole.histories_of("reward"):
        assert (history.change.end != history.change.birth).any()


def test_what_was_pruned_can_be_pruned_and_weighs_nothing(whole: Study) -> None:
    gone = {name: sum(h.change.pruned.sum() for h in whole.histories_of(name)) for name in whole.conditions}
    assert gone["reward"] > 0 and gone["random_pruning"] > 0 and gone["no_pruning"] == gone["frozen"] == 0
    for history in whole.histories:
        change = history.change
        assert not (change.pruned & ~change.prunable).any()
        assert not change.end[change.pruned].any()
        assert [row.pruned for row in change.rows()] == [
            change.pruned[change.way == k].sum() for k in range(len(change.ways))
        ]


def test_groups_are_named_by_component_and_cell(whole: Study) -> None:
    ways = whole.histories[0].change.ways
    assert {(way.source, way.target) for way in ways} == {
        (f"{source}.cell", f"{target}.cell") for source in ("left", "right") for target in ("up", "down")
    }
    assert all(row.synapses == 9 for row in whole.histories[0].change.rows())


def test_brains_are_the_sample_and_pairs(whole: Study) -> None:
    claimed = whole.end_of("reward")
    for outcome in whole.outcomes:
        own = whole.end_of(outcome.condition)
        assert outcome.end.ci_net.mean == pytest.approx(own.mean())
        assert (outcome.end.lowest, outcome.end.highest) == (own.min(), own.max())
        assert outcome.end.ci_net.low <= own.mean() <= outcome.end.ci_net.high
        assert outcome.end.learned == np.mean(own > 0.5)
        if outcome.claim is not None:
            p = paired_permutation_p(claimed, own, np.random.default_rng(0))
            assert outcome.claim.p == p
            assert outcome.claim.difference == pytest.approx(claimed.mean() - own.mean())
    assert whole.outcomes[0].claim is None
    below = (claimed < claimed[whole.middle_brain]).sum()
    assert below <= 5 <= (claimed <= claimed[whole.middle_brain]).sum()


def test_relearning_is_measured_about_every_flip(two_noses: str, plan: Callable) -> None:
    flipping = plan("reversal", episodes=3, flips=(1, 2), tests=1)
    found = study(two_noses, flipping, brain_seeds=(3, 4), conditions="none", workers=Workers(1))
    (outcome,) = found.outcomes
    indices = {
        (episode, marker): np.mean(
            [
                t.ci_net
                for h in found.histories
                for t in h.tests
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


def test_what_is_kept_is_not_lived_again_and_more_can_be_added(
    short: Callable, tmp_path: Path, counted: list
) -> None:
    first = short(folder=tmp_path)
    assert len(counted) == 4
    assert plain(short(folder=tmp_path)) == plain(first) == plain(short())
    del counted[:]
    short(folder=tmp_path, brain_seeds=(3, 4, 5), conditions=["no_reward", "frozen"])
    assert counted == [("frozen", 3), ("frozen", 4), ("reward", 5), ("no_reward", 5), ("frozen", 5)]


def test_an_interrupted_study_goes_on(short: Callable, tmp_path: Path, counted: list) -> None:
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
        ({"episodes": 3}, "lives is 2 there and 3 here"),
        ({"tests": 1}, "tests is"),
        ({"scaled": (WeightScaling("left", "up", 0.5),)}, "weakened is"),
    ):
        with pytest.raises(InputError, match=f"holds other results: {named}"):
            short(folder=tmp_path, plan=plan(**changes))
    with pytest.raises(InputError, match="holds other results: brain is"):
        study(two_noses, plan("reversal"), brain_seeds=(3, 4), folder=tmp_path, workers=Workers(1))
    monkeypatch.setattr(studies, "code_digest", lambda work: f"edited {work.__name__}")
    with pytest.raises(InputError, match=r'holds other results: code is .* and "edited run_study_run" here'):
        short(folder=tmp_path)


def test_a_history_without_all_its_parts_is_told_to_be_of_other_code(
    short: Callable, counted: list, tmp_path: Path
) -> None:
    short(folder=tmp_path)
    with closing(sqlite3.connect(tmp_path / HISTORIES_FILE, isolation_level=None)) as database:
        database.execute("UPDATE trials SET figures = json_remove(figures, '$.ways')")
    with pytest.raises(InputError, match=r"was written by other code \('ways'\); give another folder"):
        short(folder=tmp_path)
    assert len(counted) == 4


def test_a_failure_names_condition_and_brain(short: Callable, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object, **__: object) -> None:
        raise ZeroDivisionError("no wave")

    monkeypatch.setattr(units, "run_trial", fail)
    with pytest.raises(TrialError, match="reward, brain seed 3: ZeroDivisionError: no wave"):
        short()


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"conditions": ["no_rewrad"]}, "unknown condition 'no_rewrad'; did you mean 'no_reward'"),
        ({"brain_seeds": ()}, "brain seeds"),
        ({"brain_seeds": (-1,)}, "brain seeds"),
        ({"brain_seeds": (3, 3)}, "brain seeds"),
        ({"jobs": 0}, "jobs must be at least 1"),
    ],
)
def test_a_mistake_is_found_before_any_life(
    changes: dict, message: str, short: Callable, tmp_path: Path, counted: list
) -> None:
    with pytest.raises(InputError, match=message):
        short(folder=tmp_path / "out", **changes)
    assert not counted and not (tmp_path / "out").exists()


@pytest.mark.parametrize(
    ("brain", "conditions", "message"),
    [
        ("crawler_v1", "all", "crawler_v1 cannot learn"),
        ("crawl", "all", "crawl has no brain"),
        ("learner_v1", ["no_pruning"], "condition 'no_pruning' says nothing about learner_v1"),
    ],
)
def test_brains_that_a_study_says_nothing_about_are_refused(
    brain: str, conditions: str, message: str, plan: Callable
) -> None:
    with pytest.raises(InputError, match=message):
        study(brain, plan(), brain_seeds=(3,), conditions=conditions)


def test_a_weakening_that_weakens_nothing_is_refused(novice: str, plan: Callable) -> None:
    with pytest.raises(InputError, match="no synapse leads from up to left"):
        study(novice, plan(scaled=(WeightScaling("up", "left", 0.5),)), brain_seeds=(3,))


def test_json_says_what_was_done(whole: Study) -> None:
    told = json.loads(json.dumps(whole.to_json(), allow_nan=False))
    assert (told["brain"], told["episodes"], told["extinction"]) == ("novice", 2, 1)
    assert told["brain_seeds"] == list(range(10)) and list(told["conditions"]) == list(CONDITIONS)
    assert told["conditions"]["reward"]["end"]["ci_net"]["mean"] == whole.outcomes[0].end.ci_net.mean
    assert told["trial"]["duration_s"] == 1.0
    assert HISTORIES_FILE not in told
