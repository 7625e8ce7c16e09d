"""Targets, weights and groups: what is taken, and what is refused in every door."""

import re

import numpy as np
import pandas as pd
import pytest
from ensemble_cases import make_table
from numpy.testing import assert_array_equal
from scipy import sparse
from sklearn.exceptions import DataConversionWarning
from sklearn.linear_model import LogisticRegression
from sklearn.multioutput import MultiOutputClassifier

from mmensemble import (
    CorrelationPruner,
    DistilledClassifier,
    FusionSearchCV,
    ModalityCorrelation,
    MultimodalClassifier,
    MultimodalRegressor,
    MultimodalSelfTraining,
    compare_fusions,
    correlation_report,
    modality_contributions,
)
from mmensemble._validation import (
    as_weight,
    check_classes,
    check_groups,
    check_labels,
    check_target,
    check_weight,
    numeric_target,
    row_values,
    target_names,
    warn_of_alike_classes,
    warn_of_one_class,
    warn_of_order,
)
from mmensemble.analysis import acquisition_curve
from mmensemble.learners._linear import AutoLinearClassifier
from mmensemble.model_selection import correct_winner

N_ROWS = 40


def table():
    """Draw two modalities that tell of a number."""
    rng = np.random.default_rng(0)
    z = rng.normal(size=N_ROWS)
    X = pd.DataFrame({"a__1": z + rng.normal(size=N_ROWS), "b__1": z})
    return X, z


CLASSIFIER = MultimodalClassifier(
    fusion="voting", estimator=LogisticRegression(), random_state=0
)
REGRESSOR = MultimodalRegressor(fusion="voting", random_state=0)


def _model(y):
    if isinstance(y, list):  # of several labels
        return CLASSIFIER
    return REGRESSOR if np.asarray(y).dtype.kind == "f" else CLASSIFIER


#: Every place where a user hands in a table, a target and groups.
DOORS = {
    "fit": lambda X, y, **rest: _model(y).fit(X, y, **rest),
    "search": lambda X, y, **rest: FusionSearchCV(
        _model(y), {"fusion": ["voting"]}, cv=2
    ).fit(X, y, **rest),
    "compare_fusions": lambda X, y, **rest: compare_fusions(
        _model(y), X, y, fusions=["voting"], cv=2, **rest
    ),
    "modality_contributions": lambda X, y, **rest: modality_contributions(
        _model(y), X, y, cv=2, **rest
    ),
    "correlation_report": lambda X, y, **rest: correlation_report(
        X, y, random_state=0, methods="pearson", **rest
    ),
    "ModalityCorrelation": lambda X, y, **rest: ModalityCorrelation(
        random_state=0, n_permutations=0
    ).fit(X, y, **rest),
    "CorrelationPruner": lambda X, y, **rest: CorrelationPruner(random_state=0).fit(
        X, y, **rest
    ),
}
ANALYSES = ("correlation_report", "ModalityCorrelation", "CorrelationPruner")
every_door = pytest.mark.parametrize("door", DOORS)

NUMBERS = table()[1]
LABELS = np.where(NUMBERS > 0, "y", "n").astype(object)
MOMENTS = pd.Timestamp("2024-01-01") + pd.to_timedelta(NUMBERS, unit="D")


def _with_hole(values, hole, dtype=None):
    values = pd.Series(values, dtype=dtype).copy()
    values[3] = hole
    return values


BAD_TARGETS = {
    "NaN": (
        _with_hole(NUMBERS, np.nan),
        "contains NaN in 1 of 40 rows, the first in row 3. Drop these rows of X and y",
    ),
    "infinity": (_with_hole(NUMBERS, np.inf), "contains infinity"),
    "None": (_with_hole(LABELS, None), "value in 1 of 40 rows, the first in row 3"),
    "pd.NA": (_with_hole(LABELS, pd.NA, "string"), "contains NaN, None or another"),
    "nullable": (_with_hole(NUMBERS, pd.NA, "Float64"), "contains NaN"),
    "dates": (pd.Series(MOMENTS), "holds dates or durations"),
    "NaT": (_with_hole(MOMENTS, pd.NaT), "holds dates or durations"),
    "date objects": (pd.Series(MOMENTS).dt.date, "holds dates or durations"),
    "durations": (pd.to_timedelta(NUMBERS, unit="D"), "holds dates or durations"),
}


@every_door
@pytest.mark.parametrize("kind", BAD_TARGETS)
def test_bad_targets(door, kind):
    """One message for each kind of bad target, whoever is asked."""
    y, message = BAD_TARGETS[kind]
    with pytest.raises(ValueError, match=message):
        DOORS[door](table()[0], y)


def test_rows_that_lack_one_of_several_targets():
    """Rows are counted, not cells; what to do is told."""
    y = np.ones((5, 2))
    y[[1, 1, 4], [0, 1, 1]] = np.nan
    expected = (
        r"NaN in 2 of 5 rows, the first in row 1\..*\(on the command line "
        r"--drop-unlabelled does\), or fit MultimodalSelfTraining"
    )
    with pytest.raises(ValueError, match=expected):
        check_target("Somebody", y)


@pytest.mark.filterwarnings("ignore:Column 'b__1' is a copy of the target")
@every_door
@pytest.mark.parametrize("values", [LABELS, NUMBERS], ids=["classes", "numbers"])
def test_one_column_frame(door, values):
    """A frame of one column is taken, with scikit-learn's warning."""
    with pytest.warns(DataConversionWarning, match="column-vector y was passed"):
        DOORS[door](table()[0], pd.DataFrame({"y": values}))


TWO_LABELS = np.column_stack([NUMBERS > 0, NUMBERS < 1]).astype(int)
SEVERAL_LABELS = {
    "columns": (TWO_LABELS, r"got y of shape \(40, 2\). Fit one model a column"),
    "sparse": (sparse.csr_matrix(TWO_LABELS), r"got y of shape \(40, 2\)"),
    "frame": (pd.DataFrame(TWO_LABELS > 0, columns=["p", "q"]), "one label a row"),
    "lists": ([["a"], ["a", "b"]] * 20, r"holds \['a'\]. .*MultiLabelBinarizer"),
    "series": (pd.Series([("a",), ("a", "b")] * 20), r"first row of y holds \('a',\)"),
    "sets": ([{"a"}, {"a", "b"}] * 20, "first row of y holds {'a'}"),
}


@every_door
@pytest.mark.parametrize("kind", SEVERAL_LABELS)
def test_several_labels_a_row(door, kind):
    """They are refused with the way out; numbers by those who predict classes."""
    y, message = SEVERAL_LABELS[kind]
    if door in ANALYSES and kind in ("columns", "sparse"):  # several numbers
        y = np.where(TWO_LABELS > 0, "y", "n")
    with pytest.raises(ValueError, match=message):
        DOORS[door](table()[0], y)


def test_the_way_out_of_several_labels():
    """A model a column is what scikit-learn's wrapper fits; columns by name stay."""
    X, _ = table()
    both = MultiOutputClassifier(CLASSIFIER).fit(X, TWO_LABELS)
    for column, probabilities in enumerate(both.predict_proba(X)):
        alone = CLASSIFIER.fit(X, TWO_LABELS[:, column])
        np.testing.assert_allclose(probabilities, alone.predict_proba(X))


def test_several_numbers_are_no_labels():
    """Lists of one length are the columns of a regression, sparse or not."""
    pairs = [(0.0, 1.5), (2.5, 3.0)]
    assert_array_equal(check_target("Somebody", pairs), np.array(pairs))
    assert_array_equal(check_target("Somebody", sparse.csr_matrix(pairs)), pairs)
    with pytest.raises(ValueError, match="Unknown label type"):
        check_labels("Somebody", np.array([0.5, 1.5]))


@pytest.mark.parametrize(
    ("labels", "kinds"),
    [([0, 1], "of int"), ([True, False], "of bool"), (["a", 0], "of int and str")],
)
def test_objects_that_are_no_texts(labels, kinds):
    """The message names what they are, and how to convert them."""
    y = np.array(labels * 10, dtype=object)
    model = MultimodalClassifier([("a", "passthrough", [0])], fusion="voting")
    with pytest.raises(ValueError, match=f"y holds objects {kinds}, which are no cl"):
        model.fit(np.arange(20.0)[:, None], y)


def test_names_of_targets():
    """Those of a frame of several columns, of any container."""
    frame = pd.DataFrame({"t1": [1.0], "t2": [2.0]})
    assert target_names(frame) == ("t1", "t2")
    assert target_names(frame[["t1"]]) is None
    assert target_names(frame["t1"]) is None
    assert target_names(frame.to_numpy()) is None
    polars = pytest.importorskip("polars")
    assert target_names(polars.DataFrame({"t1": [1], "t2": [2]})) == ("t1", "t2")


def _groups(hole=-1):
    groups = np.arange(N_ROWS) % 8
    if not isinstance(hole, int):
        groups = groups.astype(float if isinstance(hole, float) else object)
        groups[[3, 7]] = hole
    return groups


@every_door
@pytest.mark.parametrize("hole", [np.nan, None, pd.NaT, pd.NA], ids=str)
def test_missing_groups(door, hole):
    """A row of no known group is refused, not made a group of its own."""
    with pytest.raises(ValueError, match=r"holds 2 missing values .* row 3"):
        DOORS[door](table()[0], LABELS, groups=_groups(hole))


@every_door
def test_groups_of_another_shape(door):
    """Groups are one label a row."""
    X, _ = table()
    with pytest.raises(ValueError, match="inconsistent numbers of samples"):
        DOORS[door](X, LABELS, groups=_groups()[1:])
    with pytest.raises(ValueError, match="'groups' parameter must hold one label"):
        DOORS[door](X, LABELS, groups=np.column_stack([_groups(), _groups()]))
    with pytest.raises(ValueError, match=r"'groups' parameter .* 'patient'"):
        DOORS[door](X, LABELS, groups="patient")


@every_door
def test_groups_by_a_level_of_the_index(door):
    """What the message advises works."""
    X, _ = table()
    X.index = pd.MultiIndex.from_arrays(
        [_groups(), np.arange(N_ROWS)], names=["patient", "visit"]
    )
    assert DOORS[door](X, LABELS, groups=X.index.get_level_values("patient"))
    with pytest.raises(ValueError, match=r"X\.index\.get_level_values\('visit'\)"):
        check_groups("visit", X)


def test_missing_groups_of_predictions():
    """So are those of functions that read predictions."""
    truth, predictions = np.arange(N_ROWS) % 2, np.zeros((N_ROWS, 2))
    groups = _groups(np.nan)
    with pytest.raises(ValueError, match="'groups' parameter holds 2 missing"):
        correct_winner(
            truth, predictions, lambda y, p: (y == p).astype(float), groups=groups
        )
    with pytest.raises(ValueError, match="'groups' parameter holds 2 missing"):
        acquisition_curve(np.zeros((N_ROWS, 4)), groups=groups)
    with pytest.raises(ValueError, match="'groups' parameter holds 2 missing"):
        AutoLinearClassifier().fit(table()[0], truth, groups=groups)


@pytest.mark.parametrize(
    "door", ["fit", "compare_fusions", "modality_contributions", "ModalityCorrelation"]
)
def test_weights_on_one_class(door):
    """Nothing is learnt about classes whose rows have no weight: a warning."""
    weight = (LABELS == "y").astype(float)
    with pytest.warns(UserWarning, match="All of 'sample_weight' is on the class 'y'"):
        DOORS[door](table()[0], LABELS, sample_weight=weight)


def test_weights_on_several_classes():
    """Without weights, or where two classes have some, there is no warning."""
    y = np.array(["a", "a", "b", "c"])
    warn_of_one_class(y, None)
    warn_of_one_class(y, np.array([1.0, 0.0, 1.0, 0.0]))
    warn_of_one_class(y[:2], np.ones(2))


@pytest.mark.parametrize(
    ("weight", "message"),
    [
        ([1.0, 2.0], "expected"),
        ([[1.0], [2.0], [3.0]], "1D array or scalar"),
        ([1.0, -1.0, 1.0], "[Nn]egative"),
        ([1.0, np.nan, 1.0], "NaN"),
        ([1.0, np.inf, 1.0], "infinity"),
        ([0.0, 0.0, 0.0], "'sample_weight' given is all zero"),
    ],
)
def test_bad_weights(weight, message):
    """Weights are finite, not negative, one a row, and not all zero."""
    with pytest.raises(ValueError, match=message):
        check_weight(weight, 3)


def test_good_weights():
    """Weights become floats; a number is the weight of every row."""
    assert check_weight(None, 3) is None
    assert_array_equal(check_weight([1, 0, 2], 3), [1.0, 0.0, 2.0])
    assert_array_equal(check_weight(2, 3), [2.0, 2.0, 2.0])
    assert_array_equal(as_weight(None, 3), np.ones(3))
    assert as_weight(LABELS, 3) is LABELS


def test_good_groups():
    """Labels of any kind in any container, or a frame of one column."""
    assert check_groups(None, []) is None
    for given in (["a", "b"], pd.Series(["a", "b"]), pd.DataFrame({"g": ["a", "b"]})):
        assert_array_equal(check_groups(given, [1, 2]), ["a", "b"])


def test_target_is_required():
    """Who needs a target says so."""
    with pytest.raises(ValueError, match="Somebody requires y to be passed"):
        check_target("Somebody", None)
    with pytest.raises(ValueError, match=r"Somebody needs at least 2 classes, .* 'a'"):
        check_classes("Somebody", np.array(["a", "a"]))


def test_a_name_is_no_target():
    """The column itself is wanted, and the message says how to get it."""
    said = r"Somebody takes the column y itself, got .* 'ill'. Give .* X.pop\('ill'\)"
    with pytest.raises(ValueError, match=said):
        check_target("Somebody", "ill")


@pytest.mark.parametrize("kind", [object, str])
def test_texts_are_no_numbers(kind):
    """Numbers with commas and classes are told; texts that are numbers are taken."""
    said = "Input y holds text such as '12,6', and a regressor needs numbers"
    with pytest.raises(ValueError, match=said):
        numeric_target(np.array(["12", "12,6"], dtype=kind))
    assert_array_equal(numeric_target(np.array(["12", "12.6"], dtype=kind)), [12, 12.6])
    assert_array_equal(numeric_target(np.array([1, 2.5], dtype=object)), [1, 2.5])


def test_good_targets():
    """Labels, booleans and several columns of numbers stay what they are."""
    for y in (LABELS, NUMBERS > 0, np.column_stack([NUMBERS, NUMBERS])):
        assert check_target("Somebody", y) is y


@pytest.mark.parametrize("weight", ["balanced", ["a", "b"], object()])
def test_weights_that_are_no_numbers(weight):
    """The parameter is named."""
    with pytest.raises(ValueError, match="'sample_weight' parameter must hold a numbe"):
        check_weight(weight, 2)


@every_door
def test_rows_of_another_order(door):
    """They are taken as they stand, and that is told once a call, with two labels."""
    X, _ = table()
    X.index = [f"p{k}" for k in range(N_ROWS)]
    y = pd.Series(LABELS, index=X.index[::-1])
    said = "row 0 of X is 'p0', that of y is 'p39'. Give y.loc[X.index] if labels"
    with pytest.warns(UserWarning, match=re.escape(said)) as caught:
        DOORS[door](X, y)
    assert sum("different orders" in str(w.message) for w in caught) == 1


@pytest.mark.parametrize(
    "model",
    [
        DistilledClassifier(CLASSIFIER, student_modalities=["a"]),
        MultimodalSelfTraining(CLASSIFIER),
    ],
    ids=["distilled", "self-training"],
)
def test_rows_of_another_order_and_few_labels(model):
    """Models that take rows without labels tell it too."""
    X, _ = table()
    y = pd.Series(LABELS, index=X.index[::-1])
    y.iloc[:4] = None
    with pytest.warns(UserWarning, match="X and y have the same index labels in"):
        model.fit(X, y)


@pytest.mark.parametrize("name", ["groups", "sample_weight"])
def test_groups_and_weights_of_another_order(name):
    """Taken as they stand they would keep the wrong rows together, or weigh them."""
    X, _ = table()
    given = pd.Series(np.arange(N_ROWS) + 1, index=X.index[::-1])
    said = rf"X and {name} have the same index .* Give {name}\.loc\[X\.index\]"
    with pytest.warns(UserWarning, match=said) as caught:
        CLASSIFIER.fit(X, LABELS, **{name: given})
    assert sum("different orders" in str(w.message) for w in caught) == 1
    with pytest.warns(UserWarning, match=said) as caught:
        compare_fusions(CLASSIFIER, X, LABELS, fusions="voting", cv=2, **{name: given})
    assert sum("different orders" in str(w.message) for w in caught) == 1


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ([2, 1, 0], [2, 1, 0]),
        ([0, 1, 2], [3, 4, 5]),
        ([0, 1, 1], [1, 0, 1]),
        ([0, 1, 2], [2, 1, 1]),
        ([0, 1, 2], [1, 0]),
    ],
)
def test_labels_that_say_nothing_of_order(one, other):
    """The same order, other labels, labels that come twice and other lengths."""
    X = pd.DataFrame({"x": np.zeros(len(one))}, index=one)
    y = pd.Series(np.zeros(len(other)), index=other)
    warn_of_order(X, y)
    warn_of_order(X.to_numpy(), y)
    warn_of_order(X, other)


def test_tables_of_targets_and_several_levels():
    """Frames of targets, and labels of tuples."""
    index = pd.MultiIndex.from_product([list("ab"), list("uv")])
    X = pd.DataFrame({"x": np.zeros(4)}, index=index)
    y = pd.DataFrame({"s": np.ones(4), "t": 0.0}, index=index[[0, 2, 1, 3]])
    with pytest.warns(
        UserWarning, match=r"row 1 of X is \('a', 'v'\), that of y is \('b'"
    ):
        warn_of_order(X, y)


@pytest.mark.parametrize("other", ["yes ", "Yes", " YES"])
def test_classes_that_are_written_alike(other):
    """Spaces and capitals make classes of their own, which is told, by name."""
    X, y = make_table()
    labels = np.where(y == y[0], "yes", "no").astype(object)
    labels[np.flatnonzero(labels == "yes")[:5]] = other
    first, last = sorted(["yes", other])
    with pytest.warns(UserWarning, match=f"only.*: {first!r} and {last!r}. Where"):
        MultimodalClassifier(fusion="voting", cv=3).fit(X, labels)


def test_classes_that_are_not_alike():
    """Other labels, and numbers, are told nothing about."""
    warn_of_alike_classes(np.array(["a", "b", "a b", "ab"], dtype=object))
    warn_of_alike_classes(np.array([1.0, 2.0]))
    warn_of_alike_classes(np.array([True, False]))


def test_lists_keep_what_is_missing():
    """Where NumPy makes the text "nan" of a NaN among texts."""
    labels, rows = ["a", float("nan"), "b"] * 4, np.zeros((12, 1))
    assert row_values(labels).dtype == object
    assert row_values(["a", "b"]).dtype.kind == "U"
    assert row_values([1, np.nan]).dtype.kind == "f"
    with pytest.raises(
        ValueError, match=r"contains NaN, None or another .* in 4 of 12"
    ):
        check_target("me", labels)
    with pytest.raises(ValueError, match="holds 4 missing values"):
        check_groups(labels, rows)
    with pytest.raises(
        ValueError, match=r"contains NaN, None or another .* in 4 of 12"
    ):
        MultimodalClassifier().fit(rows, labels)


@pytest.mark.parametrize("kind", [str, object])
def test_texts_that_stood_for_nothing_are_told(kind):
    """A class "nan" is nobody's; one called None or nano may be."""
    with pytest.warns(UserWarning, match="has the class 'nan', the text that NumPy"):
        check_target("me", np.array(["a", np.nan], dtype=str).astype(kind))
    check_target("me", np.array(["None", "nano", "NaN"], dtype=kind))
