"""Members on all modalities together: on one matrix, or through a feature fusion."""

from dataclasses import dataclass, replace

import numpy as np
from sklearn.base import clone

from mmensemble._seeds import seed_for
from mmensemble.ensemble._augmented import at_true_frequencies, with_copies_weighed
from mmensemble.fusion import BaseFusion, ConcatFusion, FusionData
from mmensemble.learners._task import (
    Task,
    fit_learner,
    new_learner,
    outputs,
    take_params,
)


@dataclass(frozen=True)
class JoinedBlocks:
    """The blocks of all modalities, of rows that have any of them.

    Parameters
    ----------
    name : str
        Of the member.
    keys : tuple of str
        Of the readers of the blocks; once fitted, of those that a training row has.
    width : int
        Number of columns read.
    as_matrix : bool
        Whether they are put side by side, with means and indicators where a
        modality is absent; else they are handed on one by one, in a FusionData.
    concat : ConcatFusion or None
        Fitted means, for the matrix.
    """

    name: str
    keys: tuple
    width: int
    as_matrix: bool = True
    concat: object = None

    def fit(self, blocks):
        """Learn from the training rows; modalities that none has are left out.

        Parameters
        ----------
        blocks : TableBlocks
            Of the training rows.

        Returns
        -------
        fitted : JoinedBlocks
        """
        keys = tuple(key for key in self.keys if key in blocks.readers)
        fitted = replace(self, keys=keys)
        if not self.as_matrix or not keys:
            return fitted
        concat = ConcatFusion(missing="impute").fit(fitted._view(blocks))
        return replace(fitted, concat=concat)

    def rows_of(self, blocks):
        """Return those of the rows that have any of the modalities."""
        positions = [blocks.readers[key].position for key in self.keys]
        present = blocks.presence[np.ix_(blocks.rows, positions)]
        return blocks.rows[present.any(axis=1)]

    def values(self, blocks):
        """Return the matrix, or the view, of those rows."""
        view = self._view(blocks)
        return self.concat.transform(view) if self.as_matrix else view

    def _view(self, blocks):
        rows = self.rows_of(blocks)
        own = tuple(blocks.block(key, rows) for key in self.keys)
        names = tuple(blocks.readers[key].name for key in self.keys)
        present = np.column_stack([block.present for block in own])
        return FusionData(Task(None, np.zeros(1)), names, present, blocks=own)


@dataclass(frozen=True)
class FeatureFusionMember:
    """A feature-level fusion as a member, and the learners for its features.

    Parameters
    ----------
    fusion : BaseFusion
        Unfitted.
    learners : tuple of (name, estimator)
    """

    fusion: BaseFusion
    learners: tuple


def fit_member(learner, source, name, values, rows, data):
    """Return a member fitted on what is read of `rows`.

    Parameters
    ----------
    learner : estimator object or FeatureFusionMember
        Unfitted.
    source, name : str
        Name of the modality, or of the member on all of them, and of the learner.
    values : ndarray, sparse matrix, raw table or FusionData
    rows : ndarray of int
        Rows of the table that `values` holds.
    data : TrainingData
    """
    if isinstance(learner, FeatureFusionMember):
        return _fit_fusion(learner, source, values, rows, data)
    params = data.learner_params
    params = params.get(f"{source}/{name}", params.get(name, {}))
    params = take_params(params, rows, data.n_samples)
    params = with_copies_weighed(params, name, learner, data, rows)
    model = new_learner(learner, seed_for(data.root, source, name))
    model = at_true_frequencies(model, data)
    try:
        return fit_learner(model, values, data.y[rows], params)
    except Exception as error:
        error.add_note(f"while fitting learner {name!r} on modality {source!r}")
        raise


def _fit_fusion(member, source, view, rows, data):
    def part(values):
        return None if values is None else values[rows]

    params = {}
    for name, learner in member.learners:
        own = take_params(data.learner_params.get(name, {}), rows, data.n_samples)
        params[name] = with_copies_weighed(own, name, learner, data, rows)
    learners = [(name, at_true_frequencies(own, data)) for name, own in member.learners]
    view = replace(
        view,
        task=data.task,
        y=data.y[rows],
        sample_weight=part(data.sample_weight),
        groups=part(data.groups),
        learners=tuple(learners),
        params=params,
        seed=seed_for(data.root, source, "fusion"),
        n_jobs=1,
    )
    return clone(member.fusion).fit(view)


def ask_member(model, values, task):
    """Return a fitted member's predictions, of shape (n_rows, n_outputs)."""
    if isinstance(model, BaseFusion):
        return model.predict(replace(values, task=task))
    return outputs(model, values, task)
