"""The plan of a fit: who reads what, and which learners are fitted on it."""

from dataclasses import dataclass, replace

import numpy as np

from mmensemble.ensemble._engine import Source, Unit
from mmensemble.ensemble._joint import Joint
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


def make_plan(resolved, learners, needs, *, classifier, joint=()):
    """Return the plan for resolved modalities, shared learners and needs.

    Parameters
    ----------
    resolved : list of (name, extractor, columns)
    learners : tuple of (name, estimator)
    needs : frozenset of str
        What the fusion needs.
    classifier : bool
        Whether classes are predicted.
    joint : tuple of (name, fusion), default=()
        Feature-level fusions that are members of their own.

    Returns
    -------
    plan : Plan
    """
    kind = "dense" if not takes_sparse(learners) else "sparse"
    blocks = [
        _block_source(position, triple, kind)
        for position, triple in enumerate(resolved)
    ]
    if "predictions" not in needs:
        return Plan(blocks=tuple(blocks))
    members, sources = [], []
    for position, (triple, block) in enumerate(zip(resolved, blocks, strict=True)):
        name, extractor, columns = triple
        source, own = block, learners
        if split_predictor(extractor)[1]:
            check_learner(name, extractor, classifier=classifier)
            reader = ModalityReader(name, position, columns, None, raw=True)
            source = replace(block, reader=reader, key=f"{name}|raw")
            own = ((OWN, extractor),)
        sources.append(_add_members(members, position, source, own))
    sources += _joint_sources(members, blocks, learners, needs, joint, kind)
    kept = tuple(blocks) if "blocks" in needs else ()
    return Plan(tuple(members), tuple(sources), kept)


def _joint_sources(members, blocks, learners, needs, joint, kind):
    """Add the members on all modalities together; return their sources."""
    taken = {block.name for block in blocks}
    asked = [JOINT] if "concat member" in needs else []
    for name in asked + [name for name, _ in joint]:
        if name in taken:
            raise ValueError(
                f"The name {name!r} is that of the member on all modalities "
                "together; choose another name for the modality."
            )
    readers = tuple(block.reader for block in blocks)
    width = sum(block.width for block in blocks)
    sources = []
    for name in asked:
        source = Source(name, JointReader(readers), (), width, f"{name}|{kind}")
        sources.append(_add_members(members, None, source, learners))
    for name, fusion in joint:
        view = JointReader(readers, as_view=True)
        source = Source(name, view, (), width, f"{name}|{kind}|{fusion!r}")
        pair = ("fusion", Joint(fusion, learners))
        sources.append(_add_members(members, None, source, (pair,)))
    return sources


def _block_source(position, triple, kind):
    name, extractor, columns = triple
    transformer, predicts = split_predictor(extractor)
    if predicts and transformer is None:
        transformer = "auto"
    if isinstance(transformer, str):
        auto = transformer == "auto"
        transformer = AutoExtractor(dense=kind == "dense") if auto else None
    width = len(columns) if isinstance(columns, list) else 1
    reader = ModalityReader(name, position, columns, transformer)
    return Source(name, reader, width=width, key=f"{name}|{kind}")


def _add_members(members, position, source, learners):
    start, single = len(members), len(learners) == 1
    for learner_name, learner in learners:
        members.append(
            Member(
                source.name if single else f"{source.name}__{learner_name}",
                position,
                learner_name,
                isinstance(learner, Joint) or hasattr(learner, "predict_proba"),
            )
        )
    triples = tuple(
        (start + offset, learner_name, learner)
        for offset, (learner_name, learner) in enumerate(learners)
    )
    return replace(source, learners=triples)


def merge_plans(plans):
    """Return one plan that does all the work of several, nothing twice.

    Sources of the same key are one, and so are learners of the same name on
    them.

    Parameters
    ----------
    plans : list of Plan

    Returns
    -------
    merged : Plan
        Its members are numbered anew.
    positions : list of list of int
        For each plan and each of its members, the position in the merged one.
    """
    sources, number = {}, {}
    members, positions = [], []
    for plan in plans:
        moved = {}
        for source in plan.sources:
            known, learners = sources.get(source.key, (source, {}))
            for old, name, learner in source.learners:
                key = (source.key, name)
                if key not in number:
                    number[key] = len(members)
                    members.append(plan.members[old])
                    learners[name] = (number[key], name, learner)
                moved[old] = number[key]
            sources[source.key] = known, learners
        positions.append([moved[old] for old in range(len(plan.members))])
    united = tuple(
        replace(source, learners=tuple(learners.values()))
        for source, learners in sources.values()
    )
    blocks = {source.key: source for plan in plans for source in plan.blocks}
    return Plan(tuple(members), united, tuple(blocks.values())), positions


def reduce_plan(plan, members, blocks):
    """Return the part of a plan that is still to be done.

    Parameters
    ----------
    plan : Plan
    members : set of (key, learner name)
        Members already at hand.
    blocks : set of str
        Keys of blocks already at hand.

    Returns
    -------
    rest : Plan
        Its members are numbered anew.
    """
    kept, sources = [], []
    for source in plan.sources:
        learners = []
        for old, name, learner in source.learners:
            if (source.key, name) not in members:
                learners.append((len(kept), name, learner))
                kept.append(plan.members[old])
        if learners:
            sources.append(replace(source, learners=tuple(learners)))
    left = tuple(source for source in plan.blocks if source.key not in blocks)
    return Plan(tuple(kept), tuple(sources), left)


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
