"""Activity is told component by component."""

from __future__ import annotations

import numpy as np
import pytest

from spikeworm_env.compiler import compile_recipe
from spikeworm_env.errors import InputError
from spikeworm_env.trials.activity import component_activity


@pytest.fixture(scope="module")
def compiled():
    return compile_recipe("crawler_v1")


def test_a_silent_brain_has_no_rate(compiled):
    found = component_activity(compiled, np.zeros(compiled.network.n_neurons), 5.0)
    assert [part.component for part in found] == [part.name for part in compiled.components]
    assert all(part.active_share == part.mean_rate_hz == 0 for part in found)
    assert sum(part.neurons for part in found) == compiled.network.n_neurons


def test_spikes_count_for_their_own_component(compiled):
    counts = np.zeros(compiled.network.n_neurons, int)
    part = compiled.components[1]
    counts[part.first] = 10
    found = component_activity(compiled, counts, 2.0)
    size = part.count * part.size
    assert found[1].active_share == pytest.approx(1 / size)
    assert found[1].mean_rate_hz == pytest.approx(10 / size / 2)
    assert all(other.mean_rate_hz == 0 for other in found if other.component != part.name)


@pytest.mark.parametrize("seconds", [0, -1, float("nan"), float("inf")])
def test_an_invalid_duration_is_refused(compiled, seconds):
    with pytest.raises(InputError, match="seconds"):
        component_activity(compiled, np.zeros(compiled.network.n_neurons), seconds)


def test_invalid_counts_are_refused(compiled):
    n = compiled.network.n_neurons
    for counts in (np.zeros(n + 1), np.full(n, -1), np.full(n, np.nan)):
        with pytest.raises(InputError, match="spike_counts"):
            component_activity(compiled, counts, 1.0)
