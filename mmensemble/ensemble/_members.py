"""Fitted members: what is expensive in a fit, and what any fusion reads of it."""

from collections import defaultdict
from dataclasses import dataclass, field, replace

import numpy as np

from mmensemble._threads import threads_for
from mmensemble.ensemble._augmented import augmented
from mmensemble.ensemble._engine import FittedModels, RunningMean
from mmensemble.features._reader import TableBlocks
from mmensemble.fusion import FusionData
from mmensemble.modality._blocks import Block


@dataclass(frozen=True)
class MemberOutputs:
    """What members predict of some rows, and the blocks of these, for any fusion.

    Parameters
    ----------
    presence : ndarray of bool of shape (n_samples, n_modalities)
        Of modalities that were learnt from.
    members : tuple of (str, str)
        Key and learner of each member, in the order of the predictions.
    predictions : ndarray of shape (n_samples, n_members, n_outputs) or None
    blocks : dict of str to Block
        By key of the reader.
    seconds : dict of str or (str, str) to float
        Time of reading and asking by key, of fitting by member.
    block_seconds : dict of str to float
        That part of reading by key which the blocks took.
    taught : (MemberOutputs, TrainingData) or None
        With an augmenter, the blocks and the data of the rows and their copies.
    first_held_out : ndarray of int or None
        Of training rows that are each held out once: those of the first fold.
    """

    presence: np.ndarray
    members: tuple = ()
    predictions: np.ndarray | None = None
    blocks: dict = field(default_factory=dict)
    seconds: dict = field(default_factory=dict)
    block_seconds: dict = field(default_factory=dict)
    taught: tuple | None = None
    first_held_out: np.ndarray | None = None

    def view(self, members, blocks, **more):
        """Return what one fusion reads of it.

        Parameters
        ----------
        members : dict of (str, str) to Member
            The fusion's own.
        blocks : tuple of str
            Keys of the blocks that it reads.
        **more : dict
            Further fields of the view.

        Returns
        -------
        data : FusionData
        """
        predictions = None
        if members and self.predictions is not None:
            predictions = self.predictions
            if tuple(members) != self.members:
                place = {member: p for p, member in enumerate(self.members)}
                predictions = predictions[:, [place[member] for member in members]]
        return FusionData(
            presence=self.presence,
            members=tuple(members.values()),
            predictions=predictions,
            blocks=tuple(self.blocks[key] for key in blocks) or None,
            first_held_out=self.first_held_out,
            **more,
        )

    def without_predictions(self):
        """Return the same without what members predict."""
        return replace(self, members=(), predictions=None)

    def with_more(self, other):
        """Return these outputs and those of other members and blocks, same rows.

        Of a member that both have, those of the other count.
        """
        mine = [p for p, m in enumerate(self.members) if m not in other.members]
        parts = [] if not mine else [self.predictions[:, mine]]
        parts += [] if other.predictions is None else [other.predictions]
        return MemberOutputs(
            self.presence | other.presence,
            tuple(self.members[p] for p in mine) + other.members,
            np.concatenate(parts, axis=1) if parts else None,
            self.blocks | other.blocks,
            self.seconds | other.seconds,
            self.block_seconds | other.block_seconds,
            _both_taught(self.taught, other.taught),
            self.first_held_out if mine else other.first_held_out,
        )


def _both_taught(mine, others):
    if mine is None or others is None:
        return mine or others
    return mine[0].with_more(others[0]), others[1]


@dataclass(frozen=True)
class FittedMembers:
    """Readers and models fitted on one set of rows.

    Parameters
    ----------
    members : tuple of Member
        Of all the fusions that share them.
    inputs : tuple of str
        The key of what each of them reads.
    names : tuple of str
        Of the modalities.
    task : Task or None
    fits : tuple of FittedModels
        What predicts: one on all rows, or one a fold where bagged.
    blocks : tuple of str
        Keys of the blocks that fusions read.
    block_readers : dict of str to ModalityReader or None
        Their readers on all rows, by key, none for a modality that no training row
        has; None where they are those of the only fit.
    """

    members: tuple
    inputs: tuple
    names: tuple
    task: object
    fits: tuple = ()
    blocks: tuple = ()
    block_readers: dict | None = None

    @property
    def identities(self):
        """Key and learner of each member."""
        pairs = zip(self.inputs, self.members, strict=True)
        return tuple((key, member.learner) for key, member in pairs)

    @property
    def readers_of_blocks(self):
        """Readers of the blocks on all rows, by key."""
        shared = self.block_readers is None
        return self.fits[0].readers if shared else self.block_readers

    @property
    def active(self):
        """Which modalities any training row has, of shape (n_modalities,)."""
        readers = [own for fit in self.fits for own in fit.readers.values()]
        readers += (self.block_readers or {}).values()
        known = {reader.name for reader in readers}
        return np.array([name in known for name in self.names])

    def tables(self, X, presence):
        """Return the blocks of a table, to be read when they are asked for.

        Parameters
        ----------
        X : table of shape (n_samples, n_columns)
        presence : ndarray of bool of shape (n_samples, n_modalities)

        Returns
        -------
        tables : list of TableBlocks
            For each fit, and last for the blocks, if these have readers of their
            own.
        """
        readers = [fit.readers for fit in self.fits]
        if self.block_readers is not None:
            readers.append(self.block_readers)
        rows, presence = np.arange(len(presence)), presence & self.active
        return [TableBlocks(own, X, presence, rows) for own in readers]

    def ask(self, tables, *, blocks=True):
        """Return what members predict of tables, and the blocks if wanted.

        Parameters
        ----------
        tables : list of TableBlocks
        blocks : bool, default=True

        Returns
        -------
        outputs : MemberOutputs
        """
        with threads_for(*tables[0].X.shape, None):
            return self._ask(tables, blocks)

    def _ask(self, tables, blocks):
        presence, predictions = tables[0].presence, None
        if self.members:
            n_outputs = self.task.n_outputs
            mean = RunningMean(self.identities, len(presence), n_outputs)
            for fit, table in zip(self.fits, tables, strict=False):
                for key in fit.models:
                    rows, predicted = fit.ask(key, table, self.task)
                    for name, values in predicted.items():
                        mean.add((key, name), rows, values)
            predictions = mean.result()
        own = {key: read_block(tables[-1], key) for key in self.blocks if blocks}
        return MemberOutputs(presence, self.identities, predictions, own)

    def read(self, X, presence, *, blocks=True):
        """Return what members predict of a table, and the blocks if wanted.

        Parameters
        ----------
        X : table of shape (n_samples, n_columns)
        presence : ndarray of bool of shape (n_samples, n_modalities)
        blocks : bool, default=True

        Returns
        -------
        outputs : MemberOutputs
        """
        return self.ask(self.tables(X, presence), blocks=blocks)

    def extractors(self):
        """Return fitted extractors by modality: a list, of one or of one a fold."""
        found = {name: [] for name in self.names}
        readers = [fit.readers for fit in self.fits] or [self.block_readers]
        keys = dict.fromkeys(self.inputs) if self.members else self.blocks
        for own in readers:
            for key in keys:
                if key in own:
                    found[own[key].name].append(own[key].extractor)
        return {name: own for name, own in found.items() if own}

    def estimators(self):
        """Return fitted learners by member: a list, of one or of one a fold."""
        found = {}
        for key, member in zip(self.inputs, self.members, strict=True):
            own = [fit.models.get(key, {}).get(member.learner) for fit in self.fits]
            found[member.name] = [model for model in own if model is not None]
        return {name: own for name, own in found.items() if own}

    def without(self, dropped):
        """Return the same without the models of some members, by position."""
        gone = {self.identities[position] for position in dropped}
        fits = []
        for fit in self.fits:
            models = {
                key: {n: model for n, model in own.items() if (key, n) not in gone}
                for key, own in fit.models.items()
            }
            left = {key: own for key, own in models.items() if own}
            fits.append(replace(fit, models=left))
        return replace(self, fits=tuple(fits))


def read_block(blocks, key):
    """Return a block, without columns where no training row has the modality."""
    if key not in blocks.readers:
        nobody = np.zeros(len(blocks.rows), dtype=bool)
        return Block(np.empty((0, 0)), nobody, ())
    return blocks.block(key)


def keep_members(plan, data, units, results):
    """Return the fitted members that finished units left.

    Parameters
    ----------
    plan : Plan
    data : TrainingData
    units : list of FitUnit
    results : list of FittedModels

    Returns
    -------
    members : FittedMembers
    """
    fits, of_blocks = {}, FittedModels()
    refit = any(unit.fold is None and unit.plan.members for unit in units)
    for unit, found in zip(units, results, strict=True):
        if not unit.keep:
            continue
        if unit.fold is not None or refit:
            fit = fits.setdefault(unit.fold, FittedModels())
        else:
            fit = of_blocks
        fit.readers.update(found.readers)
        fit.joined.update(found.joined)
        fit.models.update(found.models)
    return FittedMembers(
        tuple(plan.members.values()),
        tuple(key for key, _ in plan.members),
        data.names,
        data.task,
        tuple(fits.values()),
        plan.blocks,
        None if refit else of_blocks.readers,
    )


def training_outputs(members, data, units, results, *, held_out):
    """Return what fusions learn from: predictions out of fold, if made, and blocks.

    Parameters
    ----------
    members : FittedMembers
    data : TrainingData
    units : list of FitUnit
    results : list of FittedModels
    held_out : bool
        Whether there are out-of-fold predictions.

    Returns
    -------
    outputs : MemberOutputs
    """
    values, seconds, block_seconds = {}, defaultdict(float), {}
    for unit, found in zip(units, results, strict=True):
        values |= found.values
        for what, spent in found.seconds.items():
            seconds[what] += spent
        if unit.fold is None:
            block_seconds |= {k: found.seconds.get(k, 0.0) for k in unit.plan.blocks}
    everyone, readers = np.arange(data.n_samples), members.readers_of_blocks
    taught = None
    if data.augmenter is not None and members.blocks:
        taught = _taught(members, augmented(data, everyone), values)
        values = _of_first(values, readers, data)
    read = TableBlocks(readers, data.X, data.presence, everyone, values)
    return MemberOutputs(
        data.presence & members.active,
        members.identities if held_out else (),
        _mean_predictions(members.identities, data, results) if held_out else None,
        {key: read_block(read, key) for key in members.blocks},
        dict(seconds),
        block_seconds,
        taught,
        first_held_out(units, data) if held_out else None,
    )


def first_outputs(plan, data, units, results):
    """Return what members predict of the first fold's rows, NaN for all others.

    Parameters
    ----------
    plan : Plan
    data : TrainingData
    units : list of FitUnit
        Of the first fold.
    results : list of FittedModels

    Returns
    -------
    outputs : MemberOutputs
    """
    active = {reader.name for unit in units for reader in unit.plan.readers.values()}
    return MemberOutputs(
        data.presence & np.array([name in active for name in data.names]),
        tuple(plan.members),
        _mean_predictions(tuple(plan.members), data, results),
        first_held_out=units[0].test,
    )


def _mean_predictions(identities, data, results):
    """Return held-out predictions, of shape (n_samples, n_members, n_outputs)."""
    mean = RunningMean(identities, data.n_samples, data.task.n_outputs)
    for found in results:
        for member, (rows, predicted) in found.predictions.items():
            mean.add(member, rows, predicted)
    return mean.result()


def first_held_out(units, data):
    """Return the first fold's test rows; None without folds, or where these overlap.

    Parameters
    ----------
    units : list of FitUnit
    data : TrainingData
    """
    folds = {unit.fold: unit.test for unit in units if unit.fold is not None}
    times = np.zeros(data.n_samples)
    for rows in folds.values():
        times[rows] += 1
    return None if (times > 1).any() else folds.get(0)


def _taught(members, data, values):
    """Return the blocks of the training rows and their copies, and their data."""
    rows = np.arange(data.n_samples)
    readers = members.readers_of_blocks
    read = TableBlocks(readers, data.X, data.presence, rows, values)
    blocks = {key: read_block(read, key) for key in members.blocks}
    return MemberOutputs(data.presence & members.active, blocks=blocks), data


def _of_first(values, readers, data):
    """Return what is read of the training rows, without their copies."""
    count = {key: data.presence[:, readers[key].position].sum() for key in values}
    return {key: own[: count[key]] for key, own in values.items()}
