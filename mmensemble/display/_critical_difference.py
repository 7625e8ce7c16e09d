"""Ranks over several data sets: the critical-difference diagram."""

from mmensemble.display._axes import BLUE, GREY, ORANGE, drawing, label


class CriticalDifferenceDisplay:
    """Mean ranks of choices over data sets, with bars over those that do not differ.

    Make one with :meth:`from_ranks`.

    Parameters
    ----------
    comparison : RankComparison
        As :func:`mmensemble.model_selection.compare_over_datasets` returns it.

    Attributes
    ----------
    ax_ : matplotlib Axes
        Where `plot` has drawn.
    figure_ : matplotlib Figure
        Its figure.

    References
    ----------
    Demšar (2006), "Statistical comparisons of classifiers over multiple data sets",
    JMLR 7.

    Examples
    --------
    >>> import pandas as pd
    >>> from mmensemble.display import CriticalDifferenceDisplay
    >>> from mmensemble.model_selection import compare_over_datasets
    >>> scores = pd.DataFrame({"concat": [0.7, 0.6], "voting": [0.8, 0.7]})
    >>> ranks = compare_over_datasets(scores)
    >>> CriticalDifferenceDisplay.from_ranks(ranks).frame()
       choice  mean_rank  mean_score
    0  voting        1.0        0.75
    1  concat        2.0        0.65
    """

    def __init__(self, comparison):
        self.comparison = comparison

    @classmethod
    def from_ranks(cls, comparison):
        """Make the display from ranks over data sets.

        Parameters
        ----------
        comparison : RankComparison
            As :func:`mmensemble.model_selection.compare_over_datasets` returns it.

        Returns
        -------
        display : CriticalDifferenceDisplay
        """
        return cls(comparison)

    def frame(self):
        """Return one row a choice, the best first.

        Returns
        -------
        frame : DataFrame
            `choice`, `mean_rank` and `mean_score`.
        """
        return self.comparison.frame()

    def plot(self, ax=None):
        """Draw the ranks, the critical difference, and bars over the cliques.

        Parameters
        ----------
        ax : matplotlib Axes, default=None
            None makes a new figure.

        Returns
        -------
        self : object
        """
        frame, cliques = self.frame(), self.comparison.cliques
        n_choices, n_left = len(frame), (len(frame) + 1) // 2
        step, top = 0.3, 0.35 + 0.16 * len(cliques)
        size = (6.5, 1.6 + 0.16 * len(cliques) + step * n_left)
        with drawing(type(self).__name__, ax, size) as ax:
            for place, (name, rank) in enumerate(
                zip(frame["choice"], frame["mean_rank"], strict=True)
            ):
                left = place < n_left
                row = place if left else n_choices - 1 - place
                _draw_choice(ax, name, rank, n_choices, left, top + step * row, place)
            self._draw_bars(ax, frame.set_index("choice")["mean_rank"], cliques)
            _draw_scale(ax, n_choices, top + step * n_left)
        self.ax_, self.figure_ = ax, ax.figure
        return self

    def _draw_bars(self, ax, ranks, cliques):
        width = self.comparison.critical_difference
        for level, clique in enumerate(cliques, start=1):
            low, high = ranks[clique].min(), ranks[clique].max()
            height = [0.16 * level + 0.04] * 2
            ax.plot([low - 0.03, high + 0.03], height, color=GREY, lw=4)
        ax.plot([1, 1 + width], [-0.55, -0.55], "|-", color=GREY, lw=1.5)
        ax.text(
            1,
            -0.62,
            f"critical difference {width:.2f}, {self.comparison.n_sets} data sets",
            ha="left",
            va="bottom",
            size=9,
        )


def _draw_choice(ax, name, rank, n_choices, left, height, place):
    """Draw the line from a rank down to its name at the side."""
    end = 0.85 if left else n_choices + 0.15
    color = ORANGE if place == 0 else BLUE
    ax.plot([rank, rank, end], [0, height, height], color=color, lw=1)
    text = f"{label(name)} {rank:.2f}" if left else f"{rank:.2f} {label(name)}"
    weight = "bold" if place == 0 else "normal"
    ax.text(
        *(end - 0.05 if left else end + 0.05, height, text),
        ha="right" if left else "left",
        va="center",
        size=9,
        fontweight=weight,
    )


def _draw_scale(ax, n_choices, bottom):
    """Draw the axis of ranks on top; the best is on the left."""
    ax.plot([1, n_choices], [0, 0], color=GREY, lw=1)
    for rank in range(1, n_choices + 1):
        ax.plot([rank, rank], [0, -0.07], color=GREY, lw=1)
        ax.text(rank, -0.1, str(rank), ha="center", va="bottom", size=9)
    ax.set_ylim(bottom, -0.95)
    ax.set_xlim(0.2, n_choices + 0.8)
    ax.set_axis_off()
