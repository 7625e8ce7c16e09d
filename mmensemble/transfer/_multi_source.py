"""Rows of other sources beside few rows of the target."""

from numbers import Integral, Real

import numpy as np
from sklearn.base import BaseEstimator, ClassifierMixin, RegressorMixin
from sklearn.utils import column_or_1d, get_tags
from sklearn.utils.metadata_routing import (
    MetadataRouter,
    MethodMapping,
    process_routing,
)
from sklearn.utils.metaestimators import available_if
from sklearn.utils.multiclass import check_classification_targets
from sklearn.utils.validation import (
    check_consistent_length,
    check_is_fitted,
    validate_data,
)

from mmensemble._compat import (
    HasMethods,
    Interval,
    StrOptions,
    check_sample_weight,
    fit_context,
    routing_enabled,
)
from mmensemble._frame import as_table
from mmensemble._seeds import draw_root, seed_for
from mmensemble._state import VersionedStateMixin
from mmensemble.ensemble._targets import check_target, numeric_target
from mmensemble.learners._task import make_task
from mmensemble.transfer._candidates import Candidate, Problem, fit_candidate
from mmensemble.transfer._domains import domain_name, read_domain
from mmensemble.transfer._weight_search import search

#: Weights that are tried: for rows of the target, and against the penalty.
_WEIGHTS = {"pooled": (0.3, 1.0, 3.0, np.inf), "source": (0.0, 0.03, 0.1, 0.3, 1.0)}


def _estimator_has(method):
    def check(estimator):
        if getattr(estimator, "towards", None) == "source":
            return True
        getattr(getattr(estimator, "estimator_", estimator.estimator), method)
        return True

    return check


class BaseMultiSource(VersionedStateMixin, BaseEstimator):
    """What classifier and regressor share."""

    __metadata_request__fit = {"domain": True, "sample_weight": True, "groups": True}

    _parameter_constraints = {
        "estimator": [HasMethods(["fit", "predict"])],
        "target": "no_validation",
        "weight": [StrOptions({"cv"}), Interval(Real, 0, np.inf, closed="both")],
        "towards": [StrOptions({"pooled", "source"})],
        "align": [None, StrOptions({"standardise", "coral"})],
        "n_jobs": [None, Integral],
        "random_state": ["random_state"],
    }

    def __init__(
        self,
        estimator,
        *,
        target=None,
        weight="cv",
        towards="pooled",
        align=None,
        n_jobs=None,
        random_state=None,
    ):
        self.estimator = estimator
        self.target = target
        self.weight = weight
        self.towards = towards
        self.align = align
        self.n_jobs = n_jobs
        self.random_state = random_state

    def _fit(self, X, y, metadata, *, classifier):
        """Choose how to use the sources' rows, and fit the model."""
        if self.towards == "source" and self.weight == np.inf:
            raise ValueError(
                "The 'weight' parameter must be finite with towards='source': without "
                "a penalty nothing ties the target to the source."
            )
        validate_data(self, X=X, skip_check_array=True)
        check_consistent_length(X, y)
        groups = metadata["groups"]
        if groups is not None:
            groups = np.asarray(groups)
            check_consistent_length(X, groups)
        codes, target = self._domains(X, metadata.pop("domain"))
        problem = self._problem(X, y, codes, metadata, classifier)
        chosen = self._choose(problem, target, groups)
        fitted = fit_candidate(problem, np.arange(len(codes)), target, chosen)
        self._fitted, self.estimator_ = fitted, fitted.model
        self.align_, self.towards_ = chosen.align, chosen.towards
        self.weight_ = chosen.weight
        if chosen.weight is None:
            self.weight_ = _own_share(problem, target)
        return self

    def _problem(self, X, y, codes, metadata, classifier):
        weight = metadata["sample_weight"]
        if weight is not None:
            weight = check_sample_weight(
                weight, y, dtype=np.float64, ensure_non_negative=True
            )
        task = make_task(y, classifier=classifier, sample_weight=weight)
        seed = seed_for(draw_root(self.random_state), "estimator")
        params = self._params(**metadata)
        return Problem(X, y, codes, self.estimator, task, weight, params, seed)

    def _params(self, sample_weight, groups, **params):
        """Return further metadata for the estimator, by routing or by its names."""
        if not routing_enabled():
            if params:
                raise TypeError(
                    f"{type(self).__name__}.fit got unexpected argument(s) "
                    f"{sorted(params)}. Only 'domain', 'sample_weight' and 'groups' "
                    "are known without metadata routing; see "
                    "sklearn.set_config(enable_metadata_routing=True)."
                )
            return {} if groups is None else {"groups": groups}
        given = {"sample_weight": sample_weight, "groups": groups, **params}
        given = {key: value for key, value in given.items() if value is not None}
        routed = process_routing(self, "fit", **given) if given else None
        found = {} if routed is None else dict(routed.estimator.fit)
        found.pop("sample_weight", None)
        return found

    def _domains(self, X, domain):
        """Return the domain of each row by number, and the target's, −1 for none."""
        names = read_domain(domain, X)
        if np.equal(names, None).any() and domain is not None:
            raise ValueError(
                f"The 'domain' parameter is missing in {np.equal(names, None).sum()} "
                f"of {len(names)} rows."
            )
        known, codes = np.unique(names.astype(str), return_inverse=True)
        self.domains_ = known.astype(object) if domain is not None else known[:0]
        if self.target is None:
            if self.align == "coral" and len(known) > 1:
                raise ValueError(
                    "align='coral' gives sources the covariance of a target; name it "
                    "in the 'target' parameter, or use align='standardise'."
                )
            return codes, -1
        found = np.flatnonzero(self.domains_ == domain_name(self.target))
        if not len(found):
            raise ValueError(
                f"The 'target' parameter {self.target!r} is no domain of any row; "
                f"'domain' holds {self.domains_.tolist()[:20]}. Give the target's "
                "labelled rows to fit, or use target=None."
            )
        return codes, int(found[0])

    def _choose(self, problem, target, groups):
        """Return the candidate to fit; the table of all that were tried is kept."""
        pooled = Candidate()
        self.search_ = None
        if target < 0 or len(self.domains_) < 2:
            # nobody is told from anybody, or there is only the target
            several = target < 0 and self.align is not None and len(self.domains_) > 1
            return Candidate(align=self.align) if several else pooled
        if self.weight != "cv":
            return Candidate(float(self.weight), self.align, self.towards)
        tried = [pooled]
        if self.align is not None:
            tried.append(Candidate(None, self.align))
        weights = _WEIGHTS[self.towards]
        tried += [Candidate(weight, self.align, self.towards) for weight in weights]
        self.search_ = search(problem, target, tried, groups, self.n_jobs)
        return tried[int(self.search_["chosen"].to_numpy().argmax())]

    def _table(self, X):
        X = as_table(X, type(self).__name__)
        validate_data(self, X=X, skip_check_array=True, reset=False)
        return X

    def get_metadata_routing(self):
        """Return the routing of metadata to the estimator.

        Returns
        -------
        router : MetadataRouter
        """
        mapping = MethodMapping().add(caller="fit", callee="fit")
        router = MetadataRouter(owner=self).add_self_request(self)
        return router.add(estimator=self.estimator, method_mapping=mapping)

    def __sklearn_tags__(self):
        tags = super().__sklearn_tags__()
        inner = get_tags(self.estimator).input_tags
        tags.input_tags.allow_nan = inner.allow_nan
        tags.input_tags.string = inner.string
        tags.input_tags.categorical = inner.categorical
        tags.input_tags.sparse = inner.sparse and self.align is None
        return tags


def _own_share(problem, target):
    """Return what the target's rows weigh as they come, against all others."""
    weight = problem.own_weight(np.arange(len(problem.codes)))
    is_target = problem.codes == target
    sources = weight[~is_target].sum()
    return float(weight[is_target].sum() / sources) if sources > 0 else np.inf


class MultiSourceClassifier(ClassifierMixin, BaseMultiSource):
    """Classify rows of one source with the help of rows from others.

    A few labelled rows of a new hospital, subject or device (the target) stand
    beside many from elsewhere. How much they should weigh is chosen by held-out
    loss: of the target's own rows, and of each source in the target's place, given
    as few labelled rows as the target has. Pooling all rows as they are is always
    among the candidates, and stays where nothing else promises less loss.

    `predict` takes rows of the target. `domain` is requested as metadata by
    default; without metadata routing it is given to ``fit`` by name, in
    ``cross_val_score(..., params={"domain": domain})`` too.

    Parameters
    ----------
    estimator : estimator object
        Any classifier that takes `sample_weight`, a multimodal one for instance.
        Whatever it takes as `X` can be given here.
    target : str, int or bool, default=None
        Name of the domain that is to be predicted, of which `fit` needs labelled
        rows. None: no domain is more than another, and all rows are pooled.
    weight : "cv" or float, default="cv"
        Total weight of the target's rows as a multiple of that of all other rows.
        0 learns from the sources alone, infinity from the target alone. "cv"
        chooses among 0.3, 1, 3, infinity and pooling, or with
        ``towards="source"`` among 0, 0.03, 0.1, 0.3, 1 and pooling.
    towards : {"pooled", "source"}, default="pooled"
        "pooled" fits the estimator to all rows, weighted. "source" fits it to the
        sources, and corrects it by the target's rows with the estimator's own
        penalty on change: of the coefficients (of standardised features) of a
        linear model or a pipeline that ends in one, else of the predicted log
        odds.
    align : {None, "standardise", "coral"}, default=None
        Shifts and scales the number columns of each domain to mean 0 and variance
        1, or the sources' to the means and covariance of the target's labelled
        rows, which takes more of them than columns.
    n_jobs : int, default=None
        Fits that run at the same time.
    random_state : int, RandomState instance or None, default=None
        Root of the estimator's seed, and of which rows stand for the target's.

    Attributes
    ----------
    classes_ : ndarray of shape (n_classes,)
        Labels, sorted.
    estimator_ : estimator object
        Fitted to all rows, or to the sources.
    domains_ : ndarray of str objects of shape (n_domains,)
        Names of the domains, sorted.
    weight_ : float
        What the target's rows weigh in all, against all others.
    align_, towards_ : str or None
        How the chosen model came about.
    search_ : DataFrame or None
        One row a candidate: ``weight`` (NaN for pooled), ``align``, ``towards``,
        ``loss_target``, ``loss_sources``, ``difference`` (estimated gap to
        pooled) and ``chosen``. None where there was nothing to choose.
    n_features_in_ : int
        Number of columns of the table.
    feature_names_in_ : ndarray of shape (n_features_in_,)
        Column names, where all are strings.

    See Also
    --------
    MultiSourceRegressor : The same for numbers.
    DomainScaler : Takes out what domains add and multiply by.

    References
    ----------
    Chelba, C., & Acero, A. (2006). Adaptation of maximum entropy capitalizer:
    Little data can help a lot. Computer Speech & Language, 20(4).
    Sun, B., Feng, J., & Saenko, K. (2016). Return of frustratingly easy domain
    adaptation. AAAI.

    Examples
    --------
    >>> import numpy as np
    >>> from sklearn.linear_model import LogisticRegression
    >>> from mmensemble.transfer import MultiSourceClassifier
    >>> rng = np.random.default_rng(0)
    >>> domain = np.repeat(["a", "b", "here"], [100, 100, 20])
    >>> X = rng.normal(size=(220, 2))
    >>> own = np.where(domain == "here", X[:, 1], X[:, 0])
    >>> y = np.where(own > 0, "yes", "no")
    >>> model = MultiSourceClassifier(LogisticRegression(), target="here")
    >>> model = model.fit(X, y, domain=domain)
    >>> bool(model.weight_ > 0.1), model.predict([[-1.0, 2.0]]).tolist()
    (True, ['yes'])
    """

    @fit_context(prefer_skip_nested_validation=False)
    def fit(self, X, y, *, domain=None, sample_weight=None, groups=None, **params):
        """Choose how to use the sources' rows, and fit the model.

        Parameters
        ----------
        X : {array-like, sparse matrix, dataframe} of shape (n_samples, n_columns)
            One table with the rows of all domains.
        y : array-like of shape (n_samples,)
            Labels.
        domain : array-like of shape (n_samples,), default=None
            Name of each row's domain; None: all are of one.
        sample_weight : array-like of shape (n_samples,), default=None
            Weights of the rows; what `weight` speaks of comes on top.
        groups : array-like of shape (n_samples,), default=None
            Rows of one group never stand on both sides of an inner split.
        **params : dict
            More metadata, routed to the estimator.

        Returns
        -------
        self : object

        Raises
        ------
        ValueError
            When no row is of the target.
        TypeError
            When rows are to be weighted and the estimator takes no weights.
        """
        X, y = check_target(self, X, y)
        check_classification_targets(y)
        y = column_or_1d(y, warn=True)
        self.classes_ = np.unique(y)
        metadata = {"domain": domain, "sample_weight": sample_weight, "groups": groups}
        return self._fit(X, y, metadata | params, classifier=True)

    @available_if(_estimator_has("predict_proba"))
    def predict_proba(self, X):
        """Return class probabilities for rows of the target.

        Parameters
        ----------
        X : {array-like, sparse matrix, dataframe} of shape (n_samples, n_columns)

        Returns
        -------
        probabilities : ndarray of shape (n_samples, n_classes)
            In the order of `classes_`.
        """
        check_is_fitted(self)
        return self._fitted.outputs(self._table(X))

    def predict(self, X):
        """Return the most probable label of each row of the target.

        Parameters
        ----------
        X : {array-like, sparse matrix, dataframe} of shape (n_samples, n_columns)

        Returns
        -------
        labels : ndarray of shape (n_samples,)
        """
        check_is_fitted(self)
        X = self._table(X)
        if self._fitted.correction is None:
            return self.estimator_.predict(self._fitted.read(X))
        return self.classes_[self._fitted.outputs(X).argmax(axis=1)]


class MultiSourceRegressor(RegressorMixin, BaseMultiSource):
    """Predict numbers for rows of one source with the help of rows from others.

    A few labelled rows of a new hospital, subject or device (the target) stand
    beside many from elsewhere. How much they should weigh is chosen by held-out
    loss: of the target's own rows, and of each source in the target's place, given
    as few labelled rows as the target has. Pooling all rows as they are is always
    among the candidates, and stays where nothing else promises less loss.

    `predict` takes rows of the target. `domain` is requested as metadata by
    default; without metadata routing it is given to ``fit`` by name, in
    ``cross_val_score(..., params={"domain": domain})`` too.

    Parameters
    ----------
    estimator : estimator object
        Any regressor that takes `sample_weight`, a multimodal one for instance.
        Whatever it takes as `X` can be given here.
    target : str, int or bool, default=None
        Name of the domain that is to be predicted, of which `fit` needs labelled
        rows. None: no domain is more than another, and all rows are pooled.
    weight : "cv" or float, default="cv"
        Total weight of the target's rows as a multiple of that of all other rows.
        0 learns from the sources alone, infinity from the target alone. "cv"
        chooses among 0.3, 1, 3, infinity and pooling, or with
        ``towards="source"`` among 0, 0.03, 0.1, 0.3, 1 and pooling.
    towards : {"pooled", "source"}, default="pooled"
        "pooled" fits the estimator to all rows, weighted. "source" fits it to the
        sources, and corrects it by the target's rows with the estimator's own
        penalty on change: of the coefficients (of standardised features) of a
        linear model or a pipeline that ends in one, else of a straight line
        through the predictions.
    align : {None, "standardise", "coral"}, default=None
        Shifts and scales the number columns of each domain to mean 0 and variance
        1, or the sources' to the means and covariance of the target's labelled
        rows, which takes more of them than columns.
    n_jobs : int, default=None
        Fits that run at the same time.
    random_state : int, RandomState instance or None, default=None
        Root of the estimator's seed, and of which rows stand for the target's.

    Attributes
    ----------
    estimator_ : estimator object
        Fitted to all rows, or to the sources.
    domains_ : ndarray of str objects of shape (n_domains,)
        Names of the domains, sorted.
    weight_ : float
        What the target's rows weigh in all, against all others.
    align_, towards_ : str or None
        How the chosen model came about.
    search_ : DataFrame or None
        One row a candidate: ``weight`` (NaN for pooled), ``align``, ``towards``,
        ``loss_target``, ``loss_sources``, ``difference`` (estimated gap to
        pooled) and ``chosen``. None where there was nothing to choose.
    n_features_in_ : int
        Number of columns of the table.
    feature_names_in_ : ndarray of shape (n_features_in_,)
        Column names, where all are strings.

    See Also
    --------
    MultiSourceClassifier : The same for labels.
    DomainScaler : Takes out what domains add and multiply by.

    References
    ----------
    Chelba, C., & Acero, A. (2006). Adaptation of maximum entropy capitalizer:
    Little data can help a lot. Computer Speech & Language, 20(4).
    Sun, B., Feng, J., & Saenko, K. (2016). Return of frustratingly easy domain
    adaptation. AAAI.

    Examples
    --------
    >>> import numpy as np
    >>> from sklearn.linear_model import Ridge
    >>> from mmensemble.transfer import MultiSourceRegressor
    >>> rng = np.random.default_rng(0)
    >>> domain = np.repeat(["a", "b", "here"], [100, 100, 20])
    >>> X = rng.normal(size=(220, 2))
    >>> y = X[:, 0] + np.where(domain == "here", X[:, 1], 0.0)
    >>> model = MultiSourceRegressor(Ridge(), target="here", towards="source")
    >>> model = model.fit(X, y, domain=domain)
    >>> model.predict([[1.0, 1.0]]).round(1)
    array([2.])
    """

    @fit_context(prefer_skip_nested_validation=False)
    def fit(self, X, y, *, domain=None, sample_weight=None, groups=None, **params):
        """Choose how to use the sources' rows, and fit the model.

        Parameters
        ----------
        X : {array-like, sparse matrix, dataframe} of shape (n_samples, n_columns)
            One table with the rows of all domains.
        y : array-like of shape (n_samples,) or (n_samples, n_targets)
            Numbers.
        domain : array-like of shape (n_samples,), default=None
            Name of each row's domain; None: all are of one.
        sample_weight : array-like of shape (n_samples,), default=None
            Weights of the rows; what `weight` speaks of comes on top.
        groups : array-like of shape (n_samples,), default=None
            Rows of one group never stand on both sides of an inner split.
        **params : dict
            More metadata, routed to the estimator.

        Returns
        -------
        self : object

        Raises
        ------
        ValueError
            When no row is of the target.
        TypeError
            When rows are to be weighted and the estimator takes no weights.
        """
        X, y = check_target(self, X, y)
        y = numeric_target(y)
        metadata = {"domain": domain, "sample_weight": sample_weight, "groups": groups}
        return self._fit(X, y, metadata | params, classifier=False)

    def predict(self, X):
        """Return predictions for rows of the target.

        Parameters
        ----------
        X : {array-like, sparse matrix, dataframe} of shape (n_samples, n_columns)

        Returns
        -------
        predictions : ndarray of shape (n_samples,) or (n_samples, n_targets)
        """
        check_is_fitted(self)
        X = self._table(X)
        if self._fitted.correction is None:
            return self.estimator_.predict(self._fitted.read(X))
        found = self._fitted.outputs(X)
        return found[:, 0] if self._fitted.task.squeeze else found
