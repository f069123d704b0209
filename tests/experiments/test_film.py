"""A film of a trial: real time, shown by a notebook, saved, and without effect on the trial."""

from __future__ import annotations

import base64
import re

import numpy as np
import pytest

import spikeworm_env as sw
from spikeworm_env.errors import InputError
from spikeworm_env.rendering.video_time import FPS, FrameTimes
from spikeworm_env.trials.task import find_trial


@pytest.fixture(scope="module")
def film():
    return sw.watch("crawl", 1.0, seed=2)


def test_a_film_changes_nothing_of_its_trial(film):
    alone = sw.run_trial("crawl", find_trial("default").with_changes(duration_s=1.0), seed=2)
    np.testing.assert_array_equal(film.result.path, alone.path)


def test_a_notebook_shows_the_film_that_is_saved(film, tmp_path):
    saved = film.save(tmp_path / "worm")
    (data,) = re.findall(r"base64,([^\"]+)\"", film._repr_html_())
    assert base64.b64decode(data) == saved.read_bytes() == film.content
    assert saved.suffix == film.suffix and len(repr(film)) < 400


def test_a_film_is_saved_under_its_own_ending_alone(film, tmp_path):
    with pytest.raises(InputError, match=film.suffix):
        film.save(tmp_path / "worm.avi")
    assert not list(tmp_path.iterdir())


def test_a_film_that_is_too_large_for_a_notebook_is_not_put_into_it(film, monkeypatch):
    monkeypatch.setattr("spikeworm_env.experiments.film.MOST_MB", 0)
    assert "film.save" in film._repr_html_()


@pytest.mark.parametrize("step", [1, 10, 50, 130, 1000])
def test_frames_show_real_time_for_every_step(step):
    times = FrameTimes()
    frames = sum(times.due(tick) for tick in range(0, 10_000, step))
    assert abs(frames - 10 * FPS) <= max(1, step * FPS // 1000)


def test_a_film_shows_a_brain_with_its_protocol():
    silence = [sw.Silence("head", start_s=0.1, stop_s=0.4)]
    found = sw.watch("crawler_v1", 0.5, protocol=silence).result
    alone = sw.run_trial("crawler_v1", find_trial("default").with_changes(duration_s=0.5), protocol=silence)
    np.testing.assert_array_equal(found.path, alone.path)
    assert "silence" in found.provenance.text
