"""mechanosensory: front touch reverses, rear touch drives forward; responses habituate and recover."""

import numpy as np

START, PERIOD, TOUCH, REPEATS, REST = 200, 300, 100, 10, 7000
AGAIN = START + REPEATS * PERIOD + REST
ENDS = [("anterior_in", "reverse_out", "forward_out"), ("posterior_in", "forward_out", "reverse_out")]


def touched(t):
    """Ten touches in a row, then a long rest and one more."""
    since = t - START
    in_row = 0 <= since < REPEATS * PERIOD and since % PERIOD < TOUCH
    return {"anterior_in": 10.0} if in_row or 0 <= t - AGAIN < TOUCH else {}


def test_front_touch_reverses_and_rear_touch_drives_forward(bench):
    block = bench("mechanosensory")
    for touch, answer, other in ENDS:
        for seed in block.seeds:
            raster = block.spikes(400, lambda t, touch=touch: {touch: 10.0} if t >= START else {}, seed)
            assert raster[START:, block.terminals[answer]].sum() >= 2
            assert raster[:, block.terminals[other]].sum() == 0
            assert raster[:START].sum() == 0


def test_without_its_relay_a_touch_has_no_output(bench):
    lesions = [("anterior_sensor", "reverse_relay"), ("posterior_sensor", "forward_relay")]
    for lesioned, (touch, answer, _) in zip(lesions, ENDS, strict=True):
        block = bench("mechanosensory", without=lesioned)
        for seed in block.seeds:
            raster = block.spikes(400, lambda t, touch=touch: {touch: 10.0} if t >= START else {}, seed)
            assert raster[:, block.terminals[answer]].sum() == 0


def test_the_tenth_response_is_less_than_half_and_rest_restores_it(bench):
    block = bench("mechanosensory")
    rasters = [block.spikes(AGAIN + PERIOD, touched, seed) for seed in block.seeds]
    starts = (START, START + (REPEATS - 1) * PERIOD, AGAIN)

    def spikes(terminal):
        ids = block.terminals[terminal]
        return np.array([[raster[s : s + PERIOD, ids].sum() for s in starts] for raster in rasters]).T

    first, tenth, rested = spikes("reverse_out")
    assert (first >= 2).all()
    assert (tenth < 0.5 * first).all()
    assert (rested >= 0.75 * first.mean()).mean() >= 0.75
    assert (rested > tenth).all()
    sensed_first, sensed_tenth, _ = spikes("anterior_in")
    assert (sensed_tenth >= 0.9 * sensed_first).all()  # it is the synapse that tires, not the sensor
