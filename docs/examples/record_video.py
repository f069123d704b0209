"""Record a video of a spiking worm with Gymnasium's own `RecordVideo`.

    python docs/examples/record_video.py crawler_v1 --out runs/video

Needs ``pip install spikeworm[rl]``, which installs MoviePy for ``RecordVideo``. That wrapper keeps all
frames in memory; ``spikeworm_env.rendering.video.open_video`` does not.
"""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Final

import gymnasium
from gymnasium.wrappers import RecordVideo

from spikeworm_env import make_agent

STEP_TICKS: Final = 100  # a frame for each step: 10 a second


def main(arguments: list[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("name", nargs="?", default="crawler_v1", help="an agent, a recipe or a brain file")
    parser.add_argument("--seconds", type=float, default=60.0, help="simulated time of an episode")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--out", type=Path, default=Path("runs/video"))
    given = parser.parse_args(arguments)

    env = gymnasium.make(
        "spikeworm_env:SpikeWorm/Chemotaxis-v0",
        render_mode="rgb_array",
        frame_skip=STEP_TICKS,
        duration_s=given.seconds,
    )
    env = RecordVideo(env, str(given.out), name_prefix=Path(given.name).stem)
    agent = make_agent(given.name, frame_skip=STEP_TICKS)
    observation, info = env.reset(seed=given.seed)
    agent.reset(seed=given.seed, info=info)
    truncated = False
    while not truncated:
        observation, reward, terminated, truncated, info = env.step(agent.act(observation))
        agent.learn(float(reward), terminated, truncated, info)
    env.close()
    print(f"ci_time {info['ci_time']:.2f}; the video is in {given.out}")


if __name__ == "__main__":
    main()
