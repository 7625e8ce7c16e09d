"""Fitted members: what is expensive in a fit, and what any fusion reads of it."""

from dataclasses import dataclass, replace

import numpy as np

from mmensemble.ensemble._engine import RunningMean, out_of_fold
from mmensemble.ensemble._joint import ask_member
from mmensemble.ensemble._plan import Plan
from mmensemble.fusion import FusionData
from mmensemble.modality import Block


@dataclass(frozen=True)
class FittedMembers:
    """Readers and models fitted on one set of rows.

    Parameters
    ----------
    plan : Plan
        Of all the fusions that share these members.
    names : tuple of str
        Of the modalities.
    task : Task or None
    models : dict of str to list of (reader, dict of int to estimator)
        By key of the source; one pair, or one a fold where bagged.
    readers : dict of str to reader or None
        Of the blocks, by key of the source; None where no row has the modality.
    active : ndarray of bool of shape (n_modalities,)
        Which modalities any training row has.
    """

    plan: Plan
    names: tuple
    task: object
    models: dict
    readers: dict
    active: np.ndarray

    def read(self, X, presence, needs):
        """Return what all members say of a table, and the blocks if needed.

        Parameters
        ----------
        X : table of shape (n_samples, n_columns)
        presence : ndarray of bool of shape (n_samples, n_modalities)
        needs : frozenset of str
            Of the fusions that will read it.

        Returns
        -------
        raw : Raw
        """
        predictions = self._predictions(X, presence) if self.plan.members else None
        blocks = self._blocks(X, presence) if "blocks" in needs else {}
        return Raw(presence, predictions, blocks)

    def _predictions(self, X, presence):
        everyone, n_members = np.arange(len(presence)), len(self.plan.members)
        mean = RunningMean(len(presence), n_members, self.task.n_outputs)
        for pairs in self.models.values():
            for reader, models in pairs:
                rows = reader.rows_of(presence, everyone)
                if len(rows) == 0 or not models:
                    continue
                values = reader.read(X, presence, everyone)
                for member, model in models.items():
                    mean.add(member, rows, ask_member(model, values, self.task))
        return mean.result()

    def _blocks(self, X, presence):
        everyone, blocks = np.arange(len(presence)), {}
        for source in self.plan.blocks:
            reader, values = self.readers[source.key], None
            present = presence[:, source.reader.position]
            if reader is not None:
                values = reader.read(X, presence, everyone)
            blocks[source.key] = _block(reader, values, present)
        return blocks

    def sources(self):
        """Return each source's name with its fitted (reader, models) pairs.

        Readers of blocks stand in where there is no decision level.
        """
        if self.models:
            return [(s.name, self.models.get(s.key, [])) for s in self.plan.sources]
        return [
            (source.name, [(reader, {})] if reader is not None else [])
            for source in self.plan.blocks
            for reader in [self.readers[source.key]]
        ]

    def without(self, dropped):
        """Return the same without the models of some members, by position."""
        models = {
            key: [
                (reader, {m: model for m, model in own.items() if m not in dropped})
                for reader, own in pairs
            ]
            for key, pairs in self.models.items()
        }
        return replace(self, models=models)


@dataclass(frozen=True)
class Raw:
    """What members and readers say of some rows, before any fusion.

    Parameters
    ----------
    presence : ndarray of bool of shape (n_samples, n_modalities)
    predictions : ndarray of shape (n_samples, n_members, n_outputs) or None
    blocks : dict of str to Block
        By key of the source.
    """

    presence: np.ndarray
    predictions: np.ndarray | None
    blocks: dict

    def view(self, members, positions, plan, needs, **more):
        """Return what one fusion reads of it.

        Parameters
        ----------
        members : FittedMembers
        positions : list of int
            Where the fusion's own members stand.
        plan : Plan
            The fusion's own.
        needs : frozenset of str
        **more : dict
            Further fields of the view.

        Returns
        -------
        data : FusionData
        """
        predictions = self.predictions
        if predictions is not None:
            everything = positions == list(range(predictions.shape[1]))
            predictions = predictions if everything else predictions[:, positions]
        blocks = None
        if self.blocks and "blocks" in needs:
            blocks = tuple(self.blocks[source.key] for source in plan.blocks)
        return FusionData(
            task=members.task,
            modalities=members.names,
            presence=self.presence & members.active,
            members=plan.members,
            predictions=predictions if plan.members else None,
            blocks=blocks,
            **more,
        )


def keep_members(plan, names, task, units, results):
    """Return the fitted members that finished units left."""
    models, readers = {}, {}
    for unit, done in zip(units, results, strict=True):
        if unit.keep_block:
            readers[unit.source.key] = done.reader
        elif unit.keep and done.reader is not None:
            models.setdefault(unit.source.key, []).append((done.reader, done.models))
    known = {
        source.name
        for source in plan.sources + plan.blocks
        if source.key in models or readers.get(source.key) is not None
    }
    active = np.array([name in known for name in names])
    return FittedMembers(plan, names, task, models, readers, active)


def training_raw(members, units, results, presence, *, held_out):
    """Return what the training rows get: out of fold where predicted at all."""
    predictions = None
    if held_out:
        n_members, n_outputs = len(members.plan.members), members.task.n_outputs
        predictions = out_of_fold(units, results, len(presence), n_members, n_outputs)
    blocks = {
        unit.source.key: _block(
            done.reader, done.values, presence[:, unit.source.reader.position]
        )
        for unit, done in zip(units, results, strict=True)
        if unit.keep_block
    }
    return Raw(presence, predictions, blocks)


def _block(reader, values, present):
    """A block, without columns where no training row has the modality."""
    if values is None:
        return Block(np.empty((0, 0)), np.zeros_like(present), ())
    return Block(values, present, reader.names)
