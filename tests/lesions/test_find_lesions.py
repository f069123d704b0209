"""Words of ``--lesion`` and the lesions that they stand for."""

from __future__ import annotations

import pytest

from spikeworm_env.compiler import CompiledBrain, compile_recipe
from spikeworm_env.errors import InputError, UnknownNameError
from spikeworm_env.lesions import Lesion, find_lesions


@pytest.fixture(scope="module")
def reverser() -> CompiledBrain:
    return compile_recipe("reverser_v1")


def test_a_plural_stands_for_all_parts_with_outgoing_synapses(reverser: CompiledBrain) -> None:
    names = {
        kind: [lesion.name for lesion in find_lesions(reverser, kind)] for kind in ("blocks", "components")
    }
    assert "block mechanosensory" in names["blocks"] and "component touch" in names["components"]
    assert "block motor_segment" not in names["blocks"]  # it has no synapses to other components
    projections = find_lesions(reverser, "projections")
    assert [lesion.target for lesion in projections] == list(reverser.origins[-len(projections) :])
    assert sum(lesion.synapses(reverser) for lesion in projections) == sum(
        lesion.synapses(reverser) for lesion in find_lesions(reverser, "connections")
    )


def test_a_part_is_found_by_any_of_its_names(reverser: CompiledBrain) -> None:
    assert find_lesions(reverser, "touch") == (Lesion("component", "touch"),)
    assert find_lesions(reverser, "mechanosensory") == (Lesion("block", "mechanosensory"),)
    arrow = Lesion("connection", "touch -> direction")
    assert find_lesions(reverser, ["touch->direction", "touch -> direction", arrow.name]) == (arrow,)
    (projection,) = find_lesions(reverser, "projections[17]")
    assert find_lesions(reverser, projection.name) == (projection,)
    assert projection.name.startswith("projections[17] touch.reverse_out -> ")


def test_every_lesion_removes_its_number_of_synapses(reverser: CompiledBrain) -> None:
    for lesion in find_lesions(reverser, ["projections", "connections", "components", "blocks"]):
        left = lesion.apply(reverser)
        assert left.network.n_synapses == reverser.network.n_synapses - lesion.synapses(reverser)
        assert lesion.synapses(reverser) > 0


def test_an_unknown_word_is_an_error(reverser: CompiledBrain) -> None:
    with pytest.raises(UnknownNameError, match="unknown lesion 'tuoch'; did you mean 'touch'"):
        find_lesions(reverser, ["direction", "tuoch"])
    for word in ("projections[99]", "touch->head", ""):
        with pytest.raises(UnknownNameError, match="unknown lesion"):
            find_lesions(reverser, word)
    with pytest.raises(InputError, match="'motor_segment': no synapse leads from there"):
        find_lesions(reverser, "motor_segment")
    with pytest.raises(InputError, match="nothing to lesion"):
        find_lesions(reverser, [])
