"""One outer fold: failures stay with the choice, work is shared."""

import numpy as np
import pytest
from comparison_cases import Fails, FailsOnce, classifier, make_data
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import get_scorer
from sklearn.preprocessing import FunctionTransformer

from mmensemble import StackingFusion, VotingFusion
from mmensemble.fusion import make_fusion
from mmensemble.model_selection._choices import Choice
from mmensemble.model_selection._fold import Job, run_fold

X, Y = make_data()
TRAIN, TEST = np.arange(41), np.arange(41, 60)
JOINT = StackingFusion(LogisticRegression(), concat_member=True)


def refuses(values):
    """Refuse what test rows alone have."""
    if values.shape[0] < 20:
        raise ValueError("too few rows")
    return values


def run(*choices, scorer=None, model=None, **options):
    """Run choices, given as (fusion, subset), on one fold of the table."""
    given = tuple(
        Choice(str(k), make_fusion(fusion), subset)
        for k, (fusion, subset) in enumerate(choices)
    )
    model = classifier(cv=2) if model is None else model
    scorer = get_scorer("accuracy") if scorer is None else scorer
    return run_fold(Job(model, X, Y, given, scorer, **options), TRAIN, TEST)


def test_one_fusion_fails_the_others_run():
    """A fusion's error in `fit` is its own; the names of all notes are kept."""
    result = run((Fails(), None), ("voting", None), (FailsOnce(), ("a", "b")))
    errors = [outcome.error for outcome in result.outcomes]
    assert errors == [
        "ValueError: no luck",
        "",
        "RuntimeError: an odd number of rows",
    ]
    assert result.outcomes[0].predictions is None
    assert np.isnan(result.outcomes[0].fit_time)
    assert set(result.outcomes[1].scores) == {"score"}
    assert result.n_fits == 3 + 1


def test_errors_are_raised_on_request():
    """`error_score="raise"` lets every kind of failure through."""
    with pytest.raises(ValueError, match="no luck"):
        run((Fails(), None), error_score="raise")
    with pytest.raises(TypeError, match="positional argument"):
        run(("voting", None), scorer=lambda model: 0, error_score="raise")
    model = classifier(estimator=LogisticRegression(C=-1))
    with pytest.raises(ValueError, match="'C' parameter"):
        run(("voting", None), model=model, error_score="raise")


def bad_scorer(model, X, y):
    """Score labels only."""
    return model.nothing


def test_scorer_that_fails():
    """Predictions are there, but what cannot be scored counts as failed."""
    result = run(("voting", None), scorer=bad_scorer)
    assert "AttributeError" in result.outcomes[0].error


@pytest.mark.filterwarnings("ignore:.*rows have none of the modalities")
def test_members_that_fail():
    """Where members fail together, each choice is tried by itself."""
    model = classifier(cv=2)
    model.set_params(a=FunctionTransformer(refuses, validate=False))
    result = run(("voting", None), ("voting", ("b",)), (JOINT, ("b", "c")), model=model)
    first, second, third = result.outcomes
    assert first.error.startswith("ValueError: too few rows (while extracting")
    # models that do without the modality are fine
    assert second.error == third.error == ""
    without = classifier(cv=2).set_params(a="drop")
    expected = run(("voting", ("b",)), model=without).outcomes[0].predictions
    np.testing.assert_allclose(second.predictions, expected, atol=1e-12)


def test_times_are_those_of_what_a_choice_reads():
    """Fewer members, less time; score time is apart."""
    result = run(("voting", None), ("voting", ("a",)), ("concat", ("a", "b")))
    whole, part, _ = result.outcomes
    assert whole.fit_time > part.fit_time > 0
    assert whole.score_time > 0


def test_singles_have_the_prior_where_absent():
    """A member alone predicts for every row; absent modalities get the prior."""
    result = run(("voting", None))
    assert list(result.singles) == ["a", "b", "c"]
    absent = X.iloc[TEST][["b__0", "b__1", "b__2"]].isna().all(axis=1).to_numpy()
    assert absent.any()
    prior = result.task.prior
    np.testing.assert_allclose(
        result.singles["b"].predictions[absent], np.tile(prior, (absent.sum(), 1))
    )
    two = [("one", LogisticRegression(C=0.1)), ("two", LogisticRegression())]
    result = run(("voting", None), model=classifier(cv=2, estimator=two))
    assert list(result.singles)[:2] == ["a__one", "a__two"]
    assert run(("concat", None)).singles == {}


def test_model_and_data_are_left_alone():
    """The job's model stays unfitted, its parameters as they were."""
    model = classifier(cv=2)
    before = str(model.get_params())
    run((VotingFusion(), None), (JOINT, ("a", "c")), model=model)
    assert str(model.get_params()) == before
    assert not hasattr(model, "fusion_")
