"""The HTML diagram: one column a modality, every name escaped."""

from html import escape

import pytest
from ensemble_cases import FUSIONS, classifier, make_table, regressor, transformer
from sklearn.decomposition import PCA
from sklearn.ensemble import RandomForestClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.naive_bayes import GaussianNB
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from mmensemble import MultimodalClassifier, VotingFusion

NASTY = ["<script>alert(1)</script>", '"onmouseover="x', "</style>", "_x", "=1+1"]


@pytest.mark.parametrize("fusion", FUSIONS)
@pytest.mark.parametrize("make", [classifier, regressor, transformer])
def test_diagram_shows_every_modality(make, fusion):
    """Names of modalities, their extractors and the fusion are on it."""
    X, y = make_table()
    model = make(X, fusion)
    for page in (model._repr_html_(), model.fit(X, y)._repr_html_()):
        for text in ("StandardScaler", "fusion", type(model).__name__):
            assert text in page
        for name in "abc":
            assert f"<label>{name}</label>" in page or f">{name}<" in page


def test_diagram_goes_into_pipelines_and_lists():
    """Steps of an extractor, own learners and shared ones are shown."""
    X, _ = make_table()
    learners = [("forest", RandomForestClassifier()), ("bayes", GaussianNB())]
    model = classifier(X, VotingFusion(weights="score"), estimator=learners)
    model.set_params(b=make_pipeline(StandardScaler(), PCA(2), LogisticRegression()))
    page = model._repr_html_()
    for text in ("PCA", "LogisticRegression", "forest", "GaussianNB", "VotingFusion"):
        assert text in page


@pytest.mark.parametrize("nasty", NASTY)
def test_names_are_escaped(nasty):
    """No name gets onto the page as it is."""
    modalities = [
        (nasty, StandardScaler(), [nasty]),
        (f"{nasty} too", "auto", [f"{nasty}&"]),
    ]
    learners = [(f"{nasty} learner", LogisticRegression())]
    page = MultimodalClassifier(modalities, estimator=learners)._repr_html_()
    assert escape(nasty) in page
    if any(sign in nasty for sign in '<"'):
        body = page[page.index("<body>") :]
        assert nasty not in body


def test_diagram_of_the_default():
    """Without modalities of one's own, the diagram says how they are found."""
    page = MultimodalClassifier()._repr_html_()
    assert "modalities" in page
    assert "auto" in page


@pytest.mark.parametrize("modalities", [[], [("a", "auto")], [1]])
def test_malformed_modalities_do_not_break_the_diagram(modalities):
    """What ``fit`` refuses can still be shown."""
    assert "MultimodalClassifier" in MultimodalClassifier(modalities)._repr_html_()


def test_malformed_learners_do_not_break_the_diagram():
    """So can malformed learners."""
    page = MultimodalClassifier(estimator=[LogisticRegression()])._repr_html_()
    assert "MultimodalClassifier" in page


def test_long_lists_of_columns_are_cut():
    """A modality of thousands of columns does not fill the page."""
    columns = [f"g_{j}" for j in range(5000)]
    model = MultimodalClassifier([("genes", StandardScaler(), columns)])
    assert "g_4000" not in model._repr_html_()


@pytest.mark.parametrize("nasty", NASTY)
def test_names_are_escaped_once_fitted(nasty):
    """Resolved columns and what they were taken for get no raw name onto the page."""
    X, y = make_table()
    X = X.set_axis([f"{nasty}{k}" for k in range(X.shape[1])], axis=1)
    model = MultimodalClassifier(
        [(nasty, "auto", list(X.columns[:3]))], fusion="concat"
    )
    page = model.fit(X, y)._repr_html_()
    body = page[page.index("<body>") :]
    assert "3 number" in body
    if any(sign in nasty for sign in '<"'):
        assert nasty not in body
