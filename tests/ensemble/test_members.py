"""Fitted members and what they say of rows."""

from dataclasses import replace

import numpy as np
import pytest
from ensemble_cases import classifier, hide, make_table
from numpy.testing import assert_array_equal

from mmensemble import ConcatFusion, StackingFusion, VotingFusion
from mmensemble.ensemble._fit import (
    fit_members,
    plan_of,
    prepare_fit,
    reads_out_of_fold,
)


def fitted(*fusions, **params):
    """Fit shared members on a small table that lacks some modalities."""
    X, y = make_table()
    X = hide(X, "b", np.arange(7))
    model = classifier(X, **params)
    data, requests = prepare_fit(model, X, y, fusions, {}, classifier=True)
    plan = plan_of(requests)
    held_out = reads_out_of_fold(model, requests)
    members, outputs = fit_members(model, data, plan, held_out=held_out)
    return X, data, requests, members, outputs


def test_blocks_are_read_only_where_needed():
    """No fusion that needs blocks, no blocks."""
    X, data, _, members, _ = fitted(VotingFusion())
    assert members.read(X, data.presence).blocks == {}
    passthrough = StackingFusion(passthrough=True)
    X, data, requests, members, _ = fitted(VotingFusion(), passthrough)
    assert members.read(X, data.presence, blocks=False).blocks == {}
    outputs = members.read(X, data.presence)
    assert len(outputs.blocks) == 3
    views = [request.view(outputs, data) for request in requests]
    assert views[0].blocks is None
    assert [block.present.sum() for block in views[1].blocks] == [60, 53, 60]


@pytest.mark.parametrize("members", ["refit", "bagged"])
def test_readers_of_blocks(members):
    """They are the members' own where these are fitted on all rows too."""
    *_, found, outputs = fitted(StackingFusion(passthrough=True), members=members)
    assert (found.block_readers is None) is (members == "refit")
    assert [reader.name for reader in found.readers_of_blocks.values()] == list("abc")
    block = outputs.blocks[found.blocks[1]]
    assert block.values.shape == (53, 3)
    assert len(found.fits) == (1 if members == "refit" else 3)


def test_absent_modalities_have_no_prediction():
    """Members are asked about rows that have their modality only."""
    X, data, _, members, _ = fitted(VotingFusion())
    predictions = members.read(X, data.presence).predictions
    assert np.isnan(predictions[:7, 1]).all()
    assert np.isfinite(predictions[7:]).all()


def test_without_members():
    """Dropped models predict nothing; their readers stay."""
    X, data, _, members, _ = fitted(VotingFusion())
    rest = members.without({0, 2})
    outputs = rest.read(X, data.presence)
    assert np.isnan(outputs.predictions[:, [0, 2]]).all()
    assert list(rest.extractors()) == ["a", "b", "c"]
    assert list(rest.estimators()) == ["b"]


def test_outputs_of_some_and_of_more():
    """Outputs join by member and block; the later ones count."""
    _, data, requests, _, outputs = fitted(StackingFusion(), ConcatFusion())
    first, second, third = outputs.members
    few = replace(
        outputs,
        members=(first, second),
        predictions=np.zeros((60, 2, 2)),
        blocks={},
    )
    more = replace(
        outputs, members=(second, third), predictions=outputs.predictions[:, 1:]
    )
    both = few.with_more(more)
    assert both.members == outputs.members
    assert_array_equal(both.predictions[:, 0], 0)
    assert_array_equal(both.predictions[:, 1:], outputs.predictions[:, 1:])
    assert list(both.blocks) == list(outputs.blocks)
    nothing = few.without_predictions()
    assert nothing.members == ()
    assert nothing.with_more(nothing).predictions is None
    assert_array_equal(nothing.with_more(more).predictions, more.predictions)
    view = requests[0].training_view(both, data, None)
    assert [member.name for member in view.members] == ["a", "b", "c"]


def test_seconds_of_blocks_are_part_of_those_of_reading():
    """Blocks are read on all rows only, members in the folds too."""
    *_, outputs = fitted(StackingFusion(passthrough=True))
    for key, spent in outputs.block_seconds.items():
        assert 0 < spent < outputs.seconds[key]
    assert len(outputs.seconds) == 6
