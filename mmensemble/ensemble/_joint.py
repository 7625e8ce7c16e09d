"""A feature-level fusion as a member: fitted and asked like a learner."""

from dataclasses import dataclass, replace

from sklearn.base import clone

from mmensemble._seeds import seed_for
from mmensemble.fusion import BaseFusion
from mmensemble.learners._task import fit_learner, new_learner, outputs, take_params


@dataclass(frozen=True)
class Joint:
    """A feature-level fusion of all modalities and the learners for its features.

    Parameters
    ----------
    fusion : BaseFusion
        Unfitted.
    learners : tuple of (name, estimator)
    """

    fusion: BaseFusion
    learners: tuple


def fit_member(learner, source_name, name, values, rows, work):
    """Return a member fitted on what its reader gave for `rows`.

    Parameters
    ----------
    learner : estimator object or Joint
        Unfitted.
    source_name, name : str
        Of the source and of the learner.
    values : ndarray, sparse matrix, raw table or FusionData
    rows : ndarray of int
        Rows of the table that `values` holds.
    work : Work
    """
    by_learner = work.params.get("learners", {})
    if isinstance(learner, Joint):
        return _fit_joint(learner, source_name, values, rows, work, by_learner)
    learner = new_learner(learner, seed_for(work.root, source_name, name))
    params = by_learner.get(f"{source_name}/{name}", by_learner.get(name, {}))
    own = take_params(params, rows, len(work.presence))
    return fit_learner(learner, values, work.y[rows], own)


def _fit_joint(joint, source_name, view, rows, work, by_learner):
    def part(values):
        return None if values is None else values[rows]

    data = replace(
        view,
        task=work.task,
        y=work.y[rows],
        sample_weight=part(work.weight),
        groups=part(work.groups),
        learners=joint.learners,
        params={
            name: take_params(by_learner.get(name, {}), rows, len(work.presence))
            for name, _ in joint.learners
        },
        seed=seed_for(work.root, source_name, "fusion"),
        n_jobs=1,
    )
    return clone(joint.fusion).fit(data)


def ask_member(model, values, task):
    """Return a fitted member's predictions, of shape (n_rows, n_outputs)."""
    if isinstance(model, BaseFusion):
        return model.predict(replace(values, task=task))
    return outputs(model, values, task)
