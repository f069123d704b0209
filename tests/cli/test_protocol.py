"""``--protocol``: what is done to a brain, from a file, in run, compare and ablate."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

ONE = ("--seconds", 1, "--trials", 2, "--jobs", 1)
DONE = "silence body from 0.2 s"


@pytest.fixture
def protocol(here: Path) -> Path:
    file = here / "silence.json"
    entry = {"kind": "silence", "target": "body", "start_s": 0.2}
    file.write_text(json.dumps({"protocol": [entry]}), encoding="utf-8")
    return file


def test_run_carries_it_out_and_says_so(spikeworm, protocol):
    outcome = spikeworm("run", "crawler_v1", "--seconds", 1, "--render", "none", "--protocol", protocol)
    assert outcome.code == 0
    assert f"crawler_v1, crawler_v1:blind: {DONE}." in outcome.out
    assert " crawler_v1:without_protocol " in outcome.out
    (folder,) = Path("runs").iterdir()
    assert "_protocol-" in folder.name


def test_the_control_without_the_protocol_is_the_trial_without_the_option(spikeworm, protocol):
    call = ("run", "crawler_v1", "--seconds", 1, "--render", "none", "--json", "--controls")
    control = json.loads(spikeworm(*call, "without_protocol", "--protocol", protocol).out)["controls"]
    plain = json.loads(spikeworm(*call, "none").out)
    assert control["without_protocol"]["ci_time"] == plain["ci_time"]
    refused = spikeworm(*call, "without_protocol")
    assert refused.code == 2 and "without_protocol" in refused.err


def test_compare_tests_with_against_without(spikeworm, protocol):
    outcome = spikeworm(
        "compare",
        "crawler_v1",
        *ONE,
        "--controls",
        "without_protocol",
        "--protocol",
        protocol,
        "--json",
    )
    assert outcome.code == 0
    found = json.loads(outcome.out)
    assert found["agents"]["crawler_v1"]["conditions"] == [DONE]
    assert found["agents"]["crawler_v1:without_protocol"]["conditions"] == []
    assert found["agents"]["crawler_v1"]["p_vs_without_protocol"] is not None
    assert [entry["kind"] for entry in found["protocol"]] == ["silence"]


def test_ablate_makes_it_in_every_assay(spikeworm, protocol):
    call = ("ablate", "crawler_v1", "--lesion", "pirouette", "--assays", "touch", *ONE[2:], "--json")
    plain, silenced = json.loads(spikeworm(*call).out), spikeworm(*call, "--protocol", protocol)
    assert silenced.code == 0
    found = json.loads(silenced.out)
    assert found["conditions"] == [DONE]
    assert [row["intact"] for row in found["effects"]] != [row["intact"] for row in plain["effects"]]


@pytest.mark.parametrize("command", ["run", "compare", "ablate"])
def test_a_file_that_is_wrong_or_does_not_fit_is_one_line_and_nothing_is_written(command, spikeworm, here):
    entries = {
        "wrong.json": {"kind": "silence", "target": "body", "start_s": -1},
        "other.json": {"kind": "silence", "target": "bdy"},
    }
    for name, entry in entries.items():
        Path(name).write_text(json.dumps({"protocol": [entry]}), encoding="utf-8")
    spikeworm("compile", "crawler_v1")  # into the cache
    before = sorted(here.iterdir())
    out = ("--out", "results")
    wrong = spikeworm(command, "crawler_v1", *out, "--protocol", "wrong.json")
    assert wrong.err == (
        "spikeworm: wrong.json: protocol[0]: start_s is -1; expected a number from 0 to 86400\n"
    )
    other = spikeworm(command, "crawler_v1", *out, "--protocol", "other.json")
    assert "other.json: protocol[0]: unknown name of neurons 'bdy'; did you mean 'body'?" in other.err
    absent = spikeworm(command, "crawler_v1", *out, "--protocol", "absent.json")
    assert "absent.json" in absent.err
    assert [each.code for each in (wrong, other, absent)] == [2, 2, 2]
    assert sorted(here.iterdir()) == before


def test_it_has_no_effect_without_a_brain(spikeworm, protocol):
    outcome = spikeworm("run", "crawl", "--protocol", protocol)
    assert outcome.code == 2
    assert "--protocol has no effect for crawl, which has no brain" in outcome.err
