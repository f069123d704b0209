"""A worm in an arena: its whole state in one record, and the one compiled call that moves it.

The order within a tick: muscles take up the spikes, the wall pushes, the body moves, the arena is updated,
the concentration at the head is measured, the statistics count the tick. The state at tick t is the same for
any division of the time into calls.

`advance` is the plain worm among foods that do not change. `make_advance` compiles the same call with the
rules of an environment: how an action becomes shares, how the arena changes, which channels follow those of
every environment, what is rewarded.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Final, NamedTuple

import numpy as np
from numba import literal_unroll
from numpy.typing import NDArray

from spikeworm_env.kernels.binding import bind, bind_kernel, inner
from spikeworm_env.kernels.elementary import atan2
from spikeworm_env.world import episode_stats, muscles, senses
from spikeworm_env.world.arena import concentration, wall_contact
from spikeworm_env.world.body import advance_body, body_fields, place_body, place_nodes
from spikeworm_env.world.episode_stats import chemotaxis_indices, start_stats, update_stats
from spikeworm_env.world.muscles import DAMPING, STIFFNESS, contract
from spikeworm_env.world.record_types import (
    PARAM_FIELDS,
    UNUSED,
    Field,
    Records,
    names_of,
    record_dtype,
    telemetry_dtype,
)
from spikeworm_env.world.scale import N_LINKS, N_NODES, N_SEGMENTS, TICK_S
from spikeworm_env.world.senses import FIRST_ODOUR, update_concentration, write_senses

WORM: Final = record_dtype(*body_fields(N_LINKS), *muscles.FIELDS, *senses.FIELDS, *episode_stats.FIELDS)
"""The whole state of a worm: a copy of the record is a snapshot, an array of records a population."""

Worms = np.ndarray[tuple[int], np.dtype[np.void]]


def arena_dtype(
    params: Sequence[Field] = (), env_state: Sequence[Field] = (), reward_terms: Sequence[Field] = ()
) -> np.dtype[np.void]:
    """The record of a worm and its arena: ``worm``, ``params``, ``env_state`` and ``telemetry``.

    Args:
        params: fields of the parameters besides `record_types.PARAM_FIELDS`.
        env_state: fields of the environment's own state.
        reward_terms: fields of ``reward_terms`` in the telemetry.
    """
    return np.dtype(
        [
            ("worm", WORM),
            ("params", record_dtype(*PARAM_FIELDS, *params)),
            ("env_state", record_dtype(*env_state)),
            ("telemetry", telemetry_dtype(reward_terms)),
        ]
    )


@inner
def _touch_wall(worm, arena_radius, nodes, contact):
    """Compute the wall's forces; False if nothing touches. Far from the wall only the head is looked at."""
    worm["head_force"], worm["tail_force"] = 0.0, 0.0
    x, y = worm["head"][0], worm["head"][1]
    reach = arena_radius - 1.0
    if reach > 0.0 and x * x + y * y < reach * reach:
        return False
    place_nodes(worm, nodes)
    head, tail, whole = wall_contact(nodes, arena_radius, TICK_S, contact)
    worm["head_force"], worm["tail_force"] = head, tail
    if whole > 0.0:
        worm["touching_ticks"] += 1
        return True
    return False


@inner
def _write_telemetry(worm, concentration_before, touching_before, telemetry):
    """Write the fields of `record_types.Telemetry` but the reward."""
    telemetry["tick"] = worm["tick"]
    telemetry["x"], telemetry["y"] = worm["head"][0], worm["head"][1]
    telemetry["heading_rad"] = atan2(-worm["sine"][0], -worm["cosine"][0])
    telemetry["distance"] = worm["distance"]
    telemetry["concentration"] = worm["concentration"]
    telemetry["concentration_change"] = worm["concentration"] - concentration_before
    telemetry["touching_s"] = (worm["touching_ticks"] - touching_before) * TICK_S
    ci_time, ci_net, ci_clipped = chemotaxis_indices(worm)
    telemetry["ci_time"], telemetry["ci_net"], telemetry["ci_clipped"] = ci_time, ci_net, ci_clipped
    telemetry["min_distance"] = worm["min_distance"]
    telemetry["start_distance"] = worm["start_distance"]


@inner
def shares_of_action(action, ticks, env_state, share):
    """The action is the share of each muscle's motor neurons that spike per tick, clipped to 0..1."""
    for side in range(share.shape[0]):
        for i in range(share.shape[1]):
            share[side, i] = min(max(action[side, i], 0.0), 1.0)


@inner
def no_op(worm, sources, env_state, params, reward_terms):
    """Nothing in the arena changes but the worm."""


@inner
def no_more_senses(worm, sources, env_state, params, observation):
    """The observation holds the channels of `record_types.LAYOUT` alone."""


@inner
def no_reward(telemetry, reward_terms):
    """No reward but that of ``update_arena``."""


REWARD_TERMS = (UNUSED[0],)


def _clear(reward_terms):
    """Set all terms to 0."""
    for name in literal_unroll(REWARD_TERMS):
        reward_terms[name] = 0.0


def _total(reward_terms):
    """The sum of the terms, in their order."""
    total = 0.0
    for name in literal_unroll(REWARD_TERMS):
        total += reward_terms[name]
    return total


def _advance(arenas, sources, action, ticks, observation):
    """Move worms, each alone in its arena, by a number of ticks; write observations and telemetry.

    The arithmetic of a worm does not depend on how many others there are: n worms are bit-identical to n
    calls with one.

    Args:
        arenas: (n,) records of `arena_dtype`; written. In the telemetry, ``concentration_change``,
            ``touching_s``, ``reward`` and its terms are over these ticks, the indices since the start.
        sources: (n, k) records of `record_types.SOURCE_FIELDS` and the environment's own; written.
        action: (n, ...) float64, held in every tick; (2, N_SEGMENTS) for each worm in `advance`, the share of
            each muscle's motor neurons spiking per tick.
        ticks: (n,) number of ticks of each worm, >= 0.
        observation: (n, >= N_SENSES) float32 output, see `record_types.LAYOUT`.

    Returns:
        False, with nothing changed, if ``action`` holds NaN or infinity.
    """
    for value in action.reshape(action.size):
        if not math.isfinite(value):
            return False
    share = np.empty((2, N_SEGMENTS))
    plan, nodes, contact = np.empty((N_LINKS, 4)), np.empty((N_NODES, 2)), np.empty((N_NODES, 5))
    for k in range(arenas.shape[0]):
        worm, params, state = arenas[k]["worm"], arenas[k]["params"], arenas[k]["env_state"]
        telemetry, nearby = arenas[k]["telemetry"], sources[k]
        arena_radius, drag_ratio = params["arena_radius"], params["drag_ratio"]
        reward_terms = telemetry["reward_terms"]
        clear(reward_terms)
        concentration_before, touching_before = worm["concentration"], worm["touching_ticks"]
        read_action(action[k], ticks[k], state, share)
        for _ in range(ticks[k]):
            contract(worm["activation"], share, worm["relaxation"], worm["target"])
            touching = _touch_wall(worm, arena_radius, nodes, contact)
            advance_body(
                worm, worm["target"], drag_ratio, STIFFNESS, DAMPING, TICK_S, touching, contact, plan
            )
            update_arena(worm, nearby, state, params, reward_terms)
            update_concentration(worm, nearby)
            update_stats(worm, nearby)
        write_senses(worm, nearby, observation[k])
        write_more_senses(worm, nearby, state, params, observation[k])
        _write_telemetry(worm, concentration_before, touching_before, telemetry)
        add_reward(telemetry, reward_terms)
        telemetry["reward"] = total(reward_terms)
    return True


# global names of `_advance` that `make_advance` binds
read_action, update_arena, write_more_senses, add_reward = shares_of_action, no_op, no_more_senses, no_reward
clear = total = no_reward


class Rules(NamedTuple):
    """The rules of an environment, functions made by `kernels.binding.inner`.

    Attributes:
        read_action: ``(action, ticks, env_state, share)`` writes the (2, N_SEGMENTS) share of motor neurons.
        update_arena: ``(worm, sources, env_state, params, reward_terms)``, once a tick after the body has
            moved; may change sources and state, and add to the reward's terms.
        write_more_senses: ``(worm, sources, env_state, params, observation)`` writes the channels after the
            first N_SENSES.
        add_reward: ``(telemetry, reward_terms)``, once at the end, writes the terms that ``update_arena``
            has not.
    """

    read_action: Callable = shares_of_action
    update_arena: Callable = no_op
    write_more_senses: Callable = no_more_senses
    add_reward: Callable = no_reward


def make_advance(rules: Rules = Rules(), reward_terms: Sequence[Field] = ()) -> Callable:  # noqa: B008
    """`advance` with other rules; ``reward_terms`` are the fields of the same name in the telemetry."""
    names = names_of(reward_terms or (UNUSED,))
    return bind_kernel(
        _advance,
        clear=bind(_clear, REWARD_TERMS=names),
        total=bind(_total, REWARD_TERMS=names),
        **rules._asdict(),
    )


advance = make_advance()


def initial_state(sources: Records, x: float, y: float, heading_rad: float) -> Worms:
    """A straight, relaxed worm, head tip at (x, y), facing ``heading_rad``: a (1,) record of `WORM`."""
    worms = np.zeros(1, WORM)
    worm = worms[0]
    worm["relaxation"] = 1.0
    place_body(worm, x, y, heading_rad + math.pi)
    worm["concentration"] = worm["adapted_concentration"] = concentration(sources, FIRST_ODOUR, x, y)
    start_stats(worm, sources)
    return worms


def node_positions(worms: Worms) -> NDArray[np.float64]:
    """(N_NODES, 2) positions of a worm's head tip, joints and tail tip, BL, head first."""
    nodes = np.empty((N_NODES, 2))
    place_nodes(worms[0], nodes)
    return nodes
