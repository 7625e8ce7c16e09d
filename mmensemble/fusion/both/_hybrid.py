"""Hybrid fusion: at the level of features and of decisions, in either order."""

from dataclasses import replace
from numbers import Integral

import numpy as np

from mmensemble._compat import Interval, StrOptions
from mmensemble._seeds import seed_for
from mmensemble._splits import inner_folds
from mmensemble.fusion._base import BaseFusion, Member
from mmensemble.fusion._lookup import make_fusion
from mmensemble.fusion._weights import member_losses, target_matrix
from mmensemble.fusion.decision._voting import VotingFusion
from mmensemble.modality._blocks import Block

#: Name of the member that the feature fusion becomes.
FUSED = "fused"
#: Folds in which a decision fusion is compared with itself on fewer modalities;
#: few, for there are as many fits as modalities at every step.
_FOLDS = 3


class HybridFusion(BaseFusion):
    """Fuse at both levels: features, decisions, or one after the other.

    Parameters
    ----------
    order : {"feature_first", "decision_first", "stacked"}, default="feature_first"
        "feature_first": what the feature fusion predicts is one more member,
        and the decision fusion combines it with the modalities' own.
        "decision_first": modalities that the decision fusion does without are
        dropped, one by one, while its held-out loss does not rise; the feature
        fusion works on the rest, and the decision fusion serves rows that have
        none of these. "stacked": the decision fusion combines the modalities,
        the feature fusion works beside it, and the two predictions get the
        weights of least out-of-fold loss.
    decision : str or fusion object, default="selection"
        Decision-level fusion, by short name or as an object.
    feature : str or fusion object, default="concat"
        Feature-level fusion, by short name or as an object.
    n_modalities : int or None, default=None
        With "decision_first", how many modalities remain. None: as many as help.

    Attributes
    ----------
    decision_ : fusion object
        Fitted decision fusion.
    feature_ : fusion object
        With "decision_first": fitted feature fusion of the chosen modalities.
    chosen_ : tuple of str
        With "decision_first": the chosen modalities.
    final_ : VotingFusion
        With "stacked": the weights of decision and feature fusion.

    References
    ----------
    Atrey, P. K., Hossain, M. A., El Saddik, A., & Kankanhalli, M. S. (2010).
    Multimodal fusion for multimedia analysis: a survey. Multimedia Systems,
    16(6), 345-379.

    Examples
    --------
    >>> from mmensemble import HybridFusion, MultimodalClassifier
    >>> from mmensemble.datasets import make_multimodal
    >>> data = make_multimodal(random_state=0)
    >>> model = MultimodalClassifier(fusion=HybridFusion("decision_first"))
    >>> model.set_params(fusion__n_modalities=2).fit(data.data, data.target)
    MultimodalClassifier(fusion=HybridFusion(n_modalities=2,
                                             order='decision_first'))
    >>> len(model.fusion_.chosen_)
    2
    """

    short_name = "hybrid"
    level = "both"
    reference = "Atrey et al. 2010"
    when = "Some features interact across modalities, others need rules of their own."

    _parameter_constraints = {
        "order": [StrOptions({"feature_first", "decision_first", "stacked"})],
        "decision": [str, BaseFusion],
        "feature": [str, BaseFusion],
        "n_modalities": [None, Interval(Integral, 1, None, closed="left")],
    }

    def __init__(
        self,
        order="feature_first",
        *,
        decision="selection",
        feature="concat",
        n_modalities=None,
    ):
        self.order = order
        self.decision = decision
        self.feature = feature
        self.n_modalities = n_modalities

    def _inner(self, parameter):
        """Return an unfitted fusion of the parameter's own level."""
        fusion = make_fusion(getattr(self, parameter), parameter)
        if fusion.level != parameter:
            raise ValueError(
                f"The {parameter!r} parameter of HybridFusion must be a fusion of the "
                f"{parameter} level, got {fusion!r}, whose level is {fusion.level!r}."
            )
        return fusion

    @property
    def needs(self):
        """Out-of-fold predictions, what both fusions need, and blocks."""
        needs = {"predictions", "out of fold"} | self._inner("decision").needs
        if self.order == "decision_first":
            needs |= self._inner("feature").needs
        return frozenset(needs)

    @property
    def joint(self):
        """The feature fusion, where it is a member."""
        inner = self._inner("decision").joint
        if self.order == "decision_first":
            return inner
        return (*inner, (FUSED, self._inner("feature")))

    @property
    def keeps_rows(self):
        """Whether either fusion keeps training rows."""
        return self._inner("decision").keeps_rows or self._inner("feature").keeps_rows

    @property
    def final_estimator(self):
        """That of the decision fusion, where it has one; it gets metadata."""
        return getattr(self._inner("decision"), "final_estimator", None)

    def check(self, task, members):
        """Raise ValueError where either fusion does not serve task or members."""
        super().check(task, members)
        alone = tuple(member for member in members if member.name != FUSED)
        self._inner("decision").check(task, alone)
        self._inner("feature").check(task, ())

    def _fit(self, data):
        data = replace(data, seed=seed_for(data.seed, "hybrid"))
        self.decision_ = self._inner("decision")
        if self.order == "feature_first":
            self.decision_.fit(_with_fused(data))
        elif self.order == "decision_first":
            self._fit_chosen(data)
        else:
            self._fit_stacked(data)

    def _fit_chosen(self, data):
        positions = self._choose(data)
        self._positions = list(positions)
        self.chosen_ = tuple(data.modalities[p] for p in positions)
        self.feature_ = self._inner("feature").fit(data.subset(self._positions))
        self.decision_.fit(data)

    def _choose(self, data):
        """Drop modalities while the held-out loss allows, or down to a number."""
        seen = np.flatnonzero(data.available().any(axis=0)).tolist()
        fewest = min(self.n_modalities or 1, len(seen))
        folds = _folds(data)
        chosen, loss = seen, _held_out_loss(self.decision_, data, seen, folds)
        while len(chosen) > fewest:
            smaller = [[p for p in chosen if p != out] for out in chosen]
            losses = [_held_out_loss(self.decision_, data, s, folds) for s in smaller]
            best = int(np.argmin(losses))
            if self.n_modalities is None and losses[best] > loss:
                break
            chosen, loss = smaller[best], losses[best]
        return chosen

    def _fit_stacked(self, data):
        alone = _alone(data)
        held_out = np.full((data.n_samples, data.task.n_outputs), np.nan)
        for train, test in _folds(data):
            fitted = self._inner("decision").fit(alone.take(train))
            held_out[test] = fitted.predict(alone.take(test))
        self.decision_.fit(alone)
        lacking = np.isnan(held_out[:, 0])
        if lacking.any():
            held_out[lacking] = self.decision_.predict(alone.take(lacking.nonzero()[0]))
        self.final_ = VotingFusion(weights="optimize").fit(_pair(data, held_out))

    def _predict(self, data):
        if self.order == "feature_first":
            return self.decision_.predict(_with_fused(data))
        if self.order == "stacked":
            decided = self.decision_.predict(_alone(data))
            return self.final_.predict(_pair(data, decided))
        part = data.subset(self._positions)
        rows = part.presence.any(axis=1)
        if rows.all():
            return self.feature_.predict(part)
        out = self.decision_.predict(data)
        if rows.any():
            out[rows] = self.feature_.predict(part.take(np.flatnonzero(rows)))
        return out


def _folds(data):
    """Splits of the training rows, or all rows twice where there are too few."""
    splits = inner_folds(
        data.y,
        classifier=data.task.is_classification,
        groups=data.groups,
        n_splits=_FOLDS,
    )
    everyone = np.arange(data.n_samples)
    return splits or [(everyone, everyone)]


def _held_out_loss(fusion, data, positions, folds):
    """Mean loss of a decision fusion of some modalities, over the folds."""
    part = data.subset(positions)
    classification = data.task.is_classification
    losses = []
    for train, test in folds:
        fitted = make_fusion(fusion).fit(part.take(train))
        rows = part.take(test)
        losses += member_losses(
            fitted.predict(rows)[:, None, :],
            target_matrix(rows.y, data.task),
            rows.sample_weight,
            classification=classification,
        ).tolist()
    return np.mean(losses)


def _alone(data):
    """Return the view without the member of the feature fusion."""
    kept = [k for k, m in enumerate(data.members) if m.name != FUSED]
    return replace(
        data,
        members=tuple(data.members[k] for k in kept),
        predictions=data.predictions[:, kept],
    )


def _with_fused(data):
    """Return the view with the feature fusion as one more modality."""
    position = len(data.modalities)
    members = tuple(
        replace(member, modality=position) if member.name == FUSED else member
        for member in data.members
    )
    anything = data.presence.any(axis=1)
    blocks = data.blocks
    if blocks is not None:
        empty = Block(np.empty((anything.sum(), 0)), anything, ())
        blocks = (*blocks, empty)
    return replace(
        data,
        modalities=(*data.modalities, FUSED),
        presence=np.column_stack([data.presence, anything]),
        members=members,
        blocks=blocks,
    )


def _pair(data, decided):
    """Return a view of two members: what was decided, and the feature fusion."""
    fused = [m.name for m in data.members].index(FUSED)
    known = data.available().any(axis=1)
    predictions = np.stack([decided, data.predictions[:, fused]], axis=1)
    predictions[~known, 0] = np.nan
    return replace(
        data,
        modalities=("decision", FUSED),
        presence=~np.isnan(predictions[:, :, 0]),
        members=(Member("decision", 0, "fusion"), Member(FUSED, 1, "fusion")),
        predictions=predictions,
        blocks=None,
    )
