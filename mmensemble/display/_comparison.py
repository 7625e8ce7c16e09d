"""Scores of several choices, side by side."""

from numbers import Integral

import numpy as np

from mmensemble._compat import Interval, validate_params
from mmensemble.display._axes import BLUE, GREY, ORANGE, drawing, label, labels
from mmensemble.display._modality_verdicts import ModalityVerdictDisplay

_NEEDED = ("mean_test_score", "std_test_score")
_NAMES = ("choice", "fusion")
#: Choices that are drawn; the others are counted.
_MOST_CHOICES = 30


class FusionComparisonDisplay:
    """Cross-validated scores of several choices, with intervals, sorted.

    Make one with :meth:`from_comparison` or :meth:`from_frame`.

    Parameters
    ----------
    scores : DataFrame
        One row a choice, with `choice`, `mean_test_score`, `std_test_score` and,
        where known, `lower` and `upper`.
    metric : str, default="score"
        Name of the score, for the axis.
    rope : float, default=None
        Scores that are lower than the best by at most this are practically as
        good; the band is shaded.
    level : float, default=0.95
        Coverage of the intervals, for the axis.

    Attributes
    ----------
    ax_ : matplotlib Axes
        Where `plot` has drawn.
    figure_ : matplotlib Figure
        Its figure.

    See Also
    --------
    CriticalDifferenceDisplay : Ranks over several data sets.
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

    def __init__(self, scores, *, metric="score", rope=None, level=0.95):
        self.scores = scores
        self.metric = metric
        self.rope = rope
        self.level = level

    @classmethod
    def from_comparison(cls, comparison, *, metric=None, level=0.95):
        """Make the display from a comparison: intervals know that folds overlap.

        Parameters
        ----------
        comparison : FusionComparison
            As :func:`mmensemble.compare_fusions` returns it.
        metric : str, default=None
            None: the first.
        level : float, default=0.95
            Coverage of the intervals.

        Returns
        -------
        display : FusionComparisonDisplay
        """
        name = comparison.check_metric(metric)
        frame = comparison.frame(singles=True)
        scores = frame[["choice", f"mean_test_{name}", f"std_test_{name}"]].copy()
        scores.columns = ["choice", *_NEEDED]
        for end in ("lower", "upper"):
            scores[end] = np.nan
        if comparison.is_scored(metric):
            best = comparison.best_choice(metric)
            tests = comparison.tests(reference=best, metric=metric, level=level)
            tests = tests.set_index("choice").loc[scores["choice"]]
            failed = scores["mean_test_score"].isna().to_numpy()
            for end in ("lower", "upper"):
                scores[end] = np.where(failed, np.nan, tests[end].to_numpy())
        shown = comparison.metric_name(metric)
        if comparison.is_pooled(metric):
            shown += " on pooled rows"
            scores = scores.drop(columns=["lower", "upper"])
        return cls(scores, metric=shown, rope=comparison.rope, level=level)

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
            `choice`, `mean_test_score`, `std_test_score`, where known `lower` and
            `upper` of the interval, and `best` (bool).
        """
        frame = self.scores.sort_values(
            "mean_test_score", ascending=False, kind="stable", ignore_index=True
        )
        # NaN equals nothing, so what failed is never the best
        frame["best"] = frame["mean_test_score"] == frame["mean_test_score"].max()
        return frame

    @validate_params(
        {
            "ax": "no_validation",
            "max_choices": [Interval(Integral, 1, None, closed="left")],
        },
        prefer_skip_nested_validation=True,
    )
    def plot(self, ax=None, *, max_choices=_MOST_CHOICES):
        """Draw what `frame` returns: points with bars, sorted, the best marked.

        Bars are intervals where these are known, else one deviation each side.

        Parameters
        ----------
        ax : matplotlib Axes, default=None
            None makes a new figure.
        max_choices : int, default=30
            Only so many of the best are drawn; the axis says how many are left out.

        Returns
        -------
        self : object
        """
        whole = self.frame()
        frame = whole.iloc[:max_choices]
        with_bars = {"lower", "upper"} <= set(frame.columns)
        size = (5.0, 1.3 + 0.42 * len(frame))
        with drawing(type(self).__name__, ax, size) as ax:
            if self.rope and frame["best"].any():
                top = frame["mean_test_score"].max()
                ax.axvspan(top - self.rope, top, color=ORANGE, alpha=0.18, lw=0)
            _draw_points(ax, frame, *_reaches(frame, with_bars))
            ax.set_yticks(range(len(frame)), labels(frame["choice"]))
            for text, best in zip(ax.get_yticklabels(), frame["best"], strict=True):
                text.set_fontweight("bold" if best else "normal")
            ax.set_ylim(len(frame) - 0.4, -0.6)
            ax.tick_params(axis="y", length=0)
            ax.spines["left"].set_visible(False)
            ax.grid(axis="x", color=GREY, alpha=0.3, lw=0.6)
            ax.set_axisbelow(True)
            ax.set_xlabel(self._axis(len(whole) - len(frame), with_bars))
        self.ax_, self.figure_ = ax, ax.figure
        return self

    def _axis(self, n_hidden, with_bars):
        text = label(self.metric)
        if with_bars:
            text += f" ({self.level:.0%} interval)"
        elif self.scores["std_test_score"].notna().any():
            text += " (mean ± std over folds)"
        if self.rope:
            text += f"\nshaded: within {self.rope:g} of the best"
        return text + (f"\n{n_hidden} lower ones are not shown" if n_hidden else "")


def _reaches(frame, with_bars):
    """Return how far the bars reach below and above the means."""
    means = frame["mean_test_score"].to_numpy(dtype=float)
    if with_bars:
        lower, upper = (frame[end].to_numpy(dtype=float) for end in ("lower", "upper"))
        return np.nan_to_num(means - lower), np.nan_to_num(upper - means)
    deviations = np.nan_to_num(frame["std_test_score"].to_numpy(dtype=float))
    return deviations, deviations


def _draw_points(ax, frame, below, above):
    rows = zip(frame["mean_test_score"], below, above, frame["best"], strict=True)
    for row, (mean, down, up, best) in enumerate(rows):
        if np.isnan(mean):
            ax.text(0.01, row, "failed", color=GREY, va="center", transform=_mixed(ax))
            continue
        color, marker = (ORANGE, "D") if best else (BLUE, "o")
        bar = [[down], [up]]
        ax.errorbar(mean, row, xerr=bar, fmt=marker, color=color, capsize=3)
        mark = f"{mean:.3f} (best)" if best else f"{mean:.3f}"
        ax.annotate(
            mark, (mean, row), (0, 6), textcoords="offset points", ha="center", size=9
        )


def _mixed(ax):
    """x in parts of the axes, y in data."""
    return ax.get_yaxis_transform()


def plot_comparison(comparison, kind="scores", ax=None, *, metric=None, level=0.95):
    """Draw a comparison; what ``FusionComparison.plot`` does.

    Parameters
    ----------
    comparison : FusionComparison
        What to draw.
    kind : {"scores", "modalities"}, default="scores"
        Choices with their scores, or modalities with what each adds.
    ax : matplotlib Axes, default=None
        None makes a new figure.
    metric : str, default=None
        None: the first.
    level : float, default=0.95
        Coverage of the intervals.

    Returns
    -------
    display : FusionComparisonDisplay or ModalityVerdictDisplay
        The display that has drawn.

    Raises
    ------
    ValueError
        For another kind.
    """
    kinds = {"scores": FusionComparisonDisplay, "modalities": ModalityVerdictDisplay}
    if kind not in kinds:
        raise ValueError(
            f"The 'kind' parameter must be one of {sorted(kinds)}, got {kind!r}."
        )
    display = kinds[kind].from_comparison(comparison, metric=metric, level=level)
    return display.plot(ax)
