"""An option that has no effect for a call is refused in one line; what the user did not give is not."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from spikeworm_env.cli.commands import COMMANDS
from spikeworm_env.cli.effects import NoEffect

RUN = ("run", "crawl", "--ticks", 20)
STILL = (*RUN, "--render", "none")
ONE = ("crawler_v1", "--ticks", 20, "--trials", 1, "--jobs", 1)

REFUSED = {
    "zoom without pictures": ((*STILL, "--zoom", 3), "--zoom has no effect with --render none; drop it"),
    "the default zoom without pictures": ((*STILL, "--zoom", 1), "--zoom has no effect"),
    "camera without pictures": ((*STILL, "--follow"), "--follow has no effect with --render none"),
    "theme without pictures": ((*STILL, "--theme", "dark"), "--theme has no effect with --render none"),
    "panel without pictures": ((*STILL, "--no-panel"), "--no-panel has no effect with --render none"),
    "panel without a brain": ((*RUN, "--panel"), "--panel has no effect for crawl, which has no brain"),
    "jitter without a brain": ((*RUN, "--weight-jitter", 0.1), "--weight-jitter has no effect for crawl"),
    "jitter of several without": (
        ("compare", "crawl", "random", "--weight-jitter", 0.0),
        "--weight-jitter has no effect for crawl, random, which have no brain",
    ),
    "brain seed without a brain": ((*RUN, "--brain-seed", 42), "--brain-seed has no effect for crawl"),
    "brain seed of a file": (
        ("run", "mine.db", "--brain-seed", 42),
        "--brain-seed has no effect for mine.db",
    ),
    "brain seeds of a file": (
        ("ablate", "mine.db", "--brain-seeds", 1),
        "--brain-seeds has no effect for mi",
    ),
    "brain seed of a training": (("train", "mine.db", "--brain-seed", 1), "--brain-seed has no effect"),
    "brain seeds of a study": (("study", "mine.db", "--brain-seeds", 1), "--brain-seeds has no effect"),
    "brain seed of a block": (("inspect", "cpg", "--brain-seed", 1), "--brain-seed has no effect for cpg"),
    "controls without a brain": (("compare", "crawl", "--controls", "blind"), "--controls has no effect"),
    "blind oracle": (("run", "oracle", "--controls", "blind"), "--controls has no effect on oracle"),
    "address of this machine": (("compare", "crawl", "--address", "HOST:1"), "expected backend dask"),
    "record without a brain": ((*STILL, "--record", "a.csv"), "crawl has no brain"),
}


@pytest.mark.parametrize(("arguments", "line"), REFUSED.values(), ids=REFUSED.keys())
def test_an_option_without_effect_is_one_line_and_code_2(
    arguments: tuple, line: str, spikeworm: Callable, here: Path
) -> None:
    outcome = spikeworm(*arguments)
    assert (outcome.code, outcome.out, outcome.err.count("\n")) == (2, "", 1)
    assert line in outcome.err
    assert list(here.iterdir()) == []


TAKEN = {
    "defaults that are not given": STILL,
    "all controls of an agent": ("compare", "crawl", *ONE[1:], "--controls", "all"),
    "no controls": (*STILL, "--controls", "none"),
    "one brain among agents": ("compare", *ONE, "crawl", "--weight-jitter", 0.1, "--brain-seeds", "42"),
}


@pytest.mark.parametrize("arguments", TAKEN.values(), ids=TAKEN.keys())
def test_a_call_in_which_every_option_has_an_effect_runs(
    arguments: tuple, spikeworm: Callable, here: Path
) -> None:
    assert spikeworm(*arguments).code == 0


def test_an_option_without_effect_is_seen_by_what_was_given_not_by_its_value() -> None:
    """Every command's conditions can be asked with the defaults of all its options."""
    import inspect

    from spikeworm_env.cli.command import CONTEXT, with_single_options

    declared = 0
    for command in COMMANDS.values():
        parameters = inspect.signature(with_single_options(command.function)).parameters
        values = {name: each.default for name, each in parameters.items() if name != CONTEXT}
        call = {**values, **({"name": "crawl"} if "name" in values else {})}
        call |= {"names": ["crawl"]} if "names" in values else {}
        for each in parameters.values():
            for found in getattr(each.annotation, "__metadata__", ()):
                if isinstance(found, NoEffect):
                    declared += 1
                    assert found.reason(call) is None or isinstance(found.reason(call), str)
    assert declared >= 14
