"""motor_segment: each side follows its own drive and does not change the other."""

import numpy as np
import pytest


@pytest.mark.parametrize("side", ["dorsal", "ventral"])
def test_a_side_follows_its_drive_and_is_almost_silent_without(bench, side):
    block = bench("motor_segment")
    rates = [block.rate_hz(f"motor_out_{side}", 1500, {f"{side}_in": x}) for x in (-4.0, 0.0, 4.0, 8.0, 16.0)]
    assert (rates[0] == 0).all()
    assert rates[1].mean() < 12
    assert (np.diff([rate.mean() for rate in rates]) > 3).all()


def test_driving_one_side_does_not_change_the_other(bench):
    block = bench("motor_segment")
    alone = block.rate_hz("motor_out_ventral", 1500, {})
    beside = block.rate_hz("motor_out_ventral", 1500, {"dorsal_in": 16.0})
    np.testing.assert_array_equal(beside, alone)


def test_input_to_both_sides_drives_them_equally(bench):
    block = bench("motor_segment")
    dorsal, ventral = (
        block.rate_hz(f"motor_out_{side}", 1500, {"both_in": 8.0}) for side in ("dorsal", "ventral")
    )
    assert abs(dorsal.mean() / ventral.mean() - 1) < 0.05
