"""cerebellar_circuit: a silent nucleus, disinhibited by errors; mossy input learns from repeated errors."""

import numpy as np

MOSSY, ERROR = {"mossy_in": 10.0}, {"error_in": 15.0}


def error_once(t):
    return ERROR if 300 <= t < 500 else {}


def probe_train_probe(t):
    if 200 <= t < 500 or 1700 <= t < 2000:
        return MOSSY
    return {**MOSSY, **ERROR} if 700 <= t < 1700 and t % 200 >= 100 else {}


def mossy_only(t):
    return MOSSY if 200 <= t < 2000 else {}


def counts(block, terminal, drive, *spans):
    """(spans, seeds) spikes of a terminal in each span of ticks."""
    ids = block.terminals[terminal]
    rasters = [block.spikes(spans[-1][1], drive, seed)[:, ids] for seed in block.seeds]
    return np.array([[raster[start:stop].sum() for raster in rasters] for start, stop in spans])


def test_tonic_inhibition_keeps_the_nucleus_silent(bench):
    intact, lesioned = (
        bench("cerebellar_circuit"),
        bench("cerebellar_circuit", without=("purkinje", "nucleus")),
    )
    assert (counts(intact, "purkinje_out", lambda t: {}, (100, 300)) >= 15).all()
    assert (counts(intact, "nucleus_out", lambda t: {}, (100, 300)) == 0).all()
    assert (counts(lesioned, "nucleus_out", lambda t: {}, (100, 300)) >= 2).all()


def test_an_error_pauses_the_inhibition_and_disinhibits_the_nucleus(bench):
    intact, lesioned = (
        bench("cerebellar_circuit"),
        bench("cerebellar_circuit", without=("climbing", "basket")),
    )
    assert (counts(intact, "purkinje_out", error_once, (310, 350)) == 0).all()
    assert (counts(intact, "nucleus_out", error_once, (300, 500)) >= 2).all()
    assert (counts(lesioned, "purkinje_out", error_once, (310, 350)) >= 3).all()
    assert (counts(lesioned, "nucleus_out", error_once, (300, 500)) == 0).all()


def test_repeated_errors_raise_the_response_to_mossy_input(bench):
    intact, lesioned = (
        bench("cerebellar_circuit"),
        bench("cerebellar_circuit", without=("climbing", "basket")),
    )
    before, after = counts(intact, "nucleus_out", probe_train_probe, (200, 500), (1700, 2000))
    assert (before == 0).all() and (after >= 4).all()
    assert (counts(lesioned, "nucleus_out", probe_train_probe, (200, 2000)) == 0).all()


def test_mossy_input_without_errors_changes_no_response(bench):
    assert (counts(bench("cerebellar_circuit"), "nucleus_out", mossy_only, (200, 2000)) == 0).all()
