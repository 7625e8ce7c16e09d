"""Named arrays in one vector."""

import numpy as np
from numpy.testing import assert_array_equal

from mmensemble.numerics._layout import Layout


def test_views_share_memory_and_pack_is_the_way_back():
    """What is written to a part stands in the vector, and the other way round."""
    layout = Layout({"a": (2, 3), "none": (0, 3), "b": (4,)})
    theta = np.arange(10.0)
    parts = layout.views(theta)
    assert {name: part.shape for name, part in parts.items()} == layout.shapes
    parts["a"][1, 0] = -1
    assert theta[3] == -1
    assert_array_equal(layout.pack(parts), theta)
    assert layout.size == 10
