"""The body against independent solutions of the same physics."""

from __future__ import annotations

import math

import numpy as np
import pytest

from spikeworm_env.world.arena import WALL_STIFFNESS, wall_contact
from spikeworm_env.world.body import advance_body, body_fields, place_body, place_nodes, solve_motion
from spikeworm_env.world.muscles import DAMPING, STIFFNESS
from spikeworm_env.world.record_types import record_dtype
from tests.fixtures.prescribed_shape import rigid_motion

AGAR, TICK_S = 40.0, 1e-3


class Chain:
    """A body of n links with its scratch arrays."""

    def __init__(self, n_links=24, pose=(0.0, 0.0, 0.0), theta=None):
        # the first field keeps numba from taking a whole worm for such a body, whose kernels are another's
        self.bodies = np.zeros(1, record_dtype(("number", "i8", "unused"), *body_fields(n_links)))
        self.body = self.bodies[0]
        if theta is not None:
            self.body["theta"] = theta
        place_body(self.body, *pose)
        self.contact, self.plan = np.zeros((n_links + 1, 5)), np.zeros((n_links, 4))

    def solve(self, target, drag_ratio=AGAR, touching=False):
        return solve_motion(
            self.body, target, drag_ratio, STIFFNESS, DAMPING, TICK_S, touching, self.contact, self.plan
        )

    def advance(self, target, drag_ratio=AGAR, stiffness=STIFFNESS, damping=DAMPING, dt=TICK_S):
        advance_body(self.body, target, drag_ratio, stiffness, damping, dt, False, self.contact, self.plan)

    def crawl(self, seconds, stroke, **physics):
        """Drag centres (m, 2) from the start on."""
        dt = physics.get("dt", TICK_S)
        centres = [self.body["centre"].copy()]
        for k in range(round(seconds / dt)):
            self.advance(stroke((k + 1) * dt), **physics)
            centres.append(self.body["centre"].copy())
        return np.array(centres)


def wave(t, frequency_hz=0.71, bend=0.0, n_joints=23):
    """Target angles of a crawl, bent to one side by ``bend``."""
    return 0.45 * np.cos(2 * math.pi * (1.85 * np.arange(1, n_joints + 1) / 24 - frequency_hz * t)) + bend


def dense_motion(phi0, theta, target, drag_ratio, contact):
    """Force and torque balance as one dense system, unknowns: head velocity and n link rates.

    Drag is integrated along each link by Gauss-Legendre quadrature, so nothing of the fast solve's algebra
    is used: the velocity at arc position s is linear in the unknowns, v = B(s) q, and the drag is the
    integral of B^T D B over s.
    """
    n = len(theta) + 1
    phi = phi0 + np.concatenate(([0.0], np.cumsum(theta)))
    tangent = np.stack((np.cos(phi), np.sin(phi)), axis=1)
    normal = np.stack((-np.sin(phi), np.cos(phi)), axis=1)

    def velocity_map(link, fraction):
        matrix = np.zeros((2, n + 2))
        matrix[:, :2] = np.eye(2)
        matrix[:, 2 : 2 + link] = normal[:link].T / n
        if link < n:
            matrix[:, 2 + link] = fraction * normal[link] / n
        return matrix

    left, right = np.zeros((n + 2, n + 2)), np.zeros(n + 2)
    places, weights = np.polynomial.legendre.leggauss(3)
    for link in range(n):
        drag = np.outer(tangent[link], tangent[link]) + drag_ratio * np.outer(normal[link], normal[link])
        for place, weight in zip(places, weights, strict=True):
            matrix = velocity_map(link, 0.5 * (1 + place))
            left += 0.5 * weight / n * matrix.T @ drag @ matrix
    for joint in range(n - 1):
        difference = np.zeros(n + 2)
        difference[2 + joint], difference[3 + joint] = -1.0, 1.0
        left += (DAMPING + TICK_S * STIFFNESS) * np.outer(difference, difference)
        right += STIFFNESS * (target[joint] - theta[joint]) * difference
    for node in range(n + 1):
        matrix = velocity_map(node, 0.0)
        xx, xy, yy, fx, fy = contact[node]
        left += matrix.T @ np.array(((xx, xy), (xy, yy))) @ matrix
        right += matrix.T @ np.array((fx, fy))
    return np.linalg.solve(left, right)


def random_contact(rng, n_nodes):
    """Up to three nodes pressed by a wall in random directions."""
    contact = np.zeros((n_nodes, 5))
    for node in rng.choice(n_nodes, rng.integers(1, 4), replace=False):
        angle, force = rng.uniform(0, 2 * math.pi), rng.uniform(0, 2)
        x, y = math.cos(angle), math.sin(angle)
        contact[node] = (x * x, x * y, y * y, -force * x, -force * y)
    return contact


@pytest.mark.parametrize(("n_links", "states"), [(24, 2000), (7, 100)])
def test_linear_time_solve_equals_dense_solve(n_links, states):
    rng = np.random.default_rng(0)
    worst = 0.0
    for state in range(states):
        theta, target = rng.normal(0, 0.4, (2, n_links - 1))
        chain = Chain(n_links, (*rng.normal(0, 5, 2), rng.uniform(-10, 10)), theta)
        drag_ratio = rng.uniform(1, 60)
        touching = state % 2 == 1
        if touching:
            chain.contact[:] = random_contact(rng, n_links + 1)
        found = (*chain.solve(target, drag_ratio, touching), *chain.body["rate"])
        expected = dense_motion(chain.body["phi0"], theta, target, drag_ratio, chain.contact)
        worst = max(worst, np.abs(found - expected).max())
    assert worst < 2e-10


@pytest.mark.parametrize("angle", [0.0, 0.5, 2.2, -1.1, math.pi / 2])
@pytest.mark.parametrize("dt", [1e-3, 1e-2])
def test_wall_force_is_that_of_the_depth_at_the_end_of_the_tick(angle, dt):
    """Along its axis a straight body drags with its velocity u; so u = −k (p + dt u), k being the wall's."""
    depth, outward = 0.01, np.array((math.cos(angle), math.sin(angle)))
    chain = Chain(pose=(*(5.0 + depth) * outward, angle + math.pi))
    nodes = np.empty((25, 2))
    place_nodes(chain.body, nodes)
    wall_contact(nodes, 5.0, dt, chain.contact)
    velocity = chain.solve(np.zeros(23), touching=True)
    expected = -WALL_STIFFNESS * depth / (1.0 + dt * WALL_STIFFNESS)
    np.testing.assert_allclose(velocity, expected * outward, rtol=1e-9, atol=1e-12)


def test_velocity_is_the_rigid_motion_of_its_own_change_of_shape():
    chain = Chain()
    for k in range(1000):
        target = wave(k * TICK_S, bend=0.1)
        phi0, theta = chain.body["phi0"], chain.body["theta"].copy()
        vx, vy = chain.solve(target)
        rate = chain.body["rate"].copy()
        assert (
            np.abs(np.subtract(rigid_motion(phi0, theta, np.diff(rate), AGAR), (vx, vy, rate[0]))).max()
            < 1e-10
        )
        chain.advance(target)


def test_isotropic_drag_never_moves_the_drag_centre():
    centres = Chain().crawl(20.0, lambda t: wave(t, bend=0.2), drag_ratio=1.0)
    assert np.abs(centres - centres[0]).max() < 1e-12


def test_agar_crawl_moves_the_drag_centre():
    centres = Chain().crawl(5.0, wave)
    assert math.dist(centres[0], centres[-1]) > 1.0


def test_rotation_and_translation_carry_the_path_along():
    turn, shift = 0.7, np.array((3.0, -2.0))
    path, turned = Chain().crawl(3.0, wave), Chain(pose=(*shift, turn)).crawl(3.0, wave)
    c, s = math.cos(turn), math.sin(turn)
    assert np.abs(turned - (path @ np.array(((c, s), (-s, c))) + shift)).max() < 2e-13


def test_mirrored_crawl_takes_the_mirrored_path():
    path = Chain(pose=(0.0, 0.0, 0.7)).crawl(3.0, wave)
    mirrored = Chain(pose=(0.0, 0.0, -0.7)).crawl(3.0, lambda t: -wave(t))
    np.testing.assert_array_equal(mirrored, path * (1.0, -1.0))


def test_relaxed_body_only_loses_elastic_energy():
    chain = Chain(theta=np.random.default_rng(0).normal(0, 0.4, 23))
    energies = []
    for _ in range(5000):
        energies.append((chain.body["theta"] ** 2).sum())
        chain.advance(np.zeros(23))
    assert (np.diff(energies) < 0).all()
    assert energies[-1] < 0.1 * energies[0]


def test_a_tick_is_fine_enough():
    """Halving the tick changes the crawl of 5 s by less than 1% of its length."""
    coarse, fine = Chain().crawl(5.0, wave), Chain().crawl(5.0, wave, dt=TICK_S / 2)
    assert math.dist(coarse[-1], fine[-1]) < 0.01 * math.dist(coarse[0], coarse[-1])


def test_nodes_are_a_link_apart_and_their_midpoints_average_to_the_drag_centre():
    chain = Chain(pose=(1.0, 2.0, 0.3), theta=np.linspace(-0.5, 0.5, 23))
    chain.crawl(0.5, wave)
    nodes = np.zeros((25, 2))
    place_nodes(chain.body, nodes)
    assert np.abs(np.hypot(*np.diff(nodes, axis=0).T) - 1 / 24).max() < 1e-15
    assert np.abs((0.5 * (nodes[1:] + nodes[:-1])).mean(axis=0) - chain.body["centre"]).max() < 1e-14
    np.testing.assert_array_equal(nodes[0], chain.body["head"])


def test_crawl_agrees_with_elegansbot():
    """The same wave and constants in an independent simulator (T. Chung et al.), which has inertia."""
    elegansbot = pytest.importorskip("elegansbot")
    period_s, seconds = 1.6, 4.8
    place = np.linspace(0, 1, 23)

    def wave_at(t):
        return 0.7 * np.cos(2 * math.pi * (1.832 * place - t / period_s))

    peer = elegansbot.Worm(dt=5e-5, n=24, simTime=seconds, dt_snapshot=TICK_S)
    for _ in range(peer.n_snapshot):
        peer.act = wave_at(peer.t)
        peer.steps()
    stiffness = peer.k / peer.bT * AGAR  # in units in which tangential drag is 1: 0.0547
    chain = Chain()
    centres, angles = [], []
    for k in range(round(seconds / TICK_S)):
        chain.advance(wave_at(k * TICK_S), stiffness=stiffness, damping=stiffness / 5.6)
        centres.append(chain.body["centre"].copy())
        angles.append(chain.body["theta"].copy())
    first = round((seconds - period_s) / TICK_S)
    speed = math.dist(centres[first], centres[-1]) / period_s
    peer_speed = math.dist(peer.xyc_log[first + 1], peer.xyc_log[-1]) / period_s
    assert speed == pytest.approx(peer_speed, rel=0.03)
    assert np.abs(np.array(angles[first:]) - peer.theta_log[first + 1 :]).max() < 0.03
