"""The report in a real browser. Needs ``pip install playwright`` and a Chromium; skipped without."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from spikeworm_env.experiments.comparison.compare import compare
from spikeworm_env.experiments.comparison.comparison import Comparison
from spikeworm_env.reports.html.document import report_html
from spikeworm_env.trials.task import Trial
from spikeworm_env.world.arena import concentration_on_grid

playwright = pytest.importorskip("playwright.sync_api")
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="no Chromium is installed")

SCREENS = {"phone": (360, 740), "desk": (1280, 900)}
ARENA = "document.getElementById('arena').toDataURL()"
CLOCK = "parseFloat(document.getElementById('clock').textContent)"


@pytest.fixture(scope="module")
def done() -> Comparison:
    return compare(["crawl", "random"], 10, 500, Trial("walk", duration_s=8.0), jobs=1, frame_skip=10)


@pytest.fixture(scope="module")
def address(done: Comparison, tmp_path_factory: pytest.TempPathFactory) -> str:
    file = tmp_path_factory.mktemp("page") / "a report.html"
    file.write_text(report_html(done), encoding="utf-8")
    return file.as_uri()


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    with playwright.sync_playwright() as play:
        browser = play.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture
def view(browser: Any, address: str) -> Iterator[Any]:
    """The page, open; in the end it must have had no error and asked for nothing but itself."""
    context = browser.new_context(viewport={"width": 1280, "height": 900}, color_scheme="light")
    view, faults, asked = context.new_page(), [], []
    view.on("console", lambda message: faults.append(message.text))
    view.on("pageerror", lambda error: faults.append(str(error)))
    view.on("request", lambda request: asked.append(request.url))
    view.clock.install(time=0)
    view.goto(address)
    view.clock.pause_at(1000)  # from here on time passes only in `run_for`, however busy the machine is
    yield view
    context.close()
    assert faults == []
    assert [url for url in asked if not url.startswith("data:")] == [address]


def test_replay_plays_to_its_end_and_stops(view: Any) -> None:
    assert view.evaluate(CLOCK) == 0.0
    before = view.evaluate(ARENA)
    view.select_option("#speed", "10")
    view.click("#play")
    view.clock.run_for(400)
    assert view.text_content("#play") == "Pause"
    assert 3.5 < view.evaluate(CLOCK) <= 4.0  # ten times as fast as time passes, from its first frame on
    view.clock.run_for(600)
    assert view.text_content("#play") == "Play"
    assert view.evaluate(CLOCK) == 8.0
    assert view.evaluate(ARENA) != before


def test_pause_holds_the_moment(view: Any) -> None:
    view.click("#play")
    view.clock.run_for(1000)
    held = view.evaluate(CLOCK)
    view.click("#play")
    view.clock.run_for(1000)
    assert view.evaluate(CLOCK) == held > 0


def test_keys_seek(view: Any) -> None:
    before = view.evaluate(ARENA)
    view.focus("#moment")
    view.keyboard.press("End")
    assert view.evaluate(CLOCK) == 8.0
    view.keyboard.press("ArrowLeft")
    assert view.evaluate(CLOCK) == 7.9
    assert view.evaluate(ARENA) != before


def test_each_row_and_trial_can_be_chosen(view: Any) -> None:
    seen = set()
    for row in range(3):
        view.select_option("#row", str(row))
        for trial in range(3):
            view.select_option("#trial", str(trial))
            seen.add(view.evaluate(ARENA))
    assert len(seen) >= 6  # rows share arenas, so two views may be of one seed's start


@pytest.mark.parametrize("screen", SCREENS)
def test_page_is_no_wider_than_the_screen(screen: str, view: Any) -> None:
    width, height = SCREENS[screen]
    view.set_viewport_size({"width": width, "height": height})
    assert view.evaluate("document.scrollingElement.scrollWidth") <= width


def test_dark_mode_turns_page_and_canvas_dark(view: Any) -> None:
    pixel = "Array.from(document.getElementById('arena').getContext('2d').getImageData(0, 0, 1, 1).data)"
    ground = "getComputedStyle(document.body).backgroundColor"
    light = view.evaluate(ground)
    view.emulate_media(color_scheme="dark")
    view.clock.run_for(50)
    assert max(view.evaluate(pixel)[:3]) < 50
    assert view.evaluate(ground) != light


def test_paper_is_light_and_has_no_controls(view: Any) -> None:
    view.emulate_media(media="print", color_scheme="dark")
    assert view.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
    assert not view.is_visible("#play")


def test_script_computes_body_and_concentration_as_the_package_does(view: Any, done: Comparison) -> None:
    result = done.results["crawl"][0]
    arguments = [result.path[-1].tolist(), float(result.heading[-1]), result.posture[-1].tolist()]
    nodes = np.array(view.evaluate("(given) => bodyNodes(...given)", arguments))
    middles = (nodes[1:] + nodes[:-1]) / 2
    assert middles.mean(axis=0) == pytest.approx(result.centre[-1], abs=1e-5)
    foods = np.array(((1.0, 2.0, 1.0, 8.0), (-3.0, 4.0, 1.0, 5.0)))
    found = view.evaluate("(foods) => concentration(foods, 0.5, -2)", foods[:, (0, 1, 3)].tolist())
    assert found == pytest.approx(
        float(concentration_on_grid(foods, np.array((0.5,)), np.array((-2.0,)))[0, 0])
    )


def test_page_opens_from_a_folder_with_spaces(view: Any) -> None:
    assert Path(view.url).name == "a%20report.html"
    assert view.inner_text("h1").startswith(("crawl ", "No evidence"))
