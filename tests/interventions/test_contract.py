"""The contract of every registered intervention, and of one from a temporary folder."""

from __future__ import annotations

import json
import pickle
from dataclasses import FrozenInstanceError, fields

import pytest

from spikeworm_env import resources
from spikeworm_env.errors import InputError, RecipeError
from spikeworm_env.interventions import INTERVENTIONS, Intervention
from spikeworm_env.interventions._fields import kinds
from spikeworm_env.interventions._protocol import (
    SCHEMA_FILE,
    load_protocol,
    schema_text,
    to_dict,
    write_schema,
)

EVERY_KIND = {
    "protocol": [
        {
            "kind": "stimulate",
            "target": "klinotaxis",
            "current": 5.0,
            "start_s": 10,
            "stop_s": 12,
            "waveform": {"kind": "pulses", "width_ms": 5, "rate_hz": 20},
        },
        {"kind": "silence", "target": "pirouette", "start_s": 20, "stop_s": 40},
        {"kind": "clamp", "target": "head.dorsal_in", "voltage_mv": -65, "start_s": 5, "stop_s": 6},
        {"kind": "lesion", "target": "klinotaxis -> head", "share": 1.0, "at_s": 60},
        {"kind": "scale", "target": "pirouette -> head", "factor": 0.5, "at_s": 70},
        {"kind": "set_weights", "target": "klinotaxis -> head", "weight": 12.0, "at_s": 75},
        {
            "kind": "drug",
            "target": {"synapse_type": "gap_junction"},
            "factor": 0.0,
            "start_s": 80,
            "stop_s": 85,
        },
        {"kind": "drug", "target": {"receptor": "odour_change"}, "factor": 0.5, "start_s": 80, "stop_s": 85},
        {"kind": "reward", "amount": 1.0, "at_s": 86},
        {
            "kind": "stimulate",
            "target": "pirouette",
            "current": 8.0,
            "when": {"channel": "concentration_change", "below": 0.0, "for_s": 0.2},
        },
    ]
}

TOY = '''
"""Faster: all synapses of a type act twice as much."""

from dataclasses import dataclass
from typing import ClassVar

from spikeworm_env.interventions._intervention import Effect, Lasting
from spikeworm_env.interventions._target import Subject, TypeOrReceptor


@dataclass(frozen=True)
class Double(Lasting):
    """All currents of a synapse type are doubled."""

    name: ClassVar[str] = "double"
    target: TypeOrReceptor

    @property
    def what(self):
        return f"double {self.target}"

    def bind(self, subject: Subject):
        return Effect(lambda brain: brain.drug(self.target.name, 2.0))


INTERVENTION = Double
'''


def entry(kind: str) -> dict:
    return next(each for each in EVERY_KIND["protocol"] if each["kind"] == kind)


@pytest.fixture(params=list(INTERVENTIONS))
def value(request) -> Intervention:
    return INTERVENTIONS[request.param].from_dict(entry(request.param))


def test_a_value_is_immutable_hashable_and_survives_json_and_pickle(value):
    with pytest.raises(FrozenInstanceError):
        value.name = "other"
    assert type(value).from_dict(json.loads(json.dumps(value.to_dict()))) == value
    assert pickle.loads(pickle.dumps(value)) == value
    assert hash(value) == hash(type(value).from_dict(value.to_dict()))


def test_a_value_says_in_one_line_what_is_done_and_when(value):
    assert "\n" not in value.text
    assert any(word in value.text for word in (" s", "throughout"))


def test_every_field_says_what_it_may_be_and_refuses_what_it_may_not(value):
    assert len(kinds(type(value))) == len(fields(value))
    for field, kind in kinds(type(value)):
        assert kind.schema()
        with pytest.raises(InputError, match=field.name):
            type(value).from_dict({**value.to_dict(), field.name: object()})


def test_unknown_missing_and_misspelt_keys_are_refused(value):
    content = value.to_dict()
    with pytest.raises(InputError, match="unknown key 'colour'"):
        type(value).from_dict({**content, "colour": 1})
    required = kinds(type(value))[0][0].name
    del content[required]
    with pytest.raises(InputError, match=f"key '{required}' is missing"):
        type(value).from_dict(content)


def test_an_intervention_from_a_folder_is_read_from_json_and_is_in_the_schema(tmp_path):
    (tmp_path / "double.py").write_text(TOY, encoding="utf-8")
    with INTERVENTIONS.including(tmp_path):
        (found,) = load_protocol([{"kind": "double", "target": {"synapse_type": "fixed"}, "stop_s": 2}])
        assert found.text == "double synapse type fixed from 0 to 2 s"
        assert '"double"' in schema_text()
    assert '"double"' not in schema_text()


# ---- protocols ------------------------------------------------------------------------------------------
def test_a_protocol_of_every_kind_is_the_same_from_file_list_and_dict(tmp_path):
    file = tmp_path / "all.json"
    file.write_text(json.dumps(EVERY_KIND), encoding="utf-8")
    protocol = load_protocol(file)
    assert {type(each) for each in protocol} == set(INTERVENTIONS.values())
    assert (
        protocol
        == load_protocol(str(file))
        == load_protocol(EVERY_KIND)
        == load_protocol(EVERY_KIND["protocol"])
        == load_protocol(protocol)
        == load_protocol(to_dict(protocol))
    )
    assert load_protocol([]) == ()


def test_the_committed_schema_is_current_and_accepts_every_kind(tmp_path):
    folder, name = SCHEMA_FILE.split("/")
    text = (resources.shipped(folder) / name).read_text(encoding="utf-8")
    assert text == schema_text() == write_schema(tmp_path).read_text(encoding="utf-8"), (
        "run spikeworm_env.interventions._protocol.write_schema()"
    )
    jsonschema = pytest.importorskip("jsonschema")
    check = jsonschema.Draft202012Validator(json.loads(text))
    assert check.is_valid(EVERY_KIND)
    for wrong in ({"kind": "silence"}, {"kind": "silence", "target": "a", "start_s": -1}, {"kind": "burn"}):
        assert not check.is_valid({"protocol": [wrong]})


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"kind": "stim", "target": "a"}, "unknown kind 'stim'; did you mean 'stimulate'?"),
        ({"target": "a"}, "key 'kind' is missing"),
        (
            {"kind": "scale", "target": "a -> b", "factor": -1},
            "factor is -1; expected a number from 0 to 1e+09",
        ),
        (
            {"kind": "silence", "target": "a", "stop_s": 0.0004},
            "stop_s is 0.0004; expected at least one",
        ),
        (
            {"kind": "stimulate", "target": "a", "when": {"channel": "concentration"}},
            "when: below is None, above is None; expected one of the two",
        ),
        (
            {
                "kind": "stimulate",
                "target": "a",
                "waveform": {"kind": "pulses", "width_ms": 60, "rate_hz": 20},
            },
            "waveform: width_ms is 60; expected at most 50",
        ),
        ({"kind": "drug", "target": "a", "factor": 1}, "target is 'a'; expected {'synapse_type': NAME}"),
        ({"kind": "lesion", "target": "a", "share": 0}, "share is 0; expected a number above 0"),
        (7, "7 is no intervention"),
    ],
)
def test_an_error_names_file_entry_field_value_and_expectation(wrong, message, tmp_path):
    file = tmp_path / "wrong.json"
    file.write_text(json.dumps({"protocol": [entry("silence"), wrong]}), encoding="utf-8")
    with pytest.raises(RecipeError) as caught:
        load_protocol(file)
    assert str(caught.value).startswith("wrong.json: protocol[1]: ")
    assert message in str(caught.value)
    with pytest.raises(InputError) as caught:
        load_protocol([entry("silence"), wrong])
    assert str(caught.value).startswith("protocol[1]: ")


@pytest.mark.parametrize("wrong", [{}, {"protocl": []}, {"protocol": {}}, {"protocol": "a"}, 3, b"x", None])
def test_what_is_no_protocol_is_one_typed_error(wrong):
    with pytest.raises(InputError, match="expected"):
        load_protocol(wrong)
