"""How modalities and their features correlate: heat map, network, clustered map."""

import numpy as np
import pandas as pd
from sklearn.utils.validation import check_is_fitted

from mmensemble.analysis.modalities._modality_correlation import ModalityCorrelation
from mmensemble.display._axes import drawing
from mmensemble.display._clustering import cluster
from mmensemble.display._correlation_drawing import (
    MOST_IN_CELLS,
    draw_clustermap,
    draw_heatmap,
    draw_network,
    legend_height,
)

#: Directed: the row's modality explains so much of the column's, out of fold.
EXPLAINS = "explains"
MEASURES = (
    EXPLAINS,
    "mean_abs_r",
    "max_abs_r",
    "share_significant",
    "rv",
    "rv_adjusted",
    "cca",
    "cka",
    "cka_debiased",
)
_SYMBOLS = {"pearson": "Pearson's r", "spearman": "Spearman's rho"}
KINDS = ("heatmap", "network", "clustermap")


class ModalityCorrelationDisplay:
    """How modalities, or their features, relate: as a heat map or a network.

    Make one with :meth:`from_data` or :meth:`from_estimator`.

    Parameters
    ----------
    pairs : DataFrame
        One row a pair, as ``pairs_`` of :class:`ModalityCorrelation`.
    modalities : DataFrame
        One row a modality, as its ``modalities_``.
    features : DataFrame
        Correlations of features, as its ``features_``: a square, or strong pairs.
    feature_modalities : Series
        Modality of each feature, as its ``feature_modalities_``.
    method : str, default="pearson"
        Correlation that `features` holds, for the title.

    Attributes
    ----------
    ax_ : matplotlib Axes
        Where `plot` has drawn.
    figure_ : matplotlib Figure
        Its figure.

    See Also
    --------
    ModalityCorrelation : The analysis behind.
    correlation_report : A page with these plots, tables and conclusions.

    Examples
    --------
    >>> from mmensemble import ModalityCorrelationDisplay
    >>> from mmensemble.datasets import make_multimodal
    >>> data = make_multimodal(
    ...     n_features={"genes": 4, "scan": 4, "copy": 4},
    ...     redundancy={"copy": "genes"},
    ...     noise={"genes": 1.0, "scan": 1.0, "copy": 0.3},
    ...     random_state=0,
    ... )
    >>> display = ModalityCorrelationDisplay.from_data(data.data, random_state=0)
    >>> frame = display.frame()
    >>> frame.loc["genes"].round(1).to_dict()
    {'genes': nan, 'scan': 0.1, 'copy': 1.0}
    """

    def __init__(
        self, pairs, modalities, features, feature_modalities, *, method="pearson"
    ):
        self.pairs = pairs
        self.modalities = modalities
        self.features = features
        self.feature_modalities = feature_modalities
        self.method = method

    @classmethod
    def from_data(
        cls,
        X,
        y=None,
        modalities="auto",
        *,
        method="pearson",
        groups=None,
        random_state=None,
    ):
        """Make the display from a table.

        Parameters
        ----------
        X : {array-like, dataframe} of shape (n_samples, n_columns)
            One table.
        y : array-like of shape (n_samples,), default=None
            Labels or numbers that the modalities are to tell about.
        modalities : "auto" or list of (name, extractor, columns), default="auto"
            As in :class:`mmensemble.MultimodalClassifier`.
        method : {"pearson", "spearman"}, default="pearson"
            Correlation of features.
        groups : array-like of shape (n_samples,), default=None
            Rows of one group never stand on both sides of a fold.
        random_state : int, RandomState instance or None, default=None
            Seed of extractors and permutations.

        Returns
        -------
        display : ModalityCorrelationDisplay
        """
        analysis = ModalityCorrelation(
            modalities, method=method, random_state=random_state
        )
        return cls.from_estimator(analysis.fit(X, y, groups=groups))

    @classmethod
    def from_estimator(cls, estimator, X=None, y=None, **options):
        """Make the display from a fitted estimator.

        Parameters
        ----------
        estimator : fitted ModalityCorrelation or multimodal estimator
            The first is shown as it is; of the second the modalities are taken.
        X : {array-like, dataframe} of shape (n_samples, n_columns), default=None
            One table; needed for a multimodal estimator.
        y : array-like of shape (n_samples,), default=None
            Labels or numbers.
        **options : dict
            For :meth:`from_data`.

        Returns
        -------
        display : ModalityCorrelationDisplay

        Raises
        ------
        ValueError
            When a multimodal estimator comes without a table.
        """
        check_is_fitted(estimator)
        if not isinstance(estimator, ModalityCorrelation):
            if X is None:
                raise ValueError(
                    f"{type(estimator).__name__} does not keep its table: give 'X', "
                    "or a fitted ModalityCorrelation."
                )
            return cls.from_data(X, y, estimator.modalities_, **options)
        return cls(
            estimator.pairs_,
            estimator.modalities_,
            estimator.features_,
            estimator.feature_modalities_,
            method=estimator.method,
        )

    def frame(self, kind="heatmap", *, measure=EXPLAINS, max_features=60):
        """Return what `plot` draws.

        Parameters
        ----------
        kind : {"heatmap", "network", "clustermap"}, default="heatmap"
            A square of modalities; one row a pair of modalities; a square of
            features in hierarchical order.
        measure : str, default="explains"
            Of the modalities. "explains" is the share of the column's variance that
            the row's modality explains out of fold; else a symmetric measure, a
            column of `pairs`.
        max_features : int, default=60
            Most features of a clustered map: those that correlate strongest.

        Returns
        -------
        frame : DataFrame
        """
        _check("kind", kind, KINDS)
        _check("measure", measure, MEASURES)
        if kind == "clustermap":
            return cluster(self.features, max_features)[0]
        square = self._square(measure)
        return square if kind == "heatmap" else _edges(square)

    def _square(self, measure):
        names = list(self.modalities.index)
        both = ["a_explains_b", "b_explains_a"]
        forth, back = both if measure == EXPLAINS else [measure] * 2
        square = pd.DataFrame(np.nan, index=names, columns=names)
        for _, row in self.pairs.iterrows():
            a, b = row["modality_a"], row["modality_b"]
            square.loc[a, b], square.loc[b, a] = row[forth], row[back]
        return square

    def plot(self, kind="heatmap", ax=None, *, measure=EXPLAINS, max_features=60):
        """Draw what `frame` returns.

        Parameters
        ----------
        kind : {"heatmap", "network", "clustermap"}, default="heatmap"
            What to draw, see :meth:`frame`.
        ax : matplotlib Axes, default=None
            None makes a new figure.
        measure : str, default="explains"
            Of the modalities, see :meth:`frame`.
        max_features : int, default=60
            Most features of a clustered map.

        Returns
        -------
        self : object
        """
        frame = self.frame(kind, measure=measure, max_features=max_features)
        n = len(self.modalities)
        sizes = {
            "heatmap": (min(2.0 + 0.62 * n, 5.4), min(1.5 + 0.5 * n, 5.4)),
            "network": (4.8, 3.9) if n <= MOST_IN_CELLS else (5.4, 5.4),
            "clustermap": (4.8, 5.0 + legend_height(self.modalities.index)),
        }
        with drawing(type(self).__name__, ax, sizes[kind]) as ax:
            if kind == "heatmap":
                draw_heatmap(ax, frame, measure)
            elif kind == "network":
                draw_network(ax, frame, self.modalities, measure)
            else:
                _, tree = cluster(self.features, max_features)
                names = list(self.modalities.index)
                draw_clustermap(ax, frame, tree, self.feature_modalities, names)
                ax.set_title(_SYMBOLS[self.method], fontsize=10)
        self.ax_, self.figure_ = ax, ax.figure
        return self


def _check(name, value, known):
    if value not in known:
        raise ValueError(
            f"The '{name}' parameter must be one of {known}, got {value!r}."
        )


def _edges(square):
    """Return one row a pair of modalities, the stronger direction first."""
    names, rows = list(square.index), []
    for k, one in enumerate(names):
        for other in names[k + 1 :]:
            forth, back = square.loc[one, other], square.loc[other, one]
            source, target = one, other
            if np.nan_to_num(back, nan=-np.inf) > np.nan_to_num(forth, nan=-np.inf):
                source, target, forth, back = other, one, back, forth
            rows.append((source, target, forth, back))
    columns = ["source", "target", "value", "back"]
    frame = pd.DataFrame(rows, columns=columns)
    return frame.sort_values("value", ascending=False, ignore_index=True)
