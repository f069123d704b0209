"""Paired tests of every two agents of a comparison, on the trial seeds that both have."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np

from spikeworm_env.experiments.comparison.summary import ResultTable, check_same_trials, shared_seeds
from spikeworm_env.statistics import STATISTICS_SEED, PairedTest, holm


@dataclass(frozen=True)
class Pair:
    """One agent against another.

    Attributes:
        agent, other: their names.
        n: trial seeds that both have.
        difference: mean ``ci_time`` of the agent less that of the other.
        p: two-sided paired permutation p.
        p_holm: the same, corrected for the number of pairs.
        dz, improvement: see `PairedTest`.
    """

    agent: str
    other: str
    n: int
    difference: float
    p: float
    p_holm: float
    dz: float | None
    improvement: float


def pairs_of(tables: Mapping[str, ResultTable], names: Sequence[str]) -> tuple[Pair, ...]:
    """All pairs of the named rows that share two trial seeds or more.

    Raises:
        InputError: the trials of two rows differ in more than agent and seed.
    """
    found = []
    for agent, other in combinations(names, 2):
        check_same_trials(tables[agent], tables[other])
        seeds = shared_seeds(tables[agent], tables[other])
        if len(seeds) >= 2:
            mine, theirs = (tables[name].per_seed("ci_time", seeds) for name in (agent, other))
            test = PairedTest.of(mine, theirs, np.random.default_rng(STATISTICS_SEED))
            found.append((agent, other, len(seeds), float((mine - theirs).mean()), test))
    corrected = holm([test.p for *_, test in found])
    return tuple(
        Pair(agent, other, n, difference, test.p, float(p), test.dz, test.improvement)
        for (agent, other, n, difference, test), p in zip(found, corrected, strict=True)
    )
