"""Entities' vectors in rows."""

import numpy as np
import pandas as pd
import pytest
from graph_cases import FAMILY
from sklearn.base import clone

from mmensemble.auxiliary import GraphEmbedder, KnowledgeGraph

X = pd.DataFrame({"pet": ["cat", "dog", "cat", "unicorn", None]})


@pytest.mark.parametrize("method", ["closure", "walks", "complex"])
def test_rows_get_the_vectors_of_their_entities(method):
    """Equal entities have equal rows, unknown and missing ones have none."""
    model = GraphEmbedder(FAMILY, on="pet", method=method, random_state=0)
    Z = model.fit_transform(X).drop(columns="pet").to_numpy()
    found = model.entities_.tolist().index("cat")
    np.testing.assert_array_equal(Z[0], model.vectors_[found])
    np.testing.assert_array_equal(Z[0], Z[2])
    assert not (Z[0] == Z[1]).all()
    assert np.isnan(Z[3:]).all()
    assert not np.isnan(Z[:3]).any()
    again = clone(model).fit_transform(X).drop(columns="pet").to_numpy()
    np.testing.assert_array_equal(Z, again)


def test_vectors_do_not_depend_on_the_rows():
    """What is learnt is learnt from the triples alone."""
    one = GraphEmbedder(FAMILY, on="pet").fit(X)
    other = GraphEmbedder(FAMILY, on="pet").fit(X.iloc[2:])
    np.testing.assert_array_equal(one.vectors_, other.vectors_)


def test_a_link_predictor_of_ones_own():
    """Its vectors become the columns; its seed is set from the embedder's."""
    predictor = KnowledgeGraph("transe", n_components=3, penalty=0.1, max_iter=5)
    model = GraphEmbedder(FAMILY, on="pet", method=predictor, random_state=0).fit(X)
    assert model.columns_out_ == ["0", "1", "2"]
    assert not hasattr(predictor, "entities_")
    again = clone(model).fit(X)
    np.testing.assert_array_equal(model.vectors_, again.vectors_)


def test_excluded_relations_tell_nothing():
    """A triple that states the target changes no vector once its relation is named."""
    plain = GraphEmbedder(FAMILY, on="pet").fit(X)
    leaky = [*FAMILY, ("dog", "label", "carp"), ("cat", "label", "fish")]
    clean = GraphEmbedder(leaky, on="pet", exclude=["label"]).fit(X)
    np.testing.assert_array_equal(clean.vectors_, plain.vectors_)
    shifted = GraphEmbedder(leaky, on="pet").fit(X)
    assert not np.allclose(shifted.vectors_, plain.vectors_)


def test_a_new_entity_gets_the_mean_of_its_neighbours():
    """A table read anew joins it to entities that fit knows; else it is missing."""
    rows = list(FAMILY)
    model = GraphEmbedder(
        lambda: list(rows), on="pet", unknown="neighbours", exclude=()
    ).fit(X)
    rows.append(("unicorn", "isa", "mammal"))
    rows.append(("unicorn", "fears", "dog"))
    rows.append(("griffin", "isa", "chimera"))
    asked = pd.DataFrame({"pet": ["unicorn", "griffin", "cat"]})
    Z = model.transform(asked).drop(columns="pet").to_numpy()
    known = dict(zip(model.entities_, model.vectors_, strict=True))
    np.testing.assert_allclose(Z[0], (known["mammal"] + known["dog"]) / 2)
    assert np.isnan(Z[1]).all()
    np.testing.assert_array_equal(Z[2], known["cat"])
    model.set_params(exclude=["fears"])
    Z = model.transform(asked).drop(columns="pet").to_numpy()
    np.testing.assert_allclose(Z[0], known["mammal"])
    model.set_params(unknown="missing")
    assert np.isnan(model.transform(asked)["graph__0"][:2]).all()


def test_a_graph_without_order_is_said_to_be_one():
    """Where everything reaches everything the closure tells nothing, with a warning."""
    ring = [("a", "next", "b"), ("b", "next", "c"), ("c", "next", "a")]
    with pytest.warns(UserWarning, match="tells no entity from another.*'walks'"):
        GraphEmbedder(ring, on="pet").fit(pd.DataFrame({"pet": ["a", "b"]}))
