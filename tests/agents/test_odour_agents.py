"""klinotaxis and klinokinesis: chemotaxis by one mechanism each."""

import math

import numpy as np
import pytest

from spikeworm_env.agents import make_agent
from spikeworm_env.agents.klinokinesis import (
    MAX_RATIO,
    R_PER_S,
    RATE_PER_S,
    SHARP_RAD_PER_S,
    Klinokinesis,
    pirouettes_per_s,
)
from spikeworm_env.agents.klinotaxis import GAIN_BL, SIDEWAYS_PER_RAD, Klinotaxis
from spikeworm_env.agents.odour import CHANGE_GAIN, CONTRAST_GAIN, RelativeRate, senses
from spikeworm_env.envs.spaces import LAYOUT
from spikeworm_env.trials.controls.blind import Blind
from spikeworm_env.world.gait import FREQUENCY_HZ

INTERVAL_S = 0.1
START = {"position": (0.0, 0.0), "heading_rad": 0.0}


def at_concentration(concentration, neck=0.0):
    """An observation with this concentration at the head tip."""
    observation = np.zeros(77, np.float32)
    observation[LAYOUT["concentration"]] = concentration
    observation[LAYOUT["joint_angle"]] = neck
    return observation


# ---- klinotaxis
def turns(across):
    """Commands of klinotaxis in six sweeps, in a field whose logarithm increases to the right."""
    agent = Klinotaxis(frame_skip=50)
    agent.reset(seed=0, info={})
    time = np.arange(0.0, 6.0 / FREQUENCY_HZ, agent.interval_s)
    sweep = 2 * math.pi * FREQUENCY_HZ * time
    place = -0.04 * np.cos(sweep)  # of the head tip, to the right, when the neck bends as the sine
    seen = [
        at_concentration(0.3 * math.exp(across * x), 0.2 * math.sin(s))
        for x, s in zip(place, sweep, strict=True)
    ]
    return np.array([agent.steer(observation) for observation in seen])


@pytest.mark.parametrize(("across", "side"), [(0.1, 1.0), (-0.1, -1.0)])
def test_klinotaxis_turns_to_the_side_where_concentration_rises_during_the_sweep(across, side):
    turn, drive = turns(across).T
    assert (side * turn[len(turn) // 2 :] > 1.0).all()
    assert (drive == 1.0).all()


def test_klinotaxis_turns_in_proportion_to_the_gradient_across():
    weak, strong = (turns(across)[-1, 0] for across in (0.005, 0.01))
    assert strong == pytest.approx(2 * weak, rel=0.05)


@pytest.mark.parametrize("along", [0.05, -0.05])
@pytest.mark.parametrize("bend", [0.1, -0.1])
def test_klinotaxis_ignores_a_steady_change_along_its_course(along, bend):
    """A steady change of concentration with a bent neck is no information on left and right."""
    agent = Klinotaxis(frame_skip=50)
    agent.reset(seed=0, info={})
    time = np.arange(0.0, 12.0 / FREQUENCY_HZ, agent.interval_s)
    commands = [agent.steer(at_concentration(0.3 * math.exp(along * t), bend)) for t in time]
    # turning by the change itself would be GAIN_BL · along / sideways: 40 times the greatest turn
    assert abs(commands[-1][0]) < 0.02 * GAIN_BL * abs(along) / (SIDEWAYS_PER_RAD * abs(bend))


@pytest.mark.parametrize("side", [1.0, -1.0])
def test_klinotaxis_curves_towards_food_beside_it(rollout, side):
    """Food on the right is at smaller y for a worm that heads along x."""
    options = {**START, "food": [(0.0, -6.0 * side)]}
    *_, (_, _, info) = rollout(make_agent("klinotaxis", frame_skip=10), 800, options=options)
    assert side * math.sin(info["heading_rad"]) < 0
    assert info["distance"] < 6.0


# ---- klinokinesis
def test_pirouettes_are_more_frequent_while_concentration_falls_within_bounds():
    rates = [pirouettes_per_s(change) for change in (-1e9, -R_PER_S, 0.0, R_PER_S, 1e9)]
    assert rates == pytest.approx(
        [RATE_PER_S * ratio for ratio in (MAX_RATIO, math.e, 1.0, 1 / math.e, 1 / MAX_RATIO)]
    )


def reversals(change_per_s):
    """Backward steps in five minutes while the concentration changes by this share per second."""
    agent = Klinokinesis(frame_skip=100)
    agent.reset(seed=1, info={})
    concentrations = 0.3 * np.exp(change_per_s * INTERVAL_S * np.arange(3000))
    return sum(agent.steer(at_concentration(each))[1] < 0 for each in concentrations)


def test_klinokinesis_reverses_more_often_down_the_gradient():
    assert reversals(0.01) < reversals(0.0) < reversals(-0.01)


def test_klinokinesis_runs_straight_and_turns_sharply_to_either_side():
    agent = Klinokinesis(frame_skip=100)
    agent.reset(seed=1, info={})
    commands = {agent.steer(at_concentration(0.3 * math.exp(-0.01 * step))) for step in range(2000)}
    assert commands == {(0.0, 1.0), (0.0, -1.0), (1.0, 1.0), (-1.0, 1.0)}


def test_klinokinesis_turns_by_angles_uniform_up_to_half_a_circle_to_both_sides():
    agent = Klinokinesis(frame_skip=100)
    agent.reset(seed=1, info={})
    turned, before = [], 0.0
    for step in range(20_000):
        turn, drive = agent.steer(at_concentration(0.3 * math.exp(-0.01 * (step % 3000))))
        if drive > 0 and turn != 0.0:
            turned += [0.0] if before == 0.0 else []
            turned[-1] += turn * SHARP_RAD_PER_S * INTERVAL_S
        before = turn if drive > 0 else 0.0
    angles, step = np.abs(turned), SHARP_RAD_PER_S * INTERVAL_S
    assert len(turned) > 200
    assert math.pi - 0.2 < angles.max() < math.pi + step  # to the next whole step
    # uniform on 0 to half a circle: the mean of n has a standard error of pi / sqrt(12 n)
    assert abs(angles.mean() - step / 2 - math.pi / 2) < 4 * math.pi / math.sqrt(12 * len(turned))
    assert abs(np.sign(turned).mean()) < 4 / math.sqrt(len(turned))


# ---- both, and what policies see
@pytest.mark.parametrize("name", ["klinotaxis", "klinokinesis", "linear", "ppo"])
def test_without_chemical_senses_there_is_no_chemotaxis(trials, name):
    """Its mean over three arenas is far below that of the agent with chemical senses."""
    seeing = np.mean([result.ci_time for result in trials(lambda: make_agent(name, frame_skip=10))])
    blind = np.mean([result.ci_time for result in trials(lambda: Blind(make_agent(name, frame_skip=10)))])
    assert blind < 0.2
    assert seeing > blind + 0.1


@pytest.mark.parametrize("name", ["klinotaxis", "linear", "ppo"])
def test_short_and_long_steps_give_similar_paths(rollout, name):
    ways = []
    for frame_skip in (1, 10):
        steps = rollout(make_agent(name, frame_skip=frame_skip), 20_000 // frame_skip, frame_skip=frame_skip)
        *_, (_, _, info) = steps
        ways.append((info["ci_time"], *info["position"]))
    assert ways[0] == pytest.approx(ways[1], abs=0.15)


@pytest.mark.parametrize("frame_skip", [1, 3, 10, 40])
def test_decisions_have_their_interval_for_every_frame_skip(frame_skip):
    agent = Klinotaxis(frame_skip)
    commands = []
    agent.steer = lambda observation: commands.append(1) or (0.0, 1.0)
    steps = 6000 // frame_skip
    for _ in range(steps):
        agent.act(at_concentration(0.3))
    assert len(commands) == 6000 // agent.decision_ticks


def test_relative_rate_is_the_change_of_the_logarithm():
    rate = RelativeRate(INTERVAL_S)
    assert rate(at_concentration(0.3)) == 0.0
    assert rate(at_concentration(0.3 * math.exp(0.002))) == pytest.approx(0.02, rel=0.01)


def test_senses_are_relative_to_the_concentration():
    observation = at_concentration(0.4, neck=0.3)
    observation[1:6] = 0.39, 0.41, 0.02, 0.5, 0.0
    contrast, change, strength, head, tail, neck = senses(observation)
    assert contrast == pytest.approx(CONTRAST_GAIN * 0.02 / 0.4, rel=0.01)
    assert change == pytest.approx(CHANGE_GAIN * 0.02 / 0.4, rel=0.01)
    assert (strength, head, tail, neck) == pytest.approx((0.4, 0.5, 0.0, 0.3))
