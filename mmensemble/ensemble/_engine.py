"""The out-of-fold engine: every member's fits in one flat parallel loop."""

from dataclasses import dataclass, field, replace
from time import perf_counter

import numpy as np
from joblib import effective_n_jobs
from sklearn.utils.parallel import Parallel, delayed

from mmensemble._threads import inner_threads, threads_for
from mmensemble.ensemble._joint import ask_member, fit_member
from mmensemble.ensemble._packed import pack, unpack

#: Cost below which units travel together, and chunks of them for each worker.
_SMALL_UNIT = 1_000_000
_CHUNKS_A_WORKER = 2


@dataclass(frozen=True)
class Source:
    """What members of one modality share: a reader and the learners on it.

    Parameters
    ----------
    name : str
        Of the modality, or "concat".
    reader : ModalityReader or JointReader
        Unfitted.
    learners : tuple of (position, name, estimator)
        Position of the member, name of the learner, and the unfitted learner.
    width : int
        Number of columns read, for the order of the work.
    key : str
        Sources of the same key read the same in the same way.
    """

    name: str
    reader: object
    learners: tuple = ()
    width: int = 1
    key: str = ""


@dataclass(frozen=True)
class Unit:
    """One piece of work: a source fitted on one set of rows.

    Parameters
    ----------
    source : Source
    fold : int or None
        Position of the split; None stands for all rows.
    train, test : ndarray of int
        Rows to fit on and to predict.
    keep : bool
        Whether fitted models are wanted back.
    keep_block : bool
        Whether the extracted training rows are wanted back.
    """

    source: Source
    fold: int | None
    train: np.ndarray
    test: np.ndarray
    keep: bool = True
    keep_block: bool = False

    @property
    def cost(self):
        """A guess at the work, for the order only."""
        return len(self.train) * self.source.width * max(1, len(self.source.learners))

    def describe(self):
        """Return the unit in words, for progress."""
        rows = "all rows" if self.fold is None else f"fold {self.fold}"
        return f"{self.source.name}, {rows}"


@dataclass(frozen=True)
class Work:
    """What every unit reads.

    Parameters
    ----------
    X : table of shape (n_samples, n_columns)
    y : ndarray or None
    presence : ndarray of bool of shape (n_samples, n_modalities)
    task : Task or None
    params : dict of str to dict
        Metadata for extractors (by modality) under "extractors", for learners by
        their name under "learners".
    root : int
        Root of all seeds.
    weight : ndarray of shape (n_samples,) or None
        Sample weights; a modality whose rows all weigh nothing counts as absent.
    groups : ndarray of shape (n_samples,) or None
        Groups, for fusions that are members.
    n_threads : int
        Threads that a unit may use.
    """

    X: object
    y: np.ndarray | None
    presence: np.ndarray
    task: object
    params: dict = field(default_factory=dict)
    root: int = 0
    weight: np.ndarray | None = None
    groups: np.ndarray | None = None
    n_threads: int = 1


@dataclass(frozen=True)
class Done:
    """What a unit gives back.

    Parameters
    ----------
    reader : fitted reader or None
        None where no training row has the modality, or models are not kept.
    models : dict of int to estimator
        Fitted learners by member.
    rows : ndarray of int
        Rows predicted.
    predictions : dict of int to ndarray of shape (len(rows), n_outputs)
    values : block values of the training rows, or None
    seconds : float
        Time that the unit took.
    """

    reader: object = None
    models: dict = field(default_factory=dict)
    rows: np.ndarray = field(default_factory=lambda: np.empty(0, dtype=int))
    predictions: dict = field(default_factory=dict)
    values: object = None
    seconds: float = 0.0


def run_unit(unit, work):
    """Fit one source on one set of rows and predict the others."""
    start = perf_counter()
    with threads_for(len(unit.train), unit.source.width, work.n_threads):
        done = _run(unit, work)
    return replace(done, seconds=perf_counter() - start)


def _run(unit, work):
    reader, source = unit.source.reader, unit.source
    rows = reader.rows_of(work.presence, unit.train)
    if len(rows) == 0 or (work.weight is not None and not work.weight[rows].any()):
        return Done()
    params = work.params.get("extractors", {})
    own = params.get(source.name, {}) if hasattr(reader, "columns") else params
    reader, values = reader.fit_read(
        work.X, work.presence, unit.train, work.y, own, work.root
    )
    models = {
        member: _fit_one(name, learner, source.name, values, rows, work)
        for member, name, learner in source.learners
    }
    test = reader.rows_of(work.presence, unit.test)
    predictions = {}
    if len(test):
        held_out = reader.read(work.X, work.presence, unit.test)
        predictions = {
            member: ask_member(model, held_out, work.task)
            for member, model in models.items()
        }
    return Done(
        reader=reader if unit.keep else None,
        models=models if unit.keep else {},
        rows=test,
        predictions=predictions,
        values=values if unit.keep_block else None,
    )


def _fit_one(name, learner, source_name, values, rows, work):
    try:
        return fit_member(learner, source_name, name, values, rows, work)
    except Exception as error:
        error.add_note(f"while fitting learner {name!r} on modality {source_name!r}")
        raise


def run_units(units, work, n_jobs, report=None):
    """Run all units in one flat loop, longest first.

    Parameters
    ----------
    units : list of Unit
    work : Work
    n_jobs : int or None
    report : callable, default=None
        Called with (position, unit, done) as results come in.

    Returns
    -------
    results : list of Done
        In the order of `units`.
    """
    work = replace(work, n_threads=inner_threads(n_jobs))
    chunks = make_chunks(units, effective_n_jobs(n_jobs))
    work = replace(work, X=pack(work.X))
    stream = Parallel(n_jobs=n_jobs, batch_size=1, return_as="generator")(
        delayed(run_chunk)([units[p] for p in chunk], work) for chunk in chunks
    )
    results = [None] * len(units)
    for chunk, finished in zip(chunks, stream, strict=True):
        for position, done in zip(chunk, finished, strict=True):
            results[position] = done
            if report is not None:
                report(position, units[position], done)
    return results


def make_chunks(units, n_workers):
    """Return positions of units that travel to a worker together.

    Longest first, one by one; but small units, whose work is less than their
    journey, go in a few chunks of about equal cost.

    Parameters
    ----------
    units : list of Unit
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


def run_chunk(units, work):
    """Run several units in one worker."""
    work = replace(work, X=unpack(work.X))
    return [run_unit(unit, work) for unit in units]


def out_of_fold(units, results, n_samples, n_members, n_outputs):
    """Return the mean out-of-fold prediction of each member and row.

    Returns
    -------
    predictions : ndarray of shape (n_samples, n_members, n_outputs)
        NaN where a row was in no test fold, or the member could not predict it.
    """
    mean = RunningMean(n_samples, n_members, n_outputs)
    for unit, done in zip(units, results, strict=True):
        if unit.fold is None:
            continue
        for member, predicted in done.predictions.items():
            mean.add(member, done.rows, predicted)
    return mean.result()


class RunningMean:
    """Mean of predictions that come member by member, some rows at a time.

    Parameters
    ----------
    n_samples, n_members, n_outputs : int
    """

    def __init__(self, n_samples, n_members, n_outputs):
        self.total = np.zeros((n_members, n_samples, n_outputs))
        self.count = np.zeros((n_members, n_samples))

    def add(self, member, rows, predicted):
        """Add predictions of one member for distinct rows."""
        where = slice(None) if len(rows) == self.total.shape[1] else rows
        self.total[member, where] += predicted
        self.count[member, where] += 1

    def result(self):
        """Return means of shape (n_samples, n_members, n_outputs), NaN where none."""
        if (self.count != 1).any():
            with np.errstate(invalid="ignore"):
                self.total /= self.count[..., None]
        return self.total.transpose(1, 0, 2)
