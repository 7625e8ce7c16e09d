"""Stacking against scikit-learn's own and against models trained by hand."""

import numpy as np
import pytest
import sklearn
from fusion_cases import by_modality, numbers, random_probabilities, table, view
from numpy.testing import assert_allclose, assert_array_equal
from scipy import sparse
from sklearn.compose import make_column_transformer
from sklearn.ensemble import StackingClassifier, StackingRegressor
from sklearn.linear_model import LogisticRegression, Ridge
from sklearn.metrics import log_loss
from sklearn.model_selection import StratifiedKFold, cross_val_predict
from sklearn.neighbors import KNeighborsClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from mmensemble import MultimodalClassifier, MultimodalRegressor, StackingFusion
from mmensemble.fusion._partial_pooling import STRENGTHS
from mmensemble.fusion._shared_stack import SharedStacks
from mmensemble.learners._nonnegative import NonNegativeLogistic
from mmensemble.modality import Block

FINAL = LogisticRegression(tol=1e-10, max_iter=1000)


def as_pipelines(X, extractor, learner):
    """Make one pipeline a modality, as users of scikit-learn write it."""
    return [
        (name, make_pipeline(make_column_transformer((extractor, columns)), learner))
        for name, _, columns in by_modality(X, None)
    ]


def honest(n_samples=80, n_members=3, n_classes=2, seed=0, holes=0.0):
    """Draw members that know something of the labels, with holes."""
    rng = np.random.default_rng(seed)
    y = rng.permutation(np.arange(n_samples) % n_classes)
    p = 0.6 * random_probabilities(rng, n_samples, n_members, n_classes)
    p += 0.4 * np.eye(n_classes)[y][:, None]
    p[rng.random((n_samples, n_members)) < holes] = np.nan
    p[np.isnan(p).all(axis=(1, 2)), 0] = 1 / n_classes
    return p, y


@pytest.mark.parametrize("passthrough", [False, True])
@pytest.mark.parametrize("n_classes", [2, 3])
def test_stacking_classifier(n_classes, passthrough):
    """Predictions equal StackingClassifier's: same members, folds and final."""
    X, y = table(n_classes=n_classes)
    y = np.array(["z", "a", "m"])[y]
    learner = LogisticRegression(tol=1e-10)
    ours = MultimodalClassifier(
        by_modality(X, "passthrough"),
        fusion=StackingFusion(FINAL, passthrough=passthrough),
        estimator=learner,
        cv=3,
    ).fit(X, y)
    theirs = StackingClassifier(
        as_pipelines(X, "passthrough", learner),
        FINAL,
        cv=3,
        stack_method="predict_proba",
        passthrough=passthrough,
    ).fit(X, y)
    assert_allclose(ours.predict_proba(X), theirs.predict_proba(X), rtol=0, atol=1e-9)
    assert_array_equal(ours.predict(X), theirs.predict(X))


@pytest.mark.parametrize("passthrough", [False, True])
def test_stacking_regressor(passthrough):
    """Predictions equal StackingRegressor's."""
    X, _ = table()
    y = numbers(X)
    ours = MultimodalRegressor(
        by_modality(X, "passthrough"),
        fusion=StackingFusion(Ridge(), passthrough=passthrough),
        estimator=Ridge(),
        cv=4,
    ).fit(X, y)
    theirs = StackingRegressor(
        as_pipelines(X, "passthrough", Ridge()),
        Ridge(),
        cv=4,
        passthrough=passthrough,
    )
    assert_allclose(ours.predict(X), theirs.fit(X, y).predict(X), rtol=0, atol=1e-9)


def test_stacking_classifier_with_weights():
    """Sample weights reach members and final estimator as in scikit-learn."""
    X, y = table()
    weight = np.random.default_rng(0).uniform(0.1, 3, len(y))
    learner = LogisticRegression(tol=1e-10)
    ours = MultimodalClassifier(
        by_modality(X, "passthrough"),
        fusion=StackingFusion(FINAL),
        estimator=learner,
        cv=3,
    ).fit(X, y, sample_weight=weight)
    columns = [c for _, _, c in by_modality(X, None)]
    folds, inputs = StratifiedKFold(3), []
    for part in columns:
        params = {"sample_weight": weight}
        out = cross_val_predict(
            learner, X[part], y, cv=folds, params=params, method="predict_proba"
        )
        inputs.append(out[:, 1])
    final = sklearn.clone(FINAL).fit(np.column_stack(inputs), y, weight)
    refit = [learner.fit(X[c], y, weight).predict_proba(X[c])[:, 1] for c in columns]
    expected = final.predict_proba(np.column_stack(refit))
    assert_allclose(ours.predict_proba(X), expected, rtol=0, atol=1e-9)


@pytest.mark.parametrize("n_classes", [2, 3])
@pytest.mark.parametrize("inputs", ["auto", "probabilities", "logits"])
def test_inputs(inputs, n_classes):
    """The final estimator sees probabilities or logits, as asked."""
    p, y = honest(n_classes=n_classes)
    data = view(p, y, classes=np.arange(n_classes))
    fusion = StackingFusion(FINAL, inputs=inputs).fit(data)
    if inputs == "logits":
        z = np.log(p) - np.log(p).mean(axis=2, keepdims=True)
        z = np.log(p[:, :, 1] / p[:, :, 0]) if n_classes == 2 else z
    else:
        z = p[:, :, 1] if n_classes == 2 else p
    matrix = z.reshape(len(y), -1)
    expected = sklearn.clone(FINAL).fit(matrix, y).predict_proba(matrix)
    assert_allclose(fusion.predict(data), expected, atol=1e-8)
    assert_allclose(fusion.transform(data), matrix)
    assert len(fusion.get_feature_names_out(data.task)) == matrix.shape[1]


def test_feature_names():
    """Two classes have one column a member."""
    p, y = honest(n_members=2)
    data = view(p, y, classes=np.arange(2))
    fusion = StackingFusion().fit(data)
    assert fusion.get_feature_names_out(data.task) == ["m0_1", "m1_1"]


def test_one_model_a_pattern():
    """Each pattern's model is trained on the rows that have it."""
    p, y = honest(n_samples=200, holes=0.3)
    data = view(p, y, classes=np.arange(2))
    fusion = StackingFusion(FINAL).fit(data)
    assert len(fusion.pattern_models_) == 7
    got, has = fusion.predict(data), ~np.isnan(p[:, :, 0])
    for pattern in fusion.pattern_models_:
        rows = has[:, pattern].all(axis=1)
        exactly = rows & (has.sum(axis=1) == len(pattern))
        inputs = p[:, list(pattern), 1]
        model = sklearn.clone(FINAL).fit(inputs[rows], y[rows])
        expected = model.predict_proba(inputs[exactly])
        assert_allclose(got[exactly], expected, atol=1e-7)


def test_rare_patterns_get_the_mean():
    """Where no pattern can be learnt, the mean of what is present answers."""
    p, y = honest(n_samples=12)
    p[:9, 0] = np.nan
    p[9:, 1:] = np.nan
    data = view(p, y, classes=np.arange(2))
    fusion = StackingFusion(FINAL).fit(data)
    assert set(fusion.pattern_models_) == set()
    assert not hasattr(fusion, "final_estimator_")
    assert_allclose(fusion.predict(data), np.nanmean(p, axis=1))


def test_patterns_without_every_class():
    """A pattern whose rows lack a class has no model of its own."""
    p, y = honest(n_samples=60)
    p[y == 1, 0] = np.nan
    data = view(p, y, classes=np.arange(2))
    fusion = StackingFusion(FINAL).fit(data)
    assert set(fusion.pattern_models_) == {(1, 2), (1,), (2,)}
    single = data.take(np.flatnonzero(y == 0))
    assert np.isfinite(fusion.predict(single)).all()


def test_patterns_without_weight():
    """A pattern whose rows weigh nothing has no model of its own."""
    p, y = honest(n_samples=60)
    p[:30, 0] = np.nan
    weight = np.where(np.arange(60) < 30, 1.0, 0.0)
    data = view(p, y, classes=np.arange(2), sample_weight=weight)
    assert set(StackingFusion().fit(data).pattern_models_) == {(1, 2), (1,), (2,)}


def test_max_patterns():
    """Above the limit the nearest fitted pattern answers."""
    p, y = honest(n_samples=100)
    data = view(p, y, classes=np.arange(2))
    fusion = StackingFusion(FINAL, max_patterns=3).fit(data)
    assert list(fusion.pattern_models_) == [(0, 1, 2), (0, 1), (0, 2)]
    hidden = p.copy()
    hidden[:, 2] = np.nan
    hidden[:50, 1] = np.nan
    got = fusion.predict(view(hidden, classes=np.arange(2)))
    assert_allclose(got[:50], p[:50, 0])


@pytest.mark.parametrize("n_classes", [2, 3])
def test_indicator(n_classes):
    """One model, with the prior where a modality is absent, and indicators."""
    p, y = honest(n_samples=100, n_classes=n_classes, holes=0.3)
    p[:, 2] = random_probabilities(np.random.default_rng(1), 100, 1, n_classes)[:, 0]
    data = view(p, y, classes=np.arange(n_classes))
    fusion = StackingFusion(FINAL, missing="indicator").fit(data)
    filled = np.where(np.isnan(p), np.bincount(y) / len(y), p)
    filled = filled[:, :, 1:] if n_classes == 2 else filled
    present = ~np.isnan(p[:, :2, 0])
    matrix = np.hstack([filled.reshape(100, -1), present])
    expected = sklearn.clone(FINAL).fit(matrix, y).predict_proba(matrix)
    assert_allclose(fusion.predict(data), expected, atol=1e-8)


@pytest.mark.parametrize("as_sparse", [False, True])
def test_indicator_with_passthrough(as_sparse):
    """Blocks are filled with their means, sparse ones with zeros."""
    p, y = honest(n_samples=60, n_members=2)
    rng = np.random.default_rng(0)
    present = np.arange(60) % 3 > 0
    p[~present, 1] = np.nan
    values = rng.normal(size=(present.sum(), 2))
    held = sparse.csr_matrix(values) if as_sparse else values
    blocks = (
        Block(rng.normal(size=(60, 1)), np.ones(60, dtype=bool), ("u",)),
        Block(held, present, ("v", "w")),
    )
    data = view(p, y, classes=np.arange(2), blocks=blocks)
    fusion = StackingFusion(FINAL, missing="indicator", passthrough=True).fit(data)
    filled = np.tile(0.0 if as_sparse else values.mean(axis=0), (60, 1)) * np.ones(2)
    filled[present] = values
    first = np.where(np.isnan(p[:, :, 1]), np.mean(y), p[:, :, 1])
    matrix = np.hstack([first, blocks[0].values, filled, present[:, None]])
    expected = sklearn.clone(FINAL).fit(matrix, y).predict_proba(matrix)
    assert_allclose(fusion.predict(data), expected, atol=1e-6)


@pytest.mark.parametrize("missing", ["pattern", "indicator"])
def test_passthrough_with_absent_modalities(missing):
    """Passthrough copes with every pattern, those unseen in training too."""
    X, y = table(missing=0.3)
    model = MultimodalClassifier(
        by_modality(X, StandardScaler()),
        fusion=StackingFusion(FINAL, missing=missing, passthrough=True),
        estimator=LogisticRegression(),
        cv=3,
    ).fit(X, y)
    for column in "abc":
        X.loc[: len(X) // 2, [c for c in X if c.startswith(column)]] = np.nan
        rows = X.notna().any(axis=1)
        got = model.predict_proba(X[rows])
        assert_allclose(got.sum(axis=1), 1)


def test_concat_member():
    """A member on all modalities together, where all are present."""
    X, y = table()
    model = MultimodalClassifier(
        by_modality(X, StandardScaler()),
        fusion=StackingFusion(FINAL, concat_member=True),
        estimator=LogisticRegression(tol=1e-10),
        cv=3,
    ).fit(X, y)
    coefs = {k: m.coef_.shape[1] for k, m in model.fusion_.pattern_models_.items()}
    assert coefs[(0, 1, 2)] == 4
    assert coefs[(0, 1)] == 2
    shared = model.predict_modalities(X)["concat"].to_numpy()
    scaled = StandardScaler().fit_transform(X)
    alone = LogisticRegression(tol=1e-10).fit(scaled, y)
    assert_allclose(shared, alone.predict_proba(scaled), atol=1e-8)


def test_concat_member_is_left_out():
    """Where a modality is absent, the stack is that without a joint member."""
    X, y = table()
    lacking = X.assign(a__0=np.nan, a__1=np.nan)
    got = []
    for joint in (True, False):
        model = MultimodalClassifier(
            by_modality(X, StandardScaler()),
            fusion=StackingFusion(FINAL, concat_member=joint),
            estimator=LogisticRegression(tol=1e-10),
            cv=3,
        )
        got.append(model.fit(X, y).predict_proba(lacking))
    assert_allclose(got[0], got[1], atol=1e-8)


def test_several_targets():
    """Several targets, each with its own weights."""
    X, _ = table()
    y = numbers(X, n_targets=2)
    triples = by_modality(X, StandardScaler())
    model = MultimodalRegressor(
        triples, estimator=Ridge(), cv=4, fusion="stacking"
    ).fit(X, y)
    assert model.predict(X).shape == y.shape
    assert model.fusion_.final_estimator_.weights_.shape == (3, 2)
    for t in range(2):
        alone = MultimodalRegressor(
            triples, estimator=Ridge(), cv=4, fusion="stacking"
        ).fit(X, y[:, t])
        assert_allclose(model.predict(X)[:, t], alone.predict(X), atol=1e-8)


@pytest.mark.parametrize("n_classes", [2, 3])
def test_selects_informative_modalities(n_classes):
    """The default gives a noise modality (almost) no weight."""
    X, y = table(n_samples=150, n_classes=n_classes)
    X[["c__0", "c__1"]] = np.random.default_rng(5).normal(size=(150, 2))
    model = MultimodalClassifier(
        by_modality(X, StandardScaler()),
        estimator=LogisticRegression(),
        cv=4,
        fusion="stacking",
    ).fit(X, y)
    weights = model.fusion_.final_estimator_.weights_
    assert weights[2] < 0.2 * weights[:2].min()


def test_noise_stays_noise():
    """On noise the stack does not find what is not there."""
    rng = np.random.default_rng(0)
    hits = []
    for _ in range(3):
        X, _ = table(n_samples=120, seed=int(rng.integers(99)))
        X[:] = rng.normal(size=X.shape)
        y = rng.permutation(np.arange(120) % 2)
        model = MultimodalClassifier(
            by_modality(X, StandardScaler()),
            estimator=LogisticRegression(),
            cv=4,
            fusion="stacking",
        ).fit(X[:60], y[:60])
        hits.append(model.score(X[60:], y[60:]))
    assert 0.3 < np.mean(hits) < 0.7


def test_final_estimator_without_sample_weight():
    """Weights that the final estimator cannot take are refused by name."""
    X, y = table()
    model = MultimodalClassifier(
        by_modality(X, StandardScaler()),
        fusion=StackingFusion(KNeighborsClassifier()),
        estimator=LogisticRegression(),
        cv=3,
    )
    weight = np.arange(1.0, len(y) + 1)
    with pytest.raises(TypeError, match=r"'final_estimator' .* not support sample_w"):
        model.fit(X, y, sample_weight=weight)
    assert model.fit(X, y).score(X, y) > 0.5


def test_final_estimator_without_sample_weight_routed():
    """With metadata routing only those who ask get the weights."""
    X, y = table()
    weight = np.arange(1.0, len(y) + 1)
    with sklearn.config_context(enable_metadata_routing=True):
        model = MultimodalClassifier(
            by_modality(X, StandardScaler().set_fit_request(sample_weight=False)),
            fusion=StackingFusion(KNeighborsClassifier()),
            estimator=LogisticRegression().set_fit_request(sample_weight=True),
            cv=3,
        )
        model.fit(X, y, sample_weight=weight)
    scaled = StandardScaler().fit_transform(X[["a__0", "a__1"]])
    expected = LogisticRegression().fit(scaled, y, weight).coef_
    assert_allclose(model.estimators_["a"].coef_, expected)


def test_three_levels():
    """A stack as a modality's own learner."""
    X, y = table()
    inner = MultimodalClassifier(
        by_modality(X[[c for c in X if c[0] in "ab"]], StandardScaler()),
        estimator=LogisticRegression(),
        cv=3,
        fusion="stacking",
    )
    model = MultimodalClassifier(
        [
            ("ab", inner, [c for c in X if c[0] in "ab"]),
            ("c", StandardScaler(), ["c__0", "c__1"]),
        ],
        estimator=LogisticRegression(),
        cv=3,
        fusion="stacking",
    ).fit(X, y)
    lone = sklearn.clone(inner).fit(X[[c for c in X if c[0] in "ab"]], y)
    got = model.predict_modalities(X)["ab"].to_numpy()
    assert_allclose(got, lone.predict_proba(X), atol=1e-8)
    lacking = X.copy()
    lacking.loc[:10, ["a__0", "a__1"]] = np.nan
    lacking.loc[5:15, ["c__0", "c__1"]] = np.nan
    lacking.loc[16:20, [c for c in X if c[0] in "ab"]] = np.nan
    assert_allclose(model.predict_proba(lacking).sum(axis=1), 1)
    assert model.score(X, y) > 0.6


ERRORS = {
    "final_estimator": {"final_estimator": "ridge"},
    "inputs": {"inputs": "scores"},
    "missing": {"missing": "mean"},
    "passthrough": {"passthrough": "yes"},
    "concat_member": {"concat_member": None},
    "max_patterns": {"max_patterns": 0},
}


@pytest.mark.parametrize("name", ERRORS)
def test_parameters(name):
    """Every parameter is checked."""
    p, y = honest()
    with pytest.raises(ValueError, match=f"The '{name}' parameter of StackingFusion"):
        StackingFusion(**ERRORS[name]).fit(view(p, y, classes=np.arange(2)))


def test_needs():
    """What is read depends on the parameters."""
    assert StackingFusion().needs == {"predictions", "out of fold"}
    full = StackingFusion(passthrough=True, concat_member=True).needs
    assert full == {"predictions", "out of fold", "blocks", "concat member"}


@pytest.mark.parametrize("n_classes", [2, 3])
def test_weights_of_rows(n_classes):
    """Weights are those of the row's model, scaled to one over what it has."""
    p, y = honest(n_samples=200, n_classes=n_classes, holes=0.2)
    data = view(p, y, classes=np.arange(n_classes))
    fusion = StackingFusion(max_patterns=1).fit(data)
    weights = fusion.row_weights(data)
    learnt = fusion.final_estimator_.weights_
    full = ~np.isnan(p[:, :, 0]).any(axis=1)
    assert_allclose(weights[full], np.tile(learnt / learnt.sum(), (full.sum(), 1)))
    pooled = ~np.isnan(p[~full, :, 0]) * fusion.pattern_models_[()].weights
    assert_allclose(weights[~full], pooled / pooled.sum(axis=1, keepdims=True))
    assert_allclose(fusion.modality_weights(data), weights)


@pytest.mark.parametrize("n_classes", [2, 3])
def test_complete_rows_have_the_plain_stack(n_classes):
    """Where nothing lacks, each pattern has the lasso of its members, as ever."""
    p, y = honest(n_samples=200, n_classes=n_classes)
    data = view(p, y, classes=np.arange(n_classes))
    fusion = StackingFusion().fit(data)
    z = np.log(p) - np.log(p).mean(axis=2, keepdims=True)
    z = np.log(p[:, :, 1] / p[:, :, 0]) if n_classes == 2 else z
    first = NonNegativeLogistic().fit(z.reshape(200, -1), y)
    assert_allclose(fusion.final_estimator_.weights_, first.weights_)
    part = NonNegativeLogistic(penalty=first.penalty_)
    part.fit(z[:, :2].reshape(200, -1), y)
    assert_allclose(fusion.pattern_models_[(0, 1)].weights_, part.weights_)
    assert not hasattr(fusion, "strength_")


@pytest.mark.parametrize("n_classes", [2, 3])
def test_patterns_share_strength(n_classes):
    """Models of rare patterns are near what all rows say, and serve every pattern."""
    p, y = honest(n_samples=200, n_classes=n_classes)
    p[:194, 0] = np.nan
    data = view(p, y, classes=np.arange(n_classes))
    fusion = StackingFusion().fit(data)
    assert len(fusion.pattern_models_) == 7
    assert fusion.strength_ in STRENGTHS
    stacks = SharedStacks(data)
    for pattern, model in fusion.pattern_models_.items():
        assert_allclose(model.weights_, stacks.model(pattern).weights_)
    fused = fusion.predict(data)
    assert_allclose(fused.sum(axis=1), 1)
    assert np.ptp(fused[194:, 0]) > 0


def test_scattered_holes_are_no_worse_than_the_vote():
    """With few rows a pattern, on new rows with all modalities and with holes."""
    p, y = honest(n_samples=1100, n_members=4, holes=0.5)
    whole, _ = honest(n_samples=1100, n_members=4)
    data = view(p, y, classes=np.arange(2))
    stack = StackingFusion().fit(data.take(np.arange(100)))
    for predictions in (p, whole):
        new = view(predictions, y, classes=np.arange(2)).take(np.arange(100, 1100))
        vote = np.nanmean(new.predictions, axis=1)
        assert log_loss(new.y, stack.predict(new)) < log_loss(new.y, vote)


def test_never_a_constant():
    """Where the lasso leaves no member of weak evidence, the shrunk stack answers."""
    y = np.arange(40) % 2
    chance = np.random.default_rng(0).normal(0.5, 0.01, size=(40, 2))
    chance += np.where(y == 1, -0.005, 0.005)[:, None]
    data = view(np.stack([1 - chance, chance], axis=2), y, classes=np.arange(2))
    logits = np.log(chance / (1 - chance))
    lasso = NonNegativeLogistic().fit(logits, y)
    assert_array_equal(lasso.weights_, 0)
    fusion = StackingFusion().fit(data)
    assert fusion.final_estimator_.penalty_ == lasso.penalty_
    assert_allclose(fusion.final_estimator_.weights_, 0.5, atol=0.1)
    assert np.ptp(fusion.predict(data)[:, 0]) > 0


def test_joint_member_that_no_row_knows():
    """A member on all modalities has no weight where no row was complete."""
    X, y = table()
    X.loc[::2, ["a__0", "a__1"]] = np.nan
    X.loc[1::2, ["c__0", "c__1"]] = np.nan
    model = MultimodalClassifier(
        by_modality(X, StandardScaler()),
        fusion=StackingFusion(concat_member=True),
        estimator=LogisticRegression(),
        cv=3,
    ).fit(X, y)
    weights = model.fusion_.pattern_models_[(0, 1, 2)].weights_
    assert weights.shape == (4,)
    assert weights[3] == 0
    filled = X.fillna(0.0)
    assert_allclose(model.predict_proba(filled).sum(axis=1), 1)


@pytest.mark.parametrize("n_targets", [1, 2])
def test_values_share_strength(n_targets):
    """Of several targets each has weights; rows without a fitted pattern are served."""
    rng = np.random.default_rng(0)
    y = rng.normal(size=(80, n_targets))
    predictions = y[:, None] + rng.normal(size=(80, 3, n_targets))
    predictions[:40, 0] = np.nan
    data = view(predictions, y[:, 0] if n_targets == 1 else y)
    fusion = StackingFusion(max_patterns=1).fit(data)
    assert set(fusion.pattern_models_) == {(0, 1, 2), ()}
    assert fusion.final_estimator_.weights_.shape == (3, n_targets)
    fused = fusion.predict(data)
    assert np.corrcoef(fused[:40, 0], y[:40, 0])[0, 1] > 0.7
    assert_allclose(fusion.row_weights(data).sum(axis=1), 1)


def test_weights_of_several_targets():
    """Weights of a member are the mean over targets."""
    rng = np.random.default_rng(0)
    y = rng.normal(size=(80, 2))
    data = view(y[:, None] + rng.normal(size=(80, 3, 2)), y)
    fusion = StackingFusion().fit(data)
    means = fusion.final_estimator_.weights_.mean(axis=1)
    assert_allclose(fusion.row_weights(data)[0], means / means.sum())


@pytest.mark.parametrize(
    "fusion",
    [
        StackingFusion(FINAL),
        StackingFusion(passthrough=True),
        StackingFusion(missing="indicator"),
    ],
)
def test_no_weights_of_other_learners(fusion):
    """Only non-negative weights are offered."""
    assert fusion.row_outputs == {}
    assert set(StackingFusion().row_outputs) == {"row_weights", "modality_weights"}
