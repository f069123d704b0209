"""Weights that no synapse of a target can have are refused before the trial, where that can be known."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

import spikeworm_env as sw
from spikeworm_env.engine.names import Names
from spikeworm_env.engine.network import SynapseClass
from spikeworm_env.errors import InputError
from spikeworm_env.interventions._target import Subject

PLASTIC = {"synapse_type": "reward_plastic"}


@pytest.fixture(scope="module")
def learner():
    return sw.compile_recipe("learner_v1")


@pytest.mark.parametrize("weight", [12.5, -0.5])
def test_a_weight_outside_the_bounds_is_refused_when_the_protocol_is_given(learner, weight):
    protocol = [sw.Silence("head"), sw.SetWeights(PLASTIC, weight, at_s=50.0)]
    words = rf"protocol\[1\]: weights: synapse \d+ \(reward_plastic\) would get {weight:g}; .* from 0 to 12$"
    with pytest.raises(InputError, match=words):
        sw.make_agent(learner, protocol=protocol)
    with pytest.raises(InputError, match=words):
        sw.apply_protocol(sw.Brain(learner), protocol)


def test_weights_within_the_bounds_and_factors_that_fit_some_weight_are_taken(learner):
    protocol = [sw.SetWeights(PLASTIC, 12.0, at_s=1), sw.Scale(PLASTIC, 0.0, at_s=2), sw.Scale(PLASTIC, 3.0)]
    assert sw.make_agent(learner, protocol=protocol).protocol == tuple(protocol)


def test_a_factor_that_no_weight_allows_is_refused(learner):
    low = {"w_min": 0.5, "w_max": 12.0}
    classes = tuple(SynapseClass(each.type, {**each.parameters, **low}) for each in learner.network.classes)
    network = replace(learner.network, classes=classes)
    subject = Subject(Names(network))
    sw.Scale(PLASTIC, 24.0).bind(subject)
    for factor, found in ((25.0, 12.5), (0.0, 0)):
        with pytest.raises(InputError, match=f"would get {found:g}; expected a number from 0.5 to 12"):
            sw.Scale(PLASTIC, factor).bind(subject)
    assert np.all(network.weight == learner.network.weight)
