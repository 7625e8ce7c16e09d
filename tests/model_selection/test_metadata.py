"""Groups, weights and further metadata, joined and routed."""

import numpy as np
import pytest
import sklearn
from comparison_cases import classifier, make_data
from sklearn.exceptions import UnsetMetadataPassedError
from sklearn.metrics import get_scorer, make_scorer, r2_score
from sklearn.model_selection import GroupKFold

from mmensemble._compat import sklearn_version
from mmensemble.model_selection._metadata import join_metadata, route_metadata

X, Y = make_data()
GROUPS = np.arange(60) // 3


def test_what_is_none_is_left_out():
    """Keywords and further metadata become one dict."""
    found = join_metadata(X, GROUPS, None, {"coords": [1], "extra": None})
    assert list(found) == ["coords", "groups"]
    assert join_metadata(X, None, None, None) == {}


def test_twice_or_of_another_length():
    """Each is given once, one entry a row."""
    with pytest.raises(ValueError, match="'sample_weight' is given twice, as a"):
        join_metadata(X, None, np.ones(60), {"sample_weight": np.ones(60)})
    with pytest.raises(ValueError, match="inconsistent numbers of samples"):
        join_metadata(X, [1, 2], None, None)
    with pytest.raises(ValueError, match="inconsistent numbers of samples"):
        join_metadata(X, None, None, {"groups": [1, 2]})


def test_without_routing_all_goes_to_fit():
    """Groups also go to the splitter; the scorer gets nothing."""
    given = {"groups": GROUPS, "sample_weight": np.ones(60)}
    parts = classifier(), get_scorer("accuracy"), GroupKFold(3)
    routed = route_metadata("me", *parts, given)
    assert routed == {"fit": given, "split": {"groups": GROUPS}, "score": {}}
    assert route_metadata("me", *parts, {})["split"] == {}


def test_with_routing_it_goes_to_whoever_asked():
    """What nobody has asked for is an error that names the function."""
    with sklearn.config_context(enable_metadata_routing=True):
        scorer = make_scorer(r2_score).set_score_request(sample_weight=True)
        model = classifier(cv=GroupKFold(2), estimator=None)
        for _, extractor, _ in model.modalities:
            extractor.set_fit_request(sample_weight=False)
            extractor.set_transform_request()
        parts = model, scorer, GroupKFold(3)
        routed = route_metadata("compare_fusions", *parts, {"groups": GROUPS})
        assert routed["split"].keys() == {"groups"}
        if sklearn_version < (1, 7):
            return  # scorers without a request get no metadata, and no error
        silent = model, make_scorer(r2_score), GroupKFold(3)
        with pytest.raises(UnsetMetadataPassedError, match="within compare_fusions"):
            route_metadata("compare_fusions", *silent, {"sample_weight": np.ones(60)})
