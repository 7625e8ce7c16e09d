"""Self-training with labels from a pool of modalities."""

from numbers import Integral, Real

import numpy as np
from sklearn.base import ClassifierMixin, RegressorMixin
from sklearn.metrics import get_scorer_names
from sklearn.utils.validation import check_is_fitted

from mmensemble._compat import HasMethods, Interval, StrOptions, fit_context
from mmensemble._unlabelled import LabelledScoreMixin
from mmensemble.ensemble._classifier import MultimodalClassifier
from mmensemble.ensemble._regressor import MultimodalRegressor
from mmensemble.semi_supervised._base import BaseSemiSupervised
from mmensemble.semi_supervised._rounds import Plan, gather, run_round

SHARED_CONSTRAINTS = {
    "estimator": [None, HasMethods(["fit", "predict"])],
    "rounds": [Interval(Integral, 1, None, closed="left")],
    "guard": ["boolean"],
    "scoring": [None, StrOptions(set(get_scorer_names())), callable],
    "missing_label": "no_validation",
    "n_jobs": [None, Integral],
    "random_state": ["random_state"],
}


def train(model, problem, plan):
    """Run the rounds, judge them, and keep the better model.

    Parameters
    ----------
    model : MultimodalSelfTraining or MultimodalSelfTrainingRegressor
        Gets the fitted attributes.
    problem : Problem
    plan : Plan
    """
    splits = model._splits(problem)
    idle = not len(problem.unlabelled) or plan.share == 0
    adversarial = plan.kind == "adversarial"
    judged = bool(splits) and not idle and (model.guard or adversarial)
    chains = model._start(problem, splits, judged=judged)
    judged = len(chains) > 1
    model.history_, model.discriminator_auc_ = None, np.empty(0)
    first, judge, aucs = chains[0].model, None, []
    labels, weight = chains[0].ask_unlabelled().fused if not idle else None, None
    if judged:
        judge = model._judge(problem, chains)
        said = [chain.ask_test() for chain in chains[1:]]
        judge.add([own.fused for own in said], kept=0)
    for number in range(1, 1 if idle else plan.rounds + 1):
        opinions = None
        if judged and problem.classes is not None:
            opinions = gather(problem, chains[1:], said)
            aucs.append(opinions.auc())
        chains, labels, weight = run_round(chains, opinions, plan, number, model.n_jobs)
        if judged:
            said = [chain.ask_test() for chain in chains[1:]]
            judge.add([own.fused for own in said], kept=int((weight > 0).sum()))
    model.discriminator_auc_ = np.array(aucs)
    model.history_ = judge.table() if judged else None
    # without a fold to judge by, the guard keeps what needs no judging
    better = judge.is_better() if judged else not model.guard
    model.accepted_ = bool(better or not model.guard) and not idle
    model.estimator_ = chains[0].model if model.accepted_ else first
    n = len(problem.unlabelled)
    model.pseudo_labels_ = np.zeros((n, 0)) if labels is None else labels
    model.kept_ = np.zeros(n, bool) if weight is None else weight > 0
    return model


class MultimodalSelfTraining(LabelledScoreMixin, ClassifierMixin, BaseSemiSupervised):
    """Learn from rows without a label by what a pool of modalities says about them.

    Members, one a modality and one on all of them together, are pooled by a
    log-linear pool with non-negative weights, learnt from out-of-fold predictions
    of labelled rows. The pool labels the unlabelled rows, and the members learn
    from them; rounds go on, with more rows each. Kinds of labels:

    - "pool": what the pool says, matched to the class frequencies of the labelled
      rows (without that, classes swallow each other within a few rounds) and
      sharpened, with the weight ``max(q)^2``.
    - "adversarial": a discriminator first learns, from labelled rows out of fold,
      to tell true labels from labels drawn from the pool, by each member's
      probability of the label and their agreement. The pool answers with
      ``q D / (1 - D)`` and goes on as "pool".
      At the optimum that is the true probability, as of a calibrated pool, so
      expect little beside it.
    - "hard": the likeliest label where its probability is 0.9 at least, the usual
      self-training. It swings: a gain on one set, a larger loss on another.
    - "entropy": matched as well, all rows from the start, sharpened more and more.

    Each fold of the labelled rows has a chain of models of its own that has not
    seen it, and labels the unlabelled rows itself. That judges every round; what
    combines the members learns, as in stacking, from rows of the other folds.

    Parameters
    ----------
    estimator : None or MultimodalClassifier, default=None
        With a decision-level fusion. None: one that stacks linear models.
    labels : {"adversarial", "pool", "hard", "entropy"}, default="adversarial"
        How unlabelled rows are labelled.
    sharpen : float, default=0.5
        Shares are raised to the power ``1 / sharpen``; 1 leaves them.
    rounds : int, default=4
        How often the members are fitted to pseudo-labels.
    share : float, default=1.0
        Share of the unlabelled rows that are used in the last round, the most
        certain ones; 0 is supervised learning.
    guard : bool, default=True
        Whether the supervised model is kept unless the last round is better on
        labelled rows held out, by more than one standard error over the folds.
    scoring : None, str or callable, default=None
        What decides; None is accuracy. A scorer that looks at predictions only.
    missing_label : object, default=None
        What else in `y` stands for a missing label, such as -1.
    n_jobs : int, default=None
        Chains that run at the same time.
    random_state : int, RandomState instance or None, default=None
        Root of the seeds that the estimator leaves open.

    Attributes
    ----------
    classes_ : ndarray of shape (n_classes,)
        Labels, sorted.
    estimator_ : MultimodalClassifier
        The model that is kept.
    accepted_ : bool
        Whether it has learnt from unlabelled rows.
    history_ : DataFrame or None
        One row a round, the supervised model first: rows ``kept``, ``score`` on
        rows held out, ``std_score``, ``difference`` to the supervised model,
        ``std_difference`` and log ``loss``. None where nothing was judged.
    discriminator_auc_ : ndarray of shape (n_rounds,)
        How well a fresh discriminator tells true labels of rows that it has not
        seen from those that the pool draws, at the start of each round; 0.5 where
        it cannot.
    pseudo_labels_ : ndarray of shape (n_unlabelled, n_classes)
        Shares of the last round, in the order of the unlabelled rows.
    kept_ : ndarray of bool of shape (n_unlabelled,)
        Rows that the last round has used.
    n_features_in_ : int
        Number of columns of the table.
    feature_names_in_ : ndarray of shape (`n_features_in_`,)
        Column names, where all are strings.

    See Also
    --------
    CoTraining : Modalities label rows for each other.
    MultimodalSelfTrainingRegressor : The same for numbers.
    LabelledFold : Splits for searches over tables with unlabelled rows.

    References
    ----------
    Goodfellow, I., et al. (2014). Generative adversarial nets. NeurIPS.

    Azadi, S., Olsson, C., Darrell, T., Goodfellow, I., & Odena, A. (2019).
    Discriminator rejection sampling. ICLR.

    Nigam, K., & Ghani, R. (2000). Analyzing the effectiveness and applicability of
    co-training. CIKM.

    Grandvalet, Y., & Bengio, Y. (2005). Semi-supervised learning by entropy
    minimization. NeurIPS.

    Examples
    --------
    >>> import numpy as np
    >>> from mmensemble import MultimodalSelfTraining
    >>> from mmensemble.datasets import make_multimodal
    >>> data = make_multimodal(random_state=0)
    >>> y = np.array(data.target, dtype=object)
    >>> y[60:] = None
    >>> model = MultimodalSelfTraining(labels="pool", rounds=2, random_state=0)
    >>> model.fit(data.data, y).history_["round"].tolist()
    [0, 1, 2]
    """

    _parameter_constraints = SHARED_CONSTRAINTS | {
        "labels": [StrOptions({"adversarial", "pool", "hard", "entropy"})],
        "sharpen": [Interval(Real, 0, 1, closed="right")],
        "share": [Interval(Real, 0, 1, closed="both")],
    }

    def __init__(
        self,
        estimator=None,
        *,
        labels="adversarial",
        sharpen=0.5,
        rounds=4,
        share=1.0,
        guard=True,
        scoring=None,
        missing_label=None,
        n_jobs=None,
        random_state=None,
    ):
        self.estimator = estimator
        self.labels = labels
        self.sharpen = sharpen
        self.rounds = rounds
        self.share = share
        self.guard = guard
        self.scoring = scoring
        self.missing_label = missing_label
        self.n_jobs = n_jobs
        self.random_state = random_state

    def _model(self):
        return MultimodalClassifier

    @fit_context(prefer_skip_nested_validation=False)
    def fit(self, X, y, *, unlabelled=None, sample_weight=None, groups=None, **params):
        """Fit to labelled rows, then, round by round, to all.

        Parameters
        ----------
        X : {array-like, sparse matrix, dataframe} of shape (n_samples, n_columns)
            One table.
        y : array-like of shape (n_samples,)
            Labels; NaN, None or NA where there is none.
        unlabelled : table of shape (n_more, n_columns), default=None
            More rows without a label.
        sample_weight : array-like of shape (n_samples,), default=None
            Weights of the rows of `X`; those of `unlabelled` weigh their mean.
        groups : array-like of shape (n_samples,), default=None
            Rows of one group never stand on both sides of an inner split.
        **params : dict
            More metadata, routed to the estimator.

        Returns
        -------
        self : object
        """
        metadata = {"sample_weight": sample_weight, "groups": groups, **params}
        problem = self._read(X, y, unlabelled, metadata, classifier=True)
        self.classes_ = problem.classes
        plan = Plan(self.labels, self.sharpen, self.rounds, self.share)
        return train(self, problem, plan)

    def predict_proba(self, X):
        """Return class probabilities.

        Parameters
        ----------
        X : {array-like, sparse matrix, dataframe} of shape (n_samples, n_columns)
            A row may lack modalities.

        Returns
        -------
        probabilities : ndarray of shape (n_samples, n_classes)
            In the order of `classes_`.
        """
        check_is_fitted(self)
        return self.estimator_.predict_proba(self._table(X))


class MultimodalSelfTrainingRegressor(
    LabelledScoreMixin, RegressorMixin, BaseSemiSupervised
):
    """Learn from rows without a number by what a pool of modalities says about them.

    Members, one a modality and one on all of them together, are pooled by
    non-negative least squares on out-of-fold predictions. The pool predicts the
    rows without a target, and the members learn from them: those first on which the
    members agree, with the weight ``1 / (1 + v)``, where v is the variance of the
    members over that of the targets; in each round more of them.

    Parameters
    ----------
    estimator : None or MultimodalRegressor, default=None
        With a decision-level fusion. None: one that stacks linear models.
    rounds : int, default=4
        How often the members are fitted to predictions of the pool.
    share : float, default=1.0
        Share of the rows without a target that are used in the last round.
    guard : bool, default=True
        Whether the supervised model is kept unless the last round is better on
        rows held out, by more than one standard error over the folds.
    scoring : None, str or callable, default=None
        What decides; None is the coefficient of determination. A scorer that looks
        at predictions only.
    missing_label : object, default=None
        What else in `y` stands for a missing target, such as -1.
    n_jobs : int, default=None
        Chains that run at the same time.
    random_state : int, RandomState instance or None, default=None
        Root of the seeds that the estimator leaves open.

    Attributes
    ----------
    estimator_ : MultimodalRegressor
        The model that is kept.
    accepted_ : bool
        Whether it has learnt from rows without a target.
    history_ : DataFrame or None
        One row a round, as in :class:`MultimodalSelfTraining`.
    discriminator_auc_ : ndarray of shape (0,)
        Empty: there are no classes to tell.
    pseudo_labels_ : ndarray of shape (n_unlabelled, n_targets)
        What the pool predicted in the last round.
    kept_ : ndarray of bool of shape (n_unlabelled,)
        Rows that the last round has used.
    n_features_in_ : int
        Number of columns of the table.
    feature_names_in_ : ndarray of shape (`n_features_in_`,)
        Column names, where all are strings.

    See Also
    --------
    MultimodalSelfTraining : The same for labels.

    References
    ----------
    Nigam, K., & Ghani, R. (2000). Analyzing the effectiveness and applicability of
    co-training. CIKM.

    Examples
    --------
    >>> import numpy as np
    >>> from mmensemble.datasets import make_multimodal
    >>> from mmensemble.semi_supervised import MultimodalSelfTrainingRegressor
    >>> data = make_multimodal(task="regression", random_state=0)
    >>> y = np.where(np.arange(len(data.target)) < 60, data.target, np.nan)
    >>> model = MultimodalSelfTrainingRegressor(rounds=2, random_state=0)
    >>> model.fit(data.data, y).predict(data.data).shape == y.shape
    True
    """

    _parameter_constraints = SHARED_CONSTRAINTS | {
        "share": [Interval(Real, 0, 1, closed="both")],
    }

    def __init__(
        self,
        estimator=None,
        *,
        rounds=4,
        share=1.0,
        guard=True,
        scoring=None,
        missing_label=None,
        n_jobs=None,
        random_state=None,
    ):
        self.estimator = estimator
        self.rounds = rounds
        self.share = share
        self.guard = guard
        self.scoring = scoring
        self.missing_label = missing_label
        self.n_jobs = n_jobs
        self.random_state = random_state

    def _model(self):
        return MultimodalRegressor

    @fit_context(prefer_skip_nested_validation=False)
    def fit(self, X, y, *, unlabelled=None, sample_weight=None, groups=None, **params):
        """Fit to rows with a target, then, round by round, to all.

        Parameters
        ----------
        X : {array-like, sparse matrix, dataframe} of shape (n_samples, n_columns)
            One table.
        y : array-like of shape (n_samples,) or (n_samples, n_targets)
            Numbers; NaN where there is none.
        unlabelled : table of shape (n_more, n_columns), default=None
            More rows without a target.
        sample_weight : array-like of shape (n_samples,), default=None
            Weights of the rows of `X`; those of `unlabelled` weigh their mean.
        groups : array-like of shape (n_samples,), default=None
            Rows of one group never stand on both sides of an inner split.
        **params : dict
            More metadata, routed to the estimator.

        Returns
        -------
        self : object
        """
        metadata = {"sample_weight": sample_weight, "groups": groups, **params}
        problem = self._read(X, y, unlabelled, metadata, classifier=False)
        return train(self, problem, Plan("pool", 1.0, self.rounds, self.share))
