"""Weighted voting over the modalities that a row has."""

from functools import partial
from numbers import Integral

import numpy as np

from mmensemble._compat import Interval, StrOptions
from mmensemble.fusion._base import BaseFusion
from mmensemble.fusion._calibration import CALIBRATE
from mmensemble.fusion._member_weights import MemberWeightsMixin
from mmensemble.fusion._names import output_names
from mmensemble.fusion._partial_pooling import lacks_any
from mmensemble.fusion._patterns import PatternModels, pattern_jobs
from mmensemble.fusion._rules import CLASSIFICATION_RULES, REGRESSION_RULES
from mmensemble.fusion._shared_mixture import shared_weights
from mmensemble.fusion._weights import (
    best_mixture,
    member_losses,
    posterior_weights,
    skill_weights,
    target_matrix,
)

#: Weights that are learnt for each presence pattern.
_SOLVERS = {"optimize": best_mixture, "bma": posterior_weights}


class VotingFusion(MemberWeightsMixin, BaseFusion):
    """Combine the members' predictions by a fixed rule and weights.

    Weights are renormalised over the modalities that a row has. Those that are
    optimised for each presence pattern are shrunk, where training rows lack
    modalities, towards those that all rows say, the more so the fewer rows it has.

    Parameters
    ----------
    rule : {"soft", "log", "hard", "product", "max", "min", "median"}, default="soft"
        How predictions are combined (Kittler et al. 1998). "soft" is the mean,
        or linear opinion pool; "log" the geometric mean scaled to sum to one, or
        log-linear opinion pool, where a member that is sure is hard to outvote
        (Genest & Zidek 1986); "hard" the share of votes; "product" the product
        of posteriors divided by the right power of the prior (exact if
        modalities are independent given the class). Regression knows "soft" and
        "median".
    weights : None, "score", "optimize", "bma", array-like or dict, default=None
        None: all equal. An array of one weight a member (or a modality), or a
        dict by name. "score": in proportion to the out-of-fold skill over the
        prior. "optimize": those that minimise the out-of-fold log loss or
        squared error over the simplex, for each presence pattern anew; needs
        ``rule="soft"``. "bma": Bayesian model averaging (Hoeting et al. 1999),
        the posterior probability of each member from its out-of-fold log
        likelihood, under normal errors for regression, for each presence
        pattern anew. It is not tempered: with n rows the odds of two members
        are exp(n times the difference of their mean log likelihoods), so that
        soon one takes all. It asks which member is right; "optimize" asks how
        to mix them.
    max_patterns : int, default=64
        Most presence patterns for which "optimize" and "bma" find weights of
        their own; others use the nearest fitted pattern within theirs.
    calibrate : {None, "sigmoid", "isotonic", "temperature"}, default=None
        How each member's probabilities are calibrated on out-of-fold rows
        before they are combined; None: not at all. "sigmoid" and "temperature"
        do with few rows, "isotonic" needs about a thousand.

    Attributes
    ----------
    weights_ : ndarray of shape (n_members,)
        Weights where every modality is present; they sum to one.
    pattern_models_ : PatternModels
        With "optimize" and "bma": weights for each presence pattern, keyed by the
        positions of its modalities; with "optimize", where there are more than
        `max_patterns` and rows lack modalities, the key () holds those of all rows.
    strength_ : float
        Rows that the weights of all rows are worth to a pattern. With "optimize",
        where training rows lack modalities.
    calibrators_ : dict of str to object
        The calibrator of each member, where there are any.

    References
    ----------
    Genest, C., & Zidek, J. V. (1986). Combining probability distributions: A
    critique and an annotated bibliography. Statistical Science, 1(1), 114-135.

    Hoeting, J. A., Madigan, D., Raftery, A. E., & Volinsky, C. T. (1999).
    Bayesian model averaging: A tutorial. Statistical Science, 14(4), 382-417.

    Kittler, J., Hatef, M., Duin, R. P. W., & Matas, J. (1998). On combining
    classifiers. IEEE Transactions on Pattern Analysis and Machine Intelligence,
    20(3), 226-239.

    Examples
    --------
    >>> from mmensemble import MultimodalClassifier, VotingFusion
    >>> from mmensemble.datasets import make_multimodal
    >>> data = make_multimodal(random_state=0)
    >>> model = MultimodalClassifier(fusion=VotingFusion(weights="optimize"))
    >>> model.fit(data.data, data.target).fusion_.weights_.sum().round(6)
    np.float64(1.0)
    """

    short_name = "voting"
    level = "decision"
    reference = "Kittler et al. 1998"
    when = "Few rows, or modalities that are about equally good: nothing to overfit."

    _parameter_constraints = {
        "rule": [StrOptions(set(CLASSIFICATION_RULES))],
        "weights": [
            None,
            StrOptions({"score", "optimize", "bma"}),
            "array-like",
            dict,
        ],
        "max_patterns": [Interval(Integral, 1, None, closed="left")],
        "calibrate": CALIBRATE,
    }

    def __init__(self, rule="soft", *, weights=None, max_patterns=64, calibrate=None):
        self.rule = rule
        self.weights = weights
        self.max_patterns = max_patterns
        self.calibrate = calibrate

    @property
    def needs(self):
        """Predictions; at fit only where something is learnt from them."""
        if isinstance(self.weights, str) or self.calibrate is not None:
            return frozenset({"predictions", "out of fold"})
        return frozenset({"predictions"})

    def check(self, task, members):
        """Raise ValueError where rule, weights, task and members do not agree."""
        super().check(task, members)
        if not task.is_classification and self.rule not in REGRESSION_RULES:
            raise ValueError(
                f"VotingFusion(rule={self.rule!r}) combines classes; for regression "
                f"choose one of {sorted(REGRESSION_RULES)}."
            )
        optimized = isinstance(self.weights, str) and self.weights == "optimize"
        if optimized and self.rule != "soft":
            raise ValueError(
                "VotingFusion(weights='optimize') needs rule='soft', got "
                f"rule={self.rule!r}. Use weights='score' with this rule."
            )
        if task.is_classification and self.rule != "hard" and not self.calibrate:
            for member in members:
                if not member.has_proba:
                    raise ValueError(
                        f"VotingFusion(rule={self.rule!r}) needs probabilities, but "
                        f"member {member.name!r} has no predict_proba. Use "
                        "calibrate='sigmoid', rule='hard' or StackingFusion."
                    )

    def _fit(self, data):
        self.members_ = data.members
        self.pattern_models_ = PatternModels()
        learnt = isinstance(self.weights, str)
        if not learnt:
            self.weights_ = self._given(data)
            return
        task = data.task
        targets = target_matrix(data.y, data.task)
        self.weights_ = skill_weights(
            data.predictions,
            targets,
            task.prior,
            data.sample_weight,
            classification=task.is_classification,
        )
        if self.weights == "optimize" and lacks_any(data):
            self.pattern_models_, self.strength_ = shared_weights(
                data, self._solve, self.max_patterns
            )
        elif self.weights in _SOLVERS:
            self.pattern_models_ = PatternModels.fit(
                partial(self._fit_pattern, data),
                pattern_jobs(data.available(), self.max_patterns),
            )
        if self.pattern_models_:
            everything = tuple(range(len(data.modalities)))
            self.weights_ = self.pattern_models_[
                self.pattern_models_.key_for(everything)
            ]

    def _given(self, data):
        names = [member.name for member in data.members]
        owners = [data.modalities[m.modality] for m in data.members]
        if self.weights is None:
            weights = np.ones(len(names))
        elif isinstance(self.weights, dict):
            unknown = set(self.weights) - set(names) - set(owners)
            lacking = [
                name
                for name, owner in zip(names, owners, strict=True)
                if name not in self.weights and owner not in self.weights
            ]
            if unknown or lacking:
                raise ValueError(
                    "The 'weights' parameter of VotingFusion must name every member "
                    f"once: unknown {sorted(unknown)}, lacking {lacking}."
                )
            weights = np.array(
                [
                    self.weights.get(name, self.weights.get(owner))
                    for name, owner in zip(names, owners, strict=True)
                ],
                dtype=float,
            )
        else:
            weights = self._listed(data)
        if not np.isfinite(weights).all() or (weights < 0).any() or not weights.any():
            raise ValueError(
                "The 'weights' parameter of VotingFusion must hold finite numbers >= 0 "
                f"with a positive sum, got {weights.tolist()}."
            )
        return weights / weights.sum()

    def _listed(self, data):
        weights = np.asarray(self.weights, dtype=float)
        if weights.shape == (len(data.members),):
            return weights
        if weights.shape == (len(data.modalities),):
            return weights[[member.modality for member in data.members]]
        raise ValueError(
            f"The 'weights' parameter of VotingFusion has {weights.size} entries for "
            f"{len(data.members)} members {[m.name for m in data.members]}."
        )

    def _fit_pattern(self, data, pattern, rows, known):
        part, inside = data.take(rows), data.members_in(pattern)
        predictions = part.predictions[:, inside]
        found = self._solve(part, predictions, inside)
        if found is None:
            return None
        weights = np.zeros(len(data.members))
        weights[inside] = found
        classes = data.task.is_classification
        loss = member_losses(
            np.einsum("imk,m->ik", predictions, found)[:, None, :],
            target_matrix(part.y, data.task),
            part.sample_weight,
            classification=classes,
        )[0]
        return weights, loss

    def _solve(self, part, predictions, members):
        """Return the members' weights for some rows; None where these are few."""
        if part.n_samples < 2 or not part.weight.sum() > 0:
            return None
        return _SOLVERS[self.weights](
            predictions,
            target_matrix(part.y, part.task),
            part.sample_weight,
            classification=part.task.is_classification,
        )

    def _predict(self, data):
        rules = (
            CLASSIFICATION_RULES if data.task.is_classification else REGRESSION_RULES
        )
        weights = self.row_weights(data)
        return rules[self.rule](data.predictions, weights, data.task.prior)

    def _transform(self, data):
        return self.predict(data)

    def get_feature_names_out(self, task):
        """Return one name an output: the class or the target."""
        return output_names("voting", task)
