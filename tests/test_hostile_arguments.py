"""Hostile values for the arguments of public functions and the options of commands: one line, or a result.

``python -m benchmarks.hostile_arguments`` and ``python -m benchmarks.hostile_commands`` try every value.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from benchmarks import hostile_arguments, hostile_commands
from benchmarks.hostile_values import TEXTS, VALUES
from spikeworm_env.errors import SpikeWormError, shown

FEW = settings(
    max_examples=120, derandomize=True, database=None, suppress_health_check=[HealthCheck.too_slow]
)

arguments = st.deferred(
    lambda: st.sampled_from(
        [(name, each) for name, target in hostile_arguments.targets().items() for each in target.arguments]
    )
)
values = (
    st.sampled_from(VALUES)
    | st.text(max_size=300)
    | st.lists(st.none() | st.floats() | st.text(), max_size=3)
)
options = st.sampled_from(
    [(name, each) for name, every in hostile_commands.options().items() for each in every]
)
texts = st.sampled_from(TEXTS) | st.text(
    st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=9
)


@pytest.fixture(scope="module", autouse=True)
def folder() -> Iterator[None]:
    with hostile_arguments.scratch():
        yield


@FEW
@given(argument=arguments, value=values)
def test_a_hostile_argument_is_one_typed_line_or_a_result(argument, value):
    name, parameter = argument
    found = hostile_arguments.fault(hostile_arguments.targets()[name], parameter, value)
    assert found is None, f"{name}({parameter}={shown(value)}): {found}"


@settings(FEW, max_examples=40)
@given(option=options, text=texts)
def test_a_hostile_command_line_is_one_line_and_leaves_nothing(option, text):
    hostile_commands.clear()
    line = hostile_commands.line_of(*option, text)
    found = hostile_commands.fault(line)
    assert found is None, f"{line}: {found}"


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (OverflowError("int too large"), "OverflowError"),
        (SpikeWormError("seed is\n1"), None),
        (SpikeWormError("other is 1"), "does not name seed"),
        (SpikeWormError(f"seed is {'x' * 400}"), "characters"),
    ],
)
def test_a_raw_error_and_a_message_without_the_name_are_faults(error, said):
    def function(seed):
        raise error

    found = hostile_arguments.fault(hostile_arguments.Target(function), "seed", 1)
    assert found is said is None or said in found


def test_an_unforeseen_exception_of_a_command_is_a_fault(monkeypatch):
    monkeypatch.setattr("spikeworm_env.cli.errors.OneLineErrors.invoke", lambda self, context: 1 / 0)
    line = ["list", "agents"]
    assert "internal error: ZeroDivisionError" in hostile_commands.fault(line)
    monkeypatch.setenv("SPIKEWORM_TRACEBACK", "1")
    with pytest.raises(ZeroDivisionError):
        hostile_commands.fault(line)
