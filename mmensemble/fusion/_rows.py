"""Which rows a feature-level fusion learns from, and whether they are fit for it."""

import numpy as np
from scipy import sparse


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
