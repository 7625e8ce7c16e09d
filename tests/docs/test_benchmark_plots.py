"""Plots of the site draw the tables of results."""

import numpy as np
import pandas as pd
import pytest

pytest.importorskip("matplotlib").use("Agg")
import benchmark_plots  # noqa: E402
import matplotlib.pyplot as plt  # noqa: E402


@pytest.fixture(autouse=True)
def closed():
    """Close what a test has drawn."""
    yield
    plt.close("all")


def test_values_and_errors_are_told_apart():
    """A text with an error, one without, and a dash."""
    values, errors = benchmark_plots.split(
        pd.Series(["accel, linear: 0.85 ± 0.01", "-0.5", "–"])
    )
    np.testing.assert_array_equal(values, [0.85, -0.5, np.nan])
    np.testing.assert_array_equal(errors, [0.01, 0, 0])


def test_joins_draws_the_numbers_of_its_table():
    """Each row of the table is a point."""
    benchmark_plots.joins()
    drawn = plt.gca().lines[0].get_xdata()
    np.testing.assert_array_equal(drawn[::-1], benchmark_plots.read("joins")["auc"])


@pytest.mark.parametrize(
    "name", ["augmentation", "fusions", "missing", "pseudo_labels", "statistics"]
)
def test_plots_have_axes_that_say_what_they_show(name):
    """Every plot can be drawn from the tables as they are."""
    getattr(benchmark_plots, name)()
    assert all(ax.get_xlabel() and ax.lines for ax in plt.gcf().axes)
