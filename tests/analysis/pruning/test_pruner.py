"""The pruner: scikit-learn's contract, what it drops, and that nothing leaks."""

import numpy as np
import pandas as pd
import pytest
from sklearn import clone, config_context
from sklearn.feature_selection import f_classif
from sklearn.impute import SimpleImputer
from sklearn.model_selection import GridSearchCV
from sklearn.pipeline import make_pipeline
from sklearn.utils import estimator_checks
from sklearn.utils.estimator_checks import parametrize_with_checks

from mmensemble import MultimodalClassifier
from mmensemble.analysis import CorrelationPruner
from mmensemble.datasets import make_multimodal


@parametrize_with_checks(
    [CorrelationPruner(cv=3), CorrelationPruner(level="feature", method="spearman")]
)
def test_sklearn_checks(estimator, check):
    """Every check that scikit-learn generates."""
    check(estimator)


@pytest.mark.filterwarnings("ignore:X (does not have valid|has) feature names")
@pytest.mark.parametrize(
    "name",
    [
        "check_param_validation",
        "check_inplace_ensure_writeable",
        "check_dataframe_column_names_consistency",
        "check_transformer_get_feature_names_out",
        "check_transformer_get_feature_names_out_pandas",
        "check_get_feature_names_out_error",
        "check_set_output_transform",
        "check_set_output_transform_pandas",
        "check_set_output_transform_polars",
        "check_global_output_transform_pandas",
        "check_global_set_output_transform_polars",
    ],
)
def test_checks_that_the_generator_leaves_out(name):
    """The eleven that scikit-learn runs on itself only."""
    getattr(estimator_checks, name)("CorrelationPruner", CorrelationPruner(cv=3))


def planted(seed=0, n_samples=200):
    """A modality, its copy, and another one."""
    return make_multimodal(
        n_samples,
        n_features={"genes": 5, "scan": 5, "copy": 5},
        redundancy={"copy": "genes"},
        noise={"genes": 1.0, "scan": 1.0, "copy": 0.2},
        random_state=seed,
    )


def test_modality_level():
    data = planted()
    pruner = CorrelationPruner(level="modality").fit(data.data, data.target)
    assert pruner.modalities_ == ["genes", "scan"]
    assert pruner.get_support(indices=True).tolist() == list(range(10))
    assert pruner.get_feature_names_out().tolist() == list(data.data.columns[:10])
    (row,) = pruner.report_.to_dict("records")
    assert (row["level"], row["dropped"], row["stand_in"]) == (
        "modality",
        "copy",
        "genes",
    )
    assert row["value"] >= row["threshold"]
    assert row["columns"] == list(data.data.columns[10:])
    assert "dropping it changes AUC by" in row["reason"]


@pytest.mark.parametrize(
    ("options", "gone"),
    [
        ({"min_modalities": 3}, []),
        ({"threshold": 0.999}, []),
        ({"keep": "cost", "costs": {"genes": 5, "scan": 1, "copy": 1}}, ["genes"]),
        ({"keep": "first"}, ["copy"]),
        ({"keep": lambda part, y: part.columns[0].startswith("copy")}, ["genes"]),
        ({"scoring": "accuracy", "tolerance": 0.2}, ["copy"]),
    ],
)
def test_what_decides_about_modalities(options, gone):
    data = planted()
    pruner = CorrelationPruner(level="modality", **options)
    report = pruner.fit(data.data, data.target).report_
    assert report["dropped"].tolist() == gone


def test_a_modality_that_the_target_needs_stays():
    """Explained by 96 %, but the target is in the rest."""
    data = planted()
    X = data.data
    y = (X["copy__x0"] - X["genes__x0"]).to_numpy()
    pruner = CorrelationPruner(level="modality")
    assert pruner.fit(X, y).report_.empty
    assert pruner.fit(X).report_["dropped"].tolist() == ["copy"]


def test_feature_level_within_and_across():
    rng = np.random.default_rng(0)
    x = rng.normal(size=(100, 3))
    X = pd.DataFrame(x, columns=["a__0", "a__1", "b__0"])
    X["a__twin"] = X["a__0"] * -2
    X["b__twin"] = X["a__1"] + 0.01 * rng.normal(size=100)
    X["b__word"] = rng.choice(["one", "two"], 100)
    pruner = CorrelationPruner(level="feature").fit(X)
    assert pruner.transform(X).columns.tolist() == ["a__0", "a__1", "b__0", "b__word"]
    report = pruner.report_.set_index("dropped")
    assert report["stand_in"].to_dict() == {"a__twin": "a__0", "b__twin": "a__1"}
    assert report["modality"].to_dict() == {"a__twin": "a", "b__twin": "b"}
    assert report["reason"]["a__twin"] == "r = -1.000 with 'a__0', which is kept"
    wanted = CorrelationPruner(level="feature").fit(X, X["b__twin"])
    assert "b__twin" in wanted.get_feature_names_out()


def test_components_drop_more():
    rng = np.random.default_rng(0)
    steps = rng.normal(size=(300, 4)).cumsum(axis=1) * [1, 1, 1, 1] + 3 * rng.normal(
        size=(300, 1)
    )
    X = pd.DataFrame(steps, columns=list("abcd"))
    options = {"level": "feature", "keep": "first", "threshold": 0.94}
    greedy = CorrelationPruner(**options).fit(X)
    parts = CorrelationPruner(strategy="components", **options).fit(X)
    assert parts.support_.sum() < greedy.support_.sum()
    assert parts.report_["reason"].str.contains("through other columns").any()


def test_columns_of_no_modality_and_shared_ones_stay():
    data = planted()
    X = data.data.assign(id=np.arange(200))
    modalities = [
        ("genes", "auto", [f"genes__x{k}" for k in range(5)]),
        ("copy", "auto", [f"copy__x{k}" for k in range(5)] + ["genes__x0"]),
    ]
    pruner = CorrelationPruner(modalities, level="modality").fit(X, data.target)
    kept = pruner.get_feature_names_out().tolist()
    assert pruner.modalities_ == ["genes"]
    assert kept == [f"genes__x{k}" for k in range(5)] + [
        f"scan__x{k}" for k in range(5)
    ] + ["id"]


def test_test_rows_teach_nothing():
    """The fitted state is the same whatever the rows outside of `fit` are."""
    data = planted()
    X, y = data.data, data.target
    nonsense = X.copy()
    nonsense.iloc[100:] = 1e9
    states = [
        CorrelationPruner().fit(table.iloc[:100], y.iloc[:100])
        for table in (X, nonsense)
    ]
    np.testing.assert_array_equal(states[0].support_, states[1].support_)
    pd.testing.assert_frame_equal(states[0].report_, states[1].report_)


def test_in_a_pipeline_before_a_multimodal_classifier():
    data = planted()
    model = make_pipeline(
        CorrelationPruner(), MultimodalClassifier(fusion="concat", random_state=0)
    )
    model.fit(data.data, data.target)
    assert [name for name, _, _ in model[-1].modalities_] == ["genes", "scan"]
    search = GridSearchCV(
        make_pipeline(CorrelationPruner(cv=3), f_model()),
        {"correlationpruner__threshold": [0.8, 0.999]},
        cv=2,
    ).fit(data.data, data.target)
    assert search.best_estimator_[0].threshold in (0.8, 0.999)


def f_model():
    """A fast learner."""
    return MultimodalClassifier(fusion="concat", cv=2, random_state=0)


def planted_parts(n_samples=200):
    """Return a table whose modality `copy` says what `genes` say, and a target."""
    data = make_multimodal(
        n_samples=n_samples,
        n_features={"genes": 4, "scan": 4, "copy": 4},
        redundancy={"copy": "genes"},
        noise={"genes": 1.0, "scan": 1.0, "copy": 0.1},
        random_state=0,
    )
    return data.data, data.target, data.modalities


@pytest.mark.parametrize("output", ["default", "pandas"])
def test_modalities_that_are_named_survive_the_pruning(output):
    """The model behind leaves out the names that were pruned, at fit and predict."""
    X, y, modalities = planted_parts()
    pruner = CorrelationPruner(modalities, cv=3).set_output(transform=output)
    last = MultimodalClassifier(modalities, cv=3, random_state=0)
    model = make_pipeline(pruner, last).fit(X, y)
    kept = [name for name, _, _ in model[-1].modalities_]
    assert kept == ["genes", "scan"]
    assert model.predict(X.iloc[:7]).shape == (7,)
    direct = clone(last).set_params(modalities=model[0].prune_modalities())
    np.testing.assert_allclose(
        direct.fit(X, y).predict_proba(X), model.predict_proba(X), atol=1e-8
    )


def test_names_that_never_were_are_still_refused():
    """Only what was pruned may be missing from the table."""
    X, y, modalities = planted_parts()
    Xt = CorrelationPruner(modalities, cv=3).fit(X, y).transform(X)
    modalities[0] = ("genes", "auto", ["genes__x0", "genes__no"])
    with pytest.raises(ValueError, match="the table has no column 'genes__no'"):
        MultimodalClassifier(modalities).fit(Xt, y)


def test_pruned_modalities():
    """Columns that were dropped leave their modalities; empty ones go."""
    X, y, modalities = planted_parts()
    X["scan__twin"] = X["scan__x0"]
    modalities[1][2].append("scan__twin")
    pruner = CorrelationPruner(modalities, cv=3).fit(X, y)
    kept = {name: columns for name, _, columns in pruner.prune_modalities()}
    assert kept == {
        "genes": ["genes__x0", "genes__x1", "genes__x2", "genes__x3"],
        "scan": [c for c in modalities[1][2] if c in pruner.get_feature_names_out()],
    }
    assert len(kept["scan"]) == 4
    others = [("g", "passthrough", ["copy__x0", "genes__x0"])]
    assert pruner.prune_modalities(others) == [("g", "passthrough", ["genes__x0"])]
    with pytest.raises(ValueError, match=r"No modality of \['c'\] is left"):
        pruner.prune_modalities([("c", "auto", ["copy__x0"])])


def test_pruned_modalities_of_an_array():
    """Positions are those of the table of `fit`."""
    X, y, _ = planted_parts()
    modalities = [(n, "auto", [*range(4 * k, 4 * k + 4)]) for k, n in enumerate("abc")]
    pruner = CorrelationPruner(modalities, cv=3).fit(X.to_numpy(), y)
    assert [columns for _, _, columns in pruner.prune_modalities()] == [
        [0, 1, 2, 3],
        [4, 5, 6, 7],
    ]
    assert pruner.prune_modalities([("x", "auto", [3, 11])]) == [("x", "auto", [3])]


def test_metadata_reach_it():
    data = planted()
    groups = np.arange(200) // 4
    model = make_pipeline(CorrelationPruner(cv=2), f_model())
    with config_context(enable_metadata_routing=True):
        model.fit(data.data, data.target, groups=groups)
    alone = CorrelationPruner(cv=2).fit(data.data, data.target, groups=groups)
    pd.testing.assert_frame_equal(model[0].report_, alone.report_)


def test_an_array_is_answered_by_an_array():
    data = planted()
    values = data.data.to_numpy()
    pruner = CorrelationPruner().fit(values, data.target)
    assert isinstance(pruner.transform(values), np.ndarray)
    with pytest.warns(UserWarning, match="X has feature names, but CorrelationPruner"):
        assert isinstance(pruner.transform(data.data), np.ndarray)
    frame = data.data.set_axis(range(15), axis=1)
    assert pruner.fit(frame, data.target).transform(frame).shape[0] == 200
    assert list(pruner.transform(frame).columns) == pruner.get_support(True).tolist()


def test_weight_zero_is_no_row():
    data = planted()
    weight = np.r_[np.zeros(50), np.ones(150)]
    one = CorrelationPruner().fit(data.data, data.target, sample_weight=weight)
    two = CorrelationPruner().fit(
        data.data.iloc[50:], data.target.iloc[50:], sample_weight=weight[50:]
    )
    pd.testing.assert_frame_equal(one.report_, two.report_)


def test_any_score_function_can_choose_columns():
    data = planted()
    pruner = CorrelationPruner(
        level="feature", keep=lambda part, y: f_classif(part, y)[0][0], threshold=0.9
    ).fit(data.data, data.target)
    assert len(pruner.report_) == 5


def test_thresholds_by_level():
    data = planted()
    both = CorrelationPruner(threshold={"modality": 0.9999, "feature": 0.9})
    levels = both.fit(data.data, data.target).report_["level"]
    assert set(levels) == {"feature"}
    default = CorrelationPruner().fit(data.data, data.target).report_
    assert default["threshold"].tolist() == [0.8]
    with pytest.raises(ValueError, match=r"must be in \(0, 1\] for level 'mod"):
        CorrelationPruner(threshold={"modality": 3}).fit(data.data)
    with pytest.raises(ValueError, match=r"threshold names the levels \['rows'\]"):
        CorrelationPruner(threshold={"rows": 0.5}).fit(data.data)


def test_costs_are_asked_for():
    data = planted()
    pruner = CorrelationPruner(keep="cost", costs={"genes": 1})
    with pytest.raises(ValueError, match="needs the cost of modality 'scan'"):
        pruner.fit(data.data, data.target)


def test_a_measurement_of_a_pruned_name_is_learnt_from():
    """Columns that are there again belong to their modality."""
    X, y, modalities = planted_parts()
    pruned = CorrelationPruner(modalities, cv=3).fit(X, y).transform(X)
    gone = [name for name in X if name not in pruned]
    again = pruned.assign(**{name: np.arange(200.0) % 7 for name in gone})
    model = clone(f_model()).set_params(modalities=modalities).fit(again, y)
    assert [name for name, _, _ in model.modalities_] == ["genes", "scan", "copy"]


def test_two_pruners_in_one_pipeline():
    """The model behind knows of what both dropped, though an end of a slice went."""
    X, y, modalities = planted_parts()
    X.insert(0, "scan__twin", X["scan__x0"])
    modalities[1] = ("scan", "auto", ["scan__twin", *modalities[1][2]])
    last = modalities[2][2]
    modalities[2] = ("copy", "auto", slice(last[0], last[-1]))
    model = make_pipeline(
        CorrelationPruner(modalities, level="modality", cv=3),
        CorrelationPruner(modalities, level="feature"),
        f_model().set_params(modalities=modalities),
    ).fit(X, y)
    kept = {name: columns for name, _, columns in model[-1].modalities_}
    assert list(kept) == ["genes", "scan"]
    assert len(kept["scan"]) == 4
    assert model.predict(X.iloc[:7]).shape == (7,)


@pytest.mark.parametrize("way", ["imputer", "polars"])
def test_where_pruned_names_are_lost_the_message_tells_what_to_do(way):
    """Neither arrays nor polars frames can tell that a column was pruned."""
    X, y, modalities = planted_parts()
    steps = [CorrelationPruner(modalities, cv=3)]
    if way == "polars":
        polars = pytest.importorskip("polars")
        X = polars.DataFrame({name: X[name].to_numpy() for name in X})
    else:
        steps.append(SimpleImputer())
    model = make_pipeline(*steps, f_model().set_params(modalities=modalities))
    with pytest.raises(ValueError, match="as its parameter 'pruner'"):
        model.fit(X, y)


def _places(n=120):
    rng = np.random.default_rng(0)
    city = rng.integers(6, size=n)
    return pd.DataFrame(
        {
            "place__city": np.array(list("uvwxyz"))[city],
            "place__country": np.array(["n", "s"])[city % 2],
            "place__height": np.array([1.0, 4.0, 9.0, 2.0, 7.0, 3.0])[city],
            "other__x": rng.normal(size=n),
        }
    )


def test_categories_are_compared_where_asked_for():
    """Without the option they stay; with it the finer one stands in, and is named."""
    X = _places()
    assert CorrelationPruner(level="feature").fit(X).support_.all()
    pruner = CorrelationPruner(level="feature", categories=True).fit(X)
    assert list(pruner.transform(X)) == ["place__city", "place__height", "other__x"]
    pruner = CorrelationPruner(level="feature", categories=True, keep=_city_first)
    assert list(pruner.fit(X).transform(X)) == ["place__city", "other__x"]
    report = pruner.report_.set_index("dropped")
    assert report.loc["place__country", "measure"] == "Cramér's V"
    assert report.loc["place__height", "measure"] == "correlation ratio"
    assert set(report["stand_in"]) == {"place__city"}
    assert "correlation ratio = 1.000 with 'place__city', which is kept" in set(
        report["reason"]
    )


def _city_first(part, y):
    return float(part.columns[0] == "place__city")


def test_categories_by_components_and_relevance():
    """Edges of one direction link nothing; classes order categories, too."""
    X = _places().assign(place__copy=lambda X: X["place__city"].str.upper())
    options = {"level": "feature", "categories": True, "strategy": "components"}
    kept = CorrelationPruner(**options).fit(X).transform(X)
    assert list(kept) == list(X)[:4]
    y = X["place__copy"].isin(["U", "V"])
    pruner = CorrelationPruner(**options | {"strategy": "greedy"}).fit(X, y)
    assert "place__city" in pruner.transform(X)
    assert not pruner.support_[4]


def test_infinite_numbers_are_named_by_column():
    """Not by their place among the numbers."""
    X = _places()
    X.loc[3, "other__x"] = np.inf
    for categories in (True, False):
        pruner = CorrelationPruner(level="feature", categories=categories)
        with pytest.raises(ValueError, match=r"Columns \['other__x'\] hold infinity"):
            pruner.fit(X)
