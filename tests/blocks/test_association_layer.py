"""association_layer: silent without input; balance cells follow its rate; feedback inhibition reduces it."""

import numpy as np

HEARD = (0.0, 1.0, 4.0, 8.0)


def rates(block, terminal):
    """(4,) mean rate of a terminal, Hz, for each of the currents heard."""
    return np.array([block.rate_hz(terminal, 600, {"sensory_in": current}).mean() for current in HEARD])


def test_hidden_cells_are_silent_at_rest_and_their_rate_rises_with_input(bench):
    hidden = rates(bench("association_layer"), "association_out")
    assert hidden[0] < 0.5
    assert (np.diff(hidden) > 3).all()


def test_the_balance_rate_rises_with_the_layer_and_only_through_it(bench):
    assert (np.diff(rates(bench("association_layer"), "balance_out")) > 15).all()
    assert not rates(bench("association_layer", without=("hidden", "balance")), "balance_out").any()


def test_feedback_inhibition_reduces_the_rate_of_hidden_cells(bench):
    free = rates(bench("association_layer", without=("restraint", "hidden")), "association_out")
    assert (rates(bench("association_layer"), "association_out")[1:] < 0.98 * free[1:]).all()
