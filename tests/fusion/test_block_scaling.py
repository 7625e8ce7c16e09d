"""What blocks are divided by, against loops over folds and scales by hand."""

import numpy as np
import pandas as pd
import pytest
from sklearn.linear_model import LogisticRegression, Ridge
from sklearn.metrics import log_loss
from sklearn.preprocessing import FunctionTransformer

from mmensemble import (
    ConcatFusion,
    MultimodalClassifier,
    MultimodalRegressor,
    MultimodalTransformer,
)
from mmensemble._splits import inner_folds
from mmensemble.learners._linear import _CS, AutoLinearClassifier

AS_IT_IS = FunctionTransformer(feature_names_out="one-to-one")


def small_signal(n_samples=150, small=0.02, seed=0):
    """Make a block of small numbers that tell the class, beside wide noise."""
    rng = np.random.default_rng(seed)
    score = rng.normal(size=n_samples)
    small = small * (score[:, None] + rng.normal(size=(n_samples, 4)))
    X = pd.DataFrame(rng.normal(size=(n_samples, 40))).add_prefix("wide__")
    X = X.join(pd.DataFrame(small).add_prefix("small__"))
    return X, score


def triples(X):
    """Return the modalities, whose numbers stay as they are."""
    names = dict.fromkeys(c.split("__")[0] for c in X)
    return [(n, AS_IT_IS, [c for c in X if c.startswith(n + "__")]) for n in names]


def fit(X, y, cls=MultimodalClassifier, **options):
    """Fit a concatenation with the default learner and scaling."""
    groups = options.pop("groups", None)
    model = cls(triples(X), fusion=ConcatFusion(), random_state=0, **options)
    return model.fit(X, y, groups=groups)


def held_out_loss(X, y, divide):
    """Return the least held-out log loss of a grid of penalties, by loops."""
    Z = X.to_numpy() / divide
    Z = (Z - Z.mean(axis=0)) / (Z - Z.mean(axis=0)).std()
    losses = []
    for C in _CS:
        parts = []
        for train, test in inner_folds(y, classifier=True, n_splits=5):
            model = LogisticRegression(C=C, max_iter=5000).fit(Z[train], y[train])
            parts.append(log_loss(y[test], model.predict_proba(Z[test])))
        losses.append(np.mean(parts))
    return min(losses)


def test_the_scaling_of_least_held_out_loss():
    """As loops over folds, penalties and scales by hand find it."""
    X, score = small_signal()
    y = (score > 0).astype(int)
    model = fit(X, y)
    expected = {}
    for kind in (None, "frobenius", "first_singular_value"):
        scales = ConcatFusion(kind)
        other = MultimodalTransformer(triples(X), fusion=scales).fit(X)
        divide = np.repeat(other.fusion_.scales_, [40, 4])
        expected[kind] = held_out_loss(X, y, divide)
    assert model.fusion_.block_scaling_ == min(expected, key=expected.get)
    assert min(expected.values()) < expected[None] - 0.1
    plain = MultimodalClassifier(triples(X), fusion=ConcatFusion(None)).fit(X, y)
    new, score = small_signal(400, seed=1)
    gain = model.score(new, score > 0) - plain.score(new, score > 0)
    assert gain > 0.1


def test_without_a_clear_gain_nothing_is_divided():
    """Blocks that are alike, and noise, stay as they are."""
    rng = np.random.default_rng(0)
    X = pd.DataFrame(rng.normal(size=(60, 8)))
    X.columns = [f"{'ab'[k % 2]}__{k}" for k in range(8)]
    assert fit(X, rng.integers(0, 2, 60)).fusion_.block_scaling_ is None


@pytest.mark.parametrize("n_targets", [1, 2])
def test_numbers(n_targets):
    """Regressions choose as well, for all targets at once."""
    X, score = small_signal()
    y = score if n_targets == 1 else np.column_stack([score, score**2])
    model = fit(X, y, MultimodalRegressor)
    assert model.fusion_.block_scaling_ is not None
    assert model.fusion_.scales_[1] < 1


def test_others_get_features_as_they_are():
    """Learners of the user, transformers and single blocks: nothing is divided."""
    X, score = small_signal(60)
    y = (score > 0).astype(int)
    assert fit(X, y, estimator=LogisticRegression()).fusion_.scales_ == [1.0, 1.0]
    given = fit(X, score, MultimodalRegressor, estimator=Ridge())
    assert given.fusion_.block_scaling_ is None
    transformer = MultimodalTransformer(triples(X)).fit(X)
    assert transformer.fusion_.block_scaling_ is None
    np.testing.assert_array_equal(transformer.transform(X), X.to_numpy())
    one = X.filter(like="small")
    assert fit(one, y).fusion_.block_scaling_ is None


def test_rows_that_lack_a_modality():
    """All rows that have any modality tell; each pattern is then divided alike."""
    X, score = small_signal(200)
    y = (score > 0).astype(int)
    X.loc[:24, X.columns.str.startswith("wide")] = np.nan
    X.loc[25:40, X.columns.str.startswith("small")] = np.nan
    model = fit(X, y)
    assert model.fusion_.block_scaling_ is not None
    small = X.iloc[:20].to_numpy()[:, 40:] / model.fusion_.scales_[1]
    head = model.fusion_.pattern_models_[(1,)].learners[0]
    np.testing.assert_allclose(
        model.predict_proba(X.iloc[:20]), head.predict_proba(small)
    )


def test_groups_are_held_out_together(monkeypatch):
    """Folds keep them together, and each is one observation of the error."""
    X, score = small_signal(60)
    seen, held_out = [], AutoLinearClassifier.held_out

    def recorded(self, *args, **params):
        seen.append(held_out(self, *args, **params))
        return seen[-1]

    monkeypatch.setattr(AutoLinearClassifier, "held_out", recorded)
    groups = np.repeat(np.arange(20), 3)
    fit(X, (score > 0).astype(int), groups=groups)
    assert len(seen) == 3
    for found in seen:
        assert sorted(found.clusters) == groups.tolist()
