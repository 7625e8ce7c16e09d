"""Columns from a graph beside those of a table of any kind."""

import numpy as np
import pandas as pd
import pytest
from graph_cases import FAMILY
from scipy import sparse
from sklearn.impute import SimpleImputer
from sklearn.pipeline import make_pipeline

from mmensemble import MultimodalClassifier
from mmensemble.auxiliary import GraphEmbedder, NeighbourFeatures

PETS = {"weight": [9.0, 4.0, 2.0], "pet": ["dog", "cat", None]}


def embedder(**options):
    """Return a small embedder of pets."""
    return GraphEmbedder(FAMILY, on="pet", n_components=2, **options)


@pytest.mark.parametrize("dtype", ["object", "string", "category", "string[pyarrow]"])
def test_all_dtypes_of_names_give_the_same(dtype):
    """Names as objects, strings, categories and Arrow strings are alike."""
    X = pd.DataFrame(PETS)
    wanted = embedder().fit_transform(X)[["graph__0", "graph__1"]]
    X["pet"] = X["pet"].astype(dtype)
    found = embedder().fit_transform(X)
    assert found["pet"].dtype == X["pet"].dtype
    pd.testing.assert_frame_equal(found[["graph__0", "graph__1"]], wanted)


@pytest.mark.parametrize("pets", [["Dog", None], [None, None]])
def test_a_graph_of_other_entities_is_told(pets):
    """An example of both sides shows why no row has a vector."""
    X = pd.DataFrame({"pet": pets, "age": [1.0, 2.0]})
    match = f"No training row .* of 'triples': 'pet' of X has .*{pets[0] or 'no'}"
    with pytest.warns(UserWarning, match=match):
        embedder().fit(X)
    means = NeighbourFeatures([("dog", "cat")], on="pet", columns=["age"])
    with pytest.warns(
        UserWarning, match="'edges' 'cat'. All rows lack the new modality"
    ):
        means.fit(X)


def test_polars_stays_polars():
    """A polars table comes out as one, with the same numbers."""
    polars = pytest.importorskip("polars")
    wanted = embedder().fit_transform(pd.DataFrame(PETS))
    found = embedder().fit_transform(polars.DataFrame(PETS))
    assert isinstance(found, polars.DataFrame)
    assert found.columns == list(wanted.columns)
    np.testing.assert_array_equal(
        found["graph__0"].to_numpy(), wanted["graph__0"].to_numpy()
    )


def test_without_passthrough_only_new_columns_come_out():
    """As an extractor of one modality it gives numbers, from frames and arrays."""
    X = pd.DataFrame(PETS)
    step = embedder(passthrough=False, prefix="pet").fit(X)
    assert list(step.get_feature_names_out()) == ["pet__0", "pet__1"]
    assert list(step.transform(X)) == ["pet__0", "pet__1"]
    values = GraphEmbedder(FAMILY, on=1, n_components=2, passthrough=False)
    found = values.fit_transform(X.to_numpy(dtype=object))
    np.testing.assert_array_equal(found, step.transform(X).to_numpy())


def test_the_new_columns_are_a_modality():
    """In front of an estimator that groups columns, and as one's extractor."""
    rng = np.random.default_rng(0)
    pets = rng.choice(["dog", "cat", "carp", "unicorn"], 80)
    y = np.where(np.isin(pets, ["dog", "cat"]), "warm", "cold")
    X = pd.DataFrame({"body__size": rng.normal(size=80), "pet__name": pets})
    step = GraphEmbedder(FAMILY, on="pet__name", n_components=2)
    Z = step.fit_transform(X)
    model = MultimodalClassifier(fusion="voting", cv=3).fit(Z, y)
    presence = model.presence(Z)
    assert list(presence) == ["body", "pet", "graph"]
    assert (presence["graph"] == (pets != "unicorn")).all()
    extractor = make_pipeline(step.set_params(passthrough=False), SimpleImputer())
    modalities = [
        ("body", "auto", ["body__size"]),
        ("pet", extractor, ["pet__name"]),
    ]
    model = MultimodalClassifier(modalities, fusion="concat").fit(X, y)
    known = pets != "unicorn"
    assert model.score(X[known], y[known]) == 1


def test_bad_tables_are_refused():
    """Unknown columns, sparse tables and names taken each have a message."""
    X = pd.DataFrame(PETS)
    with pytest.raises(ValueError, match=r"on='pets' is no column .* mean 'pet'"):
        embedder().set_params(on="pets").fit(X)
    with pytest.raises(TypeError, match="sparse matrix was passed to GraphEmbedder"):
        embedder().set_params(on=0).fit(sparse.eye(3, format="csr"))
    with pytest.raises(ValueError, match=r"X has columns \['graph__1'\] already"):
        embedder().fit_transform(X.assign(graph__1=0.0))
