"""A report on how modalities correlate: frames, plots and one page."""

from numbers import Integral

import numpy as np
import pandas as pd

from mmensemble._records import records
from mmensemble._seeds import draw_root, seed_for
from mmensemble._version import __version__
from mmensemble.analysis.columns._feature_pairs import (
    MOST_PAIRS,
    choose_pairs,
    differing_pairs,
    fold_columns,
    strongest_pairs,
)
from mmensemble.analysis.columns._feature_table import feature_frame
from mmensemble.display._correlation import ModalityCorrelationDisplay
from mmensemble.ensemble._description import column_alerts
from mmensemble.report._correlation_sections import (
    correlation_sections,
    disagreeing_rows,
)
from mmensemble.report._correlation_words import summary_of
from mmensemble.report._page import render_page
from mmensemble.report._problem import problem_of
from mmensemble.report._reported import Reported

METHODS = ("pearson", "spearman")

#: Points of a scatter plot.
_MOST_POINTS = 300

#: Squares of more features are left out of JSON.
_MOST_SQUARE = 500


#: Rows of anomalies in JSON.
_MOST_ANOMALIES = 1000


class CorrelationReport(Reported):
    """What is known of the correlations of a table, as frames and as a page.

    Made by :func:`correlation_report`.

    Parameters
    ----------
    analysis : ModalityCorrelation
        Fitted to the table, or to a sample of it.
    features : FeatureCorrelations
        Correlations of features by each method.
    presence : DataFrame of bool of shape (n_rows, n_modalities)
        Which row that was studied has which modality.
    is_grouped : bool, default=False
        Whether groups were kept whole.
    title : str, default="Modality correlation"
        Heading of the page.
    code : str, default=""
        Lines that make the report again.
    seed : int, default=0
        Chooses the points that are drawn.
    problem : Problem, default=None
        What the modalities are to tell about.
    alerts : dict of str to str, default=None
        By column, what may spoil its correlations.

    Attributes
    ----------
    analysis_ : ModalityCorrelation
        The analysis behind.
    summary_ : list of str
        Sentences with numbers.
    modalities_, pairs_, anomalies_, shifts_ : DataFrame
        As of :class:`ModalityCorrelation`.
    features_ : DataFrame
        Correlations of features by the first method.
    correlations_ : dict of str to DataFrame
        The same by each method.
    feature_modalities_ : Series
        Modality of each feature.
    feature_columns_ : Series
        Column of the table that each feature is made from.
    feature_pairs_ : DataFrame
        The 1,000 strongest pairs of columns, with every method's correlation: of
        several features of a column, that of the strongest.
    associations_ : DataFrame
        Columns of categories with each other (Cramér's V) and with numbers (the
        correlation ratio), as :func:`mmensemble.analysis.associate` returns it.
    differences_ : DataFrame
        Pairs where Pearson and Spearman do not fit together, and why.
    presence_ : DataFrame of bool
        Which row that was studied has which modality.
    n_rows : int
        Rows behind the correlations of features.

    See Also
    --------
    correlation_report : Makes one from a table.

    Examples
    --------
    >>> from mmensemble import correlation_report
    >>> from mmensemble.datasets import load_nutrimouse
    >>> mice = load_nutrimouse()
    >>> X = mice.data.iloc[:, ::12]
    >>> report = correlation_report(X, mice.target, random_state=0)
    >>> sorted(report.frames())[:3]
    ['anomalies', 'associations', 'correlations_pearson']
    """

    def __init__(
        self,
        analysis,
        features,
        presence,
        *,
        is_grouped=False,
        title="Modality correlation",
        code="",
        seed=0,
        problem=None,
        alerts=None,
    ):
        self.analysis_ = analysis
        self.presence_ = presence
        self.is_grouped = is_grouped
        self.title = title
        self.code = code
        self.problem = problem
        self.alerts = alerts or {}
        self.methods = features.methods
        self.n_rows = features.n_rows
        self.notes = features.notes
        self.left_out = features.left_out
        self.modalities_ = analysis.modalities_
        self.pairs_ = analysis.pairs_
        self.associations_ = analysis.associations_
        self.anomalies_ = analysis.anomalies_
        self.shifts_ = analysis.shifts_
        self.correlations_ = {
            method: feature_frame(result) for method, result in features.results.items()
        }
        self.features_ = self.correlations_[self.methods[0]]
        self.feature_modalities_ = pd.Series(
            features.modality, index=features.names, dtype=object
        )
        self.feature_columns_ = pd.Series(
            list(map(str, features.column_names)), index=features.names, dtype=object
        )
        self.feature_pairs_ = strongest_pairs(features)
        self.differences_ = differing_pairs(features)
        self.points_ = _points(features, self.feature_pairs_, seed)
        self.summary_ = summary_of(self)

    def frames(self):
        """Return all tables by name.

        Returns
        -------
        frames : dict of str to DataFrame
        """
        frames = {
            "modalities": self.modalities_,
            "pairs": self.pairs_,
            "feature_pairs": self.feature_pairs_,
            "differences": self.differences_,
            "associations": self.associations_,
            "anomalies": self.anomalies_,
            "shifts": self.shifts_,
            "presence": self.presence_,
        }
        squares = self.correlations_.items()
        return frames | {f"correlations_{method}": frame for method, frame in squares}

    def display(self, method=None):
        """Return the display behind :meth:`plot`, one row a column of the table.

        Parameters
        ----------
        method : str, default=None
            Correlation of features; None is the first.

        Returns
        -------
        display : ModalityCorrelationDisplay
        """
        method = self.methods[0] if method is None else method
        columns = self.feature_columns_
        first = ~columns.duplicated()
        return ModalityCorrelationDisplay(
            self.pairs_,
            self.modalities_,
            fold_columns(self.correlations_[method], columns),
            self.feature_modalities_[first].set_axis(columns[first]),
            method=method,
        )

    def plot(self, kind="heatmap", ax=None, **options):
        """Draw one plot; see :meth:`ModalityCorrelationDisplay.plot`.

        Parameters
        ----------
        kind : {"heatmap", "network", "clustermap"}, default="heatmap"
            What to draw.
        ax : matplotlib Axes, default=None
            None makes a new figure.
        **options : dict
            Of the display's `plot`.

        Returns
        -------
        display : ModalityCorrelationDisplay
        """
        return self.display().plot(kind, ax=ax, **options)

    def _page(self):
        return render_page(self.title, correlation_sections(self))

    def to_dict(self):
        """Return all frames as plain numbers, strings, lists and dicts.

        There are squares of correlations for up to 500 features, the 1,000
        strongest associations, the 1,000 rows of the largest anomalies, and the
        share of rows that have each modality.

        Returns
        -------
        content : dict
            What is missing is None.
        """
        squares = {}
        if len(self.feature_modalities_) <= _MOST_SQUARE:
            squares = {m: records(f) for m, f in self.correlations_.items()}
        anomalies = disagreeing_rows(self.anomalies_)
        return {
            "version": __version__,
            "title": self.title,
            "problem": None if self.problem is None else self.problem.to_dict(),
            "n_rows": self.n_rows,
            "n_rows_studied": len(self.presence_),
            "methods": self.methods,
            "notes": list(self.notes),
            "summary": self.summary_,
            "alerts": self.alerts,
            "modalities": records(self.modalities_.reset_index()),
            "pairs": records(self.pairs_),
            "features": records(
                self.feature_modalities_.rename("modality")
                .to_frame()
                .rename_axis("feature")
                .reset_index()
            ),
            "correlations": squares,
            "feature_pairs": records(self.feature_pairs_),
            "differences": records(self.differences_),
            "associations": records(self.associations_.head(MOST_PAIRS)),
            "presence": {
                name: float(share) for name, share in self.presence_.mean().items()
            },
            "anomalies": records(anomalies.head(_MOST_ANOMALIES)),
            "shifts": records(self.shifts_),
        }

    def __repr__(self):
        return (
            f"<CorrelationReport: {self.n_rows:,} rows, {len(self.modalities_)} "
            f"modalities, {len(self.feature_modalities_):,} features>"
        )


def _points(features, pairs, seed):
    """Return the points of the strongest pairs, one row a point."""
    rng = np.random.default_rng(seed_for(seed, "points"))
    position = {name: k for k, name in enumerate(features.names)}
    parts = []
    for row in pairs.iloc[choose_pairs(pairs)].itertuples(index=False):
        names = row.feature_a, row.feature_b
        values = features.values[:, [position[name] for name in names]]
        values = values[np.isfinite(values).all(axis=1)]
        if len(values) > _MOST_POINTS:
            values = values[np.sort(rng.permutation(len(values))[:_MOST_POINTS])]
        part = pd.DataFrame(values, columns=["a", "b"])
        part.insert(0, "feature_a", names[0])
        part.insert(1, "feature_b", names[1])
        parts.append(part)
    columns = ["feature_a", "feature_b", "a", "b"]
    return (
        pd.concat(parts, ignore_index=True) if parts else pd.DataFrame(columns=columns)
    )


def told_of(study, name, groups):
    """Return what the modalities are to tell about, and what may spoil correlations.

    Parameters
    ----------
    study : Study
    name : str
        Of the target.
    groups : ndarray of shape (n_rows,) or None

    Returns
    -------
    told : dict
        `problem`, None without a target, and `alerts` by column.
    """
    y, own = None, {"classifier": False}
    problem = None
    if study.target is not None:
        y, own["classifier"] = study.target.y, study.target.is_classification
        problem = problem_of(y, study.resolved, name=name, groups=groups, **own)
    alerts = column_alerts(study.X, y, study.resolved, **own)
    return {"problem": problem, "alerts": alerts}


def fixed_seed(random_state):
    """Return an int that stands for `random_state`: itself, where it is one."""
    is_int = isinstance(random_state, Integral)
    return int(random_state) if is_int else draw_root(random_state)


def check_methods(methods):
    """Return methods as a tuple; a single word is one of them."""
    listed = isinstance(methods, list | tuple)
    methods = tuple(methods) if listed else (methods,)
    if (
        not all(isinstance(m, str) for m in methods)
        or not methods
        or len(set(methods)) < len(methods)
        or set(methods) - set(METHODS)
    ):
        raise ValueError(
            f"The 'methods' parameter must name one or both of {METHODS}, each once; "
            f"got {methods!r}."
        )
    return methods
