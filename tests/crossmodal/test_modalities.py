"""What projection and retrieval ask of modalities."""

import numpy as np
import pytest
from crossmodal_cases import make_table

from mmensemble import CrossModalRetriever
from mmensemble.crossmodal._modalities import (
    check_apart,
    labels_of,
    read_fitted,
)


def test_common_columns_are_refused():
    """The error names both modalities and the column."""
    with pytest.raises(ValueError, match="'a' and 'b' share the columns \\['u'\\]"):
        check_apart([("a", "auto", ["u", "v"]), ("b", "auto", "u")], "Me")
    check_apart([("a", "auto", ["u"]), ("b", "auto", "v")], "Me")


def test_labels_of():
    """A bare column is a list of one."""
    assert labels_of("u") == ["u"]
    assert labels_of([0, 1]) == [0, 1]


@pytest.mark.filterwarnings("ignore:X does not have valid feature names")
def test_a_frame_may_lack_a_whole_modality():
    """Its rows lack it then; a part of its columns must not be missing."""
    X, _ = make_table()
    model = CrossModalRetriever(random_state=0).fit(X)
    table, presence = read_fitted(model, X.drop(columns=["c__0", "c__1"]))
    assert table.shape == X.shape
    assert presence.all(axis=0).tolist() == [True, True, False]
    with pytest.raises(ValueError, match="columns are missing: \\['c__1'\\]"):
        read_fitted(model, X.drop(columns=["c__1"]))
    with pytest.raises(ValueError, match="columns are missing"):
        read_fitted(model, X.add_prefix("other_"))
    with pytest.raises(ValueError, match="features"):
        read_fitted(model, np.ones((2, 3)))
