r"""Makes the pictures in docs/images; the site's build makes all others.

    python docs/make_pictures.py worm path learning_curve training_episodes report trajectory result_plots \
        arena notebooks

Run from the repository's root; without a name it makes all.
"""

from __future__ import annotations

import argparse
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import gymnasium

from spikeworm_env import make_agent
from spikeworm_env.rendering.video import open_video

IMAGES = Path(__file__).parent.resolve() / "images"
BRAIN, SEED = "arena_v1", 1
SPIKEWORM = [sys.executable, "-m", "spikeworm_env"]
REPORT_PX = 1200
NOTEBOOK_PICTURES = {"poke_a_circuit": 1}  # number of the picture for the gallery; 0 if not named

RENDER_PX = 960  # twice the longest side of a GIF, so that its edges are smooth
FRAME_STEPS, FPS = 25, 12.5  # a frame every 0.25 s, shown for 0.08 s: three times real time


def worm() -> None:
    """``worm.gif``: a worm with a spiking brain crawls to the food."""
    env = gymnasium.make(
        "SpikeWorm/Chemotaxis-v0", start_distance=9.0, duration_s=45.0, render_mode="rgb_array",
        render_size=RENDER_PX, disable_env_checker=True,
    )  # fmt: skip
    agent = make_agent(BRAIN)
    observation, info = env.reset(seed=SEED)
    agent.reset(seed=SEED, info=info)
    truncated, steps = False, 0
    with open_video(IMAGES / "worm.gif", RENDER_PX, FPS) as video:
        while not truncated:
            if steps % FRAME_STEPS == 0:
                video.add(env.render())
            observation, reward, terminated, truncated, info = env.step(agent.act(observation))
            agent.learn(float(reward), terminated, truncated, info)
            steps += 1
    env.close()


def path() -> None:
    """``path.png``: paths of a spiking brain, its blind control and the oracle."""
    with TemporaryDirectory() as folder:
        subprocess.run([*SPIKEWORM, "run", BRAIN, "--render", "none", "--out", folder], check=True)
        shutil.copyfile(Path(folder) / "path.png", IMAGES / "path.png")


def learning_curve() -> None:
    """``learning_curve.png``: PPO learns to steer; takes minutes and needs the extra ``rl``."""
    with TemporaryDirectory() as folder:
        example = Path(__file__).parent / "examples" / "ppo_sb3.py"
        subprocess.run([sys.executable, str(example), "--out", folder], check=True)
        shutil.copyfile(Path(folder) / "curve.png", IMAGES / "learning_curve.png")


def training_episodes() -> None:
    """``training_episodes.png``: the figure of ``spikeworm train`` for the example in learning.md."""
    with TemporaryDirectory() as folder:
        file = Path(folder) / "learner.db"
        example = ["train", "learner_v1", "--out", str(file)]
        subprocess.run([*SPIKEWORM, *example], check=True)
        shutil.copyfile(f"{file}.png", IMAGES / "training_episodes.png")


def report() -> None:
    """``report.png``: parts of a report of ``compare`` in two columns; needs playwright and Chromium."""
    from PIL import Image
    from playwright.sync_api import sync_playwright

    compare = ["compare", "crawler_v1", "crawl", "random", "--controls", "blind,shuffled"]
    compare += ["--trials", "12", "--seconds", "60"]
    with TemporaryDirectory() as folder, sync_playwright() as play:
        subprocess.run([*SPIKEWORM, *compare, "--out", folder], check=True)
        browser = play.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        page = browser.new_page(viewport={"width": REPORT_PX, "height": REPORT_PX})
        page.goto((Path(folder) / "report.html").as_uri())
        page.evaluate("names => names.forEach(name => document.getElementById(name).parentElement.remove())",
                      ["distance", "mechanism", "again"])  # fmt: skip
        page.locator("#moment").evaluate(
            "moment => { moment.value = 0.43 * moment.max; moment.dispatchEvent(new Event('input')); }"
        )
        page.screenshot(path=Path(folder) / "page.png", full_page=True)
        cut = int(page.locator("#paths").bounding_box()["y"]) - 20
        browser.close()
        with Image.open(Path(folder) / "page.png") as whole:
            parts = (whole.crop((0, 0, whole.width, cut)), whole.crop((0, cut, whole.width, whole.height)))
            picture = Image.new("RGB", (2 * whole.width, max(part.height for part in parts)), "white")
            for column, part in enumerate(parts):
                picture.paste(part, (column * whole.width, 0))
        picture.resize((REPORT_PX, picture.height // 2), Image.Resampling.LANCZOS).save(
            IMAGES / "report.png", optimize=True
        )


def trajectory() -> None:
    """``trajectory.png``: the activity of ``crawler_v1`` along its first principal components."""
    from spikeworm_env import analysis, run_trial
    from spikeworm_env.reports.figure_style import default_style, new_figure, save_figure
    from spikeworm_env.trials.task import TRIALS

    trial = run_trial("crawler_v1", TRIALS["default"].with_changes(duration_s=60), seed=7, record="spikes")
    with default_style("trajectory.png"):
        figure = new_figure(6.5, 5.0)
        found = analysis.population_trajectory(trial)
        found.plot(figure.add_subplot(projection="3d"), colour=analysis.signal(trial, "head_bending"))
        save_figure(figure, IMAGES / "trajectory.png")


def result_plots() -> None:
    """``result_plots.png``: what ``plot`` of a trial, a comparison, a recording and a brain draws."""
    from spikeworm_env import compare, compile_recipe, run_trial
    from spikeworm_env.reports.figure_style import default_style, new_figure, save_figure
    from spikeworm_env.trials.task import TRIALS

    brain, minute = compile_recipe("crawler_v1"), TRIALS["default"].with_changes(duration_s=60)
    trial = run_trial(brain, minute, seed=7, record="spikes")
    found = compare([brain, "crawl"], 12, trial=minute, controls=["blind", "shuffled"])
    with default_style("result_plots.png"):
        figure = new_figure(13.0, 8.6)
        for each, axes in zip(
            (trial, found, trial.recording, brain), figure.subplots(2, 2).flat, strict=True
        ):
            each.plot(axes)
        save_figure(figure, IMAGES / "result_plots.png")


def arena() -> None:
    """``arena_activity.png`` and ``arena_wiring.png``: a trial of ``arena_v1``, and its components."""
    from PIL import Image

    with TemporaryDirectory() as folder:
        command = ["inspect", "arena_v1", "--trial-seconds", "90", "--out", folder]
        subprocess.run([*SPIKEWORM, *command], check=True)
        for name in ("activity", "wiring"):
            with Image.open(Path(folder) / f"{name}.png") as picture:
                few = picture.convert("RGB").quantize(128, dither=Image.Dither.NONE)
                few.save(IMAGES / f"arena_{name}.png", optimize=True)


def notebooks() -> None:
    """``notebook_NAME.png``: one picture of each notebook, for the gallery."""
    import matplotlib.pyplot as plt

    home = Path.cwd()
    for page in sorted((IMAGES.parent / "notebooks").glob("*.md")):
        cells = re.findall(r"```{code-cell} ipython3\n(.*?)```", page.read_text(encoding="utf-8"), re.DOTALL)
        names: dict[str, Any] = {"__name__": "notebook"}
        drawn = 0
        with TemporaryDirectory() as folder:
            os.chdir(folder)
            for cell in cells:
                exec(cell, names)
                for number in plt.get_fignums():
                    if drawn == NOTEBOOK_PICTURES.get(page.stem, 0):
                        file = IMAGES / f"notebook_{page.stem}.png"
                        plt.figure(number).savefig(file, dpi=70, bbox_inches="tight")
                    drawn += 1
                plt.close("all")
            os.chdir(home)


MAKERS = (
    worm,
    path,
    learning_curve,
    training_episodes,
    report,
    trajectory,
    result_plots,
    arena,
    notebooks,
)
PICTURES = {make.__name__: make for make in MAKERS}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("pictures", nargs="*", choices=[*PICTURES, []], metavar="|".join(PICTURES))
    for name in parser.parse_args().pictures or PICTURES:
        PICTURES[name]()


if __name__ == "__main__":
    main()
