"""What all extractors of cells share, in the ensembles too."""

import numpy as np
import pandas as pd
import pytest
from cell_cases import one_column
from numpy.testing import assert_array_equal
from sklearn import config_context
from sklearn.base import clone
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline

from mmensemble import MultimodalClassifier
from mmensemble.features import SeriesExtractor


def table(n_rows=60, seed=0):
    """Return a table of a series and numbers, some cells empty, and classes."""
    rng = np.random.default_rng(seed)
    y = np.arange(n_rows) % 2
    X = pd.DataFrame({"age": rng.normal(size=n_rows)})
    cells = [rng.normal(size=30) * (1 + 4 * label) for label in y]
    X["wave"] = one_column(cells)["cell"]
    return X, y


def test_empty_cells_are_a_missing_modality():
    """Empty lists are as good as nulls for the presence of the modality."""
    X, y = table()
    modalities = [
        ("wave", SeriesExtractor(n_components=5), ["wave"]),
        ("person", "auto", ["age"]),
    ]
    model = MultimodalClassifier(modalities, fusion="voting", random_state=0).fit(X, y)
    X.at[3, "wave"] = None
    X.at[4, "wave"] = []
    assert model.presence(X)["wave"].tolist() == [i not in (3, 4) for i in range(60)]
    proba = model.predict_proba(X.drop(columns="wave").assign(wave=None))
    assert_array_equal(model.predict_proba(X)[3:5], proba[3:5])
    assert model.score(X, y) > 0.9


def test_null_extraction_is_seen_by_set_output():
    """Frames come out where they are asked for."""
    X, _ = table()
    out = SeriesExtractor().set_output(transform="pandas").fit_transform(X[["wave"]])
    assert list(out.columns)[:2] == ["wave_length", "wave_mean"]
    with config_context(transform_output="pandas"):
        again = SeriesExtractor(n_components=2).fit_transform(X[["wave"]])
    assert isinstance(again, pd.DataFrame)


def test_clone_is_unfitted():
    """Nothing that was learnt goes with a clone."""
    X, _ = table()
    fitted = SeriesExtractor().fit(X[["wave"]])
    assert set(vars(clone(fitted))) == set(SeriesExtractor().get_params())


def test_weights_are_checked():
    """Weights that fit no row are refused."""
    X, _ = table()
    with pytest.raises(ValueError, match="'sample_weight' given is all zero"):
        SeriesExtractor().fit(X[["wave"]], sample_weight=np.zeros(60))


def test_in_a_list_of_learners():
    """A pipeline of an extractor and a learner brings the modality's own learner."""
    X, y = table()
    own = make_pipeline(SeriesExtractor(n_components=3), LogisticRegression())
    modalities = [("wave", own, ["wave"]), ("person", "auto", ["age"])]
    X.at[4, "wave"] = []
    model = MultimodalClassifier(modalities, fusion="voting", random_state=0).fit(X, y)
    assert not model.presence(X).loc[4, "wave"]
    assert model.score(X, y) > 0.9
