"""Dynamic selection: members weighed by their competence around each row."""

from numbers import Integral

import numpy as np

from mmensemble._compat import Interval, StrOptions
from mmensemble._seeds import seed_for
from mmensemble.fusion._base import BaseFusion
from mmensemble.fusion._calibration import CALIBRATE
from mmensemble.fusion._member_weights import MemberWeightsMixin
from mmensemble.fusion._rules import log_rule, mean_rule, vote_rule
from mmensemble.fusion._weights import over_present, skill_weights, target_matrix
from mmensemble.fusion.decision.dynamic._competence import (
    CLASSIFICATION_RULES,
    REGRESSION_RULES,
)
from mmensemble.fusion.decision.dynamic._neighbours import (
    Scaling,
    find_neighbours,
    place,
)

_RULES = {"soft": mean_rule, "log": log_rule, "hard": vote_rule}


class DynamicFusion(MemberWeightsMixin, BaseFusion):
    """Weigh the members in each row by how well they did on its neighbours.

    Neighbours are training rows, near in the mean of the squared distances of
    the modalities that both rows have; each modality is standardised and scaled
    to a total variance of one, so that width does not count. How a member did
    there is known from its out-of-fold predictions.

    The fitted fusion keeps training rows: their coordinates and what the members
    got right. At predict, memory is bounded whatever the number of rows.

    Parameters
    ----------
    method : {"ola", "knora_e", "knora_u", "des_p"}, default="des_p"
        How competence becomes weights. "ola": the member of the highest overall
        local accuracy (Woods et al. 1997), or the smallest local squared error,
        decides. "knora_e": those do that are right on all neighbours, or on all
        of the nearest ones; "knora_u": a member weighs as many neighbours as it
        is right on (Ko et al. 2008); both for classification only. "des_p": the
        local accuracy above chance (Woloszynski et al. 2012), none for members
        below; for regression, one over the local squared error, none for members
        worse than the mean (Rooney et al. 2004). Ties weigh the same.
    n_neighbors : int, default=30
        Size of the neighbourhood in rows, whose sample weights count within it.
        Small ones are local and noisy: the accuracy of a member on 7 rows has a
        standard error of up to 0.19.
    rule : {"soft", "log", "hard"}, default="soft"
        What is weighted: the mean of the probabilities or values, their geometric
        mean (log-linear pool), or the votes, as in the papers. Regression knows
        "soft".
    n_components : int, default=20
        Dimensions of a modality in which distances are measured: wider ones are
        projected on their first principal directions.
    fallback : {"skill", "average"}, default="skill"
        Weights of a row whose neighbourhood does not discriminate, because all
        members do equally well there or none is chosen: in proportion to the
        out-of-fold skill over the prior, or equal.
    calibrate : {None, "sigmoid", "isotonic", "temperature"}, default=None
        How each member's probabilities are calibrated on out-of-fold rows
        before they are combined; None: not at all. "sigmoid" and "temperature"
        do with few rows, "isotonic" needs about a thousand.

    Attributes
    ----------
    global_weights_ : ndarray of shape (n_members,)
        Those of the fallback; they sum to one.
    scalings_ : list
        How each modality's block becomes coordinates.
    reference_ : object
        Coordinates of the training rows.
    outcomes_ : ndarray of shape (n_reference, n_members)
        Whether a member was right on a training row, or its squared error.
    calibrators_ : dict of str to object
        The calibrator of each member, where there are any.

    References
    ----------
    Woods, K., Kegelmeyer, W. P., & Bowyer, K. (1997). Combination of multiple
    classifiers using local accuracy estimates. IEEE Transactions on Pattern
    Analysis and Machine Intelligence, 19(4), 405-410.

    Rooney, N., Patterson, D., Anand, S., & Tsymbal, A. (2004). Dynamic
    integration of regression models. Multiple Classifier Systems, 164-173.

    Ko, A. H. R., Sabourin, R., & Britto, A. S. (2008). From dynamic classifier
    selection to dynamic ensemble selection. Pattern Recognition, 41(5),
    1718-1731.

    Woloszynski, T., Kurzynski, M., Podsiadlo, P., & Stachowiak, G. W. (2012). A
    measure of competence based on random classification for dynamic ensemble
    selection. Information Fusion, 13(3), 207-213.

    Examples
    --------
    >>> from mmensemble import DynamicFusion, MultimodalClassifier
    >>> from mmensemble.datasets import make_multimodal
    >>> data = make_multimodal(random_state=0)
    >>> model = MultimodalClassifier(fusion=DynamicFusion("knora_u"))
    >>> model.fit(data.data, data.target).fusion_.outcomes_.shape
    (300, 3)
    """

    short_name = "dynamic"
    level = "decision"
    reference = "Woods et al. 1997; Ko et al. 2008; Woloszynski et al. 2012"
    when = "Which modality is right depends on the row, and rows are plenty."
    keeps_rows = True

    _parameter_constraints = {
        "method": [StrOptions(set(CLASSIFICATION_RULES))],
        "n_neighbors": [Interval(Integral, 1, None, closed="left")],
        "rule": [StrOptions(set(_RULES))],
        "n_components": [Interval(Integral, 1, None, closed="left")],
        "fallback": [StrOptions({"skill", "average"})],
        "calibrate": CALIBRATE,
    }

    def __init__(
        self,
        method="des_p",
        *,
        n_neighbors=30,
        rule="soft",
        n_components=20,
        fallback="skill",
        calibrate=None,
    ):
        self.method = method
        self.n_neighbors = n_neighbors
        self.rule = rule
        self.n_components = n_components
        self.fallback = fallback
        self.calibrate = calibrate

    @property
    def needs(self):
        """Predictions, out of fold at fit, and blocks to find neighbours."""
        return frozenset({"predictions", "out of fold", "blocks"})

    def check(self, task, members):
        """Raise ValueError where the method does not serve the task."""
        super().check(task, members)
        if not task.is_classification and self.method not in REGRESSION_RULES:
            raise ValueError(
                f"DynamicFusion(method={self.method!r}) counts neighbours of the right "
                f"class; for regression choose one of {sorted(REGRESSION_RULES)}."
            )
        if not task.is_classification and self.rule != "soft":
            raise ValueError(
                f"DynamicFusion(rule={self.rule!r}) combines probabilities or votes; "
                "regression needs rule='soft'."
            )

    def _fit(self, data):
        weight = data.weight
        targets = target_matrix(data.y, data.task)
        self.global_weights_ = self._global(data, targets)
        predicted = ~np.isnan(data.predictions[:, :, 0])
        kept = data.take(np.flatnonzero((weight > 0) & predicted.any(axis=1)))
        self._weight = weight[(weight > 0) & predicted.any(axis=1)]
        self.scalings_ = [
            Scaling.fit(
                block.values,
                self._weight[block.present],
                self.n_components,
                seed_for(data.seed, "directions", name),
            )
            for name, block in zip(kept.modalities, kept.blocks, strict=True)
        ]
        self.reference_ = place(kept.blocks, self.scalings_)
        self._learn_outcomes(kept)

    def _global(self, data, targets):
        n_members = len(data.members)
        if self.fallback == "average":
            return np.full(n_members, 1 / n_members)
        return skill_weights(
            data.predictions,
            targets,
            data.task.prior,
            data.sample_weight,
            classification=data.task.is_classification,
        )

    def _learn_outcomes(self, data):
        """Store who was right on what, and what chance would have been."""
        targets = target_matrix(data.y, data.task)
        known = ~np.isnan(data.predictions[:, :, 0])
        if data.task.is_classification:
            winners = np.nan_to_num(data.predictions).argmax(axis=2)
            right = winners == targets.argmax(axis=1)[:, None]
            self.outcomes_ = np.where(known, right, np.nan)
            self._chance = 1 / data.task.n_outputs
            return
        squares = (targets - data.task.prior) ** 2
        spread = np.average(squares, axis=0, weights=self._weight)
        scale = np.where(spread > 0, spread, 1.0)
        errors = (data.predictions - targets[:, None]) ** 2 / scale
        self.outcomes_ = errors.mean(axis=2)
        self._chance = (squares / scale).mean(axis=1)

    def _predict(self, data):
        fuse = _RULES[self.rule]
        return fuse(data.predictions, self.row_weights(data), data.task.prior)

    def row_weights(self, data):
        """Return the weight of each member in each row.

        Returns
        -------
        weights : ndarray of shape (n_samples, n_members)
            Zero where the member has no prediction; each row sums to one.
        """
        has = ~np.isnan(data.predictions[:, :, 0])
        weights = np.zeros(has.shape)
        places = place(data.blocks, self.scalings_)
        for rows, near in find_neighbours(places, self.reference_, self.n_neighbors):
            if near.shape[1]:
                weights[rows] = np.where(has[rows], self._compete(near, data.task), 0)
        highest = weights.max(axis=1)
        lowest = np.where(has, weights, np.inf).min(axis=1)
        even = highest - lowest <= 1e-12 * highest
        weights[even] = self.global_weights_
        return over_present(weights, has)

    def _compete(self, near, task):
        """Return the members' weights among each row's neighbours."""
        outcomes, weight = self.outcomes_[near], self._weight[near]
        if task.is_classification:
            rule, chance = CLASSIFICATION_RULES[self.method], self._chance
        else:
            rule = REGRESSION_RULES[self.method]
            chance = np.where(np.isnan(outcomes), np.nan, self._chance[near][..., None])
        return rule(outcomes, weight, chance)
