"""`mmensemble fill`."""

import pandas as pd
import pytest

from mmensemble.crossmodal import CrossModalProjector

ASIDE = ("--groups", "person", "--keep", "label", "--keep", "amount")
quiet = pytest.mark.filterwarnings("ignore:Nothing in the other modalities")


@quiet
def test_the_table_is_filled(run, csv, frame):
    """As the estimator fills it; columns stay in place, uncertainty beside."""
    options = ("--estimator", "linear", "--uncertainty", "sd.csv", "--out", "f.csv")
    code, out, _ = run("fill", "table.csv", *ASIDE, *options)
    assert code == 0
    assert "20 cells filled in: f.csv" in out
    assert "audio from image: R²" in out
    written = pd.read_csv("f.csv")
    assert list(written) == list(frame)
    X = frame.drop(columns=["person", "label", "amount"])
    model = CrossModalProjector(estimator="linear", random_state=0)
    expected = model.fit(X, groups=frame["person"].to_numpy()).transform(X)
    pd.testing.assert_frame_equal(
        written[list(X)], expected, check_dtype=False, rtol=1e-6
    )
    assert pd.read_csv("sd.csv").shape == (60, 4)


@quiet
def test_modalities_by_option(run, csv):
    """What is named by no option is left as it is."""
    modalities = ("--modality", "a=audio__*", "--modality", "i=image__size")
    assert run("fill", "table.csv", *modalities, "--estimator", "linear")[0] == 0
    assert pd.read_csv("filled.csv")["image__shade"].isna().sum() == 10


def test_mistakes(fail, csv, frame):
    """Unknown columns, and a table with nothing to fill."""
    assert "--keep 'labl' is no column" in fail("fill", "table.csv", "--keep", "labl")
    assert "--groups 'x' is no column" in fail("fill", "table.csv", "--groups", "x")
    frame[["label"]].to_csv("one.csv", index=False)
    said = fail("fill", "one.csv", "--keep", "label")
    assert "has no column but label" in said
    assert "has no known ending" in fail("fill", "table.csv", "--out", "f.doc")


@quiet
def test_the_file_is_read_as_it_is_written(run, csv, frame):
    """The options of a text file are those of the other commands."""
    frame.to_csv("semi.csv", index=False, sep=";", decimal=",")
    assert run("fill", "table.csv", *ASIDE, "--estimator", "linear")[0] == 0
    expected = pd.read_csv("filled.csv")
    written = ("--sep", ";", "--decimal", ",", "--estimator", "linear")
    assert run("fill", "semi.csv", *ASIDE, *written)[0] == 0
    pd.testing.assert_frame_equal(pd.read_csv("filled.csv"), expected)
