"""What members of one fold say, fitted once, kept as numbers."""

import numpy as np
import pytest
from comparison_cases import classifier, make_data
from sklearn.base import clone

from mmensemble.ensemble._fit import prepare_fit
from mmensemble.fusion import make_fusion
from mmensemble.modality._presence import presence_mask
from mmensemble.model_selection._fold_members import FoldMembers

X, Y = make_data()
X_TRAIN, Y_TRAIN, X_TEST = X.iloc[:40], Y[:40], X.iloc[40:]


def prepare(model, *fusions, table=X_TRAIN):
    """Prepare a fit of fusions on the training rows."""
    fusions = [make_fusion(fusion) for fusion in fusions]
    return prepare_fit(model, table, Y_TRAIN, fusions, {}, classifier=True)


def complete(found, model, data, requests, **options):
    """Fit what is missing; tell whether anything was."""
    presence = presence_mask(X_TEST, data.modalities)
    return found.complete(model, data, requests, X_TEST, presence, **options)


@pytest.mark.parametrize("members", ["refit", "bagged"])
@pytest.mark.parametrize("fusion", ["voting", "stacking", "concat"])
def test_views_are_those_of_the_model_itself(fusion, members):
    """A fusion fitted on the views predicts as the fitted model does."""
    model = classifier(cv=2, members=members)
    data, requests = prepare(model, fusion)
    found = FoldMembers()
    assert complete(found, model, data, requests)
    train, test = found.views(model, data, requests[0])
    predicted = clone(requests[0].fusion).fit(train).predict(test)
    alone = clone(model).set_params(fusion=fusion).fit(X_TRAIN, Y_TRAIN)
    np.testing.assert_allclose(predicted, alone.predict_proba(X_TEST), atol=1e-12)


def test_only_what_is_missing_is_fitted():
    """A second fusion pays for what the first did not read."""
    model, found = classifier(cv=2), FoldMembers()
    assert complete(found, model, *prepare(model, "voting"), held_out=True)
    assert found.n_fits == 3
    assert not complete(found, model, *prepare(model, "stacking"))
    assert complete(found, model, *prepare(model, "stacking", "concat"))
    assert found.n_fits == 6
    assert len(found.train.members) == len(found.test.members) == 3
    assert set(found.train.blocks) == set(found.test.blocks)
    assert len(found.train.blocks) == 3


def test_what_is_read_together_is_read_once():
    """Blocks and members of one set of rows share the reading."""
    model, found = classifier(cv=2), FoldMembers()
    complete(found, model, *prepare(model, "stacking", "concat"))
    assert found.n_fits == 3


def test_out_of_fold_predictions_are_made_where_they_are_read():
    """A plain vote needs none; who comes later and needs them pays for them."""
    model, found = classifier(cv=2), FoldMembers()
    complete(found, model, *prepare(model, "voting"))
    assert found.train.members == ()
    assert (len(found.test.members), found.n_fits) == (3, 3)
    assert not complete(found, model, *prepare(model, "voting"))
    complete(found, model, *prepare(model, "stacking"))
    assert (len(found.train.members), found.n_fits) == (3, 6)
    assert found.test.members == found.train.members


def test_subsets_and_times():
    """A subset has the columns, members and seconds of its modalities only."""
    model, found = classifier(cv=2), FoldMembers()
    data, requests = prepare(model, "voting", "concat", "stacking")
    complete(found, model, data, requests)
    voting, concat, _ = requests
    train, test = found.views(model, data, voting, [2, 0])
    assert train.modalities == test.modalities == ("c", "a")
    assert train.predictions is None
    assert [member.name for member in test.members] == ["a", "c"]
    whole = found.seconds_of(voting)
    parts = [found.seconds_of(voting, [name]) for name in "abc"]
    assert whole == pytest.approx(sum(parts))
    assert 0 < found.seconds_of(concat, ["b"]) < found.seconds_of(voting, ["b"])
    (key, member) = next(iter(voting.plan.members.items()))
    predictions, seconds = found.single(key)
    np.testing.assert_array_equal(predictions, test.predictions[:, 0])
    assert seconds == pytest.approx(found.seconds_of(voting, [member.name]))


def test_modality_that_no_training_row_has():
    """It counts as absent from the test rows too."""
    model, found = classifier(cv=2), FoldMembers()
    table = X_TRAIN.copy()
    table[["b__0", "b__1", "b__2"]] = np.nan
    data, requests = prepare(model, "voting", table=table)
    complete(found, model, data, requests)
    assert presence_mask(X_TEST, data.modalities)[:, 1].any()
    _, test = found.views(model, data, requests[0])
    assert not test.presence[:, 1].any()
    assert np.isnan(test.predictions[:, 1]).all()
