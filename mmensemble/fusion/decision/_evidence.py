"""Dempster-Shafer combination, each member discounted by its reliability."""

from functools import partial
from numbers import Integral

import numpy as np

from mmensemble._compat import Interval, StrOptions
from mmensemble.fusion._base import BaseFusion
from mmensemble.fusion._calibration import CALIBRATE
from mmensemble.fusion._names import output_names
from mmensemble.fusion._patterns import PatternModels, pattern_jobs
from mmensemble.fusion._rows import rows_of_weight
from mmensemble.fusion._weights import member_losses, one_hot
from mmensemble.fusion.decision._mass_functions import (
    RULES,
    conflicting_mass,
    discount,
    learn_reliabilities,
    pignistic,
)

#: Reliability of members that no training row has predictions of: even odds, for
#: nothing is known of them.
_UNKNOWN = 0.5


class EvidenceFusion(BaseFusion):
    """Combine the members as bodies of evidence, and measure their conflict.

    Each member's probabilities become a mass function: its reliability times the
    probability on each class, the rest on the frame of all classes, where it
    favours none. Reliabilities are learnt from out-of-fold predictions. An
    absent modality is the vacuous mass, all on the frame, which changes nothing.

    Parameters
    ----------
    rule : {"dempster", "yager", "cautious"}, default="dempster"
        How masses are combined. "dempster": conflict is ruled out and the rest
        scaled up. "yager": conflict becomes ignorance, so that members that
        contradict each other leave the classes even. "cautious": the strongest
        evidence for each class counts, once, for members that rest on the same
        evidence.
    discounting : {"member", "class"}, default="member"
        Whether a member has one reliability, or one for each class.
    max_patterns : int, default=64
        Most presence patterns with reliabilities of their own; others use those
        of the nearest fitted pattern within theirs.
    calibrate : {None, "sigmoid", "isotonic", "temperature"}, default=None
        How each member's probabilities are calibrated on out-of-fold rows
        before they are combined; None: not at all. "sigmoid" and "temperature"
        do with few rows, "isotonic" needs about a thousand.

    Attributes
    ----------
    reliabilities_ : ndarray of shape (n_members,) or (n_members, n_classes)
        Where every modality is present: 0 for a member that is not believed.
    pattern_models_ : PatternModels
        Those for each presence pattern, of shape (n_members, n_classes), keyed by
        the positions of its modalities.
    calibrators_ : dict of str to object
        The calibrator of each member, where there are any.

    References
    ----------
    Shafer, G. (1976). A mathematical theory of evidence. Princeton University
    Press.

    Yager, R. R. (1987). On the Dempster-Shafer framework and new combination
    rules. Information Sciences, 41(2), 93-137.

    Denœux, T. (2008). Conjunctive and disjunctive combination of belief functions
    induced by nondistinct bodies of evidence. Artificial Intelligence, 172(2-3),
    234-264.

    Examples
    --------
    >>> from mmensemble import EvidenceFusion, MultimodalClassifier
    >>> from mmensemble.datasets import make_multimodal
    >>> data = make_multimodal(random_state=0)
    >>> model = MultimodalClassifier(fusion=EvidenceFusion())
    >>> model.fit(data.data, data.target).fusion_.reliabilities_.shape
    (3,)
    """

    short_name = "evidence"
    level = "decision"
    tasks = ("classification",)
    reference = "Shafer 1976; Denœux 2008"
    when = "Modalities may contradict each other, and rows where they do should show."

    _parameter_constraints = {
        "rule": [StrOptions(set(RULES))],
        "discounting": [StrOptions({"member", "class"})],
        "max_patterns": [Interval(Integral, 1, None, closed="left")],
        "calibrate": CALIBRATE,
    }
    row_outputs = {"conflict": None}

    def __init__(
        self,
        rule="dempster",
        *,
        discounting="member",
        max_patterns=64,
        calibrate=None,
    ):
        self.rule = rule
        self.discounting = discounting
        self.max_patterns = max_patterns
        self.calibrate = calibrate

    def _fit(self, data):
        self.members_ = data.members
        self.pattern_models_ = PatternModels.fit(
            partial(self._fit_pattern, data),
            pattern_jobs(data.available(), self.max_patterns),
        )
        everything = tuple(range(len(data.modalities)))
        shape = len(data.members), data.task.n_outputs
        full = self._reliabilities(self.pattern_models_.key_for(everything), shape)
        self.reliabilities_ = full if self.discounting == "class" else full[:, 0]

    def _fit_pattern(self, data, pattern, rows, known):
        rows = rows_of_weight(data, rows)
        if len(rows) < 2:
            return None
        inside = data.members_in(pattern)
        predictions = data.predictions[np.ix_(rows, inside)]
        targets = one_hot(data.y[rows], data.task.classes)
        weight = data.weight[rows]
        found = np.zeros((len(data.members), data.task.n_outputs))
        start = None  # else what was found for the fullest pattern, off the bounds
        if known:
            start = np.clip(known[known.fullest][inside], 0.1, 0.9)
        found[inside] = learn_reliabilities(
            predictions,
            targets,
            weight,
            self.rule,
            by_class=self.discounting == "class",
            start=start,
        )
        masses = discount(predictions, found[inside])
        fused = pignistic(*RULES[self.rule](*masses))[:, None]
        return found, member_losses(fused, targets, weight, classification=True)[0]

    def _reliabilities(self, key, shape):
        return np.full(shape, _UNKNOWN) if key is None else self.pattern_models_[key]

    def _masses(self, data):
        """Return the discounted masses of all members in all rows."""
        singles = np.zeros_like(data.predictions)
        frame = np.ones(singles.shape[:2])
        for key, rows in self.pattern_models_.serve(data.available()):
            own = self._reliabilities(key, singles.shape[1:])
            singles[rows], frame[rows] = discount(data.predictions[rows], own)
        return singles, frame

    def _predict(self, data):
        return pignistic(*RULES[self.rule](*self._masses(data)))

    def conflict(self, data):
        """Return how much the members of each row contradict each other.

        The mass that the conjunction of the discounted masses gives to the empty
        set. It is near 1 where reliable members are sure of different classes,
        0 for a row with one member, and moderate where all are unsure, for then
        they share no class by chance. Compare it among rows of one pattern.

        Parameters
        ----------
        data : FusionData

        Returns
        -------
        conflict : ndarray of shape (n_samples,)
            Between 0 and 1.
        """
        return conflicting_mass(*self._masses(self.calibrated(data)))

    def _transform(self, data):
        """Masses of the classes and of the frame, then the conflict."""
        masses = self._masses(data)
        singles, frame = RULES[self.rule](*masses)
        return np.column_stack([singles, frame, conflicting_mass(*masses)])

    def get_feature_names_out(self, task):
        """Return names of the masses of the classes and the frame, and the conflict."""
        names = output_names("evidence", task)
        return [*names, "evidence__frame", "evidence__conflict"]
