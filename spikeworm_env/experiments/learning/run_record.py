"""The result of one study run, and how it is stored."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields, replace

import numpy as np
from numpy.typing import NDArray

from spikeworm_env.compiler.training_record import TrainingEpisode
from spikeworm_env.errors import shown
from spikeworm_env.experiments.learning.weight_changes import SynapseGroup, WeightChanges
from spikeworm_env.seeds import checked_seed
from spikeworm_env.store.results import Record
from spikeworm_env.store.stored_values import Shape, from_stored, listed
from spikeworm_env.trials.result import TrialResult


@dataclass(frozen=True)
class EvaluationResult:
    """One held-out trial with learning off.

    Attributes:
        after_episode: training episodes before it.
        marker: the odour that marked the food; None in an arena without markers.
        seed: the trial seed.
        ci_net, ci_time: the indices.
        success: whether the head came within 1 BL of a food.
    """

    after_episode: int
    marker: int | None
    seed: int
    ci_net: float
    ci_time: float
    success: bool


RECORDED_PATHS = ("first_episode", "last_episode", "initial_evaluation", "final_evaluation")
"""Trials whose path is stored: of the learning episodes, and the first trial of the evaluations before and
after them."""


@dataclass(frozen=True, eq=False)
class HeadPath:
    """The path of the head in one trial.

    Attributes:
        marker: the odour that marked the food; None in an arena without markers.
        ci_net: the index.
        path: (m, 2) BL, every 50 ms.
        food: (k, 4) x, y, peak, sigma of each odour source, BL.
    """

    marker: int | None
    ci_net: float
    path: NDArray[np.float32]
    food: NDArray[np.float32]

    @classmethod
    def of(cls, marker: int | None, result: TrialResult) -> HeadPath:
        path, food = result.path.astype(np.float32), result.food.astype(np.float32)
        return cls(marker, result.ci_net, path, food)


@dataclass(frozen=True, eq=False)
class RunRecord:
    """The result of one brain under one condition.

    Attributes:
        condition: a key of ``CONDITIONS``.
        brain_seed: what the brain was compiled with.
        episodes: in order; those of extinction last.
        evaluations: in order.
        paths: one for each of `RECORDED_PATHS`.
        weights: before and after the learning episodes.
    """

    condition: str
    brain_seed: int
    episodes: tuple[TrainingEpisode, ...]
    evaluations: tuple[EvaluationResult, ...]
    paths: Mapping[str, HeadPath]
    weights: WeightChanges

    def to_record(self) -> Record:
        """The run as a results file stores it."""
        figures = {
            "condition": self.condition,
            "brain_seed": self.brain_seed,
            "episodes": [asdict(episode) for episode in self.episodes],
            "evaluations": [asdict(evaluation) for evaluation in self.evaluations],
            "paths": {
                name: {"marker": each.marker, "ci_net": each.ci_net} for name, each in self.paths.items()
            },
            "groups": [list(group) for group in self.weights.groups],
        }
        arrays = {name: getattr(self.weights, name) for name in _WEIGHT_ARRAYS}
        for name, each in self.paths.items():
            arrays |= {f"{name}_path": each.path, f"{name}_food": each.food}
        return Record(figures, arrays)

    @classmethod
    def of_record(cls, record: Record) -> RunRecord:
        """The stored run.

        Raises:
            LookupError, TypeError, ValueError: the record was written by other code.
        """
        figures, arrays = record
        weights = from_stored(
            WeightChanges,
            {"groups": [], **{name: arrays[name] for name in _WEIGHT_ARRAYS}},
            dict.fromkeys(_WEIGHT_ARRAYS, ("synapses",)),
            may_be_nan=("fisher_information",),
        )
        groups = tuple(SynapseGroup(*map(_text, group)) for group in listed("groups", figures["groups"]))
        if weights.group.size and not 0 <= weights.group.min() <= weights.group.max() < len(groups):
            raise ValueError(f"group has an index outside 0 to {len(groups) - 1}")
        return cls(
            condition=_text(figures["condition"]),
            brain_seed=checked_seed(figures["brain_seed"], "brain_seed"),
            episodes=tuple(
                from_stored(TrainingEpisode, each) for each in listed("episodes", figures["episodes"])
            ),
            evaluations=tuple(
                from_stored(EvaluationResult, each) for each in listed("evaluations", figures["evaluations"])
            ),
            paths={name: _path_of(name, record) for name in RECORDED_PATHS},
            weights=replace(weights, groups=groups),
        )


def _path_of(name: str, record: Record) -> HeadPath:
    path = {"path": record.arrays[f"{name}_path"], "food": record.arrays[f"{name}_food"]}
    return from_stored(HeadPath, {**record.figures["paths"][name], **path}, PATH_SHAPES)


def _text(value: object) -> str:
    if not isinstance(value, str) or not value.isprintable():
        raise ValueError(f"{shown(value)} is no printable text")
    return value


PATH_SHAPES: Mapping[str, Shape] = {"path": ("samples", 2), "food": ("foods", 4)}
_WEIGHT_ARRAYS = tuple(field.name for field in fields(WeightChanges) if field.name != "groups")
