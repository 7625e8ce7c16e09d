"""Which rows a fusion learns from, and whether they are fit for it."""

import numpy as np
from scipy import sparse

#: Rows below which nothing with parameters of its own is learnt: ten events a
#: parameter are the rule of thumb of logistic regression (Peduzzi et al. 1996, "A
#: simulation study of the number of events per variable in logistic regression
#: analysis", Journal of Clinical Epidemiology 49).
FEWEST_ROWS = 10
#: Rows below which, and above which, three folds choose a penalty instead of five: a
#: bound on the time, by judgement. Few rows gain nothing from more folds that the
#: noise of the choice would not outweigh; many rows make three certain enough.
FEW_ROWS, MANY_ROWS = 200, 2_000


def rows_that_count(data):
    """Return the view without rows that have no modality or no weight.

    Parameters
    ----------
    data : FusionData
    """
    counts = data.presence.any(axis=1)
    if data.sample_weight is not None:
        counts = counts & (data.sample_weight > 0)
    return data if counts.all() else data.take(np.flatnonzero(counts))


def rows_of_weight(data, rows):
    """Return those of the rows that have a weight above zero."""
    return rows if data.sample_weight is None else rows[data.sample_weight[rows] > 0]


def rows_predicted(data, rows, members):
    """Return those of the rows that all `members`, by position, have predicted."""
    known = ~np.isnan(data.predictions[np.ix_(rows, members)][:, :, 0])
    return rows[known.all(axis=1)]


def check_finite(data):
    """Raise ValueError where a block holds NaN or infinite values."""
    for name, block in zip(data.modalities, data.blocks, strict=True):
        values = block.values.data if sparse.issparse(block.values) else block.values
        if not np.isfinite(values).all():
            raise ValueError(
                f"The block of modality {name!r} holds NaN or infinity. Give the "
                "modality an extractor that imputes, such as 'auto'."
            )


def has_all_classes(data, rows):
    """Tell whether all classes are among `rows`; so it is for regression."""
    if not data.task.is_classification:
        return True
    return len(np.unique(data.y[rows])) == len(data.task.classes)


def is_enough(data, rows):
    """Tell whether a model can be learnt from these rows: number, weight, classes."""
    if len(rows) < FEWEST_ROWS:
        return False
    if data.sample_weight is not None and not data.sample_weight[rows].sum() > 0:
        return False
    return has_all_classes(data, rows)
