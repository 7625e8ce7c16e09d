"""What members of one fold say, fitted once, kept as numbers."""

import numpy as np
import pytest
from comparison_cases import classifier, make_data
from sklearn.base import clone

from mmensemble.ensemble import prepare_fit
from mmensemble.fusion import make_fusion
from mmensemble.model_selection._fold_members import FoldMembers, presence_of

X, Y = make_data()
X_TRAIN, Y_TRAIN, X_TEST = X.iloc[:40], Y[:40], X.iloc[40:]


def prepared_for(model, *fusions):
    """Prepare a fit of fusions on the training rows."""
    table, y = model._check(X_TRAIN, Y_TRAIN)
    fusions = [make_fusion(fusion) for fusion in fusions]
    return prepare_fit(model, table, y, fusions, {}, classifier=True)


@pytest.mark.parametrize("members", ["refit", "bagged"])
@pytest.mark.parametrize("fusion", ["voting", "stacking", "concat"])
def test_views_are_those_of_the_model_itself(fusion, members):
    """A fusion fitted on the views predicts as the fitted model does."""
    model = classifier(cv=2, members=members)
    prepared = prepared_for(model, fusion)
    found = FoldMembers()
    assert found.complete(model, prepared, X_TEST)
    presence = presence_of(model, X_TEST, prepared)
    (request,) = prepared.requests
    train, test = found.views(request, prepared, model, presence)
    predicted = clone(request.fusion).fit(train).predict(test)
    alone = clone(model).set_params(fusion=fusion).fit(X_TRAIN, Y_TRAIN)
    np.testing.assert_allclose(predicted, alone.predict_proba(X_TEST), atol=1e-12)


def test_only_what_is_missing_is_fitted():
    """A second fusion pays for what the first did not read."""
    model, found = classifier(cv=2), FoldMembers()
    assert found.complete(model, prepared_for(model, "voting"), X_TEST, held_out=True)
    assert found.n_fits == 3
    assert not found.complete(model, prepared_for(model, "stacking"), X_TEST)
    assert found.complete(model, prepared_for(model, "stacking", "concat"), X_TEST)
    assert found.n_fits == 6
    assert len(found.train) == len(found.test) == 3
    assert set(found.train_blocks) == set(found.test_blocks)
    assert len(found.train_blocks) == 3


def test_out_of_fold_predictions_are_made_where_they_are_read():
    """A plain vote needs none; who comes later and needs them pays for them."""
    model, found = classifier(cv=2), FoldMembers()
    found.complete(model, prepared_for(model, "voting"), X_TEST)
    assert (found.train, len(found.test), found.n_fits) == ({}, 3, 3)
    assert not found.complete(model, prepared_for(model, "voting"), X_TEST)
    found.complete(model, prepared_for(model, "stacking"), X_TEST)
    assert (len(found.train), found.n_fits) == (3, 6)


def test_subsets_and_times():
    """A subset has the columns, members and seconds of its modalities only."""
    model, found = classifier(cv=2), FoldMembers()
    prepared = prepared_for(model, "voting", "concat")
    found.complete(model, prepared, X_TEST)
    presence = presence_of(model, X_TEST, prepared)
    voting, concat = prepared.requests
    train, test = found.views(voting, prepared, model, presence, [2, 0])
    assert train.modalities == test.modalities == ("c", "a")
    assert [member.name for member in test.members] == ["a", "c"]
    whole = found.seconds_of(voting)
    parts = [found.seconds_of(voting, [name]) for name in "abc"]
    assert whole == pytest.approx(sum(parts))
    assert found.seconds_of(concat, ["b"]) > 0


def test_modality_that_no_training_row_has():
    """It counts as absent from the test rows too."""
    model, found = classifier(cv=2), FoldMembers()
    table = X_TRAIN.copy()
    table[["b__0", "b__1", "b__2"]] = np.nan
    checked, y = model._check(table, Y_TRAIN)
    fusions = [make_fusion("voting")]
    prepared = prepare_fit(model, checked, y, fusions, {}, classifier=True)
    found.complete(model, prepared, X_TEST)
    presence = presence_of(model, X_TEST, prepared)
    assert presence[:, 1].any()
    _, test = found.views(prepared.requests[0], prepared, model, presence)
    assert not test.presence[:, 1].any()
    assert np.isnan(test.predictions[:, 1]).all()
