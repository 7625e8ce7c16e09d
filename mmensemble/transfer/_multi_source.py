"""What classifier and regressor of several sources share."""

from numbers import Integral, Real

import numpy as np
import pandas as pd
from sklearn.base import BaseEstimator
from sklearn.utils import get_tags
from sklearn.utils.metadata_routing import (
    MetadataRouter,
    MethodMapping,
)
from sklearn.utils.validation import (
    check_consistent_length,
    check_is_fitted,
    validate_data,
)

from mmensemble._compat import (
    HasMethods,
    Interval,
    StrOptions,
)
from mmensemble._did_you_mean import nearest
from mmensemble._frame import as_table
from mmensemble._persistence import SavedMixin, StoredMixin
from mmensemble._seeds import draw_root, seed_for
from mmensemble._state import VersionedStateMixin
from mmensemble._validation import check_groups, check_weight
from mmensemble.ensemble._learners import check_learner
from mmensemble.ensemble._routing import wrapped_params
from mmensemble.learners._task import make_task
from mmensemble.transfer._candidates import Candidate, Problem, fit_candidate
from mmensemble.transfer._domains import domain_name, read_domain
from mmensemble.transfer._weight_search import search

#: Weights that are tried: for rows of the target, and against the penalty.
_WEIGHTS = {"pooled": (0.3, 1.0, 3.0, np.inf), "source": (0.0, 0.03, 0.1, 0.3, 1.0)}


class BaseMultiSource(SavedMixin, StoredMixin, VersionedStateMixin, BaseEstimator):
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
        check_learner("estimator", self.estimator, classifier=classifier)
        validate_data(self, X=X, skip_check_array=True)
        check_consistent_length(X, y)
        groups = check_groups(metadata["groups"], X)
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
        weight = check_weight(metadata["sample_weight"], len(y))
        task = make_task(y, classifier=classifier, sample_weight=weight)
        seed = seed_for(draw_root(self.random_state), "estimator")
        params = wrapped_params(self, "estimator", metadata, ("domain",))
        return Problem(X, y, codes, self.estimator, task, weight, params, seed)

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
            if domain is None:
                raise ValueError(
                    f"target={self.target!r} needs the domain of each row: "
                    "fit(X, y, domain=...). With target=None all rows are pooled."
                )
            raise ValueError(
                f"The 'target' parameter {self.target!r} is no domain of any row"
                f"{nearest(self.target, self.domains_)} Give labelled rows of it to "
                "fit, in cross-validation of every fold (shuffled, or stratified by "
                "domain), or use target=None."
            )
        return codes, int(found[0])

    def _choose(self, problem, target, groups):
        """Return the candidate to fit; the table of all that were tried is kept."""
        pooled = Candidate()
        self._search = None
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
        self._search = search(problem, target, tried, groups, self.n_jobs)
        return tried[self._search["chosen"].index(True)]

    @property
    def search_(self):
        """Candidates that were tried, a frame; None where there was no choice."""
        check_is_fitted(self, "_fitted")
        if self._search is None:
            return None
        return pd.DataFrame(self._search).astype({"weight": float})

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
