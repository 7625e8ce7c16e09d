"""What tables an unfitted estimator takes, from what its parts say."""

from numbers import Integral

from sklearn.utils import get_tags

from mmensemble.features._reader import (
    allows_missing,
    fills_missing,
    make_reader,
    split_predictor,
)
from mmensemble.fusion import make_fusion


def takes_sparse_tables(parts):
    """Tell whether every part takes sparse matrices.

    Parameters
    ----------
    parts : list of (name, estimator or str)
        Extractors and named learners.
    """
    return all(_takes_sparse(part) for _, part in parts)


def _takes_sparse(part):
    if isinstance(part, str):
        return True
    try:
        return get_tags(part).input_tags.sparse
    except (AttributeError, TypeError):
        return False


def takes_missing(modalities, estimator, fusion):
    """Tell whether missing values may stand beside others in one modality.

    An extractor has to take them, and the learners too where it hands them on. Rows
    that lack all of a modality are always welcome, as are missing values in a
    modality of one column.

    Parameters
    ----------
    modalities : "auto" or list of (name, extractor, columns)
    estimator : None, estimator object or list of (name, estimator)
    fusion : str or BaseFusion
    """
    if isinstance(modalities, str):
        return True
    try:
        level = make_fusion(fusion).level
        return all(
            _is_single(columns) or _modality_takes(name, extractor, estimator, level)
            for name, extractor, columns in modalities
        )
    except (AttributeError, TypeError, ValueError):  # `fit` will say what is wrong
        return False


def _modality_takes(name, extractor, estimator, level):
    if isinstance(extractor, str) and extractor == "drop":
        return True
    if split_predictor(extractor)[1] and level != "feature":
        return allows_missing(extractor)
    extractor = make_reader(0, (name, extractor, []), dense=True).extractor
    if extractor is None:
        extractor = "passthrough"
    if not allows_missing(extractor):
        return False
    return fills_missing(extractor) or _learners_take(estimator)


def _learners_take(estimator):
    if estimator is None:
        return False
    learners = estimator if isinstance(estimator, list) else [("", estimator)]
    return all(allows_missing(learner) for _, learner in learners)


def _is_single(columns):
    """Tell whether columns, as they are given, are one for sure."""
    if isinstance(columns, slice):
        ends = columns.start or 0, columns.stop
        plain = all(isinstance(end, Integral) and end >= 0 for end in ends)
        return plain and ends[1] - ends[0] <= 1
    if isinstance(columns, str | Integral):
        return True
    return isinstance(columns, list | tuple) and len(columns) == 1
