"""Each bundled set against what its source says about it."""

from dataclasses import dataclass, field
from functools import cache

import numpy as np
import pandas as pd
import pytest
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import get_scorer
from sklearn.model_selection import (
    GroupKFold,
    RepeatedStratifiedKFold,
    StratifiedKFold,
    TimeSeriesSplit,
    cross_val_score,
)
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

import mmensemble.datasets as datasets


@dataclass
class Expected:
    rows: int
    sizes: dict
    metric: str
    splitter: type
    classes: dict | None = None
    n_groups: int | None = None
    absent: dict = field(default_factory=dict)
    time: bool = False


SETS = {
    "htad": Expected(
        1386,
        {"audio": 36, "accel": 16},
        "accuracy",
        StratifiedKFold,
        {
            "eat_chips": 282,
            "watch_tv": 206,
            "mop_floor": 181,
            "wash_hands": 180,
            "brush_teeth": 180,
            "type_on_keyboard": 179,
            "sweep": 178,
        },
    ),
    "watch": Expected(
        1149,
        {"accel": 29, "gyro": 29},
        "accuracy",
        GroupKFold,
        {
            "FEL": 192,
            "ABD": 190,
            "ER": 179,
            "IR": 177,
            "ROW": 147,
            "TRAP": 143,
            "PEN": 121,
        },
        n_groups=10,
    ),
    "leaf_flavia": Expected(
        1907,
        {"shape": 21, "contour": 18, "texture": 5, "color": 6},
        "accuracy",
        StratifiedKFold,
    ),
    "alzheimer": Expected(
        333,
        {"plasma": 124, "csf": 3, "demo_genetic": 3},
        "roc_auc",
        RepeatedStratifiedKFold,
        {"control": 242, "impaired": 91},
    ),
    "ischemic_stroke": Expected(
        126,
        {"ct_imaging": 20, "clinical": 8},
        "roc_auc",
        RepeatedStratifiedKFold,
        {"no": 62, "yes": 64},
    ),
    "nutrimouse": Expected(
        40,
        {"gene": 120, "lipid": 21},
        "balanced_accuracy",
        RepeatedStratifiedKFold,
        dict.fromkeys(["coc", "fish", "lin", "ref", "sun"], 8),
    ),
    "credit": Expected(
        4454,
        {"person": 5, "finances": 5, "loan": 3},
        "roc_auc",
        StratifiedKFold,
        {"bad": 1254, "good": 3200},
    ),
    "chicago": Expected(
        5698,
        {"station_lags": 20, "weather": 18, "sports": 10, "calendar": 5},
        "r2",
        TimeSeriesSplit,
        time=True,
    ),
    "nycflights": Expected(
        5643,
        {"schedule": 7, "weather": 9, "plane": 6},
        "roc_auc",
        GroupKFold,
        {"no": 4186, "yes": 1457},
        n_groups=19,
        absent={"plane": 0.15, "weather": 0.001},
        time=True,
    ),
    "womens_clothing": Expected(
        3256,
        {"review": 1, "title": 1, "tabular": 5},
        "roc_auc",
        GroupKFold,
        {"no": 583, "yes": 2673},
        n_groups=176,
        absent={"title": 0.13, "tabular": 0.0},
    ),
    "mfeat": Expected(
        1000,
        {"fou": 76, "fac": 216, "kar": 64, "pix": 240, "zer": 47, "mor": 6},
        "accuracy",
        StratifiedKFold,
        dict.fromkeys(range(10), 100),
    ),
}
each_set = pytest.mark.parametrize("name", SETS)


@cache
def load(name):
    return getattr(datasets, f"load_{name}")()


def test_every_loader_is_covered():
    loaders = {n.removeprefix("load_") for n in datasets.__all__ if "load_" in n}
    assert loaders == set(SETS)


@each_set
def test_shape_and_modalities(name):
    bunch, expected = load(name), SETS[name]
    assert bunch.data.shape == (expected.rows, sum(expected.sizes.values()))
    assert {m: len(columns) for m, _, columns in bunch.modalities} == expected.sizes
    assert [c for _, _, columns in bunch.modalities for c in columns] == (
        bunch.feature_names
    )
    assert bunch.feature_names == list(bunch.data.columns)
    assert {extractor for _, extractor, _ in bunch.modalities} == {"auto"}
    for modality, _, columns in bunch.modalities:
        assert all(c.startswith(f"{modality}__") for c in columns)


@each_set
def test_dtypes(name):
    for column, dtype in load(name).data.dtypes.items():
        if column in ("review__review", "title__title"):
            assert dtype.name == "object"
        else:
            assert dtype.name in ("float64", "category")


@each_set
def test_target(name):
    bunch, expected = load(name), SETS[name]
    assert isinstance(bunch.target, pd.Series)
    assert len(bunch.target) == len(bunch.data)
    assert bunch.target.notna().all()
    if bunch.task == "regression":
        assert bunch.target.dtype == np.float64
        assert bunch.target_names is None
        return
    counts = bunch.target.value_counts().to_dict()
    assert bunch.target_names == sorted(counts)
    if expected.classes:
        assert counts == expected.classes


def test_leaf_flavia_has_32_species_of_50_leaves_or_more():
    counts = load("leaf_flavia").target.value_counts()
    assert (len(counts), counts.min(), counts.max()) == (32, 50, 77)


def test_chicago_target_is_the_one_of_the_source():
    y = load("chicago").target
    assert y.mean() == pytest.approx(13.619333713583716)
    assert (y.min(), y.max()) == (0.601, 26.058)


@each_set
def test_groups_and_time(name):
    bunch, expected = load(name), SETS[name]
    if expected.n_groups is None:
        assert bunch.groups is None
    else:
        assert bunch.groups.shape == bunch.target.shape
        assert len(np.unique(bunch.groups)) == expected.n_groups
    if expected.time:
        assert (np.diff(bunch.time) >= 0).all()
    else:
        assert bunch.time is None


@each_set
def test_metric_and_splitter_work(name):
    bunch, expected = load(name), SETS[name]
    assert bunch.metric == expected.metric
    get_scorer(bunch.metric)
    assert type(bunch.splitter) is expected.splitter
    for train, test in bunch.splitter.split(bunch.data, bunch.target, bunch.groups):
        assert not set(train) & set(test)
        if bunch.groups is not None:
            assert not set(bunch.groups[train]) & set(bunch.groups[test])
        if expected.splitter is TimeSeriesSplit:
            assert bunch.time[train].max() < bunch.time[test].min()


@each_set
def test_absent_modalities_are_null_rows(name):
    bunch, expected = load(name), SETS[name]
    for modality, _, columns in bunch.modalities:
        share = bunch.data[columns].isna().all(axis=1).mean()
        assert share == pytest.approx(expected.absent.get(modality, 0), abs=0.01)


@each_set
def test_no_row_lacks_everything(name):
    assert load(name).data.notna().any(axis=1).all()


@each_set
def test_description_names_source_licence_and_numbers(name):
    bunch = load(name)
    for word in ("Traps", "Source", "Licence", "Reference", f"{len(bunch.data):,}"):
        assert word in bunch.DESCR
    assert all(f"Modality {m}" in bunch.DESCR for m, _, _ in bunch.modalities)
    assert max(len(line) for line in bunch.DESCR.splitlines()) < 100


@pytest.mark.parametrize("name", ["nutrimouse", "ischemic_stroke", "chicago"])
def test_return_X_y(name):
    X, y = getattr(datasets, f"load_{name}")(return_X_y=True)
    pd.testing.assert_frame_equal(X, load(name).data)
    pd.testing.assert_series_equal(y, load(name).target)


def test_loads_are_independent():
    first = datasets.load_nutrimouse()
    first.data.iloc[:] = 0.0
    assert datasets.load_nutrimouse().data.to_numpy().any()


def test_options_are_keyword_only():
    with pytest.raises(TypeError, match="positional"):
        datasets.load_htad(True)


def test_loans_miss_what_the_source_misses():
    """381 incomes, 47 assets, 18 debts, 6 homes, 2 jobs, 1 marital status."""
    missing = load("credit").data.isna().sum()
    assert missing[missing > 0].sort_values().tolist() == [1, 2, 6, 18, 47, 381]
    assert missing.idxmax() == "finances__Income"


def test_flights_are_whole_days_of_one_airport():
    flights = load("nycflights")
    assert set(flights.data["schedule__origin"]) == {"JFK"}
    assert sorted(set(flights.groups)) == list(range(14, 366, 19))
    assert flights.data["schedule__dow"].nunique() == 7


def test_labels_and_features_of_a_strong_set_belong_together():
    mice = load("nutrimouse")
    X = mice.data.filter(like="lipid__")
    model = make_pipeline(StandardScaler(), LogisticRegression())
    cv = StratifiedKFold(4, shuffle=True, random_state=0)
    assert cross_val_score(model, X, mice.target, cv=cv).mean() > 0.85
