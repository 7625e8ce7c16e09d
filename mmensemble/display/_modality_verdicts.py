"""What each modality adds, with its interval."""

import numpy as np

from mmensemble._digits import signed
from mmensemble._verdicts import UNCLEAR
from mmensemble.display._axes import BLUE, GREY, ORANGE, drawing, label, labels

#: Colours of the words; all others are grey.
_COLOURS = {
    "adds": BLUE,
    "complementary": BLUE,
    "predictive": BLUE,
    "harmful": ORANGE,
}


class ModalityVerdictDisplay:
    """What each modality adds to a fusion, or scores above chance, with intervals.

    Make one with :meth:`from_comparison`.

    Parameters
    ----------
    verdicts : DataFrame
        As ``FusionComparison.verdicts`` returns it.
    metric : str, default="score"
        Name of the score, for the axis.
    rope : float, default=0.01
        Differences up to this size do not matter; the band is shaded.
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
    FusionComparisonDisplay : Scores of the choices.

    Examples
    --------
    >>> from mmensemble import MultimodalClassifier, compare_fusions
    >>> from mmensemble.datasets import make_multimodal
    >>> from mmensemble.display import ModalityVerdictDisplay
    >>> data = make_multimodal(random_state=0)
    >>> comparison = compare_fusions(
    ...     MultimodalClassifier(), data.data, data.target, fusions="voting"
    ... )
    >>> display = ModalityVerdictDisplay.from_comparison(comparison)
    >>> display.frame().columns.tolist()
    ['modality', 'verdict', 'difference', 'lower', 'upper']
    """

    def __init__(self, verdicts, *, metric="score", rope=0.01, level=0.95):
        self.verdicts = verdicts
        self.metric = metric
        self.rope = rope
        self.level = level

    @classmethod
    def from_comparison(cls, comparison, *, metric=None, level=0.95):
        """Make the display from a comparison.

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
        display : ModalityVerdictDisplay
        """
        verdicts = comparison.verdicts(metric=metric, level=level)
        shown = comparison.metric_name(metric)
        return cls(verdicts, metric=shown, rope=comparison.rope, level=level)

    @property
    def is_alone(self):
        """Whether modalities are shown alone: none was left out of a fusion."""
        return bool((self.verdicts["basis"] == "alone").all())

    def frame(self):
        """Return one row a modality, the largest difference first.

        Returns
        -------
        frame : DataFrame
            `modality`, `verdict`, and `difference` with `lower` and `upper`: what
            leaving it out costs, or what it scores above chance.
        """
        name = "over_chance" if self.is_alone else "difference"
        kept = ["modality", "verdict", name, f"lower_{name}", f"upper_{name}"]
        frame = self.verdicts[kept].copy()
        frame.columns = ["modality", "verdict", "difference", "lower", "upper"]
        return frame.sort_values(
            "difference", ascending=False, kind="stable", ignore_index=True
        )

    def plot(self, ax=None):
        """Draw what `frame` returns: points with intervals, and the verdicts.

        Parameters
        ----------
        ax : matplotlib Axes, default=None
            None makes a new figure.

        Returns
        -------
        self : object
        """
        frame = self.frame()
        size = (5.0, 1.4 + 0.45 * len(frame))
        with drawing(type(self).__name__, ax, size) as ax:
            ax.axvspan(-self.rope, self.rope, color=GREY, alpha=0.2, lw=0)
            ax.axvline(0, color=GREY, lw=0.8)
            for row, (_, verdict, mean, lower, upper) in enumerate(
                frame.itertuples(index=False)
            ):
                self._draw_row(ax, row, verdict, mean, lower, upper)
            ax.set_yticks(range(len(frame)), labels(frame["modality"]))
            ax.set_ylim(len(frame) - 0.4, -0.7)
            ax.tick_params(axis="y", length=0)
            ax.spines["left"].set_visible(False)
            ax.grid(axis="x", color=GREY, alpha=0.3, lw=0.6)
            ax.set_axisbelow(True)
            what = "alone, above chance" if self.is_alone else "gained by having it"
            # lines short enough for axes beside long names
            ax.set_xlabel(
                f"{label(self.metric)}\n{what} ({self.level:.0%} interval)\n"
                f"shaded: ±{self.rope:g} does not matter"
            )
        self.ax_, self.figure_ = ax, ax.figure
        return self

    @staticmethod
    def _draw_row(ax, row, verdict, mean, lower, upper):
        if np.isnan(mean):
            place = ax.get_yaxis_transform()
            ax.text(0.01, row, UNCLEAR, color=GREY, va="center", transform=place)
            return
        reach = np.nan_to_num([[mean - lower], [upper - mean]])
        color = _COLOURS.get(verdict, GREY)
        ax.errorbar(mean, row, xerr=reach, fmt="o", color=color, capsize=3)
        ax.annotate(
            f"{verdict} ({signed(mean)})",
            *((mean, row), (0, 6)),
            textcoords="offset points",
            ha="center",
            size=9,
        )
