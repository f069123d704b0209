"""Ablations: effects of lesions, the same for any number of jobs and after any interruption."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from spikeworm_env import resources
from spikeworm_env.batch.runner import RESULTS_FILE
from spikeworm_env.compiler import compile_recipe
from spikeworm_env.errors import InputError, TrialError
from spikeworm_env.experiments.ablation import assay_task
from spikeworm_env.experiments.ablation.ablate import Ablation, ablate
from spikeworm_env.experiments.ablation.assays import run_assay
from spikeworm_env.experiments.comparison.compare import compare
from spikeworm_env.lesions.connection import lesion_connection
from spikeworm_env.trials import provenance
from spikeworm_env.trials.provenance import code_digest
from spikeworm_env.trials.task import Trial

BRIEF = {"touch": {"at_s": 3.0, "watch_s": 2.0}, "chemotaxis": {"seconds": 1.0}}
NO_TOUCH = "connection touch -> direction"


@pytest.fixture(scope="module", autouse=True)
def empty_cache(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """An empty cache of brains."""
    folder = tmp_path_factory.mktemp("brains")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(resources, "brain_cache", lambda: folder)
        yield folder


@pytest.fixture(scope="module")
def no_touch() -> Ablation:
    return ablate("reverser_v1", "touch->direction", "touch", 8, 0, settings=BRIEF, jobs=1)


def few(**changes) -> Ablation:
    arguments = {
        "lesions": ["touch->direction", "turn"],
        "assays": ["chemotaxis"],
        "trials": 2,
        "first_seed": 0,
    }
    return ablate("reverser_v1", **{**arguments, "settings": BRIEF, "jobs": 1, **changes})


def counted(monkeypatch: pytest.MonkeyPatch) -> list[tuple]:
    """Every run from now on, as (assay, seed)."""
    runs: list[tuple] = []

    def run(assay, brain, seed, **settings):
        runs.append((assay, seed))
        return run_assay(assay, brain, seed, **settings)

    monkeypatch.setattr(assay_task, "run_assay", run)
    return runs


def test_a_reverser_without_input_from_touch_does_not_reverse(no_touch: Ablation) -> None:
    effect = no_touch.effect(NO_TOUCH, "touch", "reversal")
    assert effect.intact < -0.15 and effect.lesion_mean > 0.2
    assert effect.p < 0.01 and effect.dz > 1
    assert no_touch.effect(NO_TOUCH, "touch", "velocity_before").difference == 0


def test_means_are_those_of_the_single_runs(no_touch: Ablation) -> None:
    whole = compile_recipe("reverser_v1")
    for brain, name in ((whole, "intact"), (lesion_connection(whole, "touch", "direction"), "lesion_mean")):
        values = [run_assay("touch", brain, seed, **BRIEF["touch"])["reversal"] for seed in range(8)]
        assert getattr(no_touch.effect(NO_TOUCH, "touch", "reversal"), name) == pytest.approx(np.mean(values))


def test_number_of_jobs_changes_nothing() -> None:
    assert few(jobs=2, lesions="turn") == few(jobs=1, lesions="turn")


def test_brains_are_averaged_within_each_trial_seed() -> None:
    both = few(brain_seeds=(42, 43), lesions="turn").effects
    alone = [few(brain_seeds=(seed,), lesions="turn").effects for seed in (42, 43)]
    for pooled, *single in list(zip(both, *alone, strict=True))[:4]:  # one second is too short for the others
        assert pooled.n == 2
        assert pooled.intact == pytest.approx(np.mean([effect.intact for effect in single]))


def test_stored_results_are_not_run_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    runs = counted(monkeypatch)
    first = few(folder=tmp_path)
    assert len(runs) == 6 and few(folder=tmp_path) == first and len(runs) == 6
    assert few() == first
    more = few(folder=tmp_path, trials=3)
    assert runs[12:] == [("chemotaxis", 2)] * 3 and more.trial_seeds == (0, 1, 2)


def test_an_interrupted_ablation_continues(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupt(done: int, total: int) -> None:
        assert total == 6
        if done == 4:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        few(folder=tmp_path, progress=interrupt)
    assert [file.name for file in tmp_path.iterdir()] == [RESULTS_FILE]
    runs = counted(monkeypatch)
    done: list[int] = []
    resumed = few(folder=tmp_path, progress=lambda now, _: done.append(now))
    assert len(runs) == 2 and done == [4, 5, 6]
    assert resumed == few()


def test_other_settings_of_an_assay_give_other_results(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    few(folder=tmp_path)
    runs = counted(monkeypatch)
    assert few(folder=tmp_path, settings={"chemotaxis": {"seconds": 1.5}}) != few(folder=tmp_path)
    assert len(runs) == 6


def test_the_folder_of_another_brain_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    few(folder=tmp_path)
    runs = counted(monkeypatch)
    with pytest.raises(InputError, match=r"brain_files is .* there and .* here"):
        few(folder=tmp_path, brain_seeds=(43,))
    with pytest.raises(InputError, match=r'brain is "reverser_v1" there and "crawler_v1" here'):
        ablate("crawler_v1", "projections[0]", "chemotaxis", 2, 0, settings=BRIEF, jobs=1, folder=tmp_path)
    monkeypatch.setattr(provenance, "code_digest", lambda work: f"edited {work.__name__}")
    with pytest.raises(InputError, match=r'code is "[0-9a-f]+ there and "edited AssayTask" here'):
        few(folder=tmp_path)
    assert not runs


def test_seeds_without_a_measure_are_left_out(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    numbers = iter([1.0, math.nan, 3.0, 4.0, 5.0, 7.0, math.nan, 9.0])

    def run(assay, brain, seed, **settings):
        return {"first": 0.5, "last": 0.5, "ratio": next(numbers), "velocity_between": math.nan}

    monkeypatch.setattr(assay_task, "run_assay", run)
    again = {"lesions": "turn", "assays": "habituation", "trials": 4, "folder": tmp_path}
    for found in (few(**again), few(**again)):  # run, and read from the results file
        ratio = found.effect("component turn", "habituation", "ratio")
        assert (ratio.n, ratio.intact, ratio.lesion_mean, ratio.difference) == (2, 2.5, 7.0, 4.5)
        assert (ratio.p, ratio.dz) == (pytest.approx(0.5), pytest.approx(4.5 / math.sqrt(0.5)))
        never = found.effect("component turn", "habituation", "velocity_between")
        assert (never.n, never.intact, never.difference, never.p) == (0, None, None, None)
        json.dumps(found.to_json(), allow_nan=False)


def test_json_holds_settings_and_effects(no_touch: Ablation) -> None:
    plain = no_touch.to_json()
    assert (plain["brain"], plain["trials"], plain["first_seed"]) == ("reverser_v1", 8, 0)
    assert plain["assays"] == {"touch": {"at_s": 3.0, "touch_s": 0.3, "watch_s": 2.0}}
    assert plain["synapses_lesioned"] == {NO_TOUCH: 3200}
    assert plain["code"] == code_digest(assay_task.AssayTask)
    assert [row["measure"] for row in plain["effects"]][:2] == ["velocity_before", "reversal"]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"brain": "crawl"}, "crawl has no brain"),
        ({"brain": "reverser"}, "did you mean 'reverser_v1'"),
        ({"lesions": "tuoch"}, "unknown lesion 'tuoch'"),
        ({"assays": ["chemotaxis", "tuoch"]}, "unknown assay 'tuoch'"),
        ({"trials": 0}, "trials is 0"),
        ({"first_seed": -1}, "first_seed is -1"),
        ({"jobs": 0}, "jobs is 0; expected a whole number from 1 to 10000"),
        (
            {"settings": {"chemotaxis": {"second": 1.0}}},
            "unknown setting of assay chemotaxis 'second'; did you mean 'seconds'",
        ),
        ({"settings": {"chemotaxi": {"seconds": 1.0}}}, "unknown assay in settings 'chemotaxi'"),
    ],
)
def test_a_mistake_is_found_before_any_run(
    arguments: dict, message: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    runs = counted(monkeypatch)
    base = {"brain": "reverser_v1", "lesions": "turn", "assays": "chemotaxis", "trials": 1, "jobs": 1}
    with pytest.raises(InputError, match=message):
        ablate(**{**base, "folder": tmp_path / "out", **arguments})
    assert not runs and not (tmp_path / "out").exists()


def test_a_failure_names_lesion_assay_and_seed(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object, **__: object) -> dict:
        raise ZeroDivisionError("no wave")

    monkeypatch.setattr(assay_task, "run_assay", fail)
    with pytest.raises(TrialError, match="intact, chemotaxis, trial seed 0: ZeroDivisionError: no wave"):
        few()


def test_the_folder_of_another_experiment_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    compare(["crawl"], 2, 0, Trial("blink", duration_s=0.3), jobs=1, out=tmp_path)
    runs = counted(monkeypatch)
    with pytest.raises(InputError, match='experiment is "comparison" there and "ablation" here'):
        few(folder=tmp_path)
    assert not runs
