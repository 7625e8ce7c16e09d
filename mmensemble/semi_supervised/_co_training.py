"""Co-training of modalities, and tri-training."""

import warnings
from numbers import Real

import numpy as np
from sklearn.base import ClassifierMixin
from sklearn.utils.parallel import Parallel, delayed
from sklearn.utils.validation import check_is_fitted

from mmensemble._compat import Interval, StrOptions, fit_context
from mmensemble._seeds import draw_root
from mmensemble._unlabelled import LabelledScoreMixin
from mmensemble.ensemble._classifier import MultimodalClassifier
from mmensemble.semi_supervised._base import BaseSemiSupervised
from mmensemble.semi_supervised._co_members import Three, Views
from mmensemble.semi_supervised._self_training import SHARED_CONSTRAINTS

#: Gap of held-out accuracy between modalities from which there is a warning.
_UNEQUAL = 0.15


class CoTraining(LabelledScoreMixin, ClassifierMixin, BaseSemiSupervised):
    """Modalities label rows for each other.

    Each modality has a member of its own. In each round every member labels the
    unlabelled rows of which it is most certain, of each class as many as it is
    frequent, for all other members, which learn from them. Predictions are the
    product of the members' probabilities, of the modalities that a row has.

    Modalities of unequal strength poison each other: the weak ones hand wrong
    labels to the strong ones. `fit` warns where they are unequal, and `guard` keeps
    the supervised model. :class:`MultimodalSelfTraining`, which lets all label
    together, is the safer way.

    Parameters
    ----------
    estimator : None or MultimodalClassifier, default=None
        Its modalities and learners count, and its fusion for the supervised model.
        None: one that stacks linear models.
    method : {"views", "tri"}, default="views"
        "tri" is tri-training: three members on all modalities together, of
        bootstrap samples; two that agree teach the third.
    rounds : int, default=8
        Most rounds; tri-training may end before.
    share : float, default=0.5
        Share of the unlabelled rows that each member labels for the others, in all
        rounds together; 0 is supervised learning. Not for "tri", which chooses it.
    guard : bool, default=True
        Whether the supervised model is kept unless co-training is better on
        labelled rows held out, by more than one standard error over the folds.
    scoring : None, str or callable, default=None
        What decides; None is accuracy. A scorer that looks at predictions only.
    missing_label : object, default=None
        What else in `y` stands for a missing label, such as -1.
    n_jobs : int, default=None
        Folds that run at the same time.
    random_state : int, RandomState instance or None, default=None
        Root of the bootstrap samples and of the seeds that the estimator leaves
        open.

    Attributes
    ----------
    classes_ : ndarray of shape (n_classes,)
        Labels, sorted.
    estimator_ : MultimodalClassifier
        The supervised model.
    members_ : list of MultimodalClassifier
        Members after the last round, one a modality or three; empty without
        unlabelled rows.
    accepted_ : bool
        Whether these predict, and not the supervised model.
    history_ : DataFrame or None
        The supervised model and the last round: rows ``kept``, ``score`` on rows
        held out, ``std_score``, ``difference``, ``std_difference`` and log
        ``loss``. None where nothing was judged.
    n_features_in_ : int
        Number of columns of the table.
    feature_names_in_ : ndarray of shape (`n_features_in_`,)
        Column names, where all are strings.

    See Also
    --------
    MultimodalSelfTraining : A pool of all modalities labels the rows.

    References
    ----------
    Blum, A., & Mitchell, T. (1998). Combining labeled and unlabeled data with
    co-training. COLT.

    Zhou, Z.-H., & Li, M. (2005). Tri-training: exploiting unlabeled data using
    three classifiers. IEEE TKDE, 17(11).

    Examples
    --------
    >>> import numpy as np
    >>> from mmensemble import CoTraining
    >>> from mmensemble.datasets import make_multimodal
    >>> data = make_multimodal(random_state=0)
    >>> y = np.array(data.target, dtype=object)
    >>> y[60:] = None
    >>> model = CoTraining(method="tri", rounds=2, random_state=0)
    >>> len(model.fit(data.data, y).members_)
    3
    """

    _parameter_constraints = SHARED_CONSTRAINTS | {
        "method": [StrOptions({"views", "tri"})],
        "share": [Interval(Real, 0, 1, closed="both")],
    }

    def __init__(
        self,
        estimator=None,
        *,
        method="views",
        rounds=8,
        share=0.5,
        guard=True,
        scoring=None,
        missing_label=None,
        n_jobs=None,
        random_state=None,
    ):
        self.estimator = estimator
        self.method = method
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
        """Fit to labelled rows, then let members label rows for each other.

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
        idle = not len(problem.unlabelled) or self.share == 0
        judged = self.guard and not idle
        chains = self._start(problem, self._splits(problem), judged=judged)
        self.estimator_ = chains[0].model
        self.history_, self._trained, self.members_ = None, None, []
        self.accepted_ = not self.guard and not idle
        if not idle:
            self._train(problem, chains)
        return self

    def _train(self, problem, chains):
        seed = draw_root(self.random_state)
        found = Parallel(n_jobs=self.n_jobs)(
            delayed(_co_train)(problem, chain, self, seed) for chain in chains
        )
        self._trained, kept = found[0]
        self.members_ = [member for member in self._trained.members if member]
        if len(chains) < 2:
            return
        judge = self._judge(problem, chains)
        said = [chain.ask_test() for chain in chains[1:]]
        judge.add([own.fused for own in said], kept=0)
        self._warn(problem, chains, said)
        tables = [problem.table(chain.test) for chain in chains[1:]]
        pairs = zip(found[1:], tables, strict=True)
        judge.add([own.outputs(X) for (own, _), X in pairs], kept=kept)
        self.history_ = judge.table()
        self.accepted_ = judge.is_better()

    def _warn(self, problem, chains, said):
        """Warn where members are of unequal strength on the rows held out."""
        y = np.concatenate([problem.y[chain.test] for chain in chains[1:]])
        members = np.concatenate([own.members for own in said])
        single = [m.modality is not None for m in self.estimator_._members]
        if self.method != "views" or sum(single) < 2:
            return
        scores = {}
        for k in np.flatnonzero(single):
            has = ~np.isnan(members[:, k, 0])
            hit = self.classes_[members[has, k].argmax(axis=1)] == y[has]
            if len(hit):
                scores[self.estimator_._members[k].name] = round(float(hit.mean()), 3)
        if scores and max(scores.values()) - min(scores.values()) > _UNEQUAL:
            warnings.warn(
                f"Modalities are of unequal strength (accuracy on rows held out: "
                f"{scores}). In co-training the weak ones hand wrong labels to the "
                "strong ones; MultimodalSelfTraining lets all label together.",
                UserWarning,
            )

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
        X = self._table(X)
        if self.accepted_:
            return self._trained.outputs(X)
        return self.estimator_.predict_proba(X)

    def predict(self, X):
        """Return the label of each row, as the estimator's `decision` says.

        Parameters
        ----------
        X : {array-like, sparse matrix, dataframe} of shape (n_samples, n_columns)

        Returns
        -------
        labels : ndarray of shape (n_samples,)
        """
        check_is_fitted(self)
        return self.estimator_._task.decide(self.predict_proba(X))


def _co_train(problem, chain, options, seed):
    """Return members after all rounds on a chain's rows, and how many rows they got."""
    if options.method == "tri":
        members = Three(problem, chain.rows, chain.test, seed)
    else:
        members = Views(problem, chain.rows, chain.test, options.share)
    kept = 0
    for _ in range(options.rounds):
        taught = members.step(options.rounds)
        if not taught:
            break
        kept = taught if options.method == "tri" else kept + taught
    return members.trained(), kept
