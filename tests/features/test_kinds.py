"""What columns hold, by position."""

import numpy as np
import pandas as pd
import pytest

from mmensemble.features._kinds import find_zones, learn_kinds
from mmensemble.features._strings import kind_of_strings

OPTIONS = {"min_parsed": 0.9, "day_first": None, "max_categories": 100}
ROWS = pd.DataFrame(
    {
        "age": [30, 40, 50],
        "visit": ["31.12.2020", "1.2.2021", None],
        "crp": ["<0,5", "1,5", "2,25"],
        "sex": ["f", "m", None],
        "born": pd.to_datetime(["1990-05-01"] * 3).tz_localize("Europe/Berlin"),
    }
)


def test_kinds_styles_and_texts():
    """Kinds by dtype, those of strings by their texts, which are kept but for dates."""
    names = list(ROWS)
    kinds, styles, texts = learn_kinds(ROWS, np.ones(3), names, **OPTIONS)
    expected = ["number", "date as text", "number as text", "category", "date"]
    assert kinds == expected
    assert sorted(styles) == [1, 2]
    own = kind_of_strings(ROWS["crp"].to_numpy(), np.ones(3), "crp", **OPTIONS)
    assert (kinds[2], styles[2]) == own
    assert sorted(texts) == [2, 3]
    assert texts[3].tolist() == ["f", "m", None]
    assert find_zones(ROWS, names, kinds, styles) == {1: None, 4: "Europe/Berlin"}


def test_columns_of_no_kind_are_refused():
    """By name."""
    X = ROWS.assign(sex=[1j, 2j, 3j])
    with pytest.raises(TypeError, match=r"Column 'sex' .* holds neither numbers"):
        learn_kinds(X, np.ones(3), list(X), **OPTIONS)


@pytest.mark.parametrize(
    ("cells", "advice"),
    [([[1, 2], [3], None], "SeriesExtractor reads"), ([b"a", b"", b"c"], "hold bytes")],
)
def test_cells_of_several_values_name_their_extractors(cells, advice):
    """They are declared, never guessed."""
    with pytest.raises(TypeError, match=advice):
        learn_kinds(ROWS.assign(sex=cells), np.ones(3), list(ROWS), **OPTIONS)
