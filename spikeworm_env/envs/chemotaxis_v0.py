"""The environment ``SpikeWorm/Chemotaxis-v0``."""

from __future__ import annotations

from spikeworm_env.envs.base import SpikeWormEnv


class ChemotaxisEnv(SpikeWormEnv):
    """A worm crawls on agar towards food, guided by the concentration of an odour.

    ## Description

    A worm of 24 links lies on its side in a round arena. Muscles bend the joints; the drag of the agar, forty
    times as strong across the body as along it, turns bending into crawling. Food is the source of an odour,
    whose concentration is `food_peak * exp(-d^2 / (2 * sigma^2))` at distance d. Lengths are in body lengths
    (BL), times in seconds; one tick is 1 ms and a step is `frame_skip` ticks.

    The action is the share of every muscle's motor neurons that spikes per tick, usually the output of a
    spiking brain. The task is to get near food and stay there.

    ## Action Space

    `Box(0, 1, (2, 24), float32)`: the share of a muscle's motor neurons that spike per tick, averaged over
    the step. Each spike adds 0.86 to a muscle's activation, which decays with a time constant of 100 ms.
    Values outside of 0..1 are clipped; any floating point type is accepted; NaN, infinity, another type or
    another shape raises `ActionError` (a `ValueError`) and changes nothing.

    | Row | Columns | Name            | Min | Max | Unit                   |
    |-----|---------|-----------------|-----|-----|------------------------|
    | 0   | 0..23   | dorsal muscles  | 0   | 1   | spikes / neuron / tick |
    | 1   | 0..23   | ventral muscles | 0   | 1   | spikes / neuron / tick |

    Columns run from head to tail. A crawling worm uses about 0.01.

    ## Observation Space

    `Box((77,), float32)`. The bounds of concentrations are those of one food of peak 1; in general they are
    `n_foods * food_peak`.

    | Index  | Name                | Min | Max | Unit                                                  |
    |--------|---------------------|-----|-----|-------------------------------------------------------|
    | 0      | concentration       | 0   | 1   | food peaks, at the head tip                           |
    | 1      | concentration_left  | 0   | 1   | food peaks, 0.04 BL to the left of the head tip       |
    | 2      | concentration_right | 0   | 1   | food peaks, 0.04 BL to the right                      |
    | 3      | adapted_change      | -1  | 1   | food peaks: concentration less its running mean (1 s) |
    | 4      | head_touch          | 0   | 1   | 1 - exp(-force / 0.5) of the wall on the front third  |
    | 5      | tail_touch          | 0   | 1   | the same on the rear third                            |
    | 6..28  | joint_angle         | -pi | pi  | rad, head to tail, positive: dorsal side concave      |
    | 29..52 | dorsal_activation   | 0   | 1   | 1 - exp(-activation), head to tail                    |
    | 53..76 | ventral_activation  | 0   | 1   | the same                                              |

    `env.unwrapped.layout` holds the indices by name. With `observation="dict"` each name is a key, and its
    value a float32 vector. The worm bends in the plane of left and right: its dorsal side is its right-hand
    side. (A real worm on agar lies on its side and has no left and right sensors in that plane; the two are a
    robot's.) With `noise`, normal noise is added to the concentrations in each step, and the sum is clipped
    to the bounds.

    ## Rewards

    The reward is the sum of the terms in `info["reward_terms"]`:

    | Term     | Value                                                                      |
    |----------|----------------------------------------------------------------------------|
    | approach | change of the concentration at the head over the step; sums to end - start |
    | wall     | -0.1 per second in which any part of the body touches the wall             |

    ## Starting State

    The first food is drawn uniformly over the part of the arena at least 3 BL from the wall, the start
    uniformly over the places at `start_distance` from it that are as far from the wall; the distance is the
    same for every seed. Further foods are not nearer. The worm is straight and relaxed; its heading is
    uniform. `reset(options=...)` takes `position` (x, y), `heading_rad` and `food` [(x, y), ...]; options
    that are not given are drawn as before.

    ## Episode End

    Never terminated: a worm at food may stay there. Truncated after `duration_s`; the last step is shorter if
    `frame_skip` does not divide it. A step after that needs a reset.

    ## Info

    | Key            | Value                                               |
    |----------------|-----------------------------------------------------|
    | tick           | ticks since the reset                               |
    | time_s         | the same in seconds                                 |
    | frame_skip     | ticks in a step                                     |
    | position       | (2,) head tip, BL; the arena's centre is the origin |
    | heading_rad    | direction in which the head points                  |
    | distance       | from the head tip to the nearest food, BL           |
    | concentration  | at the head tip, food peaks                         |
    | food           | (k, 2) positions of the foods, BL                   |
    | reward_terms   | the terms of this step's reward by name             |
    | ci_time        | 1 - mean distance / start distance, since the reset |
    | ci_net         | (start distance - distance) / start distance        |
    | ci_clipped     | mean of max(0, 1 - distance / start distance)       |
    | min_distance   | least distance since the reset, BL                  |
    | start_distance | distance at the reset, BL                           |
    | success        | whether the least distance is 1 BL or less          |

    ## Arguments

    ```python
    import gymnasium
    import spikeworm_env

    env = gymnasium.make("SpikeWorm/Chemotaxis-v0", start_distance=20.0, sigma=12.0)
    ```

    | Argument       | Default | Unit  | Meaning                                                         |
    |----------------|---------|-------|-----------------------------------------------------------------|
    | start_distance | 12.0    | BL    | from the head to the nearest food at the reset                  |
    | sigma          | 8.0     | BL    | width of a food's Gaussian, 0.01 to 1e6                         |
    | n_foods        | 1       |       | foods in the arena, 1 to 100; their concentrations add          |
    | food_peak      | 1.0     |       | concentration at a food, 1e-6 to 1e6                            |
    | food_position  | None    | BL    | (x, y) of the first food, or a list; None: drawn at every reset |
    | duration_s     | 90.0    | s     | simulated time of an episode, 0.001 to 86400                    |
    | frame_skip     | 10      | ticks | ticks per step, 1 to 1e6; 1 is lock-step                        |
    | arena_radius   | 30.0    | BL    | of the round wall, 5 to 1000                                    |
    | drag_ratio     | 40.0    |       | normal / tangential, 1 to 1e6; 40 on agar, 1.5 to 2 in liquid   |
    | observation    | 'flat'  |       | "flat" for one vector, "dict" for a dict of vectors by channel  |
    | noise          | 0.0     |       | standard deviation on concentrations, food peaks, 0 to 1e6      |
    | render_mode    | None    |       | None, "human" (a window in real time) or "rgb_array"            |
    | render_size    | 800     | px    | side of a frame, 240 to 4096                                    |

    `InputError` (a `ValueError`) names an argument that is out of its range. `env.unwrapped.get_state()`
    returns a snapshot and `set_state()` restores it; the same actions then give the same results bit for bit.

    ## Version History

    * v0: first version
    """
