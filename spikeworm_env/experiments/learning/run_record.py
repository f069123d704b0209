"""What became of one brain under one condition, and how it is kept."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields

import numpy as np
from numpy.typing import NDArray

from spikeworm_env.compiler.training_record import TrainingEpisode
from spikeworm_env.errors import InputError
from spikeworm_env.experiments.learning.weights import Change, Way
from spikeworm_env.store.results import TrialRecord
from spikeworm_env.trials.result import TrialResult


@dataclass(frozen=True)
class Test:
    """One held-out trial with learning off.

    Attributes:
        after_episode: how many lives lay behind the brain.
        marker: the odour that marked the food; None in an arena without.
        seed: the trial seed.
        ci_net, ci_time: the indices.
        success: whether the head came within 1 BL of a food.
    """

    __test__ = False  # for pytest

    after_episode: int
    marker: int | None
    seed: int
    ci_net: float
    ci_time: float
    success: bool


TRACKS = ("first_episode", "last_episode", "initial_test", "end_test")
"""The ways that are kept: lives of learning, and the first of the tests at birth and after those lives."""


@dataclass(frozen=True, eq=False)
class Track:
    """The head's way in one trial.

    Attributes:
        marker: the odour that marked the food; None in an arena without.
        ci_net: the index.
        path: (m, 2) BL, every 50 ms.
        food: (k, 4) x, y, peak, sigma of what smells, BL.
    """

    marker: int | None
    ci_net: float
    path: NDArray[np.float32]
    food: NDArray[np.float32]

    @classmethod
    def of(cls, marker: int | None, result: TrialResult) -> Track:
        path, food = result.path.astype(np.float32), result.food.astype(np.float32)
        return cls(marker, result.ci_net, path, food)


@dataclass(frozen=True, eq=False)
class History:
    """One brain under one condition.

    Attributes:
        condition: a key of ``CONDITIONS``.
        brain_seed: what it was compiled with.
        lives: in order; those of extinction last.
        tests: in order.
        tracks: a way for each of `TRACKS`.
        change: its weights at birth and after the lives of learning.
    """

    condition: str
    brain_seed: int
    episodes: tuple[TrainingEpisode, ...]
    tests: tuple[Test, ...]
    tracks: Mapping[str, Track]
    change: Change

    def to_record(self) -> TrialRecord:
        """What is kept of it."""
        ways = [list(way) for way in self.change.ways]
        figures = {
            "condition": self.condition,
            "brain_seed": self.brain_seed,
            "episodes": [asdict(episode) for episode in self.episodes],
            "tests": [asdict(test) for test in self.tests],
            "tracks": {
                name: {"marker": track.marker, "ci_net": track.ci_net} for name, track in self.tracks.items()
            },
            "ways": ways,
        }
        arrays = {name: getattr(self.change, name) for name in _CHANGE_ARRAYS}
        for name, track in self.tracks.items():
            arrays |= {f"{name}_path": track.path, f"{name}_food": track.food}
        return TrialRecord(figures, arrays)

    @classmethod
    def of_record(cls, record: TrialRecord) -> History:
        """The history that was kept.

        Raises:
            InputError: it is none of this code.
        """
        figures, arrays = record.figures, record.arrays
        try:
            return cls(
                condition=figures["condition"],
                brain_seed=figures["brain_seed"],
                episodes=tuple(TrainingEpisode(**episode) for episode in figures["episodes"]),
                tests=tuple(Test(**test) for test in figures["tests"]),
                tracks={
                    name: Track(
                        **figures["tracks"][name], path=arrays[f"{name}_path"], food=arrays[f"{name}_food"]
                    )
                    for name in TRACKS
                },
                change=Change(
                    tuple(Way(*way) for way in figures["ways"]),
                    **{name: arrays[name] for name in _CHANGE_ARRAYS},
                ),
            )
        except (KeyError, TypeError, IndexError) as error:
            raise InputError(
                f"a kept history of a brain was written by other code ({error}); give another folder"
            ) from error


_CHANGE_ARRAYS = tuple(field.name for field in fields(Change) if field.name != "ways")
