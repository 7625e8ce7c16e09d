"""Parameters that are wrong."""

import numpy as np
import pytest
from sklearn.base import BaseEstimator, ClassifierMixin

from mmensemble import (
    AutoFusion,
    CorrelationPruner,
    HybridFusion,
    MultimodalClassifier,
    SelectionFusion,
    compare_fusions,
    modality_contributions,
    model_report,
)
from mmensemble._compat import InvalidParameterError, StrOptions
from mmensemble._parameters import Triples, validate_params

X, Y = np.zeros((4, 2)), [0, 1, 0, 1]


class NeverFitted(ClassifierMixin, BaseEstimator):
    """A learner that is not to be fitted."""

    def fit(self, X, y):
        """Fail."""
        raise AssertionError("a member is fitted")


@pytest.mark.parametrize(
    "door", [compare_fusions, modality_contributions, model_report]
)
def test_a_metric_that_is_none(door):
    """What was meant stands in front of the sorted list."""
    expected = (
        rf"^Did you mean 'roc_auc'\? The 'scoring' parameter of {door.__name__} must "
        r"be a str among {'accuracy', 'adjusted_mut.*Got 'AUC' instead"
    )
    with pytest.raises(InvalidParameterError, match=expected):
        door(MultimodalClassifier(), X, Y, scoring="AUC")
    with pytest.raises(InvalidParameterError, match=r"^The 'scoring' parameter of"):
        door(MultimodalClassifier(), X, Y, scoring="zzzzzz")


def test_errors_within_are_left_alone():
    """A question is asked of this function's words only."""

    @validate_params(
        {"by": [StrOptions({"score"})], "deep": ["boolean"]},
        prefer_skip_nested_validation=True,
    )
    def rank(*, by, deep=False):
        raise InvalidParameterError("The 'by' parameter is no other's")

    with pytest.raises(InvalidParameterError, match=r"^The 'by' parameter is no other"):
        rank(by="score")
    with pytest.raises(InvalidParameterError, match=r"^The 'deep' parameter of .*rank"):
        rank(by="score", deep="deeply")
    assert rank.__name__ == "rank"


@pytest.mark.parametrize("model", [MultimodalClassifier(), CorrelationPruner()])
@pytest.mark.parametrize("given", [{"lab": [0]}, "lab", ("lab", "auto", [0])])
def test_modalities_that_are_no_list(model, given):
    """The message shows how they are written."""
    expected = r"'auto'} or a list of .* such as \[\('lab', 'auto', \['CRP', 'Hb'\]\)\]"
    with pytest.raises(InvalidParameterError, match=expected):
        model.set_params(modalities=given).fit(X, Y)


def test_words_are_sorted():
    """Messages are the same each time."""
    words = {"d", "a", "c", "b"}
    assert str(StrOptions(words)) == "a str among {'a', 'b', 'c', 'd'}"
    assert str(Triples()).startswith("a list of (name, extractor, columns) triples")


@pytest.mark.parametrize(
    ("model", "asked"),
    [
        (
            MultimodalClassifier(decision="f1_marco"),
            r"'f1_macro'\? The 'decision' par",
        ),
        (
            MultimodalClassifier(members="refits"),
            r"'refit'\? The 'members' param",
        ),
        (
            MultimodalClassifier(fusion=AutoFusion(scoring="acuracy")),
            r"'accuracy'\? The 'scoring' parameter of AutoFusion must be",
        ),
        (
            MultimodalClassifier(fusion=HybridFusion(decision=SelectionFusion("AUC"))),
            r"'roc_auc'\? The 'scoring' parameter of SelectionFusion must be",
        ),
    ],
)
def test_estimators_and_fusions_ask(model, asked):
    """Before anything is fitted, as functions do."""
    with pytest.raises(InvalidParameterError, match=rf"^Did you mean {asked}"):
        model.set_params(estimator=NeverFitted()).fit(X, Y)


def test_nothing_is_asked_where_no_word_is_close():
    """Or where something else is wrong."""
    for given in ({"decision": "zzzzzz"}, {"decision": 3}):
        model = MultimodalClassifier(**given)
        with pytest.raises(InvalidParameterError, match=r"^The 'decision' param"):
            model.fit(X, Y)
