"""Summary of the trials of an agent, with tests against its controls and the share of the oracle."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from spikeworm_env.batch.participants import ORACLE, key_of
from spikeworm_env.errors import InputError
from spikeworm_env.statistics import STATISTICS_SEED, Estimate, PairedTest, kaplan_meier_median
from spikeworm_env.trials.controls import CONTROLS
from spikeworm_env.trials.metrics import METRICS, Metric, Statistic, summaries
from spikeworm_env.trials.provenance import AS_NAMED, Provenance
from spikeworm_env.trials.result import TrialResult

LEAST_CEILING = 0.02  # of the oracle; a share of less, as in trials of a few seconds, shows nothing
LEAST_SPEED_SHARE = 0.8  # of the intact brain's speed; a shuffled brain below it may only be too slow


@dataclass(frozen=True)
class Curve:
    """Means along an axis, each with its interval.

    Attributes:
        axis: what the points are, with the unit: ``"bearing_rad"``.
        points: (k,) values of the axis.
        estimates: (k,) means; None where none could be measured.
        n: (k,) on how many trial seeds each of them was measured.
    """

    axis: str
    points: tuple[float, ...]
    estimates: tuple[Estimate | None, ...]
    n: tuple[int, ...]

    def to_json(self) -> list[dict[str, Any]]:
        """As JSON types."""
        nothing = dict.fromkeys(("mean", "low", "high", "iqm"))
        return [
            {self.axis: point, "n": n, **(vars(found) if found else nothing)}
            for point, n, found in zip(self.points, self.n, self.estimates, strict=True)
        ]


Figure = Estimate | Curve | float | None


@dataclass(frozen=True)
class Summary:
    """One row of a comparison; ``summary["success"]`` is the figure of that key.

    Attributes:
        n: trial seeds on which no brain failed; several brains are averaged within each before anything else
            is computed.
        brains: brains that ran on every seed; 1 for an agent without a brain.
        figures: what the `METRICS` declare for a row, by key; None where it could not be measured.
        speed_share: of a shuffled control: its speed over that of the intact brain; None for all others.
        efficiency: mean ``ci_time`` over that of the oracle on the same seeds; None if the oracle's is not
            above 0.
        against: control → ``ci_time`` against it; nothing for a control and for what has none.
        provenance: what was done to its worms and arenas besides what their names say.
    """

    n: int
    brains: int
    figures: Mapping[str, Figure]
    speed_share: float | None
    efficiency: float | None
    against: Mapping[str, PairedTest]
    provenance: Provenance = AS_NAMED

    def __getitem__(self, key: str) -> Any:
        return self.figures[key]

    @property
    def ci_time(self) -> Estimate:
        """The primary outcome, which tests compare."""
        return self["ci_time"]

    @property
    def note(self) -> str | None:
        """Why the row shows nothing, if it does not."""
        too_slow = self.speed_share is not None and self.speed_share < LEAST_SPEED_SHARE
        return "shows nothing: crawls too slowly" if too_slow else None

    def to_json(self) -> dict[str, Any]:
        """The row as JSON types."""
        row: dict[str, Any] = {"n": self.n, "brains": self.brains, **self.provenance.to_json()}
        for key, figure in self.figures.items():
            section, _, name = key.rpartition(".")
            (row.setdefault(section, {}) if section else row)[name] = _as_json(figure)
        return {
            **row,
            "speed_share": self.speed_share,
            "efficiency": self.efficiency,
            **{
                f"{figure}_vs_{control}": getattr(self.against.get(control), figure, None)
                for control in CONTROLS
                for figure in ("p", "dz", "improvement")
            },
            "note": self.note,
        }


def _as_json(figure: Figure) -> Any:
    if isinstance(figure, Curve):
        return figure.to_json()
    return vars(figure) if isinstance(figure, Estimate) else figure


class ResultTable:
    """The results of one row as columns.

    Args:
        results: of trials that did not fail.
        brains: how many brains ran on every seed.

    Attributes:
        results, brains: as given.
        seeds: trial seeds, ascending, on which no brain failed.
    """

    def __init__(self, results: Sequence[TrialResult], brains: int) -> None:
        self.results, self.brains = tuple(results), brains
        self._by_seed: dict[int, list[TrialResult]] = {}
        for result in results:
            self._by_seed.setdefault(result.seed, []).append(result)
        self.seeds = sorted(seed for seed, found in self._by_seed.items() if len(found) == brains)

    @property
    def provenance(self) -> Provenance:
        """What was done to worms and arenas in any of the trials."""
        return Provenance.of_all(result.provenance for result in self.results)

    def per_seed(self, name: str, seeds: Sequence[int] | None = None) -> NDArray[np.float64]:
        """(trial seeds, ...) a metric averaged over brains within each of those seeds, or all; NaN: none."""
        measure = METRICS[name].measure
        return np.array(
            [
                np.mean([_number(measure(result)) for result in self._by_seed[seed]], axis=0)
                for seed in (self.seeds if seeds is None else seeds)
            ]
        )

    def known(self, name: str) -> list[float]:
        """The values of a metric over all trials in which it was measured."""
        values = (float(_number(METRICS[name].measure(result))) for result in self.results)
        return [value for value in values if np.isfinite(value)]


def _number(value: ArrayLike | None) -> NDArray[np.float64]:
    """NaN for None."""
    return np.asarray(np.nan if value is None else value, dtype=np.float64)


def summarise(key: str, tables: Mapping[str, ResultTable], intervals: bool = True) -> Summary:
    """A row from the tables of all rows, with intervals if wanted; every table has a seed or more.

    Raises:
        InputError: the row and its controls or the oracle were not in the same trials.
    """
    table = tables[key]
    beside = {control: tables[key_of(key, control)] for control in CONTROLS if key_of(key, control) in tables}
    figures = {
        name: _figure(table, metric, summarised.statistic, intervals)
        for name, metric, summarised in summaries()
        if not summarised.only_where_measured or table.known(metric.name)
    }
    return Summary(
        n=len(table.seeds),
        brains=table.brains,
        figures=figures,
        speed_share=_speed_share(key, tables),
        efficiency=_efficiency(table, tables[ORACLE]),
        against={
            control: test for control, other in beside.items() if (test := _paired(table, other)) is not None
        },
        provenance=table.provenance,
    )


def _figure(table: ResultTable, metric: Metric, statistic: Statistic, intervals: bool) -> Figure:
    """One figure of a row."""

    def estimate(values: NDArray[np.float64]) -> Estimate | None:
        known = values[np.isfinite(values)]
        return Estimate.of(known, _rng(), intervals) if known.size else None

    match statistic:
        case Statistic.INTERVAL:
            return estimate(table.per_seed(metric.name))
        case Statistic.SHARE:
            return float(table.per_seed(metric.name).mean())
        case Statistic.MEAN:
            return _mean(table.known(metric.name))
        case Statistic.MEDIAN_TIME:
            times = [_number(metric.measure(result)).item() for result in table.results]
            return kaplan_meier_median(times, [result.seconds for result in table.results])
        case Statistic.CURVE:
            values = table.per_seed(metric.name)
            n = np.isfinite(values).sum(axis=0).tolist()
            return Curve(metric.axis, tuple(metric.points), tuple(map(estimate, values.T)), tuple(n))


def _efficiency(table: ResultTable, oracle: ResultTable) -> float | None:
    """None below `LEAST_CEILING`."""
    check_same_trials(table, oracle)
    seeds = shared_seeds(table, oracle)
    ceiling = float(oracle.per_seed("ci_time", seeds).mean()) if seeds else 0.0
    return float(table.per_seed("ci_time", seeds).mean()) / ceiling if ceiling > LEAST_CEILING else None


def _paired(table: ResultTable, control: ResultTable) -> PairedTest | None:
    """The test against a control; None with a single pair or none."""
    check_same_trials(table, control)
    seeds = shared_seeds(table, control)
    if len(seeds) < 2:
        return None
    return PairedTest.of(table.per_seed("ci_time", seeds), control.per_seed("ci_time", seeds), _rng())


def _speed_share(key: str, tables: Mapping[str, ResultTable]) -> float | None:
    """None for all but shuffled controls."""
    intact = next((name for name in tables if key == key_of(name, "shuffled")), None)
    if intact is None:
        return None
    own, whole = (_mean(tables[name].known("speed_bl_per_s")) for name in (key, intact))
    return own / whole if own is not None and whole else None


def check_same_trials(*tables: ResultTable) -> None:
    """Refuse to compare rows whose trials differ in arena, duration, control step or what was done by hand.

    Raises:
        InputError: naming two results that differ.
    """
    first, *others = (result for table in tables for result in table.results)
    for other in others:
        for one, two in ((first.trial, other.trial), (first.provenance.arena, other.provenance.arena)):
            if one != two:
                raise InputError(
                    f"comparison: trial of {other.agent}, seed {other.seed} is {_trial_text(other)}; "
                    f"expected {_trial_text(first)} as that of {first.agent}"
                )


def _trial_text(result: TrialResult) -> str:
    return "; ".join((result.trial, *result.provenance.arena))


def shared_seeds(first: ResultTable, second: ResultTable) -> list[int]:
    """The trial seeds, ascending, that both rows have."""
    return sorted(set(first.seeds) & set(second.seeds))


def _mean(values: Sequence[float]) -> float | None:
    return float(np.mean(values)) if values else None


def _rng() -> np.random.Generator:
    return np.random.default_rng(STATISTICS_SEED)
