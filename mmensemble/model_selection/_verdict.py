"""What a table of scores says: the best, and whether fusing beat single modalities."""

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Verdict:
    """The best choice, and the best fusion beside the best single modality.

    Parameters
    ----------
    best, fusion, single : Series
        Rows of the table.
    difference, spread : float
        Mean and standard deviation, over the folds, of the fusion's score less
        the single modality's.
    n_ahead, n_folds : int
        Folds in which the fusion is ahead, and all folds.
    """

    best: object
    fusion: object
    single: object
    difference: float
    spread: float
    n_ahead: int
    n_folds: int

    @property
    def is_clear(self):
        """Whether the mean difference exceeds its spread over the folds."""
        return abs(self.difference) > self.spread


def judge(table, singles):
    """Return what a table of scores says.

    Parameters
    ----------
    table : DataFrame
        As :func:`score_table` returns it.
    singles : list of str
        Choices that are single modalities; the others are fusions.

    Returns
    -------
    verdict : Verdict or None
        None where all fusions, or all single modalities, failed.
    """
    scored = table[table["mean_test_score"].notna()]
    is_single = scored["choice"].isin(singles)
    if is_single.all() or not is_single.any():
        return None
    fusion, single = _top(scored[~is_single]), _top(scored[is_single])
    folds = [name for name in table.columns if name.startswith("split")]
    gaps = (fusion[folds] - single[folds]).to_numpy(dtype=float)
    return Verdict(
        best=_top(scored),
        fusion=fusion,
        single=single,
        difference=float(gaps.mean()),
        spread=float(gaps.std(ddof=1)) if len(gaps) > 1 else np.inf,
        n_ahead=int((gaps > 0).sum()),
        n_folds=len(gaps),
    )


def _top(rows):
    return rows.loc[rows["mean_test_score"].idxmax()]
