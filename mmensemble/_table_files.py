"""What kind of table a file holds, by its ending."""

from pathlib import Path

from mmensemble._optional import optional_module

#: Separators of text files by ending, and endings of Parquet and of Excel files.
SEPARATORS = {".csv": ",", ".tsv": "\t"}
PARQUET = (".parquet", ".pq")
EXCEL = (".xlsx",)
_COMPRESSED = (".gz", ".bz2", ".xz", ".zip")


def table_ending(path):
    """Return the ending that tells how a file is read, that of compression left out.

    Parameters
    ----------
    path : str or path

    Returns
    -------
    ending : str
        A key of `SEPARATORS`, or one of `PARQUET` or `EXCEL`.

    Raises
    ------
    ValueError
        When the ending is none of these.

    Examples
    --------
    >>> table_ending("visits.CSV.gz")
    '.csv'
    """
    endings = [ending.lower() for ending in Path(path).suffixes]
    while endings and endings[-1] in _COMPRESSED:
        endings.pop()
    ending = endings[-1] if endings else ""
    known = (*SEPARATORS, *PARQUET, *EXCEL)
    if ending not in known:
        raise ValueError(
            f"{str(path)!r} has no known ending; known are {', '.join(known)}"
        )
    return ending


def import_parquet(path):
    """Return pyarrow's module of Parquet files.

    Parameters
    ----------
    path : str or path
        Of a Parquet file, for the message.

    Raises
    ------
    ImportError
        When pyarrow is not installed; the message names the extra that brings it.
    """
    owner = f"The Parquet file {str(path)!r}"
    return optional_module("pyarrow.parquet", owner, "or write it as CSV")
