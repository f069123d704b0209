"""What agents with a trained policy share: where it comes from."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import ClassVar

from spikeworm_env.agents.gaited import ActsBy, GaitedAgent
from spikeworm_env.agents.policy_file import Policy, load_policy
from spikeworm_env.world.scale import DEFAULT_FRAME_SKIP

SHIPPED = Path(__file__).parent / "policies"


class TrainedAgent(GaitedAgent):
    """Steers by what was learned before; it learns nothing more.

    Args:
        frame_skip, acts_by: see `GaitedAgent`.
        policy: a file, or one that was read; the shipped one when None. An agent is called as its file.

    Attributes:
        kind: the name of the agent that the policy must be for.
        shapes: of the policy's arrays.

    Raises:
        InputError: an option out of range, or a file that is not such a policy.
    """

    kind: ClassVar[str]
    shapes: ClassVar[Mapping[str, tuple[int, ...]]]

    def __init__(
        self,
        frame_skip: int = DEFAULT_FRAME_SKIP,
        acts_by: str = ActsBy.MUSCLES,
        policy: str | Path | Policy | None = None,
    ) -> None:
        super().__init__(frame_skip, acts_by)
        if not isinstance(policy, Policy):
            if policy is not None:
                self.name = Path(policy).stem
            policy = load_policy(policy or self.shipped(), self.kind, self.shapes)
        self.policy = policy

    @classmethod
    def shipped(cls) -> Path:
        """The file of the policy that comes with the package."""
        return SHIPPED / f"{cls.kind}.npz"
