"""Members on all modalities together."""

import numpy as np
from ensemble_cases import hide, make_numbers, make_table
from sklearn.linear_model import Ridge

from mmensemble import ConcatFusion, MultimodalRegressor, StackingFusion
from mmensemble.ensemble._joined import JoinedBlocks, ask_member
from mmensemble.features._reader import ModalityReader, TableBlocks


class Fused(StackingFusion):
    """A stack on one fused member and the modalities."""

    @property
    def joint(self):
        """Plain concatenation."""
        return (("fused", ConcatFusion(missing="impute")),)


def test_fused_member_equals_the_fusion_alone():
    """On all rows, the member is the fusion in an estimator of its own."""
    X, _ = make_table(sizes={"a": 2, "b": 3})
    X = hide(X, "a", np.arange(6))
    y = make_numbers(X)
    weight = np.random.default_rng(0).uniform(size=len(X))
    both = MultimodalRegressor(fusion=Fused(), estimator=Ridge(), cv=3)
    both.fit(X, y, sample_weight=weight)
    alone = MultimodalRegressor(
        fusion=ConcatFusion(missing="impute"), estimator=Ridge()
    )
    alone.fit(X, y, sample_weight=weight)
    found = both.predict_modalities(X)["fused"].to_numpy()[:, 0]
    np.testing.assert_allclose(found, alone.predict(X), atol=1e-10)
    assert isinstance(both.estimators_["fused"], ConcatFusion)


def test_asking_a_learner_is_asking_for_its_outputs():
    """Members that are no fusions answer as everywhere."""
    X, _ = make_table()
    y = make_numbers(X)
    model = Ridge().fit(X, y)

    class Values:
        is_classification = False

    np.testing.assert_array_equal(ask_member(model, X, Values)[:, 0], model.predict(X))


def test_joined_blocks_leave_out_what_no_row_has():
    """A modality that no training row has is no part of the joined matrix."""
    X, everyone = np.arange(12.0).reshape(6, 2), np.arange(6)
    mask = np.ones((6, 2), dtype=bool)
    mask[1, 0] = False
    mask[:, 1] = [0, 0, 0, 1, 1, 1]
    rows = np.array([0, 1, 2])
    reader, _ = ModalityReader("a", 0, [0]).fit_read(X, mask, rows, None, {}, 0)
    blocks = TableBlocks({"a": reader}, X, mask, rows)
    joined = JoinedBlocks("concat", ("a", "b"), 2).fit(blocks)
    assert joined.keys == ("a",)
    np.testing.assert_array_equal(joined.values(blocks), [[0.0], [4.0]])
    whole = TableBlocks({"a": reader}, X, mask, everyone)
    np.testing.assert_array_equal(joined.rows_of(whole), [0, 2, 3, 4, 5])
    others = TableBlocks({"a": reader}, X, mask, np.array([1, 3]))
    np.testing.assert_array_equal(joined.values(others), [[6.0]])
