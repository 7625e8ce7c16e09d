"""What the three estimators share: data of every kind, and the view of members."""

import numpy as np
import pandas as pd
import pytest
from ensemble_cases import (
    FUSIONS,
    classifier,
    hide,
    make_numbers,
    make_table,
    regressor,
    transformer,
)
from numpy.testing import assert_allclose, assert_array_equal
from sklearn.base import is_classifier, is_regressor
from sklearn.exceptions import NotFittedError
from sklearn.linear_model import LogisticRegression, Ridge
from sklearn.preprocessing import MaxAbsScaler
from sklearn.utils import get_tags

from mmensemble import (
    ConcatFusion,
    MultimodalClassifier,
    MultimodalRegressor,
    MultimodalTransformer,
)

EVERY_FUSION = pytest.mark.parametrize("fusion", FUSIONS)
EVERY_TASK = pytest.mark.parametrize("make", [classifier, regressor])


def target(make, X, y):
    """Return labels or numbers."""
    return y if make is classifier else make_numbers(X)


def answer(model, X):
    """Return probabilities or values."""
    return getattr(model, "predict_proba", model.predict)(X)


@EVERY_FUSION
@EVERY_TASK
def test_two_fits_are_equal(make, fusion):
    """A second fit forgets the first."""
    X, y = make_table()
    y = target(make, X, y)
    model = make(X, fusion)
    first = answer(model.fit(X, y), X)
    other = hide(X, "a", range(10))
    model.fit(other, y)
    assert_array_equal(answer(model.fit(X, y), X), first)


@EVERY_FUSION
@EVERY_TASK
def test_read_only_fortran_and_float32_arrays(make, fusion):
    """Memory that cannot be written, other orders and precisions are welcome."""
    X, y = make_table()
    y = target(make, X, y)
    modalities = [("a", "auto", [0, 1]), ("b", MaxAbsScaler(), slice(2, 7))]
    model = make(X, fusion).set_params(modalities=modalities)
    values = X.to_numpy()
    wanted = answer(model.fit(values, y), values)
    frozen = np.asfortranarray(values)
    frozen.flags.writeable = False
    y.flags.writeable = False
    assert_allclose(answer(model.fit(frozen, y), frozen), wanted, atol=1e-9)
    single = values.astype(np.float32)
    assert_allclose(answer(model.fit(single, y), single), wanted, atol=1e-3)


@EVERY_FUSION
@EVERY_TASK
def test_index_is_ignored(make, fusion):
    """Rows are taken by position, whatever the index says."""
    X, y = make_table()
    y = target(make, X, y)
    wanted = answer(make(X, fusion).fit(X, y), X)
    shuffled = X.set_axis(np.r_[10:40, 10:40])
    series = pd.Series(y, index=np.arange(60)[::-1])
    model = make(X, fusion).fit(shuffled, series)
    assert_array_equal(answer(model, shuffled), wanted)


@EVERY_FUSION
@EVERY_TASK
def test_one_row_at_predict(make, fusion):
    """A row predicts alone what it predicts among others."""
    X, y = make_table()
    X = hide(X, "b", [0, 7])
    model = make(X, fusion).fit(X, target(make, X, y))
    together = answer(model, X)
    for row in (0, 1, 7):
        assert_allclose(answer(model, X[row : row + 1])[0], together[row], atol=1e-12)


@EVERY_FUSION
@EVERY_TASK
def test_duplicated_modalities(make, fusion):
    """The same columns as several modalities do no harm."""
    X, y = make_table()
    model = make(X, fusion)
    copies = [(f"{n}{i}", e, c) for n, e, c in model.modalities for i in (0, 1)]
    model.set_params(modalities=copies).fit(X, target(make, X, y))
    assert np.isfinite(answer(model, X)).all()
    assert model.score(X, target(make, X, y)) > 0.5


@EVERY_FUSION
@pytest.mark.parametrize(
    "cls", [MultimodalClassifier, MultimodalRegressor, MultimodalTransformer]
)
def test_more_columns_than_rows(cls, fusion):
    """Wide tables are usual; so are constant and collinear columns."""
    X, y = make_table(20, sizes={"a": 30, "b": 40})
    X["a__1"], X["a__2"], X["b__0"] = X["a__0"], 3.0, 0.0
    y = y if cls is not MultimodalRegressor else make_numbers(X)
    model = cls(fusion=fusion, cv=3, random_state=0).fit(X, y)
    method = getattr(model, "predict", getattr(model, "transform", None))
    out = method(X)
    assert np.isfinite(out).all()


@EVERY_FUSION
@EVERY_TASK
@pytest.mark.parametrize("scale", [1e150, 1e-150])
def test_extreme_scales(make, fusion, scale):
    """Numbers near the ends of the range give finite predictions."""
    X, y = make_table()
    X["b__0"] *= scale
    X["c__0"], X["c__1"] = X["c__0"] * scale, X["c__1"] * scale
    model = make(X, fusion, "auto")
    model.fit(X, target(make, X.clip(-5, 5), y))
    assert np.isfinite(answer(model, X)).all()
    assert model.score(X, target(make, X.clip(-5, 5), y)) > 0.1


@EVERY_FUSION
@EVERY_TASK
def test_input_is_not_changed(make, fusion):
    """The table, the target and the weights stay as they are."""
    X, y = make_table()
    X = hide(X, "b", range(5))
    y = target(make, X, y)
    weight = np.ones(60)
    copies = X.copy(), y.copy(), weight.copy()
    answer(make(X, fusion).fit(X, y, sample_weight=weight), X)
    pd.testing.assert_frame_equal(X, copies[0])
    assert_array_equal(y, copies[1])
    assert_array_equal(weight, copies[2])


@EVERY_FUSION
@pytest.mark.parametrize("make", [classifier, regressor, transformer])
def test_parameters_are_not_changed(make, fusion):
    """Fitting leaves parameters and the parts in them alone."""
    X, y = make_table()
    model = make(X, fusion)
    before = {key: str(value) for key, value in model.get_params().items()}
    parts = [extractor for _, extractor, _ in model.modalities]
    model.fit(X, y)
    assert {k: str(v) for k, v in model.get_params().items()} == before
    assert all(
        new is old for (_, new, _), old in zip(model.modalities, parts, strict=True)
    )
    assert not any(hasattr(part, "mean_") for part in parts)


@EVERY_FUSION
@pytest.mark.parametrize("make", [classifier, regressor, transformer])
def test_unfitted_estimators_say_so(make, fusion):
    """Every method that needs a fit asks for it first."""
    X, _ = make_table()
    model = make(X, fusion)
    names = ["predict", "predict_proba", "transform", "get_feature_names_out"]
    for name in [*names, "presence", "predict_modalities"]:
        if hasattr(type(model), name):
            args = () if name.startswith("get") else (X,)
            with pytest.raises(NotFittedError):
                getattr(model, name)(*args)


def test_kinds_and_tags():
    """Estimators say what they are, and tags follow the members."""
    X, _ = make_table()
    assert is_classifier(classifier(X))
    assert is_regressor(regressor(X))
    for make in (classifier, regressor, transformer):
        tags = get_tags(make(X, extractor="auto")).input_tags
        assert tags.allow_nan
        assert tags.string
        assert tags.categorical
        assert tags.sparse
    assert get_tags(regressor(X)).target_tags.multi_output
    assert get_tags(classifier(X)).target_tags.required
    assert not get_tags(transformer(X)).target_tags.required
    assert get_tags(transformer(X, "voting")).target_tags.required


def test_tags_of_members_without_sparse_data():
    """One extractor that takes no sparse data is enough to say so."""
    X, _ = make_table()

    class Odd:
        def fit(self, X, y=None):
            return self

        def transform(self, X):
            return X

    assert not get_tags(classifier(X).set_params(b=Odd())).input_tags.sparse


@EVERY_FUSION
def test_presence(fusion):
    """``presence`` is a frame of rows by modalities."""
    X, y = make_table()
    model = classifier(X, fusion).fit(X, y)
    seen = model.presence(hide(X, "b", [2]))
    assert list(seen.columns) == ["a", "b", "c"]
    assert_array_equal(np.argwhere(~seen.to_numpy()), [[2, 1]])


def test_predict_modalities():
    """Members' predictions come as a frame by member and class, or target."""
    X, y = make_table(n_classes=3)
    seen = classifier(X, estimator=[("lr", LogisticRegression())]).fit(X, y)
    frame = seen.predict_modalities(X)
    assert frame.columns.names == ["member", "output"]
    assert list(frame["b"].columns) == [0, 1, 2]
    assert_allclose(frame["b"].sum(axis=1), 1)
    two = make_numbers(X, 2)
    model = regressor(X, estimator=[("r", Ridge()), ("s", Ridge(9))])
    frame = model.fit(X, two).predict_modalities(X)
    assert frame.shape == (60, 12)
    assert list(frame["a__s"].columns) == [0, 1]
    named = model.fit(X, pd.DataFrame(two, columns=["t1", "t2"])).predict_modalities(X)
    assert list(named["a__s"].columns) == ["t1", "t2"]
    assert_allclose(named, frame)


def test_predict_modalities_of_features():
    """Feature-level fusions have no members to show."""
    X, y = make_table()
    model = classifier(X, ConcatFusion()).fit(X, y)
    assert not hasattr(model, "predict_modalities")
    with pytest.raises(AttributeError) as caught:
        model.predict_modalities(X)
    assert "works on features" in str(caught.value.__cause__ or caught.value)


@pytest.mark.parametrize("make", [classifier, regressor, transformer])
@pytest.mark.parametrize(
    ("parameter", "value"),
    [
        ("members", "both"),
        ("fusion", 3),
        ("fusion", "early"),
        ("fusion", ConcatFusion),
        ("n_jobs", 1.5),
        ("random_state", "a"),
        ("verbose", -1),
        ("cv", 1.5),
        ("estimator", 3),
        ("modalities", {"a": [0]}),
    ],
)
def test_refused_parameters(make, parameter, value):
    """Parameters of a wrong kind are refused by name."""
    X, y = make_table()
    model = make(X).set_params(**{parameter: value})
    with pytest.raises((ValueError, TypeError), match=f"'{parameter}' parameter"):
        model.fit(X, y)


@pytest.mark.parametrize("value", [np.inf, -np.inf])
def test_infinite_numbers_are_refused(value):
    """Infinity is not missing."""
    X, y = make_table()
    X.loc[3, "b__1"] = value
    with pytest.raises(ValueError, match=r"[Ii]nfin"):
        classifier(X, extractor="auto").fit(X, y)
