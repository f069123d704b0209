"""Comparisons with a protocol: paired statistics of with against without, for any number of workers."""

from __future__ import annotations

import numpy as np
import pytest

import spikeworm_env as sw
from spikeworm_env import resources
from spikeworm_env.errors import InputError
from spikeworm_env.experiments.comparison.compare import compare
from spikeworm_env.experiments.comparison.comparison import Comparison
from spikeworm_env.statistics import STATISTICS_SEED, PairedTest
from spikeworm_env.trials.task import Trial

BLINK = Trial("blink", duration_s=1.0)
BRAIN, WITHOUT = "crawler_v1", "crawler_v1:without_protocol"
PROTOCOL = [sw.Silence("body", start_s=0.2), sw.Stimulate("head", 5.0, waveform=sw.Noise(seed=3))]


@pytest.fixture(scope="module", autouse=True)
def _cache(tmp_path_factory):
    folder = tmp_path_factory.mktemp("brains")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(resources, "brain_cache", lambda: folder)
        yield


@pytest.fixture(scope="module")
def tested() -> Comparison:
    return compare([BRAIN, "crawl"], 10, 500, BLINK, jobs=1, controls="without_protocol", protocol=PROTOCOL)


def test_the_number_of_workers_changes_nothing(tested):
    parallel = compare(
        [BRAIN, "crawl"], 10, 500, BLINK, jobs=2, controls="without_protocol", protocol=PROTOCOL
    )
    assert parallel.results == tested.results
    assert parallel.to_json() == tested.to_json()


def test_the_control_is_the_brain_in_the_same_trials_without_the_protocol(tested):
    plain = compare(BRAIN, 10, 500, BLINK, jobs=1, controls="none")
    paths = [[result.path for result in row] for row in (plain.results[BRAIN], tested.results[WITHOUT])]
    assert all(np.array_equal(one, two) for one, two in zip(*paths, strict=True))
    assert plain.oracle == tested.oracle
    assert WITHOUT not in plain.summaries


def test_the_effect_is_tested_by_pairs_of_the_same_seed(tested):
    with_it, without = (
        np.array([result.ci_time for result in tested.results[row]]) for row in (BRAIN, WITHOUT)
    )
    expected = PairedTest.of(with_it, without, np.random.default_rng(STATISTICS_SEED))
    assert tested.summaries[BRAIN].against == {"without_protocol": expected}
    assert tested.to_json()["agents"][BRAIN]["p_vs_without_protocol"] == expected.p


def test_all_controls_include_the_one_without_protocol(tested):
    every = compare(BRAIN, 2, 500, BLINK, jobs=1, protocol=PROTOCOL)
    assert list(every.summaries) == [BRAIN, f"{BRAIN}:blind", f"{BRAIN}:shuffled", WITHOUT]


def test_what_was_done_is_said_of_the_rows_of_brains_with_it(tested):
    done = "silence body from 0.2 s; stimulate head with 5 as noise of mean 0 and sd 1 (seed 3) throughout"
    assert tested.remarks == (f"{BRAIN}: {done}.",)
    assert tested.to_json()["protocol"] == [each.to_dict() for each in PROTOCOL]


def test_stored_trials_go_on_with_the_same_protocol_alone(tmp_path):
    arguments = {"jobs": 1, "controls": "none", "out": tmp_path}
    first = compare(BRAIN, 2, 500, BLINK, protocol=PROTOCOL, **arguments)
    again = compare(BRAIN, 2, 500, BLINK, protocol=sw.load_protocol(PROTOCOL), **arguments)
    assert again.results == first.results
    with pytest.raises(InputError, match="protocol"):
        compare(BRAIN, 2, 500, BLINK, **arguments)
    with pytest.raises(InputError, match="protocol"):
        compare(BRAIN, 2, 500, BLINK, protocol=PROTOCOL[:1], **arguments)


@pytest.mark.parametrize(
    ("agents", "options", "message"),
    [
        ([BRAIN], {"protocol": [sw.Silence("nobody")]}, "crawler_v1: protocol[0]: unknown name of neurons"),
        (["crawl"], {"protocol": PROTOCOL}, "crawl, which has no brain"),
        ([BRAIN], {"controls": "without_protocol"}, "'without_protocol'; expected a protocol"),
    ],
)
def test_a_protocol_that_fits_no_brain_is_refused_before_any_trial(agents, options, message):
    with pytest.raises(InputError) as caught:
        compare(agents, 2, 500, BLINK, jobs=1, **options)
    assert message in str(caught.value)
