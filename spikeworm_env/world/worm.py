"""A worm in an arena: its whole state in one record, and the one compiled call that moves it.

The order within a tick: muscles take up the spikes, the wall presses, the body moves, what else is in the
arena goes on, the head smells, the tick is counted. What holds at tick t is the same for any division of the
time into calls.

`advance` is the plain worm among foods that stay as they are. `advance_with` gives the same call with other
rules: how an action becomes shares, how the arena goes on, what is sensed besides, what is rewarded.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Final

import numpy as np
from numpy.typing import NDArray

from spikeworm_env.kernels.binding import bind_kernel, inner
from spikeworm_env.kernels.elementary import atan2
from spikeworm_env.world import episode_stats, muscles, senses
from spikeworm_env.world.arena import concentration, press_wall
from spikeworm_env.world.body import advance_body, body_fields, place_body, place_nodes
from spikeworm_env.world.episode_stats import chemotaxis_indices, note_start, note_tick
from spikeworm_env.world.muscles import DAMPING, STIFFNESS, contract
from spikeworm_env.world.scale import N_LINKS, N_NODES, N_SEGMENTS, TICK_S
from spikeworm_env.world.senses import FIRST_ODOUR, sense, smell

WORM: Final = np.dtype(body_fields(N_LINKS) + muscles.FIELDS + senses.FIELDS + episode_stats.FIELDS)
"""Everything that a worm is; a copy of the record is a snapshot, an array of records a population."""

Worms = np.ndarray[tuple[int], np.dtype[np.void]]

TELEMETRY: Final = (
    "tick",
    "x",
    "y",
    "heading_rad",
    "distance",
    "concentration",
    "concentration_change",
    "touching_s",
    "ci_time",
    "ci_net",
    "ci_clipped",
    "min_distance",
    "start_distance",
    "reward",
)
"""What an observer is told besides the senses, in the order of the array that `advance` writes.

The terms of the reward follow.
"""

FIRST_TERM: Final = len(TELEMETRY)
RULE: Final = ("arena_radius", "drag_ratio")
"""The first numbers of a rule: BL; normal over tangential drag. Those of an arena's own rules follow."""

ARENA_RADIUS, DRAG_RATIO = range(len(RULE))


@inner
def _touch_wall(worm, arena_radius, nodes, contact):
    """Let the wall press; False if nothing touches. The head alone tells when the body is out of reach."""
    worm["head_force"], worm["tail_force"] = 0.0, 0.0
    x, y = worm["head"][0], worm["head"][1]
    reach = arena_radius - 1.0
    if reach > 0.0 and x * x + y * y < reach * reach:
        return False
    place_nodes(worm, nodes)
    head, tail, whole = press_wall(nodes, arena_radius, TICK_S, contact)
    worm["head_force"], worm["tail_force"] = head, tail
    if whole > 0.0:
        worm["touching_ticks"] += 1
        return True
    return False


@inner
def _report(worm, smell_before, touching_before, telemetry):
    """Write `TELEMETRY`."""
    telemetry[0] = worm["tick"]
    telemetry[1], telemetry[2] = worm["head"][0], worm["head"][1]
    telemetry[3] = atan2(-worm["sine"][0], -worm["cosine"][0])
    telemetry[4] = worm["distance"]
    telemetry[5] = worm["smell"]
    telemetry[6] = worm["smell"] - smell_before
    telemetry[7] = (worm["touching_ticks"] - touching_before) * TICK_S
    telemetry[8], telemetry[9], telemetry[10] = chemotaxis_indices(worm)
    telemetry[11] = worm["min_distance"]
    telemetry[12] = worm["start_distance"]


@inner
def take_shares(action, ticks, tally, share):
    """The action is the share of each muscle's motor neurons that spike per tick, clipped to 0..1."""
    for side in range(share.shape[0]):
        for i in range(share.shape[1]):
            share[side, i] = min(max(action[side, i], 0.0), 1.0)


@inner
def stay(worm, sources, tally, rule, terms):
    """Nothing in the arena changes but the worm."""


@inner
def sense_no_more(worm, sources, tally, rule, observation):
    """The worm senses what `channels.LAYOUT` says, and nothing else."""


@inner
def pay_nothing(telemetry, terms):
    """No reward but what the arena paid tick by tick."""


def _advance(worms, sources, tally, rule, action, ticks, observation, telemetry):
    """Move worms, each alone in its arena, by a number of ticks; say what they sense and how they fare.

    No worm's arithmetic depends on how many others there are: one moved alone is the same bit for bit.

    Args:
        worms: (n,) records of `WORM`; written.
        sources: (n, k, >= 6) the sources of each arena, see `arena.SOURCE`; written.
        tally: (n, >= 0) what an arena's own rules keep count of; written.
        rule: (>= 2,) see `RULE`.
        action: (n, ...) float64, held in every tick; (2, 24) for each worm in `advance`, the share of each
            muscle's motor neurons spiking per tick.
        ticks: (n,) how many for each worm, >= 0.
        observation: (n, >= 77) float32 output, see `channels.LAYOUT`.
        telemetry: (n, >= 14) float64 output, see `TELEMETRY`; ``concentration_change``, ``touching_s``,
            ``reward`` and its terms are over these ticks, the indices since the start.

    Returns:
        False, with nothing changed, if ``action`` holds NaN or infinity.
    """
    for value in action.reshape(action.size):
        if not math.isfinite(value):
            return False
    share = np.empty((2, N_SEGMENTS))
    plan, nodes, contact = np.empty((N_LINKS, 4)), np.empty((N_NODES, 2)), np.empty((N_NODES, 5))
    arena_radius, drag_ratio = rule[ARENA_RADIUS], rule[DRAG_RATIO]
    for k in range(worms.shape[0]):
        worm, arena, counts, told = worms[k], sources[k], tally[k], telemetry[k]
        terms = told[FIRST_TERM:]
        terms[:] = 0.0
        smell_before, touching_before = worm["smell"], worm["touching_ticks"]
        command(action[k], ticks[k], counts, share)
        for _ in range(ticks[k]):
            contract(worm["activation"], share, worm["slack"], worm["target"])
            touching = _touch_wall(worm, arena_radius, nodes, contact)
            advance_body(
                worm, worm["target"], drag_ratio, STIFFNESS, DAMPING, TICK_S, touching, contact, plan
            )
            live(worm, arena, counts, rule, terms)
            smell(worm, arena)
            note_tick(worm, arena)
        sense(worm, arena, observation[k])
        sense_more(worm, arena, counts, rule, observation[k])
        _report(worm, smell_before, touching_before, told)
        pay(told, terms)
        total = 0.0
        for term in terms:
            total += term
        told[FIRST_TERM - 1] = total
    return True


command, live, sense_more, pay = take_shares, stay, sense_no_more, pay_nothing


def advance_with(
    *,
    command: Callable = take_shares,
    live: Callable = stay,
    sense_more: Callable = sense_no_more,
    pay: Callable = pay_nothing,
) -> Callable:
    """`advance` with other rules, each a function made by `kernels.binding.inner`.

    Args:
        command: ``(action, ticks, tally, share)`` writes the (2, 24) share of motor neurons for these ticks.
        live: ``(worm, sources, tally, rule, terms)``, once a tick after the body has moved; may move sources,
            count, and add to the reward's terms.
        sense_more: ``(worm, sources, tally, rule, observation)`` writes the channels after the first 77.
        pay: ``(telemetry, terms)``, once at the end, writes the terms that ``live`` has not.
    """
    return bind_kernel(_advance, command=command, live=live, sense_more=sense_more, pay=pay)


advance = advance_with()


def hatch(sources: NDArray[np.float64], x: float, y: float, heading_rad: float) -> Worms:
    """A straight, relaxed worm, head tip at (x, y), facing ``heading_rad``: a (1,) record of `WORM`."""
    worms = np.zeros(1, WORM)
    worm = worms[0]
    worm["slack"] = 1.0
    place_body(worm, x, y, heading_rad + math.pi)
    worm["smell"] = worm["adapted_concentration"] = concentration(sources, FIRST_ODOUR, x, y)
    note_start(worm, sources)
    return worms


def node_positions(worms: Worms) -> NDArray[np.float64]:
    """Where head tip, joints and tail tip of a worm are: (25, 2), BL, head first."""
    nodes = np.empty((N_NODES, 2))
    place_nodes(worms[0], nodes)
    return nodes
