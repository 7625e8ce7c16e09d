"""Networks of a shared space that start from those of other rows."""

import pickle
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from sklearn.base import clone
from sklearn.compose import make_column_selector

from mmensemble import MultimodalClassifier, SharedSpace, SharedSpaceFusion
from mmensemble.representation._code_net import LossWeights
from mmensemble.representation._code_start import start_from

MODALITIES = [(m, "passthrough", make_column_selector(f"^{m}__")) for m in "ab"]


def drawn(n_samples, seed=0, bend=True):
    """Draw rows of two modalities that share two bent factors."""
    rng, fixed = np.random.default_rng(seed), np.random.default_rng(42)
    factors = rng.normal(size=(n_samples, 2))
    columns = {}
    for name in "ab":
        loads = fixed.normal(size=(4, 8))
        shown = np.hstack([factors, np.abs(factors) if bend else factors])
        values = shown @ loads + 0.2 * rng.normal(size=(n_samples, 8))
        columns |= {f"{name}__{j}": values[:, j] for j in range(8)}
    return pd.DataFrame(columns), (factors[:, 0] > 0).astype(int)


def make(origin=None, **params):
    """Make a space of networks."""
    given = {"n_components": 4, "max_iter": 30, "random_state": 0} | params
    return SharedSpace(modalities=MODALITIES, warm_start_from=origin, **given)


@pytest.fixture(scope="module")
def source():
    """Return a space of many rows."""
    return make().fit(drawn(1500)[0])


def rebuilt(space, X):
    """Return the mean squared error of rebuilding rows."""
    return float(np.mean((space.generate(space.transform(X)).to_numpy() - X) ** 2))


def test_few_rows_gain(source):
    """Thirty rows of the same kind are rebuilt as many rows taught it."""
    X, new = drawn(30, seed=1)[0], drawn(500, seed=2)[0]
    warm, cold = make(source.fusion_.space_).fit(X), make().fit(X)
    assert warm.fusion_.space_.start_ in ("kept", "tuned")
    assert rebuilt(warm, new) < 0.8 * rebuilt(cold, new)
    assert rebuilt(warm, new) < 1.1 * rebuilt(source, new)


def test_codes_that_stay(source):
    """Where they are kept, codes are the source's."""
    X = drawn(30, seed=1)[0]
    space = make(source.fusion_.space_).fit(X)
    if space.fusion_.space_.start_ != "kept":
        pytest.fail("the same kind of rows needs no training")
    new = drawn(40, seed=2)[0]
    assert_allclose(space.transform(new), source.transform(new))


def test_a_start_that_misleads_is_left_aside(source):
    """Rows of other loadings start at their own linear model."""
    X, new = drawn(400, seed=1)[0], drawn(200, seed=2)[0]
    X, new = (
        part[list(X.columns[::-1])].set_axis(X.columns, axis=1) for part in (X, new)
    )
    warm, cold = make(source.fusion_.space_).fit(X), make().fit(X)
    assert rebuilt(warm, new) < 1.15 * rebuilt(cold, new)


def test_targets_choose(source):
    """With learners and targets the start is judged by them; classes are predicted."""
    X, y = drawn(60, seed=1)
    old = source.fusion_.space_
    fusion = SharedSpaceFusion(
        "autoencoder", n_components=4, supervised=1.0, warm_start_from=old
    )
    model = MultimodalClassifier(MODALITIES, fusion=fusion, random_state=0).fit(X, y)
    new, goal = drawn(300, seed=2)
    assert model.score(new, goal) > 0.85


def test_it_is_a_parameter_like_others(source):
    """Copies and pickles keep the start; the same seed gives the same codes."""
    X = drawn(30, seed=1)[0]
    space = make(source.fusion_.space_, max_iter=3)
    one, two = clone(space).fit(X), clone(space).fit(X)
    assert_array_equal(one.transform(X), two.transform(X))
    again = pickle.loads(pickle.dumps(one))
    assert_array_equal(again.transform(X), one.transform(X))


def test_new_losses_start_as_drawn(source):
    """What the other net did not have keeps its own start."""
    space = source.fusion_.space_
    weights = LossWeights(supervised=1.0)
    net = replace(space.net_, weights=weights, n_outputs=2)
    theta = net.draw(np.random.default_rng(0))
    drawn_before = theta.copy()
    start_from(net, theta, space.net_, space.theta_)
    now, before = net.layout.views(theta), net.layout.views(drawn_before)
    taught = space.net_.layout.views(space.theta_)
    new = set(now) - set(taught)
    assert new
    for name, part in now.items():
        assert_array_equal(part, (before if name in new else taught)[name])


def test_what_does_not_fit_is_told(source):
    """Methods, sizes, modalities and columns must be those of the start."""
    X, old = drawn(30)[0], source.fusion_.space_
    with pytest.raises(ValueError, match=r"other method: 'autoencoder' there, 'vae'"):
        make(old, method="vae").fit(X)
    with pytest.raises(ValueError, match=r"other hidden: 64 there, 8 here"):
        make(old, hidden=8).fit(X)
    with pytest.raises(ValueError, match=r"other n_components: 4 there, 5 here"):
        make(old, n_components=5).fit(X)
    with pytest.raises(ValueError, match=r"other columns of 'b': 8 \(.*\) there, 7"):
        make(old).fit(X.drop(columns="b__3"))
    renamed = X.rename(columns=lambda c: c.replace("b__", "c__"))
    with pytest.raises(ValueError, match=r"other modalities: \['a', 'b'\] there"):
        make(old).set_params(modalities="auto").fit(renamed)
    with pytest.raises(ValueError, match=r"for the methods .* got method='pca'"):
        make(old, method="pca").fit(X)
    with pytest.raises(ValueError, match="got a SharedSpace: copies of estimators"):
        make(source).fit(X)
