"""What the members of one outer fold say of its training rows and its test rows."""

from dataclasses import dataclass, field

import numpy as np

from mmensemble.ensemble import fit_members, read_table, reduce_plan
from mmensemble.fusion import FusionData
from mmensemble.modality import presence_mask


@dataclass
class FoldMembers:
    """Predictions and blocks of one fold, by member; fitted models are not kept.

    Parameters
    ----------
    train, test : dict of (str, str) to ndarray of shape (n_rows, n_outputs)
        Predictions by key of the source and name of the learner; out of fold for
        training rows, where a fusion has needed them; NaN where a row lacks the
        modality.
    train_blocks, test_blocks : dict of str to Block
        By key of the source.
    seconds : dict of (str, str) or str to float
        Time that each member and each block has taken.
    n_fits : int
        Sources fitted so far, each on all training rows and in the inner folds.
    """

    train: dict = field(default_factory=dict)
    test: dict = field(default_factory=dict)
    train_blocks: dict = field(default_factory=dict)
    test_blocks: dict = field(default_factory=dict)
    seconds: dict = field(default_factory=dict)
    n_fits: int = 0

    def complete(self, model, prepared, X_test, *, held_out=False):
        """Fit what a prepared fit needs and is not here yet.

        Parameters
        ----------
        model : MultimodalClassifier or MultimodalRegressor
        prepared : Prepared
        X_test : table of shape (n_test, n_columns)
        held_out : bool, default=False
            Whether out-of-fold predictions are wanted even if no fusion needs them.

        Returns
        -------
        changed : bool
            Whether anything was fitted.
        """
        needs = frozenset().union(*(r.fusion.needs for r in prepared.requests))
        held_out = held_out or "out of fold" in needs or model.members == "bagged"
        known = self.train if held_out else self.test
        rest = reduce_plan(prepared.plan, set(known), set(self.train_blocks))
        if not rest.sources and not rest.blocks:
            return False
        shared = fit_members(model, prepared.with_plan(rest), held_out=held_out)
        raw = shared.read(model, X_test)
        for source in rest.sources:
            for position, name, _ in source.learners:
                key = (source.key, name)
                if held_out:
                    self.train[key] = shared.training.predictions[:, position]
                self.test[key] = raw.predictions[:, position]
                spent = shared.seconds[source.key]
                self.seconds[key] = spent / len(source.learners)
        self.train_blocks |= shared.training.blocks
        self.test_blocks |= raw.blocks
        self.seconds |= {s.key: shared.seconds[s.key] for s in rest.blocks}
        self.n_fits += len(rest.sources) + len(rest.blocks)
        return True

    def views(self, request, prepared, model, presence_test, subset=None):
        """Return what one fusion reads of the training rows and of the test rows.

        Parameters
        ----------
        request : Request
        prepared : Prepared
        model : estimator object
            Whose `members` and `n_jobs` count.
        presence_test : ndarray of bool of shape (n_test, n_modalities)
        subset : list of int, default=None
            Positions of the modalities; None stands for all.

        Returns
        -------
        train, test : FusionData
        """
        counted = prepared.presence
        if prepared.weight is not None:
            counted = counted[prepared.weight > 0]
        active = counted.any(axis=0)
        learnt = "out of fold" in request.fusion.needs or model.members == "bagged"
        train = self._view(
            *(request, prepared, prepared.presence & active),
            *(self.train if learnt else None, self.train_blocks),
            learners=request.learners,
            params=request.params,
            **prepared.fusion_rows(model.n_jobs),
        )
        test = self._view(
            *(request, prepared, presence_test & active),
            *(self.test, self.test_blocks),
        )
        if subset is None:
            return train, test
        return train.subset(subset), test.subset(subset)

    @staticmethod
    def _view(request, prepared, presence, predictions, blocks, **more):
        plan = request.plan
        stacked = None
        if plan.members and predictions is not None:
            columns = [None] * len(plan.members)
            for source in plan.sources:
                for position, name, _ in source.learners:
                    columns[position] = predictions[source.key, name]
            stacked = np.stack(columns, axis=1)
        kept = None
        if "blocks" in request.fusion.needs:
            kept = tuple(blocks[source.key] for source in plan.blocks)
        return FusionData(
            task=prepared.task,
            modalities=prepared.names,
            presence=presence,
            members=plan.members,
            predictions=stacked,
            blocks=kept,
            **more,
        )

    def seconds_of(self, request, names=None):
        """Return the time of the members and blocks that one fusion reads."""
        plan, total = request.plan, 0.0
        for source in plan.sources:
            if names is None or source.name in names:
                keys = [(source.key, name) for _, name, _ in source.learners]
                total += sum(self.seconds[key] for key in keys)
        for source in plan.blocks:
            if names is None or source.name in names:
                total += self.seconds[source.key]
        return total


def presence_of(model, X, prepared):
    """Return which test row has which modality."""
    X = read_table(model, X, reset=False, resolved=prepared.resolved)
    return presence_mask(X, prepared.resolved)
