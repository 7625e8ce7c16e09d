"""Short names by parameter: who asks is named in the message."""

import pytest

from mmensemble import SelectionFusion
from mmensemble.fusion import FUSIONS
from mmensemble.fusion._lookup import make_fusion


def test_names_and_objects():
    """A short name is the class with its defaults, an object is cloned."""
    assert {name: type(make_fusion(name)) for name in FUSIONS} == FUSIONS
    given = SelectionFusion(n_steps=3)
    made = make_fusion(given)
    assert made is not given
    assert made.n_steps == 3


def test_parameter_is_named():
    """Messages name the parameter that holds the fusion."""
    with pytest.raises(ValueError, match="The 'decision' parameter must be one of"):
        make_fusion("vote", "decision")
    with pytest.raises(TypeError, match="The 'feature' parameter must be one of"):
        make_fusion(3, "feature")
