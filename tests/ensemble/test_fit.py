"""One fit of the members for several fusions: the same as fitting each alone."""

import pickle

import numpy as np
import pytest
from ensemble_cases import classifier, hide, make_numbers, make_table, regressor
from joblib import parallel_config
from sklearn.base import clone
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.linear_model import LogisticRegression, Ridge
from sklearn.metrics import make_scorer
from sklearn.model_selection import StratifiedKFold, cross_val_predict

from mmensemble import (
    AutoFusion,
    ConcatFusion,
    CorrelationPruner,
    HybridFusion,
    SelectionFusion,
    StackingFusion,
    VotingFusion,
)
from mmensemble.ensemble._fit import (
    fit_members,
    plan_of,
    prepare_fit,
    reads_out_of_fold,
)
from mmensemble.modality._presence import presence_mask

pytestmark = pytest.mark.filterwarnings("ignore:.*rows have none of the modalities")

FUSIONS = [
    ConcatFusion(),
    VotingFusion(),
    StackingFusion(concat_member=True),
    StackingFusion(passthrough=True),
    VotingFusion(weights="optimize"),
]


class Portfolio(VotingFusion):
    """A vote that brings its own learners."""

    def portfolio(self, *, classifier, size=None):
        """Two learners, one of which takes no sparse data."""
        boosting = HistGradientBoostingClassifier(max_iter=3)
        return [("linear", LogisticRegression()), ("boosting", boosting)]


class WithJoint(StackingFusion):
    """A stack with a fused member beside those of the modalities."""

    @property
    def joint(self):
        """Concatenation, scaled by block."""
        return (("fused", ConcatFusion("frobenius")),)


class Single(VotingFusion):
    """A vote in which only the first member counts."""

    def _fit(self, data):
        super()._fit(data)
        self.weights_ = np.eye(len(data.members))[0]
        self.unused_members_ = frozenset(range(1, len(data.members)))


def fit_shared(model, X, y, fusions, metadata=None, *, is_classifier=True):
    """Plan and fit; return data, requests, members and training outputs."""
    data, requests = prepare_fit(
        model, X, y, fusions, metadata or {}, classifier=is_classifier
    )
    plan, held_out = plan_of(requests), reads_out_of_fold(model, requests)
    return data, requests, *fit_members(model, data, plan, held_out=held_out)


def share(model, fusions, X, y, metadata=None, **options):
    """Fit members once, then each fusion; return their predictions for X."""
    model = clone(model)
    data, requests, members, outputs = fit_shared(
        model, X, y, fusions, metadata, **options
    )
    seen, out = members.read(X, presence_mask(X, data.modalities)), []
    for request in requests:
        view = request.training_view(outputs, data, model.n_jobs)
        fitted = clone(request.fusion).fit(view)
        out.append(fitted.predict(request.view(seen, data)))
    return out


@pytest.mark.parametrize("members", ["refit", "bagged"])
def test_shared_fit_equals_each_alone(members):
    """Predictions of every fusion are those of an estimator with it alone."""
    X, y = make_table(missing=0.2)
    X = hide(X, "a", np.arange(5))
    weight = np.random.default_rng(0).uniform(0.5, 2, 60)
    metadata = {"groups": np.arange(60) // 2, "sample_weight": weight}
    model = classifier(X, members=members)
    fusions = [*FUSIONS, WithJoint()]
    if members == "refit":
        fusions.append(Portfolio())
    together = share(model.set_params(estimator=None), fusions, X, y, metadata)
    for fusion, found in zip(fusions, together, strict=True):
        alone = clone(model).set_params(fusion=fusion).fit(X, y, **metadata)
        np.testing.assert_allclose(found, alone.predict_proba(X), atol=1e-12)


def test_shared_fit_of_regressors():
    """The same holds for several targets."""
    X, _ = make_table(missing=0.2)
    y = make_numbers(X, 2)
    model = regressor(X)
    for fusion, found in zip(
        FUSIONS, share(model, FUSIONS, X, y, is_classifier=False), strict=True
    ):
        alone = clone(model).set_params(fusion=fusion).fit(X, y)
        np.testing.assert_allclose(found, alone.predict(X), atol=1e-10)


def test_members_are_fitted_once():
    """Fusions that need the same members add no fits."""
    X, y = make_table()
    model = classifier(X)
    one = fit_shared(model, X, y, [StackingFusion()])
    both = [StackingFusion(), VotingFusion(weights="score")]
    _, requests, members, _ = fit_shared(model, X, y, both)
    assert members.identities == one[2].identities
    assert [tuple(request.plan.members) for request in requests] == [
        members.identities,
        members.identities,
    ]


def test_the_model_is_left_alone():
    """Preparing a fit changes nothing of the model; what is learnt is returned."""
    X, y = make_table()
    X["b__copy"] = X["a__0"]
    model = classifier(X, pruner=CorrelationPruner())
    before = dict(vars(model))
    data, _ = prepare_fit(model, X, y, [VotingFusion()], {}, classifier=True)
    assert vars(model) == before
    assert data.pruner.prune_modalities() == data.modalities
    assert len(data.modalities[1][2]) == 3
    model.fit(X, y)
    assert model.modalities_[1][2] == data.modalities[1][2]
    assert isinstance(model.pruner_, CorrelationPruner)


def test_joined_member_is_out_of_fold():
    """A fused member's training predictions are those of its own folds."""
    X, y = make_table()
    model = classifier(X)
    data, requests, _, outputs = fit_shared(model, X, y, [WithJoint()])
    view = requests[0].training_view(outputs, data, None)
    assert [m.name for m in view.members] == ["a", "b", "c", "fused"]
    assert view.members[-1].modality is None
    alone = classifier(X, ConcatFusion("frobenius"))
    expected = cross_val_predict(
        alone, X, y, cv=StratifiedKFold(3), method="predict_proba"
    )
    np.testing.assert_allclose(view.predictions[:, -1], expected, atol=1e-10)


def test_joint_members_name_is_taken():
    """A modality cannot have the name of a fused member."""
    X, y = make_table()
    X.columns = [column.replace("a__", "fused__") for column in X]
    with pytest.raises(ValueError, match="'fused' is that of the member on all"):
        classifier(X, WithJoint()).fit(X, y)


def test_given_learners_replace_the_portfolio():
    """A fusion's own learners count only where the estimator is given none."""
    X, y = make_table()
    own = classifier(X, Portfolio(), estimator=None).fit(X, y)
    assert list(own.estimators_)[:2] == ["a__linear", "a__boosting"]
    given = classifier(X, Portfolio()).fit(X, y)
    assert list(given.estimators_) == ["a", "b", "c"]


def test_unused_members_are_not_kept():
    """What a fusion does without is neither stored nor asked."""
    X, y = make_table()
    model = classifier(X, Single()).fit(X, y)
    assert list(model.estimators_) == ["a"]
    alone = clone(model).set_params(fusion=VotingFusion(weights=[1, 0, 0])).fit(X, y)
    np.testing.assert_array_equal(model.predict_proba(X), alone.predict_proba(X))


def test_subset_of_a_view_equals_a_model_of_the_subset():
    """Without the third modality, a view is that of a model of the other two."""
    X, y = make_table(missing=0.2)
    model = classifier(X)
    data, (request,), members, outputs = fit_shared(model, X, y, [StackingFusion()])
    view = request.training_view(outputs, data, None).subset([1, 0])
    fusion = StackingFusion().fit(view)
    view = request.view(members.read(X, data.presence), data).subset([1, 0])
    pair = [model.modalities[1], model.modalities[0]]
    alone = clone(model).set_params(modalities=pair, fusion=StackingFusion())
    expected = alone.fit(X, y).predict_proba(X)
    np.testing.assert_allclose(fusion.predict(view), expected, atol=1e-10)


@pytest.mark.parametrize("members", ["refit", "bagged"])
@pytest.mark.filterwarnings("ignore::UserWarning")
def test_more_workers_than_sets_of_rows(members):
    """Members on all modalities that are fitted apart are the same."""
    X, y = make_table(missing=0.2)
    model = classifier(
        X, StackingFusion(concat_member=True, passthrough=True), members=members
    )
    alone = model.fit(X, y).predict_proba(X)
    with parallel_config("threading", n_jobs=8):
        many = clone(model).fit(X, y)
    np.testing.assert_array_equal(many.predict_proba(X), alone)
    assert len(pickle.dumps(many)) == pytest.approx(len(pickle.dumps(model)), rel=0.01)


@pytest.mark.parametrize("fusion", ["stacking", "gating", "auto"])
def test_inner_splits_that_overlap_are_refused(fusion):
    """A model that tests its training rows would think too well of itself."""
    X, y = make_table()
    rows = np.arange(60)
    model = classifier(X, fusion, cv=[(rows, rows[k::3]) for k in range(3)])
    with pytest.raises(ValueError, match="split 0 of the 'cv' parameter has 20 rows"):
        model.fit(X, y)


@pytest.mark.parametrize("fusion", ["stacking", "gating"])
def test_sorted_classes_give_no_inverted_fusion(fusion):
    """Folds of one class in training are left out, and scores stay above chance."""
    X, y = make_table(90, seed=1)
    order = np.argsort(y, kind="stable")
    X, y = X.iloc[order], y[order]
    splits = [(np.arange(45, 90), np.arange(45)), (np.arange(0, 90, 2), [1, 51, 53])]
    with pytest.warns(UserWarning, match="1 of the 2 inner splits are left out"):
        model = classifier(X, fusion, cv=splits).fit(X, y)
    assert model.score(X, y) > 0.6


class NeverFitted(LogisticRegression):
    """A learner that is not to be fitted."""

    def fit(self, X, y, sample_weight=None):
        """Fail."""
        raise AssertionError("a member is fitted")


class NeverFittedRidge(Ridge):
    """Nor is this one, of numbers."""

    fit = NeverFitted.fit


@pytest.mark.parametrize(
    ("fusion", "decision", "expected"),
    [
        (
            AutoFusion(scoring="f1"),
            "auto",
            "AutoFusion cannot .*scoring='f1' takes",
        ),
        (SelectionFusion("r2"), "auto", "SelectionFusion cannot .*score of classes"),
        (
            HybridFusion(decision=SelectionFusion("f1")),
            "auto",
            "SelectionFusion cannot score",
        ),
        (VotingFusion(), "f1", "MultimodalClassifier cannot .*decision='f1' takes the"),
        (ConcatFusion(), "f1_macro", "ConcatFusion reads features"),
    ],
)
def test_scores_that_do_not_suit_come_before_any_member(fusion, decision, expected):
    """Those of the fusion, of the fusions within, and of the decision."""
    X, y = make_table()
    y = np.array(["no", "yes"])[(y == np.unique(y)[0]).astype(int)]
    model = classifier(X, fusion=fusion, decision=decision, estimator=NeverFitted())
    with pytest.raises(ValueError, match=rf"(?s)^.*{expected}"):
        model.fit(X, y)


def test_scores_of_numbers_come_before_any_member():
    """In regression."""
    X, _ = make_table()
    y = make_numbers(X)
    model = regressor(
        X, fusion=SelectionFusion("accuracy"), estimator=NeverFittedRidge()
    )
    with pytest.raises(ValueError, match=r"name a score of numbers, such as 'r2'"):
        model.fit(X, y)


def test_a_metric_without_weights_serves_rows_with_weights():
    """It scores them as if all weighed the same."""
    X, y = make_table()
    scorer = make_scorer(lambda true, predicted: float((true == predicted).mean()))
    weight = np.random.default_rng(0).uniform(0.5, 2, len(y))
    for fusion in (AutoFusion("linear", scoring=scorer), SelectionFusion(scorer)):
        model = classifier(X, fusion=fusion).fit(X, y, sample_weight=weight)
        assert len(model.predict(X)) == len(y)
