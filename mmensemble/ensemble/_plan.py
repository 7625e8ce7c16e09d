"""The plan of a fit: who reads what, and which learners are fitted on it."""

from dataclasses import dataclass

import numpy as np

from mmensemble.ensemble._engine import Source, Unit
from mmensemble.ensemble._learners import check_learner, takes_sparse
from mmensemble.ensemble._readers import JointReader, ModalityReader, split_predictor
from mmensemble.features import AutoExtractor
from mmensemble.fusion import Member

#: Name of the member on all modalities together.
JOINT = "concat"
#: Name of a modality's own learner.
OWN = "own"


@dataclass(frozen=True)
class Plan:
    """Sources and members of one fit.

    Parameters
    ----------
    members : tuple of Member
        In the order of their predictions; empty without a decision level.
    sources : tuple of Source
        With the learners of each member.
    blocks : tuple of Source
        One a modality, without learners; empty where no blocks are needed.
    """

    members: tuple = ()
    sources: tuple = ()
    blocks: tuple = ()


def make_plan(resolved, learners, needs, *, classifier):
    """Return the plan for resolved modalities, shared learners and needs.

    Parameters
    ----------
    resolved : list of (name, extractor, columns)
    learners : tuple of (name, estimator)
    needs : frozenset of str
        What the fusion needs.
    classifier : bool
        Whether classes are predicted.

    Returns
    -------
    plan : Plan
    """
    dense = not takes_sparse(learners)
    blocks = [
        _block_source(position, triple, dense)
        for position, triple in enumerate(resolved)
    ]
    if "predictions" not in needs:
        return Plan(blocks=tuple(blocks))
    members, sources = [], []
    for position, (triple, block) in enumerate(zip(resolved, blocks, strict=True)):
        name, extractor, columns = triple
        reader, own = block.reader, learners
        if split_predictor(extractor)[1]:
            check_learner(name, extractor, classifier=classifier)
            reader = ModalityReader(name, position, columns, None, raw=True)
            own = ((OWN, extractor),)
        sources.append(_add_members(members, name, position, reader, own, block.width))
    if "concat member" in needs:
        if JOINT in [name for name, _, _ in resolved]:
            raise ValueError(
                f"The name {JOINT!r} is that of the member on all modalities "
                "together; choose another name for the modality."
            )
        joint = JointReader(tuple(block.reader for block in blocks))
        width = sum(block.width for block in blocks)
        sources.append(_add_members(members, JOINT, None, joint, learners, width))
    kept = tuple(blocks) if "blocks" in needs else ()
    return Plan(tuple(members), tuple(sources), kept)


def _block_source(position, triple, dense):
    name, extractor, columns = triple
    transformer, predicts = split_predictor(extractor)
    if predicts and transformer is None:
        transformer = "auto"
    if isinstance(transformer, str):
        auto = transformer == "auto"
        transformer = AutoExtractor(dense=dense) if auto else None
    width = len(columns) if isinstance(columns, list) else 1
    return Source(
        name, ModalityReader(name, position, columns, transformer), width=width
    )


def _add_members(members, name, position, reader, learners, width):
    start = len(members)
    for learner_name, learner in learners:
        single = len(learners) == 1
        members.append(
            Member(
                name if single else f"{name}__{learner_name}",
                position,
                learner_name,
                hasattr(learner, "predict_proba"),
            )
        )
    triples = tuple(
        (start + offset, learner_name, learner)
        for offset, (learner_name, learner) in enumerate(learners)
    )
    return Source(name, reader, triples, width)


def make_units(plan, splits, n_samples, *, refit):
    """Return the units of work of a plan.

    Parameters
    ----------
    plan : Plan
    splits : list of (train, test) index arrays
        Empty where there is no decision level.
    n_samples : int
    refit : bool
        Whether members are fitted on all rows too, or kept by fold.

    Returns
    -------
    units : list of Unit
    """
    everyone, nobody = np.arange(n_samples), np.empty(0, dtype=int)
    units = []
    for source in plan.sources:
        units += [
            Unit(source, fold, train, test, keep=not refit)
            for fold, (train, test) in enumerate(splits)
        ]
        if refit:
            units.append(Unit(source, None, everyone, nobody))
    units += [
        Unit(source, None, everyone, nobody, keep_block=True) for source in plan.blocks
    ]
    return units
