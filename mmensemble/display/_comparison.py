"""Scores of several choices, side by side."""

import numpy as np

from mmensemble.display._axes import BLUE, GREY, ORANGE, drawing, label

_NEEDED = ("mean_test_score", "std_test_score")
_NAMES = ("choice", "fusion")


class FusionComparisonDisplay:
    """Cross-validated scores of several choices: mean and standard deviation.

    Make one with :meth:`from_frame`.

    Parameters
    ----------
    scores : DataFrame
        One row a choice, with `choice`, `mean_test_score` and `std_test_score`.
    metric : str, default="score"
        Name of the score, for the axis.

    Attributes
    ----------
    ax_ : matplotlib Axes
        Where `plot` has drawn.
    figure_ : matplotlib Figure
        Its figure.

    See Also
    --------
    PresenceDisplay : Which modalities are present together.

    Examples
    --------
    >>> import pandas as pd
    >>> from mmensemble.display import FusionComparisonDisplay
    >>> scores = pd.DataFrame(
    ...     {
    ...         "choice": ["concat", "voting"],
    ...         "mean_test_score": [0.7, 0.8],
    ...         "std_test_score": [0.1, 0.1],
    ...     }
    ... )
    >>> FusionComparisonDisplay.from_frame(scores).frame()
       choice  mean_test_score  std_test_score   best
    0  voting              0.8             0.1   True
    1  concat              0.7             0.1  False
    """

    def __init__(self, scores, *, metric="score"):
        self.scores = scores
        self.metric = metric

    @classmethod
    def from_frame(cls, frame, *, metric="score"):
        """Make the display from a table of scores.

        Parameters
        ----------
        frame : DataFrame
            One row a choice: `choice` (or `fusion`), `mean_test_score` and
            `std_test_score`, as in ``cv_results_``. Higher is better.
        metric : str, default="score"
            Name of the score, for the axis.

        Returns
        -------
        display : FusionComparisonDisplay

        Raises
        ------
        ValueError
            When a column is missing, or there is no row.
        """
        name = next((name for name in _NAMES if name in frame.columns), None)
        missing = [column for column in _NEEDED if column not in frame.columns]
        if name is None:
            missing.insert(0, "choice")
        if missing:
            raise ValueError(
                f"The 'frame' parameter lacks the columns {missing}; got "
                f"{list(frame.columns)}."
            )
        if not len(frame):
            raise ValueError("The 'frame' parameter has no row; nothing to compare.")
        scores = frame[[name, *_NEEDED]].rename(columns={name: "choice"})
        return cls(scores.reset_index(drop=True), metric=metric)

    def frame(self):
        """Return one row a choice, the best first; failed ones (NaN) last.

        Returns
        -------
        frame : DataFrame
            `choice`, `mean_test_score`, `std_test_score` and `best` (bool).
        """
        frame = self.scores.sort_values(
            "mean_test_score", ascending=False, kind="stable", ignore_index=True
        )
        # NaN equals nothing, so what failed is never the best
        frame["best"] = frame["mean_test_score"] == frame["mean_test_score"].max()
        return frame

    def plot(self, ax=None):
        """Draw what `frame` returns: points with bars of one deviation each side.

        Parameters
        ----------
        ax : matplotlib Axes, default=None
            None makes a new figure.

        Returns
        -------
        self : object
        """
        frame = self.frame()
        size = (5.0, 1.3 + 0.42 * len(frame))
        with drawing(type(self).__name__, ax, size) as ax:
            _draw_points(ax, frame)
            ax.set_yticks(range(len(frame)), [label(name) for name in frame["choice"]])
            for text, best in zip(ax.get_yticklabels(), frame["best"], strict=True):
                text.set_fontweight("bold" if best else "normal")
            ax.set_ylim(len(frame) - 0.4, -0.6)
            ax.tick_params(axis="y", length=0)
            ax.spines["left"].set_visible(False)
            ax.grid(axis="x", color=GREY, alpha=0.3, lw=0.6)
            ax.set_axisbelow(True)
            ax.set_xlabel(f"{label(self.metric)} (mean ± sd over folds)")
        self.ax_, self.figure_ = ax, ax.figure
        return self


def _draw_points(ax, frame):
    means = frame["mean_test_score"].to_numpy(dtype=float)
    deviations = np.nan_to_num(frame["std_test_score"].to_numpy(dtype=float))
    for row, (mean, sd, best) in enumerate(
        zip(means, deviations, frame["best"], strict=True)
    ):
        if np.isnan(mean):
            ax.text(0.01, row, "failed", color=GREY, va="center", transform=_mixed(ax))
            continue
        color = ORANGE if best else BLUE
        ax.errorbar(
            mean, row, xerr=sd, fmt="D" if best else "o", color=color, capsize=3
        )
        mark = f"{mean:.3f} (best)" if best else f"{mean:.3f}"
        ax.annotate(
            mark, (mean, row), (0, 6), textcoords="offset points", ha="center", size=9
        )


def _mixed(ax):
    """x in parts of the axes, y in data."""
    return ax.get_yaxis_transform()
