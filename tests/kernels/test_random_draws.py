"""Random draws: NumPy's numbers and NumPy's use of the stream, with the same bits everywhere."""

from __future__ import annotations

import math
import os
import re
import subprocess
import sys
from fractions import Fraction
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest

import spikeworm_env
from spikeworm_env.errors import InputError
from spikeworm_env.kernels import exponential_ziggurat_layers as exponential_layers
from spikeworm_env.kernels import normal_ziggurat_layers as normal_layers
from spikeworm_env.kernels import ziggurat
from spikeworm_env.kernels.random_draws import geometrics, normals, uniforms

PACKAGE = Path(spikeworm_env.__file__).parent
SOURCES = (np.random.PCG64, np.random.PCG64DXSM, np.random.Philox, np.random.SFC64)
TAIL = 3.6541528853610088
ULPS = 4  # of the C library's log1p, and of products that a compiler may fuse
SHARES = (1e-19, 1e-12, 0.001, 0.2, math.nextafter(1 / 3, 0), 1 / 3, 0.5, 0.9, 1.0)


def twins(seed, source=np.random.PCG64):
    """Two generators in one state, each with half a word kept back by an earlier draw of 32 bits."""
    pair = np.random.Generator(source(seed)), np.random.Generator(source(seed))
    for rng in pair:
        rng.integers(10, dtype=np.uint32)
    return pair


def assert_in_one_state(rng, other):
    np.testing.assert_equal(rng.bit_generator.state, other.bit_generator.state)


def assert_numpys(ours, numpys):
    inside = np.abs(numpys) < TAIL
    np.testing.assert_array_equal(ours[inside], numpys[inside])
    np.testing.assert_array_max_ulp(ours[~inside], numpys[~inside], ULPS)


@pytest.mark.parametrize("source", SOURCES)
@pytest.mark.parametrize("shape", [0, 1, 7, (3, 0), (5, 4), (), 100_000])
def test_normals_are_those_of_numpy_and_leave_the_generator_as_it_does(shape, source):
    for seed in range(3):
        rng, reference = twins(seed, source)
        ours, numpys = normals(rng, shape), np.asarray(reference.standard_normal(shape))
        assert ours.shape == numpys.shape and ours.dtype == float
        assert_numpys(ours, numpys)
        assert_in_one_state(rng, reference)


def test_normals_drawn_one_by_one_are_those_drawn_together():
    rng, reference = twins(5)
    ours = np.array([normals(rng, ()) for _ in range(20_000)])
    assert_numpys(ours, reference.standard_normal(20_000))
    assert (np.abs(ours) > TAIL).sum() > 1
    assert_in_one_state(rng, reference)


@pytest.mark.parametrize("probability", SHARES)
@pytest.mark.parametrize("count", [0, 1, 20_000])
def test_geometric_numbers_are_those_of_numpy_and_leave_the_generator_as_it_does(count, probability):
    rng, reference = twins(6)
    ours, numpys = geometrics(rng, probability, count), reference.geometric(probability, count)
    assert ours.dtype == numpys.dtype
    # where ln(1 - p) is tiny, its last bit is many trials
    assert np.all(np.abs(ours - numpys) <= ULPS * np.spacing(numpys.astype(float)) * (numpys > 2**50))
    assert_in_one_state(rng, reference)


def test_a_geometric_number_is_the_first_whose_probabilities_sum_to_the_share():
    """Also where the sum, rounded, stays below the largest shares."""

    def trials(word, probability):
        source = SimpleNamespace(random_raw=lambda count: np.full(count, word, np.uint64))
        return geometrics(SimpleNamespace(bit_generator=source), probability, 1)[0]

    half = 2**63
    assert [trials(half - 1, 0.5), trials(half, 0.5), trials(half + 2**11, 0.5)] == [1, 1, 2]
    assert 80 < trials(2**64 - 1, 0.35) < 90


def test_uniform_numbers_are_a_product_and_a_sum_each_rounded():
    rng, reference = twins(7)
    low, high = -1.1, 2.3
    shares = reference.random(200)
    exact = [float(low + Fraction(float((Fraction(high - low)) * Fraction(u)))) for u in shares]
    np.testing.assert_array_equal(uniforms(rng, low, high, 200), exact)
    assert_in_one_state(rng, reference)


def test_uniform_numbers_are_those_of_numpy_and_one_without_a_shape():
    rng, reference = twins(8)
    np.testing.assert_allclose(uniforms(rng, 3, 5, (2, 3)), reference.uniform(3, 5, (2, 3)), rtol=1e-15)
    one = uniforms(rng, 3, 5)
    assert isinstance(one, float) and one == pytest.approx(reference.uniform(3, 5), rel=1e-15)
    assert_in_one_state(rng, reference)


def test_normals_have_the_moments_and_the_tails_of_the_normal_density():
    z = normals(np.random.default_rng(9), 400_000)
    for power, moment in enumerate((0.0, 1.0, 0.0, 3.0, 0.0, 15.0), start=1):
        error = np.std(z**power) / math.sqrt(z.size)
        assert abs(np.mean(z**power) - moment) < 4 * error
    for far in (TAIL, 4.0):
        expected = z.size * math.erfc(far / math.sqrt(2))
        assert abs((np.abs(z) > far).sum() - expected) < 4 * math.sqrt(expected)
    assert (z > TAIL).any() and (z < -TAIL).any()


def test_words_of_32_bits_are_refused():
    with pytest.raises(InputError, match="MT19937; expected 64-bit words"):
        normals(np.random.Generator(np.random.MT19937(0)), 2)


@pytest.mark.parametrize("layers", [normal_layers.LAYERS, exponential_layers.LAYERS])
def test_layers_are_numpys_own(layers):
    library = Path(np.random._generator.__file__).read_bytes()
    threshold, width, height = zip(*layers, strict=True)
    for column in (np.array(threshold, np.uint64), np.array(width), np.array(height)):
        assert column.shape == (256,) and column.tobytes() in library


@pytest.mark.parametrize(
    ("rule", "parameters"),
    [(ziggurat.normal, ()), (ziggurat.standard_exponential, ()), (ziggurat.geometric, (0.5,))],
)
def test_a_rule_without_words_requests_more(rule, parameters):
    assert rule.py_func(np.empty(0, np.int64), 0, *parameters)[1] == 1


PROGRAM = """
import hashlib
import numpy as np
from spikeworm_env.kernels.random_draws import geometrics, normals
rng = np.random.default_rng(15)
parts = [normals(rng, ()) for _ in range(6_000)]  # one by one, so that words are often wanting
parts += [geometrics(rng, p, 1) for p in (0.01, 0.4) for _ in range(1_000)]
digest = hashlib.sha256(b"".join(part.tobytes() for part in parts)).hexdigest()
print(digest)
"""
DIGEST = "d1bce452fdf2895bf3d5077b65c588f56d6bc6a49e952859b0fdb2f6e3ef1079"


def test_draws_are_the_same_bits_compiled_or_not_and_everywhere():
    names = {}
    exec(PROGRAM, names)
    assert names["digest"] == DIGEST
    environment = os.environ | {"NUMBA_DISABLE_JIT": "1", "PYTHONPATH": str(PACKAGE.parent)}
    run = [sys.executable, "-c", PROGRAM]
    plain = subprocess.run(run, env=environment, check=True, capture_output=True, text=True, timeout=120)
    assert plain.stdout.strip() == DIGEST


EXACT = {
    "bit_generator",
    "spawn",
    "random",
    "integers",
    "choice",
    "permutation",
    "permuted",
    "shuffle",
    "bytes",
}
INEXACT = "|".join(name for name in dir(np.random.Generator) if name[0] != "_" and name not in EXACT)


def test_no_file_draws_inexact_numbers_from_numpy_but_in_training_policies():
    call = re.compile(rf"(?<!\bnp)\.({INEXACT})\((?!.*``)")  # in code, not in a docstring's ``...``
    assert call.search("x = rng.normal(0, 1)") and call.search("self.rng.standard_normal()")
    for file in PACKAGE.rglob("*.py"):
        if not file.is_relative_to(PACKAGE / "baselines"):  # what is trained there is kept as weights
            found = call.search(file.read_text(encoding="utf-8"))
            assert not found, f"{file}: {found.group()}"
