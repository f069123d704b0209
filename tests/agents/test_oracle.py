"""oracle: an upper bound that reaches the food at the speed of the other agents."""

import pytest

from spikeworm_env.agents import make_agent


@pytest.fixture(scope="module")
def results(trials):
    return trials(lambda: make_agent("oracle", frame_skip=10))


def test_the_oracle_reaches_the_food_directly(results):
    assert all(result.ci_time >= 0.6 and result.success for result in results)


def test_the_oracle_is_as_fast_as_the_crawler(results, whole_trials):
    """Both speeds are measured until the food is reached."""
    for oracle, crawled in zip(results, whole_trials, strict=True):
        assert oracle.speed_bl_per_s == pytest.approx(crawled.speed_bl_per_s, rel=0.1)
