"""Models in files without code: what is read, what is refused, and what is told."""

import pickle
import sys

import numpy as np
import pandas as pd
import pytest
import semi_cases
from crossmodal_cases import make_table as make_pairs
from ensemble_cases import classifier, hide, make_table
from numpy.testing import assert_array_equal
from sklearn.base import BaseEstimator, OneToOneFeatureMixin, TransformerMixin
from sklearn.ensemble import RandomForestClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import FunctionTransformer

import mmensemble
from mmensemble import (
    CoTraining,
    CrossModalProjector,
    CrossModalRetriever,
    DistilledClassifier,
    MultimodalClassifier,
    MultimodalSelfTraining,
    deployment,
)
from mmensemble._persistence import StoredFrame, untrusted_of
from mmensemble.transfer import MultiSourceClassifier

skops = pytest.importorskip("skops.io")


class Doubling(OneToOneFeatureMixin, TransformerMixin, BaseEstimator):
    """An extractor of a user."""

    def fit(self, X, y=None):
        """Learn the columns."""
        self.n_features_in_, self.feature_names_in_ = X.shape[1], np.asarray(X.columns)
        return self

    def transform(self, X):
        """Return twice the numbers."""
        return 2 * np.asarray(X)


def own_learner(fusion):
    """Return a quick learner where one is taken."""
    return None if fusion == "kernel" else LogisticRegression()


def fitted(extractor="auto", fusion="voting"):
    """Fit a quick model on a table in which a modality is missing here and there."""
    X, y = make_table()
    X = hide(X, "b", range(0, 60, 4))
    own = [("a", extractor, ["a__0", "a__1"]), ("b", "auto", ["b__0", "b__1"])]
    known = [(n, e, [c for c in X if c.startswith(n)]) for n, e, _ in own]
    model = MultimodalClassifier(
        known, fusion=fusion, estimator=LogisticRegression(), random_state=0
    )
    return model.fit(X, y), X


@pytest.mark.parametrize("fusion", ["auto", "stacking", "concat", "hybrid", "kernel"])
def test_models_come_back_untold(tmp_path, fusion):
    """Of a model of our parts only, nothing has to be trusted by name."""
    X, y = make_table()
    X["w__word"] = np.where(np.arange(len(X)) % 3, "red", "blue")
    model = MultimodalClassifier(
        fusion=fusion, estimator=own_learner(fusion), random_state=0
    ).fit(X, y)
    assert model.save(tmp_path / "model.skops") == []
    again = mmensemble.load(tmp_path / "model.skops")
    assert_array_equal(again.predict_proba(X), model.predict_proba(X))


def test_every_model_with_a_base_can_be_saved(tmp_path):
    """Teachers, pseudo-labels, sources, projectors and retrievers come back, too."""
    X, y = semi_cases.make_table()
    half = semi_cases.hide(y, 40)
    learner = LogisticRegression()
    base = MultimodalClassifier(fusion="voting", estimator=learner, cv=2)
    pairs, _ = make_pairs(60)
    student = DistilledClassifier(
        base, student=base, student_modalities=["a"], imitation=0.5, random_state=0
    )
    towards = MultiSourceClassifier(base, target="here", weight=0.5, random_state=0)
    domain = np.where(np.arange(len(X)) % 2, "here", "there")
    retriever = CrossModalRetriever(estimator=learner, random_state=0)
    models = [
        (CoTraining(base, rounds=1, random_state=0).fit(X, half), X),
        (MultimodalSelfTraining(base, random_state=0).fit(X, half), X),
        (student.fit(X, y), X),
        (towards.fit(X, y, domain=domain), X),
        (CrossModalProjector(estimator="linear", random_state=0).fit(pairs), pairs),
        (retriever.fit(pairs).index(pairs), pairs),
    ]
    for model, rows in models:
        path = tmp_path / "model.skops"
        assert model.save(path) == [], type(model).__name__
        again = mmensemble.load(path)
        asked = {"predict_proba": {}, "transform": {}}
        asked["similarity"] = {"query": "a", "target": "b"}
        for method, options in asked.items():
            if hasattr(model, method):
                found, known = (
                    np.asarray(getattr(own, method)(rows, **options))
                    for own in (again, model)
                )
                assert_array_equal(found, known)
        for name in ("history_", "price_", "search_", "r2_"):
            if isinstance(getattr(model, name, None), pd.DataFrame):
                found, known = getattr(again, name), getattr(model, name)
                pd.testing.assert_frame_equal(found, known)


def test_a_users_own_types_have_to_be_named(tmp_path):
    """The error tells them; a name or the type itself will do."""
    model, X = fitted(Doubling())
    path = tmp_path / "model.skops"
    name = f"{Doubling.__module__}.Doubling"
    assert model.save(path) == [name]
    with pytest.raises(ValueError, match=rf"not trusted: \['{name}'\]. If you know"):
        mmensemble.load(path)
    for trusted in ([name], [Doubling]):
        again = mmensemble.load(path, trusted=trusted)
        assert_array_equal(again.predict_proba(X), model.predict_proba(X))


def test_frames_are_stored_as_they_are():
    """Types, names of levels, and missing cells stay."""
    days = pd.to_datetime(["2020-01-01", None])
    frame = pd.DataFrame({"a": ["x", None], "b": [1, 2], "d": days, "f": [True, False]})
    levels = pd.MultiIndex.from_tuples([(1, "a"), (1, "b")], names=["p", "q"])
    for index in (pd.Index([3, 4], name="n"), levels):
        own = frame.set_index(index)
        pd.testing.assert_frame_equal(StoredFrame.of(own).frame(), own)


def test_pipelines_and_unfitted_models(tmp_path):
    """A pipeline is saved by the function; an unfitted model fits the same."""
    X, y = make_table()
    path = tmp_path / "model.skops"
    model = make_pipeline(classifier(X, "voting", estimator=RandomForestClassifier(5)))
    assert deployment.save(model, path) == []
    again = deployment.load(path)
    again.set_params(multimodalclassifier__random_state=1).fit(X, y)
    model.set_params(multimodalclassifier__random_state=1).fit(X, y)
    assert_array_equal(again.predict_proba(X), model.predict_proba(X))


def test_only_classes_of_rooms_of_models_are_trusted():
    """Functions, imported names, other rooms and others' modules are not."""
    known = "mmensemble.ensemble._classifier.MultimodalClassifier"
    strange = [
        "builtins.eval",
        "mmensemble.ensemble._classifier.ClassifierMixin",
        "mmensemble.ensemble._engine.fit_unit",
        "mmensemble.ensemble._engine.gone",
        "mmensemble.ensemble._gone.Gone",
        "mmensemble.ensemble._classifier.MultimodalClassifier.predict",
        "mmensemble.cli._errors.CommandError",
        "mmensemble.load",
        "mmensembles._engine.FittedModels",
        "os.system",
    ]
    assert untrusted_of([known, *strange]) == sorted(strange)


def test_calls_of_others_are_not_run(tmp_path):
    """A function in a model is a type to be trusted, like any other."""
    model = MultimodalClassifier([("a", FunctionTransformer(eval), ["a"])])
    assert model.save(tmp_path / "m.skops") == ["builtins.eval"]
    with pytest.raises(ValueError, match=r"not trusted: \['builtins.eval'\]"):
        mmensemble.load(tmp_path / "m.skops")


def test_what_cannot_be_saved(tmp_path):
    """A lambda, and an object without a plain state; no file is left."""
    path = tmp_path / "m.skops"
    model = MultimodalClassifier([("a", FunctionTransformer(lambda x: x), ["a"])])
    with pytest.raises(ValueError, match="Classifier cannot be saved: it holds"):
        model.save(path)
    endless = FunctionTransformer(kw_args={"a": (value for value in "ab")})
    model = MultimodalClassifier([("a", endless, ["a"])])
    with pytest.raises(ValueError, match=r"cannot be saved: .*joblib.dump writes"):
        model.save(path)
    assert not path.exists()


def test_what_cannot_be_read(tmp_path):
    """Pickles, and words in place of a list."""
    path = tmp_path / "m.pickle"
    path.write_bytes(pickle.dumps(1))
    with pytest.raises(ValueError, match=r"m.pickle' is no model that 'save' has"):
        mmensemble.load(path)
    for trusted in (True, "a.B", Doubling):
        with pytest.raises(ValueError, match="'trusted' parameter must be a list"):
            mmensemble.load(path, trusted=trusted)
    with pytest.raises(FileNotFoundError, match=r"gone.skops"):
        mmensemble.load(tmp_path / "gone.skops")


def test_skops_is_an_extra(monkeypatch, tmp_path):
    """Where it is missing, one error names the extra."""
    monkeypatch.setitem(sys.modules, "skops", None)
    with pytest.raises(ImportError, match=r"^A model .* 'mmensemble\[deploy\]'\.$"):
        MultimodalClassifier().save(tmp_path / "m.skops")
