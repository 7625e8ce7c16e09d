"""What fusions declare for each row, reached through an estimator."""

import pickle

import numpy as np
import pandas as pd
import pytest
from ensemble_cases import classifier, hide, make_table, transformer
from numpy.testing import assert_allclose
from sklearn.base import clone
from sklearn.exceptions import NotFittedError

from mmensemble import MultimodalClassifier, StackingFusion, VotingFusion
from mmensemble.fusion._lookup import named_fusions

NAMES = ["a", "b", "c"]


def table():
    """Make a table in which four rows lack b."""
    X, y = make_table()
    return hide(X, "b", np.arange(4)), y


@pytest.mark.parametrize("fusion", named_fusions())
def test_all_that_is_declared(fusion):
    """Each output is what the fusion returns for the same rows, in its columns."""
    X, y = table()
    model = classifier(X, fusion).fit(X, y)
    assert hasattr(model, "row_weights") == ("row_weights" in model.fusion_.row_outputs)
    for name, kind in model.fusion_.row_outputs.items():
        found = getattr(model, name)(X)
        expected = getattr(model.fusion_, name)(model._view(X))
        assert_allclose(np.asarray(found), expected)
        if kind is None:
            assert isinstance(found, np.ndarray)
        else:
            members = [member.name for member in model._members]
            columns = members if kind == "members" else NAMES
            assert list(found.columns) == columns
        assert name in dir(model)


def test_gates_are_reached():
    """Gates of features: between 0 and 1, 0 where a modality is absent."""
    X, y = table()
    gates = classifier(X, "feature_gating").fit(X, y).gate_values(X)
    assert isinstance(gates, pd.DataFrame)
    assert (gates.loc[:3, "b"] == 0).all()
    assert gates.loc[4:].to_numpy().min() > 0


@pytest.mark.parametrize("fusion", ["voting", "stacking", "auto"])
def test_weights_of_modalities(fusion):
    """They sum to one over the modalities that a row has."""
    X, y = table()
    weights = classifier(X, fusion).fit(X, y).modality_weights(X)
    assert_allclose(weights.sum(axis=1), 1)
    assert (weights.loc[:3, "b"] == 0).all()


def test_weights_of_members():
    """A frame with a column a member."""
    X, y = table()
    weights = classifier(X, VotingFusion()).fit(X, y).row_weights(X)
    assert list(weights.columns) == NAMES
    assert_allclose(weights.iloc[0], [0.5, 0, 0.5])


def test_what_a_fusion_does_not_have():
    """Another fusion's output is refused with a hint, any other name plainly."""
    X, y = table()
    for model in (classifier(X, "concat"), classifier(X, "concat").fit(X, y)):
        with pytest.raises(AttributeError, match="'concat' has no 'row_weights'; "):
            model.row_weights(X)
        with pytest.raises(AttributeError, match="Classifier' object has no attr"):
            model.rowweights(X)
        assert not hasattr(model, "conflict")
    stack = classifier(X, StackingFusion(missing="indicator"))
    assert not hasattr(stack, "row_weights")


def test_a_rule_of_ones_own():
    """What a new fusion declares is offered at once."""

    class Counting(VotingFusion):
        row_outputs = {"n_members": None}

        def n_members(self, data):
            """Count the members that have predicted a row."""
            return (~np.isnan(data.predictions[:, :, 0])).sum(axis=1)

    X, y = table()
    model = classifier(X, Counting()).fit(X, y)
    assert model.n_members(X).tolist() == [2] * 4 + [3] * (len(X) - 4)
    assert not hasattr(model, "row_weights")


def test_unfitted_copied_and_without_a_fusion():
    """An output of an unfitted model says so; copies have it; nonsense has none."""
    X, y = table()
    model = classifier(X, "voting")
    with pytest.raises(NotFittedError, match="not fitted yet"):
        model.row_weights(X)
    fitted = pickle.loads(pickle.dumps(model.fit(X, y)))
    assert_allclose(fitted.row_weights(X), model.row_weights(X))
    assert hasattr(clone(model), "row_weights")
    assert hasattr(transformer(X, "voting"), "row_weights")
    for wrong in ("vote", 3, VotingFusion):
        assert not hasattr(MultimodalClassifier(fusion=wrong), "row_weights")
    assert not hasattr(
        MultimodalClassifier.__new__(MultimodalClassifier), "row_weights"
    )
