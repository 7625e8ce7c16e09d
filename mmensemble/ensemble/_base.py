"""What the three multimodal estimators share."""

from numbers import Integral

import numpy as np
import pandas as pd
from sklearn.utils import get_tags
from sklearn.utils.metaestimators import available_if
from sklearn.utils.validation import check_consistent_length, check_is_fitted

from mmensemble._compat import (
    CallbackSupportMixin,
    HasMethods,
    StrOptions,
    check_sample_weight,
)
from mmensemble._seeds import draw_root, seed_for
from mmensemble._splits import make_splitter
from mmensemble._state import VersionedStateMixin
from mmensemble._task import make_task, outputs
from mmensemble.ensemble._diagram import diagram
from mmensemble.ensemble._engine import RunningMean, Work, out_of_fold, run_units
from mmensemble.ensemble._learners import RESERVED, check_clash, shared_learners
from mmensemble.ensemble._parts import PartsMixin
from mmensemble.ensemble._plan import make_plan, make_units
from mmensemble.ensemble._progress import Progress
from mmensemble.ensemble._routing import make_router, route
from mmensemble.ensemble._table import check_any, read_table, warn_empty_rows
from mmensemble.fusion import FUSIONS, BaseFusion, FusionData, make_fusion
from mmensemble.modality import Block, presence_mask, resolve_modalities


def _has_members(estimator):
    if not getattr(estimator, "_members", True):  # unfitted ones say so when called
        raise AttributeError(
            f"fusion={estimator.fusion!r} works on features; there are no predictions "
            "of single modalities. Use a decision-level fusion such as 'voting'."
        )
    return True


class BaseMultimodal(CallbackSupportMixin, VersionedStateMixin, PartsMixin):
    """Base of the estimators: reads the table, runs the engine, fits the fusion."""

    _parameter_constraints = {
        "modalities": [StrOptions({"auto"}), list],
        "fusion": [StrOptions(set(FUSIONS)), BaseFusion],
        "estimator": [None, HasMethods(["fit", "predict"]), list],
        "members": [StrOptions({"refit", "bagged"})],
        "cv": ["cv_object"],
        "n_jobs": [None, Integral],
        "random_state": ["random_state"],
        "verbose": ["verbose"],
    }

    def __init__(
        self,
        modalities="auto",
        *,
        fusion="stacking",
        estimator=None,
        members="refit",
        cv=None,
        n_jobs=None,
        random_state=None,
        verbose=0,
    ):
        self.modalities = modalities
        self.fusion = fusion
        self.estimator = estimator
        self.members = members
        self.cv = cv
        self.n_jobs = n_jobs
        self.random_state = random_state
        self.verbose = verbose

    def _fit(self, X, y, *, classifier, learners, metadata, held_out=False):
        """Fit everything; return the training view that the fusion learnt from."""
        X = read_table(self, X, reset=True)
        if y is not None:
            check_consistent_length(X, y)
        metadata = _checked(metadata, X)
        fusion = make_fusion(self.fusion)
        resolved = resolve_modalities(self.modalities, X, reserved=RESERVED)
        check_clash([name for name, _, _ in resolved], learners)
        plan = make_plan(resolved, learners, fusion.needs, classifier=classifier)
        self.modalities_, self._members = resolved, plan.members
        routed = route(self, resolved, learners, fusion, metadata)
        weight = metadata.get("sample_weight")
        task = None
        if learners:
            task = make_task(y, classifier=classifier, sample_weight=weight)
            fusion.check(task, plan.members)
        presence = presence_mask(X, resolved)
        names = tuple(name for name, _, _ in resolved)
        check_any(presence, names)
        warn_empty_rows(presence, names, "nothing is learnt from them")
        held_out = held_out or "out of fold" in fusion.needs or self.members == "bagged"
        splits = []
        if plan.members and held_out:
            splits = self._splits(X, y, classifier, routed.groups)
        units = make_units(plan, splits, len(presence), refit=self.members == "refit")
        root = draw_root(self.random_state)
        params = {"extractors": routed.extractors, "learners": routed.learners}
        work = Work(X, y, presence, task, params, root, weight)
        with Progress(self, units, X=X, y=y) as progress:
            results = run_units(units, work, self.n_jobs, progress.report)
        self._task = task
        self._keep(units, results, names)
        data = FusionData(
            task=task,
            modalities=names,
            presence=presence & self._active,
            members=plan.members,
            predictions=self._held_out(units, results, len(presence))
            if splits
            else None,
            blocks=self._training_blocks(units, results, presence, resolved),
            y=y,
            sample_weight=weight,
            groups=routed.groups,
            learners=learners,
            params={**routed.learners, "final_estimator": routed.final},
            seed=seed_for(root, "fusion"),
            n_jobs=self.n_jobs,
        )
        self.fusion_ = fusion.fit(data)
        return data

    def _splits(self, X, y, classifier, groups):
        splitter = make_splitter(self.cv, y, classifier=classifier, groups=groups)
        return [
            (np.asarray(train), np.asarray(test))
            for train, test in splitter.split(np.empty((len(y), 0)), y, groups)
        ]

    def _keep(self, units, results, names):
        """Store the fitted readers and models, by source."""
        self._fitted, self._block_readers = {}, {}
        for unit, done in zip(units, results, strict=True):
            if unit.keep_block:
                self._block_readers[unit.source.name] = done.reader
            elif unit.keep and done.reader is not None:
                self._fitted.setdefault(unit.source.name, []).append(
                    (done.reader, done.models)
                )
        self.extractors_, self.estimators_ = {}, {}
        bagged = self.members == "bagged"
        for source, pairs in (self._fitted or self._blocks_alone()).items():
            readers = [getattr(reader, "extractor", reader) for reader, _ in pairs]
            self.extractors_[source] = readers if bagged else readers[0]
            for position, member in enumerate(self._members):
                models = [m[position] for _, m in pairs if position in m]
                if models:
                    self.estimators_[member.name] = models if bagged else models[0]
        known = {**self._blocks_alone(), **self._fitted}
        self._active = np.array([name in known for name in names])

    def _blocks_alone(self):
        """Readers of blocks, in the shape of those of members."""
        readers = self._block_readers.items()
        return {name: [(reader, {})] for name, reader in readers if reader is not None}

    def _held_out(self, units, results, n_samples):
        return out_of_fold(
            units, results, n_samples, len(self._members), self._task.n_outputs
        )

    def _training_blocks(self, units, results, presence, resolved):
        found = {
            unit.source.name: (done.reader, done.values)
            for unit, done in zip(units, results, strict=True)
            if unit.keep_block
        }
        if not found:
            return None
        return tuple(
            _block(*found[name], presence[:, position])
            for position, (name, _, _) in enumerate(resolved)
        )

    def _view(self, X):
        """Return what the fusion reads at predict."""
        X = read_table(self, X, reset=False, resolved=self.modalities_)
        presence = presence_mask(X, self.modalities_) & self._active
        names = [name for name, _, _ in self.modalities_]
        warn_empty_rows(presence, names, "they get the training prior")
        return FusionData(
            task=self._task,
            modalities=tuple(names),
            presence=presence,
            members=self._members,
            predictions=self._member_predictions(X, presence),
            blocks=self._blocks(X, presence),
        )

    def _member_predictions(self, X, presence):
        members = self._members
        if not members:
            return None
        everyone = np.arange(len(presence))
        mean = RunningMean(len(presence), len(members), self._task.n_outputs)
        for pairs in self._fitted.values():
            for reader, models in pairs:
                rows = reader.rows_of(presence, everyone)
                if len(rows) == 0:
                    continue
                values = reader.read(X, presence, everyone)
                for member, model in models.items():
                    mean.add(member, rows, outputs(model, values, self._task))
        return mean.result()

    def _blocks(self, X, presence):
        if "blocks" not in self.fusion_.needs:
            return None
        everyone = np.arange(len(presence))
        blocks = []
        for position, (name, _, _) in enumerate(self.modalities_):
            reader, values = self._block_readers[name], None
            present = presence[:, position]
            if reader is not None:
                values = reader.read(X, presence, everyone)
            blocks.append(_block(reader, values, present))
        return tuple(blocks)

    def presence(self, X):
        """Return which row has which modality.

        Parameters
        ----------
        X : {array-like, sparse matrix, dataframe} of shape (n_samples, n_columns)

        Returns
        -------
        presence : DataFrame of bool of shape (n_samples, n_modalities)
        """
        check_is_fitted(self)
        X = read_table(self, X, reset=False, resolved=self.modalities_)
        names = [name for name, _, _ in self.modalities_]
        return pd.DataFrame(presence_mask(X, self.modalities_), columns=names)

    @available_if(_has_members)
    def predict_modalities(self, X):
        """Return each member's own prediction.

        Parameters
        ----------
        X : {array-like, sparse matrix, dataframe} of shape (n_samples, n_columns)

        Returns
        -------
        predictions : DataFrame of shape (n_samples, n_members * n_outputs)
            Columns are pairs of member and class, or member and position of the
            target; NaN where a row lacks the modality.
        """
        check_is_fitted(self)
        predictions = self._view(X).predictions
        outs = self._task.classes
        outs = range(self._task.n_outputs) if outs is None else outs
        names = [member.name for member in self._members]
        columns = pd.MultiIndex.from_product([names, outs], names=["member", "output"])
        return pd.DataFrame(predictions.reshape(len(predictions), -1), columns=columns)

    def get_metadata_routing(self):
        """Return the routing of metadata to modalities, learners and splitter.

        Returns
        -------
        router : MetadataRouter
        """
        classifier = self._predicts_classes()
        learners = shared_learners(self.estimator, classifier=classifier)
        return make_router(self, make_fusion(self.fusion), learners)

    def _sk_visual_block_(self):
        return diagram(self.modalities, self.estimator, self.fusion)

    def __sklearn_tags__(self):
        tags = super().__sklearn_tags__()
        tags.input_tags.allow_nan = True
        tags.input_tags.string = True
        tags.input_tags.categorical = True
        tags.input_tags.sparse = all(_takes_sparse(part) for _, part in self._parts)
        return tags


def _takes_sparse(part):
    if isinstance(part, str):
        return True
    try:
        return get_tags(part).input_tags.sparse
    except (AttributeError, TypeError):
        return False


def _checked(metadata, X):
    """Drop what is None and check the weights."""
    metadata = {name: value for name, value in metadata.items() if value is not None}
    if "sample_weight" in metadata:
        metadata["sample_weight"] = check_weights(metadata["sample_weight"], X)
    if "groups" in metadata:
        check_consistent_length(X, metadata["groups"])
        metadata["groups"] = np.asarray(metadata["groups"])
    return metadata


def check_weights(sample_weight, X):
    """Return sample weights as floats, one a row of `X`, not all zero."""
    zeros = np.empty((X.shape[0], 1))
    weight = check_sample_weight(
        sample_weight, zeros, dtype=np.float64, ensure_non_negative=True
    )
    if not weight.any():
        raise ValueError(
            "Sample weights must contain at least one non-zero number; the "
            "'sample_weight' given is all zero."
        )
    return weight


def _block(reader, values, present):
    """A block, without columns where no training row has the modality."""
    if values is None:
        return Block(np.empty((0, 0)), np.zeros_like(present), ())
    return Block(values, present, reader.names)
