"""Gymnasium's own recorder films a spiking worm.

    python docs/examples/record_video.py --out runs/film

Needs ``pip install spikeworm[rl]``, which brings the MoviePy that ``RecordVideo`` writes with. It keeps all
frames in memory; ``spikeworm_env.rendering.video.open_video`` does not.
"""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Final

import gymnasium
from gymnasium.wrappers import RecordVideo

from spikeworm_env import make_agent

STEP_TICKS: Final = 100  # a frame is filmed at every step,
FPS: Final = 25  # so that this is 2.5 times as fast as life


def main(arguments: list[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--brain", default="crawler_v1", help="a recipe, a brain file or an agent")
    parser.add_argument("--seconds", type=float, default=60.0, help="simulated time of an episode")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--out", type=Path, default=Path("runs/film"))
    given = parser.parse_args(arguments)

    env = gymnasium.make(
        "spikeworm_env:SpikeWorm/Chemotaxis-v0",
        render_mode="rgb_array",
        frame_skip=STEP_TICKS,
        duration_s=given.seconds,
    )
    env = RecordVideo(env, str(given.out), name_prefix=Path(given.brain).stem, fps=FPS)
    agent = make_agent(given.brain, frame_skip=STEP_TICKS)
    observation, info = env.reset(seed=given.seed)
    agent.reset(seed=given.seed, info=info)
    truncated = False
    while not truncated:
        observation, reward, terminated, truncated, info = env.step(agent.act(observation))
        agent.learn(float(reward), terminated, truncated, info)
    env.close()
    print(f"ci_time {info['ci_time']:.2f}; the film is in {given.out}")


if __name__ == "__main__":
    main()
