"""head_steering: the difference of the outputs follows the difference of the inputs."""

import numpy as np

START, TICKS, MEAN = 200, 700, 7.0
DIFFERENCES = (-6.0, -3.0, 0.0, 3.0, 6.0)


def outputs(block, difference):
    """(seeds, 2) spikes to the left and to the right."""
    drive = {"sensory_in": MEAN + difference / 2, "command_in": MEAN - difference / 2}
    rasters = [block.spikes(TICKS, lambda t: drive if t >= START else {}, seed) for seed in block.seeds]
    sides = [block.terminals["left_out"], block.terminals["right_out"]]
    return np.array([[raster[START:, side].sum() for side in sides] for raster in rasters])


def test_output_difference_is_monotonic_in_input_difference(bench):
    block = bench("head_steering")
    left_less_right = np.array([np.subtract(*outputs(block, d).T) for d in DIFFERENCES])
    assert (np.diff(left_less_right, axis=0) > 0).all()
    assert (np.abs(left_less_right[DIFFERENCES.index(0.0)]) <= 8).all()
    assert (left_less_right[0] < -20).all()
    assert (left_less_right[-1] > 20).all()


def test_without_the_synapses_to_its_pool_a_command_has_no_output(bench):
    left, right = outputs(bench("head_steering", without=("left_command", "left_motor")), 6.0).T
    assert (left == 0).all()
    assert (left - right < 0).all()


def test_mutual_inhibition_increases_the_difference(bench):
    _, right = outputs(bench("head_steering"), 4.0).T
    _, uninhibited = outputs(bench("head_steering", without=("left_command", "right_command")), 4.0).T
    assert (uninhibited >= 1.2 * right).all()


def test_silent_without_input(bench):
    block = bench("head_steering")
    for seed in block.seeds:
        assert block.spikes(500, lambda t: {}, seed)[START:].sum() == 0
