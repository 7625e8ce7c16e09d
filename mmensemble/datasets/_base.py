"""Read one bundled set: a compressed table and the facts about it.

``data/<name>.csv.xz`` holds one *column* a line (its name, then its values),
which packs better than one row a line. ``data/<name>.json`` holds the facts.
"""

import csv
import json
import lzma
from importlib.resources import files
from textwrap import fill

import numpy as np
import pandas as pd
from sklearn.model_selection import (
    GroupKFold,
    RepeatedStratifiedKFold,
    StratifiedKFold,
    TimeSeriesSplit,
)
from sklearn.utils import Bunch

_DATA = files("mmensemble.datasets") / "data"

#: Lines of a table that are no features.
_SPECIAL = ("target", "groups", "time")

_SPLITTERS = {
    "stratified": (StratifiedKFold, {"shuffle": True, "random_state": 0}),
    "repeated": (RepeatedStratifiedKFold, {"n_repeats": 5, "random_state": 0}),
    "groups": (GroupKFold, {}),
    "time": (TimeSeriesSplit, {}),
}

_SECTIONS = ("traps", "source", "licence", "reference")


def load_set(name, return_X_y=False):
    """Return the bundled set `name`.

    Parameters
    ----------
    name : str
        Stem of the two files in the data folder.
    return_X_y : bool, default=False
        Return the table and the target only.

    Returns
    -------
    data : Bunch, or tuple of (DataFrame, Series) if `return_X_y`
    """
    facts = read_facts(name)
    columns = read_columns(name)
    X, y = make_table(columns, facts), make_target(columns["target"], facts)
    if return_X_y:
        return X, y
    classes = np.unique(y).tolist() if facts["task"] == "classification" else None
    bunch = Bunch(
        data=X,
        target=y,
        modalities=list_modalities(X.columns),
        groups=_integers(columns.get("groups")),
        time=_integers(columns.get("time")),
        task=facts["task"],
        metric=facts["metric"],
        splitter=make_splitter(facts["splitter"]),
        feature_names=list(X.columns),
        target_names=classes,
    )
    bunch.DESCR = describe(bunch, facts)
    return bunch


def read_facts(name):
    """Return the facts about the set `name` as a dict."""
    return json.loads((_DATA / f"{name}.json").read_text(encoding="utf-8"))


def read_columns(name):
    """Return the lines of a table: dict of column name to list of str."""
    with (
        (_DATA / f"{name}.csv.xz").open("rb") as packed,
        lzma.open(packed, "rt", encoding="utf-8", newline="") as lines,
    ):
        return {column: values for column, *values in csv.reader(lines)}


def make_table(columns, facts):
    """Return the features as a frame; an empty cell is a missing value."""
    features = {
        column: _typed(values, column, facts)
        for column, values in columns.items()
        if column not in _SPECIAL
    }
    return pd.DataFrame(features)


def _typed(values, column, facts):
    if column in facts["text"]:
        return pd.Series([value or None for value in values], dtype=object)
    if column in facts["categories"]:
        return pd.Categorical([value or None for value in values])
    return np.array([value or "nan" for value in values], dtype=np.float64)


def make_target(values, facts):
    """Return the target: floats for a regression, else labels."""
    name, labels = facts["target_name"], facts["labels"]
    if facts["task"] == "regression":
        return pd.Series(np.array(values, dtype=np.float64), name=name)
    if labels is not None:
        values = [labels[value] for value in values]
    dtype = np.int64 if isinstance(values[0], int) else object
    return pd.Series(values, name=name, dtype=dtype)


def list_modalities(columns):
    """Return ``(name, "auto", columns)`` for each prefix before ``"__"``."""
    by_name = {}
    for column in columns:
        by_name.setdefault(column.split("__", 1)[0], []).append(column)
    return [(name, "auto", members) for name, members in by_name.items()]


def make_splitter(kind, n_splits=5):
    """Return a new scikit-learn splitter of one of the kinds that facts name."""
    splitter, options = _SPLITTERS[kind]
    return splitter(n_splits=n_splits, **options)


def _integers(values):
    return None if values is None else np.array(values, dtype=np.int64)


def describe(bunch, facts):
    """Return the description of a set: what, numbers, traps, source, licence."""
    title = facts["title"]
    parts = [f"{title}\n{'=' * len(title)}", _paragraph(facts["about"])]
    parts.append("\n".join(_numbers(bunch)))
    for section in _SECTIONS:
        head = f"{section.capitalize()}\n{'-' * len(section)}"
        parts.append(f"{head}\n{_paragraph(facts[section])}")
    return "\n\n".join(parts) + "\n"


def _paragraph(text):
    return fill(text, 79, break_long_words=False, break_on_hyphens=False)


def _numbers(bunch):
    """Return the lines of numbers, counted in the table itself."""
    n_rows = len(bunch.data)
    yield f":Rows: {n_rows:,}"
    yield f":Task: {bunch.task} of '{bunch.target.name}'"
    if bunch.target_names is not None:
        counts = bunch.target.value_counts(sort=False)
        shares = [f"{label} {counts[label]:,}" for label in bunch.target_names]
        yield fill(f":Classes: {', '.join(shares)}", 79, subsequent_indent="    ")
    for name, _, columns in bunch.modalities:
        absent = bunch.data[columns].isna().all(axis=1).mean()
        note = f", absent from {absent:.1%} of the rows" if absent else ""
        yield f":Modality {name}: columns: {len(columns)}{note}"
    if bunch.groups is not None:
        yield f":Groups: {len(np.unique(bunch.groups))}"
    yield f":Metric: {bunch.metric}"
    yield f":Splitter: {bunch.splitter!r}"
