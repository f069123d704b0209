"""Makes the pictures in docs/images; the site's build makes all others.

    python docs/make_pictures.py worm path learning_curve training_episodes

Run from the repository's root; without a name it makes all.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
from pathlib import Path
from shutil import copyfile
from tempfile import TemporaryDirectory

import gymnasium

from spikeworm_env import make_agent
from spikeworm_env.rendering.video import open_video

IMAGES = Path(__file__).parent / "images"
BRAIN, SEED = "arena_v1", 1

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
    spikeworm = [sys.executable, "-c", "from spikeworm_env.cli import main; main()"]
    with TemporaryDirectory() as folder:
        subprocess.run([*spikeworm, "run", BRAIN, "--render", "none", "--out", folder], check=True)
        copyfile(Path(folder) / "path.png", IMAGES / "path.png")


def learning_curve() -> None:
    """``learning_curve.png``: PPO learns to steer; takes minutes and needs the extra ``rl``."""
    with TemporaryDirectory() as folder:
        example = Path(__file__).parent / "examples" / "ppo_sb3.py"
        subprocess.run([sys.executable, str(example), "--out", folder], check=True)
        copyfile(Path(folder) / "curve.png", IMAGES / "learning_curve.png")


def training_episodes() -> None:
    """``training_episodes.png``: the figure of ``spikeworm train`` for the example in learning.md."""
    spikeworm = [sys.executable, "-c", "from spikeworm_env.cli import main; main()"]
    with TemporaryDirectory() as folder:
        file = Path(folder) / "learner.db"
        example = ["train", "learner_v1", "--out", str(file)]
        subprocess.run([*spikeworm, *example], check=True)
        copyfile(f"{file}.png", IMAGES / "training_episodes.png")


PICTURES = {make.__name__: make for make in (worm, path, learning_curve, training_episodes)}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("pictures", nargs="*", choices=[*PICTURES, []], metavar="|".join(PICTURES))
    for name in parser.parse_args().pictures or PICTURES:
        PICTURES[name]()


if __name__ == "__main__":
    main()
