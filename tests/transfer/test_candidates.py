"""Ways to use the sources' rows."""

import numpy as np
import pytest
from sklearn.linear_model import LogisticRegression
from sklearn.neighbors import KNeighborsClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from source_cases import DOMAINS, make_rows

from mmensemble.learners._task import make_task
from mmensemble.transfer._candidates import (
    Candidate,
    Problem,
    fit_candidate,
    target_factor,
)

X, Y, DOMAIN = make_rows()
CODES = np.searchsorted(DOMAINS, DOMAIN)
HERE = CODES == 2


def problem(estimator=None, weight=None):
    """Return the problem of the rows above."""
    estimator = LogisticRegression(tol=1e-10) if estimator is None else estimator
    task = make_task(Y, classifier=True)
    return Problem(X, Y, CODES, estimator, task, weight, {}, 0)


def probabilities(candidate, **options):
    """Return what a candidate predicts for all rows."""
    rows = np.arange(len(Y))
    return fit_candidate(problem(**options), rows, 2, candidate).outputs(X)


def plain(rows, weight=None):
    """Return what logistic regression predicts, fitted to some rows."""
    weight = None if weight is None else weight[rows]
    model = LogisticRegression(tol=1e-10).fit(X[rows], Y[rows], weight)
    return model.predict_proba(X)


def test_the_ends_are_sources_target_and_pooled():
    """Weight 0 sees sources, infinity the target; none is the plain estimator."""
    np.testing.assert_array_equal(probabilities(Candidate(0.0)), plain(~HERE))
    np.testing.assert_array_equal(probabilities(Candidate(np.inf)), plain(HERE))
    np.testing.assert_array_equal(probabilities(Candidate()), plain(HERE | ~HERE))


def test_a_weight_is_as_good_as_copies():
    """Rows of the target that weigh three times their share are three copies."""
    share = HERE.sum() / (~HERE).sum()
    copies = np.concatenate([np.flatnonzero(~HERE), *[np.flatnonzero(HERE)] * 3])
    model = LogisticRegression(tol=1e-10).fit(X[copies], Y[copies])
    found = probabilities(Candidate(3 * share))
    np.testing.assert_allclose(found, model.predict_proba(X), atol=1e-5)
    np.testing.assert_allclose(
        probabilities(Candidate(share)), plain(HERE | ~HERE), atol=1e-6
    )


def test_weights_of_the_user_count():
    """The target's total is a multiple of that of the sources' weights."""
    own = np.linspace(0.5, 2, len(Y))
    factor = target_factor(2.0, own, HERE)
    assert (factor * own[HERE]).sum() == pytest.approx(2 * own[~HERE].sum())
    wanted = plain(HERE | ~HERE, np.where(HERE, factor * own, own))
    np.testing.assert_allclose(
        probabilities(Candidate(2.0), weight=own), wanted, atol=1e-6
    )
    assert target_factor(2.0, own, np.zeros(len(Y), dtype=bool)) == 0
    np.testing.assert_allclose(
        probabilities(Candidate(), weight=own), plain(HERE | ~HERE, own), atol=1e-6
    )


def test_pipelines_get_the_weights_at_their_last_step():
    """A pipeline is fitted like its estimator on scaled rows."""
    pipeline = make_pipeline(StandardScaler(), LogisticRegression())
    found = probabilities(Candidate(1.0), estimator=pipeline)
    weight = np.where(HERE, (~HERE).sum() / HERE.sum(), 1.0)
    model = make_pipeline(StandardScaler(), LogisticRegression())
    model.fit(X, Y, logisticregression__sample_weight=weight)
    np.testing.assert_allclose(found, model.predict_proba(X))


def test_estimators_without_weights():
    """They are pooled, or fitted to a part of the rows; anything else is refused."""
    neighbours = KNeighborsClassifier()
    for candidate in (Candidate(), Candidate(0.0), Candidate(np.inf)):
        assert probabilities(candidate, estimator=neighbours).shape == (len(Y), 2)
    with pytest.raises(
        TypeError, match=r"'estimator' .* does not support sample_weight"
    ):
        probabilities(Candidate(1.0), estimator=neighbours)


def test_towards_the_source():
    """Without weight it is the source's model; with much, better on the target."""
    source = plain(~HERE)
    found = probabilities(Candidate(0.0, towards="source"))
    np.testing.assert_allclose(found, source, atol=1e-12)
    found = probabilities(Candidate(1.0, towards="source"))
    truth = (Y[HERE] == "yes").astype(int)
    own = np.arange(HERE.sum()), truth
    assert np.log(found[HERE][own]).mean() > np.log(source[HERE][own]).mean() + 0.3


def test_rows_are_aligned_before_they_are_fitted():
    """A shift of a source's columns is taken out at fit; new rows are the target's."""
    shifted = X + 10 * (CODES == 0)[:, None]
    wanted = probabilities(Candidate(align="standardise"))
    task = make_task(Y, classifier=True)
    moved = Problem(shifted, Y, CODES, LogisticRegression(tol=1e-10), task, None, {}, 0)
    fitted = fit_candidate(moved, np.arange(len(Y)), 2, Candidate(align="standardise"))
    np.testing.assert_allclose(fitted.outputs(X), wanted, atol=1e-6)
