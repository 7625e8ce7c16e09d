"""All features of all modalities: their correlations, and those by modality pair."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from mmensemble import _frame
from mmensemble.analysis.matrix._correlate import Correlation
from mmensemble.analysis.matrix._inference import adjust_pvalues, t_pvalues
from mmensemble.features import AutoExtractor
from mmensemble.modality._columns import used_columns


@dataclass(frozen=True)
class FeatureTable:
    """The columns of a table as numbers, and the modalities they belong to.

    Parameters
    ----------
    table : DataFrame of shape (n_rows, n_parts)
        Numbers, booleans, categories and dates as they are; strings as what
        `AutoExtractor` makes of them.
    owner : list
        Column of the user's table (a name or a position) that each part is from.
    """

    table: pd.DataFrame
    owner: list


def feature_table(X, resolved, presence, seed=0):
    """Return the `FeatureTable` of what the modalities read.

    Parameters
    ----------
    X : table of shape (n_rows, n_columns)
        As `with_numbers` returns it.
    resolved : list of (name, extractor, columns)
    presence : ndarray of bool of shape (n_rows, n_modalities)
    seed : int, default=0

    Returns
    -------
    features : FeatureTable
    """
    used = used_columns(resolved)
    names = _frame.column_names(X)
    labels = range(X.shape[1]) if names is None else names
    parts, owner = {}, []
    for position, label in enumerate(labels):
        if label not in used:
            continue
        name = f"x{label}" if names is None else label
        values = _frame.column(X, position)
        if _frame.kind(values) == "string":
            features = TextFeatures.learn(values, name, seed)
            new = dict(zip(features.names, features.read(values).T, strict=True))
        else:
            new = {name: _pandas(values)}
        for key, part in new.items():
            parts[free_name(key, parts)] = part
            owner.append(label)
    return FeatureTable(pd.DataFrame(parts), owner)


def free_name(name, taken):
    """Return a name that is not taken."""
    while name in taken:
        name += "_"
    return name


def _pandas(values):
    """Return a column that pandas can hold, of the same kind."""
    kind = _frame.kind(values)
    if kind in ("number", "boolean", "duration"):
        return _frame.to_float(values)
    if kind == "date":
        return _frame.to_seconds(values)
    if kind == "category":
        return pd.Categorical(_frame.to_objects(values))
    return np.asarray(values)


@dataclass(frozen=True)
class TextFeatures:
    """What stands for a column of categories or texts: what "auto" makes of it.

    Parameters
    ----------
    extractor : AutoExtractor or None
        Fitted; None for a column without any value.
    name : str
        Of the column.
    """

    extractor: object
    name: str

    @classmethod
    def learn(cls, values, name, seed):
        """Return the features of a column of strings."""
        there = np.flatnonzero(~_frame.null_mask(values))
        if not len(there):
            return cls(None, name)
        column = pd.DataFrame({name: _frame.to_objects(values)[there]})
        # numbers, dates and durations have been read already
        extractor = AutoExtractor(random_state=seed, min_parsed=None)
        return cls(extractor.fit(column), name)

    @property
    def names(self):
        """Names of the features."""
        if self.extractor is None:
            return [self.name]
        return self.extractor.get_feature_names_out().tolist()

    def read(self, values):
        """Return floats of shape (n_rows, n_features), missing where strings are."""
        there = np.flatnonzero(~_frame.null_mask(values))
        block = np.full((len(values), len(self.names)), np.nan)
        if len(there) and self.extractor is not None:
            column = pd.DataFrame({self.name: _frame.to_objects(values)[there]})
            block[there] = self.extractor.transform(column)
        return block


def owners(features, result, resolved):
    """Return the features of each modality, as positions in a correlation.

    Parameters
    ----------
    features : FeatureTable
    result : Correlation or SparseCorrelation
    resolved : list of (name, extractor, columns)

    Returns
    -------
    positions : list of ndarray of int
    """
    columns = [features.owner[source] for source in result.sources]
    found = []
    for triple in resolved:
        used = used_columns([triple])
        found.append(np.array([k for k, c in enumerate(columns) if c in used], int))
    return found


def modality_names(n_features, positions, resolved):
    """Return for each feature the modalities that read it, joined by " + ".

    Parameters
    ----------
    n_features : int
    positions : list of ndarray of int
        Features of each modality.
    resolved : list of (name, extractor, columns)
    """
    found = [[] for _ in range(n_features)]
    for (name, _, _), features in zip(resolved, positions, strict=True):
        for position in features:
            found[position].append(name)
    return [" + ".join(names) for names in found]


def feature_frame(result):
    """Return correlations as a square frame, or one row a strong pair."""
    if isinstance(result, Correlation):
        return pd.DataFrame(result.r, index=result.names, columns=result.names)
    names = np.array(result.names, dtype=object)
    pairs = result.pairs
    return pd.DataFrame(
        {
            "feature_a": names[pairs.i],
            "feature_b": names[pairs.j],
            "r": pairs.r,
            "n_rows": pairs.n,
        }
    )


def summarise_pair(result, a, b, alpha=0.05):
    """Return mean and largest |r| of two modalities, and the share that is not 0.

    The share counts pairs of features whose p-value (Student's t) stays below
    `alpha` after control of false discoveries over the pairs of these two
    modalities (Benjamini and Hochberg 1995). Of a sparse result only the largest
    is known, if it is strong; the others are NaN.

    Parameters
    ----------
    result : Correlation or SparseCorrelation
    a, b : ndarray of int
        Features of the modalities.
    alpha : float, default=0.05
    """
    if not isinstance(result, Correlation):
        return {"mean_abs_r": np.nan, "max_abs_r": _strongest(result.pairs, a, b)} | {
            "share_significant": np.nan
        }
    r = result.r[np.ix_(a, b)].ravel()
    known = np.isfinite(r)
    if not known.any():
        return dict.fromkeys(("mean_abs_r", "max_abs_r", "share_significant"), np.nan)
    p = adjust_pvalues(t_pvalues(r, result.effective[np.ix_(a, b)].ravel())[known])
    return {
        "mean_abs_r": float(np.abs(r[known]).mean()),
        "max_abs_r": float(np.abs(r[known]).max()),
        "share_significant": float(np.mean(p <= alpha)),
    }


def _strongest(pairs, a, b):
    between = (np.isin(pairs.i, a) & np.isin(pairs.j, b)) | (
        np.isin(pairs.i, b) & np.isin(pairs.j, a)
    )
    return float(np.abs(pairs.r[between]).max()) if between.any() else np.nan
