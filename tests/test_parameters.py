"""Parameters that are wrong."""

import numpy as np
import pytest

from mmensemble import (
    CorrelationPruner,
    MultimodalClassifier,
    compare_fusions,
    modality_contributions,
    model_report,
)
from mmensemble._compat import InvalidParameterError, StrOptions
from mmensemble._parameters import Triples, validate_params

X, Y = np.zeros((4, 2)), [0, 1, 0, 1]


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
