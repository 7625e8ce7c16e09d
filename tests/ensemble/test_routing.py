"""Metadata: weights and groups reach whom they should, routing on and off."""

import numpy as np
import pytest
from ensemble_cases import (
    LEARNT,
    NoWeights,
    RecordingClassifier,
    RecordingExtractor,
    classifier,
    columns_of,
    hide,
    make_table,
    regressor,
    transformer,
)
from numpy.testing import assert_array_equal
from sklearn import config_context
from sklearn.exceptions import UnsetMetadataPassedError
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GroupKFold, KFold, cross_val_score
from sklearn.neighbors import KNeighborsClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from mmensemble import MultimodalClassifier, StackingFusion

ROUTING = pytest.mark.parametrize("routing", [False, True], ids=["off", "on"])
GROUPS = np.repeat(np.arange(12), 5)


def with_ids():
    """Make a table whose modalities each begin with the number of the row."""
    X, y = make_table()
    for name in "abc":
        X[f"{name}__0"] = np.arange(60.0)
    return X, y


def recording(X, fusion, *, cv=None):
    """Make a model of recorders in every place; return it with their logs."""
    logs = {"extractor": [], "learner": [], "own": [], "final": []}

    def asks(estimator):
        return estimator.set_fit_request(sample_weight=True)

    extractor = asks(RecordingExtractor(logs["extractor"]))
    own = asks(RecordingClassifier(logs["own"]))
    if fusion == "concat":  # whose learners see the ids where these are not scaled
        own = "drop"
    elif fusion == "voting":
        fusion = LEARNT
    elif fusion == "stacking":
        fusion = StackingFusion(asks(RecordingClassifier(logs["final"])))
    modalities = [
        ("a", extractor, columns_of(X, "a")),
        ("b", extractor, columns_of(X, "b")),
        ("c", own, columns_of(X, "c")),
    ]
    model = MultimodalClassifier(
        modalities, fusion=fusion, estimator=asks(RecordingClassifier(logs["learner"]))
    )
    return model.set_params(cv=cv), logs


@ROUTING
@pytest.mark.parametrize("fusion", ["concat", "voting", "stacking"])
def test_weights_reach_everyone(fusion, routing):
    """Extractors, learners, own learners and final estimator get their rows' weights.

    Each row's weight is its id, so that the weights that come with the ids can be
    compared with them.
    """
    X, y = with_ids()
    weight = np.arange(60.0) + 1
    with config_context(enable_metadata_routing=True):
        model, logs = recording(X, fusion, cv=KFold(3))
    with config_context(enable_metadata_routing=routing):
        model.fit(X, y, sample_weight=weight)
    kinds = {"concat": ["extractor", "learner"], "voting": ["extractor", "learner"]}
    for kind in kinds.get(fusion, list(logs)):
        fits = [(ids, given) for what, ids, given in logs[kind] if what != "predict"]
        assert fits, kind
        for ids, given in fits:
            if kind == "final":  # its inputs are predictions, not ids
                assert set(given["sample_weight"]) <= set(weight)
                assert len(given["sample_weight"]) == len(ids)
            else:
                assert_array_equal(given["sample_weight"], ids + 1)


@ROUTING
@pytest.mark.parametrize("fusion", ["voting", "stacking"])
@pytest.mark.parametrize("cv", [None, 3, GroupKFold(4)])
def test_groups_reach_the_splitter(fusion, cv, routing):
    """Inner splits keep groups together."""
    X, y = with_ids()
    with config_context(enable_metadata_routing=True):
        model, logs = recording(X, fusion, cv=cv)
    with config_context(enable_metadata_routing=routing):
        model.fit(X, y, groups=GROUPS)
    parted = parted_groups(logs["learner"] + logs["own"])
    assert parted == [0] * len(parted)
    assert len(parted) >= 9


def parted_groups(log):
    """Count, for each fold, the groups on both sides of it."""
    counts, trained = [], None
    for what, ids, _ in log:
        rows = ids.astype(int)
        if what != "predict":
            trained = rows
        else:
            counts.append(len(set(GROUPS[trained]) & set(GROUPS[rows])))
    return counts


@pytest.mark.parametrize("fusion", ["concat", "voting", "stacking"])
def test_groups_and_weights_through_an_outer_cross_validation(fusion):
    """With routing on, both travel through ``cross_val_score`` and a GroupKFold."""
    X, y = with_ids()
    weight = np.arange(60.0) + 1
    with config_context(enable_metadata_routing=True):
        model, logs = recording(X, fusion)
        scores = cross_val_score(
            model.set_score_request(sample_weight=False),
            X,
            y,
            cv=GroupKFold(3),
            params={"groups": GROUPS, "sample_weight": weight},
        )
    assert np.isfinite(scores).all()
    fits = [(i, g) for what, i, g in logs["learner"] if what != "predict"]
    for ids, given in fits:
        assert_array_equal(given["sample_weight"], ids + 1)
        assert len(set(GROUPS[ids.astype(int)])) <= 8
    if fusion != "concat":
        parted = parted_groups(logs["learner"] + logs["own"])
        inner = [count for count in parted if count < 8]
        assert set(inner) == {0}


def test_groups_through_an_outer_cross_validation_with_defaults():
    """The defaults ask for groups and weights by themselves."""
    X, y = make_table()
    with config_context(enable_metadata_routing=True):
        model = MultimodalClassifier(cv=2).set_params(
            modalities=[("a", "auto", ["a__0", "a__1"]), ("b", "auto", ["b__0"])]
        )
        params = {"groups": GROUPS}
        scores = cross_val_score(model, X, y, cv=GroupKFold(2), params=params)
    assert scores.shape == (2,)


def test_groups_in_a_pipeline():
    """Groups reach the ensemble through a pipeline with routing on."""
    X, y = with_ids()
    with config_context(enable_metadata_routing=True):
        model, logs = recording(X, "voting")
        pipeline = make_pipeline(StandardScaler().set_output(transform="pandas"), model)
        pipeline.fit(X, y, groups=GROUPS)
    assert [len(ids) for what, ids, _ in logs["own"] if what == "predict"]


def test_unset_request_is_an_error():
    """With routing on, a learner that has not said whether it wants weights raises."""
    X, y = make_table()
    with (
        config_context(enable_metadata_routing=True),
        pytest.raises(UnsetMetadataPassedError, match="sample_weight"),
    ):
        classifier(X).fit(X, y, sample_weight=np.ones(60))


def test_default_requests_are_empty():
    """With routing on and nothing given, nothing has to be requested."""
    X, y = make_table()
    with config_context(enable_metadata_routing=True):
        for fusion in ("concat", "voting", "stacking"):
            assert classifier(X, fusion).fit(X, y).score(X, y) > 0.5


def test_more_metadata_is_routed():
    """Other metadata travel by request, cut to the rows where they are one a row."""
    seen = []

    class Curious(NoWeights):
        def fit(self, X, y, price=None, unit=None):
            seen.append((len(X), len(price), unit))
            return super().fit(X, y)

    X, y = make_table()
    with config_context(enable_metadata_routing=True):
        learner = Curious().set_fit_request(price=True, unit=True)
        model = classifier(X, LEARNT, estimator=learner)
        model.fit(X, y, price=np.arange(60), unit="mg")
    assert all(n_rows == n_prices for n_rows, n_prices, _ in seen)
    assert {unit for _, _, unit in seen} == {"mg"}
    assert {n_rows for n_rows, _, _ in seen} == {40, 60}


@pytest.mark.parametrize("make", [classifier, regressor, transformer])
def test_unknown_parameter_without_routing(make):
    """Without routing, only weights and groups are known."""
    X, y = make_table()
    with pytest.raises(TypeError, match=r"unexpected argument\(s\) \['price'\]"):
        make(X).fit(X, y, price=np.ones(60))


@pytest.mark.parametrize("fusion", ["concat", "voting", "stacking"])
def test_learner_without_weights_is_named(fusion):
    """Weights for a learner that takes none are refused, with its name."""
    X, y = make_table()
    model = classifier(X, fusion, estimator=[("knn", KNeighborsClassifier())])
    with pytest.raises(TypeError, match=r"'knn' \(KNeighborsClassifier\) does not"):
        model.fit(X, y, sample_weight=np.ones(60))


def test_own_learner_and_final_estimator_without_weights_are_named():
    """So are a modality's own learner and the final estimator."""
    X, y = make_table()
    weight = np.ones(60)
    model = classifier(X).set_params(b=KNeighborsClassifier())
    with pytest.raises(TypeError, match="estimator 'b'"):
        model.fit(X, y, sample_weight=weight)
    model = classifier(X, StackingFusion(KNeighborsClassifier()))
    with pytest.raises(TypeError, match="estimator 'final_estimator'"):
        model.fit(X, y, sample_weight=weight)


def test_pipelines_get_weights_at_their_last_step():
    """Without routing, a pipeline's last step gets the weights, if it takes them."""
    X, y = with_ids()
    log = []
    learner = make_pipeline(StandardScaler(), RecordingClassifier(log))
    own = make_pipeline(StandardScaler(), RecordingClassifier(log))
    model = classifier(X, LEARNT, estimator=learner).set_params(b=own)
    model.fit(X, y, sample_weight=np.arange(60.0))
    fits = [given for what, _, given in log if what != "predict"]
    assert len(fits) == 12
    assert all("sample_weight" in given for given in fits)
    learner = make_pipeline(StandardScaler(), KNeighborsClassifier())
    with pytest.raises(TypeError, match=r"'estimator' \(Pipeline\) does not support"):
        classifier(X, estimator=learner).fit(X, y, sample_weight=np.ones(60))


def test_extractor_without_weights_is_no_error():
    """Extractors that take no weights go without."""
    X, y = make_table()

    class Plain(StandardScaler):
        def fit(self, X, y=None):
            return super().fit(X, y)

    model = classifier(X, extractor=Plain())
    assert model.fit(X, y, sample_weight=np.ones(60)).score(X, y) > 0.5


@pytest.mark.parametrize("make", [classifier, regressor, transformer])
def test_bad_weights(make):
    """Weights that are all zero, negative, or of another length are refused."""
    X, y = make_table()
    model = make(X)
    with pytest.raises(ValueError, match="at least one non-zero number"):
        model.fit(X, y, sample_weight=np.zeros(60))
    with pytest.raises(ValueError, match=r"[Nn]egative"):
        model.fit(X, y, sample_weight=np.full(60, -1.0))
    with pytest.raises(ValueError, match=r"inconsistent|shape"):
        model.fit(X, y, sample_weight=np.ones(3))
    with pytest.raises(ValueError, match="inconsistent numbers of samples"):
        model.fit(X, y, groups=np.ones(3))


def test_router_names_everyone():
    """The router shows every part that can receive metadata."""
    X, _ = make_table()
    model = classifier(X, StackingFusion(LogisticRegression()))
    with config_context(enable_metadata_routing=True):
        shown = str(model.get_metadata_routing())
    for name in ("'a'", "'estimator'", "'final_estimator'", "'splitter'"):
        assert name in shown


def test_modality_whose_rows_weigh_nothing_counts_as_absent():
    """Weights of zero on every row of a modality do not stop the fit."""
    X, y = make_table()
    X = hide(X, "c", range(0, 60, 2))
    weight = np.where(np.arange(60) % 2, 0.0, 1.0)
    model = classifier(X, "stacking").fit(X, y, sample_weight=weight)
    assert "c" not in model.estimators_
    assert np.isfinite(model.predict_proba(X)).all()


def test_weights_do_not_ask_learners_that_nobody_fits():
    """At the feature level a modality's own learner is not used, nor asked."""
    X, y = make_table()
    own = make_pipeline(StandardScaler(), KNeighborsClassifier())
    modalities = [("a", own, ["a__0", "a__1"]), ("b", StandardScaler(), ["b__0"])]
    model = MultimodalClassifier(modalities, fusion="concat")
    model.fit(X, y, sample_weight=np.ones(60))
    with pytest.raises(TypeError, match="estimator 'a'"):
        model.set_params(fusion="voting").fit(X, y, sample_weight=np.ones(60))
