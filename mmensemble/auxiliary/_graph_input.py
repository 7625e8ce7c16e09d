"""Triples and edges: read from whatever holds them, never copied by `clone`."""

import warnings
from copy import copy
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from mmensemble import _frame
from mmensemble._did_you_mean import nearest
from mmensemble.auxiliary._sources import why_unread

#: Names of columns that say what they hold, in the order that is read.
_HEADS = [["head", "relation", "tail"], ["subject", "predicate", "object"]]
#: Head lines of edges, whose ends may come in any order.
_ENDS = [["head", "tail"], ["source", "target"], ["from", "to"]]


@dataclass(frozen=True)
class Graph:
    """Triples by position of their names.

    Parameters
    ----------
    entities, relations : ndarray of str objects
        Sorted names.
    triples : ndarray of int of shape (n_triples, 3)
        Head, relation and tail; no triple comes twice.
    """

    entities: np.ndarray
    relations: np.ndarray
    triples: np.ndarray


@dataclass(frozen=True)
class NotStored:
    """Stands for a graph that was not stored with a fitted model.

    Parameters
    ----------
    words : str
        What it was.
    """

    words: str


#: What a graph may come as, for parameter constraints.
GRAPH_TYPES = ["array-like", str, Path, callable, NotStored]


class SharedGraphMixin:
    """Let clones share the graph, and leave it out of the state of what is fitted.

    A class names in `_graph_parameter` the parameter that holds the graph. Paths
    and callables are stored; they are small.
    """

    _graph_parameter = "triples"

    def __sklearn_clone__(self):
        bare = copy(self)
        setattr(bare, self._graph_parameter, None)
        twin = super(SharedGraphMixin, bare).__sklearn_clone__()
        setattr(twin, self._graph_parameter, getattr(self, self._graph_parameter))
        return twin

    def __getstate__(self):
        state = super().__getstate__()
        graph = state.get(self._graph_parameter)
        kept = isinstance(graph, str | Path | NotStored | None) or callable(graph)
        if not kept and any(key.endswith("_") for key in state):
            words = f"{type(graph).__name__} of {len(graph)} rows"
            state = {**state, self._graph_parameter: NotStored(words)}
        return state


def read_table(graph, parameter):
    """Return the table behind a parameter: a frame or array as it is, or a file's.

    Parameters
    ----------
    graph : {array-like, dataframe, str, Path, callable}
        Files ending in ``.tsv`` and ``.txt`` are separated by tabs and have no
        head line, as graphs are usually published, unless it says head, relation
        and tail; ``.csv`` and ``.parquet`` have one. A callable is called without
        arguments.
    parameter : str
        Its name, for messages.

    Returns
    -------
    table : {ndarray, dataframe} of shape (n_rows, n_columns)

    Raises
    ------
    ValueError
        When the graph was left out of a stored model, a file is of another kind,
        or the table is not two-dimensional.
    FileNotFoundError
        When there is no such file.
    """
    if isinstance(graph, NotStored):
        raise ValueError(
            f"The '{parameter}' parameter, a {graph.words}, is not stored with a "
            f"fitted model. Set it anew: set_params({parameter}=...)."
        )
    if isinstance(graph, str | Path):
        try:
            return _read_file(Path(graph), parameter)
        except (pd.errors.EmptyDataError, pd.errors.ParserError, UnicodeError) as error:
            raise ValueError(
                f"The '{parameter}' parameter names {str(graph)!r}, which cannot be "
                f"read: {why_unread(error)}."
            ) from error
    if callable(graph):
        graph = graph()
        if graph is None:
            raise ValueError(f"The '{parameter}' parameter is a function of nothing.")
    if isinstance(graph, list | tuple):
        graph = _as_array(graph, parameter)
    graph = _frame.as_table(graph, f"the '{parameter}' parameter")
    return graph


def _as_array(rows, parameter):
    lengths = [len(r) if isinstance(r, list | tuple | np.ndarray) else 0 for r in rows]
    odd = [i for i, length in enumerate(lengths) if not length or length != lengths[0]]
    if not rows or odd:
        what = f"row {odd[0]} is {rows[odd[0]]!r}" if odd else "it is empty"
        raise ValueError(
            f"The '{parameter}' parameter must be a list of rows such as ('cat', "
            f"'isa', 'mammal'), all equally long; {what}."
        )
    return np.array(rows, dtype=object)


def _read_file(path, parameter):
    if path.suffix in (".parquet", ".csv", ".tsv", ".txt") and not path.is_file():
        raise FileNotFoundError(
            f"The '{parameter}' parameter names {str(path)!r}, and there is no such "
            "file."
        )
    if path.suffix == ".parquet":
        return pd.read_parquet(path)
    options = {".txt": ("\t", None), ".tsv": ("\t", None), ".csv": (",", 0)}
    if path.suffix not in options:
        raise ValueError(
            f"The '{parameter}' parameter must name a .csv, .parquet, .tsv or .txt "
            f"file, got {path.name!r}."
        )
    separator, header = options[path.suffix]
    # "NA" is a name like any other
    table = pd.read_csv(
        path,
        sep=separator,
        header=header,
        dtype=str,
        keep_default_na=False,
        na_values=[""],
    )
    if header is None:
        return _without_head_line(table)
    same = [name for name in table if (table[name] == name).any()]
    if same and not _is_head_line(table.columns):
        warnings.warn(
            f"The '{parameter}' parameter: the first line of {path.name!r} is taken "
            f"for the head line, and {same[0]!r} in it is a name of the graph, too. "
            "Write a head line, or name the file .tsv and separate columns by tabs.",
            UserWarning,
        )
    return table


def _without_head_line(table):
    """Return a table without a first row that says what its columns are."""
    if not _is_head_line(table.iloc[0]):
        return table
    return table.iloc[1:].set_axis(list(table.iloc[0]), axis=1)


def _is_head_line(names):
    found = sorted(str(name).lower() for name in names)
    return found in map(sorted, [*_HEADS, *_ENDS])


def _order(table):
    """Return the positions of head, relation and tail, by name where they have one."""
    names = [str(name).lower() for name in _frame.column_names(table) or ()]
    for heads in _HEADS:
        if sorted(names) == sorted(heads):
            return [names.index(head) for head in heads]
    return list(range(table.shape[1]))


def _separator_hint(table):
    """Return a hint where a file seems to have one column only."""
    names = [str(name) for name in _frame.column_names(table) or ()]
    if len(names) != 1 or ";" not in names[0]:
        return ""
    return " Columns of a .csv file are separated by ',', not ';'."


def read_names(graph, parameter, widths=(3,)):
    """Return a graph's rows as text: head, relation and tail.

    Columns of a frame that are called so come in any order; others, in this one.

    Parameters
    ----------
    graph : {array-like, dataframe, str, Path, callable}
        See `read_table`.
    parameter : str
        Its name, for messages.
    widths : tuple of int, default=(3,)
        How many columns it may have.

    Returns
    -------
    names : ndarray of str objects of shape (n_rows, n_columns)

    Raises
    ------
    ValueError
        As `read_table` does, for another number of columns, and for missing names.
    """
    table = read_table(graph, parameter)
    if table.shape[1] not in widths:
        wanted = " or ".join(str(width) for width in widths)
        raise ValueError(
            f"The '{parameter}' parameter must have {wanted} columns (head, relation "
            f"and tail), got {table.shape[1]}.{_separator_hint(table)}"
        )
    columns = [_frame.to_objects(_frame.column(table, i)) for i in _order(table)]
    names = np.column_stack(columns)
    missing = np.equal(names, None).any(axis=1)
    if missing.any():
        raise ValueError(
            f"The '{parameter}' parameter lacks a name in {missing.sum()} of "
            f"{len(missing)} rows, first in row {int(missing.argmax())}. Drop them."
        )
    return names


def make_graph(names):
    """Return the graph of triples given as text, each triple once.

    Parameters
    ----------
    names : ndarray of str objects of shape (n_triples, 3)

    Returns
    -------
    graph : Graph
    """
    ends = names[:, [0, 2]]
    entities, codes = np.unique(ends.astype(str), return_inverse=True)
    relations, kinds = np.unique(names[:, 1].astype(str), return_inverse=True)
    codes = codes.reshape(-1, 2)
    triples = np.unique(np.column_stack([codes[:, 0], kinds, codes[:, 1]]), axis=0)
    return Graph(entities.astype(object), relations.astype(object), triples)


def read_graph(graph, parameter="triples", exclude=()):
    """Return triples as a `Graph`, without the relations to `exclude`.

    Raises
    ------
    ValueError
        As `read_names` does, for a relation to exclude that there is not, and
        when nothing is left.
    """
    names = read_names(graph, parameter)
    unknown = sorted(set(map(str, exclude)) - set(names[:, 1]))
    if unknown:
        raise ValueError(
            f"The 'exclude' parameter names relations that '{parameter}' does not "
            f"hold: {unknown}. It holds {sorted(set(names[:, 1]))[:20]}."
        )
    names = names[~np.isin(names[:, 1].astype(str), [str(name) for name in exclude])]
    if not len(names):
        raise ValueError(f"The 'exclude' parameter leaves no row of '{parameter}'.")
    return make_graph(names)


def positions(names, known):
    """Return the position of each name among sorted names, −1 for an unknown one.

    Parameters
    ----------
    names : ndarray of objects of shape (n_names,)
        None stands for a missing name.
    known : ndarray of str objects of shape (n_known,)
        Sorted.

    Returns
    -------
    found : ndarray of int of shape (n_names,)
    """
    return pd.Index(known).get_indexer(pd.Index(names, dtype=object))


def code_names(names, known, parameter):
    """Return the positions of names in a fitted graph.

    Parameters
    ----------
    names : array-like of shape (n_names,)
    known : ndarray of str objects
        Sorted.
    parameter : str
        Its name, for messages.

    Returns
    -------
    found : ndarray of int of shape (n_names,)

    Raises
    ------
    ValueError
        For a name that `fit` did not see.
    """
    names = _frame.to_objects(np.atleast_1d(np.asarray(names, dtype=object)))
    found = positions(names, known)
    if (found < 0).any():
        name = names[found.argmin()]
        raise ValueError(
            f"The '{parameter}' parameter names {name!r}, which fit has not seen"
            f"{nearest(name, known)}"
        )
    return found


def code_triples(triples, graph, parameter):
    """Return triples by position of their names in a fitted graph.

    Parameters
    ----------
    triples : {array-like, dataframe, str, Path, callable}
    graph : object with ``entities_`` and ``relations_``
    parameter : str
        Its name, for messages.

    Returns
    -------
    coded : ndarray of int of shape (n_triples, 3)

    Raises
    ------
    ValueError
        For an entity or a relation that `fit` did not see.
    """
    names = read_names(triples, parameter)
    known = (graph.entities_, graph.relations_, graph.entities_)
    coded = np.column_stack([positions(names[:, i], known[i]) for i in range(3)])
    unseen = (coded < 0).any(axis=1)
    if unseen.any():
        first = tuple(map(str, names[unseen.argmax()]))
        raise ValueError(
            f"{unseen.sum()} of the triples in '{parameter}' name an entity or "
            f"relation that fit has not seen, first {first}. Leave them out, and "
            "say so with the score."
        )
    return coded
