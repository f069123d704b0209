"""PPO of stable-baselines3 trains the agent ``ppo`` (Schulman et al. 2017, arXiv:1707.06347)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from spikeworm_env.agents.ppo import CLIP, HIDDEN, Ppo
from spikeworm_env.agents.trained import Policy
from spikeworm_env.baselines.decision_env import Decisions
from spikeworm_env.baselines.training import (
    MOST_STEPS,
    Progress,
    import_optional,
    provenance,
    training_progress,
)
from spikeworm_env.checks import whole
from spikeworm_env.progress import check_progress

if TYPE_CHECKING:
    from stable_baselines3 import PPO
    from stable_baselines3.common.vec_env import VecNormalize

MAX_TORCH_SEED: Final = 2**32 - 1  # stable-baselines3 seeds NumPy's global generator with it
DEFAULT_STEPS: Final = 200_000  # decisions, summed over all worms
WORMS: Final = 8
SETTINGS: Final[Mapping[str, Any]] = {
    "n_steps": 256,
    "batch_size": 256,
    "n_epochs": 10,
    "gamma": 0.99,
    "gae_lambda": 0.95,
}
INITIAL_LEARNING_RATE: Final = 3e-4  # decreases linearly to 0
INITIAL_LOG_STD: Final = -0.5


def train_ppo(
    steps: int = DEFAULT_STEPS,
    seed: int = 0,
    *,
    progress: Progress = None,
    **arena: Any,
) -> Policy:
    """Train a policy.

    Args:
        steps: decisions, summed over all worms; rounded up to whole rounds of 256 decisions of each worm.
        seed: of all random draws, 0 to 2**32 - 1.
        progress: None: shown if it takes longer than 2 s; True: at once; False: never; see
            `spikeworm_env.progress`. Or a function, see `training.Report`.
        **arena: arguments of ``SpikeWorm/Steering-v0``.

    Raises:
        InputError: a number out of its range, or the package is not installed.
    """
    model, worms = train(steps, seed, progress, **arena)
    packages = ["stable-baselines3", "torch"]
    about = provenance(seed, steps, packages, worms=WORMS, learning_rate=INITIAL_LEARNING_RATE, **SETTINGS)
    return export(model, worms, about)


def train(steps: int, seed: int, progress: Progress, **arena: Any) -> tuple[PPO, VecNormalize]:
    """The trained model and its environments, which hold the scale of the senses."""
    check_progress(progress, callback=True)
    steps, seed = whole("steps", steps, 1, MOST_STEPS), whole("seed", seed, 0, MAX_TORCH_SEED)
    sb3 = import_optional("stable_baselines3", "stable-baselines3")
    from stable_baselines3.common.vec_env import DummyVecEnv, VecMonitor, VecNormalize

    import_optional("torch", "torch").set_num_threads(1)  # the network is small
    streams = np.random.default_rng(seed).spawn(WORMS)
    bare = DummyVecEnv([lambda rng=rng: Decisions(rng, **arena) for rng in streams])
    worms = VecNormalize(VecMonitor(bare, info_keywords=("ci_time",)), gamma=SETTINGS["gamma"], clip_obs=CLIP)
    model = sb3.PPO(
        "MlpPolicy",
        worms,
        learning_rate=lambda left: INITIAL_LEARNING_RATE * left,
        policy_kwargs={"net_arch": list(HIDDEN), "log_std_init": INITIAL_LOG_STD},
        seed=seed,
        device="cpu",
        **SETTINGS,
    )

    with training_progress("ppo", steps, progress) as report:

        def after_step(local: dict[str, Any], _: dict[str, Any]) -> bool:
            episodes = [episode["ci_time"] for episode in model.ep_info_buffer]
            report(model.num_timesteps, float(np.mean(episodes)) if episodes else None)
            return True

        model.learn(steps, callback=after_step)
    return model, worms


def export(model: PPO, worms: VecNormalize, about: Mapping[str, Any]) -> Policy:
    """The policy network of a model and the scale of its senses, as plain arrays."""
    hidden = [model.policy.mlp_extractor.policy_net[2 * layer] for layer in range(len(HIDDEN))]
    arrays = {"mean": worms.obs_rms.mean, "scale": 1.0 / np.sqrt(worms.obs_rms.var + worms.epsilon)}
    for layer, linear in enumerate([*hidden, model.policy.action_net]):
        arrays |= {
            f"weight_{layer}": linear.weight.detach().numpy(),
            f"bias_{layer}": linear.bias.detach().numpy(),
        }
    return Policy(Ppo.kind, {name: array.astype(np.float32) for name, array in arrays.items()}, about)
