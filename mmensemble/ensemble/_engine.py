"""The out-of-fold engine: every extraction and fit in one flat parallel loop."""

import warnings
from collections import defaultdict
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from time import perf_counter

import numpy as np
from joblib import effective_n_jobs
from sklearn.utils.parallel import delayed

from mmensemble._parallel import (
    LostWorkersError,
    SizedMixin,
    lost_workers,
    stays_here,
    stream,
)
from mmensemble._threads import inner_threads, threads_for
from mmensemble.ensemble._augmented import augmented
from mmensemble.ensemble._joined import ask_member, fit_member
from mmensemble.ensemble._plan import Plan
from mmensemble.ensemble._unmapped import arrived, unmapped
from mmensemble.features._reader import TableBlocks

#: Cost below which units travel together, and chunks of them for each worker.
_SMALL_UNIT = 1_000_000
_CHUNKS_A_WORKER = 2
#: Units a worker below which some would wait for others: six sets of rows are
#: worked off by two or three workers in equal shares, but not by four.
_UNITS_A_WORKER = 2
#: How often what is left is tried, where workers are lost.
_ATTEMPTS = 2


@dataclass(frozen=True)
class FitUnit:
    """One piece of work: a part of the plan, fitted on one set of rows.

    Parameters
    ----------
    plan : Plan
        Whose readers no other unit of the same rows needs.
    fold : int or None
        Position of the split; None stands for all rows.
    train, test : ndarray of int
        Rows to fit on and to predict.
    keep : bool
        Whether fitted readers and models are wanted back.
    """

    plan: Plan
    fold: int | None
    train: np.ndarray
    test: np.ndarray
    keep: bool = True

    @property
    def cost(self):
        """A guess at the work, for the order only."""
        plan = self.plan
        width = sum(reader.width for reader in plan.readers.values())
        for key in plan.input_keys():
            read_once = key in plan.readers
            width += plan.input(key).width * (len(plan.learners_on(key)) - read_once)
        return len(self.train) * width

    def describe(self):
        """Return the unit in words, for progress."""
        plan = self.plan
        names = {own.name: None for own in plan.readers.values()}
        names |= {own.name: None for own in plan.joined.values()}
        rows = "all rows" if self.fold is None else f"fold {self.fold}"
        return f"{' + '.join(names)}, {rows}"


@dataclass(frozen=True)
class TrainingData(SizedMixin):
    """The training rows, checked, and what goes with them.

    Parameters
    ----------
    X : table of shape (n_samples, n_columns)
    y : ndarray or None
    modalities : list of (name, extractor, columns)
        Resolved.
    presence : ndarray of bool of shape (n_samples, n_modalities)
    task : Task or None
        None where nothing is predicted.
    root : int
        Root of all seeds.
    sample_weight : ndarray of shape (n_samples,) or None
        A modality whose rows all weigh nothing counts as absent.
    groups : ndarray of shape (n_samples,) or None
    extractor_params, learner_params : dict of str to dict
        Metadata by name of the modality, and by name of the learner.
    pruner : fitted pruner or None
        What has pruned the modalities.
    augmenter : MultimodalAugmenter or None
        Makes copies of the rows that are learnt from.
    source : ndarray of int of shape (n_samples,) or None
        Where rows and copies of them are at hand: the row that each comes from.
    factors : dict of label to float or None
        Frequencies of the classes over those among these rows, where they differ.
    """

    X: object
    y: np.ndarray | None
    modalities: list
    presence: np.ndarray
    task: object
    root: int = 0
    sample_weight: np.ndarray | None = None
    groups: np.ndarray | None = None
    extractor_params: dict = field(default_factory=dict)
    learner_params: dict = field(default_factory=dict)
    pruner: object = None
    augmenter: object = None
    source: np.ndarray | None = None
    factors: dict | None = None

    @property
    def n_samples(self):
        """Number of rows."""
        return len(self.presence)

    @property
    def names(self):
        """Names of the modalities."""
        return tuple(name for name, _, _ in self.modalities)

    def teaches(self, rows):
        """Tell whether there is a row among `rows` that weighs something."""
        weight = self.sample_weight
        return len(rows) > 0 and (weight is None or bool(weight[rows].any()))


@dataclass(frozen=True)
class FittedModels:
    """What a set of rows has taught, and what is predicted of the rows held out.

    Parameters
    ----------
    readers : dict of str to ModalityReader
        Fitted, by key; none for a modality that no training row has.
    joined : dict of str to JoinedBlocks
        Fitted, by key.
    models : dict of str to dict of str to estimator
        Fitted learners by key of what they read and by name.
    predictions : dict of (str, str) to (rows, ndarray of shape (n_rows, n_outputs))
        Of the rows held out, by member.
    values : dict of str to block values
        Of the training rows, for the blocks that fusions read.
    seconds : dict of str or (str, str) to float
        Time of reading and asking by key, of fitting by member.
    """

    readers: dict = field(default_factory=dict)
    joined: dict = field(default_factory=dict)
    models: dict = field(default_factory=dict)
    predictions: dict = field(default_factory=dict)
    values: dict = field(default_factory=dict)
    seconds: dict = field(default_factory=dict)

    def input_of(self, key, blocks):
        """Return the rows that have what is read under a key, and its values."""
        if key in self.joined:
            joined = self.joined[key]
            rows = joined.rows_of(blocks)
            return rows, joined.values(blocks) if len(rows) else None
        rows = blocks.rows_of(key)
        return rows, blocks.values(key) if len(rows) else None

    def ask(self, key, blocks, task):
        """Return (rows, predictions by learner) of the models that read a key."""
        rows, values = self.input_of(key, blocks)
        if not len(rows):
            return rows, {}
        models = self.models[key].items()
        return rows, {name: ask_member(model, values, task) for name, model in models}


def fit_unit(unit, data, n_threads=1):
    """Read and fit a part of the plan on one set of rows; predict the others.

    Parameters
    ----------
    unit : FitUnit
    data : TrainingData
    n_threads : int, default=1
        Threads that one fit may use.

    Returns
    -------
    fitted : FittedModels
    """
    plan, seconds = unit.plan, defaultdict(float)

    @contextmanager
    def timed(what, width):
        start = perf_counter()
        with threads_for(len(unit.train), width, n_threads):
            yield
        seconds[what] += perf_counter() - start

    fitted, values, taught, rows = FittedModels(), {}, data, unit.train
    if data.augmenter is not None and data.teaches(unit.train):
        taught = augmented(data, unit.train, unit.fold)
        rows = np.arange(taught.n_samples)
    for key, reader in plan.readers.items():
        if taught.teaches(reader.rows_of(taught.presence, rows)):
            with timed(key, reader.width):
                fitted.readers[key], values[key] = reader.fit_read(
                    taught.X,
                    taught.presence,
                    rows,
                    taught.y,
                    taught.extractor_params.get(reader.name, {}),
                    taught.root,
                )
    train = TableBlocks(fitted.readers, taught.X, taught.presence, rows, values)
    for key in plan.input_keys():
        _fit_members(key, plan, fitted, train, taught, timed)
    test = TableBlocks(fitted.readers, data.X, data.presence, unit.test)
    for key in fitted.models if len(unit.test) else ():
        with timed(key, plan.input(key).width):
            rows, own = fitted.ask(key, test, data.task)
        for name, predicted in own.items():
            fitted.predictions[key, name] = rows, predicted
    kept = {key: values[key] for key in plan.blocks if key in values}
    found = fitted if unit.keep else FittedModels(predictions=fitted.predictions)
    return replace(found, values=kept, seconds=dict(seconds))


def _fit_members(key, plan, fitted, blocks, data, timed):
    """Fit the members that read one key, where a row has what they read."""
    if key in plan.joined:
        with timed(key, plan.joined[key].width):
            joined = plan.joined[key].fit(blocks)
        if not joined.keys:
            return
        fitted.joined[key] = joined
    elif key not in fitted.readers:
        return
    source = plan.input(key)
    with timed(key, source.width):
        rows, values = fitted.input_of(key, blocks)
    fitted.models[key] = {}
    for name, learner in plan.learners_on(key):
        with timed((key, name), source.width):
            fitted.models[key][name] = fit_member(
                learner, source.name, name, values, rows, data
            )


def make_units(plan, splits, n_samples, *, refit, n_workers=1, together=False):
    """Return the units of work of a plan.

    What is read of a set of rows is read once, for all that need it, unless
    workers would have nothing to do: then members on all modalities are fitted
    apart from the others, and read for themselves.

    Parameters
    ----------
    plan : Plan
    splits : list of (train, test) index arrays
        Empty where there is no decision level.
    n_samples : int
    refit : bool
        Whether members are fitted on all rows too, or kept by fold.
    n_workers : int, default=1
    together : bool, default=False
        Whether all modalities of a set of rows are one unit.

    Returns
    -------
    units : list of FitUnit
    """
    if together:
        whole = plan.restricted(plan.members, plan.blocks)
        return _units_of([whole], splits, n_samples, refit)
    units = _units_of(plan.parts(), splits, n_samples, refit)
    if plan.joined and n_workers > 1 and len(units) < _UNITS_A_WORKER * n_workers:
        return _units_of(plan.parts(apart=True), splits, n_samples, refit)
    return units


def _units_of(parts, splits, n_samples, refit):
    everyone, nobody = np.arange(n_samples), np.empty(0, dtype=int)
    units = []
    for part in parts:
        if part.members:
            in_folds = part.restricted(part.members, ())
            units += [
                FitUnit(in_folds, fold, train, test, keep=not refit)
                for fold, (train, test) in enumerate(splits)
            ]
        on_all = part if refit else part.restricted((), part.blocks)
        if on_all.readers:
            units.append(FitUnit(on_all, None, everyone, nobody))
    return units


def run_units(units, data, n_jobs, report=None):
    """Run all units in one flat loop, longest first.

    Parameters
    ----------
    units : list of FitUnit
    data : TrainingData
    n_jobs : int or None
    report : callable, default=None
        Called with (position, unit, seconds) as results come in.

    Returns
    -------
    results : list of FittedModels
        In the order of `units`.

    Raises
    ------
    LostWorkersError
        When processes have ended before their work was done, twice.
    """
    data = replace(data, X=unmapped(data.X), pruner=None)
    results = [None] * len(units)

    def keep(position, fitted):
        results[position] = fitted
        if report is not None:
            report(position, units[position], sum(fitted.seconds.values()))

    for attempt in range(_ATTEMPTS):
        left = [p for p, result in enumerate(results) if result is None]
        try:
            _run(units, left, data, n_jobs, keep)
            return results
        except Exception as error:
            if not lost_workers(error):
                raise
            lost, reason = error, f"{type(error).__name__}: {error}"
        n_lost = sum(result is None for result in results)
        if attempt + 1 < _ATTEMPTS:
            warnings.warn(
                f"Workers were lost; {n_lost} of {len(units)} fits are done again "
                f"({reason})."
            )
    raise LostWorkersError(
        f"Workers were lost {_ATTEMPTS} times, {n_lost} of {len(units)} fits could not "
        "be done, and nothing of this fit is kept. Often memory is short: fit with "
        f"fewer jobs, or with more memory a worker ({reason})."
    ) from lost


def _run(units, positions, data, n_jobs, keep):
    """Run some units; hand on what each has found as soon as it is known."""
    n_threads = inner_threads(n_jobs)
    own = [units[p] for p in positions]
    chunks = make_chunks(own, effective_n_jobs(n_jobs))
    finished = stream(
        (delayed(run_chunk)([own[p] for p in c], data, n_threads) for c in chunks),
        n_jobs,
        shared=[data],
    )
    for chunk, found in zip(chunks, finished, strict=True):
        for place, fitted in zip(chunk, found, strict=True):
            keep(positions[place], fitted)


def make_chunks(units, n_workers):
    """Return positions of units that travel to a worker together.

    Longest first, one by one; but small units, whose work is less than their
    journey, go in a few chunks of about equal cost.

    Parameters
    ----------
    units : list of FitUnit
    n_workers : int

    Returns
    -------
    chunks : list of list of int
    """
    order = sorted(range(len(units)), key=lambda p: -units[p].cost)
    small = [p for p in order if units[p].cost < _SMALL_UNIT]
    if n_workers == 1 or not small:
        return [[p] for p in order]
    n_chunks = min(len(small), _CHUNKS_A_WORKER * n_workers)
    alone = [[p] for p in order if units[p].cost >= _SMALL_UNIT]
    return alone + [small[k::n_chunks] for k in range(n_chunks)]


@stays_here
def run_chunk(units, data, n_threads):
    """Run several units in one worker."""
    data = replace(data, X=arrived(data.X))
    return [fit_unit(unit, data, n_threads) for unit in units]


class RunningMean:
    """Mean of predictions that come member by member, some rows at a time.

    Parameters
    ----------
    members : sequence of (str, str)
        In the order of the predictions.
    n_samples, n_outputs : int
    """

    def __init__(self, members, n_samples, n_outputs):
        self.place = {member: position for position, member in enumerate(members)}
        self.total = np.zeros((len(self.place), n_samples, n_outputs))
        self.count = np.zeros((len(self.place), n_samples))

    def add(self, member, rows, predicted):
        """Add predictions of one member for distinct rows."""
        where = slice(None) if len(rows) == self.total.shape[1] else rows
        self.total[self.place[member], where] += predicted
        self.count[self.place[member], where] += 1

    def result(self):
        """Return means of shape (n_samples, n_members, n_outputs), NaN where none."""
        if (self.count != 1).any():
            with np.errstate(invalid="ignore"):
                self.total /= self.count[..., None]
        return self.total.transpose(1, 0, 2)
