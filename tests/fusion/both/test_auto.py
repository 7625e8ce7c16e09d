"""The automatic fusion: its choice, its estimate, and what it keeps."""

from dataclasses import replace

import numpy as np
import pytest
from fusion_cases import by_modality, numbers, random_probabilities, table, view
from numpy.testing import assert_allclose, assert_array_equal
from scipy import stats
from sklearn.exceptions import NotFittedError
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import f1_score, log_loss, roc_auc_score
from sklearn.preprocessing import StandardScaler
from sklearn.tree import DecisionTreeClassifier

from mmensemble import AutoFusion, MultimodalClassifier, MultimodalRegressor
from mmensemble.datasets import make_multimodal
from mmensemble.fusion.both._auto import at_least
from mmensemble.fusion.both._combiners import COMBINERS


def classes(n_samples=300, strengths=(0.5, 0.4, 0.4), seed=0, **more):
    """Draw a view whose members know the labels by the given strengths."""
    rng = np.random.default_rng(seed)
    y = rng.integers(0, 2, n_samples)
    drawn = random_probabilities(rng, n_samples, len(strengths), 2)
    known = np.asarray(strengths)[:, None]
    predictions = (1 - known) * drawn + known * np.eye(2)[y][:, None]
    return view(predictions, y, classes=np.arange(2), **more)


def make(X, fusion="auto", learner=None):
    """Make a classifier of quick learners."""
    learners = [
        ("line", LogisticRegression()),
        ("tree", DecisionTreeClassifier(max_depth=2)),
    ]
    return MultimodalClassifier(
        by_modality(X, StandardScaler()),
        fusion=fusion,
        estimator=learner or learners,
        cv=3,
        random_state=0,
    )


def test_several_good_members():
    """Members that each know something are combined."""
    fusion = AutoFusion().fit(classes())
    assert fusion.choice_ in COMBINERS
    assert (fusion.weights_ > 0.1).all()
    assert fusion.losses_[fusion.choice_] < fusion.losses_["best"]


def test_one_good_member():
    """One that knows all stands alone, and the rest serves where it is absent."""
    data = classes(60, strengths=(0.97, 0.0, 0.0))
    fusion = AutoFusion().fit(data)
    assert fusion.weights_[0] > 0.9
    expected = data.predictions[:, 0]
    assert_array_equal(fusion.predict(data).argmax(axis=1), expected.argmax(axis=1))


def confused(n_samples, seed):
    """Two members that each cannot tell one pair of three classes apart."""
    rng = np.random.default_rng(seed)
    y = rng.integers(0, 3, n_samples)
    known = np.eye(3)[y] + 0.5 * rng.random((2, n_samples, 3))
    first, second = known
    first[:, :2] = first[:, :2].mean(axis=1, keepdims=True)
    second[:, 1:] = second[:, 1:].mean(axis=1, keepdims=True)
    sharp = np.stack([first, second], axis=1) ** 3
    predictions = sharp / sharp.sum(axis=2, keepdims=True)
    return view(predictions, y, classes=np.arange(3))


def test_members_that_confuse_different_classes():
    """A stack by classes is taken, is better on new rows, and tells its weights."""
    data, new = confused(300, 0), confused(2000, 1)
    fusion = AutoFusion().fit(data)
    assert fusion.choice_ == "class_stack"
    losses = fusion.losses_
    assert losses["class_stack"] < losses["stack"] < losses["selection"]
    assert_allclose(fusion.row_weights(new).sum(axis=1), 1)
    chance = fusion.predict(new)
    assert_allclose(chance.sum(axis=1), 1)
    found = log_loss(new.y, chance)
    assert found < log_loss(new.y, new.predictions.mean(axis=1)) - 0.1
    alone = AutoFusion(max_members=1).fit(data)
    assert (alone.weights_ > 0).sum() == 1


def test_votes_where_rows_are_few():
    """With hardly any row the choice is near the plain vote, and never a constant."""
    data, new = classes(16, (0.3, 0.3, 0.3)), classes(500, (0.3, 0.3, 0.3), seed=1)
    fusion = AutoFusion().fit(data)
    fused = fusion.predict(new)
    assert roc_auc_score(new.y, fused[:, 1]) > 0.7


def test_scattered_holes():
    """Many patterns of few rows each: no worse than the vote, on whole rows too."""
    data, new = (
        classes(100, (0.3, 0.3, 0.2, 0.2)),
        classes(1000, (0.3, 0.3, 0.2, 0.2), 1),
    )
    rng = np.random.default_rng(0)
    absent = rng.random((100, 4)) < 0.6
    absent[np.arange(100), rng.integers(0, 4, 100)] = False
    predictions = np.where(absent[:, :, None], np.nan, data.predictions)
    fusion = AutoFusion().fit(view(predictions, data.y, classes=np.arange(2)))
    fused = fusion.predict(new)
    vote = log_loss(new.y, new.predictions.mean(axis=1))
    assert log_loss(new.y, fused) < vote
    assert len(fusion.pattern_models_) == 15


def test_estimate_is_honest():
    """Members that know nothing promise nothing, though the best of many looks good."""
    estimates, naive = [], []
    for seed in range(12):
        data = classes(80, strengths=np.zeros(12), seed=seed)
        fusion = AutoFusion(scoring="roc_auc", max_patterns=1, n_bootstraps=30)
        fusion.fit(data)
        estimates.append(fusion.score_estimate_)
        naive.append(roc_auc_score(data.y, fusion.predict(data)[:, 1]))
    assert np.mean(naive) > 0.55
    assert np.mean(estimates) == pytest.approx(0.5, abs=0.04)


@pytest.mark.parametrize("scoring", [None, "roc_auc"])
def test_estimate_of_new_rows(scoring):
    """The estimate is near the score on many new rows, within its interval."""
    fusion = AutoFusion(scoring=scoring, n_bootstraps=30).fit(
        classes(400, (0.2, 0.15, 0.1))
    )
    new = classes(20_000, (0.2, 0.15, 0.1), seed=7)
    fused = fusion.predict(new)
    score = (fused.argmax(axis=1) == new.y).mean()
    if scoring:
        score = roc_auc_score(new.y, fused[:, 1])
    low, high = fusion.score_interval_
    assert low < score < high
    assert fusion.score_estimate_ == pytest.approx(score, abs=0.04)


def test_regression():
    """Values are combined and judged by the coefficient of determination."""
    X, _ = table(150)
    y = numbers(X, n_targets=2)
    model = MultimodalRegressor(fusion=AutoFusion("linear"), cv=3, random_state=0)
    model.fit(X, y)
    assert 0.3 < model.fusion_.score_estimate_ < 1
    assert model.score(X, y) > model.fusion_.score_estimate_ - 0.1
    assert set(model.estimators_) <= {"a", "b", "c", "concat"}


def test_unused_members_are_dropped():
    """Models of members without a weight are not kept, nor needed."""
    X, y = table(200, sizes=(4, 3, 2))
    model = make(X, AutoFusion(max_members=1)).fit(X, y)
    fusion = model.fusion_
    names = [member.name for member in fusion.members_]
    kept = [name for i, name in enumerate(names) if i not in fusion.unused_members_]
    assert set(model.estimators_) == set(kept)
    assert len(kept) <= 4
    assert len(names) == 8
    for hidden in ("a", "bc"):
        new = X.copy()
        new[[c for c in X if c[0] in hidden]] = np.nan
        probabilities = model.predict_proba(new)
        assert np.isfinite(probabilities).all()
        assert_allclose(probabilities.sum(axis=1), 1)


@pytest.mark.parametrize("max_members", [1, 2, 5])
def test_most_members(max_members):
    """No pattern has more members with a weight than allowed."""
    data = classes(strengths=np.linspace(0.2, 0.4, 6))
    fusion = AutoFusion(max_members=max_members).fit(data)
    assert 1 <= (fusion.weights_ > 0).sum() <= max_members


def test_weights_of_rows():
    """Weights are those of the row's pattern."""
    data = classes()
    predictions = data.predictions.copy()
    predictions[:50, 1] = np.nan
    data = view(predictions, data.y, classes=np.arange(2))
    fusion = AutoFusion().fit(data)
    weights, own = fusion.row_weights(data), fusion.pattern_models_[(0, 2)].weights
    assert_allclose(weights[0], own / own.sum())
    assert_allclose(weights[-1], fusion.weights_)
    combination = fusion.pattern_models_[(0, 2)]
    known = at_least(data, 1 / 302).predictions[:50]
    fused = combination.predict(known, data.task)
    assert_allclose(fusion.predict(data)[:50], fused)


def test_rows_without_enough():
    """Four rows without a complete one are enough to answer."""
    data = classes(4)
    predictions = data.predictions.copy()
    predictions[:3, 1:] = np.nan
    predictions[3, 0] = np.nan
    data = view(predictions, np.array([0, 1, 0, 1]), classes=np.arange(2))
    fusion = AutoFusion().fit(data)
    assert fusion.score_interval_ is not None
    out = fusion.predict(data)
    assert_allclose(out.sum(axis=1), 1)
    assert np.isfinite(out).all()


def test_nothing_can_be_judged():
    """Where no sample can be judged, the estimate is not a number."""
    predictions = classes(2).predictions
    data = view(predictions, np.array([0, 1]), classes=np.arange(2))
    fusion = AutoFusion(n_bootstraps=2, scoring="roc_auc").fit(data.take([1, 1]))
    assert np.isnan(fusion.score_estimate_)
    assert np.isnan(fusion.score_interval_).all()


@pytest.mark.parametrize(
    ("scoring", "groups", "expected"),
    [
        (None, None, 0.025 ** (1 / 80)),
        ("accuracy", np.arange(80) // 4, 0.025 ** (1 / 20)),
        ("roc_auc", None, np.nan),
    ],
)
def test_bootstraps_that_do_not_differ(scoring, groups, expected):
    """All rows right: the exact interval of an accuracy, by rows or by groups."""
    y = np.arange(80) % 2
    sure = np.stack([1 - y, y], axis=1) * 0.98 + 0.01
    data = view(np.stack([sure, sure], axis=1), y, classes=np.arange(2), groups=groups)
    fusion = AutoFusion(scoring=scoring).fit(data)
    assert fusion.score_estimate_ == 1
    low, high = fusion.score_interval_
    assert_allclose((low, high), (expected, 1 if expected == expected else np.nan))
    assert_allclose(fusion.score_interval(10**9)[0] < 1, expected == expected)


def test_portfolio():
    """Learners come with the fusion where the estimator has none."""
    names = {"linear": 1, "small": 2, "full": 3}
    for effort, number in names.items():
        for classifier in (True, False):
            pairs = AutoFusion(effort).portfolio(classifier=classifier)
            assert len(pairs) == number
            assert all(hasattr(p, "predict_proba") == classifier for _, p in pairs)
    X, y = table(40, sizes=(2, 2))
    model = MultimodalClassifier(fusion=AutoFusion("small"), cv=2, random_state=0)
    model.fit(X, y)
    learners = {member.learner for member in model.fusion_.members_}
    assert learners == {"linear", "trees"}


@pytest.mark.parametrize(("budget", "learners"), [(1e-9, 1), (1.0, 2), (60.0, 3)])
def test_time_budget(budget, learners):
    """A small budget means fewer learners, by the size of the table alone."""
    X, y = table(40, sizes=(2, 2))
    fusion = AutoFusion(time_budget=budget)
    model = MultimodalClassifier(fusion=fusion, cv=2, random_state=0).fit(X, y)
    members = model.fusion_.members_
    assert len({member.learner for member in members}) == learners
    assert len(fusion.portfolio(classifier=True)) == 3


def test_nothing_is_impossible():
    """One member's zeros do not outvote the others; absent ones stay absent."""
    data = classes(40)
    data.predictions[0, 0] = [0.0, 1.0]
    data.predictions[1, 0] = np.nan
    known = at_least(data, 0.01).predictions
    assert_allclose(known[0, 0], np.array([0.01, 1]) / 1.01)
    assert np.isnan(known[1, 0]).all()
    assert_allclose(known[2:].sum(axis=2), 1)
    values = view(data.predictions[..., :1], np.arange(40.0))
    assert at_least(values, 0.01) is values


def test_a_member_that_few_rows_have():
    """It is believed as far as so many rows can teach: 10 of two classes, 1 / 12."""
    data = classes(100)
    data.predictions[10:, 2] = np.nan
    fusion = AutoFusion().fit(data)
    assert_allclose(fusion._least, [1 / 102, 1 / 102, 1 / 12])
    known = at_least(data, fusion._least).predictions
    assert known[:10, 2].min() >= 1 / 13
    assert known[:, :2].min() < 1 / 13


def test_a_member_that_is_wrongly_sure():
    """On new rows it costs little, where its zeros would have cost all."""
    data, new = classes(200, (0.3, 0.3, 0.3)), classes(2000, (0.3, 0.3, 0.3), seed=1)
    for each in (data, new):
        sure = np.eye(2)[each.predictions[:, 0].argmax(axis=1)]
        each.predictions[:, 0] = sure
    fused = AutoFusion().fit(data).predict(new)
    assert log_loss(new.y, fused) < log_loss(new.y, new.predictions.mean(axis=1))


def test_sorted_rows_are_no_harder():
    """The estimate hardly depends on the order of the rows: folds are shuffled."""
    X, y = table(120, sizes=(2, 2))
    y = X.to_numpy()[:, 0] + 0.1 * y
    estimates = []
    for order in (np.argsort(y), np.random.default_rng(0).permutation(120)):
        model = MultimodalRegressor(fusion=AutoFusion("small"), random_state=0)
        model.fit(X.iloc[order], y[order])
        estimates.append(model.fusion_.score_estimate_)
    assert estimates[0] == pytest.approx(estimates[1], abs=0.03)


def test_interval_of_a_test_part():
    """The fewer new rows, the wider; it holds nearly all scores of such parts."""
    fusion = AutoFusion().fit(classes(400, (0.2, 0.15, 0.1)))
    widths = [np.ptp(fusion.score_interval(n)) for n in (20, 200, 10**9)]
    assert widths[0] > widths[1] > widths[2]
    few, many = fusion.score_interval(200), classes(200 * 40, (0.2, 0.15, 0.1), seed=7)
    hits = (fusion.predict(many).argmax(axis=1) == many.y).reshape(40, 200).mean(axis=1)
    assert ((few[0] < hits) & (hits < few[1])).mean() >= 0.9
    assert fusion.score_interval(1)[1] == 1
    with pytest.raises(NotFittedError, match="AutoFusion instance is not fitted"):
        AutoFusion().score_interval(5)


def test_interval_from_few_groups():
    """Of eight groups some 137 of 400 rows are left out; Student's has 7 degrees."""
    data = replace(classes(400, (0.2, 0.15, 0.1)), groups=np.arange(400) // 50)
    fusion = AutoFusion().fit(data)
    scored = 400 * (7 / 8) ** 8
    expected = np.sqrt((1 / 400) / (1 / scored - 1 / 400))
    expected *= stats.t.ppf(0.975, 7) / stats.norm.ppf(0.975)
    ratio = np.ptp(fusion.score_interval(10**9)) / np.ptp(fusion.score_interval_)
    assert ratio == pytest.approx(expected, rel=0.05)


def test_groups_that_are_alike_by_luck():
    """The interval from three groups is no narrower than that from their rows."""
    data = classes(90, (0.3, 0.2, 0.2))
    right = AutoFusion().fit(data).predict(data).argmax(axis=1) == data.y
    place = np.argsort(np.argsort(right, kind="stable"), kind="stable")
    grouped = AutoFusion().fit(replace(data, groups=place % 3))
    rows = AutoFusion().fit(data).score_interval_
    assert np.ptp(grouped.score_interval_) > 0.8 * np.ptp(rows)


def test_an_interval_that_is_not_known():
    """NaN as `score_interval_` is, and rows are counted from one on."""
    predictions = classes(2).predictions
    data = view(predictions, np.array([0, 1]), classes=np.arange(2))
    fusion = AutoFusion(scoring="roc_auc").fit(data.take([1, 1]))
    assert np.isnan(fusion.score_interval(20)).all()
    with pytest.raises(ValueError, match="n_rows == 0, must be >= 1"):
        fusion.score_interval(0)
    with pytest.raises(TypeError, match="n_rows must be an instance of int"):
        fusion.score_interval("many")


@pytest.mark.parametrize("decision", ["auto", "argmax"])
def test_estimates_are_of_the_model_s_decision(decision):
    """F1 of a rare class: tuned where the model tunes it, else as it is."""
    data = make_multimodal(n_samples=4000, weights=[0.9, 0.1], random_state=1)
    X, y = data.data, data.target
    fusion = AutoFusion("linear", scoring="f1", n_bootstraps=30)
    model = MultimodalClassifier(fusion=fusion, decision=decision, random_state=0)
    model.fit(X[:500], y[:500])
    expected = f1_score(y[500:], model.predict(X[500:]))
    assert model.fusion_.score_estimate_ == pytest.approx(expected, abs=0.1)


@pytest.mark.parametrize(
    "wrong",
    [
        {"effort": "great"},
        {"time_budget": 0},
        {"scoring": "best"},
        {"max_members": 0},
        {"n_bootstraps": 1},
        {"max_patterns": 0},
    ],
)
def test_errors(wrong):
    """Parameters outside their range are refused by name."""
    with pytest.raises(ValueError, match=f"The '{next(iter(wrong))}' parameter"):
        AutoFusion(**wrong).fit(classes(10))
