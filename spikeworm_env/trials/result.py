"""What one trial showed: its figures and its samples, from which metrics are computed."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from spikeworm_env.conveniences import convenience
from spikeworm_env.frames import frame, html_table
from spikeworm_env.trials.brain_recording import BrainRecording
from spikeworm_env.trials.provenance import AS_NAMED, Provenance, versions

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from pandas import DataFrame

LEAST_PATH_S = 10.0  # of a path to the food; a shorter one gives neither speed nor spectrum

INDICES = ("ci_time", "ci_net", "ci_clipped")


@dataclass(frozen=True, repr=False)
class TrialResult:
    """What one trial showed.

    Attributes:
        agent: the agent's name.
        trial: the trial's label: its name, and what differs from the trial of that name.
        seed: the trial seed, which fixes arena, start, heading and all noise.
        ticks: ticks of 1 ms simulated.
        ci_time, ci_net, ci_clipped: the chemotaxis indices over all ticks.
        success: whether the head came within 1 BL of a food.
        time_to_reach_s: when it first was, to the next sample (50 ms); None if never.
        min_distance: the head's least distance from a food, BL.
        start_distance: its distance at the start, BL.
        speed_bl_per_s: speed of the drag centre along its path, without the swing of the wave.
        wave_frequency_hz: dominant frequency of the joint angles; None for a still body or a short trial.
            Both are measured until a food is reached: a worm that rests there is not a slow one. One that
            reaches it in less than `LEAST_PATH_S` is measured over the whole trial.
        eaten: full foods eaten, where food can be eaten; None elsewhere.
        sample_s: seconds between samples; the last may be nearer to the one before.
        path: (m, 2) the head's position at the start, at every sample and at the end, BL.
        centre: (m, 2) the drag centre's, BL.
        heading: (m,) of the head, radians.
        posture: (m, 23) the joint angles, head first, radians.
        concentration: (m,) of the odour at the head, food peaks, without noise.
        food_path: (m, k, 2) the foods' positions, BL.
        food: (k, 4) the foods at the end: x, y (BL), peak, sigma (BL).
        ticks_per_second: ticks simulated per second of wall-clock time; without the first stretch, in which
            kernels may be compiled.
        provenance: what was done to worm and arena besides what the names say.
        recording: of the brain, if one was asked for; None otherwise.

    Two results are equal when all but arrays and ``ticks_per_second`` are.
    """

    agent: str
    trial: str
    seed: int
    ticks: int
    ci_time: float
    ci_net: float
    ci_clipped: float
    success: bool
    time_to_reach_s: float | None
    min_distance: float
    start_distance: float
    speed_bl_per_s: float | None
    wave_frequency_hz: float | None
    eaten: float | None
    sample_s: float
    path: NDArray[np.float64] = field(compare=False)
    centre: NDArray[np.float64] = field(compare=False)
    heading: NDArray[np.float32] = field(compare=False)
    posture: NDArray[np.float32] = field(compare=False)
    concentration: NDArray[np.float32] = field(compare=False)
    food_path: NDArray[np.float32] = field(compare=False)
    food: NDArray[np.float64] = field(compare=False)
    ticks_per_second: float = field(compare=False)
    provenance: Provenance = AS_NAMED
    recording: BrainRecording | None = field(default=None, compare=False, repr=False)

    def __repr__(self) -> str:
        return (
            f"<TrialResult of {self.agent}, trial {self.trial}, seed {self.seed}: {self.seconds:g} s, "
            f"ci_time {self.ci_time:.3f}, ci_net {self.ci_net:.3f}, "
            f"{'reached' if self.success else 'did not reach'} a food>"
        )

    def _repr_html_(self) -> str:
        caption = f"{self.agent}, trial {self.trial}, seed {self.seed}"
        done = f"; {self.provenance.text}" if self.provenance.text else ""
        return html_table(caption + done, ("", "value", "unit"), self._figures())

    def _figures(self) -> list[tuple[str, object, str]]:
        return [
            ("simulated", self.seconds, "s"),
            *((name, float(getattr(self, name)), "") for name in INDICES),
            ("success", "yes" if self.success else "no", ""),
            ("time to reach", self.time_to_reach_s, "s"),
            ("least distance from a food", self.min_distance, "BL"),
            ("distance at the start", self.start_distance, "BL"),
            ("speed", self.speed_bl_per_s, "BL/s"),
            ("wave frequency", self.wave_frequency_hz, "Hz"),
            *([("eaten", self.eaten, "foods")] if self.eaten is not None else []),
        ]

    def to_frame(self) -> DataFrame:
        """The samples as a pandas frame, a row each.

        Columns: ``time_s``; ``head_x_bl``, ``head_y_bl``; ``centre_x_bl``, ``centre_y_bl``; ``heading_rad``;
        ``concentration``; and ``joint_0_rad`` (head) to ``joint_22_rad``.

        Raises:
            InputError: pandas is not installed.
        """
        return frame(
            {
                "time_s": self.times_s,
                **{f"head_{axis}_bl": self.path[:, k] for k, axis in enumerate("xy")},
                **{f"centre_{axis}_bl": self.centre[:, k] for k, axis in enumerate("xy")},
                "heading_rad": self.heading,
                "concentration": self.concentration,
                **{f"joint_{k}_rad": self.posture[:, k] for k in range(self.posture.shape[1])},
            }
        )

    def to_json(self) -> dict[str, Any]:
        """The figures as JSON types, without samples: what ``spikeworm run --json`` prints of the agent."""
        return {**convenience("figures_of")(self), "versions": versions()}

    def plot(self, ax: Axes | None = None) -> Axes:
        """The head's path from ○ to ● over the odour field, with the foods (★) where they were at the end.

        Args:
            ax: axes of matplotlib to draw on; those of a new figure if None.

        Raises:
            InputError: matplotlib is not installed.
        """
        return convenience("plot_trial")(self, ax)

    @property
    def times_s(self) -> NDArray[np.float64]:
        """(m,) when the samples were taken, seconds since the start."""
        return np.minimum(np.arange(len(self.path)) * self.sample_s, self.seconds)

    @property
    def even_samples(self) -> int:
        """How many samples are evenly spaced: all but a last one that came early."""
        return int(self.seconds / self.sample_s + 1e-6) + 1

    @property
    def seconds(self) -> float:
        """Simulated seconds."""
        return self.ticks / 1000

    @property
    def samples_before_food(self) -> int:
        """How many evenly spaced samples come before food is reached, as for speed."""
        return samples_before_food(self.even_samples, self.time_to_reach_s, self.sample_s)


def samples_before_food(evenly: int, reached_s: float | None, sample_s: float) -> int:
    """Of so many even samples, those until food is reached; all if it took less than `LEAST_PATH_S`."""
    if reached_s is None or reached_s < LEAST_PATH_S:
        return evenly
    return min(evenly, round(reached_s / sample_s) + 1)
