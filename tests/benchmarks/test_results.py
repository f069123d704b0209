"""Rows become JSON and a page; other simulators and the profile say what they measure or why they cannot."""

import json
import platform
import sys

import pytest

from benchmarks import __main__ as report
from benchmarks import growth, profile, results
from benchmarks.networks import random_network
from benchmarks.phases import MACHINES, time_phases
from benchmarks.simulators import rows as simulators
from benchmarks.simulators.export import write
from benchmarks.timing import Effort, Row
from spikeworm_env.engine.brain import Brain

TINY = Effort(repeats=2, ticks=20, warm_up=10)
CIRCUMSTANCES = {
    "machine": "M",
    "load": "1.0, 2.0",
    "versions": "numpy 2",
    "code": "0123456789abcdef",
    "date": "2026-01-02 03:04 UTC",
    "command": "python -m benchmarks x",
}
SUITES = {"x": [Row("a", (1.0, 3.0, 2.0), "µs", 1.5)], "y": [Row("b", (), "×", failure="no compiler")]}


def test_results_are_the_same_after_a_file(tmp_path):
    results.write(tmp_path / "r.json", CIRCUMSTANCES, SUITES)
    assert results.read(tmp_path / "r.json") == (CIRCUMSTANCES, SUITES)


def test_a_page_gets_the_rows_of_its_suites_between_markers():
    end = "<!-- end of rows -->\n"
    page = f"text\n<!-- rows: x y -->\nreplaced\n{end}<!-- rows: z -->\nkept\n{end}end"
    found = results.rendered(page, [(CIRCUMSTANCES, SUITES)])
    for part in ("| a | **2** | 1–3 | µs | 1.5 |", "| b | **no compiler** | – | – | – |", "M; load", "kept"):
        assert part in found
    assert "replaced" not in found and "`0123456789ab`" in found and found.endswith("end")
    assert results.rendered(found, [(CIRCUMSTANCES, SUITES)]) == found


def test_every_suite_has_a_place_on_the_page():
    page = results.PAGE.read_text(encoding="utf-8")
    placed = [name for block in results.BLOCK.finditer(page) for name in block[2].split()]
    assert sorted(placed) == sorted(report.SUITES)


def test_a_run_writes_its_rows_and_circumstances(monkeypatch, tmp_path):
    monkeypatch.setattr(sys, "argv", ["benchmarks", "x", "--json", str(tmp_path / "r.json")])
    monkeypatch.setattr(report, "SUITES", {"x": (lambda effort: iter(SUITES["x"]),)})
    report.main()
    written = json.loads((tmp_path / "r.json").read_text())
    assert written["suites"]["x"][0]["samples"] == [1.0, 3.0, 2.0]
    assert set(written["circumstances"]) == set(CIRCUMSTANCES)
    assert len(written["circumstances"]["load"].split(", ")) == 2


def test_growth_has_two_rows_a_size_and_their_ratio(monkeypatch):
    monkeypatch.setattr(growth, "SIZES", (100, 200))
    monkeypatch.setattr(growth, "NEURON_TICKS", 200)
    found = list(growth.growth_rows(TINY))
    assert [row.unit for row in found] == ["ns"] * 4 + ["×"]


def test_a_simulator_that_is_not_installed_says_how_to_install_it():
    network = random_network(1, 50, 200, drive=5.3, types=("fixed",))
    other = simulators.Simulator("Other", "no_such_module", "in_nest.py")
    engine, missing = simulators.against(network, "x", {other: None}, TINY)
    assert len(engine.samples) == 2
    assert missing.samples == () and 'pip install -e ".[references]"' in missing.failure


def test_a_simulator_with_other_spikes_gets_no_ratio(tmp_path, monkeypatch):
    network = random_network(1, 50, 200, drive=5.3, types=("fixed",))
    (tmp_path / "other.py").write_text(
        'import sys\nprint(\'{"version": "Other 1"}\', flush=True)\n'
        'for _ in sys.stdin:\n    print(\'{"seconds": 0.5, "spikes": -1}\', flush=True)\n'
    )
    monkeypatch.setattr(simulators, "HERE", tmp_path)
    other = simulators.Simulator("Other", "json", "other.py")
    _, time, ratio = simulators.against(network, "x", {other: None}, TINY)
    assert time.name == "Other 1 tick, x" and time.samples == (25_000.0, 25_000.0)
    assert ratio.samples == () and "spike counts differ" in ratio.failure


def test_an_exported_network_holds_every_synapse_with_its_parameters(tmp_path):
    network = random_network(1, 50, 400, drive=5.3, types=("fixed", "plastic"))
    write(network, tmp_path / "n.npz")
    with simulators.np.load(tmp_path / "n.npz") as columns:
        assert columns["fixed.weight"].size + columns["plastic.weight"].size == 400
        low, high, weight = (columns[f"plastic.{name}"] for name in ("w_min", "w_max", "weight"))
        assert ((low <= weight) & (weight <= high)).all()


@pytest.mark.long
@pytest.mark.skipif(platform.machine() not in MACHINES, reason="needs a cycle counter")
def test_timers_change_no_spike_and_parts_sum_to_the_whole():
    network = random_network(1, 300, 3000, drive=5.3)
    plain, timed = Brain(network), Brain(network)
    timer = time_phases(timed)
    assert (plain.advance(500) == timed.advance(500)).all()
    found = timer.microseconds(500)
    assert {"neurons", "deliver", "learn", "modulators", "noise"} <= set(found)
    assert all(each >= 0.0 for each in found.values()) and sum(found.values()) > 0.1
    whole = profile.measure("crawler_v1", 10, seconds=1.0, repeats=2)
    assert {"senses", "brain", "muscles", "body"} == set(whole.compiled) & set(whole.stepwise)
    assert whole.compiled["brain"] == pytest.approx(10 * sum(whole.phases.values()))
