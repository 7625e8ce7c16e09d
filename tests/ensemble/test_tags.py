"""Tags: an estimator takes what its parts take."""

import numpy as np
import pytest
from ensemble_cases import make_table, triples
from sklearn.decomposition import PCA
from sklearn.ensemble import HistGradientBoostingClassifier, VotingClassifier
from sklearn.impute import SimpleImputer
from sklearn.linear_model import LogisticRegression
from sklearn.naive_bayes import GaussianNB
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.utils import get_tags
from sklearn.utils.estimator_checks import (
    check_estimators_nan_inf,
    check_estimators_pickle,
)

from mmensemble import MultimodalClassifier
from mmensemble.ensemble._tags import takes_missing, takes_sparse_tables

TREES = HistGradientBoostingClassifier(max_iter=3)
LINEAR = LogisticRegression()
FILLED = make_pipeline(SimpleImputer(), LINEAR)


@pytest.mark.parametrize("fusion", ["voting", "concat"])
@pytest.mark.parametrize(
    ("extractor", "estimator", "expected"),
    [
        ("auto", LINEAR, True),
        ("passthrough", LINEAR, False),
        ("passthrough", None, False),
        ("passthrough", TREES, True),
        ("passthrough", FILLED, True),
        ("passthrough", [("trees", TREES), ("linear", LINEAR)], False),
        (StandardScaler(), LINEAR, False),
        (StandardScaler(), TREES, True),
        (PCA(1), TREES, False),
        (SimpleImputer(), LINEAR, True),
    ],
)
def test_missing_values(fusion, extractor, estimator, expected):
    """The tag says what fitting shows, of holes inside of a modality."""
    X, y = make_table()
    X.iloc[::7, 0] = np.nan
    model = MultimodalClassifier(
        triples(X, extractor), fusion=fusion, estimator=estimator, cv=3
    )
    assert get_tags(model).input_tags.allow_nan is expected
    if expected:
        assert np.isfinite(model.fit(X, y).predict_proba(X)).all()
    else:
        with pytest.raises(ValueError, match="NaN"):
            model.fit(X, y)


@pytest.mark.parametrize(
    ("own", "expected"),
    [
        (TREES, True),
        (LINEAR, False),
        (FILLED, True),
        (VotingClassifier([("nb", GaussianNB())]), False),
    ],
)
def test_missing_values_of_own_learners(own, expected):
    """A modality's own learner takes them or not; features are automatic."""
    modalities = [("a", own, ["x", "y"])]
    assert takes_missing(modalities, LINEAR, "voting") is expected
    if own is not FILLED:
        assert takes_missing(modalities, LINEAR, "concat")


@pytest.mark.parametrize(
    ("columns", "expected"),
    [
        ("x", True),
        (3, True),
        (["x"], True),
        (slice(2, 3), True),
        (slice(1), True),
        (["x", "y"], False),
        (slice(0, None), False),
        (slice(-1, None), False),
        (slice("a", "b"), False),
        (None, False),
    ],
)
def test_one_column_is_there_or_absent(columns, expected):
    """A hole in a modality of one column is an absent modality."""
    modalities = [("a", "passthrough", columns)]
    assert takes_missing(modalities, LINEAR, "voting") is expected


def test_words_and_what_is_wrong():
    """Automatic modalities take holes; what `fit` will refuse takes nothing."""
    assert takes_missing("auto", None, "auto")
    assert takes_missing([("a", "drop", ["x", "y"])], LINEAR, "voting")
    assert not takes_missing([("a", StandardScaler)], LINEAR, "voting")
    assert not takes_missing([("a", "auto", ["x", "y"])], LINEAR, "no such fusion")


def test_sparse_tables():
    """Words take them, and parts that say so."""
    assert takes_sparse_tables([("a", "auto"), ("b", StandardScaler(with_mean=False))])
    assert not takes_sparse_tables([("a", "auto"), ("b", SimpleImputer)])
    assert not takes_sparse_tables([("a", TREES)])


@pytest.mark.parametrize(
    ("check", "estimator"),
    [
        (check_estimators_pickle, LINEAR),
        (check_estimators_pickle, TREES),
        (check_estimators_nan_inf, LINEAR),
    ],
)
def test_checks_of_numbers_handed_on(check, estimator):
    """scikit-learn's checks hold for "passthrough", whatever the learner takes."""
    model = MultimodalClassifier(
        [("a", "passthrough", slice(0, None))],
        fusion="voting",
        estimator=estimator,
    )
    check("MultimodalClassifier", model)
