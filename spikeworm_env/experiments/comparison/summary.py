"""What the trials of an agent come to, beside those of its controls and of the oracle."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from spikeworm_env.batch.participants import CONTROLS, ORACLE, key_of
from spikeworm_env.statistics import STATISTICS_SEED, Estimate, PairedTest
from spikeworm_env.trials.mechanisms import Mechanism
from spikeworm_env.trials.run import INDICES, TrialResult
from spikeworm_env.trials.zones import ended_in

LEAST_CEILING = 0.02  # of the oracle; a share of less, as in trials of a few seconds, says nothing
LEAST_SPEED_SHARE = 0.8  # of the intact brain's speed; a shuffled one below does badly because it is lame


@dataclass(frozen=True)
class Summary:
    """One row of a comparison.

    Attributes:
        n: trial seeds on which no brain failed; several brains are averaged within each before anything else
            is computed.
        brains: brains judged on every seed; 1 for an agent without a brain.
        ci_time, ci_net, ci_clipped: the chemotaxis indices.
        success: share of trials that came within 1 BL of a food.
        median_time_to_reach_s: over the trials that did; None if none did.
        speed_bl_per_s: mean crawling speed; None where no trial was long enough to measure it.
        speed_share: of a shuffled control: its speed over that of the intact brain; None for all others.
        efficiency: mean ``ci_time`` over that of the oracle on the same seeds; None if the oracle's is not
            above 0.
        ci_population: share of trials that ended in the food's zone less that in the control zone, see
            `zones`; None in arenas of several foods.
        mechanism: how it gets there.
        against: control → ``ci_time`` against it; nothing for a control and for what has none.
    """

    n: int
    brains: int
    ci_time: Estimate
    ci_net: Estimate
    ci_clipped: Estimate
    success: float
    median_time_to_reach_s: float | None
    speed_bl_per_s: float | None
    speed_share: float | None
    efficiency: float | None
    ci_population: Estimate | None
    mechanism: Mechanism
    against: Mapping[str, PairedTest]

    @property
    def note(self) -> str | None:
        """Why the row proves nothing, if it does not."""
        lame = self.speed_share is not None and self.speed_share < LEAST_SPEED_SHARE
        return "shows nothing: crawls too slowly" if lame else None

    def to_json(self) -> dict[str, Any]:
        """The row as JSON types."""
        return {
            "n": self.n,
            "brains": self.brains,
            **{name: vars(getattr(self, name)) for name in INDICES},
            "success": self.success,
            "median_time_to_reach_s": self.median_time_to_reach_s,
            "speed_bl_per_s": self.speed_bl_per_s,
            "speed_share": self.speed_share,
            "efficiency": self.efficiency,
            "ci_population": None if self.ci_population is None else vars(self.ci_population),
            "mechanism": self.mechanism.to_json(),
            **{
                f"{figure}_vs_{control}": getattr(self.against.get(control), figure, None)
                for control in CONTROLS
                for figure in ("p", "dz", "improvement")
            },
            "note": self.note,
        }


class Table:
    """The results of one row as columns.

    Args:
        results: of trials that ended well.
        brains: how many brains met every seed.

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

    def per_seed(self, name: str, seeds: Sequence[int] | None = None) -> NDArray[np.float64]:
        """(trial seeds,) a figure averaged over brains within each of those seeds, or of all."""
        return np.array(
            [
                np.mean([getattr(result, name) for result in self._by_seed[seed]])
                for seed in (self.seeds if seeds is None else seeds)
            ]
        )

    def measured(self, measure: Callable[[TrialResult], ArrayLike]) -> NDArray[np.float64]:
        """(trial seeds, ...) what a function measures, averaged over brains; NaN where one gave none."""
        return np.array(
            [
                np.mean(np.array([measure(result) for result in self._by_seed[seed]]), axis=0)
                for seed in self.seeds
            ]
        )

    def known(self, name: str) -> list[float]:
        """The figures that were measured, over all trials."""
        return [value for result in self.results if (value := getattr(result, name)) is not None]


def summarise(key: str, tables: Mapping[str, Table], intervals: bool = True) -> Summary:
    """A row from the tables of all rows, with intervals if wanted; every table has a seed or more."""

    def estimate(values: NDArray[np.float64]) -> Estimate | None:
        known = values[np.isfinite(values)]
        return Estimate.of(known, _rng(), intervals) if known.size else None

    table = tables[key]
    times, speed = table.known("time_to_reach_s"), _mean(table.known("speed_bl_per_s"))
    beside = {control: tables[key_of(key, control)] for control in CONTROLS if key_of(key, control) in tables}
    return Summary(
        n=len(table.seeds),
        brains=table.brains,
        **{name: Estimate.of(table.per_seed(name), _rng(), intervals) for name in INDICES},
        success=float(table.per_seed("success").mean()),
        median_time_to_reach_s=float(np.median(times)) if times else None,
        speed_bl_per_s=speed,
        speed_share=_speed_share(key, speed, tables),
        efficiency=_efficiency(table, tables[ORACLE]),
        ci_population=estimate(table.measured(ended_in)),
        mechanism=Mechanism.of(table.measured, estimate),
        against={
            control: test for control, other in beside.items() if (test := _paired(table, other)) is not None
        },
    )


def _efficiency(table: Table, oracle: Table) -> float | None:
    """None below `LEAST_CEILING`."""
    seeds = shared_seeds(table, oracle)
    ceiling = float(oracle.per_seed("ci_time", seeds).mean()) if seeds else 0.0
    return float(table.per_seed("ci_time", seeds).mean()) / ceiling if ceiling > LEAST_CEILING else None


def _paired(table: Table, control: Table) -> PairedTest | None:
    """The test against a control; None with a single pair or none."""
    seeds = shared_seeds(table, control)
    if len(seeds) < 2:
        return None
    return PairedTest.of(table.per_seed("ci_time", seeds), control.per_seed("ci_time", seeds), _rng())


def _speed_share(key: str, speed: float | None, tables: Mapping[str, Table]) -> float | None:
    """None for all but shuffled controls."""
    intact = next((name for name in tables if key == key_of(name, "shuffled")), None)
    whole = None if intact is None else _mean(tables[intact].known("speed_bl_per_s"))
    return speed / whole if speed is not None and whole else None


def shared_seeds(first: Table, second: Table) -> list[int]:
    """The trial seeds, ascending, that both rows have."""
    return sorted(set(first.seeds) & set(second.seeds))


def _mean(values: Sequence[float]) -> float | None:
    return float(np.mean(values)) if values else None


def _rng() -> np.random.Generator:
    return np.random.default_rng(STATISTICS_SEED)
