"""Train RLlib's PPO on the worm. A starting point: the tests do not run it.

    pip install "ray[rllib]" torch && pip install -e . && python docs/examples/rllib.py

Ray pins a release of Gymnasium, so it needs its own virtual environment.
"""

from __future__ import annotations

from gymnasium.wrappers import NormalizeReward
from ray.rllib.algorithms.ppo import PPOConfig
from ray.tune.registry import register_env
from steering import make_env

ITERATIONS = 30
GAMMA = 0.99


def main() -> None:
    register_env("steering", lambda _: NormalizeReward(make_env(), gamma=GAMMA))
    config = (
        PPOConfig()
        .environment("steering")
        .env_runners(num_env_runners=2, num_envs_per_env_runner=4)
        .training(train_batch_size_per_learner=2048, minibatch_size=256, num_epochs=10, lr=3e-4, gamma=GAMMA)
    )
    algorithm = config.build_algo()
    for iteration in range(ITERATIONS):
        result = algorithm.train()
        print(iteration, result["env_runners"].get("episode_return_mean"))
    algorithm.stop()


if __name__ == "__main__":
    main()
