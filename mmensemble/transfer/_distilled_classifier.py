"""The classifier that is taught by one of more modalities."""

from numbers import Real

from sklearn.base import ClassifierMixin
from sklearn.utils.validation import check_is_fitted

from mmensemble._compat import Interval, fit_context
from mmensemble._unlabelled import LabelledScoreMixin
from mmensemble.ensemble._classifier import MultimodalClassifier
from mmensemble.fusion import StackingFusion
from mmensemble.transfer._distillation import BaseDistilled


class DistilledClassifier(LabelledScoreMixin, ClassifierMixin, BaseDistilled):
    """Train with all modalities, predict from few: a student taught by a teacher.

    A teacher reads every modality, while `fit` lasts. The student reads its own,
    and learns from the labels and from what the teacher says about each row: of
    labelled rows out of fold, and of rows without a label (NaN, None or NA in `y`),
    which only the teacher can label. Large gains come from such rows; with every
    row labelled a student seldom gains anything.

    Loss: ``(1 - imitation) CE(y, s) + imitation T^2 CE(q_T, s_T)`` with the
    student's and the teacher's probabilities s and q, softened by the temperature T.
    Rows without a label have the second term only. Linear students by default
    minimise just that; forests learn probabilities as numbers, and of any other
    learner each row is copied once a class, with its probability as weight; these
    take the teacher's softened labels at T, without the factor.

    Predicted components of the modalities that the student lacks can be features,
    too (`features`): regressions on the student's features, out of fold.

    Parameters
    ----------
    teacher : None or classifier, default=None
        None: a :class:`MultimodalClassifier` that stacks linear models of the
        modalities and of all of them together. Its `modalities` name what there is;
        without such a parameter, they are found as by "auto".
    student : None or classifier, default=None
        Learns from the student's features side by side; one with a parameter
        `modalities` reads the table itself. None: a logistic regression whose
        penalty is chosen cheaply.
    student_modalities : None, str or list, default=None
        What the student reads: names of modalities, or triples
        ``(name, extractor, columns)``. None: all.
    temperature : float, default=1.0
        Above one, the teacher's labels speak more of the less probable classes.
    imitation : "cv" or float, default="cv"
        Share of the teacher's labels in the loss. 0 is the hard student; "cv"
        chooses 0.5 or 1.
    features : {"auto", True, False}, default="auto"
        Whether the student sees predicted components of the other modalities;
        "auto" chooses.
    guard : bool, default=True
        Whether a hard student is kept unless distillation gains more than one
        standard error on the best one over inner folds, the teacher fitted anew
        within each. It is the given one, unless extremely randomised trees are
        better by as much.
    scoring : None, str or callable, default=None
        What decides; None is accuracy.
    costs : None or dict of str to float, default=None
        What each modality costs to measure, for `price_`, and nothing where none is
        given; None: one each.
    missing_label : object, default=None
        What else in `y` stands for a missing label, such as -1.
    cv : int, splitter or iterable, default=None
        Splits of the labelled rows, which splits by number count alone; None is 5
        folds.
    n_jobs : int, default=None
        Folds that run at the same time.
    random_state : int, RandomState instance or None, default=None
        Root of all seeds.

    Attributes
    ----------
    classes_ : ndarray of shape (n_classes,)
        Labels, sorted.
    student_ : classifier
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
    DistilledRegressor : The same for numbers.
    mmensemble.MultimodalSelfTraining : Rows without labels, all modalities at hand.

    References
    ----------
    Hinton, G., Vinyals, O., & Dean, J. (2015). Distilling the knowledge in a neural
    network. arXiv:1503.02531.

    Lopez-Paz, D., Bottou, L., Schölkopf, B., & Vapnik, V. (2016). Unifying
    distillation and privileged information. ICLR.

    Hoffman, J., Gupta, S., & Darrell, T. (2016). Learning with side information
    through modality hallucination. CVPR.

    Examples
    --------
    >>> import numpy as np
    >>> import pandas as pd
    >>> from mmensemble import DistilledClassifier
    >>> rng = np.random.default_rng(0)
    >>> gene = rng.normal(size=(300, 1))
    >>> blood = gene + rng.normal(size=(300, 4))
    >>> X = pd.DataFrame(np.hstack([gene, blood])).add_prefix("blood__")
    >>> X = X.rename(columns={"blood__0": "gene__0"})
    >>> y = np.where(gene[:, 0] > 0, "ill", "well").astype(object)
    >>> y[30:] = None
    >>> model = DistilledClassifier(student_modalities="blood", random_state=0)
    >>> model = model.fit(X, y)
    >>> model.feature_names_in_.tolist()
    ['blood__1', 'blood__2', 'blood__3', 'blood__4']
    >>> model.price_[["cost", "saved"]].loc["distilled"].tolist()
    [1.0, 1.0]
    """

    _parameter_constraints = BaseDistilled._parameter_constraints | {
        "temperature": [Interval(Real, 0, None, closed="neither")],
    }

    def __init__(
        self,
        teacher=None,
        *,
        student=None,
        student_modalities=None,
        temperature=1.0,
        imitation="cv",
        features="auto",
        guard=True,
        scoring=None,
        costs=None,
        missing_label=None,
        cv=None,
        n_jobs=None,
        random_state=None,
    ):
        super().__init__(
            teacher,
            student=student,
            student_modalities=student_modalities,
            imitation=imitation,
            features=features,
            guard=guard,
            scoring=scoring,
            costs=costs,
            missing_label=missing_label,
            cv=cv,
            n_jobs=n_jobs,
            random_state=random_state,
        )
        self.temperature = temperature

    def _default_teacher(self):
        return MultimodalClassifier(fusion=StackingFusion(concat_member=True))

    @fit_context(prefer_skip_nested_validation=False)
    def fit(self, X, y, *, sample_weight=None, groups=None, **params):
        """Fit teachers, choose how the student learns, and fit it.

        Parameters
        ----------
        X : {array-like, sparse matrix, dataframe} of shape (n_samples, n_columns)
            One table with the columns of all modalities.
        y : array-like of shape (n_samples,)
            Labels; NaN, None or NA where there is none.
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
        self._fit(X, y, metadata, classifier=True, temperature=self.temperature)
        self.classes_ = self._fitted.task.classes
        return self

    def predict_proba(self, X):
        """Return class probabilities.

        Parameters
        ----------
        X : {array-like, sparse matrix, dataframe} of shape (n_samples, n_columns)
            The student's columns at least.

        Returns
        -------
        probabilities : ndarray of shape (n_samples, n_classes)
            In the order of `classes_`.
        """
        return self._outputs(X)

    def predict(self, X):
        """Return the most probable label of each row.

        Parameters
        ----------
        X : {array-like, sparse matrix, dataframe} of shape (n_samples, n_columns)

        Returns
        -------
        labels : ndarray of shape (n_samples,)
        """
        check_is_fitted(self)
        return self.classes_[self.predict_proba(X).argmax(axis=1)]
