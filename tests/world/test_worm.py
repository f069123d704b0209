"""A worm's whole state, and the one call that moves it."""

from __future__ import annotations

import math
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from spikeworm_env.world.arena import concentration, make_foods
from spikeworm_env.world.gait import Gait
from spikeworm_env.world.record_types import LAYOUT, N_SENSES, SENSES
from spikeworm_env.world.worm import WORM, initial_state, node_positions
from tests.fixtures.worm_in_arena import WormInArena

TOP = str(Path(__file__).parents[2])
FOODS = np.concatenate(
    (make_foods(np.array([(4.0, 1.0)]), 1.0, 3.0), make_foods(np.array([(-9.0, 4.0)]), 2.0, 1.5))
)


def worm_in_arena(**start):
    return WormInArena(FOODS, **{"heading": 0.3, **start})


def shares(seed, n):
    return np.random.default_rng(seed).uniform(0, 0.03, (n, 2, 24))


def test_layout_covers_the_observation_without_gaps():
    ends = [0, *(part.stop for part in LAYOUT.values())]
    assert [part.start for part in LAYOUT.values()] == ends[:-1]
    assert ends[-1] == N_SENSES == 77
    assert list(LAYOUT) == list(SENSES.names)


def test_initial_worm_is_straight_and_faces_its_heading():
    worms = initial_state(FOODS, 1.0, 2.0, 0.5)
    nodes = node_positions(worms)
    np.testing.assert_array_equal(nodes[0], (1.0, 2.0))
    np.testing.assert_allclose(nodes[0] - nodes[-1], (math.cos(0.5), math.sin(0.5)), atol=1e-14)


def test_division_of_time_into_calls_changes_nothing():
    once, often = worm_in_arena(), worm_in_arena()
    for share in shares(0, 20):
        once.advance(share.copy(), 10)
        for _ in range(10):
            often.advance(share.copy(), 1)
        np.testing.assert_array_equal(once.observation, often.observation)
    assert once.worms.tobytes() == often.worms.tobytes()


def test_copied_record_continues_bit_for_bit():
    arena = worm_in_arena(x=28.5, radius=30.0)
    for share in shares(0, 50):
        arena.advance(share, 10)
    kept = arena.worms.copy()
    for share in shares(1, 50):
        arena.advance(share, 10)
    again = worm_in_arena()
    again.worms[:] = kept
    for share in shares(1, 50):
        again.advance(share, 10)
    assert again.worms.tobytes() == arena.worms.tobytes()
    np.testing.assert_array_equal(again.observation, arena.observation)


@pytest.mark.parametrize("bad", [math.nan, math.inf, -math.inf])
def test_share_that_is_not_finite_changes_nothing(bad):
    arena = worm_in_arena()
    arena.advance(shares(0, 1)[0], 10)
    before = arena.worms.tobytes()
    share = shares(1, 1)[0]
    share[1, 23] = bad
    assert not arena.advance(share, 10)
    assert arena.worms.tobytes() == before


def test_shares_are_clipped():
    wild, tame = worm_in_arena(), worm_in_arena()
    share = np.random.default_rng(0).uniform(-1, 2, (2, 24))
    wild.advance(share.copy(), 30)
    tame.advance(share.clip(0, 1), 30)
    assert wild.worms.tobytes() == tame.worms.tobytes()


def test_side_sensors_measure_the_concentration_on_either_side_of_the_head():
    arena = worm_in_arena()
    for share in shares(0, 30):
        arena.advance(share, 10)
        x, y, heading = (arena.told(name) for name in ("x", "y", "heading_rad"))
        left = np.array((-math.sin(heading), math.cos(heading)))
        for name, offset in (("concentration_left", 0.04), ("concentration_right", -0.04)):
            expected = concentration(FOODS, 0, *(np.array((x, y)) + offset * left))
            assert arena.sensed(name)[0] == pytest.approx(expected, abs=1e-7)
        assert arena.sensed("concentration")[0] == np.float32(concentration(FOODS, 0, x, y))


def test_adapted_change_is_the_concentration_less_its_exponential_mean_of_one_second():
    arena = worm_in_arena()
    mean = concentration(FOODS, 0, 0.0, 0.0)
    for share in shares(0, 2000):
        arena.advance(share, 1)
        mean += (1 - math.exp(-1e-3)) * (arena.told("concentration") - mean)
        expected = arena.told("concentration") - mean
        assert arena.sensed("adapted_change")[0] == pytest.approx(expected, rel=1e-6, abs=1e-12)


def test_body_senses_are_those_of_the_record():
    arena = worm_in_arena()
    for share in shares(0, 30):
        arena.advance(share, 10)
    np.testing.assert_allclose(arena.sensed("joint_angle"), arena.worms["theta"][0], rtol=1e-6)
    dorsal, ventral = 1 - np.exp(-arena.worms["activation"][0])
    np.testing.assert_allclose(arena.sensed("dorsal_activation"), dorsal, atol=1e-7)
    np.testing.assert_allclose(arena.sensed("ventral_activation"), ventral, atol=1e-7)


def test_indices_follow_from_the_distances_of_all_ticks():
    arena, gait = worm_in_arena(), Gait(1)
    distances = [min(math.hypot(*position) for position in FOODS["position"])]
    for _ in range(3000):
        arena.advance(gait.step(0.3).astype(np.float64), 1)
        x, y = arena.told("x"), arena.told("y")
        distances.append(min(math.dist((x, y), position) for position in FOODS["position"]))
    start, passed = distances[0], np.array(distances[1:])
    assert arena.told("start_distance") == pytest.approx(start, rel=1e-15)
    assert arena.told("distance") == pytest.approx(passed[-1], rel=1e-12)
    assert arena.told("min_distance") == pytest.approx(min(distances), rel=1e-12)
    assert arena.told("ci_time") == pytest.approx(1 - passed.mean() / start, rel=1e-10)
    assert arena.told("ci_net") == pytest.approx((start - passed[-1]) / start, rel=1e-10)
    assert arena.told("ci_clipped") == pytest.approx(np.maximum(0, 1 - passed / start).mean(), rel=1e-10)


def test_mirrored_muscles_mirror_the_path():
    """Dorsal is the right-hand side: what it pulls turns the worm clockwise as seen from above."""
    right, left = worm_in_arena(heading=0.0), worm_in_arena(heading=0.0)
    gait = Gait(10)
    for _ in range(200):
        share = gait.step(1.0).astype(np.float64)
        right.advance(share.copy(), 10)
        left.advance(share[::-1].copy(), 10)
    assert right.told("x") == pytest.approx(left.told("x"), abs=1e-9)
    assert right.told("y") == pytest.approx(-left.told("y"), abs=1e-9)
    assert right.told("heading_rad") < -0.5


PLAIN = """
import numpy as np
from spikeworm_env.world.arena import make_foods
from tests.fixtures.worm_in_arena import WormInArena
arena = WormInArena(make_foods(np.array([(4.0, 1.0)]), 1.0, 3.0), 28.9, 5.0, 0.1, radius=29.3)
for share in np.random.default_rng(0).uniform(0, 0.05, (6, 2, 24)):
    arena.advance(share, 10)
print(arena.worms["touching_ticks"][0], arena.worms.tobytes().hex())
"""


def test_plain_python_and_compiled_code_agree_to_the_last_bit():
    outputs = [
        subprocess.run(
            [sys.executable, "-c", PLAIN],
            capture_output=True,
            text=True,
            check=True,
            env={**os.environ, "NUMBA_DISABLE_JIT": disabled, "PYTHONPATH": TOP},
        ).stdout
        for disabled in ("0", "1")
    ]
    assert outputs[0] == outputs[1]
    assert int(outputs[0].split()[0]) > 0  # the worm touched the wall


def test_record_holds_no_python_object():
    assert not WORM.hasobject
