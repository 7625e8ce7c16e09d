"""Pairs of features: scatter plots, and one method against the other."""

import numpy as np

from mmensemble.display._axes import BLUE, GREY, ORANGE, drawing, label, require_pyplot

_PER_ROW = 2


class FeaturePairsDisplay:
    """Scatter plots of pairs of features, one panel a pair.

    Parameters
    ----------
    points : DataFrame
        One row a point: `feature_a`, `feature_b`, and their values `a` and `b`.
    titles : list of str, default=None
        One line above each panel.

    Attributes
    ----------
    axes_ : ndarray of matplotlib Axes
        Where `plot` has drawn.
    figure_ : matplotlib Figure
        Its figure.

    Examples
    --------
    >>> import pandas as pd
    >>> from mmensemble.display import FeaturePairsDisplay
    >>> points = pd.DataFrame({"feature_a": "x", "feature_b": "y", "a": [1.0], "b": 2})
    >>> len(FeaturePairsDisplay(points).frame())
    1
    """

    def __init__(self, points, *, titles=None):
        self.points = points
        self.titles = titles

    def frame(self):
        """Return one row a point.

        Returns
        -------
        frame : DataFrame
            `feature_a`, `feature_b`, `a` and `b`.
        """
        return self.points

    def plot(self, axes=None):
        """Draw what `frame` returns.

        Parameters
        ----------
        axes : array-like of matplotlib Axes, default=None
            At least one a pair; None makes a new figure.

        Returns
        -------
        self : object
        """
        panels = list(self.frame().groupby(["feature_a", "feature_b"], sort=False))
        if axes is None:
            axes = _new_axes(type(self).__name__, len(panels))
        self.axes_ = np.ravel(axes)
        for position, (names, points) in enumerate(panels):
            with drawing(type(self).__name__, self.axes_[position], None) as ax:
                title = "" if self.titles is None else self.titles[position]
                _draw_points(ax, names, points, title)
        for ax in self.axes_[len(panels) :]:
            ax.set_axis_off()
        self.figure_ = self.axes_[0].figure
        return self


def _new_axes(owner, n_panels):
    plt = require_pyplot(owner)
    n_rows = -(-max(n_panels, 1) // _PER_ROW)
    n_columns = min(_PER_ROW, max(n_panels, 1))
    size = (0.4 + 2.2 * n_columns, 2.1 * n_rows)
    return plt.subplots(n_rows, n_columns, figsize=size, layout="constrained")[1]


def _draw_points(ax, names, points, title):
    ax.scatter(points["a"], points["b"], s=7, color=BLUE, alpha=0.55, lw=0)
    ax.set_xlabel(label(names[0]), fontsize=8.5)
    ax.set_ylabel(label(names[1]), fontsize=8.5)
    ax.set_title(label(title), fontsize=8.5)
    ax.set_xticks([])
    ax.set_yticks([])
    for spine in ax.spines.values():
        spine.set_color(GREY)
    ax.spines[["top", "right"]].set_visible(False)


class MethodDisplay:
    """Pearson against Spearman, one point a pair of features.

    Parameters
    ----------
    pairs : DataFrame
        One row a pair: `pearson`, `spearman` and `differs` (bool).

    Attributes
    ----------
    ax_ : matplotlib Axes
        Where `plot` has drawn.
    figure_ : matplotlib Figure
        Its figure.

    Examples
    --------
    >>> import pandas as pd
    >>> from mmensemble.display import MethodDisplay
    >>> pairs = pd.DataFrame({"pearson": [0.1], "spearman": 0.9, "differs": True})
    >>> len(MethodDisplay(pairs).frame())
    1
    """

    def __init__(self, pairs):
        self.pairs = pairs

    def frame(self):
        """Return one row a pair.

        Returns
        -------
        frame : DataFrame
            With `pearson`, `spearman` and `differs`.
        """
        return self.pairs

    def plot(self, ax=None):
        """Draw what `frame` returns: agreement is the diagonal.

        Parameters
        ----------
        ax : matplotlib Axes, default=None
            None makes a new figure.

        Returns
        -------
        self : object
        """
        frame = self.frame()
        differs = frame["differs"].to_numpy(dtype=bool)
        with drawing(type(self).__name__, ax, (4.4, 4.7)) as ax:
            ax.plot([-1, 1], [-1, 1], color=GREY, lw=0.8, zorder=1)
            looks = [
                (~differs, {"color": BLUE, "s": 8, "alpha": 0.45, "lw": 0}),
                (differs, {"color": ORANGE, "s": 26, "marker": "D"}),
            ]
            words = ["the two agree", "the two differ"]
            for (rows, look), word in zip(looks, words, strict=True):
                part = frame[rows]
                text = f"{word} ({len(part):,} pair{'' if len(part) == 1 else 's'})"
                x, y = part["pearson"], part["spearman"]
                many = len(part) > 1000
                ax.scatter(x, y, label=text, zorder=2, rasterized=many, **look)
            ax.set(xlim=(-1.05, 1.05), ylim=(-1.05, 1.05), aspect="equal")
            ax.set_xlabel("Pearson")
            ax.set_ylabel("Spearman")
            ax.legend(
                frameon=False,
                loc="upper center",
                bbox_to_anchor=(0.5, -0.13),
                fontsize=9,
                handletextpad=0.2,
            )
        self.ax_, self.figure_ = ax, ax.figure
        return self
