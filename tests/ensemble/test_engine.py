"""The engine: out-of-fold predictions, whatever the splitter, rows and members."""

import numpy as np
import pytest
from ensemble_cases import (
    LEARNT,
    NoWeights,
    RecordingClassifier,
    RecordingRegressor,
    classifier,
    columns_of,
    fit_view,
    hide,
    make_numbers,
    make_table,
    regressor,
)
from numpy.testing import assert_allclose, assert_array_equal
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.compose import make_column_transformer
from sklearn.ensemble import RandomForestClassifier
from sklearn.linear_model import LogisticRegression, Ridge
from sklearn.model_selection import (
    GroupKFold,
    KFold,
    RepeatedKFold,
    ShuffleSplit,
    StratifiedGroupKFold,
    StratifiedKFold,
    TimeSeriesSplit,
    cross_val_predict,
)
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from mmensemble import ConcatFusion, StackingFusion
from mmensemble.ensemble._engine import (
    FitUnit,
    RunningMean,
    fit_unit,
    make_chunks,
)
from mmensemble.ensemble._fit import prepare_fit
from mmensemble.ensemble._joined import JoinedBlocks
from mmensemble.ensemble._plan import Plan, make_plan
from mmensemble.features._reader import ModalityReader


def as_pipeline(X, modality, learner):
    """Make the pipeline that scikit-learn's users would write for a modality."""
    columns = make_column_transformer((StandardScaler(), columns_of(X, modality)))
    return make_pipeline(columns, learner)


@pytest.mark.parametrize("fusion", ["voting", "stacking"])
@pytest.mark.parametrize(
    "cv",
    [KFold(4), StratifiedKFold(4, shuffle=True, random_state=1), 3, None],
    ids=["KFold", "StratifiedKFold", "int", "None"],
)
def test_out_of_fold_equals_cross_val_predict(fusion, cv):
    """Each member's predictions are those of its pipeline in cross_val_predict."""
    X, y = make_table(n_classes=3)
    data = fit_view(classifier(X, fusion, cv=cv), X, y)
    if cv is None:
        cv = StratifiedKFold(5, shuffle=True, random_state=0)
    for position, name in enumerate("abc"):
        pipeline = as_pipeline(X, name, LogisticRegression())
        wanted = cross_val_predict(pipeline, X, y, cv=cv, method="predict_proba")
        assert_allclose(data.predictions[:, position], wanted, rtol=0, atol=1e-12)


@pytest.mark.parametrize("n_targets", [1, 2])
def test_out_of_fold_values_equal_cross_val_predict(n_targets):
    """So are a regression's, with one target or several."""
    X, _ = make_table()
    y = make_numbers(X, n_targets)
    data = fit_view(regressor(X, cv=KFold(4)), X, y)
    for position, name in enumerate("abc"):
        wanted = cross_val_predict(as_pipeline(X, name, Ridge()), X, y, cv=KFold(4))
        wanted = wanted.reshape(len(X), -1)
        assert_allclose(data.predictions[:, position], wanted, rtol=0, atol=1e-12)


@pytest.mark.parametrize("fusion", ["voting", "stacking"])
@pytest.mark.parametrize(
    "cv", [ShuffleSplit(2, test_size=0.3, random_state=0), TimeSeriesSplit(3)]
)
def test_rows_in_no_test_fold_are_nan(fusion, cv):
    """Splits that are no partition leave rows without a prediction."""
    X, y = make_table()
    model = classifier(X, fusion, cv=cv)
    data = fit_view(model, X, y)
    held_out = np.unique(np.concatenate([test for _, test in cv.split(X, y)]))
    predicted = ~np.isnan(data.predictions).any(axis=(1, 2))
    assert_array_equal(np.flatnonzero(predicted), held_out)
    assert_allclose(model.predict_proba(X).sum(axis=1), 1)


class CountRows(ClassifierMixin, BaseEstimator):
    """A final estimator that counts its training rows."""

    def fit(self, X, y):
        """Keep the number of rows; refuse NaN."""
        assert np.isfinite(X).all()
        self.n_rows_, self.classes_ = len(X), np.unique(y)
        return self

    def predict_proba(self, X):
        """Return equal shares."""
        return np.full((len(X), len(self.classes_)), 1 / len(self.classes_))

    def predict(self, X):
        """Return the first class."""
        return np.repeat(self.classes_[:1], len(X))


@pytest.mark.parametrize("missing", ["pattern", "indicator"])
def test_second_level_leaves_out_rows_without_prediction(missing):
    """The final estimator is fitted on the held-out rows only."""
    X, y = make_table()
    cv = TimeSeriesSplit(3)
    fusion = StackingFusion(CountRows(), missing=missing)
    model = classifier(X, fusion, cv=cv).fit(X, y)
    n_held_out = sum(len(test) for _, test in cv.split(X))
    assert model.fusion_.final_estimator_.n_rows_ == n_held_out


def test_repeated_folds_are_averaged():
    """A row that is held out twice has the mean of both predictions."""
    X, y = make_table()
    cv = RepeatedKFold(n_splits=3, n_repeats=2, random_state=0)
    data = fit_view(classifier(X, cv=cv), X, y)
    pipeline = as_pipeline(X, "b", LogisticRegression())
    splits = list(cv.split(X))
    parts = [
        cross_val_predict(pipeline, X, y, cv=splits[s : s + 3], method="predict_proba")
        for s in (0, 3)
    ]
    assert_allclose(data.predictions[:, 1], np.mean(parts, axis=0), atol=1e-12)


@pytest.mark.parametrize("fusion", ["voting", "stacking"])
@pytest.mark.parametrize("members", ["refit", "bagged"])
def test_class_missing_from_a_fold_is_aligned(fusion, members):
    """Predictions of a learner that has not seen a class are zero there."""
    X, y = make_table(n_classes=3)
    order = np.argsort(y, kind="stable")
    X, y = X.iloc[order], y[order]
    rows = np.arange(60)
    tested = (y == 2) | (rows % 2 == 0)  # half of the rows that are no 2
    model = classifier(X, fusion, cv=[(rows[~tested], rows[tested])], members=members)
    predictions = fit_view(model, X, y).predictions[tested]
    assert_array_equal(predictions[:, :, 2], 0)
    assert_allclose(predictions.sum(axis=2), 1)
    assert_allclose(model.predict_proba(X).sum(axis=1), 1)


@pytest.mark.parametrize("fusion", ["voting", "stacking", "concat"])
@pytest.mark.parametrize("members", ["refit", "bagged"])
def test_one_class_folds(fusion, members):
    """Where training rows of all folds are of one class, stratified folds are made."""
    X, y = make_table()
    order = np.argsort(y, kind="stable")
    X, y = X.iloc[order], y[order]
    model = classifier(X, fusion, cv=KFold(2), members=members)
    if fusion == "concat":
        fit_view(model, X, y)
    else:
        with pytest.warns(UserWarning, match="None of the 2 inner splits can teach"):
            ours = fit_view(model, X, y).predictions[:, :, 1]
        assert ((ours > 0.5) == (y[:, None] == 1)).mean() > 0.6
    assert_allclose(model.predict_proba(X).sum(axis=1), 1)


@pytest.mark.parametrize("members", ["refit", "bagged"])
@pytest.mark.parametrize(
    "fusion",
    ["voting", "stacking", StackingFusion(concat_member=True, passthrough=True)],
    ids=["voting", "stacking", "everything"],
)
def test_modality_absent_in_a_folds_training_rows(fusion, members):
    """A modality that only one fold's test rows have gets no prediction there."""
    X, y = make_table()
    only = np.arange(20)
    X = hide(X, "b", np.arange(20, 60))
    model = classifier(X, fusion, cv=KFold(3), members=members)
    data = fit_view(model, X, y)
    assert np.isnan(data.predictions[:, 1]).all()
    assert not np.isnan(data.predictions[:, [0, 2]]).any()
    probabilities = model.predict_proba(X.iloc[only])
    assert_allclose(probabilities.sum(axis=1), 1)
    assert not np.isnan(model.predict_modalities(X.iloc[only])["b"]).to_numpy().any()


@pytest.mark.parametrize("present", [0, 1, 5])
@pytest.mark.parametrize("members", ["refit", "bagged"])
def test_joint_member_where_a_modality_is_rare(present, members):
    """The member on all modalities together copes with ones that few rows have."""
    X, y = make_table()
    X = hide(X, "c", np.arange(present, 60))
    fusion = StackingFusion(concat_member=True)
    model = classifier(X, fusion, cv=KFold(3), members=members).fit(X, y)
    for rows in (slice(0, 1), slice(30, 31), slice(None)):
        assert_allclose(model.predict_proba(X.iloc[rows]).sum(axis=1), 1)


@pytest.mark.parametrize("members", ["refit", "bagged"])
def test_members_predict_what_their_rows_lack(members):
    """A row without a modality has NaN from its members and no other."""
    X, y = make_table()
    model = classifier(X, members=members).fit(X, y)
    seen = model.predict_modalities(hide(X, "a", [3]))
    wanted = np.zeros((60, 6), dtype=bool)
    wanted[3, :2] = True
    assert_array_equal(seen.isna().to_numpy(), wanted)


@pytest.mark.parametrize("fusion", ["voting", "stacking"])
def test_bagged_predictions_are_the_mean_of_the_fold_models(fusion):
    """``members="bagged"`` averages the models of the folds."""
    X, y = make_table()
    cv = KFold(4)
    model = classifier(X, fusion, cv=cv, members="bagged").fit(X, y)
    seen = model.predict_modalities(X)
    for name in "abc":
        assert len(model.estimators_[name]) == len(model.extractors_[name]) == 4
        parts = [
            as_pipeline(X, name, LogisticRegression())
            .fit(X.iloc[train], y[train])
            .predict_proba(X)
            for train, _ in cv.split(X)
        ]
        assert_allclose(seen[name], np.mean(parts, axis=0), atol=1e-12)


def test_bagged_values_are_the_mean_of_the_fold_models():
    """So do those of a regressor, whose vote is their mean again."""
    X, _ = make_table()
    y = make_numbers(X)
    model = regressor(X, cv=KFold(4), members="bagged").fit(X, y)
    parts = [
        as_pipeline(X, name, Ridge()).fit(X.iloc[train], y[train]).predict(X)
        for name in "abc"
        for train, _ in KFold(4).split(X)
    ]
    assert_allclose(model.predict(X), np.mean(parts, axis=0), atol=1e-12)


@pytest.mark.parametrize("members", ["refit", "bagged"])
@pytest.mark.parametrize(
    "fusion", [ConcatFusion(), StackingFusion(passthrough=True)], ids=["concat", "both"]
)
def test_extractors_of_blocks_are_not_counted_with_the_folds(fusion, members):
    """Extractors of blocks stand apart from those of the fold models."""
    X, y = make_table()
    model = classifier(X, fusion, members=members).fit(X, y)
    decision = isinstance(fusion, StackingFusion)
    for extractor in model.extractors_.values():
        if members == "bagged":
            assert len(extractor) == (3 if decision else 1)
        else:
            assert isinstance(extractor, StandardScaler)


def splits_of(log):
    """Return the sets of ids that each recording fit and prediction has seen."""
    pairs, trained = [], None
    for kind, ids, _ in log:
        if kind == "predict":
            pairs.append((set(trained), set(ids)))
        else:
            trained = ids
    return pairs


@pytest.mark.parametrize("cv", [None, 4, GroupKFold(3), StratifiedGroupKFold(3)])
@pytest.mark.parametrize("fusion", [LEARNT, "stacking"], ids=["voting", "stacking"])
def test_groups_are_on_one_side_of_each_split(cv, fusion):
    """No group stands on both sides of any inner split."""
    X, y = make_table()
    groups = np.repeat(np.arange(12), 5)
    X["a__0"] = groups
    log = []
    model = classifier(X, fusion, "passthrough", cv=cv)
    model.set_params(estimator=RecordingClassifier(log))
    model.set_params(modalities=model.modalities[:1]).fit(X, y, groups=groups)
    pairs = splits_of(log)
    assert len(pairs) == {None: 5, 4: 4}.get(cv, 3)
    assert all(not trained & tested for trained, tested in pairs)
    assert set().union(*(tested for _, tested in pairs)) == set(range(12))


def test_groups_of_a_regression_are_on_one_side_too():
    """A regressor's folds respect groups as well."""
    X, _ = make_table()
    X["a__0"] = groups = np.repeat(np.arange(12), 5)
    log = []
    model = regressor(X, extractor="passthrough", estimator=RecordingRegressor(log))
    data = fit_view(model, X, make_numbers(X), groups=groups.tolist())
    fits = [set(ids) for _, ids, _ in log if len(ids) < 60]
    first = [seen for seen in fits if seen <= set(range(12))]
    assert sorted(map(len, first)) == [8, 8, 8]
    assert_array_equal(data.groups, groups)


def test_one_group_only_is_refused():
    """A single group cannot be split."""
    X, y = make_table()
    with pytest.raises(ValueError, match="holds a single group"):
        classifier(X, "stacking").fit(X, y, groups=np.zeros(60))


def test_sample_weight_changes_member_fits_row_by_row():
    """Weighted members equal weighted pipelines on the same folds."""
    X, y = make_table()
    weight = np.random.default_rng(0).uniform(0.1, 2, len(y))
    data = fit_view(
        classifier(X, cv=KFold(3), extractor=StandardScaler()),
        X,
        y,
        sample_weight=weight,
    )
    for train, test in KFold(3).split(X):
        A = X[["a__0", "a__1"]].to_numpy()
        scaler = StandardScaler().fit(A[train], sample_weight=weight[train])
        model = LogisticRegression().fit(
            scaler.transform(A[train]), y[train], sample_weight=weight[train]
        )
        wanted = model.predict_proba(scaler.transform(A[test]))
        assert_allclose(data.predictions[test, 0], wanted, atol=1e-12)


def test_errors_name_learner_and_modality():
    """An error in a member says which one it comes from."""

    class Broken(NoWeights):
        def fit(self, X, y):
            raise RuntimeError("broken")

    X, y = make_table()
    with pytest.raises(RuntimeError, match="broken") as caught:
        classifier(X, estimator=Broken()).fit(X, y)
    notes = caught.value.__notes__
    assert any("learner 'estimator' on modality" in note for note in notes)


def test_errors_name_the_extractor():
    """An error in an extractor says whose it is, at fit and at predict."""

    class Broken(StandardScaler):
        def fit(self, X, y=None, sample_weight=None):
            raise RuntimeError("broken")

    class BrokenLater(StandardScaler):
        def transform(self, X):
            if len(X) == 1:
                raise RuntimeError("broken")
            return super().transform(X)

    X, y = make_table()
    with pytest.raises(RuntimeError, match="broken") as caught:
        classifier(X, "concat", Broken()).fit(X, y)
    assert "fitting the extractor of modality 'b'" in caught.value.__notes__[0]
    model = classifier(X, "concat", BrokenLater()).fit(X, y)
    with pytest.raises(RuntimeError, match="broken") as caught:
        model.predict(X[:1])
    assert "extracting modality 'a'" in caught.value.__notes__[0]


def test_seeds_come_from_names():
    """Members without a seed of their own draw different ones, the same each fit."""
    X, y = make_table()
    model = classifier(X, estimator=RandomForestClassifier(3), random_state=3)
    first = {k: e.random_state for k, e in model.fit(X, y).estimators_.items()}
    second = {k: e.random_state for k, e in model.fit(X, y).estimators_.items()}
    assert first == second
    assert len(set(first.values())) == 3


def test_a_seed_that_the_user_set_stays():
    """A learner's own seed is left alone."""
    X, y = make_table()
    model = classifier(X, estimator=RandomForestClassifier(3, random_state=7))
    assert model.fit(X, y).estimators_["a"].random_state == 7


def test_unit_in_words():
    """A unit describes itself by what it reads and by its fold."""
    rows = np.arange(3)
    genes = Plan(readers={"genes|given": ModalityReader("genes", 0, [0])})
    assert FitUnit(genes, 2, rows, rows).describe() == "genes, fold 2"
    genes.readers["notes|given"] = ModalityReader("notes", 1, [1])
    joined = JoinedBlocks("concat", ("genes|given", "notes|given"), 2)
    both = Plan(readers=genes.readers, joined={"concat|sparse": joined})
    unit = FitUnit(both, None, rows, rows)
    assert unit.describe() == "genes + notes + concat, all rows"


def test_units_cost_by_columns_and_learners():
    """A unit that fits two learners on all columns costs more than one that reads."""
    X, _ = make_table()
    two = (("lr", LogisticRegression()), ("rf", RandomForestClassifier()))
    needs = frozenset({"predictions", "concat member"})
    resolved = [(n, "passthrough", columns_of(X, n)) for n in "ab"]
    plan = make_plan(resolved, two, needs, classifier=True)
    rows = np.arange(10)
    costs = [
        FitUnit(part, 0, rows, rows).cost
        for part in (plan, plan.restricted(list(plan.members)[:4], ()))
    ]
    assert costs == [10 * (5 + 5 + 10), 10 * (5 + 5)]
    assert FitUnit(plan.restricted((), ()), 0, rows, rows).cost == 0


def test_small_units_travel_together():
    """Large units go alone and first; small ones in as many chunks as workers need."""
    plan = Plan(readers={"a|given": ModalityReader("a", 0, list(range(100)))})
    sizes = [10, 20_000, 30, 40_000, 50]
    units = [FitUnit(plan, 0, np.arange(n), np.arange(0)) for n in sizes]
    assert make_chunks(units, 1) == [[3], [1], [4], [2], [0]]
    assert make_chunks(units, 2) == [[3], [1], [4], [2], [0]]
    small = [[4, 7, 10], [9, 12], [14, 0], [2, 5]]
    assert make_chunks(units * 3, 2) == [[3], [8], [13], [1], [6], [11], *small]


def test_mean_by_hand():
    """Predictions are averaged by row and member; rows that have none are NaN."""
    mean = RunningMean([("a", "lr"), ("b", "lr")], 3, 1)
    mean.add(("a", "lr"), np.array([0, 1]), np.array([[1.0], [2.0]]))
    mean.add(("a", "lr"), np.array([1]), np.array([[4.0]]))
    out = mean.result()
    assert_array_equal(out[:, 0, 0], [1.0, 3.0, np.nan])
    assert np.isnan(out[:, 1]).all()


def test_what_is_not_kept_does_not_travel():
    """Units whose models nobody wants back give predictions only."""
    X, y = make_table()
    model = classifier(X, "stacking")
    data, requests = prepare_fit(model, X, y, [StackingFusion()], {}, classifier=True)
    train, test = np.arange(40), np.arange(40, 60)
    part = requests[0].plan.parts()[0]
    lost = fit_unit(FitUnit(part, 0, train, test, keep=False), data)
    kept = fit_unit(FitUnit(part, 0, train, test), data)
    ((member, (rows, predicted)),) = kept.predictions.items()
    assert_array_equal(rows, test)
    assert_array_equal(lost.predictions[member][1], predicted)
    assert (lost.readers, lost.models, lost.values) == ({}, {}, {})
    assert set(kept.seconds) == {member[0], member}
    assert list(kept.models) == [member[0]]
