"""Policy files: shipped ones are valid, damaged ones are errors that name the fault."""

import json
import pickle
from dataclasses import replace

import numpy as np
import pytest

from spikeworm_env.agents import make_agent, trained
from spikeworm_env.agents.linear import Linear
from spikeworm_env.agents.ppo import Ppo
from spikeworm_env.agents.trained import Policy, load_policy, save_policy
from spikeworm_env.baselines import linear, ppo
from spikeworm_env.errors import InputError

TRAINED = pytest.mark.parametrize("made", [Linear, Ppo])
MOST_SHIPPED_BYTES = 100_000


@pytest.fixture
def policy():
    """The shipped policy of `linear`."""
    return load_policy(Linear.shipped(), Linear.kind, Linear.shapes)


def write(path, about, **arrays):
    np.savez(path, about=np.array(json.dumps(about)), **arrays)
    return path


def header(policy, **changes):
    return {"format": trained.FORMAT, "kind": policy.kind, **policy.about, **changes}


@TRAINED
def test_shipped_policies_are_small_and_have_provenance(made):
    assert made.shipped().stat().st_size < MOST_SHIPPED_BYTES
    about = load_policy(made.shipped(), made.kind, made.shapes).about
    assert {"seed", "steps", "versions"} <= about.keys()


@pytest.mark.parametrize(
    ("made", "settings"),
    [
        (Linear, {"population": linear.POPULATION, "trials_each": linear.TRIALS_EACH}),
        (Ppo, {"worms": ppo.WORMS, "learning_rate": ppo.INITIAL_LEARNING_RATE, **ppo.SETTINGS}),
    ],
)
def test_shipped_policies_were_trained_with_the_default_settings(made, settings):
    about = load_policy(made.shipped(), made.kind, made.shapes).about
    trainer = {Linear: linear, Ppo: ppo}[made]
    assert {name: value for name, value in about.items() if name != "versions"} == {
        "seed": 0,
        "steps": trainer.DEFAULT_STEPS,
        **settings,
    }


@TRAINED
def test_a_policy_file_acts_like_the_equal_shipped_policy(rollout, made, tmp_path):
    file = tmp_path / "mine.npz"
    save_policy(load_policy(made.shipped(), made.kind, made.shapes), file)
    mine, shipped = make_agent(f"{made.kind}:{file}", frame_skip=10), make_agent(made.kind, frame_skip=10)
    assert (mine.name, shipped.name) == ("mine", made.kind)
    for (a, *_), (b, *_) in zip(rollout(mine, 200), rollout(shipped, 200), strict=True):
        np.testing.assert_array_equal(a, b)


def test_loading_returns_the_saved_policy(policy, tmp_path):
    file = tmp_path / "again.npz"
    save_policy(policy, file)
    again = load_policy(file, policy.kind, Linear.shapes)
    assert (again.kind, again.about) == (policy.kind, policy.about)
    np.testing.assert_array_equal(again.arrays["weights"], policy.arrays["weights"])
    assert [each.name for each in tmp_path.iterdir()] == ["again.npz"]


def test_a_failed_write_leaves_the_old_policy_file(policy, tmp_path):
    file = tmp_path / "kept.npz"
    save_policy(policy, file)
    before = file.read_bytes()
    with pytest.raises(TypeError):
        save_policy(replace(policy, about={"seed": object()}), file)
    assert file.read_bytes() == before
    assert len(list(tmp_path.iterdir())) == 1


@pytest.mark.parametrize(
    ("array", "message"),
    [
        (np.zeros((2, 6), np.float32), r"weights is float32 \(2, 6\); expected float32 \(2, 7\)"),
        (np.zeros((2, 7)), r"weights is float64 \(2, 7\); expected float32"),
        (np.full((2, 7), np.nan, np.float32), "weights: holds a value that is not finite"),
    ],
)
def test_an_invalid_array_is_an_error_that_names_it(policy, tmp_path, array, message):
    file = write(tmp_path / "bad.npz", header(policy), weights=array)
    with pytest.raises(InputError, match=rf"bad\.npz: {message}"):
        make_agent(f"linear:{file}")


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"format": 99}, "format is 99; expected 1"),
        ({"kind": "ppo"}, "kind is 'ppo'; expected 'linear'"),
        ({"seed": "x"}, "seed is 'x'; expected int"),
        ({"steps": None}, "steps is None; expected int"),
    ],
)
def test_an_invalid_provenance_is_an_error_that_names_the_field(policy, tmp_path, changes, message):
    file = write(tmp_path / "bad.npz", header(policy, **changes), **policy.arrays)
    with pytest.raises(InputError, match=rf"bad\.npz: {message}"):
        make_agent(f"linear:{file}")


def test_missing_and_extra_arrays_are_an_error(policy, tmp_path):
    file = write(tmp_path / "bad.npz", header(policy), weight=policy.arrays["weights"])
    with pytest.raises(InputError, match=r"bad\.npz: holds \['weight'\]; expected weights"):
        make_agent(f"linear:{file}")


def test_an_archive_without_provenance_is_an_error(policy, tmp_path):
    np.savez(tmp_path / "bad.npz", **policy.arrays)
    with pytest.raises(InputError, match=r"bad\.npz: about: missing, or no JSON object"):
        make_agent(f"linear:{tmp_path / 'bad.npz'}")


@TRAINED
@pytest.mark.parametrize("share", [0.0, 0.3, 0.9])
def test_a_truncated_file_is_an_error(made, tmp_path, share):
    whole, file = made.shipped().read_bytes(), tmp_path / "short.npz"
    file.write_bytes(whole[: int(share * len(whole))])
    with pytest.raises(InputError, match=r"short\.npz: not a policy file, or damaged"):
        make_agent(f"{made.kind}:{file}")


@TRAINED
def test_a_flipped_bit_of_a_weight_is_an_error(made, tmp_path):
    damaged, file = bytearray(made.shipped().read_bytes()), tmp_path / "flipped.npz"
    damaged[len(damaged) // 2] ^= 0x10
    file.write_bytes(damaged)
    with pytest.raises(InputError, match=r"flipped\.npz: "):
        make_agent(f"{made.kind}:{file}")


class Trap:
    """Unpickling it fails the test."""

    def __reduce__(self):
        return pytest.fail, ("a policy file was unpickled",)


def test_nothing_is_unpickled(policy, tmp_path):
    file = write(tmp_path / "trap.npz", header(policy), weights=np.array([Trap()], object))
    with pytest.raises(InputError, match=r"trap\.npz: not a policy file"):
        make_agent(f"linear:{file}")
    file.write_bytes(pickle.dumps(Trap()))
    with pytest.raises(InputError, match=r"trap\.npz: not a policy file"):
        make_agent(f"linear:{file}")


def test_an_archive_that_unpacks_to_too_much_is_an_error_before_reading(policy, tmp_path):
    file = tmp_path / "bomb.npz"
    np.savez_compressed(file, weights=np.zeros(3_000_000, np.float32))
    with pytest.raises(InputError, match=r"bomb\.npz: .* it unpacks to more than 10,000,000 bytes"):
        make_agent(f"linear:{file}")


def test_a_missing_file_is_an_error_that_names_it(tmp_path):
    for missing in (tmp_path / "none.npz", tmp_path):
        with pytest.raises(InputError, match=str(missing)):
            make_agent(f"ppo:{missing}")


def test_only_trained_agents_take_a_file():
    with pytest.raises(InputError, match="agent crawl takes no policy file; only linear, ppo do"):
        make_agent("crawl:mine.npz")
    with pytest.raises(InputError, match="agent is 'ppo:'; expected a policy file after the colon"):
        make_agent("ppo:")


def test_an_agent_accepts_a_policy_object(rollout):
    still = Policy("linear", {"weights": np.zeros((2, 7), np.float32)}, {})
    actions = [action for action, *_ in rollout(Linear(10, policy=still), 20)]
    np.testing.assert_array_equal(actions, [actions[0]] * 20)
