"""Contributions of modalities: one fit a fold, then predictions only."""

from functools import partial

import numpy as np
import pandas as pd
from sklearn.base import is_classifier
from sklearn.metrics import get_scorer_names

from mmensemble._compat import StrOptions
from mmensemble._parallel import report_progress
from mmensemble._parameters import validate_params
from mmensemble.analysis.coalitions._shapley import MOST_MODALITIES
from mmensemble.modality._columns import resolve_modalities
from mmensemble.model_selection._coalition_folds import CoalitionFolds
from mmensemble.model_selection._compare import SHARED_CONSTRAINTS, seeded
from mmensemble.model_selection._contributions import ModalityContributions
from mmensemble.model_selection._failures import raise_failures
from mmensemble.report._problem import problem_of

#: Most memory that predictions of all sets of modalities may take.
_MOST_BYTES = 2**31


@validate_params(
    SHARED_CONSTRAINTS
    | {"scoring": [StrOptions(set(get_scorer_names())), callable, None]},
    prefer_skip_nested_validation=False,
)
def modality_contributions(
    estimator,
    X,
    y,
    *,
    groups=None,
    sample_weight=None,
    scoring=None,
    cv=None,
    params=None,
    n_jobs=None,
    random_state=None,
    verbose=0,
    error_score=np.nan,
):
    """Return what each modality contributes, by exact Shapley values out of fold.

    In each fold the estimator is fitted once; all sets of modalities then cost
    only predictions, because rows may lack modalities.

    Parameters
    ----------
    estimator : MultimodalClassifier or MultimodalRegressor
        Unfitted; up to 20 modalities, as far as the predictions of all their sets,
        ``2 ** n_modalities`` numbers a row and output, fit into 2 GiB.
    X : {array-like, sparse matrix, dataframe} of shape (n_samples, n_columns)
        One table.
    y : array-like of shape (n_samples,) or (n_samples, n_targets)
        Labels or numbers.
    groups : array-like of shape (n_samples,), default=None
        Rows of one group stay in one fold, also within the fits.
    sample_weight : array-like of shape (n_samples,), default=None
        Weights of rows in the fits; with metadata routing also in the scores, where
        the scorer has requested them.
    scoring : str or callable, default=None
        One metric, as in :func:`sklearn.model_selection.cross_validate`. Where folds
        are too small for it, as for the area under the curve of single rows, the
        pooled rows of all folds are scored.
    cv : int, splitter or iterable, default=None
        Folds; None is 5. Folds made from None or an int are stratified for
        classes and keep `groups` together.
    params : dict, default=None
        Further metadata for ``fit``, splitter and scorer. Without metadata routing,
        all of them go to ``fit``.
    n_jobs : int, default=None
        Folds that run at the same time.
    random_state : int, RandomState instance or None, default=None
        Root of all seeds; None leaves that of `estimator`.
    verbose : int or callable, default=0
        1 prints a line a fold; a callable is called as
        ``verbose(n_done, n_folds, text)`` after each.
    error_score : "raise" or float, default=np.nan
        Score, from whatever modalities, on a fold that fails; its rows are left out.
        Where every fold fails, the reasons are raised.

    Returns
    -------
    contributions : ModalityContributions
        Frames of scores, rows, pairs and acquisitions.

    Raises
    ------
    ValueError
        For a parameter that cannot be, more sets of modalities than memory holds,
        and where every fold fails.

    Examples
    --------
    >>> from mmensemble import MultimodalClassifier, modality_contributions
    >>> from mmensemble.datasets import make_multimodal
    >>> data = make_multimodal(random_state=0)
    >>> model = MultimodalClassifier(fusion="stacking")
    >>> found = modality_contributions(model, data.data, data.target)
    >>> list(found.frame()["modality"])
    ['m1', 'm2', 'm3']
    """
    owner = "modality_contributions"
    ready = CoalitionFolds.of(
        owner,
        estimator,
        X,
        y,
        seeded=partial(seeded, random_state=random_state, cache=None),
        groups=groups,
        sample_weight=sample_weight,
        params=params,
        scoring=scoring,
        cv=cv,
    )
    n_folds, classifier = len(ready.splits), is_classifier(ready.model)
    resolved = resolve_modalities(ready.model.modalities, ready.X)
    _check_size(len(resolved), ready.y, classifier)
    folds = ready.run(
        n_jobs,
        error_score,
        lambda n_done: report_progress(verbose, owner, n_done, n_folds, "folds"),
    )
    found = ModalityContributions(
        folds,
        ready.y,
        [name for name, _, _ in resolved],
        scorer=ready.scorer,
        scoring=scoring,
        targets=ready.targets,
        groups=ready.groups,
        sample_weight=ready.routed["score"].get("sample_weight"),
        error_score=error_score,
        problem=problem_of(
            ready.y,
            resolved,
            classifier=classifier,
            name=ready.name,
            groups=ready.groups,
        ),
    )
    if len(found.errors()) == len(folds):
        errors = found.errors()["error"].tolist()
        raise_failures(errors, f"All {len(folds)} folds", scoring, ready.y)
    return found


def _check_size(n_modalities, y, classifier):
    """Raise before the work where predictions of all sets would be too many."""
    n_outputs = len(pd.unique(np.ravel(y))) if classifier else np.size(y[:1])
    size = 2.0**n_modalities * len(y) * n_outputs * 8
    if n_modalities > MOST_MODALITIES or size > _MOST_BYTES:
        raise ValueError(
            f"{n_modalities} modalities make {2**n_modalities:,} sets, and their "
            f"predictions of {len(y):,} rows take {size / 2**30:,.1f} GiB. Join some "
            "modalities, or use compare_fusions(..., subsets='leave-one-out') or "
            "model_report, which do not try all sets."
        )
