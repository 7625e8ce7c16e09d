"""Correlations of a table that is larger than memory, by every method at once."""

from functools import partial

import numpy as np

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
        None where no column holds numbers, or more than 5,000 features result.
    """
    if sample.plan is None:
        return None
    plan = sample.plan.part(used_columns(resolved))
    if not plan.names or len(plan.sources) > MOST_DENSE:
        return None
    names = list(plan.names)

    ranks = max(1000, _RANK_BYTES // (16 * max(len(plan.sources), 1)))
    mapped = _mapped_of(read) if mapped is None else mapped

    def passed(number, parts, tables=None):
        """Run one pass: what each chunk gives is merged into `parts`."""
        n_rows = 0
        find = partial(_accumulate, names, plan, list(parts), ranks, tables)
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
    positions = [
        np.flatnonzero([names[source] in used for source in plan.sources])
        for used in (used_columns([triple]) for triple in resolved)
    ]
    modality = modality_names(len(plan.sources), positions, resolved)
    values = to_matrix(sample.table[names], plan)
    text = [name for name in sample.text if name in used_columns(resolved)]
    notes = _notes(sample.n_rows, text, tables if "spearman" in methods else None)
    columns = [str(names[source]) for source in plan.sources]
    given = modality, values, sample.n_rows, notes, columns
    return FeatureCorrelations(results, *given)


def _mapped_of(read):
    return lambda function: map(function, read())


def _accumulate(names, plan, wanted, ranks, tables, chunk):
    """Return the rows of a chunk, and what is to be merged of it, by name."""
    matrix = refuse_infinity(to_matrix(chunk[names], plan), plan.features)
    found = {}
    if "pearson" in wanted:
        found["pearson"] = PearsonAccumulator().partial_fit(matrix)
    if "ranks" in wanted:
        found["ranks"] = RankTables(ranks).partial_fit(matrix)
    if "spearman" in wanted:
        found["spearman"] = PearsonAccumulator().partial_fit(tables.ranks(matrix))
    return len(matrix), found


def _notes(n_rows, text, tables):
    notes = [f"They are those of all {n_rows:,} rows, read in chunks."]
    if tables is not None:
        error = tables.rank_error_.max(initial=0.0)
        if error > 0:
            notes.append(
                f"A rank is exact to {error:.2%} of the rows (a bound; the columns "
                "have more distinct values than are kept)."
            )
        notes.append("Ranks are those among the rows that have the column.")
    if text:
        notes.append(
            "Columns of text are left out of the correlations of features: "
            f"{', '.join(map(str, text[:8]))}"
            f"{' and others' if len(text) > 8 else ''}."
        )
    return tuple(notes)
