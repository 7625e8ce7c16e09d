"""One model's predictions of rows that it was not fitted on, as plots."""

import numpy as np

from mmensemble.display._axes import BLUE, GREY, ORANGE, drawing, label, labels
from mmensemble.display._correlation_drawing import PALETTE, shaded

KINDS = ("roc", "calibration", "confusion", "residuals", "features")
#: Points, curves and bars that are drawn; the others are counted.
_MOST_POINTS, _MOST_CURVES, _MOST_BARS = 1000, 6, 20
#: Classes of a confusion matrix with numbers in its cells.
_MOST_IN_CELLS = 10


class ModelDisplay:
    """Curves of one model: ROC, calibration, confusion, residuals, features.

    Make one with ``ModelReport.display()``.

    Parameters
    ----------
    frames : dict of str to DataFrame
        By kind, as :class:`mmensemble.model_selection.ModelReport` has them; kinds
        that do not apply are left out.
    metric : str, default="score"
        Name of the score, for the axes.

    Attributes
    ----------
    ax_ : matplotlib Axes
        Where `plot` has drawn.
    figure_ : matplotlib Figure
        Its figure.

    See Also
    --------
    ContributionDisplay : What modalities contribute.
    PresenceDisplay : Which modalities are present together.

    Examples
    --------
    >>> import pandas as pd
    >>> from mmensemble.display import ModelDisplay
    >>> bins = {"rows": [20], "predicted": 0.2, "observed": 0.25}
    >>> bins = pd.DataFrame(bins | {"lower": 0.11, "upper": 0.47})
    >>> ModelDisplay({"calibration": bins}).kinds
    ['calibration']
    """

    def __init__(self, frames, *, metric="score"):
        self.frames = frames
        self.metric = metric

    @property
    def kinds(self):
        """Kinds that can be drawn."""
        return [kind for kind in KINDS if len(self.frames.get(kind, ()))]

    def frame(self, kind):
        """Return what `plot` draws.

        Parameters
        ----------
        kind : {"roc", "calibration", "confusion", "residuals", "features"}

        Returns
        -------
        frame : DataFrame

        Raises
        ------
        ValueError
            For a kind that there is not, or not for this model.
        """
        if kind not in self.kinds:
            raise ValueError(
                f"The 'kind' parameter must be one of {self.kinds}, got {kind!r}."
            )
        return self.frames[kind]

    def plot(self, kind, ax=None):
        """Draw what `frame` returns.

        Parameters
        ----------
        kind : {"roc", "calibration", "confusion", "residuals", "features"}
            Of "roc" 6 classes at most, of "residuals" 1,000 points at most, evenly
            chosen, of "features" the 20 strongest.
        ax : matplotlib Axes, default=None
            None makes a new figure.

        Returns
        -------
        self : object
        """
        frame = self.frame(kind)
        size = (4.6, 4.4)
        if kind == "features":
            size = (5.2, 1.2 + 0.34 * min(len(frame), _MOST_BARS))
        draw = {
            "roc": _draw_roc,
            "calibration": _draw_calibration,
            "confusion": _draw_confusion,
            "residuals": _draw_residuals,
        }
        with drawing(type(self).__name__, ax, size) as ax:
            if kind == "features":
                _draw_features(ax, frame.iloc[:_MOST_BARS], self.metric)
            else:
                draw[kind](ax, frame)
        self.ax_, self.figure_ = ax, ax.figure
        return self


def _draw_roc(ax, frame):
    curves = list(frame.groupby("class", sort=False))
    for place, (name, curve) in enumerate(curves[:_MOST_CURVES]):
        area = curve["area"].iloc[0]
        # the curve of a class of two is that of the other, mirrored
        text = f"{label(name)}: area {area:.3f}"
        rates = curve["false_positive_rate"], curve["true_positive_rate"]
        ax.plot(*rates, color=PALETTE[place], label=text)
    ax.plot([0, 1], [0, 1], color=GREY, lw=0.8)
    _unit_square(ax)
    ax.set_xlabel("share of the others taken for it")
    ax.set_ylabel("share of its rows found")
    hidden = len(curves) - _MOST_CURVES
    title = f"{hidden} more classes are in the frame" if hidden > 0 else None
    ax.legend(frameon=False, loc="lower right", fontsize=9, title=title)


def _draw_calibration(ax, frame):
    ax.plot([0, 1], [0, 1], color=GREY, lw=0.8)
    means = frame["observed"].to_numpy()
    reach = [means - frame["lower"], frame["upper"] - means]
    look = {"fmt": "o-", "color": BLUE, "ecolor": GREY, "capsize": 2}
    ax.errorbar(frame["predicted"], means, yerr=np.clip(reach, 0, None), **look)
    _unit_square(ax)
    ax.set_xlabel("predicted probability")
    ax.set_ylabel("share that came true (95% interval)")


def _unit_square(ax):
    ax.set(xlim=(-0.02, 1.02), ylim=(-0.02, 1.02), aspect="equal")
    ax.grid(color=GREY, alpha=0.3, lw=0.6)
    ax.set_axisbelow(True)


def _draw_confusion(ax, frame):
    counts = frame.to_numpy(dtype=float)
    shares = counts / np.maximum(counts.sum(axis=1, keepdims=True), 1)
    ax.imshow(shaded(shares, 0.6))
    if len(counts) <= _MOST_IN_CELLS:
        for row, column in np.ndindex(counts.shape):
            text = f"{int(counts[row, column]):,}"
            ax.text(column, row, text, ha="center", va="center")
    names = labels(frame.index)
    ax.set_xticks(range(len(names)), names, rotation=35, ha="right")
    for text in ax.get_xticklabels():
        text.set_rotation_mode("anchor")
    ax.set_yticks(range(len(names)), names)
    ax.tick_params(length=0)
    ax.spines[:].set_visible(False)
    ax.set_xlabel("taken for")
    ax.set_ylabel("true class")


def _draw_residuals(ax, frame):
    step = max(1, int(np.ceil(len(frame) / _MOST_POINTS)))
    shown = frame.sort_values("predicted", kind="stable").iloc[::step]
    ax.axhline(0, color=GREY, lw=0.8)
    look = {"s": 10, "color": BLUE, "alpha": 0.55, "lw": 0}
    ax.scatter(shown["predicted"], shown["residual"], **look)
    ax.grid(color=GREY, alpha=0.3, lw=0.6)
    ax.set_axisbelow(True)
    ax.set_xlabel("predicted")
    ax.set_ylabel("true less predicted")


def _draw_features(ax, frame, metric):
    values = frame["fall"].to_numpy()
    places = np.arange(len(frame))
    ax.barh(places, values, height=0.6, color=np.where(values < 0, ORANGE, BLUE))
    spread = frame["std_fall"].to_numpy(dtype=float)
    ax.errorbar(values, places, xerr=spread, fmt="none", ecolor=GREY, lw=1.2)
    ax.axvline(0, color=GREY, lw=1)
    ax.locator_params(axis="x", nbins=6)
    ax.set_yticks(places, labels(frame["column"]))
    ax.set_ylim(len(frame) - 0.4, -0.6)
    ax.tick_params(axis="y", length=0)
    ax.spines["left"].set_visible(False)
    ax.grid(axis="x", color=GREY, alpha=0.3, lw=0.6)
    ax.set_axisbelow(True)
    ax.set_xlabel(f"fall of {label(metric)} when shuffled (± std over folds)")
