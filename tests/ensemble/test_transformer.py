"""The transformer: fused features for what follows in a pipeline."""

import numpy as np
import pytest
from ensemble_cases import (
    FUSIONS,
    classifier,
    fit_view,
    hide,
    make_numbers,
    make_table,
    transformer,
)
from numpy.testing import assert_allclose, assert_array_equal
from scipy import sparse
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression, Ridge
from sklearn.model_selection import cross_val_score
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from mmensemble import ConcatFusion, MultimodalTransformer, StackingFusion


def test_concatenation_needs_no_target():
    """Features side by side, means and indicators where a modality is absent."""
    X, _ = make_table()
    X = hide(X, "b", [3, 4])
    model = transformer(X, estimator=None)
    out = model.fit_transform(X)
    assert_array_equal(model.transform(X), out)
    assert out.shape == (60, 8)
    scaled = StandardScaler().fit_transform(X[["a__0", "a__1"]])
    assert_allclose(out[:, :2], scaled)
    assert_allclose(out[3, 2:5], 0, atol=1e-12)
    assert_array_equal(np.flatnonzero(out[:, 7] == 0), [3, 4])
    assert list(model.get_feature_names_out())[-1] == "b__is_present"


@pytest.mark.parametrize("fusion", ["voting", "stacking"])
def test_fit_transform_is_out_of_fold(fusion):
    """Training rows get out-of-fold predictions, others those of the members."""
    X, y = make_table()
    model = transformer(X, fusion)
    out = model.fit_transform(X, y)
    data = fit_view(classifier(X, fusion), X, y)
    if fusion == "voting":
        assert_allclose(out, data.predictions.mean(axis=1))
    assert out.shape == model.transform(X).shape == (60, {"voting": 2}.get(fusion, 3))
    assert not np.allclose(out, model.transform(X))


@pytest.mark.parametrize("fusion", FUSIONS)
@pytest.mark.parametrize("n_classes", [2, 3])
def test_names_are_unique_and_fit_the_width(fusion, n_classes):
    """There is one name a column, none twice."""
    X, y = make_table(n_classes=n_classes)
    learners = [("lr", LogisticRegression()), ("strong", LogisticRegression(C=0.1))]
    for estimator in (LogisticRegression(), learners):
        model = transformer(X, fusion, estimator=estimator).fit(X, y)
        names = model.get_feature_names_out()
        assert names.dtype == object
        assert len(set(names)) == len(names) == model.transform(X).shape[1]
        assert_array_equal(model.get_feature_names_out(X.columns), names)
    with pytest.raises(ValueError, match="input_features"):
        model.get_feature_names_out(["x"])


@pytest.mark.parametrize("fusion", FUSIONS)
@pytest.mark.parametrize("container", ["pandas", "polars"])
def test_set_output(fusion, container):
    """The output is a frame on demand, with the fused features' names."""
    pytest.importorskip(container)
    X, y = make_table()
    model = transformer(X, fusion).set_output(transform=container)
    first, second = model.fit_transform(X, y), model.transform(X)
    for out in (first, second):
        assert type(out).__module__.startswith(container)
        assert_array_equal(list(out.columns), model.get_feature_names_out())
    plain = transformer(X, fusion).fit(X, y).transform(X)
    assert_allclose(second.to_numpy(), plain)


def test_overlapping_feature_names():
    """Features of one name in two modalities are told apart."""
    X, _ = make_table()
    modalities = [("a", StandardScaler(), ["a__0"]), ("b", StandardScaler(), ["a__0"])]
    model = MultimodalTransformer(modalities).fit(X)
    names = model.get_feature_names_out()
    assert len(set(names)) == 2


@pytest.mark.parametrize("fusion", ["voting", "stacking"])
def test_regression_targets(fusion):
    """With numbers as targets, or a regressor, predictions are numbers."""
    X, y = make_table()
    out = transformer(X, fusion, estimator=None).fit_transform(X, make_numbers(X))
    assert out.shape == (60, {"voting": 1}.get(fusion, 3))
    model = transformer(X, fusion, estimator=Ridge()).fit(X, y)
    assert model._task.classes is None
    two = transformer(X, fusion, estimator=[("r", Ridge())])
    assert two.fit(X, make_numbers(X, 2)).transform(X).shape[1] in (2, 6)


def test_decision_level_needs_a_target():
    """Without a target, predictions cannot be learnt."""
    X, _ = make_table()
    with pytest.raises(ValueError, match="requires y to be passed"):
        transformer(X, "voting").fit(X)


def test_sparse_features_stay_sparse():
    """A block of text stays a sparse matrix."""
    X, _ = make_table()
    X["note"] = ["one two", "two three", "one four"] * 20
    modalities = [
        ("a", StandardScaler(), ["a__0"]),
        ("note", TfidfVectorizer(), "note"),
    ]
    out = MultimodalTransformer(modalities).fit_transform(X)
    assert sparse.issparse(out)
    assert out.shape == (60, 5)


@pytest.mark.parametrize("container", ["pandas", "polars"])
def test_sparse_features_in_frames(container):
    """A frame that is asked for is dense, with the same values and the names."""
    module = pytest.importorskip(container)
    X, _ = make_table()
    X["note__n"] = ["one two", "two three", "one four"] * 20
    plain = MultimodalTransformer([("note", TfidfVectorizer(), "note__n")])
    expected = plain.fit_transform(X)
    assert sparse.issparse(expected)
    model = MultimodalTransformer(plain.modalities).set_output(transform=container)
    for out in (model.fit_transform(X), model.transform(X)):
        assert isinstance(out, module.DataFrame)
        assert list(out.columns) == plain.get_feature_names_out().tolist()
        assert_allclose(out.to_numpy(), expected.toarray())


@pytest.mark.parametrize("fusion", FUSIONS)
def test_in_a_pipeline(fusion):
    """What follows in a pipeline learns from honest inputs."""
    X, y = make_table()
    X = hide(X, "c", range(0, 60, 3))
    pipeline = make_pipeline(transformer(X, fusion), LogisticRegression())
    assert cross_val_score(pipeline, X, y, cv=3).mean() > 0.6


@pytest.mark.parametrize("fusion", FUSIONS)
def test_weights_and_groups(fusion):
    """``fit`` and ``fit_transform`` take weights and groups."""
    X, y = make_table()
    metadata = {"sample_weight": np.ones(60), "groups": np.repeat(range(12), 5)}
    model = transformer(X, fusion)
    one = model.fit(X, y, **metadata).transform(X)
    model.fit_transform(X, y, **metadata)
    assert_allclose(model.transform(X), one)


@pytest.mark.parametrize("fusion", FUSIONS)
def test_rows_without_modalities_are_finite(fusion):
    """A row with nothing gets means, or the prior, and a warning."""
    X, y = make_table()
    model = transformer(X, fusion).fit(X, y)
    other = X.copy()
    other.loc[4] = np.nan
    with pytest.warns(UserWarning, match="1 of 60 rows have none of the modalities"):
        out = model.transform(other)
    assert np.isfinite(out).all()
    rest = np.arange(60) != 4
    assert_allclose(out[rest], model.transform(X)[rest], atol=1e-12)


def test_passthrough_and_joint_member():
    """A stack with everything transforms to its members' predictions."""
    X, y = make_table()
    fusion = StackingFusion(passthrough=True, concat_member=True)
    model = transformer(X, fusion)
    out = model.fit_transform(X, y)
    assert out.shape == (60, len(model.get_feature_names_out()))


@pytest.mark.parametrize("missing", ["reduced", "impute", "dropout"])
def test_every_way_with_missing_modalities(missing):
    """Concatenated features are finite whatever is done for missing modalities."""
    X, _ = make_table()
    X = hide(X, "a", range(20))
    out = transformer(X, ConcatFusion(missing=missing)).fit_transform(X)
    assert np.isfinite(out).all()
