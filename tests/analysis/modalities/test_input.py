"""What an analysis takes and refuses."""

import numpy as np
import pytest
from scipy import sparse
from study_cases import table

from mmensemble.analysis import CorrelationPruner, ModalityCorrelation


@pytest.mark.parametrize("cls", [CorrelationPruner, ModalityCorrelation])
def test_what_is_refused(cls):
    X, y = table(30)
    with pytest.raises(TypeError, match="needs a dense table, got a sparse matrix"):
        cls().fit(sparse.csr_matrix(X), y)
    with pytest.raises(TypeError, match="takes one table, got a dict of 1 views"):
        cls().fit({"a": X}, y)
    with pytest.raises(ValueError, match="inconsistent numbers of samples"):
        cls().fit(X, y[:9])
    with pytest.raises(ValueError, match="inconsistent numbers of samples"):
        cls().fit(X, y, groups=np.arange(9))
    with pytest.raises(ValueError, match="'sample_weight' given is all zero"):
        cls().fit(X, y, sample_weight=np.zeros(30))
    with pytest.raises(ValueError, match=r"expected \(30,\)"):
        cls().fit(X, y, sample_weight=np.ones(9))


def test_names_and_width_are_kept():
    X, _ = table(30)
    pruner = CorrelationPruner().fit(X)
    assert pruner.feature_names_in_.tolist() == list(X.columns)
    assert not hasattr(pruner.fit(X.to_numpy()), "feature_names_in_")
    assert pruner.n_features_in_ == 11
