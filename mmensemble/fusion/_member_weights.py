"""Fusions that weight their members: what those weights are, row by row."""

import numpy as np


class MemberWeightsMixin:
    """Offer the weights of members, and so of modalities, in each row.

    By default those of `pattern_models_`, a PatternModels whose models are weights
    of all members, and `weights_` where none of them serves.
    """

    row_outputs = {"row_weights": "members", "modality_weights": "modalities"}

    def row_weights(self, data):
        """Return the weight of each member in each row.

        Parameters
        ----------
        data : FusionData

        Returns
        -------
        weights : ndarray of shape (n_samples, n_members)
            Zero where the member has no prediction; each row sums to one.
        """
        return self.pattern_models_.weights_of_rows(data, self.weights_)

    def modality_weights(self, data):
        """Return the weight of each modality in each row: that of its members.

        The weight of a member on all modalities together is shared out evenly
        over those that the row has.

        Parameters
        ----------
        data : FusionData

        Returns
        -------
        weights : ndarray of shape (n_samples, n_modalities)
            Zero where the modality is absent. Each row sums to one, or to zero
            where no member has predicted it.
        """
        has = data.available()
        weights = np.zeros(has.shape)
        known = np.flatnonzero(has.any(axis=1))
        data, has = data.take(known), has[known]
        of_members = self.row_weights(data)
        own = has / has.sum(axis=1, keepdims=True)
        for position, member in enumerate(data.members):
            share = of_members[:, position]
            if member.modality is None:
                weights[known] += share[:, None] * own
            else:
                weights[known, member.modality] += share
        return weights
