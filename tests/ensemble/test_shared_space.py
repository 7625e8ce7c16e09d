"""The shared space as an estimator: codes, the way back, and what is kept of it."""

import pickle

import numpy as np
import pandas as pd
import pytest
from ensemble_cases import hide, make_numbers, make_table, triples
from numpy.testing import assert_allclose, assert_array_equal
from sklearn.base import clone
from sklearn.exceptions import NotFittedError
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import cross_val_score
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.utils import estimator_checks
from sklearn.utils.estimator_checks import parametrize_with_checks

from mmensemble import MultimodalTransformer, SharedSpace, SharedSpaceFusion
from mmensemble.fusion.feature._shared import METHODS, NETWORKS

EVERY = pytest.mark.parametrize("method", [*METHODS, *NETWORKS])


def space(method="autoencoder", **params):
    """Make a quick space."""
    params = {"n_components": 2, "random_state": 0} | params
    if method in NETWORKS:
        params = {"hidden": 8, "max_iter": 5} | params
    return SharedSpace(method, **params)


@EVERY
def test_codes_are_those_of_the_fusion(method):
    """It is MultimodalTransformer with the fusion of the same options."""
    X, y = make_table()
    X = hide(X, "b", range(0, 60, 4))
    model = space(method)
    codes = model.fit_transform(X, y)
    assert_allclose(model.transform(X), codes)
    fusion = SharedSpaceFusion(method, n_components=2)
    if method in NETWORKS:
        fusion.set_params(hidden=8, max_iter=5)
    other = MultimodalTransformer(fusion=fusion, random_state=0)
    assert_array_equal(other.fit_transform(X, y), codes)
    assert list(model.get_feature_names_out()) == [f"{method}0", f"{method}1"]
    assert (model.n_components_, len(model.history_) or 1) == (2, model.n_iter_)


@EVERY
def test_every_pattern(method):
    """Rows have codes whatever they have; those with nothing zeros, and a warning."""
    X, y = make_table()
    model = space(method).fit(X, y)
    lacking = hide(hide(X, "a", range(30)), "b", range(15, 45))
    assert np.isfinite(model.transform(lacking)).all()
    empty = hide(lacking, "c", [20])
    with pytest.warns(UserWarning, match="none of the modalities"):
        codes = model.transform(empty)
    assert_allclose(codes[20], 0)


@EVERY
def test_generate_gives_the_features_back(method):
    """A table of all features, near to what was put in where codes are many."""
    X, y = make_table()
    X = X * 7 + 3
    long = {"hidden": 32, "max_iter": 60} if method in NETWORKS else {}
    modalities = triples(X, "passthrough")
    model = space(method, modalities=modalities, n_components=7, **long)
    features = model.generate(model.fit_transform(X, y))
    assert isinstance(features, pd.DataFrame)
    assert list(features) == list(X)
    left = ((X - features) ** 2).sum().sum() / ((X - X.mean()) ** 2).sum().sum()
    assert left < 0.6


def test_generate_refuses_other_codes():
    """Codes of another width are named with their shape."""
    X, _ = make_table()
    model = space().fit(X)
    with pytest.raises(ValueError, match="'codes' parameter must have 2 columns"):
        model.generate(np.zeros((3, 5)))
    assert model.generate(np.zeros((0, 2))).shape == (0, 7)


def test_what_is_kept():
    """Errors by source, losses by epoch, and a fresh learner's guess."""
    X, y = make_table()
    X = hide(X, "b", range(0, 60, 4))
    model = space(supervised=1.0, align=0.1).fit(X, y)
    assert list(model.history_) == ["reconstruction", "loss", "supervised", "align"]
    table = model.reconstruction_error_
    assert list(table) == ["all", "a", "b", "c"]
    assert list(table.index) == ["a", "b", "c"]
    assert (table.to_numpy() > 0).all()
    own = table[["a", "b", "c"]].to_numpy()
    assert (np.diag(own) <= own.min(axis=1) + 0.05).all()
    assert 0 <= model.discriminator_score_ <= 1


@pytest.mark.parametrize("loss", ["supervised", "align", "pair_loss", "adversary"])
def test_losses_are_of_networks(loss):
    """A linear method that is given one says whose it is."""
    X, y = make_table()
    with pytest.raises(ValueError, match=f"'{loss}' parameter of SharedSpaceFusion"):
        space("pca", **{loss: 0.5}).fit(X, y)


def test_targets_are_asked_for():
    """Without `y` no loss of targets; without that loss no `y`."""
    X, y = make_table()
    with pytest.raises(ValueError, match="requires y to be passed"):
        space(supervised=1.0).fit(X)
    assert_array_equal(space().fit(X).transform(X), space().fit(X, y).transform(X))


@pytest.mark.parametrize("kind", ["classes", "numbers", "words"])
def test_supervised_takes_every_target(kind):
    """Classes of any label, and numbers of one or two columns."""
    X, y = make_table()
    targets = {
        "classes": y,
        "words": np.array(["no", "yes"])[y],
        "numbers": make_numbers(X, 2),
    }[kind]
    model = space(supervised=1.0).fit(X, targets)
    assert model.history_["supervised"].iloc[-1] > 0


def test_chosen_weights():
    """A target that is told is looked at, noise is not; an adversary helps nothing."""
    X, y = make_table(120, sizes={"a": 10, "b": 10})
    common = np.random.default_rng(1).normal(size=(120, 3))
    X[:] = common @ np.random.default_rng(2).normal(size=(3, 20))
    X += 0.3 * np.random.default_rng(3).normal(size=X.shape)
    X["b__0"] += 4 * y  # in none of the leading directions
    fitted = space(supervised="cv", n_components=3, max_iter=20).fit(X, y)
    assert fitted.fusion_.space_.options.weights.supervised > 0
    X[:] = np.random.default_rng(0).normal(size=X.shape)
    model = space(adversary="cv", max_iter=10).fit(X)
    assert model.fusion_.space_.options.weights.adversary == 0


def test_weights_and_seeds():
    """Rows of weight zero are not there; the seed decides everything else."""
    X, y = make_table()
    weight = np.ones(60)
    weight[40:] = 0
    model = space(supervised=1.0)
    got = model.fit(X, y, sample_weight=weight).transform(X)
    part = clone(model).fit(X.iloc[:40], y[:40]).transform(X)
    assert_allclose(got, part, atol=1e-4)
    assert_array_equal(got, model.fit(X, y, sample_weight=weight).transform(X))
    other = clone(model).set_params(random_state=1).fit(X, y).transform(X)
    assert not np.allclose(got, other)


def test_in_a_pipeline_and_by_pickle():
    """Codes feed a learner in cross-validation; a copy makes the same codes."""
    X, y = make_table(90)
    model = make_pipeline(space(supervised=1.0, max_iter=20), LogisticRegression())
    assert cross_val_score(model, X, y, cv=3).mean() > 0.6
    fitted = space("vae").fit(X)
    copy = pickle.loads(pickle.dumps(fitted))
    assert_array_equal(copy.transform(X), fitted.transform(X))


@pytest.mark.parametrize("method", ["vae", "factor"])
def test_by_skops(method):
    """Nothing that is stored is unknown to skops but types of this package."""
    skops = pytest.importorskip("skops.io")
    X, _ = make_table()
    model = space(method).fit(X)
    data = skops.dumps(model)
    types = skops.get_untrusted_types(data=data)
    assert all(name.startswith("mmensemble.") for name in types)
    copy = skops.loads(data, trusted=types)
    assert_array_equal(copy.transform(X), model.transform(X))
    pd.testing.assert_frame_equal(copy.history_, model.history_)
    table = model.reconstruction_error_
    pd.testing.assert_frame_equal(copy.reconstruction_error_, table)


def test_frames_before_fit():
    """What training leaves is not there before."""
    for name in ("history_", "reconstruction_error_"):
        with pytest.raises(NotFittedError, match="not fitted"):
            getattr(space(), name)


def test_test_rows_teach_nothing():
    """Codes of a row do not depend on what is asked beside it."""
    X, y = make_table()
    model = space(supervised=1.0).fit(X.iloc[:40], y[:40])
    assert_allclose(
        model.transform(X)[45:46], model.transform(X.iloc[45:46]), atol=1e-6
    )


def test_modalities_nest_and_names_are_reserved():
    """Extractors are reached by name; a modality may not be called as an option."""
    X, _ = make_table()
    model = space(modalities=triples(X, StandardScaler()))
    model.set_params(a__with_mean=False)
    assert not model.get_params()["a"].with_mean
    with pytest.raises(ValueError, match="estimator"):
        model.set_params(estimator=LogisticRegression())
    model.set_params(modalities=[("noise", "passthrough", ["a__0", "a__1"])])
    with pytest.raises(ValueError, match="noise"):
        model.fit(X)


def small():
    """Make the instance of scikit-learn's checks."""
    modalities = [
        ("first", StandardScaler(), slice(0, 1)),
        ("second", "auto", slice(0, None)),
    ]
    return SharedSpace(
        modalities=modalities, n_components=1, hidden=4, max_iter=3, random_state=0
    )


COPIES = {
    "check_sample_weight_equivalence_on_dense_data": "batches are drawn from rows, "
    "and one row of weight two is not two rows of a batch"
}


@parametrize_with_checks([small()], expected_failed_checks=lambda _: COPIES)
def test_sklearn_checks(estimator, check):
    """Every check that scikit-learn generates."""
    check(estimator)


@pytest.mark.filterwarnings("ignore:X (does not have valid|has) feature names")
@pytest.mark.parametrize(
    "name",
    [
        "check_param_validation",
        "check_inplace_ensure_writeable",
        "check_transformer_get_feature_names_out",
        "check_transformer_get_feature_names_out_pandas",
        "check_get_feature_names_out_error",
        "check_set_output_transform",
        "check_set_output_transform_pandas",
        "check_set_output_transform_polars",
    ],
)
def test_checks_that_the_generator_leaves_out(name):
    """Those that scikit-learn runs on itself only."""
    getattr(estimator_checks, name)("SharedSpace", small())
