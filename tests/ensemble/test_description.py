"""What `describe()` says of a table with planted faults."""

import numpy as np
import pandas as pd
import pytest
from ensemble_cases import (
    FUSIONS,
    classifier,
    hide,
    make_numbers,
    make_table,
    regressor,
)
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from mmensemble import MultimodalClassifier, MultimodalTransformer
from mmensemble.ensemble._description import (
    COPY,
    column_alerts,
    description_lines,
    severity,
)
from mmensemble.features import SeriesExtractor, TextExtractor


def patients(n_rows=120, seed=0):
    """Make a table with a fault of every kind; rows 100 on are copies."""
    rng = np.random.default_rng(seed)
    y = rng.integers(0, 2, n_rows)
    X = pd.DataFrame(
        {
            "lab__crp": [f"{v:.3f}" for v in rng.random(n_rows) + y],
            "lab__site": "here",
            "note__note": [f"a note of word{v} here" for v in rng.permutation(n_rows)],
            "patient_id": rng.integers(0, 40, n_rows),
            "key": [f"k{v}" for v in rng.permutation(n_rows)],
            "outcome": np.where(y, "ill", "well"),
            "visit": pd.date_range("2020", periods=n_rows).strftime("%d.%m.%Y"),
            "unread": 1.0,
        }
    )
    X.loc[:5, "lab__crp"] = ["high", None, "<0.1", "n/a", "0.5", "0.7"]
    return X, y


MODALITIES = [
    ("lab", "auto", ["lab__crp", "lab__site"]),
    ("note", "auto", ["note__note"]),
    ("more", "auto", ["patient_id", "key", "outcome", "visit"]),
]


def alerts(model):
    frame = model.describe().set_index("column")
    return {name: text for name, text in frame["alerts"].items() if text}


def test_every_fault_is_told():
    """Columns, what they were taken for, gaps and alerts are in the frame."""
    X, y = patients()
    model = MultimodalClassifier(MODALITIES, fusion="voting").fit(X, y)
    frame = model.describe().set_index("column")
    assert list(frame.columns) == ["modality", "taken_for", "missing", "alerts"]
    assert frame.loc["lab__crp", "taken_for"].startswith("number as text (99% of its")
    assert frame.loc["visit", "taken_for"] == "date as text"
    assert frame.loc["note__note", "taken_for"] == "text"
    assert frame.loc["unread", ["modality", "taken_for"]].tolist() == ["", "not used"]
    assert frame.loc["lab__crp", "missing"] == pytest.approx(1 / 120)
    told = alerts(model)
    assert set(told) == {"lab__site", "patient_id", "key", "outcome"}
    assert told["lab__site"] == "constant"
    assert "give it as groups=" in told["patient_id"]
    assert "identifies rows" in told["key"]
    assert "copy of the target" in told["outcome"]


def test_numbers_that_read_in_two_ways():
    """The alert says what one is read as; numbers that tell have none."""
    X, y = make_table(60)
    values = np.arange(1000, 1060)
    X = X.assign(
        a_open=[f"{v // 1000},{v % 1000:03d}" for v in values],
        a_told=[f"{v / 100:.2f}".replace(".", ",") for v in values],
        a_long=[f"{v},000,001" for v in values % 1000 + 100],
    )
    columns = ["a_open", "a_told", "a_long"]
    model = MultimodalClassifier([("a", "auto", columns)], fusion="voting").fit(X, y)
    told = alerts(model)
    assert list(told) == ["a_open"]
    words = "'1,000' is read as 1000, and nothing tells whether the comma stands"
    assert told["a_open"].startswith(words)


def test_groups_among_the_features():
    """A column that tells the given groups is named."""
    X, y = patients()
    model = MultimodalClassifier(MODALITIES, fusion="voting")
    told = alerts(model.fit(X, y, groups=X["patient_id"]))
    assert told["patient_id"].startswith("tells the groups")
    other = np.arange(len(X)) % 30
    told = alerts(model.fit(X, y, groups=other))
    assert told["patient_id"] == (
        "an id by its name; leave it out if rows of one id belong together"
    )


def test_table_as_a_whole():
    """Copies of rows, rows that are counted, and one modality for all are told."""
    X, y = make_table(60)
    X = X.set_axis([name.replace("__", "_") for name in X], axis=1)
    X["row"] = range(60)
    model = MultimodalClassifier(fusion="concat").fit(X, y)
    told = alerts(model)
    assert told["row"].startswith("counts the rows")
    assert told["*"].startswith("no two prefixes such as 'lab__' in the 8 column names")
    twice = pd.concat([X, X.iloc[:7]])
    told = model.fit(twice, np.r_[y, y[:7]]).describe().set_index("column")["alerts"]
    assert told["*"].iloc[0].startswith("7 rows are copies of others")


@pytest.mark.parametrize("fusion", FUSIONS)
@pytest.mark.parametrize("members", ["refit", "bagged"])
def test_every_way_to_fit_is_described(fusion, members):
    """Extractors of one's own, folds and arrays have their rows, and no alert."""
    X, y = make_table(60)
    X = hide(X, "b", range(9))
    model = classifier(X, fusion, members=members).fit(X, y)
    frame = model.describe()
    assert frame["column"].tolist() == list(X.columns)
    assert set(frame["taken_for"]) == {"input of StandardScaler"}
    assert (frame["alerts"] == "").all()
    model = regressor(X, fusion, members=members).fit(X, make_numbers(X))
    assert len(model.describe()) == X.shape[1]


def test_tables_without_names_and_targets():
    """Columns are called by position; nothing needs to be predicted."""
    X, _ = make_table(30)
    modalities = [("one", "passthrough", [0, 1]), ("two", StandardScaler(), 2)]
    model = MultimodalTransformer([modalities[0], ("two", "auto", [2])])
    frame = model.fit(X.to_numpy()).describe()
    assert frame["column"].tolist() == list(range(7))
    assert (
        frame["taken_for"].tolist() == ["as it is"] * 2 + ["number"] + ["not used"] * 4
    )


def test_modality_that_no_row_has():
    """Nothing is learnt from a modality without any value."""
    X, y = make_table(40)
    X[["b__0", "b__1", "b__2"]] = np.nan
    frame = classifier(X, "voting").fit(X, y).describe().set_index("column")
    assert frame.loc["b__0", ["taken_for", "alerts"]].tolist() == [
        "nothing learnt",
        "empty",
    ]


def test_columns_of_no_modality_are_named():
    """Up to five of them, in front of their gaps."""
    frame = pd.DataFrame({"column": [f"c{k}" for k in range(6)]})
    frame = frame.assign(modality="", taken_for="not used", missing=0.5, alerts="")
    (line,) = description_lines(frame)
    assert line == (
        "in no modality: 6 not used (c0, c1, c2, c3, c4, ...), 50.0% of the cells "
        "missing"
    )
    (line,) = description_lines(frame[:5])
    assert "5 not used (c0, c1, c2, c3, c4)," in line


def test_verbose_prints_once(capsys):
    """With verbose the description is printed, once a fit; without it, nothing."""
    X, y = patients()
    MultimodalClassifier(MODALITIES, fusion="stacking", verbose=1).fit(X, y)
    printed = capsys.readouterr().out
    assert printed.count("modality 'lab': 1 number as text, 1 category") == 1
    assert "! outcome: a copy of the target" in printed
    assert "in no modality: 1 not used (unread)\n" in printed
    MultimodalClassifier(MODALITIES, fusion="stacking").fit(X, y)
    assert capsys.readouterr().out == ""


def test_alerts_by_severity():
    """What the fits really say is ordered: leaks, ids, copies of rows, the rest."""
    X, y = patients()
    told = alerts(MultimodalClassifier(MODALITIES, fusion="voting").fit(X, y))
    ranked = [severity(told[name]) for name in ("outcome", "key", "patient_id")]
    assert ranked == sorted(set(ranked))
    assert ranked[0] == 0
    model = MultimodalClassifier(MODALITIES, fusion="voting")
    told = alerts(model.fit(X, y, groups=X["patient_id"]))
    assert severity(told["outcome"]) < severity(told["patient_id"])
    model = MultimodalClassifier(MODALITIES[:2], fusion="voting")
    told = alerts(model.fit(pd.concat([X, X[:7]]), np.r_[y, y[:7]]))
    assert ranked[-1] < severity(told["*"]) < severity(told["lab__site"])


def test_the_worst_alert_is_never_cut():
    """It is printed first; one hidden column is one."""
    frame = pd.DataFrame({"column": [f"c{k}" for k in range(13)]})
    frame[["modality", "taken_for", "missing"]] = ["m", "number", 0.0]
    frame["alerts"] = ["constant"] * 12 + ["a copy of the target; leave it out"]
    lines = description_lines(frame)
    assert lines[1].startswith("! c12: a copy of the target")
    assert lines[-1] == "! and 1 more column; describe() shows all"


def test_many_alerts_are_cut():
    """A dozen alerts are printed, those of the table among them."""
    frame = pd.DataFrame({"column": [f"c{k}" for k in range(20)] + ["*"]})
    frame = frame.assign(modality="a", taken_for="number", missing=0.0)
    frame["alerts"] = ["constant"] * 20 + ["all is one"]
    lines = description_lines(frame)
    assert lines[0] == "modality 'a': 20 number"
    assert lines[-2:] == ["! and 9 more columns; describe() shows all", "! all is one"]
    assert len(lines) == 1 + 11 + 2


def test_diagram_shows_what_was_found():
    """A fitted diagram names resolved modalities and what is in them."""
    X, y = patients()
    model = MultimodalClassifier(fusion="voting")
    assert "number as text" not in model._repr_html_()
    page = model.fit(X.drop(columns="unread"), y)._repr_html_()
    assert "1 number as text, 1 category; 1 with alerts" in page
    assert "by prefix" not in page


def test_sealed_rows_do_not_matter():
    """What is described is learnt from the rows of the fit alone, and is no copy."""
    X, y = patients()
    model = MultimodalClassifier(MODALITIES, fusion="voting").fit(X, y)
    before = model.describe()
    model.predict(X.assign(lab__crp="0.5"))
    pd.testing.assert_frame_equal(model.describe(), before)
    before["alerts"] = "changed"
    assert (model.describe()["alerts"] != "changed").all()


@pytest.mark.parametrize("y", [["yes", "no"] * 60, [None, 1.0] * 60])
def test_targets_that_nobody_reads(y):
    """A transformer that needs no target takes any, as scikit-learn's do."""
    X, _ = patients()
    model = MultimodalTransformer(MODALITIES).fit(X, np.array(y, dtype=object))
    assert len(model.describe()) > 0


def test_a_marker_of_missing_numbers_is_told():
    """It is no measurement, and would be learnt from as one."""
    y = np.arange(60) % 2
    X = np.random.default_rng(0).normal(size=(60, 2)) + y[:, None]
    X = pd.DataFrame(X, columns=["a__0", "a__1"])
    X.iloc[:4, 0] = -999
    told = alerts(MultimodalClassifier(fusion="voting").fit(X, y))
    assert told["a__0"] == (
        "-999 comes more than once, far outside all other values; if it stands for "
        "missing, empty these cells, or name what stands for missing (na_values= of "
        "pandas.read_csv, or --na)"
    )
    assert "a__1" not in told


def test_alerts_that_need_no_fit():
    """Of columns that are read: copies of the target first, then markers."""
    y = np.arange(60) % 2
    X = pd.DataFrame(np.random.default_rng(0).normal(size=(60, 3)), columns=list("abc"))
    X.iloc[:4, :2] = -999
    X["copy"] = np.where(y, "ill", "well")
    resolved = [("one", "auto", ["a", "c"]), ("two", "auto", "copy")]
    found = column_alerts(X, y, resolved, classifier=True)
    assert list(found) == ["copy", "a"]
    assert found["copy"] == COPY
    assert found["a"].startswith("-999 comes more than once")
    assert list(column_alerts(X, None, resolved, classifier=False)) == ["a"]
    numbers = [("all", "auto", [0, 2])]
    X = X[list("abc")].to_numpy()
    assert list(column_alerts(X, 2 * X[:, 2], numbers, classifier=False)) == ["2", "0"]


def test_cells_of_series_and_texts():
    """No list is constant, and what its reader takes for empty is missing."""
    y = np.arange(24) % 2
    X = pd.DataFrame(
        {
            "pulse": [[], [1.0, 2.0], None, [2.0, 1.0]] * 6,
            "note": ["dry cough", "  ", "no fever", "fine"] * 6,
            "rest": [[1], []] * 12,
        }
    )
    modalities = [
        ("pulse", SeriesExtractor(), ["pulse"]),
        ("note", make_pipeline(TextExtractor(), StandardScaler()), "note"),
    ]
    model = MultimodalClassifier(
        modalities, fusion="voting", estimator=LogisticRegression()
    )
    found = model.fit(X, y).describe().set_index("column")
    assert found["missing"].tolist() == [0.5, 0.25, 0.0]
    assert found["alerts"].tolist() == ["", "", ""]


def test_numbers_that_are_not_passed_on_are_told():
    """What the extractor makes zero is constant, and small spreads are not."""
    rng = np.random.default_rng(0)
    y, noise = np.arange(60) % 2, rng.normal(size=60)
    X = pd.DataFrame({"a__x": noise, "a__far": noise + 1e10, "a__same": 3.5})
    X["a__means"] = [np.full(1 + k, 0.1).sum() / (1 + k) for k in range(60)]
    X["a__once"] = (np.arange(60) == 7) * 2.5
    model = MultimodalClassifier(fusion="voting").fit(X, y)
    told = alerts(model)
    zero = X.columns[np.ptp(model.extractors_["a"].transform(X), axis=0) == 0]
    assert sorted(zero) == ["a__means", "a__once", "a__same"]
    assert {name for name, alert in told.items() if "constant" in alert} == set(zero)
    assert told["a__same"] == "constant"
    assert told["a__means"].startswith("constant but for rounding or a single row")


def test_a_large_mean_does_not_hide_a_class():
    """The score is that of the same numbers without it."""
    rng = np.random.default_rng(0)
    y = np.arange(200) % 2
    noise = rng.normal(size=(200, 2)) + 0.8 * y[:, None]
    X = pd.DataFrame(noise, columns=["a__x", "b__x"])
    plain = MultimodalClassifier(random_state=0).fit(X[:100], y[:100])
    expected = plain.score(X[100:], y[100:])
    assert expected > 0.6
    for mean in (1e10, 1e12):
        far = MultimodalClassifier(random_state=0).fit(X[:100] + mean, y[:100])
        assert abs(far.score(X[100:] + mean, y[100:]) - expected) < 0.03
