"""Views that meet by label: mapping tables, visits, counts."""

import numpy as np
import pandas as pd
import pytest
from scipy import sparse

from mmensemble import stack_views
from mmensemble.modality import view_overlap
from mmensemble.modality._presence import presence_mask

CLINIC = pd.DataFrame({"age": [50, 60, 70]}, index=["p1", "p2", "p3"])
CLINIC.index.name = "patient"
RNA = pd.DataFrame({"g": [2.0, 1.0, 4.0]}, index=["R-02", "R-01", "R-04"])
SCAN = pd.Series([30.0, 10.0], index=[903, 901], name="volume")
IDS = pd.DataFrame(
    {
        "rna": ["R-01", "R-02", None, "R-04"],
        "scan": pd.array([901, None, 903, None], dtype="Int64"),
    },
    index=pd.Index(["p1", "p2", "p3", "p4"], name="patient"),
)
VIEWS = {"clinic": CLINIC, "rna": RNA, "scan": SCAN}


def visits(name="v", start=0.0):
    """Three scans: two visits of p1, one of p3."""
    index = pd.MultiIndex.from_tuples(
        [("p1", 1), ("p1", 2), ("p3", 1)], names=["patient", "visit"]
    )
    return pd.DataFrame({name: start + np.arange(3.0)}, index=index)


def test_a_mapping_table_brings_labels_together():
    """Each view by its own labels; the table has those of the samples."""
    X, modalities = stack_views(VIEWS, join="outer", ids=IDS)
    assert X.index.tolist() == ["p1", "p2", "p3", "p4"]
    expected = [[50, 1, 10], [60, 2, np.nan], [70, np.nan, 30], [np.nan, 4, np.nan]]
    np.testing.assert_array_equal(X.to_numpy(), expected)
    present = presence_mask(X, modalities)
    np.testing.assert_array_equal(present, ~np.isnan(expected))
    inner, _ = stack_views(VIEWS, join="inner", ids=IDS)
    assert inner.index.tolist() == ["p1"]


def test_rows_of_one_order_need_no_join():
    """Beside a sparse view, too, the labels are checked as they are mapped."""
    rna, ids = RNA.iloc[[1, 0]], IDS[["rna"]]
    notes = sparse.eye(2, format="csr")
    X, _ = stack_views({"c": CLINIC[:2], "rna": rna, "n": notes}, ids=ids)
    np.testing.assert_array_equal(X[:, :2].toarray(), [[50, 1], [60, 2]])
    with pytest.raises(ValueError, match="index of view 'rna' differs"):
        stack_views({"c": CLINIC[:2], "rna": rna[::-1], "n": notes}, ids=ids)


def test_a_level_is_mapped_by_its_name():
    """Of patient and visit the patient; the visits stay."""
    scans = visits().rename(index={"p1": "S1", "p3": "S3"}, level="patient")
    ids = pd.DataFrame({"scan": ["S1", "S3"]}, index=["p1", "p3"])
    views = {"clinic": CLINIC, "scan": scans}
    with pytest.raises(ValueError, match=r"levels \['patient', 'visit'\]; name the"):
        stack_views(views, join="inner", ids=ids)
    ids.index.name = "patient"
    found, _ = stack_views(views, join="inner", ids=ids)
    expected, _ = stack_views({"clinic": CLINIC, "scan": visits()}, join="inner")
    pd.testing.assert_frame_equal(found, expected)


def test_a_patient_is_repeated_for_each_visit():
    """As pandas joins a level; an outer join keeps who has no visit."""
    views = {"clinic": CLINIC, "scan": visits()}
    inner, _ = stack_views(views, join="inner")
    expected = visits("scan__v").join(CLINIC.add_prefix("clinic__"), how="inner")
    pd.testing.assert_frame_equal(inner, expected[list(inner)])
    outer, modalities = stack_views(views, join="outer")
    assert outer["clinic__age"].tolist() == [50, 50, 70, 60]
    assert outer.index.get_level_values("patient").tolist() == ["p1", "p1", "p3", "p2"]
    assert outer.index.get_level_values("visit").isna().tolist() == [False] * 3 + [True]
    assert presence_mask(outer, modalities)[:, 1].tolist() == [True] * 3 + [False]


@pytest.mark.parametrize("join", ["outer", "inner"])
def test_several_views_of_visits_and_of_patients(join):
    """Levels in any order meet by name; all combinations of rows as pandas merges."""
    more = visits("w", 10.0).rename(index={2: 3}, level="visit").swaplevel()
    other = pd.Series(
        [1.0, 9.0], index=pd.Index(["p3", "p9"], name="patient"), name="z"
    )
    views = {"c": CLINIC, "scan": visits(), "mri": more, "lab": other}
    X, _ = stack_views(views, join=join)
    got = X.reset_index().sort_values(["patient", "visit"], ignore_index=True)
    keys = ["patient", "visit"]
    merged = visits().reset_index().merge(more.reset_index(), on=keys, how=join)
    merged = merged.merge(CLINIC.reset_index(), on="patient", how=join)
    merged = merged.merge(other.reset_index(), on="patient", how=join)
    merged = merged.sort_values(keys, ignore_index=True)
    assert got["patient"].tolist() == merged["patient"].tolist()
    names = {"c__age": "age", "scan__v": "v", "mri__w": "w", "lab__z": "z"}
    for ours, theirs in (names | {"visit": "visit"}).items():
        np.testing.assert_array_equal(
            got[ours].astype(float), merged[theirs].astype(float)
        )


def test_repeated_labels_tell_what_to_do():
    """What the message advises works."""
    scans = visits().reset_index()
    flat = scans.set_index("patient")[["v"]]
    match = r"'scan' has an index with repeated labels, the first 'p1'.*'visit'"
    with pytest.raises(ValueError, match=match):
        stack_views({"clinic": CLINIC, "scan": flat}, join="inner")
    scans = scans.set_index("patient").set_index("visit", append=True)
    assert len(stack_views({"clinic": CLINIC, "scan": scans}, join="inner")[0]) == 3


def test_levels_that_do_not_fit():
    """Levels are known by name."""
    match = r"'clinic' has the index levels \['person'\], which are not among"
    views = {"clinic": CLINIC.rename_axis("person"), "scan": visits()}
    with (
        pytest.warns(UserWarning, match="share no label"),
        pytest.raises(ValueError, match=match),
    ):
        stack_views(views, join="outer")
    with pytest.raises(ValueError, match=match):
        stack_views(views, join="inner")


def test_overlap_is_counted():
    """Pair by pair, as sets count; a patient's visits count as the patient."""
    counts = view_overlap(VIEWS, ids=IDS)
    samples = {
        "clinic": {"p1", "p2", "p3"},
        "rna": {"p1", "p2", "p4"},
        "scan": {"p1", "p3"},
    }
    for a, one in samples.items():
        for b, two in samples.items():
            assert counts.loc[a, b] == len(one & two)
    counts = view_overlap({"clinic": CLINIC, "scan": visits(), "more": visits()[1:]})
    assert counts.to_numpy().tolist() == [[3, 2, 2], [2, 3, 2], [2, 2, 2]]
    other = CLINIC.rename_axis("person")
    assert view_overlap({"clinic": other, "scan": visits()}).iloc[0, 1] == 0
    with pytest.raises(ValueError, match=r"\['b'\] have no index by which"):
        view_overlap({"a": CLINIC, "b": np.eye(3)})


@pytest.mark.parametrize(
    ("ids", "error", "match"),
    [
        (
            {"rna": ["R-01"]},
            TypeError,
            "'ids' parameter must be a pandas frame .* dict",
        ),
        (IDS.assign(ran="x"), ValueError, r"has the columns \['ran'\]; views with an"),
        (IDS.iloc[[0, 0]], ValueError, "a sample in several rows: 'p1'"),
        (IDS.assign(rna="R-01"), ValueError, "gives 'R-01' of view 'rna' to several"),
        (IDS[:2], ValueError, "lacks 1 labels of view 'rna', the first 'R-04'"),
    ],
    ids=["no frame", "unknown view", "sample twice", "label twice", "label missing"],
)
def test_mapping_tables_that_map_nothing(ids, error, match):
    """Each message names the view and the label."""
    with pytest.raises(error, match=match):
        stack_views(VIEWS, join="outer", ids=ids)


def test_views_without_an_index_are_not_mapped():
    """Their rows have no labels that could be."""
    views = {"clinic": CLINIC, "rna": RNA.to_numpy()}
    with pytest.raises(ValueError, match=r"has the columns \['rna'\]; .* \['clinic'\]"):
        stack_views(views, ids=IDS[["rna"]])


def test_the_warning_points_at_the_user():
    """Not at the library."""
    with pytest.warns(UserWarning, match="share no label") as caught:
        stack_views({"clinic": CLINIC, "rna": RNA}, join="outer")
    assert caught[0].filename == __file__
