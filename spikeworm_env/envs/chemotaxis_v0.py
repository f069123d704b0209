"""The environment ``SpikeWorm/Chemotaxis-v0``."""

from __future__ import annotations

from spikeworm_env.envs.base import SpikeWormEnv


class ChemotaxisEnv(SpikeWormEnv):
    """A worm crawls on agar towards the smell of food.

    ## Description

    {body}

    An agent, usually a spiking brain, says which share of every muscle's motor neurons spikes per tick. The
    task is to get near food and stay there.

    ## Action Space

    {muscles}

    ## Observation Space

    {senses}

    ## Rewards

    {terms_head}
    {approach_term}
    {wall_term}

    ## Starting State

    {start}

    ## Episode End

    {end}

    ## Info

    {info}

    ## Arguments

    ```python
    import gymnasium
    import spikeworm_env

    env = gymnasium.make("SpikeWorm/Chemotaxis-v0", start_distance=20.0, sigma=12.0)
    ```

    {arguments_head}
    {arguments}

    {arguments_notes}

    ## Version History

    * v0: first version
    """
