"""Seeds by name."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from joblib import Parallel, delayed
from sklearn.ensemble import BaggingClassifier, RandomForestClassifier
from sklearn.linear_model import Ridge
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from mmensemble._seeds import draw_root, seed_for, set_seeds


@settings(max_examples=100, deadline=None, derandomize=True, database=None)
@given(root=st.integers(0, 2**31), names=st.lists(st.text(), max_size=3))
def test_seeds_are_valid_and_equal(root, names):
    """Any names give a seed that NumPy takes, the same every time."""
    seed = seed_for(root, *names)
    np.random.RandomState(seed)
    assert seed == seed_for(root, *names)


def test_seeds_differ_by_root_and_by_name():
    """A thousand names under ten roots hardly ever share a seed."""
    seeds = {seed_for(root, f"m{j}") for root in range(10) for j in range(1_000)}
    assert len(seeds) >= 9_990


def test_seeds_tell_paths_apart():
    """The parts of a path are not run together."""
    assert seed_for(0, "ab", "c") != seed_for(0, "a", "bc")


def test_seeds_do_not_depend_on_neighbours():
    """Trap T16: adding or reordering members changes nobody else's draws."""
    few = {name: seed_for(7, name) for name in ["genes", "notes"]}
    more = {name: seed_for(7, name) for name in ["notes", "images", "genes"]}
    assert few.items() <= more.items()


def test_root_is_drawn_once_from_any_kind_of_state(global_random_seed):
    """An int gives the same root again; a RandomState moves on."""
    assert draw_root(global_random_seed) == draw_root(global_random_seed)
    state = np.random.RandomState(global_random_seed)
    first = draw_root(state)
    assert first == draw_root(global_random_seed)
    assert draw_root(state) != first
    assert 0 <= draw_root(None) < 2**31


def test_root_of_no_state_is_an_error():
    """scikit-learn's message names what was passed."""
    with pytest.raises(ValueError, match="'seven' cannot be used to seed"):
        draw_root("seven")


def _draw(root, name):
    return int(np.random.RandomState(seed_for(root, name)).randint(1_000))


@pytest.mark.parametrize("backend", ["loky", "threading"])
def test_parallel_draws_equal_sequential_ones(backend):
    """Trap T15: the root is drawn before the workers start, so they agree."""
    root = draw_root(np.random.RandomState(0))
    names = ["genes", "notes", "images"]
    expected = [_draw(root, name) for name in names]
    drawn = Parallel(n_jobs=2, backend=backend)(delayed(_draw)(root, n) for n in names)
    assert drawn == expected
    assert len(set(drawn)) == 3


def test_unset_seeds_are_set_inside_and_out():
    """Every unset random_state gets a seed of its own, at any depth."""
    model = BaggingClassifier(make_pipeline(StandardScaler(), RandomForestClassifier()))
    assert set_seeds(model, 1) is model
    inner = model.estimator[-1].random_state
    assert model.random_state == seed_for(1, "random_state")
    assert inner == seed_for(1, "estimator__randomforestclassifier__random_state")


def test_seeds_of_the_user_are_left_alone():
    """What is set stays, ints and RandomState objects alike."""
    state = np.random.RandomState(0)
    model = BaggingClassifier(
        RandomForestClassifier(random_state=5), random_state=state
    )
    set_seeds(model, 1)
    assert model.random_state is state
    assert model.estimator.random_state == 5


def test_nothing_to_seed_is_nothing_to_do():
    """Estimators without randomness come back as they are."""
    scaler = StandardScaler()
    assert set_seeds(scaler, 1) is scaler
    assert (
        Ridge(random_state=3).random_state
        == set_seeds(Ridge(random_state=3), 1).random_state
    )
