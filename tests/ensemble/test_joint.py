"""Feature-level fusions as members."""

import numpy as np
from ensemble_cases import hide, make_numbers, make_table
from sklearn.linear_model import Ridge

from mmensemble import ConcatFusion, MultimodalRegressor, StackingFusion
from mmensemble.ensemble._joint import Joint, ask_member


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
    assert Joint(ConcatFusion(), ()).learners == ()
