"""A correlation report of a file that may be larger than memory."""

from dataclasses import replace
from functools import partial

import numpy as np
import pandas as pd

from mmensemble._lazy import is_lazy
from mmensemble._seeds import draw_root, seed_for
from mmensemble.analysis.columns._chunked_features import correlate_chunked
from mmensemble.analysis.matrix._chunk_readers import chunks_of, map_partitions
from mmensemble.analysis.matrix._chunked_sample import sample_chunks
from mmensemble.analysis.modalities._modality_correlation import (
    ModalityCorrelation,
    analyse,
)
from mmensemble.modality._columns import resolve_modalities, used_columns
from mmensemble.report._correlation import (
    METHODS,
    CorrelationReport,
    check_methods,
    fixed_seed,
    told_of,
)

#: Rows that are studied by default.
SAMPLE_ROWS = 10_000

#: Values of a chunk.
_CHUNK_VALUES = 2**23


def file_report(
    path,
    columns,
    *,
    modalities="auto",
    target=None,
    groups=None,
    methods=METHODS,
    sample=SAMPLE_ROWS,
    drop_unlabelled=False,
    task="auto",
    random_state=None,
    n_jobs=None,
    title="Modality correlation",
    code="",
    on_rows=None,
    tell=None,
    csv=None,
    prepare=None,
    read_target=None,
):
    """Report how the modalities of a CSV, TSV or Parquet file correlate.

    The file is read in chunks: once for the columns and a sample of rows, once for
    Pearson, and once more for Spearman. Modalities are studied in the sample.

    Parameters
    ----------
    path : str, Path or dask frame
        File, or folder of Parquet files, one sample a row.
    columns : list of str
        Its columns.
    modalities : "auto" or list of (name, extractor, columns), default="auto"
        By names of columns.
    target : str, default=None
        Column that the modalities are to tell about.
    groups : str, default=None
        Column of groups that folds keep together.
    methods : tuple of {"pearson", "spearman"}, default=("pearson", "spearman")
        Correlations of features.
    sample : int, default=10_000
        Rows in which modalities are studied, chosen at random.
    drop_unlabelled : bool, default=False
        Leave rows without target out of the sample instead of refusing them.
    task : {"auto", "classification", "regression"}, default="auto"
        What the target is.
    random_state : int, RandomState instance or None, default=None
        Seed of the sample, extractors and permutations.
    n_jobs : int, default=None
        Threads.
    title : str, default="Modality correlation"
        Heading of the page.
    code : str, default=""
        Lines that make the report again.
    on_rows : callable, default=None
        Called with the pass (from 0), the number of passes, the rows read in it,
        and the rows of the file (None in the first pass).
    tell : callable, default=None
        ``tell(n_done, n_steps, text)`` is called after each step of the study, which
        follows the passes.
    csv : dict of str to object, default=None
        How a text file is written, for `pandas.read_csv`.
    prepare : callable, default=None
        Makes of each chunk, a frame whose index counts the rows of the file, the one
        that is studied.
    read_target : callable, default=None
        Makes of the target, an array of numbers, booleans or strings, the one that is
        studied.

    Returns
    -------
    report : CorrelationReport

    Raises
    ------
    ValueError
        When rows lack a target or a group, or too few rows are left.
    """
    methods, seed = check_methods(methods), fixed_seed(random_state)
    given = [name for name in (target, groups) if name is not None]
    free = pd.DataFrame(columns=[name for name in columns if name not in given])
    resolved = resolve_modalities(modalities, free)
    used = used_columns(resolved)
    wanted = [name for name in columns if name in used or name in given]
    read = _reader(path, wanted, csv, prepare)
    say = _teller(on_rows, 3 if "spearman" in methods else 2)
    lacking = _Lacking(target, groups)
    found = sample_chunks(
        read(),
        sample,
        seed=seed_for(draw_root(seed), "sample"),
        on_rows=lambda n_rows: say(0, n_rows, None),
        keep=lacking.usable,
    )
    lacking.refuse(drop_unlabelled)
    X = found.table[[name for name in columns if name in used]]
    chunked = correlate_chunked(
        read,
        found,
        resolved,
        methods=methods,
        on_rows=lambda number, n_rows: say(number, n_rows, found.n_rows),
        mapped=_mapped(path, wanted),
    )
    analysis = ModalityCorrelation(
        resolved, method=methods[0], task=task, random_state=seed, n_jobs=n_jobs
    )
    y = _given(found, target, read_target)
    study, features = _study(analysis, X, y, found, lacking, methods, chunked, tell)
    return CorrelationReport(
        analysis,
        features,
        pd.DataFrame(study.presence, columns=study.names),
        is_grouped=groups is not None,
        **{"title": title, "code": code, "seed": study.root},
        **told_of(study, target or "", _given(found, groups)),
    )


def _reader(path, wanted, csv, prepare):
    """Return a function that reads some columns chunk by chunk, in this order."""
    chunk_rows = int(np.clip(_CHUNK_VALUES // len(wanted), 256, 65_536))
    source = chunks_of(path, chunk_rows, wanted, csv=csv)
    if prepare is None:
        return lambda: (chunk[wanted] for chunk in source())
    return lambda: (prepare(chunk[wanted]) for chunk in source())


def _mapped(path, wanted):
    """Return what runs functions on the partitions of a dask frame, else None."""
    return partial(map_partitions, path, columns=wanted) if is_lazy(path) else None


def _teller(on_rows, n_passes):
    """Return a function that tells the caller how far the passes are."""

    def say(number, n_rows, total):
        if on_rows is not None:
            on_rows(number, n_passes, n_rows, total)

    return say


def words_of_pass(number):
    """Return what is done in a pass; the first is 0."""
    return ("looking at rows", "correlating features", "correlating ranks")[number]


def _study(analysis, X, y, found, lacking, methods, chunked, tell):
    """Study the sample; its features count where chunks cannot be correlated."""
    groups = _given(found, lacking.groups)
    methods = methods if chunked is None else methods[:1]
    study, features = analyse(analysis, X, y, groups=groups, methods=methods, tell=tell)
    analysis.anomalies_.index = found.rows
    notes = [f"They are those of a sample of {len(X):,} rows, as the modalities."]
    if chunked is not None:
        features, notes = chunked, []
    notes = (*notes, *features.notes, *_sample_notes(found, lacking))
    return study, replace(features, n_rows=found.n_rows, notes=notes)


def _sample_notes(found, lacking):
    notes = []
    if len(found.table) < found.n_rows - lacking.n_unlabelled:
        notes.append(
            f"Modalities were studied in {len(found.table):,} of {found.n_rows:,} "
            "rows, chosen at random."
        )
    if lacking.n_unlabelled:
        notes.append(
            f"{lacking.n_unlabelled:,} rows without {lacking.target!r} are left out of "
            "the study of modalities."
        )
    return notes


def _given(found, name, read=None):
    """Return a sampled column as `read` makes it of numbers, booleans or strings."""
    if name is None:
        return None
    values = _plain(found.table[name])
    return values if read is None else read(values)


def _plain(column):
    """Return a column as an array of numbers, booleans or strings."""
    if pd.api.types.is_bool_dtype(column.dtype):
        return column.to_numpy(dtype=bool)
    if pd.api.types.is_numeric_dtype(column.dtype):
        return column.to_numpy()
    return column.astype(str).to_numpy(dtype=object)


class _Lacking:
    """Counts the rows that lack a target or a group."""

    def __init__(self, target, groups):
        self.target, self.groups = target, groups
        self.n_rows = self.n_unlabelled = self.n_ungrouped = 0

    def usable(self, chunk):
        """Return which rows of a chunk can be studied."""
        usable = np.ones(len(chunk), dtype=bool)
        self.n_rows += len(chunk)
        if self.target is not None:
            there = chunk[self.target].notna().to_numpy()
            self.n_unlabelled += int((~there).sum())
            usable &= there
        if self.groups is not None:
            there = chunk[self.groups].notna().to_numpy()
            self.n_ungrouped += int((~there).sum())
            usable &= there
        return usable

    def refuse(self, drop_unlabelled):
        """Raise where rows lack what they need."""
        if self.n_ungrouped:
            raise ValueError(
                f"{self.n_ungrouped:,} of {self.n_rows:,} rows have no {self.groups!r}"
            )
        if self.n_unlabelled == self.n_rows:
            raise ValueError(f"{self.target!r} is empty in every row")
        if self.n_unlabelled and not drop_unlabelled:
            raise ValueError(
                f"{self.n_unlabelled:,} of {self.n_rows:,} rows have no "
                f"{self.target!r}; mend the table, or leave them out with "
                "--drop-unlabelled"
            )
