"""What a table of scores says."""

import numpy as np
import pandas as pd
import pytest

from mmensemble.model_selection import judge


def make_table(scores):
    """Make a table of scores, one list of folds a choice."""
    rows = [
        {
            "choice": name,
            "mean_test_score": np.mean(folds),
            **{f"split{k}_test_score": v for k, v in enumerate(folds)},
        }
        for name, folds in scores.items()
    ]
    return pd.DataFrame(rows)


def test_the_best_fusion_meets_the_best_single():
    """Differences are taken fold by fold between the two best."""
    verdict = judge(
        make_table({"a": [0.5, 0.7], "b": [0.1, 0.1], "x": [0.6, 0.7]}), ["a", "b"]
    )
    assert verdict.best["choice"] == verdict.fusion["choice"] == "x"
    assert verdict.single["choice"] == "a"
    assert verdict.difference == pytest.approx(0.05)
    assert verdict.spread == pytest.approx(np.std([0.1, 0.0], ddof=1))
    assert (verdict.n_ahead, verdict.n_folds) == (1, 2)
    assert not verdict.is_clear


def test_a_single_modality_can_be_best():
    """The best of all need not be a fusion."""
    verdict = judge(make_table({"a": [0.9, 0.9], "x": [0.6, 0.6]}), ["a"])
    assert verdict.best["choice"] == "a"
    assert verdict.is_clear


@pytest.mark.parametrize("name", ["a", "x"])
def test_one_side_alone_gives_none(name):
    """Where all fusions or all singles failed there is no verdict."""
    table = make_table({name: [0.5, 0.5], "failed": [np.nan, np.nan]})
    assert judge(table, ["a"]) is None
