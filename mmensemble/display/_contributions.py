"""What modalities contribute: to the score, to each row, and when they are missing."""

import numpy as np
import pandas as pd

from mmensemble.display._axes import BLUE, GREY, ORANGE, drawing, label, labels

_KINDS = ("bars", "beeswarm", "degradation")
#: Rows drawn at most in a swarm.
_MOST_POINTS = 500

#: Numbers of missing modalities that the axis has room for.
_MOST_TICKS = 10


class ContributionDisplay:
    """Contributions of modalities, as bars, a swarm of rows, or a falling curve.

    Make one with :meth:`from_contributions`.

    Parameters
    ----------
    scores : DataFrame
        One row a modality: `modality`, `shapley`, `std_shapley`.
    rows : DataFrame of shape (n_rows, n_modalities)
        How each modality moves each prediction.
    degradation : DataFrame
        One row a number of missing modalities: `missing`, `score`, `lowest`,
        `highest`.
    metric : str, default="score"
        Name of the score, for the axes.

    Attributes
    ----------
    ax_ : matplotlib Axes
        Where `plot` has drawn.
    figure_ : matplotlib Figure
        Its figure.

    Examples
    --------
    >>> from mmensemble import MultimodalClassifier, modality_contributions
    >>> from mmensemble.datasets import make_multimodal
    >>> from mmensemble.display import ContributionDisplay
    >>> data = make_multimodal(random_state=0)
    >>> model = MultimodalClassifier(fusion="stacking")
    >>> found = modality_contributions(model, data.data, data.target)
    >>> ContributionDisplay.from_contributions(found).frame("degradation").shape
    (4, 5)
    """

    def __init__(self, scores, rows, degradation, *, metric="score"):
        self.scores = scores
        self.rows = rows
        self.degradation = degradation
        self.metric = metric

    @classmethod
    def from_contributions(cls, contributions, *, output=None, metric=None):
        """Make the display from contributions.

        Parameters
        ----------
        contributions : ModalityContributions
        output : label or int, default=None
            Class or target whose rows are shown; None for the last.
        metric : str, default=None
            Name of the score, for the axes; None: that of the contributions.

        Returns
        -------
        display : ContributionDisplay
        """
        metric = contributions.metric_name() if metric is None else metric
        return cls(
            contributions.frame(),
            contributions.rows(output),
            contributions.degradation(),
            metric=metric,
        )

    def frame(self, kind="bars"):
        """Return what `plot` draws.

        Parameters
        ----------
        kind : {"bars", "beeswarm", "degradation"}, default="bars"

        Returns
        -------
        frame : DataFrame
            For "bars" one row a modality, the largest contribution first; for
            "beeswarm" one row a row of the table and modality; for "degradation"
            one row a number of missing modalities.

        Raises
        ------
        ValueError
            For another kind.
        """
        if kind not in _KINDS:
            raise ValueError(
                f"The 'kind' parameter must be one of {_KINDS}, got {kind!r}."
            )
        if kind == "degradation":
            return self.degradation
        scores = self.scores.sort_values(
            "shapley", ascending=False, kind="stable", ignore_index=True
        )
        if kind == "bars":
            return scores
        # rows whose fold has not trained on the class have no contribution
        long = self.rows[scores["modality"].tolist()].stack().dropna()
        long = long.rename_axis(["row", "modality"]).rename("contribution")
        return long.reset_index()

    def plot(self, kind="bars", ax=None):
        """Draw what `frame` returns for a kind.

        Parameters
        ----------
        kind : {"bars", "beeswarm", "degradation"}, default="bars"
            Shapley values for the score with one deviation over the folds; those
            of single rows (500 at most, evenly chosen); or the score by number of
            missing modalities, from the worst set of that size to the best.
        ax : matplotlib Axes, default=None
            None makes a new figure.

        Returns
        -------
        self : object
        """
        frame = self.frame(kind)
        n_lines = 4 if kind == "degradation" else len(self.scores)
        size = (5.2, 1.4 + 0.45 * n_lines)
        with drawing(type(self).__name__, ax, size) as ax:
            {
                "bars": self._bars,
                "beeswarm": self._swarm,
                "degradation": self._curve,
            }[kind](ax, frame)
            ax.grid(axis="x", color=GREY, alpha=0.3, lw=0.6)
            ax.set_axisbelow(True)
        self.ax_, self.figure_ = ax, ax.figure
        return self

    def _bars(self, ax, frame):
        values = frame["shapley"].to_numpy()
        colors = np.where(values < 0, ORANGE, BLUE)
        places = np.arange(len(frame))
        ax.barh(places, values, height=0.6, color=colors)
        spread = frame["std_shapley"].to_numpy(dtype=float)
        if np.isfinite(spread).all():
            ax.errorbar(values, places, xerr=spread, fmt="none", ecolor=GREY, lw=1.4)
        _name_lines(ax, frame["modality"])
        # lines short enough for axes beside long names
        spread = "\n(± std over folds)" if np.isfinite(spread).all() else ""
        ax.set_xlabel(f"contribution to\n{label(self.metric)}{spread}")

    def _swarm(self, ax, frame):
        names = list(dict.fromkeys(frame["modality"]))
        for place, name in enumerate(names):
            values = frame.loc[frame["modality"] == name, "contribution"].to_numpy()
            step = max(1, int(np.ceil(len(values) / _MOST_POINTS)))
            values = np.sort(values)[::step]
            ax.scatter(
                values,
                place + _spread_out(values),
                s=9,
                color=np.where(values < 0, ORANGE, BLUE),
                alpha=0.6,
                linewidths=0,
            )
        _name_lines(ax, names)
        ax.set_xlabel("contribution to each row's prediction")

    def _curve(self, ax, frame):
        ax.fill_between(
            frame["missing"],
            frame["lowest"],
            frame["highest"],
            color=BLUE,
            alpha=0.2,
            lw=0,
            label="worst to best set",
        )
        ax.plot(frame["missing"], frame["score"], "o-", color=BLUE, label="mean")
        step = -(-(len(frame) - 1) // _MOST_TICKS)
        ax.set_xticks(frame["missing"][:: max(1, step)])
        ax.set_xlabel("modalities missing")
        ax.set_ylabel(label(self.metric))
        ax.legend(frameon=False)


def _name_lines(ax, names):
    ax.axvline(0, color=GREY, lw=1)
    ax.locator_params(axis="x", nbins=6)
    ax.set_yticks(range(len(names)), labels(names))
    ax.set_ylim(len(names) - 0.4, -0.6)
    ax.tick_params(axis="y", length=0)
    ax.spines["left"].set_visible(False)


def _spread_out(values, n_bins=40):
    """Return heights that keep points of about the same value apart."""
    heights = np.zeros(len(values))
    if len(values) < 2 or values[-1] == values[0]:
        return heights
    bins = pd.cut(values, n_bins, labels=False)
    fullest = np.bincount(bins).max()
    for own in map(np.flatnonzero, bins == np.arange(n_bins)[:, None]):
        ranks = np.arange(len(own))
        sides = np.where(ranks % 2, 1, -1) * ((ranks + 1) // 2)
        heights[own] = 0.7 * sides / max(fullest, 2)
    return heights
