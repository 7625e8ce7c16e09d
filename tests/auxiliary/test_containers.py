"""Values read alike from every container, and put beside a table of any."""

import numpy as np
import pandas as pd
import pytest
from join_cases import same

from mmensemble.auxiliary._containers import (
    Values,
    append_columns,
    empty,
    nothing,
    read_values,
    to_container,
)

pl = pytest.importorskip("polars")
pytest.importorskip("pyarrow")

FRAME = pd.DataFrame(
    {
        "number": [1.5, None],
        "flag": [True, False],
        "text": pd.Series(["a", None], dtype=object),
        "level": pd.Categorical(["p", None]),
        "when": pd.to_datetime(["2024-01-01 12:00", None]),
        "zoned": pd.to_datetime(["2024-01-01 12:00", None]).tz_localize("Asia/Kolkata"),
        "span": pd.to_timedelta(["90s", None]),
    }
)
KINDS = {
    "number": "number",
    "flag": "number",
    "text": "string",
    "level": "category",
    "when": "date",
    "zoned": "date",
    "span": "number",
}


def columns_of(table):
    return {name: read_values(table[name]) for name in FRAME.columns}


@pytest.mark.parametrize(
    "table",
    [FRAME, pl.from_pandas(FRAME), FRAME.convert_dtypes(dtype_backend="pyarrow")],
)
@pytest.mark.parametrize("container", ["pandas", "polars", "array"])
def test_columns_go_from_any_table_to_any_other(table, container):
    """Kinds stay; missing values stay missing; zones stay where they have a name."""
    values = columns_of(table)
    if table is FRAME or isinstance(table, pl.DataFrame):
        assert {name: v.kind for name, v in values.items()} == KINDS
    main = {"pandas": pd.DataFrame({"id": [7, 8]}, index=[5, 6])}
    main["polars"], main["array"] = pl.DataFrame({"id": [7, 8]}), np.array([[7], [8]])
    got = append_columns(main[container], values)
    if container == "array":
        got = pd.DataFrame(got, columns=["id", *FRAME.columns])
    assert list(got.columns) == ["id", *FRAME.columns]
    assert same(got["number"].to_numpy(), [1.5, None])
    assert same(got["flag"].to_numpy(), [1.0, 0.0])
    assert same(got["text"].to_list(), ["a", None])
    assert same(got["level"].to_list(), ["p", None])
    assert same(got["span"].to_numpy(), [90.0, None])
    assert pd.Timestamp(got["when"].to_list()[0]) == FRAME["when"][0]
    assert pd.Timestamp(got["zoned"].to_list()[0]) == FRAME["zoned"][0]
    assert pd.isna(got["zoned"].to_list()[1])
    if container == "pandas":
        assert got.index.tolist() == [5, 6]
        assert str(got["zoned"].dtype).endswith("Asia/Kolkata]")


def test_arrays_of_numbers_stay_so():
    """Nothing but numbers makes an array of floats."""
    got = append_columns(np.eye(2), {"v": Values("number", np.array([1.0, np.nan]))})
    assert got.dtype == float


@pytest.mark.parametrize("name", FRAME.columns)
def test_take(name):
    """Row -1 is nothing, of an empty table too."""
    values = read_values(FRAME[name])
    taken = values.take(np.array([0, -1, 1]))
    assert taken.kind == values.kind
    got = append_columns(pd.DataFrame(index=range(3)), {"v": taken})["v"]
    assert pd.notna(got[0])
    assert pd.isna(got[1])
    none = empty(values.kind).take(np.array([-1, -1]))
    assert append_columns(pd.DataFrame(index=range(2)), {"v": none})["v"].isna().all()
    assert nothing(2, values).kind == values.kind


def test_kinds_of_fit():
    """Text and categories stand for each other; columns without a value for all."""
    text = FRAME["text"]
    assert read_values(text, "category").kind == "category"
    assert read_values(pd.Series([None, None]), "date").kind == "date"
    with pytest.raises(ValueError, match="was a number column in fit and is a string"):
        read_values(text, "number")
    with pytest.raises(ValueError, match="holds neither numbers, booleans, categories"):
        read_values(pd.Series([[1], [2]]))


def test_zones_without_a_name():
    """Where a container knows no such zone, times come in UTC."""
    moments = pd.Series(pd.to_datetime(["2024-01-01T12:00:00+02:00"]))
    values = read_values(moments)
    values.data.zone = "somewhere odd"
    for main in (pd.DataFrame({"id": [1]}), pl.DataFrame({"id": [1]})):
        got = append_columns(main, {"v": values})["v"]
        assert "UTC" in str(got.dtype)
        assert pd.Timestamp(got.to_list()[0]) == moments[0]


def test_to_container():
    """Frames are turned column by column, arrays get names."""
    turned = to_container(FRAME, "polars")
    assert turned["text"].dtype == pl.String
    assert turned["level"].dtype == pl.Categorical
    assert turned["when"].dtype.is_temporal()
    assert turned["flag"].dtype == pl.Boolean
    back = to_container(turned, "pandas")
    assert same(back["text"], FRAME["text"])
    assert list(to_container(np.eye(2), "pandas")) == ["x0", "x1"]
    assert to_container(np.eye(2), "polars").columns == ["x0", "x1"]
    assert to_container(FRAME, "default") is FRAME
    assert to_container(FRAME, "pandas") is FRAME
