"""The projector of a table."""

import pickle

import numpy as np
import pandas as pd
import pytest
from crossmodal_cases import make_table, without
from scipy import sparse
from sklearn.base import clone
from sklearn.linear_model import LinearRegression, LogisticRegression
from sklearn.model_selection import GroupKFold
from sklearn.pipeline import make_pipeline

from mmensemble import CrossModalProjector, MultimodalClassifier

pl = pytest.importorskip("polars")

LINE = LinearRegression()


def fit(X, **options):
    """Return a quick projector fitted to a table."""
    options = {"estimator": LINE, "random_state": 0, **options}
    return CrossModalProjector(**options).fit(X)


def rows_without(name, n_rows=20):
    """Return a training table, and new rows that lack a modality, with the truth."""
    X, _ = make_table(160)
    new = X.iloc[140:]
    return X.iloc[:140], without(new, name, np.arange(n_rows)), new


def test_linear_projection_is_the_gaussian_conditional_mean():
    """Fills are Sigma_tr Sigma_rr^-1 of what the row has, for every pattern."""
    train, holes, _ = rows_without("b")
    holes = without(holes, "c", np.arange(10))
    filled = fit(train).transform(holes)
    mean, joint = train.mean(), train.cov()
    target = [c for c in train if c.startswith("b")]
    for rows, sources in ((slice(0, 10), "a"), (slice(10, 20), "ac")):
        known = [c for c in train if c[0] in sources]
        path = np.linalg.solve(joint.loc[known, known], joint.loc[known, target])
        expected = mean[target].to_numpy() + (holes[known] - mean[known]) @ path
        np.testing.assert_allclose(filled[target].iloc[rows], expected.iloc[rows])


def test_observed_cells_are_untouched():
    """Bit for bit, partial holes of a modality included; the input stays."""
    train, holes, _ = rows_without("b", 5)
    holes.loc[holes.index[7], "a__1"] = np.nan
    holes = holes.astype({"a__0": np.float32})
    before = holes.copy()
    filled = fit(train).transform(holes)
    pd.testing.assert_frame_equal(holes, before)
    assert filled.dtypes.equals(holes.dtypes)
    seen = holes.notna()
    assert filled.where(seen).equals(holes.where(seen))
    assert filled.isna().sum().sum() == 1
    assert np.isnan(filled.loc[holes.index[7], "a__1"])


@pytest.mark.parametrize("estimator", ["auto", "linear", "kernel", "forest", "mlp"])
def test_every_word_predicts_shared_factors(estimator):
    """Out of fold and on new rows, much better than the mean."""
    train, holes, truth = rows_without("b")
    model = fit(train, estimator=estimator, target="b", cv=2, max_patterns=1)
    assert model.r2_["r2"][0] > 0.4
    target = [c for c in train if c.startswith("b")]
    error = ((model.transform(holes) - truth)[target] ** 2).sum().sum()
    assert error < 0.6 * ((truth[target] - train[target].mean()) ** 2).sum().sum()


def test_attention_predicts_shared_factors():
    """The network whose query is the absent modality."""
    train, _, _ = rows_without("b")
    model = fit(train, estimator="attention", target="b", max_patterns=1)
    assert model.r2_["r2"].tolist()[0] > 0.4


def test_r2_is_honest():
    """What is out of fold on training rows holds on new ones."""
    X, _ = make_table(600, noise=1.0)
    model = fit(X.iloc[:300], estimator="kernel", target="b", max_patterns=1)
    found = model.r2_.set_index(["modality", "sources"])["r2"]["b", "a, c"]
    target = [c for c in X if c.startswith("b")]
    truth, mean = X.iloc[300:][target], X.iloc[:300][target].mean()
    scale = X.iloc[:300][target].std()
    away = (model.predict(X.iloc[300:], "b") - truth) / scale
    total = ((truth - mean) / scale) ** 2
    assert abs(1 - (away**2).sum().sum() / total.sum().sum() - found) < 0.07


def test_groups_stay_together():
    """A splitter of groups gets them; without groups R2 flatters."""
    X, _ = make_table(20, noise=0.5, names="ab")
    X = X.loc[np.repeat(X.index, 6)].reset_index(drop=True)
    groups = np.repeat(np.arange(20), 6)
    model = CrossModalProjector(estimator="kernel", target="b", random_state=0)
    flattered = model.fit(X).r2_["r2"][0]
    honest = model.fit(X, groups=groups).r2_["r2"][0]
    assert honest < flattered - 0.1
    split = model.set_params(cv=GroupKFold(3)).fit(X, groups=groups)
    assert split.r2_["r2"][0] < flattered - 0.1


def test_weight_zero_is_no_row():
    """Rows without weight are as good as absent."""
    X, _ = make_table(80)
    weight = np.ones(100)
    weight[80:] = 0.0
    spoilt = pd.concat([X, 100 * X.iloc[:20]], ignore_index=True)
    one, other = fit(X), CrossModalProjector(estimator=LINE, random_state=0)
    other.fit(spoilt, sample_weight=weight)
    pd.testing.assert_frame_equal(one.r2_, other.r2_)
    with pytest.raises(ValueError, match="'sample_weight' given is all zero"):
        other.fit(X, sample_weight=np.zeros(80))


def test_samples_converge_to_mean_and_covariance():
    """Draws have the conditional mean and the residual covariance."""
    X, _ = make_table(400, names="ab")
    new = X.iloc[[0] * 2000].reset_index(drop=True)
    new = without(new, "b", np.arange(2000))
    model = fit(X)
    draws = np.concatenate([t.iloc[:, 3:].to_numpy() for t in model.sample(new, 2)])
    mean = model.transform(new).iloc[0, 3:].to_numpy(float)
    joint = X.cov().to_numpy()
    left = joint[3:, 3:] - joint[3:, :3] @ np.linalg.solve(joint[:3, :3], joint[:3, 3:])
    np.testing.assert_allclose(draws.mean(axis=0), mean, atol=0.03)
    np.testing.assert_allclose(np.cov(draws.T), left, atol=0.02)
    found = model.uncertainty(new).iloc[0, 3:].to_numpy(float)
    np.testing.assert_allclose(found**2, np.diag(left), rtol=0.1)


def test_several_absent_modalities_are_drawn_together():
    """Draws of two modalities are as correlated as the rows are."""
    X, _ = make_table(400)
    new = X.iloc[[0] * 4000].reset_index(drop=True)
    new.iloc[:, 3:] = np.nan
    draws = fit(X).sample(new)[0].iloc[:, 3:]
    joint = X.cov().to_numpy()
    left = joint[3:, 3:] - joint[3:, :3] @ np.linalg.solve(joint[:3, :3], joint[:3, 3:])
    np.testing.assert_allclose(draws.cov(), left, atol=0.03)


def test_rows_without_anything_get_the_mean():
    """With a warning; a row that has all is returned as it is."""
    X, _ = make_table()
    nothing = X.iloc[:2].copy()
    nothing.iloc[0] = np.nan
    model = fit(X)
    with pytest.warns(UserWarning, match="1 of 2 rows have none .* training mean"):
        filled = model.transform(nothing)
    np.testing.assert_allclose(filled.iloc[0], X.mean())
    assert filled.iloc[1].equals(nothing.iloc[1])
    with pytest.warns(UserWarning, match="training mean"):
        assert len(model.sample(nothing, 2)) == 2


def test_what_nothing_predicts_is_filled_by_the_mean():
    """A modality of noise is warned of, and its mean filled in."""
    X, _ = make_table(names="ab")
    X["b__0"] = np.random.default_rng(1).normal(size=120)
    X = X[["a__0", "a__1", "a__2", "b__0"]]
    with pytest.warns(UserWarning, match=r"predicts \['b'\].*R2 is at most"):
        model = fit(X, target="b", estimator="kernel")
    assert model.r2_["unpredicted"].tolist() == [1]
    filled = model.transform(without(X.iloc[:3], "b", [1]))
    assert np.isclose(filled["b__0"].iloc[1], X["b__0"].mean())


def test_kinds_of_columns():
    """Numbers, whole numbers, booleans and categories are filled, text is not."""
    X, y = make_table(names="ab")
    X["c__whole"] = pd.array(np.round(5 * X["a__0"]), dtype="Int64")
    X["c__flag"] = pd.array(X["a__0"] > 0, dtype="boolean")
    X["c__level"] = pd.Categorical(y)
    X["c__word"] = np.where(X["a__1"] > 0, "plus", "minus")
    X["c__text"] = [f"this is row {k}" for k in range(120)]
    holes = X.copy()
    own = [c for c in X if c.startswith("c")]
    holes.loc[100:, own] = None
    with pytest.warns(UserWarning, match=r"left as they are: {'c': \['c__text'\]}"):
        model = fit(X.iloc[:100], estimator="kernel", target="c", max_patterns=1)
    filled = model.transform(holes)
    assert filled.dtypes.astype(str).equals(X.dtypes.astype(str))
    assert filled[own[:-1]].notna().all().all()
    assert filled["c__text"].isna().sum() == 20
    for column in ("c__flag", "c__level", "c__word"):
        assert (filled[column] == X[column]).iloc[100:].mean() > 0.6
    doubts = model.uncertainty(holes)
    assert "c__text" not in doubts
    assert (doubts.loc[:99] == 0).all().all()
    assert doubts.loc[100:, "c__level"].between(0, 1).all()


def test_predict_gives_a_modality_whole():
    """Also where the row has it, and from a frame that lacks its columns."""
    train, holes, truth = rows_without("b")
    model = fit(train)
    whole = model.predict(truth, "b")
    expected = model.transform(holes)[list(whole)]
    pd.testing.assert_frame_equal(whole, expected)
    target = [c for c in train if c.startswith("b")]
    less = truth.drop(columns=target)
    pd.testing.assert_frame_equal(model.predict(less, "b"), expected)
    assert model.transform(less).columns.tolist() == [*less.columns, *target] or (
        model.transform(less).columns.tolist() == train.columns.tolist()
    )
    with pytest.raises(ValueError, match="'modality' parameter must be one of"):
        model.predict(truth, "z")


def test_target():
    """Only what is asked for is filled; what cannot be is refused."""
    train, holes, _ = rows_without("b")
    model = fit(train, target="c")
    assert model.targets_ == ["c"]
    assert model.transform(holes).isna().sum().sum() == 80
    with pytest.raises(ValueError, match="no modalities of the table"):
        fit(train, target=["z"])
    words = train.assign(d__0=[f"text of {k}" for k in range(140)])
    assert fit(words, target=["a"]).targets_ == ["a"]
    with pytest.warns(UserWarning, match="left as they are"):
        assert fit(words).targets_ == ["a", "b", "c"]


def test_containers_agree():
    """Arrays, sparse matrices, pandas and polars give the same numbers."""
    train, holes, _ = rows_without("b")
    expected = fit(train).transform(holes)
    modalities = [("a", "auto", [0, 1, 2]), ("b", "auto", slice(3, 7))]
    modalities.append(("c", "auto", [7, 8]))
    array = fit(train.to_numpy(), modalities=modalities).transform(holes.to_numpy())
    np.testing.assert_allclose(array, expected)
    csr = sparse.csr_matrix
    found = fit(csr(train), modalities=modalities).transform(csr(holes))
    assert sparse.issparse(found)
    np.testing.assert_allclose(found.toarray(), expected, rtol=1e-6)
    polars = fit(pl.from_pandas(train)).transform(pl.from_pandas(holes))
    assert isinstance(polars, pl.DataFrame)
    np.testing.assert_allclose(polars.to_numpy(), expected, rtol=1e-12)


def test_columns_by_name():
    """Order and further columns do not matter; a frame without one is refused."""
    train, holes, _ = rows_without("b")
    train = train.assign(id=1)
    modalities = [(m, "auto", [c for c in train if c[0] == m]) for m in "abc"]
    model = fit(train, modalities=modalities)
    mixed = holes.assign(id=1, extra=2)[["extra", "id", *holes.columns[::-1]]]
    filled = model.transform(mixed)
    assert filled.columns.tolist() == train.columns.tolist()
    assert model.get_feature_names_out().tolist() == train.columns.tolist()
    with pytest.raises(ValueError, match=r"columns are missing: \['id'\]; transform"):
        model.transform(holes)


def test_shared_columns_are_refused():
    """The target would be its own source."""
    X, _ = make_table()
    modalities = [("a", "auto", ["a__0", "b__0"]), ("b", "auto", ["b__0"])]
    with pytest.raises(ValueError, match="share the columns"):
        fit(X, modalities=modalities)


def test_pickle_clone_and_seeds():
    """The same seed gives the same fills and draws, also after pickling."""
    train, holes, _ = rows_without("b")
    model = fit(train, estimator="auto", target="b", cv=2, max_patterns=1)
    again = pickle.loads(pickle.dumps(model))
    pd.testing.assert_frame_equal(model.transform(holes), again.transform(holes))
    pd.testing.assert_frame_equal(model.sample(holes)[0], again.sample(holes)[0])
    other = clone(model).fit(train)
    pd.testing.assert_frame_equal(model.transform(holes), other.transform(holes))
    assert not hasattr(clone(model), "r2_")


@pytest.mark.parametrize("n_jobs", [2])
def test_workers_change_nothing(n_jobs):
    """Two processes give what one gives."""
    train, holes, _ = rows_without("b")
    options = {"estimator": "forest", "target": "b", "max_patterns": 1}
    one = fit(train, **options).transform(holes)
    two = fit(train, **options, n_jobs=n_jobs)
    pd.testing.assert_frame_equal(one, two.transform(holes))


def test_parameters_nest():
    """A modality's extractor is reached by its name."""
    X, _ = make_table()
    columns = {m: [c for c in X if c.startswith(m)] for m in "ab"}
    modalities = [(m, "auto", own) for m, own in columns.items()]
    model = fit(X, modalities=modalities)
    model.set_params(b="drop", estimator__fit_intercept=False).fit(X)
    assert [name for name, _, _ in model.modalities_] == ["a"]
    assert model.r2_.empty
    model.set_params(estimator="linear")


def test_in_front_of_a_classifier():
    """A pipeline fills first, then fuses."""
    X, y = make_table()
    X = without(X, "b", np.arange(0, 120, 3))
    model = make_pipeline(
        CrossModalProjector(estimator="linear", random_state=0),
        MultimodalClassifier(fusion="concat", estimator=LogisticRegression()),
    )
    assert model.fit(X[:80], y[:80]).score(X[80:], y[80:]) > 0.8


@pytest.mark.parametrize("n_rows", [1, 2, 4, 6])
def test_few_rows(n_rows):
    """Where nothing can be learnt the mean is filled in."""
    X, _ = make_table(n_rows, names="ab")
    holes = without(X, "b", [0])
    model = CrossModalProjector(estimator="linear", random_state=0).fit(X)
    filled = model.transform(holes)
    assert filled.notna().all().all()


@pytest.mark.parametrize("output", ["pandas", "polars"])
def test_set_output(output):
    """An array comes back as a frame of the wanted kind, a frame by its names."""
    train, holes, _ = rows_without("b")
    model = fit(train).set_output(transform=output)
    kind = {"pandas": pd.DataFrame, "polars": pl.DataFrame}[output]
    found = model.transform(holes)
    assert isinstance(found, kind)
    assert list(found.columns) == list(train.columns)
    plain = fit(train).transform(holes)
    np.testing.assert_allclose(found.to_numpy(), plain.to_numpy())
