"""The plan of a fit: which blocks are read, and which learners are fitted on them."""

from dataclasses import dataclass, field, replace

from mmensemble.ensemble._joined import FeatureFusionMember, JoinedBlocks
from mmensemble.ensemble._learners import check_learner, takes_sparse
from mmensemble.features import AutoExtractor
from mmensemble.features._reader import ModalityReader, make_reader, split_predictor
from mmensemble.fusion import Member
from mmensemble.learners._abilities import gives_probabilities

#: Name of the member on all modalities together.
JOINT = "concat"
#: Name of a modality's own learner.
OWN = "own"


@dataclass(frozen=True)
class Plan:
    """What one fit reads and fits.

    A member is known by a pair: the key of what it reads, and the name of its
    learner.

    Parameters
    ----------
    members : dict of (str, str) to Member
        In the order of their predictions; empty without a decision level.
    learners : dict of (str, str) to estimator or FeatureFusionMember
        Unfitted, of each member.
    readers : dict of str to ModalityReader
        Unfitted. Readers of the same key read the same in the same way.
    joined : dict of str to JoinedBlocks
        What members on all modalities together read.
    blocks : tuple of str
        Keys of the blocks that fusions read, one a modality and way to read it.
    """

    members: dict = field(default_factory=dict)
    learners: dict = field(default_factory=dict)
    readers: dict = field(default_factory=dict)
    joined: dict = field(default_factory=dict)
    blocks: tuple = ()

    def input(self, key):
        """Return the reader, or the joined blocks, of a key that members read."""
        return self.joined[key] if key in self.joined else self.readers[key]

    def input_keys(self):
        """Return the keys that members read, in the order of the members."""
        return tuple(dict.fromkeys(key for key, _ in self.members))

    def learners_on(self, key):
        """Return the (name, learner) pairs of the members that read `key`."""
        return [(name, own) for (k, name), own in self.learners.items() if k == key]

    def reader_keys(self, members):
        """Return the keys of the readers that some members need, a set."""
        keys = set()
        for key, _ in members:
            keys |= set(self.joined[key].keys) if key in self.joined else {key}
        return keys

    def restricted(self, members, blocks):
        """Return the part of the plan for some members and blocks.

        Parameters
        ----------
        members : collection of (str, str)
        blocks : collection of str

        Returns
        -------
        part : Plan
        """
        members = {m: known for m, known in self.members.items() if m in members}
        blocks = tuple(key for key in self.blocks if key in blocks)
        needed = self.reader_keys(members) | set(blocks)
        read = {key for key, _ in members}
        return Plan(
            members,
            {m: self.learners[m] for m in members},
            {key: own for key, own in self.readers.items() if key in needed},
            {key: own for key, own in self.joined.items() if key in read},
            blocks,
        )

    def parts(self, *, apart=False):
        """Return plans that run by themselves.

        Parameters
        ----------
        apart : bool, default=False
            Whether members on all modalities read these once more, by themselves;
            else the parts share no reader.

        Returns
        -------
        parts : list of Plan
        """
        groups = [{key} for key in self.readers]
        for joined in () if apart else self.joined.values():
            together = set(joined.keys)
            others = [group for group in groups if not group & together]
            groups = [set().union(*(g for g in groups if g & together)), *others]
        parts = []
        for group in groups:
            members = [m for m in self.members if self.reader_keys([m]) <= group]
            parts.append(self.restricted(members, group))
        for key in self.joined if apart else ():
            own = [member for member in self.members if member[0] == key]
            parts.append(self.restricted(own, ()))
        return [part for part in parts if part.readers]


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
    dense = not takes_sparse(learners)
    readers = {}
    for position, triple in enumerate(resolved):
        reader = make_reader(position, triple, dense=dense)
        readers[_key(reader, triple[1], dense)] = reader
    whole = Plan(readers=readers, blocks=tuple(readers))
    if "predictions" not in needs:
        return whole
    for key, triple in zip(list(readers), resolved, strict=True):
        _add_modality(whole, key, triple, learners, classifier)
    _add_joined(whole, learners, needs, joint, "dense" if dense else "sparse")
    blocks = whole.blocks if "blocks" in needs else ()
    return whole.restricted(whole.members, blocks)


def _key(reader, extractor, dense):
    """Automatic extractors differ by what learners take; those given do not."""
    given = reader.extractor is None or reader.extractor is extractor
    if given or not isinstance(reader.extractor, AutoExtractor):
        return f"{reader.name}|given"
    return f"{reader.name}|{'dense' if dense else 'sparse'}"


def _add_modality(plan, key, triple, learners, classifier):
    """Add the members of one modality to a plan in the making."""
    name, extractor, columns = triple
    reader = plan.readers[key]
    if split_predictor(extractor)[1]:
        check_learner(name, extractor, classifier=classifier)
        key = f"{name}|raw"
        reader = ModalityReader(name, reader.position, columns, None, raw=True)
        plan.readers[key] = reader
        learners = ((OWN, extractor),)
    _add_members(plan, reader.position, key, name, learners)


def _add_joined(plan, learners, needs, joint, kind):
    """Add the members on all modalities together to a plan in the making."""
    taken = {reader.name for reader in plan.readers.values()}
    asked = [JOINT] if "concat member" in needs else []
    for name in asked + [name for name, _ in joint]:
        if name in taken:
            raise ValueError(
                f"The name {name!r} is that of the member on all modalities "
                "together; choose another name for the modality."
            )
    keys = plan.blocks
    width = sum(plan.readers[key].width for key in keys)
    for name in asked:
        key = f"{name}|{kind}"
        plan.joined[key] = JoinedBlocks(name, keys, width)
        _add_members(plan, None, key, name, learners)
    for name, fusion in joint:
        key = f"{name}|{kind}|{fusion!r}"
        plan.joined[key] = JoinedBlocks(name, keys, width, as_matrix=False)
        member = FeatureFusionMember(fusion, learners)
        _add_members(plan, None, key, name, (("fusion", member),))


def _add_members(plan, position, key, source, learners):
    single = len(learners) == 1
    for name, learner in learners:
        plan.members[key, name] = Member(
            source if single else f"{source}__{name}",
            position,
            name,
            isinstance(learner, FeatureFusionMember) or gives_probabilities(learner),
        )
        plan.learners[key, name] = learner


def merge_plans(plans):
    """Return one plan that does all the work of several, nothing twice.

    Parameters
    ----------
    plans : list of Plan

    Returns
    -------
    merged : Plan
    """
    merged = Plan()
    for plan in plans:
        for name in ("members", "learners", "readers", "joined"):
            known = getattr(merged, name)
            known |= {k: v for k, v in getattr(plan, name).items() if k not in known}
        new = [key for key in plan.blocks if key not in merged.blocks]
        merged = replace(merged, blocks=(*merged.blocks, *new))
    return merged


def reduce_plan(plan, members, blocks):
    """Return the part of a plan that is still to be done.

    Parameters
    ----------
    plan : Plan
    members : collection of (str, str)
        Members already at hand.
    blocks : collection of str
        Keys of blocks already at hand.

    Returns
    -------
    rest : Plan
    """
    return plan.restricted(
        [member for member in plan.members if member not in members],
        [key for key in plan.blocks if key not in blocks],
    )
