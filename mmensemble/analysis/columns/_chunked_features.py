"""Correlations of a table that is larger than memory, by every method at once."""

from functools import partial

import numpy as np

from mmensemble.analysis.columns._chunk_texts import ChunkTexts
from mmensemble.analysis.columns._feature_correlations import MOST_DENSE
from mmensemble.analysis.columns._feature_pairs import FeatureCorrelations
from mmensemble.analysis.columns._feature_table import modality_names
from mmensemble.analysis.matrix._columns import refuse_infinity
from mmensemble.analysis.matrix._correlate import Correlation
from mmensemble.analysis.matrix._prepare import to_matrix
from mmensemble.analysis.matrix._streaming import PearsonAccumulator, RankTables
from mmensemble.modality._columns import used_columns

#: Bytes that the distributions of all columns may take.
_RANK_BYTES = 2**26


def correlate_chunked(read, sample, resolved, *, methods, on_rows=None, mapped=None):
    """Return the correlations of all features of a table that is read in chunks.

    Pearson takes one pass, and Spearman a second, over ranks among all rows of
    each column. Where values are missing, each pair is taken by the rows that have
    both; for Spearman the ranks stay those of each column's own rows.

    Parameters
    ----------
    read : callable
        ``read()`` iterates over frames.
    sample : ChunkedSample
        Of the same table; its plan names the columns.
    resolved : list of (name, extractor, columns)
        Modalities, by names of columns.
    methods : tuple of {"pearson", "spearman"}
    on_rows : callable, default=None
        Called with the pass (from 1), and the number of rows read in it.
    mapped : callable, default=None
        ``mapped(function)`` iterates over what the function gives for each chunk,
        computed wherever the chunk is; None reads the chunks here.

    Returns
    -------
    features : FeatureCorrelations or None
        None where all columns hold free text, or more than 5,000 features result.
    """
    used = used_columns(resolved)
    columns = [name for name in sample.table.columns if name in used]
    known = None if sample.plan is None else sample.plan.part(used)
    texts = ChunkTexts.learn(sample.table, [t for t in sample.text if t in used])
    names = [name for name in columns if name not in texts.left_out]
    if not names:
        return None
    plan, owner = texts.plan(names, known)
    if len(plan.sources) > MOST_DENSE:
        return None

    ranks = max(1000, _RANK_BYTES // (16 * max(len(plan.sources), 1)))
    mapped = _mapped_of(read) if mapped is None else mapped

    def passed(number, parts, tables=None):
        """Run one pass: what each chunk gives is merged into `parts`."""
        n_rows = 0
        find = partial(_accumulate, names, texts, plan, list(parts), ranks, tables)
        for size, found in mapped(find):
            for name, part in found.items():
                parts[name].merge(part)
            n_rows += size
            if on_rows is not None:
                on_rows(number, n_rows)
        return parts

    first = {"pearson": PearsonAccumulator()} if "pearson" in methods else {}
    tables = RankTables(ranks)
    if "spearman" in methods:
        passed(1, first | {"ranks": tables})
        first |= passed(2, {"spearman": PearsonAccumulator()}, tables)
    else:
        passed(1, first)
    totals = {method: first[method] for method in methods}
    results = {
        method: Correlation(
            *total.correlation(), plan.features, plan.sources, method, "columnwise"
        )
        for method, total in totals.items()
    }
    owner = [owner[source] for source in plan.sources]
    positions = [
        np.flatnonzero([name in read for name in owner])
        for read in (used_columns([triple]) for triple in resolved)
    ]
    modality = modality_names(len(owner), positions, resolved)
    values = to_matrix(texts.read(sample.table[names]), plan)
    notes = _notes(sample.n_rows, tables if "spearman" in methods else None)
    given = modality, values, sample.n_rows, notes, list(map(str, owner))
    return FeatureCorrelations(results, *given, left_out=texts.left_out)


def _mapped_of(read):
    return lambda function: map(function, read())


def _accumulate(names, texts, plan, wanted, ranks, tables, chunk):
    """Return the rows of a chunk, and what is to be merged of it, by name."""
    matrix = to_matrix(texts.read(chunk[names]), plan)
    refuse_infinity(matrix, plan.features)
    found = {}
    if "pearson" in wanted:
        found["pearson"] = PearsonAccumulator().partial_fit(matrix)
    if "ranks" in wanted:
        found["ranks"] = RankTables(ranks).partial_fit(matrix)
    if "spearman" in wanted:
        found["spearman"] = PearsonAccumulator().partial_fit(tables.ranks(matrix))
    return len(matrix), found


def _notes(n_rows, tables):
    notes = [f"They are those of all {n_rows:,} rows, read in chunks."]
    if tables is not None:
        error = tables.rank_error_.max(initial=0.0)
        if error > 0:
            notes.append(
                f"A rank is exact to {error:.2%} of the rows (a bound; the columns "
                "have more distinct values than are kept)."
            )
        notes.append("Ranks are those among the rows that have the column.")
    return tuple(notes)
