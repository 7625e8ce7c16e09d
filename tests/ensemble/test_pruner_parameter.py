"""A pruner as a parameter: redundant columns and modalities never reach a member."""

import numpy as np
import pytest
from ensemble_cases import classifier, make_table, transformer
from sklearn.base import clone
from sklearn.model_selection import GridSearchCV

from mmensemble import CorrelationPruner, MultimodalClassifier


def table_with_copy():
    """A table whose last modality repeats the first one, and whose b repeats itself."""
    X, y = make_table()
    noise = np.random.default_rng(0).normal(size=X.shape) * 1e-3
    X["b__2"] = X["b__0"] + noise[:, 0]
    X["copy__0"], X["copy__1"] = X["a__0"] + noise[:, 1], X["a__1"] + noise[:, 2]
    return X, y


def test_redundant_columns_are_dropped():
    """The members do not see what the pruner has dropped; predict takes all."""
    X, y = table_with_copy()
    pruner = CorrelationPruner(level="feature", keep="first")
    model = classifier(X, pruner=pruner).fit(X, y)
    kept = {column for _, _, columns in model.modalities_ for column in columns}
    assert kept == {*("a__0", "a__1", "b__0", "b__1"), "c__0", "c__1"}
    assert [name for name, _, _ in model.modalities_] == ["a", "b", "c"]
    alone = MultimodalClassifier(
        list(model.modalities_),
        fusion="voting",
        estimator=clone(model.estimator),
        cv=3,
        random_state=0,
    )
    expected = alone.fit(X, y).predict_proba(X)
    np.testing.assert_allclose(model.predict_proba(X), expected, atol=1e-12)


def test_redundant_modality_is_dropped():
    """At the level of modalities, the copy has no member."""
    X, y = table_with_copy()
    model = classifier(X, pruner=CorrelationPruner(level="modality")).fit(X, y)
    names = [name for name, _, _ in model.modalities_]
    assert len(names) < 4
    assert not {"a", "copy"} <= set(names)


def test_pruner_learns_from_training_rows_only():
    """Nonsense in other rows changes nothing that is kept."""
    X, y = table_with_copy()
    pruner = CorrelationPruner(level="feature", keep="first")
    first = classifier(X, pruner=pruner).fit(X[:40], y[:40])
    other = X.copy()
    other.iloc[40:] = 1e6
    second = classifier(X, pruner=pruner).fit(other[:40], y[:40])
    assert first.modalities_[1][2] == second.modalities_[1][2]


def test_pruner_is_searched_like_any_parameter():
    """A grid can switch the pruner off or change its threshold."""
    X, y = table_with_copy()
    model = classifier(X, pruner=CorrelationPruner(level="feature"))
    grid = {"pruner__threshold": [0.5, 0.9]}
    assert GridSearchCV(model, grid, cv=2).fit(X, y).best_params_
    assert GridSearchCV(model, {"pruner": [None, model.pruner]}, cv=2).fit(X, y)


def test_transformer_prunes_without_a_target():
    """Features of a transformer are those of the kept columns."""
    X, _ = table_with_copy()
    pruner = CorrelationPruner(level="feature", keep="first")
    assert transformer(X, pruner=pruner).fit_transform(X).shape[1] == 6


def test_what_is_no_pruner():
    """The message names the parameter."""
    X, y = make_table()
    with pytest.raises(ValueError, match="'pruner' parameter"):
        classifier(X, pruner="yes").fit(X, y)
