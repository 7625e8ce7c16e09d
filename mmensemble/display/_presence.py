"""Which modalities are present together."""

from numbers import Integral

import numpy as np
import pandas as pd

from mmensemble._compat import Interval, validate_params
from mmensemble._digits import percent
from mmensemble._frame import as_table
from mmensemble.display._axes import BLUE, GREY, drawing, labels
from mmensemble.modality._columns import resolve_modalities
from mmensemble.modality._presence import presence_mask

_NUMBERS = ("count", "share")
_BAR_WIDTH = 2.0
#: Of more modalities, columns are narrow.
_MOST_WIDE = 8


class PresenceDisplay:
    """Presence patterns: which modalities rows have together, and how often.

    Make one with :meth:`from_data` or :meth:`from_estimator`.

    Parameters
    ----------
    presence : DataFrame of bool of shape (n_samples, n_modalities)
        Which row has which modality.

    Attributes
    ----------
    ax_ : matplotlib Axes
        Where `plot` has drawn.
    figure_ : matplotlib Figure
        Its figure.

    See Also
    --------
    FusionComparisonDisplay : Scores of several fusions.

    Examples
    --------
    >>> from mmensemble.datasets import load_nycflights
    >>> from mmensemble.display import PresenceDisplay
    >>> display = PresenceDisplay.from_data(load_nycflights().data)
    >>> display.frame()[["count", "schedule", "weather", "plane"]]
       count  schedule  weather  plane
    0   4820      True     True   True
    1    818      True     True  False
    2      4      True    False   True
    3      1      True    False  False
    """

    def __init__(self, presence):
        self.presence = presence

    @classmethod
    def from_data(cls, X, modalities="auto"):
        """Make the display from a table.

        Parameters
        ----------
        X : {array-like, sparse matrix, dataframe} of shape (n_samples, n_columns)
            One table.
        modalities : "auto" or list of (name, extractor, columns), default="auto"
            As in :class:`mmensemble.MultimodalClassifier`.

        Returns
        -------
        display : PresenceDisplay
        """
        X = as_table(X, cls.__name__)
        resolved = resolve_modalities(modalities, X)
        names = [name for name, _, _ in resolved]
        return cls(pd.DataFrame(presence_mask(X, resolved), columns=names))

    @classmethod
    def from_estimator(cls, estimator, X):
        """Make the display from a fitted estimator and a table.

        Parameters
        ----------
        estimator : fitted multimodal estimator
        X : {array-like, sparse matrix, dataframe} of shape (n_samples, n_columns)
            One table.

        Returns
        -------
        display : PresenceDisplay
        """
        return cls(estimator.presence(X))

    @validate_params(
        {"max_patterns": [Interval(Integral, 1, None, closed="left"), None]},
        prefer_skip_nested_validation=True,
    )
    def frame(self, max_patterns=None):
        """Return one row a presence pattern, the commonest first.

        Parameters
        ----------
        max_patterns : int, default=None
            Most patterns to return; None is all.

        Returns
        -------
        frame : DataFrame
            `count` (rows of the table), `share` (of all its rows), and one bool
            column a modality; a modality that is itself called "count" or
            "share" has " (modality)" behind its name.
        """
        mask = np.asarray(self.presence, dtype=bool)
        patterns, counts = np.unique(mask, axis=0, return_counts=True)
        # ties: the fuller pattern first
        order = np.lexsort((-patterns.sum(axis=1), -counts))[:max_patterns]
        names = [
            f"{name} (modality)" if name in _NUMBERS else name
            for name in self.presence.columns
        ]
        frame = pd.DataFrame(patterns[order], columns=names)
        frame.insert(0, "count", counts[order])
        frame.insert(1, "share", counts[order] / max(1, len(mask)))
        return frame

    def plot(self, ax=None, *, max_patterns=None):
        """Draw what `frame` returns: a matrix of dots, and a bar a pattern.

        Parameters
        ----------
        ax : matplotlib Axes, default=None
            None makes a new figure.
        max_patterns : int, default=None
            Most patterns to draw; None is all.

        Returns
        -------
        self : object
        """
        frame = self.frame(max_patterns)
        names = list(frame.columns[2:])
        wide = len(names) > _MOST_WIDE
        size = (3.2 + (0.26 if wide else 0.5) * len(names), 1.5 + 0.38 * len(frame))
        with drawing(type(self).__name__, ax, size) as ax:
            _draw_matrix(ax, frame[names].to_numpy())
            unit = 2.0 if wide else 1.0
            _draw_bars(ax, frame, start=len(names) - 0.4, unit=unit)
            ax.set_xticks(range(len(names)), labels(names))
            turn = 60 if wide else 40
            ax.tick_params(axis="x", length=0, rotation=turn, top=False)
            for text in ax.get_xticklabels():
                text.set(ha="right", rotation_mode="anchor")
            ax.set_yticks([])
            ax.set_ylim(len(frame) - 0.4, -0.6)
            ax.set_xlim(-0.6, len(names) + unit * (_BAR_WIDTH + 1.8))
            ax.spines[["left", "bottom"]].set_visible(False)
            ax.set_title(self._title(frame))
        self.ax_, self.figure_ = ax, ax.figure
        return self

    def _title(self, frame):
        n_patterns = len(self.frame())
        if len(frame) < n_patterns:
            return f"The {len(frame)} commonest of {n_patterns} presence patterns"
        return f"Rows by modalities present ({len(self.presence):,} rows)"


def _draw_matrix(ax, patterns):
    """A full dot where the pattern has the modality, a ring where it lacks it."""
    rows, columns = np.nonzero(patterns)
    ax.scatter(columns, rows, s=70, color=BLUE, zorder=3)
    rows, columns = np.nonzero(~patterns)
    ax.scatter(columns, rows, s=60, facecolors="none", edgecolors=GREY, zorder=3)
    for row, pattern in enumerate(patterns):
        for left in np.flatnonzero(pattern[:-1] & pattern[1:]):
            ax.plot([left, left + 1], [row, row], color=BLUE, lw=2, zorder=2)


def _draw_bars(ax, frame, start, unit):
    """A bar in proportion to the share, with count and share in words behind it."""
    shares = frame["share"].to_numpy()
    widths = unit * _BAR_WIDTH * shares / max(shares, default=1.0)
    ax.barh(range(len(frame)), widths, left=start, color=BLUE, height=0.55)
    for row, (count, share) in enumerate(zip(frame["count"], shares, strict=True)):
        end = start + widths[row]
        ax.text(end + 0.08, row, f"{count:,} ({percent(share)})", va="center")
