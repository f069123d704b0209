"""Signals: what a worm does and senses during a trial, sampled every 50 ms."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from spikeworm_env.checks import known_name
from spikeworm_env.errors import InputError, shown
from spikeworm_env.frames import frame
from spikeworm_env.plotting import axes
from spikeworm_env.trials.kinematics import SMOOTHING_S, direction, running_mean, wrapped
from spikeworm_env.trials.result import TrialResult
from spikeworm_env.world.scale import N_LINKS

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from pandas import DataFrame

Values = NDArray[np.float64]

HEAD_JOINTS: Final = 6  # joints 0 to 5: the first quarter of the body


@dataclass(frozen=True, eq=False)
class Signal:
    """A quantity at even intervals.

    Attributes:
        name: of the quantity.
        unit: of its values.
        times_s: (m,) seconds since the start of the trial, evenly spaced.
        values: (m,) NaN where it is not defined.
        circular: whether it is an angle from −π to π, whose ends meet.

    Raises:
        InputError: arrays of other shapes, fewer than two samples, or uneven times.
    """

    name: str
    unit: str
    times_s: Values
    values: Values
    circular: bool = False

    def __post_init__(self) -> None:
        for name in ("times_s", "values"):
            try:
                object.__setattr__(self, name, np.asarray(getattr(self, name), dtype=np.float64))
            except (TypeError, ValueError, OverflowError) as error:
                raise InputError(f"{name} is {shown(getattr(self, name))}; expected numbers") from error
        if self.times_s.ndim != 1 or self.times_s.size < 2 or self.values.shape != self.times_s.shape:
            raise InputError(
                f"values have shape {self.values.shape} and times_s {self.times_s.shape}; "
                f"expected (m,) for both, m at least 2"
            )
        steps = np.diff(self.times_s)
        if not (np.isfinite(steps).all() and steps[0] > 0 and np.allclose(steps, steps[0], rtol=1e-6)):
            raise InputError("times_s: expected finite, even and ascending times")

    @property
    def sample_s(self) -> float:
        """Seconds between samples."""
        return float((self.times_s[-1] - self.times_s[0]) / (self.times_s.size - 1))

    def to_frame(self) -> DataFrame:
        """A row each sample: ``time_s`` and the signal under its name; needs pandas."""
        return frame({"time_s": self.times_s, self.name: self.values})

    def plot(self, ax: Axes | None = None) -> Axes:
        """The signal over time. Needs matplotlib."""
        ax = axes(ax)
        ax.plot(self.times_s, self.values)
        ax.set(xlabel="time, s", ylabel=self.axis_label)
        return ax

    @property
    def axis_label(self) -> str:
        """Name and unit."""
        return f"{self.name.replace('_', ' ')}, {self.unit}"


class Measure(NamedTuple):
    """How a signal of a trial is computed.

    Attributes:
        unit: of its values.
        about: what it is.
        measure: of a trial, (m,) at its even samples.
        circular: see `Signal`.
    """

    unit: str
    about: str
    measure: Callable[[TrialResult], Values]
    circular: bool = False


def signals(trial: TrialResult) -> Mapping[str, Signal]:
    """All signals of a trial by name; those of `SIGNALS`.

    Raises:
        InputError: it is no trial, or one of fewer than two samples.
    """
    return MappingProxyType({name: signal(trial, name) for name in SIGNALS})


def signal(trial: TrialResult, name: str) -> Signal:
    """One signal of a trial.

    Raises:
        UnknownNameError: the name is not in `SIGNALS`.
        InputError: it is no trial, or one of fewer than two samples.
    """
    known_name("signal", name, SIGNALS)
    if not isinstance(trial, TrialResult):
        raise InputError(f"source is {shown(trial)}; expected a trial, which has the signal {name}")
    if trial.even_samples < 2:
        raise InputError(f"source: a trial of {trial.seconds:g} s has no two samples")
    kind = SIGNALS[name]
    times = trial.sample_s * np.arange(trial.even_samples, dtype=np.float64)
    return Signal(name, kind.unit, times, kind.measure(trial), kind.circular)


def _even(trial: TrialResult, name: str) -> Values:
    return np.asarray(getattr(trial, name)[: trial.even_samples], dtype=np.float64)


def _rate(values: Values, trial: TrialResult) -> Values:
    """Change per second, by central differences."""
    return np.gradient(values, trial.sample_s, axis=0)


def _smooth(values: Values, trial: TrialResult) -> Values:
    return running_mean(values, SMOOTHING_S, trial.sample_s)


def _drift(trial: TrialResult) -> Values:
    """(m, 2) velocity of the drag centre, smoothed, BL/s."""
    moved = _rate(_even(trial, "centre"), trial)
    return np.column_stack([_smooth(each, trial) for each in moved.T])


def _speed(trial: TrialResult) -> Values:
    return np.hypot(*_drift(trial).T)


def _velocity(trial: TrialResult) -> Values:
    axis = _even(trial, "path") - _even(trial, "centre")
    along = np.einsum("ij,ij->i", _rate(_even(trial, "centre"), trial), axis / np.hypot(*axis.T)[:, None])
    return _smooth(along, trial)


def _heading(trial: TrialResult) -> Values:
    return np.unwrap(_even(trial, "heading"))


def _to_food(trial: TrialResult) -> Values:
    """(m, 2) from the head to the nearest food, BL."""
    away = _even(trial, "food_path") - _even(trial, "path")[:, None]
    nearest = np.hypot(away[..., 0], away[..., 1]).argmin(axis=1)
    return away[np.arange(len(away)), nearest]


SIGNALS: Final[Mapping[str, Measure]] = MappingProxyType(
    {
        "speed": Measure("BL/s", "speed of the drag centre, smoothed over 0.5 s", _speed),
        "velocity": Measure(
            "BL/s", "velocity of the drag centre towards the head, smoothed; < 0: backwards", _velocity
        ),
        "heading": Measure("rad", "direction in which the head points, without jumps", _heading),
        "heading_change": Measure(
            "rad/s",
            "its rate of change; > 0: to the left",
            lambda trial: _rate(_heading(trial), trial),
        ),
        "head_bending": Measure(
            "rad",
            "mean angle of joints 0 to 5; > 0: dorsal side concave",
            lambda trial: _even(trial, "posture")[:, :HEAD_JOINTS].mean(axis=1),
        ),
        "curvature": Measure(
            "rad/BL",
            "mean curvature of the whole body; > 0: dorsal side concave",
            lambda trial: _even(trial, "posture").mean(axis=1) * N_LINKS,
        ),
        "concentration": Measure(
            "food peaks", "odour at the head", lambda trial: _even(trial, "concentration")
        ),
        "concentration_change": Measure(
            "food peaks/s", "its rate of change", lambda trial: _rate(_even(trial, "concentration"), trial)
        ),
        "distance": Measure(
            "BL", "from the head to the nearest food", lambda trial: np.hypot(*_to_food(trial).T)
        ),
        "bearing": Measure(
            "rad",
            "direction of the nearest food, from the direction of the head; > 0: to the left",
            lambda trial: wrapped(direction(_to_food(trial)) - _even(trial, "heading")),
            circular=True,
        ),
    }
)
"""The signals of a trial."""
