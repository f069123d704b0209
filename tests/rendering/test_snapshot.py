from __future__ import annotations

import numpy as np
import pytest

from spikeworm_env.errors import InputError


@pytest.mark.parametrize(
    ("changes", "named"),
    [
        ({"nodes": np.zeros((24, 2))}, "nodes"),
        ({"nodes": np.full((25, 2), np.nan)}, "nodes"),
        ({"activation": np.zeros((24, 2))}, "activation"),
        ({"activation": np.full((2, 24), 1.2)}, "activation"),
        ({"trail": np.zeros(5)}, "trail"),
        ({"foods": np.zeros((1, 3))}, "foods"),
        ({"foods": np.array([(0.0, 0.0, 1.0, 0.0)])}, "sigma"),
        ({"arena_radius": 0.0}, "arena_radius"),
        ({"others": np.zeros((1, 3))}, "others"),
        ({"stocks": np.array([0.5, 0.5])}, "stocks"),
        ({"stocks": np.array([1.5])}, "stocks"),
        ({"stocks": np.array([np.nan])}, "stocks"),
    ],
)
def test_an_invalid_snapshot_is_refused_by_name(make_snapshot, changes, named):
    with pytest.raises(InputError, match=named):
        make_snapshot(**changes)
