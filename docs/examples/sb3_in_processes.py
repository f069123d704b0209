"""Worms of stable-baselines3 in several processes.

    python docs/examples/sb3_in_processes.py --envs 4

Needs ``pip install spikeworm[rl]``. The prefix ``spikeworm_env:`` of the id makes every process import the
package; the main guard keeps the processes from running the script again.
"""

from __future__ import annotations

import argparse

import numpy as np
from stable_baselines3.common.env_util import make_vec_env
from stable_baselines3.common.vec_env import SubprocVecEnv


def main(arguments: list[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--envs", type=int, default=2, help="processes with a worm each")
    given = parser.parse_args(arguments)
    envs = make_vec_env(
        "spikeworm_env:SpikeWorm/Steering-v0",
        n_envs=given.envs,
        seed=0,
        vec_env_cls=SubprocVecEnv,
        env_kwargs={"frame_skip": 500, "duration_s": 10.0},
    )
    total, done = np.zeros(given.envs), False
    envs.reset()
    while not done:
        _, rewards, dones, infos = envs.step(np.tile((0.0, 1.0), (given.envs, 1)))
        total, done = total + rewards, dones.all()
    envs.close()
    for i, info in enumerate(infos):
        print(f"worm {i}: reward {total[i]:.3f} in {info['episode']['l']} decisions")


if __name__ == "__main__":
    main()
