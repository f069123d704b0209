"""One page per registered environment, from its docstring."""

from __future__ import annotations

import inspect
import re
from typing import Any

import gymnasium
import numpy as np
from gymnasium.envs.registration import EnvSpec, load_env_creator

from site_pages.folder import Folder
from spikeworm_env import make_agent  # importing the package registers the ids
from spikeworm_env.envs.spaces import MUSCLES

PREFIX = "SpikeWorm/"
SHOWN_S = 20.0

PAGE = """\
# {name}

*Reference: an environment.*

```{{image}} {picture}
:alt: The environment, as it is rendered
:width: 420px
:align: center
```

|  |  |
|---|---|
| Make it | `gymnasium.make("spikeworm_env:{id}")` |
| Action | `{action}` |
| Observation | `{observation}` |
| Defined in | [`{module}`](../../../{file}) |

{docstring}
"""


def write(folder: Folder) -> None:
    """Write ``environments/NAME.md`` for every id."""
    for spec in environment_specs():
        name = page_name(spec)
        folder.image(f"environments/{name}.png", _picture(spec))
        folder.text(f"environments/{name}.md", page(spec))


def with_links(page: str) -> str:
    """A page in which ids at the beginning of table rows link to the pages of these environments."""
    for spec in environment_specs():
        page = page.replace(
            f"\n| `{spec.id}` |", f"\n| [`{spec.id}`](generated/environments/{page_name(spec)}.md) |"
        )
    return page


def environment_specs() -> list[EnvSpec]:
    """The project's environments, by id."""
    return [spec for name, spec in sorted(gymnasium.registry.items()) if name.startswith(PREFIX)]


def page_name(spec: EnvSpec) -> str:
    """Stem of the file name: ``chemotaxis`` for Chemotaxis-v0, ``chemotaxis_v1`` for Chemotaxis-v1."""
    return spec.name.lower() + ("" if spec.version in (0, None) else f"_v{spec.version}")


def page(spec: EnvSpec) -> str:
    """The page as Markdown."""
    creator = load_env_creator(spec.entry_point)
    env = gymnasium.make(spec, disable_env_checker=True)
    module = creator.__module__
    return PAGE.format(
        id=spec.id,
        name=spec.id.removeprefix(PREFIX),
        picture=f"{page_name(spec)}.png",
        action=_space(env.action_space),
        observation=_space(env.observation_space),
        module=module,
        file=module.replace(".", "/") + ".py",
        docstring=inspect.getdoc(creator),
    )


def _space(space: gymnasium.Space) -> str:
    """A space without the lists of bounds, which the docstring's table has."""
    return re.sub(r"\[[^\]]*\], ", "", str(space))


def _picture(spec: EnvSpec) -> np.ndarray:
    """A frame after ``SHOWN_S`` of the oracle's steering."""
    env = gymnasium.make(spec, render_mode="rgb_array", render_size=840, disable_env_checker=True)
    env.unwrapped.title = spec.id.removeprefix(PREFIX)  # type: ignore[attr-defined]
    agent: Any = make_agent("oracle")
    observation, info = env.reset(seed=4)
    agent.reset(seed=4, info=info)
    muscles = env.action_space.shape == MUSCLES.shape
    while info["time_s"] < SHOWN_S:
        action = agent.act(observation) if muscles else np.array(agent.steer(observation), np.float32)
        observation, *_, info = env.step(action)
        agent.learn(0.0, False, False, info)
    frame = env.render()
    env.close()
    return np.asarray(frame)
