"""``python -m spikeworm_env.baselines linear | ppo --out FILE``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from spikeworm_env.baselines import linear as linear_training
from spikeworm_env.baselines import ppo as ppo_training
from spikeworm_env.cli import options
from spikeworm_env.cli.errors import OneLineErrors
from spikeworm_env.cli.outputs import check_folder
from spikeworm_env.cli.screen import print_files
from spikeworm_env.cli.written import check_new
from spikeworm_env.errors import InputError

if TYPE_CHECKING:
    from spikeworm_env.agents.trained import Policy

app = typer.Typer(
    cls=OneLineErrors,
    help="Train the policies of the baseline agents.",
    pretty_exceptions_enable=False,
    add_completion=False,
    context_settings={"help_option_names": ["-h", "--help"]},
    no_args_is_help=True,
)

Out = Annotated[Path, typer.Option("--out", help="Policy file to write (.npz).")]
Seed = Annotated[int, typer.Option("--seed", min=0, help="Seed of all random draws.")]


@app.command()
def linear(
    out: Out,
    seed: Seed = 0,
    steps: Annotated[
        int, typer.Option("--steps", min=1, help="Generations.")
    ] = linear_training.DEFAULT_STEPS,
    jobs: options.Jobs = None,
    force: options.Force = False,
) -> None:
    """Evolve the weights of `linear` with CMA-ES."""
    _check_out(out, force)
    _save(linear_training.train_linear(steps, seed, jobs=jobs, progress=True), out)


@app.command()
def ppo(
    out: Out,
    seed: Seed = 0,
    steps: Annotated[
        int, typer.Option("--steps", min=1, help="Decisions, summed over all worms.")
    ] = ppo_training.DEFAULT_STEPS,
    force: options.Force = False,
) -> None:
    """Train the network of `ppo` with stable-baselines3."""
    _check_out(out, force)
    _save(ppo_training.train_ppo(steps, seed, progress=True), out)


def _check_out(out: Path, force: bool) -> None:
    """Check that the policy can be written.

    Raises:
        InputError: the file is there, has another suffix, or its folder cannot be written to.
    """
    if out.suffix != ".npz" or out.is_dir():
        raise InputError(f"--out: {out}: expected the name of a file that ends with .npz")
    check_folder(out.parent)
    check_new([out], force)


def _save(policy: Policy, out: Path) -> None:
    from spikeworm_env.agents.trained import save_policy

    out.parent.mkdir(parents=True, exist_ok=True)
    save_policy(policy, out)
    print_files([out])


if __name__ == "__main__":
    app(prog_name="python -m spikeworm_env.baselines")
