"""ONNX graphs give what the models give, and say what they cannot hold."""

import json
import sys

import numpy as np
import pytest
from ensemble_cases import hide, make_numbers, make_table
from numpy.testing import assert_allclose
from sklearn.base import BaseEstimator, OneToOneFeatureMixin, TransformerMixin
from sklearn.decomposition import PCA
from sklearn.ensemble import (
    BaggingClassifier,
    ExtraTreesClassifier,
    GradientBoostingClassifier,
    HistGradientBoostingClassifier,
    RandomForestClassifier,
)
from sklearn.exceptions import NotFittedError
from sklearn.impute import SimpleImputer
from sklearn.linear_model import LogisticRegression, Ridge
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.svm import LinearSVC
from sklearn.tree import DecisionTreeClassifier, DecisionTreeRegressor

from mmensemble import (
    MultimodalClassifier,
    MultimodalRegressor,
    StackingFusion,
    VotingFusion,
)
from mmensemble.deployment import to_onnx
from mmensemble.learners._trees import (
    AutoBoostingClassifier,
    AutoTreesClassifier,
    AutoTreesRegressor,
)

skl2onnx = pytest.importorskip(
    "skl2onnx", reason="skl2onnx is not installed (pip install '.[onnx]')"
)
onnx = pytest.importorskip("onnx")
runtime = pytest.importorskip("onnxruntime")
pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning")
protobuf = pytest.importorskip("google.protobuf")
boosted = pytest.mark.skipif(
    int(protobuf.__version__.split(".")[0]) >= 7,
    reason="skl2onnx 1.20 writes booleans that protobuf 7 refuses",
)
FOREST = RandomForestClassifier(5, max_depth=3, random_state=0)


class Doubling(OneToOneFeatureMixin, TransformerMixin, BaseEstimator):
    """A transformer that no converter knows."""

    def fit(self, X, y=None):
        """Learn the number of columns."""
        self.n_features_in_ = np.shape(X)[1]
        return self

    def transform(self, X):
        """Return twice the numbers."""
        return 2 * np.asarray(X)


def run(data, X):
    """Return what the runtime makes of a table."""
    session = runtime.InferenceSession(data, providers=["CPUExecutionProvider"])
    return session.run(None, {"table": X.to_numpy(dtype=float)})[0]


def random_rows(X, n=200):
    """Return rows of normal numbers."""
    return (
        X.iloc[[0] * n].reset_index(drop=True) * 0
        + np.random.default_rng(1).normal(size=(n, X.shape[1])) * 2
    )


@pytest.mark.parametrize("n_classes", [2, 3])
@pytest.mark.parametrize(
    "fusion",
    [
        VotingFusion(),
        VotingFusion("log", weights="score"),
        VotingFusion(weights="optimize"),
        StackingFusion(),
        StackingFusion(LogisticRegression()),
        StackingFusion(LogisticRegression(), inputs="logits"),
    ],
    ids=["soft", "log", "weights", "stack", "final", "logits"],
)
def test_fusions(fusion, n_classes):
    """Probabilities are those of the model, to 1e-5, whatever is weighed."""
    X, y = make_table(90, n_classes)
    model = MultimodalClassifier(fusion=fusion, cv=2, random_state=0).fit(X, y)
    rows = random_rows(X)
    assert_allclose(run(to_onnx(model), rows), model.predict_proba(rows), atol=1e-5)


@pytest.mark.parametrize(
    "learner",
    [
        LogisticRegression(),
        FOREST,
        pytest.param(HistGradientBoostingClassifier(max_iter=5), marks=boosted),
        pytest.param(AutoBoostingClassifier(effort=0.1), marks=boosted),
        AutoTreesClassifier(effort=0.1, random_state=0),
        make_pipeline(StandardScaler(), PCA(1), LogisticRegression()),
    ],
    ids=lambda learner: type(learner).__name__,
)
def test_learners(learner):
    """Linear models, trees and pipelines, ours and scikit-learn's."""
    X, y = make_table(90, 3)
    model = MultimodalClassifier(fusion="voting", estimator=learner).fit(X, y)
    rows = random_rows(X)
    assert_allclose(run(to_onnx(model), rows), model.predict_proba(rows), atol=1e-5)


def table_of_ties(holes):
    """Return numbers of one digit, which meet thresholds, and some gaps."""
    X, y = make_table(120, 3)
    X = X.round(1)
    return X.mask(np.random.default_rng(2).random(X.shape) < holes), y


TREES = [
    FOREST,
    ExtraTreesClassifier(8, random_state=0),
    DecisionTreeClassifier(random_state=0),
    GradientBoostingClassifier(n_estimators=5, random_state=0),
    BaggingClassifier(DecisionTreeClassifier(), 5, random_state=0),
    pytest.param(HistGradientBoostingClassifier(max_iter=5), marks=boosted),
]


@pytest.mark.parametrize("learner", TREES, ids=lambda own: type(own).__name__)
def test_trees_at_thresholds(learner):
    """Numbers that lie on a threshold go the way that scikit-learn sends them."""
    X, y = table_of_ties(holes=0)
    modalities = [(m, "passthrough", [c for c in X if c[0] == m]) for m in "abc"]
    model = MultimodalClassifier(modalities, fusion="voting", estimator=learner)
    model.fit(X.iloc[::2], y[::2])
    assert_allclose(run(to_onnx(model), X), model.predict_proba(X), atol=1e-5)


@pytest.mark.parametrize(
    "learner", TREES[:3] + TREES[-1:], ids=lambda own: type(own).__name__
)
def test_trees_that_read_missing_numbers(learner):
    """A gap goes the way that training has chosen, to the left or the right."""
    X, y = table_of_ties(holes=0.2)
    modalities = [(m, "passthrough", [c for c in X if c[0] == m]) for m in "abc"]
    model = MultimodalClassifier(modalities, fusion="voting", estimator=learner)
    model.fit(X, y)
    whole = X[model.presence(X).all(axis=1).to_numpy()]
    assert whole.isna().any(axis=1).sum() > 20
    assert_allclose(run(to_onnx(model), whole), model.predict_proba(whole), atol=1e-5)


@pytest.mark.parametrize("fusion", ["voting", "stacking"])
@pytest.mark.parametrize("n_targets", [1, 2])
def test_regression(fusion, n_targets):
    """So are values, of one target or several, and bagged members."""
    X, _ = make_table(80)
    y = make_numbers(X, n_targets)
    learners = [("auto", AutoTreesRegressor(effort=0.1, random_state=0))]
    learners += [("ridge", Ridge()), ("tree", DecisionTreeRegressor(max_depth=2))]
    model = MultimodalRegressor(
        fusion=fusion, estimator=learners, members="bagged", cv=2, random_state=0
    ).fit(X, y)
    rows = random_rows(X)
    found = run(to_onnx(model), rows)
    assert_allclose(found, model.predict(rows).reshape(len(rows), -1), atol=1e-5)


def test_extractors_and_missing_numbers(tmp_path):
    """Gaps are filled as by the model; a row without a modality is unknown."""
    X, y = make_table(80)
    X = X.assign(c__0=X["c__0"] * 1e6, b__1=7.0)
    scaled = make_pipeline(SimpleImputer(), StandardScaler())
    columns = [[c for c in X if c.startswith(name)] for name in "abc"]
    model = MultimodalClassifier(
        list(zip("abc", ["auto", scaled, "passthrough"], columns, strict=True)),
        fusion="stacking",
        estimator=FOREST,
        random_state=0,
    ).fit(X, np.array(["no", "yes"])[y])
    rows = random_rows(X)
    rows.loc[::3, "a__0"] = rows.loc[1::3, "b__2"] = np.nan
    data = to_onnx(model, tmp_path / "model.onnx")
    assert (tmp_path / "model.onnx").read_bytes() == data
    assert_allclose(run(data, rows), model.predict_proba(rows), atol=1e-5)
    lacking = hide(rows, "a", [0, 2])
    assert np.flatnonzero(np.isnan(run(data, lacking)).all(axis=1)).tolist() == [0, 2]
    session = runtime.InferenceSession(data, providers=["CPUExecutionProvider"])
    notes = session.get_modelmeta().custom_metadata_map
    assert json.loads(notes["classes"]) == ["no", "yes"]
    assert json.loads(notes["columns"]) == list(X)


def fitted(extractor="auto", **options):
    """Fit a quick model whose first modality has an extractor."""
    X, y = make_table()
    X["w__word"] = np.where(np.arange(len(X)) % 3, "red", "blue")
    own = [("a", extractor, ["a__0", "a__1"]), ("b", "auto", ["b__0"])]
    given = {"fusion": "voting", "estimator": LogisticRegression(), **options}
    return MultimodalClassifier(own, **given).fit(X, y)


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (
            lambda: fitted(make_pipeline(StandardScaler(), Doubling(), PCA(1))),
            "modality 'a', extractor, step 'doubling': Doubling cannot be written",
        ),
        (
            lambda: fitted().set_params(modalities="auto").fit(*words()),
            r"modality 'w', extractor: 'auto' reads \['category'\], and only dense",
        ),
        (
            lambda: fitted(estimator=LinearSVC(), fusion="stacking"),
            "'a', learner of member 'a': LinearSVC has no predict_proba",
        ),
        (lambda: fitted(fusion="concat"), "fusion='concat' has members on several"),
        (
            lambda: fitted(fusion=StackingFusion(concat_member=True)),
            "has members on several modalities, or none",
        ),
        (lambda: fitted(fusion="selection"), "SelectionFusion cannot be written"),
        (
            lambda: fitted(fusion=VotingFusion("product")),
            r"VotingFusion\(rule='product'\) cannot be written",
        ),
        (
            lambda: fitted(fusion=VotingFusion(calibrate="sigmoid")),
            r"VotingFusion\(calibrate='sigmoid'\) cannot",
        ),
        (
            lambda: fitted(fusion=StackingFusion(passthrough=True)),
            r"StackingFusion\(passthrough=True\) cannot",
        ),
        (
            lambda: fitted(fusion=StackingFusion(missing="indicator")),
            r"StackingFusion\(missing='indicator'\) cannot",
        ),
        (LogisticRegression, "takes a MultimodalClassifier or .* got LogisticReg"),
    ],
)
def test_what_cannot_be_written(make, message):
    """The error names the modality, the step, and what to do."""
    with pytest.raises(ValueError, match=message):
        to_onnx(make())


def words():
    """Return a table with a modality of words, and its labels."""
    X, y = make_table()
    X["w__word"] = np.where(np.arange(len(X)) % 3, "red", "blue")
    return X, y


def test_unfitted_models_and_missing_libraries(monkeypatch):
    """Both have their usual errors."""
    with pytest.raises(NotFittedError, match="is not fitted yet"):
        to_onnx(MultimodalClassifier())
    monkeypatch.setitem(sys.modules, "skl2onnx", None)
    with pytest.raises(
        ImportError, match=r"^ONNX export needs .*'mmensemble\[onnx\]'\.$"
    ):
        to_onnx(MultimodalClassifier())


def test_protobuf_that_refuses_booleans(monkeypatch):
    """Which library is too new is told, whatever the converter says."""

    def refusing(*args):
        try:
            raise TypeError("Expected an int, got a boolean.")
        except TypeError as error:
            raise ValueError("Unable to create node") from error

    monkeypatch.setattr("mmensemble.deployment._graph.Graph.inline", refusing)
    with pytest.raises(ImportError, match=r"'a', .*RandomFor.* install 'protobuf<7'"):
        to_onnx(fitted(estimator=FOREST))
