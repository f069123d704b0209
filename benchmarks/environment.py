"""Rows of the environment, single and vector, and of environments of other projects."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import gymnasium
import numpy as np

from benchmarks.contender import Contender, steps_per_second
from benchmarks.peers import PEERS, discarded_output
from benchmarks.timing import Effort, Row
from spikeworm_env.world.gait import Gait

ENV_ID: Final = "SpikeWorm/Chemotaxis-v0"
SEED, FRAME_SKIP, N_WORMS = 0, 10, 256
DURATION_S: Final = 3600.0  # longer than any measurement, so that no episode ends
LEAST_STEPS, LEAST_TICKS = 60_000.0, 800_000.0
VECTOR_ONE_IN: Final = 100  # a vector environment gets this share of a single environment's calls


def environment_rows(effort: Effort) -> Iterator[Row]:
    """Our environments, the peers that are installed, and the ratios of ours to theirs."""
    with discarded_output():
        peers = [peer.contender(effort.ticks) for peer in PEERS]
        contenders = [single_worm(effort.ticks), many_worms(effort.ticks // VECTOR_ONE_IN)]
        contenders += [peer for peer in peers if peer is not None]
        rates = dict(zip(contenders, steps_per_second(contenders, effort.repeats), strict=True))
    single, many, *_ = contenders
    yield Row(single.name, rates[single], "steps/s", least=LEAST_STEPS)
    yield Row(many.name, _in_unit(many, rates), many.unit, least=LEAST_TICKS)
    for peer, contender in zip(PEERS, peers, strict=True):
        if contender is None:
            yield Row(peer.name, (), "")
            continue
        yield Row(peer.name, _in_unit(contender, rates), contender.unit)
        ours = many if peer.is_vector else single
        per_step = 1 if contender.ticks is None else ours.ticks / contender.ticks
        pairs = zip(rates[ours], rates[contender], strict=True)
        yield Row(f"SpikeWorm / {peer.name}", tuple(per_step * a / b for a, b in pairs), "×")


def _in_unit(contender: Contender, rates: dict[Contender, tuple[float, ...]]) -> tuple[float, ...]:
    """The samples of an environment in its unit."""
    return tuple((contender.ticks or 1) * rate for rate in rates[contender])


def single_worm(steps: int) -> Contender:
    """One worm that crawls far from the wall."""
    env = gymnasium.make(ENV_ID, frame_skip=FRAME_SKIP, duration_s=DURATION_S).unwrapped
    env.reset(seed=SEED)
    actions = _gait(steps)

    def crawl() -> None:
        for action in actions:
            env.step(action)

    return Contender(f"SpikeWorm, one worm, frame_skip {FRAME_SKIP}", crawl, steps, FRAME_SKIP)


def many_worms(calls: int) -> Contender:
    """Many worms in one vector environment."""
    calls = max(calls, 1)
    envs = gymnasium.make_vec(ENV_ID, N_WORMS, frame_skip=FRAME_SKIP, duration_s=DURATION_S)
    envs.reset(seed=SEED)
    actions = [np.repeat(action[None], N_WORMS, axis=0) for action in _gait(calls)]

    def crawl() -> None:
        for action in actions:
            envs.step(action)

    name = f"SpikeWorm, {N_WORMS} worms, frame_skip {FRAME_SKIP}"
    return Contender(name, crawl, calls * N_WORMS, FRAME_SKIP)


def _gait(steps: int) -> list[np.ndarray]:
    gait = Gait(FRAME_SKIP)
    return [gait.step(0.0) for _ in range(steps)]
