"""Odours and wall."""

from __future__ import annotations

import math

import numpy as np
import pytest

from spikeworm_env.world.arena import (
    WALL_STIFFNESS,
    concentration,
    concentration_on_grid,
    distance_to_food,
    gaussians_of,
    make_foods,
    wall_contact,
)
from spikeworm_env.world.gait import Gait
from spikeworm_env.world.worm import node_positions
from tests.fixtures.worm_in_arena import WormInArena

FOODS = np.concatenate(
    (make_foods(np.array([(15.0, 0.0)]), 1.0, 8.0), make_foods(np.array([(-3.0, 4.0)]), 2.0, 1.5))
)
RADIUS = 5.0
DEEPEST_BL = 5e-3


def test_concentrations_are_gaussians_that_add():
    rng = np.random.default_rng(0)
    for x, y in rng.uniform(-20, 20, (50, 2)):
        squares = ((FOODS["position"] - (x, y)) ** 2).sum(axis=1)
        expected = (FOODS["peak"] * np.exp(-squares / (2 * FOODS["sigma"] ** 2))).sum()
        assert concentration(FOODS, 0, x, y) == pytest.approx(expected, rel=1e-13)
        assert distance_to_food(FOODS, x, y) == pytest.approx(np.sqrt(squares.min()), rel=1e-13)


def test_concentration_on_a_grid_is_that_at_each_point():
    x, y = np.linspace(-20.0, 20.0, 9), np.linspace(-5.0, 10.0, 7)
    expected = [[concentration(FOODS, 0, a, b) for a in x] for b in y]
    np.testing.assert_allclose(
        concentration_on_grid(gaussians_of(FOODS), x, y), expected, rtol=1e-6, atol=1e-7
    )


def test_concentration_of_an_odour_counts_its_sources_alone():
    other = FOODS.copy()
    other["odour"] = 1
    both = np.concatenate((FOODS, other[:1]))
    assert concentration(both, 0, 1.0, 2.0) == concentration(FOODS, 0, 1.0, 2.0)
    assert concentration(both, 1, 1.0, 2.0) == concentration(FOODS[:1], 0, 1.0, 2.0)
    assert concentration(both, 2, 1.0, 2.0) == 0.0


def test_only_food_has_a_distance():
    near = make_foods(np.array([(0.1, 0.0)]), -1.0, 1.0)
    near["food"] = 0
    assert distance_to_food(np.concatenate((near, FOODS)), 0.0, 0.0) == 5.0


def test_wall_pushes_inward_and_without_friction():
    angles = np.linspace(0, 2 * math.pi, 25)
    nodes = np.stack((np.cos(angles), np.sin(angles)), axis=1) * np.linspace(4.5, 5.01, 25)[:, None]
    contact = np.ones((25, 5))
    head, tail, whole = wall_contact(nodes, RADIUS, 1e-3, contact)
    depth = np.maximum(np.hypot(*nodes.T) - RADIUS, 0)
    np.testing.assert_allclose(np.hypot(*contact[:, 3:].T), WALL_STIFFNESS * depth, atol=1e-9)
    assert (np.einsum("ij,ij->i", contact[:, 3:], nodes) <= 0).all()
    np.testing.assert_allclose(contact[:, 3] * nodes[:, 1], contact[:, 4] * nodes[:, 0], atol=1e-9)
    assert head == 0
    assert tail == pytest.approx(WALL_STIFFNESS * depth[-8:].sum())
    assert whole == pytest.approx(WALL_STIFFNESS * depth.sum())


def test_forces_on_the_front_and_rear_third_of_the_nodes_are_separate():
    """Of 25 nodes 8 belong to the head, 8 to the tail, and the 9 between them to neither."""
    felt = []
    for node in range(25):
        nodes = np.zeros((25, 2))
        nodes[node] = RADIUS + 0.01, 0.0
        head, tail, whole = wall_contact(nodes, RADIUS, 1e-3, np.ones((25, 5)))
        assert whole == pytest.approx(WALL_STIFFNESS * 0.01)
        felt.append((head / whole, tail / whole))
    assert felt == [(1.0, 0.0)] * 8 + [(0.0, 0.0)] * 9 + [(0.0, 1.0)] * 8


def test_wall_exerts_no_force_inside_the_arena():
    contact = np.ones((25, 5))
    assert wall_contact(np.zeros((25, 2)), RADIUS, 1e-3, contact) == (0.0, 0.0, 0.0)
    assert not contact.any()


def push(policy, ticks, start=(3.95, 0.0), heading=0.0):
    """Act on a worm near the wall; greatest depth of any node, touches (m, 2) and the worm."""
    arena = WormInArena(FOODS, *start, heading, radius=RADIUS)
    deepest, touches = -np.inf, []
    for tick in range(ticks):
        arena.advance(policy(tick))
        deepest = max(deepest, np.hypot(*node_positions(arena.worms).T).max() - RADIUS)
        touches.append([arena.sensed(end)[0] for end in ("head_touch", "tail_touch")])
    return deepest, np.array(touches), arena.worms


def held(choose, ticks=250):
    """A policy that holds each result of ``choose()`` for some ticks."""
    current = [np.zeros((2, 24))]

    def policy(tick):
        if tick % ticks == 0:
            current[0] = choose()
        return current[0].copy()

    return policy


def one_side(rng):
    share = np.zeros((2, 24))
    share[rng.integers(2)] = 1.0
    return share


@pytest.mark.parametrize("heading", [0.0, math.pi / 2, math.pi])
@pytest.mark.parametrize("name", ["crawl", "curls", "halves", "noise"])
def test_no_action_pushes_the_worm_out_of_the_arena(name, heading):
    rng, gait = np.random.default_rng(1), Gait(1)
    policy = {
        "crawl": lambda tick: gait.step(0.0).astype(np.float64),
        "curls": held(lambda: one_side(rng)),
        "halves": held(lambda: (rng.random((2, 24)) < 0.2).astype(float)),
        "noise": lambda tick: rng.uniform(0, 0.05, (2, 24)),
    }[name]
    start = (3.95, 0.0) if heading == 0.0 else (4.85, 0.0) if heading == math.pi / 2 else (-3.95, 0.0)
    deepest, touches, worms = push(policy, 4000, start, heading)
    assert deepest < DEEPEST_BL
    assert ((touches >= 0) & (touches <= 1)).all()
    assert np.isfinite(worms["theta"]).all()


def test_crawling_into_the_wall_touches_with_the_head_first_and_bends_the_worm_away():
    gait = Gait(1)
    _, touches, worms = push(lambda tick: gait.step(0.0).astype(np.float64), 4000, (4.5, 0.0))
    assert touches[:, 0].max() > 0.3
    assert touches[0, 0] == 0  # it starts a little off the wall
    assert worms["touching_ticks"][0] > 50
    first = np.argmax(touches[:, 0] > 0)
    assert touches[:first, 1].max() == 0  # the tail touches nothing before the head does


def test_backing_into_the_wall_touches_with_the_tail():
    gait = Gait(1)
    backwards = slice(None, None, -1)  # a wave from tail to head
    _, touches, _ = push(lambda tick: gait.step(0.0)[:, backwards].astype(np.float64), 4000, (-3.5, 0.0), 0.0)
    assert touches[:, 1].max() > 0.3
    assert touches[:, 0].max() == 0
