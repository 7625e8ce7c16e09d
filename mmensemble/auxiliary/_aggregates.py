"""Statistics of many spans of rows at once."""

from dataclasses import dataclass

import numpy as np

from mmensemble.auxiliary._containers import Values

#: Words for statistics of numbers, and of any column.
OF_NUMBERS = ("mean", "sum", "min", "max")
OF_ALL = ("count", "last")
SHARE, SIZE = "share:", "size"
WORDS = (*OF_NUMBERS, *OF_ALL, SIZE, "share:<category>")


@dataclass(frozen=True)
class Statistic:
    """One column of output.

    Parameters
    ----------
    column : str or None
        What is aggregated; None for "size", which counts rows.
    word : str
    """

    column: object
    word: str

    @property
    def name(self):
        """What the statistic is called after its column."""
        word = self.word.replace(SHARE, "share_", 1)
        return word if self.column is None else f"{self.column}_{word}"


def read_aggregate(aggregate, kinds):
    """Return the statistics that a user asks for.

    Parameters
    ----------
    aggregate : str, list of str, or dict of column to str or list of str
        Words alone go to every column that they suit.
    kinds : dict of str to str
        Kind of each column that may be aggregated.

    Returns
    -------
    statistics : list of Statistic

    Raises
    ------
    ValueError
        For unknown words and columns, and statistics that a column cannot have.
    """
    if not isinstance(aggregate, dict):
        words = _words(aggregate)
        found = [Statistic(None, SIZE)] if SIZE in words else []
        for column, kind in kinds.items():
            found += [Statistic(column, word) for word in words if _suits(word, kind)]
        if not found:
            raise ValueError(
                f"aggregate={aggregate!r} suits none of the columns {list(kinds)}."
            )
        return found
    found = []
    for column, given in aggregate.items():
        if column not in kinds:
            raise ValueError(
                f"aggregate names the column {column!r}, which is none of "
                f"{list(kinds)}."
            )
        for word in _words(given):
            if word != SIZE and not _suits(word, kinds[column]):
                raise ValueError(
                    f"aggregate={word!r} does not suit the column {column!r}, which "
                    f"is of the kind {kinds[column]!r}: {', '.join(OF_NUMBERS)} are "
                    "for numbers, shares for text and categories, last and count for "
                    "all."
                )
            found.append(Statistic(None if word == SIZE else column, word))
    return list(dict.fromkeys(found))


def unseen_shares(statistics, values):
    """Return the shares of categories that no column has of which they are asked.

    Parameters
    ----------
    statistics : list of Statistic
    values : dict of str to Values

    Returns
    -------
    unseen : dict of str to set of str
        The categories that there are, by word.
    """
    found = {}
    for statistic in statistics:
        if statistic.word.startswith(SHARE):
            categories = set(values[statistic.column].data) - {None}
            found.setdefault(statistic.word, set()).update(categories)
    return {
        word: categories
        for word, categories in found.items()
        if categories and word.removeprefix(SHARE) not in categories
    }


def _words(given):
    words = list(given) if isinstance(given, list | tuple) else [given]
    for word in words:
        known = isinstance(word, str) and (
            word in (*OF_NUMBERS, *OF_ALL, SIZE)
            or (word.startswith(SHARE) and word != SHARE)
        )
        if not known:
            raise ValueError(
                f"aggregate={word!r} is unknown; there are {', '.join(WORDS)}."
            )
    return words


def _suits(word, kind):
    if word in OF_NUMBERS:
        return kind == "number"
    return word in OF_ALL or (word.startswith(SHARE) and kind in ("string", "category"))


class SpanStatistics:
    """Statistics of the values of one column in spans of sorted rows.

    Sums, minima and maxima come from a tree of partial results over the sorted
    rows (each span is some 2 log n of its nodes), so that long spans cost as
    little as short ones, and no sum is a difference of larger ones.

    Parameters
    ----------
    values : ndarray of float64 of shape (n_rows,)
        In sorted order, NaN where missing.
    """

    def __init__(self, values):
        self.values = values
        self.known = ~np.isnan(values)
        self._before = np.concatenate([[0], np.cumsum(self.known)])

    def count(self, start, stop):
        """Return how many values each span holds."""
        return (self._before[stop] - self._before[start]).astype(float)

    def last(self, start, stop):
        """Return the place of the last value of each span, -1 where it has none."""
        places = np.where(self.known, np.arange(len(self.known)), -1)
        latest = np.concatenate([[-1], np.maximum.accumulate(places)])[stop]
        return np.where(latest >= start, latest, -1)

    def sum(self, start, stop):
        """Return the sum of each span, NaN where it has no value."""
        return self._fold(np.add, 0.0, start, stop)

    def mean(self, start, stop):
        """Return the mean of each span, NaN where it has no value."""
        count = self.count(start, stop)
        return self.sum(start, stop) / np.where(count == 0, np.nan, count)

    def min(self, start, stop):
        """Return the least value of each span, NaN where it has none."""
        return self._fold(np.minimum, np.inf, start, stop)

    def max(self, start, stop):
        """Return the greatest value of each span, NaN where it has none."""
        return self._fold(np.maximum, -np.inf, start, stop)

    def _fold(self, combine, neutral, start, stop):
        levels = _tree(np.where(self.known, self.values, neutral), combine, neutral)
        result = np.full(len(start), neutral)
        rows = np.flatnonzero(start < stop)
        low, high = start[rows], stop[rows]
        with np.errstate(over="ignore", invalid="ignore"):
            for nodes in levels:
                odd = np.flatnonzero(low & 1)
                result[rows[odd]] = combine(result[rows[odd]], nodes[low[odd]])
                odd = np.flatnonzero(high & 1)
                result[rows[odd]] = combine(result[rows[odd]], nodes[high[odd] - 1])
                low, high = (low + 1) >> 1, high >> 1
                left = low < high
                rows, low, high = rows[left], low[left], high[left]
        return np.where(self.count(start, stop) == 0, np.nan, result)


def _tree(leaves, combine, neutral):
    """Return partial results of 1, 2, 4, ... neighbours, one array a level."""
    levels = [leaves]
    with np.errstate(over="ignore", invalid="ignore"):
        while len(levels[-1]) > 1:
            nodes = levels[-1]
            if len(nodes) % 2:
                nodes = np.append(nodes, neutral)
            levels.append(combine(nodes[0::2], nodes[1::2]))
    return levels


def summarise(statistic, columns, matches):
    """Return one statistic of every row's matches.

    Parameters
    ----------
    statistic : Statistic
    columns : dict of str to Values
        Of the auxiliary table, in its order.
    matches : Matches

    Returns
    -------
    result : Values
        Missing where a row has no match, or none with a value; counts are 0 for
        matches without a value.
    """
    order, start, stop = matches.order, matches.start, matches.stop
    word = statistic.word
    if word == SIZE:
        result = (stop - start).astype(float)
    else:
        values = columns[statistic.column]
        spans = SpanStatistics(_numbers(values, word)[order])
        if word == "last":
            return values.take(np.append(order, -1)[spans.last(start, stop)])
        result = getattr(spans, "mean" if word.startswith(SHARE) else word)(start, stop)
    # a row without a match lacks the modality: no count of zero says otherwise
    result[~matches.found] = np.nan
    return Values("number", result)


def _numbers(values, word):
    """Return what a statistic is taken of, NaN where missing."""
    if values.kind == "number":
        return values.data
    if values.kind == "date":
        return np.where(values.data.missing, np.nan, 0.0)
    known = np.array([value is not None for value in values.data], dtype=bool)
    hits = values.data == word.removeprefix(SHARE)
    return np.where(known, hits.astype(float), np.nan)
