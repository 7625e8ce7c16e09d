"""The retriever of a table."""

import pickle

import numpy as np
import pandas as pd
import pytest
from crossmodal_cases import make_table, without
from sklearn.base import clone
from sklearn.linear_model import LogisticRegression

from mmensemble import CrossModalRetriever
from mmensemble.crossmodal._ranking import average_precisions, reciprocal_ranks

pl = pytest.importorskip("polars")


def fit(X, y=None, **options):
    """Return a quick retriever fitted to a table."""
    options = {"estimator": LogisticRegression(), "random_state": 0, **options}
    return CrossModalRetriever(**options).fit(X, y)


def test_items_are_found():
    """The other half of a row comes soon; a weak modality beside does no harm."""
    X, _ = make_table(300, noise=0.5)
    model = fit(X[:200]).index(X[200:])
    own = np.arange(100)
    one = model.similarity(X[200:], query="a", target="b")
    two = model.similarity(X[200:], query=["a", "c"], target="b")
    assert reciprocal_ranks(one, own).mean() > 0.2
    weak = model.similarity(X[200:], query="c", target="b")
    ranks = [reciprocal_ranks(each, own).mean() for each in (weak, one, two)]
    assert ranks[2] > max(1.5 * ranks[0], ranks[1] - 0.03)
    np.testing.assert_array_equal(model.similarity(X[200:], target="b"), two)
    assert set(model.correlations_) == {("a", "b"), ("a", "c"), ("b", "c")}


def test_classes_are_found():
    """Rows of the query's class come first."""
    X, y = make_table(300, noise=1.0)
    model = fit(X[:200], y[:200], level="class").index(X[200:])
    relevant = y[200:][:, None] == y[200:][None]
    found = model.similarity(X[200:], query="a", target="b")
    assert average_precisions(found, relevant).mean() > 0.75
    assert model.classes_.tolist() == ["down", "up"]
    assert 0 <= model.blend_ < 1
    model.similarity(X[200:], query="b", target="b")


def test_neighbours_are_the_largest_similarities():
    """Sorted, as many as wanted or there are; rows without the target never."""
    X, _ = make_table(150)
    collection = without(X[100:], "b", np.arange(30))
    model = fit(X[:100]).index(collection)
    everything = model.similarity(X[:5], target="b")
    assert np.isneginf(everything[:, :30]).all()
    similarity, rows = model.kneighbors(X[:5], 4, target="b")
    np.testing.assert_array_equal(rows, np.argsort(-everything, axis=1)[:, :4])
    expected = np.take_along_axis(everything, rows, axis=1)
    np.testing.assert_allclose(similarity, expected, rtol=1e-6)
    rows = model.kneighbors(X[:5], 90, target="b", return_similarity=False)
    assert rows.shape == (5, 50)
    assert (rows[:, 20:] == -1).all()
    assert (rows[:, :20] >= 30).all()


def test_target_is_clear_with_two_modalities():
    """It is the one that does not ask."""
    X, _ = make_table(names="ab")
    model = fit(X).index(X)
    one = model.similarity(X, query="a")
    np.testing.assert_array_equal(one, model.similarity(X, query="a", target="b"))


def test_frames_may_lack_what_is_not_asked():
    """Captions alone are indexed, pictures alone ask."""
    X, _ = make_table(names="ab")
    a, b = X.iloc[:, :3], X.iloc[:, 3:]
    model = fit(X).index(b)
    expected = fit(X).index(X).similarity(X, query="a")
    np.testing.assert_allclose(model.similarity(a, query="a"), expected, atol=1e-5)
    array = fit(X).index(X).similarity(pl.from_pandas(a), query="a")
    np.testing.assert_allclose(array, expected, atol=1e-5)


def test_codes_only_are_kept():
    """The index holds nothing as wide as the table."""
    X, _ = make_table(200, names="ab")
    model = fit(X[:100]).index(X[100:], target="b")
    assert list(model._collections) == [1]
    assert model._collections[1].codes.dtype == np.float32
    assert model.n_indexed_ == 100
    with pytest.raises(ValueError, match="'target' parameter is 'a', which index"):
        model.similarity(X, query="b")


def test_rows_that_cannot_ask():
    """They are warned of."""
    X, y = make_table(names="ab")
    model = fit(X, y, level="class").index(X)
    holes = without(X, "a", np.arange(3))
    with pytest.warns(UserWarning, match=r"3 of 120 rows have none .*\['a'\]; what"):
        found = model.similarity(holes, query="a")
    assert np.isfinite(found).all()


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({}, "'target' parameter must name the modality"),
        ({"query": ["a"]}, "may be left out where 'query' names all but one"),
        ({"query": "z", "target": "a"}, "'query' parameter must name modalities"),
        ({"query": "a", "target": "z"}, "'target' parameter must name modalities"),
        ({"query": ["a", "b"], "target": "a"}, "would find itself"),
        ({"query": [], "target": "a"}, "names no modality"),
    ],
)
def test_sides_that_do_not_fit(options, message):
    """Each mistake says what to do."""
    X, _ = make_table(40)
    with pytest.raises(ValueError, match=message):
        fit(X).index(X).kneighbors(X, **options)


def test_mistakes():
    """No labels, no collection, no neighbours, groups of another length."""
    X, _ = make_table(40, names="ab")
    with pytest.raises(ValueError, match="level='class' requires y to be passed"):
        fit(X, level="class")
    with pytest.raises(ValueError, match=r"Call index\(X\)"):
        fit(X).kneighbors(X, query="a")
    with pytest.raises(ValueError, match="'n_neighbors' must be at least 1, got 0"):
        fit(X).index(X).kneighbors(X, 0, query="a")
    with pytest.raises(ValueError, match="inconsistent numbers of samples"):
        CrossModalRetriever().fit(X, groups=[1])


def test_fitting_anew_forgets_the_collection():
    """Codes of an older fit would mean nothing."""
    X, _ = make_table(40, names="ab")
    model = fit(X).index(X)
    with pytest.raises(ValueError, match=r"Call index\(X\)"):
        model.fit(X).kneighbors(X, query="a")


def test_groups_stay_together():
    """Copies of a row in one group do not find one another while tuning."""
    X, _ = make_table(30, names="ab")
    X = X.loc[np.repeat(X.index, 4)].reset_index(drop=True)
    groups = np.repeat(np.arange(30), 4)
    X += 0.01 * np.random.default_rng(0).normal(size=X.shape)
    loose = CrossModalRetriever(random_state=0).fit(X)
    kept = CrossModalRetriever(random_state=0).fit(X, groups=groups)
    pair = loose._matcher.pairs[0, 1], kept._matcher.pairs[0, 1]
    assert pair[0].choice_ != pair[1].choice_


def test_pickle_clone_and_seeds():
    """The same seed gives the same similarities, also after pickling."""
    X, y = make_table(names="ab")
    model = fit(X, y, blend=0.3).index(X)
    again = pickle.loads(pickle.dumps(model))
    expected = model.similarity(X, query="a")
    np.testing.assert_array_equal(expected, again.similarity(X, query="a"))
    other = clone(model).fit(X, y).index(X)
    np.testing.assert_array_equal(expected, other.similarity(X, query="a"))
    assert not hasattr(clone(model), "blend_")


def test_arrays():
    """Positions stand for names."""
    X, _ = make_table(names="ab")
    modalities = [("a", "auto", [0, 1, 2]), ("b", "auto", [3, 4, 5, 6])]
    array = fit(X.to_numpy(), modalities=modalities).index(X.to_numpy())
    expected = fit(X).index(X).similarity(X, query="a")
    found = array.similarity(X.to_numpy(), query="a")
    np.testing.assert_allclose(found, expected, atol=1e-4)


def test_text_and_numbers():
    """Captions are found by what the numbers say."""
    X, y = make_table(200, names="a")
    words = {"up": "a bird in the sky", "down": "a fish in the sea"}
    X["text__caption"] = [f"{words[label]} {k}" for k, label in enumerate(y)]
    model = fit(X[:150], y[:150], level="class").index(X[150:])
    rows = model.kneighbors(X[150:], 1, query="a", return_similarity=False).ravel()
    captions = X["text__caption"].to_numpy()[150:][rows]
    right = [words[label] in c for c, label in zip(captions, y[150:], strict=True)]
    assert np.mean(right) > 0.85
    assert isinstance(X, pd.DataFrame)
