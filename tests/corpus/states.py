"""Hostile environment states."""

from __future__ import annotations

import pickle
from collections.abc import Callable
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.hostile.bases import pickled_state
from tests.corpus._input import LOADS, Bases, Input

REVERSAL, FORAGING, CHEMOTAXIS = (f"SpikeWorm/{name}-v0" for name in ("Reversal", "Foraging", "Chemotaxis"))

pickled = cache(pickled_state)


def state(name: str, words: str | None, edit: Callable[[Any], Any], env: str = CHEMOTAXIS) -> Input:
    def make(bases: Bases, folder: Path) -> Path:
        _, sound = pickle.loads(pickled(env))
        path = folder / "state.pickle"
        path.write_bytes(pickle.dumps((env, edit(sound))))
        return path

    return Input("state", name, words, make)


def field(part: str, name: str, value: Any) -> Callable[[Any], Any]:
    """Set a field of the last record of a part."""

    def edit(state: Any) -> Any:
        records = getattr(state, part).copy()
        records[name][-1] = value
        return replace(state, **{part: records})

    return edit


def part(name: str, change: Callable[[Any], Any]) -> Callable[[Any], Any]:
    return lambda state: replace(state, **{name: change(getattr(state, name))})


def generator(**changes: Any) -> Callable[[Any], Any]:
    return part("np_random", lambda known: {**known, **changes})


INPUTS = [
    state("a sound state", LOADS, lambda state: state),
    state("a sound state of two odours", LOADS, lambda state: state, REVERSAL),
    state("no state", "get_state", lambda state: None),
    state("a state of another environment", "env_class", lambda state: replace(state, env_class="DriftEnv")),
    *[state(f"{name} is None", name, part(name, lambda _: None)) for name in ("worm", "sources", "env_state")],
    *[state(f"{name} is empty", name, part(name, lambda r: r[:0])) for name in ("worm", "sources", "env_state")],
    state("two worms", "worm has the shape", part("worm", lambda r: np.concatenate((r, r)))),
    state("a column of sources", "sources has the shape", part("sources", lambda r: r[:, None])),
    state("too many sources", "sources has the shape", part("sources", lambda r: np.concatenate((r, r)))),
    state("sources without fields", "sources", part("sources", lambda r: np.zeros((len(r), 1)))),
    state("sources of fewer fields", "sources", part("sources", lambda r: r[["position", "peak"]].copy())),
    state("objects as sources", "sources", part("sources", lambda r: np.array([None], dtype=object))),
    *[
        state(f"{field_name} of {part_name} is {value}", field_name, field(part_name, field_name, value))
        for part_name, field_name, value in (
            ("worm", "head", np.nan), ("worm", "theta", np.inf), ("worm", "relaxation", 2.0),
            ("worm", "activation", -1.0), ("worm", "head_force", -1e10), ("worm", "tail_force", -1.0), ("worm", "tick", -1), ("worm", "tick", 2**62),
            ("worm", "centre", 1e300), ("worm", "rate", -1e300), ("worm", "sum_distance", np.nan),
            ("sources", "position", np.inf), ("sources", "sigma", 0.0), ("sources", "sigma", np.nan),
            ("sources", "peak", 1e300), ("sources", "food", 2), ("sources", "odour", -1),
        )
    ],
    state("no food among the sources", "food", field("sources", "food", 0)),
    state("a marker of no source", "marker", field("env_state", "marker", 7), REVERSAL),
    state("a negative marker", "marker", field("env_state", "marker", -1), REVERSAL),
    state("a negative count of ticks", "ticks", field("env_state", "ticks", -5), REVERSAL),
    state("eaten NaN", "eaten", field("env_state", "eaten", np.nan), FORAGING),
    state("no generator", "np_random", lambda state: replace(state, np_random=None)),
    state("a generator of another kind", "np_random", generator(bit_generator="MT19937")),
    state("a generator without its state", "np_random", generator(state={})),
    state("a generator state of 200 bits", "np_random", generator(state={"state": 2**200, "inc": 1})),
    state("a negative generator state", "np_random", generator(state={"state": -1, "inc": 1})),
    state("a generator count of 400 digits", "np_random", generator(uinteger=10**400)),
    state("parameters that are arrays", "params", part("params", lambda p: tuple(np.full(2, each) for each in p))),
    state("parameters as an array", "params", part("params", np.array)),
    state("the name of its class as an array", "env_class", part("env_class", lambda name: np.array([name, name]))),
    state("a class of many characters", "env_class", lambda state: replace(state, env_class="a" * 100_000)),
    state("parameters of many characters", "params", part("params", lambda p: ("a" * 100_000, *p[1:]))),
    state("parameters of another arena", "arena_radius", part("params", lambda p: (p[0] / 2, *p[1:]))),
]  # fmt: skip
