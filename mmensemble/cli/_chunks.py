"""Chunks of a file as they are studied: dates parsed, columns of one kind."""

import pandas as pd

from mmensemble.cli._dates import parse_dates
from mmensemble.cli._errors import CommandError


class ChunkPreparer:
    """Makes of each chunk of a file what the first rows have promised.

    Parameters
    ----------
    form : TableFormat
    options : dict of str to object
        As `read_header` returns them.
    """

    def __init__(self, form, options):
        self.dates = dict(form.dates)
        # those of a Parquet file have types
        self.known = set(options["dtype"]) if options else None
        self._aware = {}

    def __call__(self, chunk):
        """Return a chunk, its index the count of rows, with dates parsed.

        Raises
        ------
        CommandError
            For a cell that is no date, and for text in a column that had none in
            the first rows.
        """
        for name in chunk.columns if self.known is not None else ():
            if name not in self.known:
                self._refuse_text(chunk[name])
        own = {name: form for name, form in self.dates.items() if name in chunk}
        chunk = parse_dates(chunk, own)
        return chunk.assign(**{name: self._one_clock(chunk[name]) for name in own})

    def _refuse_text(self, column):
        """Among texts "NA" would not have been missing, nor 007 a number."""
        if pd.api.types.is_numeric_dtype(column.dtype):
            return
        text = column[[isinstance(value, str) for value in column]]
        if len(text):
            raise CommandError(
                f"{column.name!r} holds text in row {text.index[0] + 1}, "
                f"{text.iloc[0]!r}, and none in the first rows: say that it does, with "
                f"--dtype {column.name}=str, or what stands for missing, with --na"
            )

    def _one_clock(self, column):
        """Return dates in UTC where they have a zone; all chunks have one, or none."""
        aware = isinstance(column.dtype, pd.DatetimeTZDtype)
        if column.notna().any() and self._aware.setdefault(column.name, aware) != aware:
            raise CommandError(
                f"--dates: some rows of {column.name!r} have a time zone, others none"
            )
        return column.dt.tz_convert("UTC") if aware else column
