"""`mmensemble retrieve`."""

import numpy as np
import pandas as pd

from mmensemble.crossmodal import CrossModalRetriever

SIDES = ("--query", "audio", "--find", "image")


def test_rows_are_found(run, csv, frame):
    """As the estimator finds them; rows without the modality never."""
    code, out, _ = run("retrieve", "table.csv", *SIDES, "--neighbors", "3")
    assert (code, out) == (0, "60 queries by audio, 60 rows of image: found.csv\n")
    found = pd.read_csv("found.csv")
    assert found["rank"].tolist() == [1, 2, 3] * 60
    assert found["row"].min() >= 10
    model = CrossModalRetriever(random_state=0).fit(frame).index(frame)
    rows = model.kneighbors(frame, 3, query="audio", target="image")[1]
    np.testing.assert_array_equal(found["row"].to_numpy().reshape(60, 3), rows)


def test_by_class_in_other_tables(run, csv, frame):
    """Queries and collection have files of their own, and need no other column."""
    frame[["audio__pitch", "audio__level"]][:7].to_csv("q.csv", index=False)
    frame[["image__size", "image__shade"]][10:].to_csv("c.csv", index=False)
    options = ("--label", "label", "--groups", "person", "--queries", "q.csv")
    options = (*options, "--collection", "c.csv", "--neighbors", "99")
    modalities = ("--modality", "audio=audio__*", "--modality", "image=image__*")
    code, out, _ = run("retrieve", "table.csv", *SIDES, *options, *modalities)
    assert (code, out) == (0, "7 queries by audio, 50 rows of image: found.csv\n")
    assert len(pd.read_csv("found.csv")) == 350


def test_mistakes(fail, csv, frame):
    """Unknown modalities and columns, no neighbours, rows without a label."""
    said = fail("retrieve", "table.csv", "--query", "audio", "--find", "imag")
    assert "'target' parameter must name modalities" in said
    said = fail("retrieve", "table.csv", *SIDES, "--label", "labl")
    assert "--label 'labl' is no column" in said
    said = fail("retrieve", "table.csv", *SIDES, "--neighbors", "0")
    assert "--neighbors must be at least 1" in said
    frame["label"] = frame["label"].where(frame.index > 3)
    frame.to_csv("holes.csv", index=False)
    said = fail("retrieve", "holes.csv", *SIDES, "--label", "label")
    assert "4 of 60 rows have no 'label'" in said


def test_files_are_read_as_they_are_written(run, csv, frame):
    """Queries and collection, too; they may lack columns that options name."""
    assert run("retrieve", "table.csv", *SIDES)[0] == 0
    expected = pd.read_csv("found.csv")
    frame["other__day"] = "01.02.2024"
    frame.to_csv("semi.csv", index=False, sep=";")
    frame.filter(like="audio").to_csv("q.csv", index=False, sep=";")
    words = ("--sep", ";", "--dates", "other__day=%d.%m.%Y", "--queries", "q.csv")
    words = (*words, "--dtype", "image__size=float", "--collection", "semi.csv")
    assert run("retrieve", "semi.csv", *SIDES, *words)[0] == 0
    assert len(pd.read_csv("found.csv")) == len(expected)
