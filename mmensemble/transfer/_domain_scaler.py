"""Standardise every domain by its own statistics."""

import warnings

import numpy as np
from sklearn.base import BaseEstimator, OneToOneFeatureMixin, TransformerMixin
from sklearn.utils.validation import check_is_fitted, validate_data

from mmensemble import _frame
from mmensemble._compat import fit_context
from mmensemble._state import VersionedStateMixin
from mmensemble.transfer._domains import read_domain
from mmensemble.transfer._moments import moments

_NUMBERS = ("number", "boolean")


class DomainScaler(
    OneToOneFeatureMixin, VersionedStateMixin, TransformerMixin, BaseEstimator
):
    """Standardise columns by the mean and spread of each row's own domain.

    Takes out what hospitals, subjects or devices add to values and multiply them
    by. A row whose domain `fit` has not seen, or that names none, gets the
    statistics of all training rows, unless `adapt` was given rows of it. What
    domains truly differ in, such as a larger share of the ill, is taken out too.

    `domain` is requested as metadata by default: with metadata routing on, a
    pipeline hands it on, at predict too (``predict(X, domain=domain)``). A `scoring`
    by name, as in ``cross_val_score(..., scoring="roc_auc")``, does not: there rows
    would be scaled otherwise than in training, which is warned of.

    In front of an estimator that finds modalities by names of columns,
    ``set_output(transform="pandas")`` keeps them.

    Attributes
    ----------
    domains_ : ndarray of str objects of shape (n_domains,)
        Domains with statistics of their own, sorted.
    means_, scales_ : ndarray of shape (n_domains, `n_features_in_`)
        Their means and standard deviations.
    mean_, scale_ : ndarray of shape (`n_features_in_`,)
        Those of all training rows, or of the rows of no domain that `adapt` saw.
    n_features_in_ : int
        Number of columns of the table.
    feature_names_in_ : ndarray of shape (`n_features_in_`,)
        Column names, where all are strings.

    See Also
    --------
    MultiSourceClassifier : Weighs the rows of other domains.

    Examples
    --------
    >>> import numpy as np
    >>> from mmensemble.transfer import DomainScaler
    >>> X = np.array([[1.0], [3.0], [10.0], [30.0]])
    >>> scaler = DomainScaler()
    >>> scaler.fit_transform(X, domain=["a", "a", "b", "b"]).ravel()
    array([-1.,  1., -1.,  1.])
    >>> scaler = scaler.adapt([[5.0], [7.0]], domain=["c", "c"])
    >>> scaler.transform([[6.0]], domain=["c"])
    array([[0.]])
    """

    __metadata_request__fit = {"domain": True}
    __metadata_request__transform = {"domain": True}

    _parameter_constraints = {}

    @fit_context(prefer_skip_nested_validation=True)
    def fit(self, X, y=None, *, domain=None):
        """Learn the statistics of every domain, and of all rows.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_features)
            Numbers; NaN where missing.
        y : None
            Ignored.
        domain : array-like of shape (n_samples,), default=None
            Name of each row's domain; None where it has none.

        Returns
        -------
        self : object

        Raises
        ------
        ValueError
            When `domain` is not one entry a row.
        """
        X = self._check(X, reset=True)
        self.mean_, self.scale_ = moments(X)
        self._knows_nameless = False
        self.domains_ = np.array([], dtype=object)
        self.means_ = self.scales_ = np.empty((0, X.shape[1]))
        self._learn(X, read_domain(domain, X))
        return self

    def fit_transform(self, X, y=None, *, domain=None):
        """Return ``fit(X, domain=domain).transform(X, domain=domain)``.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_features)
            Numbers; NaN where missing.
        y : None
            Ignored.
        domain : array-like of shape (n_samples,), default=None
            Name of each row's domain; None where it has none.

        Returns
        -------
        scaled : ndarray of shape (n_samples, n_features)
        """
        return self.fit(X, domain=domain).transform(X, domain=domain)

    def adapt(self, X, *, domain=None):
        """Learn the statistics of further domains from rows without labels.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_features)
            Numbers; NaN where missing.
        domain : array-like of shape (n_samples,), default=None
            Name of each row's domain. Rows of none stand for all rows of none or
            of an unseen one to come.

        Returns
        -------
        self : object
        """
        check_is_fitted(self)
        X = self._check(X, reset=False)
        names = read_domain(domain, X)
        nameless = np.equal(names, None)
        if nameless.any():
            self.mean_, self.scale_ = moments(X[nameless])
            self._knows_nameless = True
        self._learn(X, names)
        return self

    def transform(self, X, *, domain=None):
        """Return the rows, standardised.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_features)
            Numbers; NaN where missing.
        domain : array-like of shape (n_samples,), default=None
            Name of each row's domain; None where it has none.

        Returns
        -------
        scaled : ndarray of shape (n_samples, n_features)
            NaN where missing. A column of which a domain has no value is scaled
            there as for a row of no domain.

        Warns
        -----
        UserWarning
            When `domain` is not given, though `fit` has learnt several domains.
        """
        check_is_fitted(self)
        if domain is None and len(self.domains_) > 1 and not self._knows_nameless:
            warnings.warn(
                f"DomainScaler knows {len(self.domains_)} domains, and 'domain' was "
                "not given with the rows to transform: they are scaled by the "
                "statistics of all training rows, which training rows were not. Give "
                "domain=..., through a pipeline with metadata routing."
            )
        X = self._check(X, reset=False)
        names = read_domain(domain, X)
        scaled = (X - self.mean_) / self.scale_
        for i, known in enumerate(self.domains_):
            own = ~np.isnan(self.means_[i])
            cells = np.ix_(np.flatnonzero(names == known), own)
            scaled[cells] = (X[cells] - self.means_[i, own]) / self.scales_[i, own]
        return scaled

    def _check(self, X, *, reset):
        if _frame.is_frame(X):
            kinds = zip(X.columns, _frame.kinds(X), strict=True)
            others = [str(name) for name, kind in kinds if kind not in _NUMBERS]
            if others:
                raise ValueError(
                    f"DomainScaler takes columns of numbers, got {others} as well. "
                    "Choose columns, for instance by a ColumnTransformer around it."
                )
        return validate_data(
            self, X, dtype=np.float64, ensure_all_finite="allow-nan", reset=reset
        )

    def _learn(self, X, names):
        """Set the statistics of the domains named."""
        pairs = zip(self.means_, self.scales_, strict=True)
        found = dict(zip(self.domains_, pairs, strict=True))
        for name in set(names) - {None}:
            found[name] = moments(X[names == name])
        self.domains_ = np.array(sorted(found), dtype=object)
        if found:
            pairs = [found[name] for name in self.domains_]
            self.means_, self.scales_ = map(np.array, zip(*pairs, strict=True))

    def __sklearn_tags__(self):
        tags = super().__sklearn_tags__()
        tags.input_tags.allow_nan = True
        return tags
