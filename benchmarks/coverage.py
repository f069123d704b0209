"""Coverage of the confidence intervals: ``python -m benchmarks.coverage [repetitions]``.

The intervals are those of `compare`, with the same number of resamples, from synthetic samples of 40.
"""

from __future__ import annotations

import sys

import numpy as np

from spikeworm_env.statistics import bca_interval

N, SEED = 40, 0
POPULATIONS = {
    "normal": (lambda rng: rng.normal(size=N), 0.0),
    "exponential": (lambda rng: rng.exponential(size=N), 1.0),
    "lognormal, sigma 0.5": (lambda rng: rng.lognormal(0.0, 0.5, N), float(np.exp(0.125))),
    "lognormal, sigma 1": (lambda rng: rng.lognormal(0.0, 1.0, N), float(np.exp(0.5))),
}


def coverage(population: str, repetitions: int, seed: int = SEED) -> float:
    """Share of intervals that contain the true mean of a population of `POPULATIONS`."""
    draw, mean = POPULATIONS[population]
    rng = np.random.default_rng(seed)
    intervals = (bca_interval(draw(rng), rng) for _ in range(repetitions))
    return sum(low <= mean <= high for low, high in intervals) / repetitions


def main() -> None:
    repetitions = int(sys.argv[1]) if len(sys.argv) > 1 else 4000
    print(f"samples of {N}, {repetitions} repetitions, seed {SEED}")
    for population in POPULATIONS:
        share = coverage(population, repetitions)
        error = np.sqrt(share * (1 - share) / repetitions)
        print(f"{population}: {share:.1%} ± {1.96 * error:.1%}")


if __name__ == "__main__":
    main()
