"""Leakage: nothing is learnt from test rows, and noise stays noise."""

import numpy as np
import pandas as pd
import pytest
from ensemble_cases import (
    RecordingExtractor,
    assert_same_state,
    classifier,
    columns_of,
    make_numbers,
    make_table,
    regressor,
    triples,
)
from numpy.testing import assert_array_equal
from sklearn.base import clone
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score
from sklearn.model_selection import KFold, StratifiedGroupKFold, StratifiedKFold
from sklearn.tree import DecisionTreeClassifier

from mmensemble import (
    ConcatFusion,
    MultimodalClassifier,
    StackingFusion,
    VotingFusion,
    list_fusions,
)
from mmensemble.fusion import make_fusion

#: Every fusion as it comes, and options that learn in another way.
EVERY = {name: make_fusion(name) for name in list_fusions().index} | {
    "concat impute": ConcatFusion(missing="impute"),
    "voting score": VotingFusion(weights="score"),
    "voting optimize": VotingFusion(weights="optimize"),
    "stacking trained": StackingFusion(LogisticRegression()),
}
#: Tried on rows without groups as well, which is the easier case.
QUICK = ["concat", "voting optimize", "stacking"]
NUMBERS = [n for n, fusion in EVERY.items() if "regression" in fusion.tasks]
NUMBERS.remove("stacking trained")  # by a classifier
N_SEEDS = 8


def noise(seed, n_samples=60, n_groups=None):
    """Draw three modalities of noise; rows of a group resemble each other."""
    rng = np.random.default_rng(seed)
    groups = np.arange(n_samples) % (n_groups or n_samples)
    y = rng.permutation(np.arange(groups.max() + 1) % 2)[groups]
    values = rng.normal(size=(groups.max() + 1, 9))[groups]
    values += 0.3 * rng.normal(size=values.shape)
    names = [f"{m}__{j}" for m in "abc" for j in range(3)]
    return pd.DataFrame(values, columns=names), y, groups


def held_out_auc(model, X, y, groups, *, grouped):
    """Return the mean AUC over the folds of a cross-validation."""
    splitter = StratifiedGroupKFold if grouped else StratifiedKFold
    splitter = splitter(4, shuffle=True, random_state=0)
    splits = splitter.split(X, y, groups if grouped else None)
    scores = []
    for train, test in splits:
        metadata = {"groups": groups[train]} if grouped else {}
        model.fit(X.iloc[train], y[train], **metadata)
        scores.append(roc_auc_score(y[test], model.predict_proba(X.iloc[test])[:, 1]))
    return np.mean(scores)


@pytest.mark.parametrize(
    ("name", "grouped"),
    [(name, True) for name in EVERY] + [(name, False) for name in QUICK],
)
def test_noise_stays_noise(name, grouped):
    """On pure noise the cross-validated AUC is one half, within 3 standard errors."""
    scores = []
    for seed in range(N_SEEDS):
        X, y, groups = noise(seed, n_groups=20 if grouped else None)
        tree = DecisionTreeClassifier(max_depth=2)
        fusion = clone(EVERY[name])
        if "max_patterns" in fusion.get_params():
            fusion.set_params(max_patterns=1)  # every row is complete
        model = classifier(X, fusion, "passthrough", estimator=tree)
        scores.append(held_out_auc(model, X, y, groups, grouped=grouped))
    error = np.std(scores, ddof=1) / np.sqrt(N_SEEDS)
    assert abs(np.mean(scores) - 0.5) < max(3 * error, 0.02)


@pytest.mark.parametrize("grouped", [False, True], ids=["rows", "groups"])
def test_second_level_sees_no_signal_in_noise(grouped):
    """A stacker's own inputs say nothing on noise; in-sample ones say all."""
    honest, flattering = [], []
    for seed in range(N_SEEDS):
        X, y, groups = noise(seed, n_groups=20 if grouped else None)
        tree = DecisionTreeClassifier()
        metadata = {"groups": groups} if grouped else {}
        model = MultimodalClassifier(triples(X, "passthrough"), estimator=tree)
        seen = []
        fusion = StackingFusion(Spying(seen))
        model.set_params(fusion=fusion).fit(X, y, **metadata)
        honest.append(roc_auc_score(y, seen[0].mean(axis=1)))
        inside = [
            tree.fit(X[columns_of(X, m)], y).predict_proba(X[columns_of(X, m)])[:, 1]
            for m in "abc"
        ]
        stacked = LogisticRegression().fit(np.column_stack(inside), y)
        flattering.append(
            roc_auc_score(y, stacked.predict_proba(np.column_stack(inside))[:, 1])
        )
    assert abs(np.mean(honest) - 0.5) < 0.08
    assert np.mean(flattering) > 0.9


class Spying(LogisticRegression):
    """A final estimator that keeps what it is fitted on."""

    def __init__(self, seen=None):
        super().__init__()
        self.seen = seen

    def __sklearn_clone__(self):
        return Spying(self.seen)

    def fit(self, X, y, sample_weight=None):
        """Keep the inputs."""
        self.seen.append(np.array(X))
        return super().fit(X, y, sample_weight)


@pytest.mark.parametrize(
    ("make", "name"),
    [(classifier, name) for name in EVERY] + [(regressor, name) for name in NUMBERS],
)
def test_test_rows_do_not_matter(make, name):
    """With nonsense in the test rows, the fitted state is the same, bit by bit."""
    X, y = make_table(80)
    X["w__word"] = np.where(np.arange(80) % 3, "red", "blue")
    y = y if make is classifier else make_numbers(X.drop(columns="w__word"))
    train, test = np.arange(60), np.arange(60, 80)
    other, labels = X.copy(), y.copy()
    other.iloc[test, :7] = 1e6
    other.loc[test, "w__word"] = "never seen"
    labels[test] = y[test][::-1]
    models = [
        make(X, EVERY[name], "auto").fit(table.iloc[train], target[train])
        for table, target in ((X, y), (other, labels))
    ]
    before = models[0].predict(X)
    with pytest.warns(UserWarning, match="Columns are written otherwise than in fit"):
        models[1].predict(other.iloc[test])
    assert_same_state(vars(models[0]), vars(models[1]))
    assert_array_equal(models[1].predict(X), before)


@pytest.mark.parametrize("name", EVERY)
def test_no_rows_are_kept(name):
    """Predicting leaves no trace, and nothing fitted is as long as the table was."""
    X, y = make_table(61)
    one, two = (classifier(X, EVERY[name], "auto").fit(X, y) for _ in range(2))
    one.predict(X * 100)
    assert_same_state(vars(one), vars(two))
    if not EVERY[name].keeps_rows:
        assert not [shape for shape in shapes(vars(one)) if 61 in shape]


@pytest.mark.parametrize("members", ["refit", "bagged"])
@pytest.mark.parametrize("fusion", ["concat", "voting", "stacking"])
def test_extractors_see_training_rows_only(fusion, members):
    """Extractors are fitted on the training rows of each fold and on no other."""
    X, y = make_table()
    for name in "abc":
        X[f"{name}__0"] = np.arange(60.0)
    log = []
    cv = KFold(3)
    model = classifier(X, fusion, RecordingExtractor(log), cv=cv, members=members)
    model.fit(X, y)
    allowed = {tuple(map(float, train)) for train, _ in cv.split(X)}
    allowed = allowed if fusion != "concat" else set()
    if members == "refit" or fusion == "concat":
        allowed.add(tuple(map(float, range(60))))
    if (fusion, members) == ("voting", "refit"):
        allowed = {tuple(map(float, range(60)))}
    assert {tuple(ids) for _, ids, _ in log} == allowed


def shapes(value, depth=0):
    """Yield the shapes of all arrays within a fitted object."""
    if isinstance(value, np.ndarray):
        yield value.shape
    elif isinstance(value, dict):
        for part in value.values():
            yield from shapes(part, depth + 1)
    elif isinstance(value, list | tuple):
        for part in value:
            yield from shapes(part, depth + 1)
    elif hasattr(value, "__dict__") and not isinstance(value, type) and depth < 12:
        yield from shapes(vars(value), depth + 1)
