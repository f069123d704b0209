"""klinotaxis_sensor: silent at rest and in a falling concentration, firing in a rising one."""

import numpy as np


def test_on_cells_are_silent_at_rest_and_their_rate_rises_with_the_input(bench):
    block = bench("klinotaxis_sensor")
    rates = [block.rate_hz("sensory_out", 1000, {"sensory_in": x}) for x in (-20.0, 0.0, 3.0, 8.0, 20.0)]
    assert (rates[0] == 0).all()
    assert rates[1].mean() < 3
    assert (np.diff([rate.mean() for rate in rates[1:]]) > 5).all()
