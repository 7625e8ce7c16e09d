"""The regressor that is taught by one of more modalities."""

from sklearn.base import RegressorMixin

from mmensemble._compat import fit_context
from mmensemble._unlabelled import LabelledScoreMixin
from mmensemble.ensemble._regressor import MultimodalRegressor
from mmensemble.fusion import StackingFusion
from mmensemble.transfer._distillation import BaseDistilled


class DistilledRegressor(LabelledScoreMixin, RegressorMixin, BaseDistilled):
    """Train with all modalities, predict numbers from few.

    A teacher reads every modality, while `fit` lasts. The student reads its own,
    and learns ``(1 - imitation) y + imitation t`` with the teacher's predictions t:
    of rows with a target out of fold, and of rows without one (NaN in `y`), which
    only the teacher can predict. Under squared error that is the same as to be
    near both.

    Predicted components of the modalities that the student lacks can be features,
    too (`features`): regressions on the student's features, out of fold.

    Parameters
    ----------
    teacher : None or regressor, default=None
        None: a :class:`MultimodalRegressor` that stacks linear models of the
        modalities and of all of them together. Its `modalities` name what there is;
        without such a parameter, they are found as by "auto".
    student : None or regressor, default=None
        Learns from the student's features side by side; one with a parameter
        `modalities` reads the table itself. None: a ridge regression whose penalty
        is chosen cheaply.
    student_modalities : None, str or list, default=None
        What the student reads: names of modalities, or triples
        ``(name, extractor, columns)``. None: all.
    imitation : "cv" or float, default="cv"
        Share of the teacher's predictions in what the student learns. 0 is the
        hard student; "cv" chooses 0.5 or 1.
    features : {"auto", True, False}, default="auto"
        Whether the student sees predicted components of the other modalities;
        "auto" chooses.
    guard : bool, default=True
        Whether a hard student is kept unless distillation gains more than one
        standard error on the best one over inner folds, the teacher fitted anew
        within each. It is the given one, unless extremely randomised trees are
        better by as much.
    scoring : None, str or callable, default=None
        What decides; None is the coefficient of determination.
    costs : None or dict of str to float, default=None
        What each modality costs to measure, for `price_`, and nothing where none is
        given; None: one each.
    missing_label : object, default=None
        What else in `y` stands for a missing target, such as -1.
    cv : int, splitter or iterable, default=None
        Splits of the rows with a target, which splits by number count alone; None is
        5 folds.
    n_jobs : int, default=None
        Folds that run at the same time.
    random_state : int, RandomState instance or None, default=None
        Root of all seeds.

    Attributes
    ----------
    student_ : regressor
        The fitted student.
    choice_ : {"hard", "hard trees", "distilled"}
        Which student that is.
    imitation_, features_ : float, bool
        How it learnt.
    price_ : DataFrame or None
        One row a model, "teacher" to "distilled": ``score`` and ``std_score`` over
        inner folds, ``difference`` to the best hard student and
        ``std_difference``, ``cost`` of the modalities read and ``saved``. None
        where nothing was to be chosen.
    search_ : DataFrame or None
        The scores of all students that were tried.
    modalities_ : list of (name, extractor, columns)
        The student's, with resolved columns.
    n_features_in_ : int
        Number of columns that `predict` needs, the student's.
    feature_names_in_ : ndarray of shape (`n_features_in_`,)
        Their names, where all are strings. Further columns are passed over.

    See Also
    --------
    DistilledClassifier : The same for labels.

    References
    ----------
    Lopez-Paz, D., Bottou, L., Schölkopf, B., & Vapnik, V. (2016). Unifying
    distillation and privileged information. ICLR.

    Examples
    --------
    >>> import numpy as np
    >>> import pandas as pd
    >>> from mmensemble import DistilledRegressor
    >>> rng = np.random.default_rng(0)
    >>> gene = rng.normal(size=300)
    >>> X = pd.DataFrame({"gene__a": gene, "blood__b": gene + rng.normal(size=300)})
    >>> y = np.where(np.arange(300) < 30, gene, np.nan)
    >>> model = DistilledRegressor(student_modalities="blood", random_state=0)
    >>> model.fit(X, y).predict(X[["blood__b"]]).shape
    (300,)
    """

    def _default_teacher(self):
        return MultimodalRegressor(fusion=StackingFusion(concat_member=True))

    @fit_context(prefer_skip_nested_validation=False)
    def fit(self, X, y, *, sample_weight=None, groups=None, **params):
        """Fit teachers, choose how the student learns, and fit it.

        Parameters
        ----------
        X : {array-like, sparse matrix, dataframe} of shape (n_samples, n_columns)
            One table with the columns of all modalities.
        y : array-like of shape (n_samples,) or (n_samples, n_targets)
            Numbers; NaN where there is none.
        sample_weight : array-like of shape (n_samples,), default=None
            Weights of the rows.
        groups : array-like of shape (n_samples,), default=None
            Rows of one group never stand on both sides of an inner split.
        **params : dict
            More metadata, routed to teacher and student.

        Returns
        -------
        self : object
        """
        metadata = {"sample_weight": sample_weight, "groups": groups, **params}
        return self._fit(X, y, metadata, classifier=False)

    def predict(self, X):
        """Return predictions.

        Parameters
        ----------
        X : {array-like, sparse matrix, dataframe} of shape (n_samples, n_columns)
            The student's columns at least.

        Returns
        -------
        predictions : ndarray of shape (n_samples,) or (n_samples, n_targets)
        """
        found = self._outputs(X)
        return found[:, 0] if self._fitted.task.squeeze else found
