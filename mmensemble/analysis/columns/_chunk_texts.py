"""Columns of strings in chunks as numbers, by what a sample of the rows shows."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from mmensemble import _frame
from mmensemble.analysis.columns._feature_table import TextFeatures, free_name
from mmensemble.analysis.matrix._prepare import ColumnPlan
from mmensemble.features._strings import OPTIONS, kind_of_strings
from mmensemble.features._written_numbers import WrittenColumn, written_column


@dataclass(frozen=True)
class ChunkTexts:
    """How columns of strings become numbers, chunk by chunk.

    Parameters
    ----------
    readers : dict of str to WrittenColumn or TextFeatures
        Of numbers, dates and durations that are written as text, and of categories,
        by column.
    names : dict of str to list of str
        Of the features, by column.
    left_out : tuple of str
        Columns of free text, which are not read.
    """

    readers: dict
    names: dict
    left_out: tuple

    @classmethod
    def learn(cls, table, texts):
        """Learn how columns read, as "auto" decides it.

        Parameters
        ----------
        table : DataFrame of shape (n_sampled, n_columns)
        texts : list of str
            Its columns of strings.
        """
        weight, readers, names, left_out = np.ones(len(table)), {}, {}, []
        taken = set(table.columns)
        for name in texts:
            column = table[name]
            reader = written_column(table[[name]], 0, name, weight)
            features = [name]
            if reader is None and _is_text(column, name, weight):
                left_out.append(name)
                continue
            if reader is None:
                reader = TextFeatures.learn(column, name, seed=0)
                features = [free_name(feature, taken) for feature in reader.names]
                taken |= set(features)
            readers[name], names[name] = reader, features
        return cls(readers, names, tuple(left_out))

    def plan(self, columns, known):
        """Return the plan of what `read` gives, and the column each part is from.

        Parameters
        ----------
        columns : list of str
            Of the table, in their order.
        known : ColumnPlan or None
            Of columns that are not read here.
        """
        parts, owner = [], []
        for name in columns:
            if name in self.names:
                own = [(feature, "number", ()) for feature in self.names[name]]
            elif known is not None and name in known.names:
                place = known.names.index(name)
                own = [(name, known.kinds[place], known.levels[place])]
            else:
                continue
            parts += own
            owner += [name] * len(own)
        return ColumnPlan(*map(tuple, zip(*parts, strict=True))), owner

    def read(self, chunk):
        """Return rows of the table with numbers in place of strings."""
        if not self.readers:
            return chunk
        columns = {}
        for name in chunk.columns:
            reader = self.readers.get(name)
            if isinstance(reader, WrittenColumn):
                # a chunk of whole numbers, or of nothing, may have come as such
                texts = pd.DataFrame({name: _frame.to_objects(chunk[name])})
                columns[name] = reader.read(texts, 0)
            elif reader is not None:
                block = reader.read(chunk[name])
                columns |= dict(zip(self.names[name], block.T, strict=True))
            elif name not in self.left_out:
                columns[name] = chunk[name].array
        return pd.DataFrame(columns)


def _is_text(column, name, weight):
    texts = _frame.to_objects(column)
    return kind_of_strings(texts, weight, name, **OPTIONS)[0] == "text"
