"""Hybrid fusion against scikit-learn's parts, and its refusals."""

import numpy as np
import pytest
from fusion_cases import by_modality, numbers, table
from numpy.testing import assert_allclose
from sklearn.linear_model import LogisticRegression, Ridge
from sklearn.model_selection import cross_val_predict
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from mmensemble import (
    ConcatFusion,
    HybridFusion,
    MultimodalClassifier,
    MultimodalRegressor,
    StackingFusion,
    VotingFusion,
)

ORDERS = ["feature_first", "decision_first", "stacked"]


def make(X, order="feature_first", **params):
    """Make a classifier of quick parts."""
    return MultimodalClassifier(
        by_modality(X, StandardScaler()),
        estimator=LogisticRegression(),
        fusion=HybridFusion(order, **params),
        cv=3,
        random_state=0,
    )


def with_noise(n_samples=120, seed=0):
    """Make a table whose modality c is noise."""
    X, y = table(n_samples, seed=seed)
    noise = np.random.default_rng(seed).normal(size=(n_samples, 2))
    return X.assign(c__0=noise[:, 0], c__1=noise[:, 1]), y


def plain(X, y, names, new):
    """Return probabilities of a scikit-learn pipeline on some modalities."""
    columns = [c for c in X if c[0] in names]
    model = make_pipeline(StandardScaler(), LogisticRegression())
    return model.fit(X[columns], y).predict_proba(new[columns])


def test_feature_first():
    """The fused member votes beside those of the modalities."""
    X, y = table()
    model = make(X, decision=VotingFusion()).fit(X, y)
    parts = [plain(X, y, names, X) for names in ("a", "b", "c", "abc")]
    assert_allclose(model.predict_proba(X), np.mean(parts, axis=0), atol=1e-9)


def test_feature_first_weights_by_name():
    """The fused member has the name "fused" for the decision fusion."""
    X, y = table()
    weights = {"a": 0, "b": 1, "c": 0, "fused": 3}
    model = make(X, decision=VotingFusion(weights=weights)).fit(X, y)
    expected = plain(X, y, "b", X) / 4 + plain(X, y, "abc", X) * 3 / 4
    assert_allclose(model.predict_proba(X), expected, atol=1e-9)


def test_feature_first_of_missing():
    """The fused member serves rows that lack modalities."""
    X, y = table(missing=0.3)
    weights = {"a": 0, "b": 0, "c": 0, "fused": 1}
    model = make(X, decision=VotingFusion(weights=weights)).fit(X, y)
    alone = MultimodalClassifier(**model.get_params(deep=False))
    alone.set_params(fusion="concat").fit(X, y)
    assert_allclose(model.predict_proba(X), alone.predict_proba(X))


def test_decision_first():
    """What the decision fusion does without is not concatenated."""
    X, y = with_noise()
    model = make(X, "decision_first", decision=VotingFusion()).fit(X, y)
    assert model.fusion_.chosen_ == ("a", "b")
    assert_allclose(model.predict_proba(X), plain(X, y, "ab", X), atol=1e-9)


@pytest.mark.parametrize("n_modalities", [1, 2, 3, 7])
def test_number_of_modalities(n_modalities):
    """So many modalities remain, at most all."""
    X, y = with_noise()
    model = make(X, "decision_first", n_modalities=n_modalities).fit(X, y)
    assert len(model.fusion_.chosen_) == min(n_modalities, 3)
    assert n_modalities > 2 or "c" not in model.fusion_.chosen_


def test_decision_first_of_missing():
    """Rows with none of the chosen modalities get the decision fusion's answer."""
    X, y = with_noise()
    model = make(X, "decision_first", decision=VotingFusion()).fit(X, y)
    new = X.copy()
    new.loc[:5, [c for c in X if c[0] in "ab"]] = np.nan
    expected = np.vstack([plain(X, y, "c", X)[:6], plain(X, y, "ab", X)[6:]])
    assert_allclose(model.predict_proba(new), expected, atol=1e-9)
    only = new.iloc[:6]
    assert_allclose(model.predict_proba(only), expected[:6], atol=1e-9)


def test_stacked():
    """Two answers with the weights that fit their out-of-fold predictions best."""
    X, _ = table(150)
    y = numbers(X)
    model = MultimodalRegressor(
        by_modality(X, StandardScaler()),
        estimator=Ridge(),
        fusion=HybridFusion("stacked", decision=VotingFusion()),
        cv=3,
    ).fit(X, y)
    weights = model.fusion_.final_.weights_
    parts = model.predict_modalities(X)
    voted = parts[["a", "b", "c"]].mean(axis=1)
    fused = parts["fused"].iloc[:, 0]
    assert_allclose(model.predict(X), weights[0] * voted + weights[1] * fused)
    learner = make_pipeline(StandardScaler(), Ridge())
    columns = [[c for c in X if c[0] == name] for name in "abc"]
    votes = [cross_val_predict(learner, X[c], y, cv=3) for c in columns]
    votes, held_out = np.mean(votes, axis=0), cross_val_predict(learner, X, y, cv=3)
    grid = np.linspace(0, 1, 1001)
    errors = [((y - g * votes - (1 - g) * held_out) ** 2).sum() for g in grid]
    assert weights[0] == pytest.approx(grid[np.argmin(errors)], abs=1e-3)


@pytest.mark.parametrize("order", ORDERS)
def test_missing_and_groups(order):
    """Rows without modalities, groups and weights work in every order."""
    X, y = table(missing=0.3)
    groups, weight = np.arange(len(X)) // 3, np.arange(len(X)) % 3
    model = make(X, order).fit(X, y, groups=groups, sample_weight=weight)
    assert np.isfinite(model.predict_proba(X)).all()
    assert model.score(X, y) > 0.6


def test_stacked_tiny():
    """Where no folds can be made, the decision fusion answers for its own rows."""
    X, y = table(30)
    model = make(X, "stacked", decision=StackingFusion()).set_params(cv=2)
    y = np.where(np.arange(30) == 0, "rare", "common")
    folds = [(np.arange(15), np.arange(15, 30))]
    model.set_params(cv=folds).fit(X, y)
    assert np.isfinite(model.predict_proba(X)).all()


def test_nested_parameters():
    """Parameters of the inner fusions are reached by name."""
    X, y = table()
    decision = StackingFusion(LogisticRegression())
    model = make(X, decision=decision, feature=ConcatFusion())
    model.set_params(
        fusion__decision__final_estimator__C=0.5,
        fusion__feature__block_scaling="frobenius",
    )
    assert decision.final_estimator.C == 0.5
    model.fit(X, y)
    assert model.fusion_.decision_.final_estimator_.C == 0.5
    assert not hasattr(decision, "pattern_models_")


def test_final_estimator_gets_weights():
    """Metadata for a final estimator reach the one of the decision fusion."""
    X, y = table()
    weight = np.arange(len(X)) % 2 + 0.0
    model = make(X, decision=StackingFusion(LogisticRegression()))
    weighted = model.fit(X, y, sample_weight=weight).fusion_.decision_
    plain = model.fit(X, y).fusion_.decision_
    coefs = [f.final_estimator_.coef_ for f in (weighted, plain)]
    assert not np.allclose(*coefs)


def test_keeps_rows():
    """Whatever either fusion says of itself counts."""

    class Neighbours(VotingFusion):
        """Keeps rows."""

        keeps_rows = True

    assert not HybridFusion().keeps_rows
    assert HybridFusion(decision=Neighbours()).keeps_rows


def test_member_order():
    """The order of the modalities changes nothing."""
    X, y = table()
    turned = X[sorted(X, reverse=True)]
    expected = make(X).fit(X, y).predict_proba(X)
    assert_allclose(make(turned).fit(turned, y).predict_proba(turned), expected)


ERRORS = {
    "level of decision": (
        {"decision": "concat"},
        r"'decision' parameter .* decision level, got ConcatFusion\(\)",
    ),
    "level of feature": (
        {"feature": "voting"},
        r"'feature' parameter .* feature level, got VotingFusion\(\)",
    ),
    "unknown decision": ({"decision": "vote"}, r"'decision' parameter must be one of"),
    "order": ({"order": "both"}, r"The 'order' parameter of HybridFusion"),
    "n_modalities": ({"n_modalities": 0}, r"The 'n_modalities' parameter of Hybrid"),
    "decision refuses": (
        {"decision": VotingFusion("max", weights="optimize")},
        r"VotingFusion\(weights='optimize'\) needs rule='soft'",
    ),
}


@pytest.mark.parametrize("case", ERRORS)
def test_errors(case):
    """What cannot be done is refused with the reason."""
    params, message = ERRORS[case]
    X, y = table(30)
    with pytest.raises(ValueError, match=message):
        make(X, **params).fit(X, y)


def test_no_fusion():
    """What is no fusion is refused."""
    with pytest.raises(TypeError, match=r"'decision' .* instance of a fusion"):
        HybridFusion(decision=VotingFusion).needs


def test_clashing_name():
    """A modality cannot have the name of the fused member."""
    X, y = table(30)
    modalities = [("fused", StandardScaler(), ["a__0"]), ("b", "auto", ["b__0"])]
    with pytest.raises(ValueError, match="'fused' is that of the member on all"):
        make(X).set_params(modalities=modalities).fit(X, y)
