"""Members that label rows for each other."""

import numpy as np
from semi_cases import base, make_table
from sklearn.linear_model import LogisticRegression

from mmensemble import MultimodalClassifier
from mmensemble.semi_supervised._chains import Problem
from mmensemble.semi_supervised._co_members import Three, Trained, Views, aligned

X, Y = make_table(n_modalities=3)
CLASSES = np.array(["u", "v"])
ROWS = np.arange(40)


def problem(**options):
    """Return a problem of forty labelled rows and three modalities."""
    return Problem(X, Y, base(), ROWS, np.arange(40, 240), CLASSES, **options)


def test_a_member_reads_its_own_modality():
    """And is the plain learner on it; predictions are the product."""
    views = Views(problem(), ROWS, ROWS[:0], 0.5)
    product = np.ones((240, 2))
    for k, name in enumerate("abc"):
        columns = [c for c in X if c.startswith(name)]
        plain = MultimodalClassifier(
            [(name, "auto", columns)], fusion="concat", estimator=LogisticRegression()
        ).fit(X.iloc[:40], Y[:40])
        own = plain.predict_proba(X)
        np.testing.assert_allclose(aligned(views.members[k], X, CLASSES), own)
        product *= np.maximum(own, 1e-6)
    wanted = product / product.sum(axis=1, keepdims=True)
    np.testing.assert_allclose(views.trained().outputs(X), wanted)


def test_each_labels_its_most_certain_rows_for_the_others():
    """Of each class as many as it is frequent, none twice."""
    views = Views(problem(), ROWS, ROWS[:0], 0.4)
    views.prior = np.array([0.75, 0.25])
    own = aligned(views.members[0], X.iloc[40:], CLASSES)
    rows, labels = views._pick(0, 2)
    assert (labels == "u").sum() == 30
    assert (labels == "v").sum() == 10
    top = np.argsort(-own[:, 0])[:30] + 40
    assert set(rows[labels == "u"]) == set(top)
    assert not set(views._pick(0, 2)[0]) & set(rows)
    n = views.step(4)
    for k in range(3):
        taught = sum(len(part) for part in views.more[k][0])
        assert 0 < taught < n


def test_rows_that_lack_a_modality():
    """Are not labelled by it, and predicted by the others; by the prior without any."""
    holes = X.copy()
    holes.loc[40:, [c for c in X if c.startswith("a")]] = np.nan
    own = problem()
    views = Views(Problem(holes, *_rest(own)), ROWS, ROWS[:0], 0.5)
    assert len(views._pick(0, 2)[0]) == 0
    assert len(views._pick(1, 2)[0]) > 0
    empty = X.iloc[:3] * np.nan
    np.testing.assert_allclose(
        views.trained().outputs(empty), np.tile(views.prior, (3, 1))
    )
    nobody = holes.copy()
    nobody.loc[:40, [c for c in X if c.startswith("a")]] = np.nan
    views = Views(Problem(nobody, *_rest(own)), ROWS, ROWS[:0], 0.5)
    assert views.members[0] is None
    views.step(2)
    assert np.isfinite(views.trained().outputs(X)).all()


def _rest(own):
    return own.y, own.estimator, own.labelled, own.unlabelled, own.classes


def test_two_that_agree_teach_the_third():
    """Zhou & Li's conditions, on made-up predictions."""
    three = Three(problem(), ROWS, ROWS[:0], 0)
    truth = np.searchsorted(CLASSES, Y[:40])
    wrong = truth.copy()
    wrong[:4] = 1 - wrong[:4]
    told = [np.zeros(200, int), np.zeros(200, int), np.repeat([0, 1], 100)]
    error, rows, labels = three._lesson(2, [wrong, wrong, truth], told)
    assert error == 0.1
    # at first one row counts as taught, and 0.1 n must stay below 0.5 times one
    assert len(rows) == len(labels) == 4
    assert set(labels) == {"u"}
    three.errors[2], three.sizes[2] = 0.2, 150
    assert len(three._lesson(2, [wrong, wrong, truth], told)[1]) == 200
    three.sizes[2] = 50
    assert len(three._lesson(2, [wrong, wrong, truth], told)[1]) == 99
    three.errors[2] = 0.1  # no better than before
    assert three._lesson(2, [wrong, wrong, truth], told) is None
    three.errors[2], three.sizes[2] = 0.2, 200  # no more rows than before
    assert three._lesson(2, [wrong, wrong, truth], told) is None
    three.errors[2], three.sizes[2] = 0.101, 20  # too few to be worth it
    assert three._lesson(2, [wrong, wrong, truth], told) is None


def test_members_after_training_keep_no_rows():
    """What is left predicts, and holds neither problem nor table."""
    three = Three(problem(), ROWS, ROWS[:0], 0)
    trained = three.trained()
    assert isinstance(trained, Trained)
    assert not hasattr(trained, "problem")
    mean = np.mean([m.predict_proba(X) for m in three.members], axis=0)
    np.testing.assert_allclose(trained.outputs(X), mean)
