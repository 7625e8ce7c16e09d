"""Fusions that each break one promise."""

import numpy as np

from mmensemble.fusion import BaseFusion, VotingFusion


class IgnoresPresence(VotingFusion):
    """Weighs absent modalities too."""

    def row_weights(self, data):
        return np.tile(self.weights_, (data.n_samples, 1))

    def _predict(self, data):
        weights = super().row_weights(data)
        return np.einsum("imk,im->ik", np.nan_to_num(data.predictions), weights)


class NegativeWeights(VotingFusion):
    """Has weights below zero."""

    def row_weights(self, data):
        return super().row_weights(data) - 0.1


class WeightsOverOne(VotingFusion):
    """Has weights that sum to more than one."""

    def row_weights(self, data):
        return super().row_weights(data) * 1.1

    def _predict(self, data):
        return super()._predict(data) / 1.1


class NaNMean(VotingFusion):
    """Takes the mean with the absent ones in it."""

    def _predict(self, data):
        return data.predictions.mean(axis=1)


class KeepsRows(VotingFusion):
    """Keeps the training predictions."""

    needs = frozenset({"predictions", "out of fold"})

    def _fit(self, data):
        super()._fit(data)
        self.notes_ = {"seen": [data.predictions]}


class KeepsLists(VotingFusion):
    """Keeps the training targets as a list."""

    def _fit(self, data):
        super()._fit(data)
        self.targets_ = data.y.tolist()


class WritesView(VotingFusion):
    """Fills the predictions in place."""

    needs = frozenset({"predictions", "out of fold"})

    def _fit(self, data):
        super()._fit(data)
        data.predictions[np.isnan(data.predictions)] = 0.5


class NoCard(VotingFusion):
    """Does not say when to use it."""

    when = ""


class OddOutputs(VotingFusion):
    """Promises what it cannot give."""

    row_outputs = {"opinions": "members"}


class OddTasks(VotingFusion):
    """Serves a task that does not exist."""

    tasks = ("ranking",)


class OddLevel(VotingFusion):
    """Fuses at a level that does not exist."""

    level = "late"


class OddNeeds(VotingFusion):
    """Needs what nobody has."""

    needs = frozenset({"labels"})


class BatchMean(VotingFusion):
    """Centres the predictions of a batch."""

    def _predict(self, data):
        out = super()._predict(data)
        return out + 1e-3 * (out.mean(axis=0) - out)


class Growing(VotingFusion):
    """Goes on where the last fit ended."""

    def _fit(self, data):
        before = getattr(self, "weights_", None)
        super()._fit(data)
        self.weights_ = self.weights_ + [1.0, 0, 0] if before is not None else before
        if self.weights_ is None:
            self.weights_ = np.ones(3) / 3


class ChangesItself(VotingFusion):
    """Writes what it found into a parameter."""

    def _fit(self, data):
        super()._fit(data)
        self.max_patterns = 7


class Converts(BaseFusion):
    """Converts a parameter in the constructor."""

    reference = when = "none"
    _parameter_constraints = {"share": [float]}

    def __init__(self, share=0.5):
        self.share = str(share)


class Unconstrained(BaseFusion):
    """Declares no constraint."""

    reference = when = "none"
    _parameter_constraints = {}

    def __init__(self, share=0.5):
        self.share = share


class WrongShape(VotingFusion):
    """Predicts one number a row."""

    def _predict(self, data):
        return super()._predict(data)[:, :1]


BAD_FUSIONS = {
    f"{cls.__name__}-{check}": (cls, check, message)
    for cls, check, message in [
        (IgnoresPresence, "check_weights", "an absent modality has a weight"),
        (NegativeWeights, "check_weights", "(row|modality) weights below zero"),
        (WeightsOverOne, "check_weights", "(row|modality) weights don't sum to one"),
        (NaNMean, "check_every_pattern", "not all numbers are finite"),
        (KeepsRows, "check_keeps_no_rows", r"\.notes_\.seen.* keeps rows"),
        (KeepsLists, "check_keeps_no_rows", r"\.targets_ keeps rows"),
        (WritesView, "check_repeated_fit", "it writes into the view"),
        (NoCard, "check_card", "'when' is empty"),
        (OddOutputs, "check_card", "row_outputs names 'opinions', which it has not"),
        (OddTasks, "check_card", "tasks must be out of"),
        (OddLevel, "check_card", "level must be one of"),
        (OddNeeds, "check_card", "needs must be out of"),
        (BatchMean, "check_rows_of_view", "depends on the rows beside it"),
        (Growing, "check_repeated_fit", "a second fit on the same view differs"),
        (ChangesItself, "check_repeated_fit", "fit changes a parameter"),
        (Converts, "check_parameters", "does not store the parameter 'share'"),
        (
            Unconstrained,
            "check_parameters",
            r"_parameter_constraints lacks \['share'\]",
        ),
        (WrongShape, "check_every_pattern", r"predictions have shape \(21, 1\)"),
    ]
}
