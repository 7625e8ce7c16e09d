"""What distillation to classes and to numbers shares."""

import pickle
import warnings

import numpy as np
import pandas as pd
import pytest
from distillation_cases import hide, make_table, small
from sklearn import config_context
from sklearn.base import clone
from sklearn.ensemble import RandomForestClassifier
from sklearn.linear_model import LogisticRegression, Ridge
from sklearn.model_selection import GridSearchCV, cross_val_score
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import FunctionTransformer

from mmensemble import (
    MultimodalClassifier,
    MultimodalRegressor,
    MultimodalTransformer,
)
from mmensemble.semi_supervised import LabelledFold
from mmensemble.transfer import DistilledClassifier

X, Y = make_table()
OWN = [c for c in X if c.startswith("blurred")]


def test_no_imitation_is_the_hard_student():
    """Bit for bit what extractor and learner give, unlabelled rows or not."""
    own = [("blurred", "auto", OWN)]
    plain = make_pipeline(
        MultimodalTransformer(own, fusion="concat"), LogisticRegression()
    )
    hidden = hide(Y, np.arange(50, 160))
    for y, rows in ((Y, 160), (hidden, 50)):
        wanted = plain.fit(X.iloc[:rows], Y[:rows]).predict_proba(X)
        model = small(student=LogisticRegression(), imitation=0.0, guard=False)
        np.testing.assert_array_equal(model.fit(X, y).predict_proba(X), wanted)
        assert model.price_ is None
        assert (model.choice_, model.imitation_) == ("distilled", 0.0)


def test_a_student_of_the_teachers_kind_becomes_the_teacher():
    """With its inputs and its class, and rows enough that it labels."""
    X, y = make_table(4000)
    y = hide(y, np.arange(40, 4000))
    teacher = LogisticRegression(C=0.5)
    student = LogisticRegression(C=1e4)
    model = DistilledClassifier(
        teacher, student=student, imitation=1.0, guard=False
    ).fit(X, y)
    wanted = teacher.fit(X.iloc[:40], Y_of(y, 40)).predict_proba(X)
    assert np.abs(model.predict_proba(X) - wanted).mean() < 0.01


def Y_of(y, n):
    """Return the first labels as text."""
    return y[:n].astype(str)


def test_rows_that_the_teacher_labels_help():
    """Few labels, many rows: the student learns what the teacher knows."""
    gains = []
    for seed in range(5):
        X, y = make_table(900, noise=0.7, seed=seed)
        train = X.iloc[:600], hide(y, np.arange(20, 600))[:600]
        taught, hard = (
            small(imitation=share, guard=False).fit(*train).score(X.iloc[600:], y[600:])
            for share in (1.0, 0.0)
        )
        gains.append(taught - hard)
    assert np.mean(gains) > np.std(gains) / np.sqrt(5)


def test_permuted_privileged_columns_gain_nothing():
    """Then the guard keeps a hard student, or the gain is within its error."""
    rng = np.random.default_rng(1)
    gains = []
    for seed in range(4):
        X, y = make_table(120, seed=seed)
        for column in ("clean__0", "clean__1"):
            X[column] = rng.permutation(X[column])
        price = small().fit(X, y).price_
        gains.append(price.loc["distilled", ["difference", "std_difference"]])
    gains = np.array(gains, dtype=float)
    assert (gains[:, 0] < 2 * gains[:, 1] + 0.03).all()
    assert abs(gains[:, 0].mean()) < 0.05


def test_the_guard_keeps_the_best_hard_student():
    """What is returned is the one that the table names."""
    rng = np.random.default_rng(0)
    X = pd.DataFrame({"a__x": rng.uniform(-1, 1, 300), "b__z": rng.normal(size=300)})
    y = np.where(np.abs(X["a__x"]) > 0.5, "far", "near")  # no line tells
    given = {"student_modalities": "a", "features": False, "random_state": 0}
    teacher = MultimodalClassifier(fusion="concat", estimator=LogisticRegression())
    model = DistilledClassifier(teacher, **given).fit(X, y)
    assert model.choice_ == "hard trees"
    assert model.score(X, y) > 0.9
    free = DistilledClassifier(teacher, guard=False, **given).fit(X, y)
    assert free.choice_ == "distilled"
    assert len(free.search_) == 4


def test_only_the_students_columns_are_needed():
    """Frames by name, whatever else they hold; arrays whole or narrow."""
    model = small().fit(X, Y)
    assert model.feature_names_in_.tolist() == OWN
    assert model.n_features_in_ == 3
    wanted = model.predict_proba(X[OWN])
    np.testing.assert_array_equal(model.predict_proba(X), wanted)
    np.testing.assert_array_equal(model.predict_proba(X[OWN[::-1]]), wanted)
    with pytest.raises(ValueError, match="columns are missing"):
        model.predict(X[OWN[:1]])
    teacher = MultimodalClassifier(
        [("clean", "auto", [0, 1]), ("blurred", "auto", [2, 3, 4])], fusion="concat"
    )
    model = small(teacher=teacher).fit(X.to_numpy(), Y)
    assert model.modalities_ == [("blurred", "auto", [0, 1, 2])]
    whole = model.predict_proba(X.to_numpy())
    np.testing.assert_array_equal(model.predict_proba(X[OWN].to_numpy()), whole)


def test_modalities_of_the_student_by_triples():
    """They need not be the teacher's; a bare column is one."""
    triples = [("few", "passthrough", [3, 4])]
    teacher = MultimodalClassifier(
        [("clean", "passthrough", [0, 1])], fusion="concat", estimator=None
    )
    model = small(teacher=teacher, student_modalities=triples, features=True)
    model.fit(X.to_numpy(), Y)
    assert model.n_features_in_ == 2
    assert model.costs_ == (2.0, 1.0)
    bare = [("few", FunctionTransformer(lambda c: np.reshape(c, (-1, 1))), 3)]
    model = small(teacher=teacher, student_modalities=bare, guard=False, imitation=0.5)
    assert model.fit(X.to_numpy(), Y).modalities_[0][2] == 0


def test_students_that_read_the_table():
    """A multimodal student gets copies of rows, and the table."""
    student = MultimodalClassifier(fusion="voting", estimator=LogisticRegression())
    y = hide(Y, np.arange(60, 160))
    model = small(student=student, cv=3).fit(X, y)
    assert model.predict_proba(X).shape == (160, 2)
    with pytest.raises(ValueError, match="features=True needs modalities that the"):
        small(student=student, features=True).fit(X, y)


def test_costs_are_summed():
    """Of all, and of what the student reads; unknown names are refused."""
    model = small(costs={"clean": 100.0, "blurred": 3.0}).fit(X, Y)
    assert model.price_.loc["teacher", "cost"] == 103
    assert model.price_.loc["distilled", ["cost", "saved"]].tolist() == [3, 100]
    with pytest.raises(ValueError, match=r"names \['gene'\], which are no modalities"):
        small(costs={"gene": 1.0}).fit(X, Y)


@pytest.mark.parametrize("wanted", ["gene", ["blurred", "gene"], []])
def test_unknown_modalities_are_refused(wanted):
    """The message lists those that there are."""
    with pytest.raises(ValueError, match=r"must name some of the teacher's modalit"):
        small(student_modalities=wanted).fit(X, Y)


def test_weights():
    """A row of weight zero is as good as absent; all zero are refused."""
    weight = np.where(np.arange(160) < 100, 2.0, 0.0)
    hidden = hide(Y, np.arange(80, 160))
    model = small(imitation=0.5, guard=False)
    first = model.fit(X, hidden, sample_weight=weight).predict_proba(X)
    part = model.fit(X.iloc[:100], hidden[:100], sample_weight=weight[:100])
    np.testing.assert_allclose(first, part.predict_proba(X))
    with pytest.raises(ValueError, match="have a 'sample_weight' of zero"):
        model.fit(X, hidden, sample_weight=np.where(np.arange(160) < 80, 0.0, 1.0))


def test_groups_reach_folds_and_teacher():
    """With and without metadata routing; other metadata are refused without."""
    groups = np.repeat(np.arange(20), 8)
    first = small(cv=3).fit(X, Y, groups=groups).price_
    with config_context(enable_metadata_routing=True):
        second = small(cv=3).fit(X, Y, groups=groups).price_
    pd.testing.assert_frame_equal(first, second)
    with pytest.raises(TypeError, match="Only 'sample_weight' and 'groups' are known"):
        small().fit(X, Y, other=1)


def test_metadata_are_routed_to_the_student():
    """What it requests, and nothing without a request."""
    weight = np.ones(160)
    with config_context(enable_metadata_routing=True):
        student = LogisticRegression().set_fit_request(sample_weight=True)
        teacher = MultimodalClassifier(fusion="concat", estimator=student)
        model = small(teacher=teacher, student=student, cv=3).fit(
            X, Y, sample_weight=weight
        )
    plain = small(student=student, cv=3).fit(X, Y)
    np.testing.assert_allclose(model.predict_proba(X), plain.predict_proba(X))


def test_few_rows_leave_no_choice():
    """Where no inner fold can be made, the guard keeps the hard student."""
    few = X.iloc[:4], np.array(["a", "b", "b", "b"])
    assert small().fit(*few).choice_ == "hard"
    assert small(guard=False).fit(*few).imitation_ == 0.5


def test_missing_modalities():
    """Rows that lack the student's modality, or the others, are no problem."""
    holes = X.copy()
    holes.loc[:20, OWN] = np.nan
    holes.loc[30:60, ["clean__0", "clean__1"]] = np.nan
    model = small(features=True, cv=3)
    with pytest.warns(UserWarning, match="have none of the modalities"):
        model.fit(holes, hide(Y, np.arange(100, 160)))
    with pytest.warns(UserWarning, match="have none of the modalities"):
        assert np.isfinite(model.predict_proba(holes)).all()


def test_pipelines_and_searches():
    """Parameters nest; a search over them works."""
    search = GridSearchCV(
        small(cv=3), {"imitation": [0.0, 1.0], "student": [None]}, cv=2
    ).fit(X, Y)
    assert search.best_params_["imitation"] in (0.0, 1.0)
    assert small().get_params()["teacher__fusion"] == "concat"
    again = pickle.loads(pickle.dumps(search.best_estimator_))
    np.testing.assert_array_equal(again.predict(X), search.predict(X))


def test_a_seed_makes_it_repeatable():
    """Two fits with one seed are equal, forests and all."""
    model = small(student=RandomForestClassifier(5), features=True, cv=3)
    hidden = hide(Y, np.arange(60, 160))
    first, second = (clone(model).fit(X, hidden).predict_proba(X) for _ in range(2))
    np.testing.assert_array_equal(first, second)


@pytest.mark.parametrize("role", ["teacher", "student"])
def test_regressors_are_no_teachers_of_classes(role):
    """Nor students."""
    learner = {"teacher": MultimodalRegressor(), "student": Ridge()}[role]
    model = DistilledClassifier(**{role: learner})
    with pytest.raises(TypeError, match=f"Learner '{role}' must be a classifier, got"):
        model.fit(X, Y)


def test_names_and_triples_are_not_mixed():
    """The error names the parameter that is wrong."""
    mixed = ["blurred", ("own", "auto", OWN)]
    with pytest.raises(ValueError, match=r"'student_modalities' .* not both, got"):
        small(student_modalities=mixed).fit(X, Y)


@pytest.mark.parametrize("cost", [-1, np.nan, "5 EUR", np.inf])
def test_costs_are_numbers(cost):
    """From 0 on."""
    with pytest.raises(ValueError, match=r"'costs' .* numbers from 0 on, got .* for"):
        small(costs={"blurred": cost}).fit(X, Y)


def test_scores_leave_out_rows_without_a_label():
    """In cross-validation too, where y holds whole numbers beside None."""
    codes = np.searchsorted(["a", "b", "c"], Y).astype(object)
    codes[90:] = None
    model = small(guard=False, imitation=0.0)
    scores = cross_val_score(model, X, codes, cv=LabelledFold(2))
    assert np.isfinite(scores).all()
    model.fit(X, codes)
    hits = model.predict(X[:90]) == codes[:90]
    assert model.score(X, codes) == hits.mean()


def test_splits_count_labelled_rows():
    """Others are refused, by what the table has."""
    hidden = hide(Y, np.arange(40, 160))
    with pytest.raises(ValueError, match="'cv' parameter names row 99 as a test row"):
        small(cv=[(np.arange(40), [99])]).fit(X, hidden)


def test_rows_that_a_student_cannot_see_are_told_once():
    """Of the table that came, not of folds and parts of it."""
    blind = X.copy()
    blind.loc[blind.index % 4 == 0, OWN] = np.nan
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        small(cv=3).fit(blind, hide(Y, np.arange(90, 160)))
    told = [str(warning.message) for warning in caught]
    assert told == [
        "40 of 160 rows have none of the modalities ['blurred']; the student sees "
        "nothing of them."
    ]
