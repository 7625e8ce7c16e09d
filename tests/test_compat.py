"""Private scikit-learn names, in one place."""

import numpy as np
import pytest
import sklearn
from threadpoolctl import threadpool_info

from mmensemble import _compat


@pytest.mark.parametrize("name", _compat.__all__)
def test_every_name_is_there(name):
    """What other rooms may import exists under the installed scikit-learn."""
    assert getattr(_compat, name) is not None


def test_no_public_name_is_left_out():
    """Every name that the module re-exports is listed."""
    known = {"GridSearchCV", "nullcontext", "sklearn"}
    found = {name for name in vars(_compat) if not name.startswith("_")}
    assert found - known == set(_compat.__all__)


def test_version_is_that_of_scikit_learn():
    """The version can be compared with pairs."""
    assert ".".join(map(str, _compat.sklearn_version)) in sklearn.__version__
    assert _compat.sklearn_version >= (1, 6)


def test_threads_are_limited_inside_only():
    """BLAS gets its threads back afterwards."""
    np.ones((2, 2)) @ np.ones((2, 2))
    before = [pool["num_threads"] for pool in threadpool_info()]
    with _compat.limit_threads(1):
        assert {pool["num_threads"] for pool in threadpool_info()} == {1}
    assert [pool["num_threads"] for pool in threadpool_info()] == before


def test_no_limit_changes_nothing():
    """None stands for leaving threads alone."""
    before = [pool["num_threads"] for pool in threadpool_info()]
    with _compat.limit_threads(None):
        assert [pool["num_threads"] for pool in threadpool_info()] == before
