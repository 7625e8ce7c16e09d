"""Which modalities say the same, which add to each other, and which rows disagree."""

from numbers import Integral, Real

import numpy as np
import pandas as pd
from sklearn.base import BaseEstimator
from sklearn.utils.validation import check_consistent_length

from mmensemble._compat import (
    HasMethods,
    Interval,
    StrOptions,
    fit_context,
    limit_threads,
)
from mmensemble._frame import is_pandas
from mmensemble._parameters import MODALITIES
from mmensemble._seeds import seed_for
from mmensemble._state import VersionedStateMixin
from mmensemble._threads import threads_for
from mmensemble.analysis.columns._associations import associate_modalities
from mmensemble.analysis.columns._feature_correlations import correlate_table
from mmensemble.analysis.columns._feature_table import feature_frame
from mmensemble.analysis.modalities._anomalies import find_anomalies
from mmensemble.analysis.modalities._input import make_study, read_table
from mmensemble.analysis.modalities._pairs import pair_rows
from mmensemble.analysis.modalities._shifts import find_shifts, periods
from mmensemble.analysis.modalities._verdicts import judge
from mmensemble.features._written_numbers import with_numbers


class ModalityCorrelation(VersionedStateMixin, BaseEstimator):
    """Tell how modalities relate to each other, to the target, and row by row.

    Everything that is learnt is learnt out of fold, and folds part no group. Rows
    that lack a modality are left out where it is measured. Each measure is
    described, with its reference, where it is computed; see Notes.

    Parameters
    ----------
    modalities : "auto" or list of (name, extractor, columns), default="auto"
        As for :class:`mmensemble.MultimodalClassifier`. Extractors turn text,
        dates and categories into numbers.
    method : {"pearson", "spearman"}, default="pearson"
        Correlation of single features.
    threshold : float, default=0.8
        Share of its variance from which on a modality counts as explained.
    tolerance : float, default=0.01
        Differences of the score up to this size do not matter.
    alpha : float, default=0.05
        Level of the tests, and rate of false discoveries.
    task : {"auto", "classification", "regression"}, default="auto"
        What `y` is; "auto" takes numbers of more than 20 distinct values, and
        those that are not whole, for a regression.
    estimator : estimator object, default=None
        Learner that judges relevance to `y`. None is a ridge regression (of the
        class indicators), its penalty chosen by generalised cross-validation.
    scoring : str, default=None
        A scorer of scikit-learn. None is the area under the ROC curve, for several
        classes the mean of one versus the rest, or R2.
    cv : int, splitter or iterable of splits, default=5
        Folds. Those made from a number are stratified by class, shuffled in a
        fixed order, and keep `groups` together.
    n_permutations : int, default=99
        Of each permutation test; 0 makes none.
    max_features : int, default=5000
        With more features `features_` holds strong pairs only.
    random_state : int, RandomState instance or None, default=None
        Seed of extractors and permutations.
    n_jobs : int, default=None
        Threads.

    Attributes
    ----------
    features_ : DataFrame of shape (n_features, n_features)
        Correlations of all features. Columns of strings are represented by what
        :class:`mmensemble.features.AutoExtractor` makes of them. With more than
        `max_features`, one row a pair with ``|r| >= 0.5``: ``feature_a``,
        ``feature_b``, ``r``, ``n_rows``.
    feature_modalities_ : Series of shape (n_features,)
        Modality that reads each feature, ``"a + b"`` where several do.
    associations_ : DataFrame
        Columns of categories beside all others, as :func:`associate` returns it,
        and ``modality_a`` and ``modality_b``.
    pairs_ : DataFrame of shape (n_pairs, 14)
        ``modality_a``, ``modality_b``, ``n_rows`` (that have both),
        ``mean_abs_r``, ``max_abs_r``, ``share_significant``, ``rv``,
        ``rv_adjusted``, ``cca``, ``p_value_cca``, ``cka``, ``cka_debiased``,
        ``a_explains_b``, ``b_explains_a``.
    modalities_ : DataFrame of shape (n_modalities, n_measures)
        Indexed by modality: ``n_present``, ``n_columns``, ``n_features``,
        ``explained`` (share of its variance that all others together explain),
        ``std_explained``, with `y` ``score``, ``std_score``, ``prior_score``,
        ``relevance`` (their difference), ``saved_alone`` (mean squared error that
        it saves over the prior), ``se_saved_alone``, ``p_value_saved_alone``,
        ``added`` (drop of the score where it is left out), ``std_added``,
        ``saved`` (squared error that it saves beside the others), ``se_saved``,
        ``p_value_saved``; then ``explained_by_kept``, ``stand_in``, ``verdict``
        and ``reason``. ``std_…`` are over folds; ``se_…`` and ``p_value_…`` are of
        a one-sided paired t-test over held-out rows, or sums over groups.
    anomalies_ : DataFrame of shape (n_samples, 2 + n_modalities)
        ``score`` (robust z of the row's worst cross-modal residual), ``modality``
        (whose), and the z of each modality. It has one row a training sample, and
        so is as long as the table.
    shifts_ : DataFrame
        One row a pair of modalities and entry of `groups` and `time`: whether
        their relation changes. Empty without both.
    n_features_in_ : int
        Number of columns of the table.
    feature_names_in_ : ndarray of shape (`n_features_in_`,)
        Column names, where all are strings.

    See Also
    --------
    CorrelationPruner : Drops what is redundant, in a pipeline.

    Notes
    -----
    Verdicts are words of one vocabulary, that of
    :meth:`mmensemble.model_selection.FusionComparison.verdicts`. They rest on one
    test, a one-sided paired t-test of the squared errors of held-out rows. A modality
    adds where leaving it out costs more than `tolerance` of the score, and squared
    error significantly.
    *redundant*, it does not add, the kept modalities explain at least `threshold`
    of its variance out of fold and, with `y`, alone it beats chance; of two copies
    the one of the lower score goes, or the later one if that is not clear.
    *complementary*, it adds beside the kept others, which explain less than
    `threshold`; *adds*, they explain more, or there are none and it beats chance.
    *overlapping*, alone it beats chance, but it does not add (without `y`: it is
    partly explained). *irrelevant*, it does not add, and alone it does not beat
    chance, also where its noise lowers the score. *unique*, without `y`: less than
    a tenth is explained. *unclear*, there are too few rows.

    The blocks of each fold are in memory while fitting.

    References
    ----------
    RV coefficient: Escoufier (1973), Robert and Escoufier (1976); adjusted: Mayer,
    Lorent and Horgan (2011), Indahl, Næs and Liland (2018). Canonical correlation:
    Hotelling (1936), Vinod (1976). CKA: Kornblith et al. (2019). Redundancy index:
    Stewart and Love (1968). False
    discoveries: Benjamini and Hochberg (1995).

    Examples
    --------
    >>> from mmensemble.analysis import ModalityCorrelation
    >>> from mmensemble.datasets import make_multimodal
    >>> data = make_multimodal(
    ...     n_features={"genes": 8, "scan": 8, "copy": 8},
    ...     redundancy={"copy": "genes"},
    ...     noise={"genes": 1.0, "scan": 1.0, "copy": 0.3},
    ...     random_state=0,
    ... )
    >>> analysis = ModalityCorrelation(random_state=0).fit(data.data, data.target)
    >>> analysis.modalities_["verdict"].to_dict()
    {'genes': 'complementary', 'scan': 'complementary', 'copy': 'redundant'}
    >>> analysis.modalities_.loc["copy", "stand_in"]
    'genes'
    """

    __metadata_request__fit = {"sample_weight": True, "groups": True, "time": True}

    _parameter_constraints = {
        "modalities": MODALITIES,
        "method": [StrOptions({"pearson", "spearman"})],
        "threshold": [Interval(Real, 0, 1, closed="right")],
        "tolerance": [Interval(Real, 0, None, closed="left")],
        "alpha": [Interval(Real, 0, 1, closed="neither")],
        "task": [StrOptions({"auto", "classification", "regression"})],
        "estimator": [None, HasMethods(["fit", "predict"])],
        "scoring": [None, str],
        "cv": ["cv_object"],
        "n_permutations": [Interval(Integral, 0, None, closed="left")],
        "max_features": [Interval(Integral, 1, None, closed="left")],
        "random_state": ["random_state"],
        "n_jobs": [None, Integral],
    }

    def __init__(
        self,
        modalities="auto",
        *,
        method="pearson",
        threshold=0.8,
        tolerance=0.01,
        alpha=0.05,
        task="auto",
        estimator=None,
        scoring=None,
        cv=5,
        n_permutations=99,
        max_features=5000,
        random_state=None,
        n_jobs=None,
    ):
        self.modalities = modalities
        self.method = method
        self.threshold = threshold
        self.tolerance = tolerance
        self.alpha = alpha
        self.task = task
        self.estimator = estimator
        self.scoring = scoring
        self.cv = cv
        self.n_permutations = n_permutations
        self.max_features = max_features
        self.random_state = random_state
        self.n_jobs = n_jobs

    @fit_context(prefer_skip_nested_validation=True)
    def fit(self, X, y=None, *, sample_weight=None, groups=None, time=None):
        """Measure everything.

        Parameters
        ----------
        X : {array-like, dataframe} of shape (n_samples, n_columns)
            One table.
        y : array-like of shape (n_samples,), default=None
            Labels or numbers that the modalities are to tell about.
        sample_weight : array-like of shape (n_samples,), default=None
            Weights of the rows.
        groups : array-like of shape (n_samples,), default=None
            Rows of one group never stand on both sides of a fold, and are permuted
            together; `shifts_` compares the groups.
        time : array-like of shape (n_samples,), default=None
            Numbers or dates; `shifts_` compares four equally large periods.

        Returns
        -------
        self : object
        """
        analyse(self, X, y, sample_weight=sample_weight, groups=groups, time=time)
        return self

    def __sklearn_tags__(self):
        tags = super().__sklearn_tags__()
        tags.input_tags.allow_nan = True
        tags.input_tags.string = True
        tags.input_tags.categorical = True
        tags.target_tags.required = False
        return tags


def analyse(
    analysis,
    X,
    y=None,
    *,
    sample_weight=None,
    groups=None,
    time=None,
    methods=None,
    tell=None,
):
    """Fit an analysis; return also what it saw, for reports on the same rows.

    Parameters
    ----------
    analysis : ModalityCorrelation
        Its fitted attributes are set.
    X, y, sample_weight, groups, time
        As for its `fit`.
    methods : tuple of {"pearson", "spearman"}, default=None
        Correlations of features, the first one that of `analysis`; None is no other.
    tell : callable, default=None
        ``tell(n_done, n_steps, text)`` is called after each step.

    Returns
    -------
    study : Study
    features : FeatureCorrelations
        By each method.
    """
    X = read_table(analysis, X)
    rows = {"sample_weight": sample_weight, "groups": groups, "time": time}
    return _analyse(analysis, X, y, methods=methods, tell=tell, **rows)


#: What is told when it is done, in this order.
_STEPS = ("modalities read", "features correlated", "pairs compared", "verdicts found")
_STEPS += ("rows and groups compared",)
N_STEPS = len(_STEPS)


def _analyse(analysis, X, y, *, sample_weight, groups, time, methods, tell):
    given = {"modalities": analysis.modalities}
    study = make_study(analysis, X, y, sample_weight, groups, **given)
    steps = iter(enumerate(_STEPS, start=1))

    def step_is_done():
        number, text = next(steps)
        if tell is not None:
            tell(number, len(_STEPS), text)

    if time is not None:
        check_consistent_length(X, time)
    with limit_threads(1):
        study.prepare()
    step_is_done()
    table = with_numbers(study.X, study.weight)
    with threads_for(*X.shape, None):
        features, positions = correlate_table(
            table,
            study.resolved,
            study.presence,
            methods=methods or (analysis.method,),
            weight=study.weight,
            seed=seed_for(study.root, "features"),
            max_dense=analysis.max_features,
        )
    # blocks are small matrices, over which several threads wait for each other
    with limit_threads(1):
        index = X.index if is_pandas(X) else None
        given = study.resolved, study.weight
        analysis.associations_ = associate_modalities(table, *given)
        _compare(analysis, study, features, positions, index, time, step_is_done)
    return study, features


def _compare(analysis, study, features, positions, index, time, step_is_done):
    """Set what compares the modalities, pair by pair and with the target."""
    result, blocks = features.results[analysis.method], study.whole()
    analysis.features_ = feature_frame(result)
    analysis.feature_modalities_ = pd.Series(
        features.modality, index=features.names, dtype=object
    )
    step_is_done()
    permuted = {"n_permutations": analysis.n_permutations}
    analysis.pairs_ = pair_rows(
        study, blocks, result, positions, alpha=analysis.alpha, **permuted
    )
    step_is_done()
    analysis.modalities_ = judge(
        study,
        threshold=analysis.threshold,
        tolerance=analysis.tolerance,
        alpha=analysis.alpha,
        scoring=analysis.scoring,
    )
    step_is_done()
    analysis.anomalies_ = find_anomalies(study, index)
    analysis.shifts_ = find_shifts(
        blocks,
        study.presence,
        study.names,
        _levels(study.groups, time),
        seed=seed_for(study.root, "shifts"),
        **permuted,
    )
    step_is_done()


def _levels(groups, time):
    levels = {} if groups is None else {"groups": np.asarray(groups)}
    return levels if time is None else levels | {"time": periods(time)}
