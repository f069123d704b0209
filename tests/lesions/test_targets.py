"""Words that stand for cuts."""

from __future__ import annotations

import pytest

from spikeworm_env.compiler import CompiledBrain, compile_recipe
from spikeworm_env.errors import InputError, UnknownNameError
from spikeworm_env.lesions.targets import Lesion, find_lesions


@pytest.fixture(scope="module")
def reverser() -> CompiledBrain:
    return compile_recipe("reverser_v1")


def test_a_kind_stands_for_all_parts_that_tell_others_anything(reverser: CompiledBrain) -> None:
    names = {kind: [cut.name for cut in find_lesions(reverser, kind)] for kind in ("blocks", "components")}
    assert "block mechanosensory" in names["blocks"] and "component touch" in names["components"]
    assert "block motor_segment" not in names["blocks"]  # it speaks to muscles alone
    projections = find_lesions(reverser, "projections")
    assert [cut.what for cut in projections] == list(reverser.origins[-len(projections) :])
    assert sum(cut.synapses(reverser) for cut in projections) == sum(
        cut.synapses(reverser) for cut in find_lesions(reverser, "connections")
    )


def test_a_part_is_found_by_any_of_its_names(reverser: CompiledBrain) -> None:
    assert find_lesions(reverser, "touch") == (Lesion("components", "touch"),)
    assert find_lesions(reverser, "mechanosensory") == (Lesion("blocks", "mechanosensory"),)
    arrow = Lesion("connections", "touch -> direction")
    assert find_lesions(reverser, ["touch->direction", "touch -> direction", arrow.name]) == (arrow,)
    (projection,) = find_lesions(reverser, "projections[17]")
    assert find_lesions(reverser, projection.name) == (projection,)
    assert projection.name.startswith("projections[17] touch.reverse_out -> ")


def test_every_cut_does_what_it_is_called(reverser: CompiledBrain) -> None:
    for cut in find_lesions(reverser, ["projections", "connections", "components", "blocks"]):
        left = cut.apply(reverser)
        assert left.network.n_synapses == reverser.network.n_synapses - cut.synapses(reverser)
        assert cut.synapses(reverser) > 0


def test_a_word_for_nothing_is_a_mistake(reverser: CompiledBrain) -> None:
    with pytest.raises(UnknownNameError, match="unknown cut 'tuoch'; did you mean 'touch'"):
        find_lesions(reverser, ["direction", "tuoch"])
    for word in ("projections[99]", "touch->head", ""):
        with pytest.raises(UnknownNameError, match="unknown cut"):
            find_lesions(reverser, word)
    with pytest.raises(InputError, match="'motor_segment': no synapse leads from there"):
        find_lesions(reverser, "motor_segment")
    with pytest.raises(InputError, match="nothing to cut"):
        find_lesions(reverser, [])
