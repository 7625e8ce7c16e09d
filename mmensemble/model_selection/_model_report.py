"""The page of one model: what it predicts, how well, and from what."""

from functools import partial
from numbers import Integral

import numpy as np
from sklearn.base import clone, is_classifier
from sklearn.metrics import get_scorer_names

from mmensemble._compat import Interval, StrOptions
from mmensemble._parallel import report_progress
from mmensemble._parameters import validate_params
from mmensemble.analysis.coalitions._shapley import coalition_masks
from mmensemble.learners._task import make_task
from mmensemble.model_selection._coalition_folds import CoalitionFolds
from mmensemble.model_selection._compare import SHARED_CONSTRAINTS, with_seed
from mmensemble.model_selection._failures import raise_failures
from mmensemble.model_selection._fold_shuffles import shuffled_falls
from mmensemble.model_selection._model_result import ModelReport
from mmensemble.model_selection._positive import check_positive, scoring_of_class
from mmensemble.report._problem import problem_of

#: Of more modalities not all sets are asked for, but each alone and all but each.
MOST_EXACT = 8


@validate_params(
    SHARED_CONSTRAINTS
    | {
        "scoring": [StrOptions(set(get_scorer_names())), callable, None],
        "max_columns": [Interval(Integral, 0, None, closed="left")],
        "n_repeats": [Interval(Integral, 1, None, closed="left")],
        "positive": "no_validation",
        "title": [str, None],
    },
    prefer_skip_nested_validation=False,
)
def model_report(
    estimator,
    X,
    y,
    *,
    groups=None,
    sample_weight=None,
    scoring=None,
    cv=None,
    params=None,
    max_columns=50,
    n_repeats=3,
    positive=None,
    title=None,
    n_jobs=None,
    random_state=None,
    verbose=0,
    error_score=np.nan,
):
    """Report what one model predicts, how well, and from what.

    In each fold a clone is fitted once; scores, curves, contributions of modalities
    and falls by shuffled columns are all of its test rows. One more clone is fitted
    on all rows, for what columns were taken for and for weights. With five folds
    that is six fits, and predictions of ``max_columns * n_repeats`` copies of each
    fold's test rows.

    Parameters
    ----------
    estimator : MultimodalClassifier or MultimodalRegressor
        Fitted or not: clones are fitted.
    X : {array-like, sparse matrix, dataframe} of shape (n_samples, n_columns)
        One table.
    y : array-like of shape (n_samples,) or (n_samples, n_targets)
        Labels or numbers; the name of a series is shown.
    groups : array-like of shape (n_samples,), default=None
        Rows of one group stay in one fold, also within the fits.
    sample_weight : array-like of shape (n_samples,), default=None
        Weights of rows in the fits; with metadata routing also in the scores, where
        the scorer has requested them. Curves and counts are of rows, unweighted.
    scoring : str or callable, default=None
        One metric, as in :func:`sklearn.model_selection.cross_validate`. Where folds
        are too small for it, the pooled rows of all folds are scored.
    cv : int, splitter or iterable, default=None
        Folds; None is 5. Folds made from None or an int are stratified for classes
        and keep `groups` together.
    params : dict, default=None
        Further metadata for ``fit``, splitter and scorer. Without metadata routing,
        all of them go to ``fit``.
    max_columns : int, default=50
        Columns that are shuffled in each fold, shared among the modalities; of more,
        those that go best with the target in the training rows. 0 shuffles none.
    n_repeats : int, default=3
        Shuffles of each column and fold.
    positive : label, default=None
        Class that the ROC and calibration curves are of, against all others, and that
        metrics of one class, such as "f1" or "average_precision", take as positive.
        None: of two classes the last in order; of more each has a ROC curve, and the
        calibration is of the most probable one.
    title : str, default=None
        Heading of the page; None names the target and counts the rows.
    n_jobs : int, default=None
        Folds that run at the same time.
    random_state : int, RandomState instance or None, default=None
        Root of all seeds; None leaves that of `estimator`, and shuffles by 0.
    verbose : int or callable, default=0
        1 prints a line a fit; a callable is called as
        ``verbose(n_done, n_fits, text)`` after each.
    error_score : "raise" or float, default=np.nan
        Score of a fold that fails; its rows are left out. Where every fold fails,
        the reasons are raised.

    Returns
    -------
    report : ModelReport
        Frames, plots and a page.

    Raises
    ------
    ValueError
        For a parameter that cannot be, and where every fold fails.

    See Also
    --------
    compare_fusions : Which fusion to take.
    correlation_report : How the modalities correlate.

    Examples
    --------
    >>> from mmensemble import MultimodalClassifier, model_report
    >>> from mmensemble.datasets import make_multimodal
    >>> data = make_multimodal(random_state=0)
    >>> model = MultimodalClassifier(fusion="voting", random_state=0)
    >>> report = model_report(model, data.data, data.target)
    >>> f"{report.score_['mean']:.2f}, chance {report.score_['chance']:.2f}"
    '0.77, chance 0.50'
    """
    ready = CoalitionFolds.of(
        "model_report",
        estimator,
        X,
        y,
        seeded=partial(with_seed, random_state=random_state, cache=None),
        groups=groups,
        sample_weight=sample_weight,
        params=params,
        scoring=scoring_of_class(scoring, positive),
        cv=cv,
    )
    model, X, y = ready.model, ready.X, ready.y
    positive = check_positive(positive, y, classifier=is_classifier(model))
    n_fits = len(ready.splits) + 1
    whole = clone(model).fit(X, y, **ready.routed["fit"])
    tell = partial(report_progress, verbose, "model_report")
    tell(1, n_fits, "fits: all rows")
    folds = ready.run(
        n_jobs,
        error_score,
        lambda n_done: tell(n_done + 1, n_fits, "fits: folds"),
        masks_of=masks_for,
        look=_shuffles(model, max_columns, n_repeats),
    )
    report = ModelReport(
        whole,
        folds,
        ready.splits,
        X,
        y,
        **_task_and_problem(ready, whole),
        scorer=ready.scorer,
        scoring=scoring,
        groups=ready.groups,
        score_params=ready.routed["score"],
        positive=positive,
        title=title,
    )
    return _unless_failed(report, scoring, y)


def _task_and_problem(ready, whole):
    """Return what is predicted, and from what the model of all rows reads."""
    own = {"classifier": is_classifier(whole)}
    named = own | {"name": ready.name, "groups": ready.groups}
    return {
        "task": make_task(ready.y, targets=ready.targets, **own),
        "problem": problem_of(ready.y, whole.modalities_, **named),
    }


def _unless_failed(report, scoring, y):
    """Return the report; raise where no fold nor the pooled rows could be scored."""
    errors = report.errors_["error"].tolist()
    if len(errors) == report.n_folds and np.isnan(report.score_["mean"]):
        raise_failures(errors, f"All {report.n_folds} folds", scoring, y)
    return report


def _shuffles(model, max_columns, n_repeats):
    """Return what looks at a fitted model; None where nothing is shuffled."""
    if not max_columns:
        return None
    seed = model.random_state if isinstance(model.random_state, Integral) else 0
    return partial(
        shuffled_falls, most=max_columns, n_repeats=n_repeats, seed=int(seed)
    )


def masks_for(n_modalities):
    """Return the sets of modalities that a fold's model is asked for.

    Parameters
    ----------
    n_modalities : int

    Returns
    -------
    masks : ndarray of bool of shape (n_sets, n_modalities)
        All of them up to 8 modalities; else none, each alone, all but each, all. The
        first is empty, the last complete.
    """
    if n_modalities <= MOST_EXACT:
        return coalition_masks(n_modalities)
    each = np.eye(n_modalities, dtype=bool)
    return np.vstack([~each[:1] & each[:1], each, ~each, each[:1] | ~each[:1]])
