"""Pairs of features: the strongest, and those where two methods disagree."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.stats import false_discovery_control

from mmensemble.analysis.matrix._correlate import Correlation
from mmensemble.analysis.matrix._inference import t_pvalues
from mmensemble.analysis.modalities._anomalies import robust_z

#: Pairs that are listed.
MOST_PAIRS = 1000

#: Pearson and Spearman differ where their gap is at least this ...
LEAST_GAP = 0.1

#: ... and at least so many standard errors of the gap of normal data.
GAP_ERRORS = 5.0

#: Robust z from which on a value is an outlier (Iglewicz and Hoaglin 1993).
OUTLIER_Z = 3.5


@dataclass(frozen=True)
class FeatureCorrelations:
    """Correlations of the same features by one or several methods.

    Parameters
    ----------
    results : dict of str to Correlation or SparseCorrelation
        By method; all of one kind.
    modality : list of str
        Modality that reads each feature, ``"a + b"`` where several do.
    values : ndarray of shape (n_rows, n_features)
        Rows to look at, of all or of a sample.
    n_rows : int
        Rows behind the correlations.
    notes : tuple of str
        What a reader must know of how they were made.
    columns : list of str, default=None
        Column of the user's table that each feature is made from; None: its own.
    left_out : tuple of str, default=()
        Columns of free text that have no feature.
    """

    results: dict
    modality: list
    values: np.ndarray
    n_rows: int
    notes: tuple = ()
    columns: list | None = None
    left_out: tuple = ()

    @property
    def column_names(self):
        """Column of the user's table that each feature is made from."""
        return self.names if self.columns is None else self.columns

    @property
    def methods(self):
        """Names of the methods."""
        return list(self.results)

    @property
    def names(self):
        """Names of the features."""
        return next(iter(self.results.values())).names

    @property
    def is_dense(self):
        """Whether all pairs are known, not the strong ones alone."""
        return isinstance(next(iter(self.results.values())), Correlation)


def strongest_pairs(features, max_pairs=MOST_PAIRS):
    """Return one row a pair of columns, the strongest by any method first.

    Of columns that several features are made from (levels of a category, singular
    vectors of a text) the strongest pair of features stands for the pair; pairs
    within one column are left out.

    Parameters
    ----------
    features : FeatureCorrelations
    max_pairs : int, default=1000

    Returns
    -------
    frame : DataFrame of shape (n_pairs, 8 + n_methods)
        ``column_a``, ``column_b``, ``feature_a``, ``feature_b``, ``modality_a``,
        ``modality_b``, ``n_rows``, one column a method, and ``p_adjusted``: of
        the first method, by Student's t and Benjamini and Hochberg's control over
        all pairs.
    """
    i, j, r, n, p = _all_pairs(features)
    strength = np.abs(np.where(np.isnan(r), 0.0, r)).max(axis=0, initial=0.0)
    order = np.lexsort((j, i, -strength))
    order = _one_a_pair(features, i, j, order[strength[order] > 0])[:max_pairs]
    return _rows(features, i[order], j[order], r[:, order], n[order], p[order])


def _one_a_pair(features, i, j, order):
    """Return the places of the first pair of features of each pair of columns."""
    codes = pd.factorize(np.array(features.column_names, dtype=object))[0]
    if len(codes) == codes.max(initial=-1) + 1:
        return order
    low, high = np.sort([codes[i[order]], codes[j[order]]], axis=0)
    keys = low * np.int64(len(codes)) + high
    first = np.sort(np.unique(keys, return_index=True)[1])
    return order[first[low[first] != high[first]]]


def _rows(features, i, j, r, n, p):
    owner = np.array(features.column_names, dtype=object)
    names = np.array(features.names, dtype=object)
    modality = np.array(features.modality, dtype=object)
    columns = {
        "column_a": owner[i],
        "column_b": owner[j],
        "feature_a": names[i],
        "feature_b": names[j],
        "modality_a": modality[i],
        "modality_b": modality[j],
        "n_rows": n.astype(np.int64),
    }
    columns |= dict(zip(features.methods, r, strict=True))
    return pd.DataFrame(columns | {"p_adjusted": p})


def _all_pairs(features):
    """Return i, j, r by method, common rows and adjusted p of the known pairs."""
    results = list(features.results.values())
    if features.is_dense:
        i, j = np.triu_indices(len(features.names), 1)
        r = np.stack([result.r[i, j] for result in results])
        n, effective = results[0].n[i, j], results[0].effective[i, j]
        return i, j, r, n, adjusted(t_pvalues(r[0], effective), len(i))
    parts = [result.pairs for result in results]
    keys = [part.i * np.int64(part.n_columns) + part.j for part in parts]
    known = np.unique(np.concatenate(keys))
    r = np.full((len(parts), len(known)), np.nan)
    n, effective = np.zeros(len(known)), np.zeros(len(known))
    for row, key, part in zip(r, keys, parts, strict=True):
        place = np.searchsorted(known, key)
        row[place], n[place], effective[place] = part.r, part.n, part.effective
    p = adjusted(t_pvalues(r[0], effective), parts[0].n_tested)
    return known // parts[0].n_columns, known % parts[0].n_columns, r, n, p


def adjusted(p, n_tested):
    """Return p-values adjusted for all pairs, of which the strong ones are known.

    The pairs that are not known have larger p-values, which could only lower the
    result: it is exact where all are known, and never too small.

    Parameters
    ----------
    p : ndarray of shape (n_known,)
        NaN stays NaN, and does not count.
    n_tested : int
        All pairs that were tested.
    """
    out = np.full(len(p), np.nan)
    known = np.isfinite(p)
    count = int(known.sum())
    if count:
        total = count if len(p) == n_tested else max(n_tested, count)
        scaled = false_discovery_control(p[known]) * (total / count)
        out[known] = np.minimum(scaled, 1.0)
    return out


def differing_pairs(features, max_pairs=MOST_PAIRS):
    """Return the pairs whose Pearson and Spearman correlations do not fit together.

    Of normal data ``pearson = 2 sin(pi spearman / 6)`` (K. Pearson 1907, "On further
    methods of determining correlation"). A pair is listed where the gap between the
    sides is at least 0.1 and five standard errors, ``sqrt((pi² / 9 - 1) / n)`` of
    independent normal data. Pearson without the outliers (robust z above 3.5 in one
    of the two) tells which it is: where it closes half of the gap, few extreme
    values were behind it; else the relation is curved.

    Parameters
    ----------
    features : FeatureCorrelations
    max_pairs : int, default=1000
        The widest gaps.

    Returns
    -------
    frame : DataFrame
        As `strongest_pairs`, and ``gap``, ``n_outliers``, ``without_outliers``
        (Pearson of the rows looked at) and ``reason`` ("outliers", "curved"). Empty
        without both methods.
    """
    if set(features.methods) != {"pearson", "spearman"}:
        return _no_differences(features)
    i, j, r, n, p = _all_pairs(features)
    pearson, spearman = (r[features.methods.index(m)] for m in ("pearson", "spearman"))
    gap = pearson - normal_pearson(spearman)
    error = np.sqrt((np.pi**2 / 9 - 1) / np.maximum(n, 1))
    with np.errstate(invalid="ignore"):
        wide = np.flatnonzero(np.abs(gap) >= np.maximum(LEAST_GAP, GAP_ERRORS * error))
    wide = wide[np.argsort(-np.abs(gap[wide]), kind="stable")]
    wide = _one_a_pair(features, i, j, wide)[:max_pairs]
    frame = _rows(features, i[wide], j[wide], r[:, wide], n[wide], p[wide])
    frame["gap"] = gap[wide]
    found = [
        _why(features.values[:, [a, b]], target)
        for a, b, target in zip(
            i[wide], j[wide], normal_pearson(spearman[wide]), strict=True
        )
    ]
    columns = ["n_outliers", "without_outliers", "reason"]
    frame[columns] = pd.DataFrame(found, columns=columns, index=frame.index)
    return frame


def _no_differences(features):
    empty = np.empty(0, dtype=np.intp)
    r = np.empty((len(features.methods), 0))
    frame = _rows(features, empty, empty, r, empty, np.empty(0))
    columns = ["gap", "n_outliers", "without_outliers", "reason"]
    return frame.reindex(columns=[*frame.columns, *columns])


def normal_pearson(spearman):
    """Return the Pearson correlation of normal data with this Spearman correlation.

    Examples
    --------
    >>> float(normal_pearson(1.0)), float(normal_pearson(0.0))
    (1.0, 0.0)
    """
    # the sine of pi / 6 is a rounding short of one half
    return np.clip(2 * np.sin(np.pi * np.asarray(spearman) / 6) * (1 + 1e-15), -1, 1)


def _why(pair, target):
    """Return the number of outliers, Pearson without them, and the reason."""
    pair = pair[np.isfinite(pair).all(axis=1)]
    if len(pair) < 3:
        return 0, np.nan, "curved"
    z = np.abs(np.column_stack([robust_z(column) for column in pair.T]))
    inside = pair[(z <= OUTLIER_Z).all(axis=1)]
    n_outliers = len(pair) - len(inside)
    before, after = _pearson(pair), _pearson(inside)
    closes = abs(after - target) <= abs(before - target) / 2
    return n_outliers, after, "outliers" if n_outliers and closes else "curved"


def _pearson(pair):
    if len(pair) < 3 or (pair.min(axis=0) == pair.max(axis=0)).any():
        return np.nan
    return float(np.corrcoef(pair.T)[0, 1])


def fold_columns(frame, columns):
    """Return correlations of columns: of several features the strongest one.

    Parameters
    ----------
    frame : DataFrame
        A square of features, or one row a strong pair, as `feature_frame` makes them.
    columns : Series of str
        Column of each feature.

    Returns
    -------
    folded : DataFrame
        Of the same kind.
    """
    if columns.is_unique:
        return (
            frame.rename(index=columns, columns=columns)
            if _is_square(frame)
            else (frame.replace({"feature_a": columns, "feature_b": columns}))
        )
    if not _is_square(frame):
        pairs = frame.iloc[np.argsort(-frame["r"].abs(), kind="stable")].copy()
        ends = np.sort(
            np.column_stack(
                [pairs[c].map(columns) for c in ("feature_a", "feature_b")]
            ).astype(str),
            axis=1,
        )
        pairs["feature_a"], pairs["feature_b"] = ends.T
        pairs = pairs[pairs["feature_a"] != pairs["feature_b"]]
        return pairs.drop_duplicates(["feature_a", "feature_b"], ignore_index=True)
    owner = columns.loc[frame.index].to_numpy()

    def folded(how):
        half = frame.groupby(owner, sort=False).agg(how)
        return half.T.groupby(owner, sort=False).agg(how).T

    high, low = folded("max"), folded("min")
    square = high.where(high.abs() >= low.abs(), low)
    np.fill_diagonal(values := square.to_numpy(copy=True), 1.0)
    return pd.DataFrame(values, index=square.index, columns=square.columns)


def _is_square(frame):
    return frame.index.equals(frame.columns)


def choose_pairs(frame, n_pairs=6):
    """Return positions of strong pairs worth a look: no feature comes twice.

    Pairs of different modalities come first.

    Parameters
    ----------
    frame : DataFrame
        As `strongest_pairs` returns it.
    n_pairs : int, default=6
    """
    across = (frame["modality_a"] != frame["modality_b"]).to_numpy()
    chosen, seen = [], set()
    for position in [*np.flatnonzero(across), *np.flatnonzero(~across)]:
        pair = set(frame.iloc[position][["column_a", "column_b"]])
        if len(chosen) < n_pairs and not pair & seen:
            chosen.append(int(position))
            seen |= pair
    return chosen
