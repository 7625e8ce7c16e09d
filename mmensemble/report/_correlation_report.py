"""The report of a table, wherever it is."""

from functools import partial
from pathlib import Path

import numpy as np
import pandas as pd

from mmensemble._compat import validate_own_params, validate_params
from mmensemble._frame import as_table
from mmensemble._parallel import report_progress
from mmensemble.analysis.matrix._chunk_readers import columns_outside, is_outside
from mmensemble.analysis.modalities._modality_correlation import (
    N_STEPS,
    ModalityCorrelation,
    analyse,
)
from mmensemble.report._correlation import (
    METHODS,
    CorrelationReport,
    check_methods,
    fixed_seed,
    told_of,
)
from mmensemble.report._correlation_file import file_report, words_of_pass
from mmensemble.report._problem import name_of_target

#: Options that a table needs to be in memory for, and what they are by default.
_USUAL = {
    "sample_weight": None,
    "time": None,
    "scoring": None,
    "threshold": 0.8,
    "cv": 5,
}


@validate_params(
    {
        "sample_weight": ["array-like", None],
        "groups": ["array-like", str, None],
        "time": ["array-like", None],
        "verbose": ["verbose", callable],
    },
    prefer_skip_nested_validation=True,
)
def correlation_report(
    X,
    y=None,
    *,
    modalities="auto",
    methods=METHODS,
    sample_weight=None,
    groups=None,
    time=None,
    task="auto",
    threshold=0.8,
    scoring=None,
    cv=5,
    n_jobs=None,
    random_state=None,
    verbose=0,
):
    """Report how modalities correlate, which are redundant, and which rows disagree.

    Of a file, a folder of Parquet files or a dask frame, which may be larger than
    memory, features are correlated in all rows, chunk by chunk or partition by
    partition, and modalities are studied in 10,000 rows chosen at random.

    Parameters
    ----------
    X : {array-like, dataframe} of shape (n_samples, n_columns), str, Path or dask frame
        One table, or where it is: a ``.csv``, ``.tsv`` or ``.parquet`` file, or a
        folder of ``.parquet`` files with the same columns.
    y : array-like of shape (n_samples,) or str, default=None
        Labels or numbers that the modalities are to tell about. Of a file, a folder
        or a dask frame the name of a column, and so are `groups`.
    modalities : "auto" or list of (name, extractor, columns), default="auto"
        As in :class:`mmensemble.MultimodalClassifier`.
    methods : tuple of {"pearson", "spearman"}, default=("pearson", "spearman")
        Correlations of features; the first one also describes the modalities.
    sample_weight : array-like of shape (n_samples,), default=None
        Weights of the rows.
    groups : array-like of shape (n_samples,), default=None
        Rows of one group never stand on both sides of a fold; relations are
        compared between groups.
    time : array-like of shape (n_samples,), default=None
        Numbers or dates; relations are compared between four equally large periods.
    task : {"auto", "classification", "regression"}, default="auto"
        What `y` is, as in :class:`ModalityCorrelation`.
    threshold : float, default=0.8
        Share of its variance from which on a modality counts as explained.
    scoring : str, default=None
        A scorer of scikit-learn for what modalities tell about `y`; None as in
        :class:`ModalityCorrelation`.
    cv : int, splitter or iterable of splits, default=5
        Folds.
    n_jobs : int, default=None
        Threads.
    random_state : int, RandomState instance or None, default=None
        Seed of extractors, permutations and the points that are drawn.
    verbose : int or callable, default=0
        1 prints a line a step, and while a file is read; a callable is called as
        ``verbose(n_done, n_steps, text)`` after each step, and each chunk of a file.

    Returns
    -------
    report : CorrelationReport
        Frames, plots and a page.

    Raises
    ------
    ValueError
        For unknown or repeated methods, or none; for a file or a dask frame, where
        `y` and `groups` are no columns of it, and for options that need all rows.

    See Also
    --------
    ModalityCorrelation : The analysis alone.

    Examples
    --------
    >>> from mmensemble import correlation_report
    >>> from mmensemble.datasets import make_multimodal
    >>> data = make_multimodal(
    ...     n_features={"genes": 8, "scan": 8, "copy": 8},
    ...     redundancy={"copy": "genes"},
    ...     noise={"genes": 1.0, "scan": 1.0, "copy": 0.3},
    ...     random_state=0,
    ... )
    >>> report = correlation_report(data.data, data.target, random_state=0)
    >>> report.summary_[0][:50]
    '300 rows, 3 modalities (genes, scan and copy) with'
    >>> report.summary_[1][:51]
    'copy is redundant: the kept modalities explain 96% '
    """
    methods = check_methods(methods)
    if is_outside(X):
        given = {"sample_weight": sample_weight, "time": time, "scoring": scoring}
        given |= {"threshold": threshold, "cv": cv}
        return _report_outside(
            X,
            {"y": y, "groups": groups},
            {name: value for name, value in given.items() if _is_given(name, value)},
            modalities=modalities,
            methods=methods,
            task=task,
            n_jobs=n_jobs,
            random_state=random_state,
            verbose=verbose,
        )
    analysis = ModalityCorrelation(
        modalities,
        method=methods[0],
        threshold=threshold,
        task=task,
        scoring=scoring,
        cv=cv,
        random_state=fixed_seed(random_state),
        n_jobs=n_jobs,
    )
    validate_own_params(analysis)
    X = as_table(X, "correlation_report")
    rows = {"sample_weight": sample_weight, "groups": groups, "time": time}
    tell = partial(report_progress, verbose, "correlation_report")
    study, features = analyse(analysis, X, y, methods=methods, tell=tell, **rows)
    return CorrelationReport(
        analysis,
        features,
        pd.DataFrame(study.presence, columns=study.names),
        is_grouped=groups is not None,
        seed=study.root,
        **told_of(study, name_of_target(y), groups),
    )


def _is_given(name, value):
    """Tell whether an option is other than by default; arrays always are."""
    return np.ndim(value) > 0 or value != _USUAL[name]


class _Progress:
    """Tells how far the passes over a file are, then the steps of the study."""

    def __init__(self, verbose):
        self.verbose = verbose
        self.n_passes, self._last = 0, None

    def rows(self, number, n_passes, n_rows, total):
        """Tell of a chunk; lines are printed where rows have doubled, or by tenths."""
        self.n_passes = n_passes
        mark = n_rows.bit_length() if total is None else 10 * n_rows // total
        if not callable(self.verbose) and self._last == (number, mark):
            return
        self._last = number, mark
        how_many = f"{n_rows:,}" if total is None else f"{n_rows:,} of {total:,}"
        text = f"{words_of_pass(number)}: {how_many} rows"
        self._say(number + (n_rows == total), n_passes + N_STEPS, text)

    def step(self, n_done, n_steps, text):
        """Tell of a step of the study."""
        self._say(self.n_passes + n_done, self.n_passes + n_steps, text)

    def _say(self, *state):
        report_progress(self.verbose, "correlation_report", *state)


def _report_outside(X, named, others, *, verbose, **options):
    """Report on a table that is not in memory; `named` are columns of it."""
    if others:
        raise ValueError(
            f"correlation_report of a {_kind(X)} has no {sorted(others)}: they need "
            "all rows in memory. Load the table, or some of its rows, for them."
        )
    columns = columns_outside(X)
    for parameter, name in named.items():
        if name is not None and (not isinstance(name, str) or name not in columns):
            raise ValueError(
                f"The {parameter!r} parameter must name a column of the {_kind(X)}, "
                f"got {name!r}. Its columns are {columns[:20]}."
            )
    target, groups = named["y"], named["groups"]
    progress = _Progress(verbose)
    options |= {"on_rows": progress.rows, "tell": progress.step}
    return file_report(X, columns, target=target, groups=groups, **options)


def _kind(X):
    return "file or folder" if isinstance(X, str | Path) else "dask frame"
