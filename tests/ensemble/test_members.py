"""Fitted members and what they say of rows."""

import numpy as np
from ensemble_cases import classifier, hide, make_table

from mmensemble import StackingFusion, VotingFusion
from mmensemble.ensemble._shared import fit_members, prepare_fit


def shared_fit(fusions):
    """Fit shared members on a small table that lacks some modalities."""
    X, y = make_table()
    X = hide(X, "b", np.arange(7))
    model = classifier(X)
    prepared = prepare_fit(model, X, y, fusions, {}, classifier=True)
    return model, X, fit_members(model, prepared)


def test_blocks_are_read_only_where_needed():
    """No fusion that needs blocks, no blocks."""
    model, X, plain = shared_fit([VotingFusion()])
    assert plain.read(model, X).blocks == {}
    model, X, both = shared_fit([VotingFusion(), StackingFusion(passthrough=True)])
    raw = both.read(model, X)
    assert len(raw.blocks) == 3
    assert both.view(0, raw).blocks is None
    assert [block.present.sum() for block in both.view(1, raw).blocks] == [60, 53, 60]


def test_absent_modalities_have_no_prediction():
    """Members are asked about rows that have their modality only."""
    model, X, shared = shared_fit([VotingFusion()])
    predictions = shared.read(model, X).predictions
    assert np.isnan(predictions[:7, 1]).all()
    assert np.isfinite(predictions[7:]).all()


def test_without_members():
    """Dropped models predict nothing; their readers stay."""
    _, X, shared = shared_fit([VotingFusion()])
    rest = shared.members.without({0, 2})
    raw = rest.read(X, shared.training.presence, frozenset())
    assert np.isnan(raw.predictions[:, [0, 2]]).all()
    assert [name for name, _ in rest.sources()] == ["a", "b", "c"]
