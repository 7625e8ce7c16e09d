"""Contributions of modalities: one fit a fold, then predictions only."""

import numpy as np
from sklearn.base import is_classifier
from sklearn.metrics import check_scoring, get_scorer_names
from sklearn.utils.parallel import delayed
from sklearn.utils.validation import check_consistent_length

from mmensemble._compat import StrOptions, validate_params
from mmensemble._parallel import stream
from mmensemble._splits import list_splits, make_splitter
from mmensemble._validation import check_table_and_target, target_names
from mmensemble.modality._columns import resolve_modalities
from mmensemble.model_selection._compare import (
    SHARED_CONSTRAINTS,
    seeded,
)
from mmensemble.model_selection._contributions import ModalityContributions
from mmensemble.model_selection._controls import warn_of_splits
from mmensemble.model_selection._failures import raise_failures
from mmensemble.model_selection._fold_coalitions import run_coalitions
from mmensemble.model_selection._metadata import join_metadata, route_metadata


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
        Unfitted; up to 20 modalities.
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
        For a parameter that cannot be, and where every fold fails.

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
    targets = target_names(y)
    X, y = check_table_and_target(estimator, X, y)
    check_consistent_length(X, y)
    metadata = join_metadata(X, groups, sample_weight, params)
    groups = metadata.get("groups")
    model = seeded(estimator, random_state, None)
    names = [name for name, _, _ in resolve_modalities(model.modalities, X)]
    scorer = check_scoring(model, scoring=scoring)
    classifier = is_classifier(model)
    splitter = make_splitter(cv, y, classifier=classifier, groups=groups)
    routed = route_metadata("modality_contributions", model, scorer, splitter, metadata)
    splits = list_splits(splitter, X, y, routed["split"], may_overlap=True)
    warn_of_splits(X, splits, splitter, groups)
    calls = (
        delayed(run_coalitions)(model, X, y, split, scorer, routed, error_score)
        for split in splits
    )
    folds = []
    for fold in stream(calls, n_jobs):
        folds.append(fold)
        _report(verbose, len(folds), len(splits))
    errors = [fold.error for fold in folds if fold.predictions is None]
    if len(errors) == len(folds):
        raise_failures(errors, f"All {len(folds)} folds")
    found = ModalityContributions(
        folds,
        y,
        names,
        scorer=scorer,
        scoring=scoring,
        targets=targets,
        groups=groups,
        sample_weight=routed["score"].get("sample_weight"),
        error_score=error_score,
    )
    if len(found.errors()) == len(folds):
        raise_failures(found.errors()["error"].tolist(), f"All {len(folds)} folds")
    return found


def _report(verbose, n_done, n_folds):
    if callable(verbose):
        verbose(n_done, n_folds, "folds")
    elif verbose:
        print(f"[modality_contributions] {n_done}/{n_folds} folds")
