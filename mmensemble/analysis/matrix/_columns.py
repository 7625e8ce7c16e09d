"""What one pass over the rows tells about each column of a numeric matrix."""

from dataclasses import dataclass

import numpy as np

from mmensemble.analysis.matrix._threads import threaded

#: Columns whose largest deviation lies outside are rescaled before they are squared.
SAFE_SCALE = (1e-60, 1e60)

#: Elements of a block of rows that is multiplied: some 4 MB of float64.
BLOCK_SIZE = 2**19

#: Elements of a block of rows that is only looked at. Small arrays come from memory
#: that the process has; asking the system for more costs more than the work.
GLANCE_SIZE = 2**17

#: Stretches of rows of which summaries are kept until all rows are read.
MOST_STRETCHES = 64


@dataclass
class ColumnSummary:
    """Centre, scale and state of the columns of a matrix.

    Parameters
    ----------
    centre : ndarray of shape (n_columns,)
        Mean of the present values, 0 for a column without any.
    scale : ndarray of shape (n_columns,)
        1, or a power of two for columns whose squares would over- or underflow.
    present : ndarray of shape (n_columns,)
        Number of present values.
    constant : ndarray of shape (n_columns,), bool
        Whether all present values are equal (also when there is none).
    packed : ndarray of shape (n_bytes, n_columns) or None
        Bits of the missing values, rows packed by eight within blocks; None where
        nothing is missing.
    """

    centre: np.ndarray
    scale: np.ndarray
    present: np.ndarray
    constant: np.ndarray
    packed: np.ndarray | None


def row_blocks(n_rows, n_columns):
    """Yield slices of rows that hold about `BLOCK_SIZE` elements each."""
    return _slices(n_rows, int(np.clip(BLOCK_SIZE // max(n_columns, 1), 1024, 8192)))


def _glance_rows(n_columns):
    """Return how many rows, whole bytes of bits, hold about `GLANCE_SIZE` elements."""
    return 8 * int(np.clip(GLANCE_SIZE // n_columns // 8, 1, 1024))


def _slices(n_rows, step):
    for start in range(0, n_rows, step):
        yield slice(start, min(start + step, n_rows))


def check_matrix(X):
    """Return `X` as a 2-D float32 or float64 array, without a copy where it is one.

    Parameters
    ----------
    X : array-like of shape (n_rows, n_columns)
        Numbers; a memory-mapped array stays one.

    Raises
    ------
    ValueError
        When it is not two-dimensional or holds no numbers.
    """
    X = X if isinstance(X, np.ndarray) else np.asarray(X)
    if X.ndim != 2:
        raise ValueError(f"Expected a 2D matrix of numbers, got a {X.ndim}D array.")
    if X.dtype.kind not in "biuf":
        raise ValueError(f"Expected a matrix of numbers, got dtype {X.dtype}.")
    return X if X.dtype in (np.float32, np.float64) else X.astype(np.float64)


def summarise(X, names=None):
    """Return the `ColumnSummary` of a matrix, read once in blocks of rows.

    Parameters
    ----------
    X : ndarray of shape (n_rows, n_columns)
        Floats, NaN where missing.
    names : list of str, default=None
        Column names for the message.

    Raises
    ------
    ValueError
        When a column holds infinity; the message names the first such columns.
    """
    step = _glance_rows(X.shape[1])
    step *= max(1, -(-len(X) // (step * MOST_STRETCHES)))
    stretches = list(_slices(len(X), step))
    parts = threaded(lambda rows: _stretch_summary(X[rows]), stretches)
    total, low, high, absent = zip(*parts, strict=True)
    packed = _joined_bits(absent, X.shape[1])
    present = np.full(X.shape[1], len(X))
    if packed is not None:
        present -= np.bitwise_count(packed).sum(axis=0, dtype=np.intp)
    with np.errstate(over="ignore", invalid="ignore"):
        total = np.sum(total, axis=0)
        low = np.fmin.reduce(low).astype(np.float64)
        high = np.fmax.reduce(high).astype(np.float64)
    _refuse((present > 0) & ~(np.isfinite(low) & np.isfinite(high)), names)
    return _summary(total, present, low, high, packed)


def _stretch_summary(X):
    """Fold the summaries of blocks; one of each kept would grow with the rows."""
    blocks = (X[rows] for rows in _slices(len(X), _glance_rows(X.shape[1])))
    total, low, high, absent = _block_summary(next(blocks))
    absent = [absent]
    for block in blocks:
        more, lowest, highest, bits = _block_summary(block)
        with np.errstate(over="ignore", invalid="ignore"):
            total += more
            np.fmin(low, lowest, out=low)
            np.fmax(high, highest, out=high)
        absent.append(bits)
    packed = _joined_bits(absent, X.shape[1])
    return total, low, high, len(X) if packed is None else packed


def _block_summary(block):
    """Return sums, extremes and packed missing bits (None where there are none)."""
    with np.errstate(over="ignore", invalid="ignore"):
        total = block.sum(axis=0, dtype=np.float64)
        low, high = np.fmin.reduce(block), np.fmax.reduce(block)
        if not np.isnan(total).any():
            return total, low, high, len(block)
        absent = _packed_rows(np.isnan(block))
        total = zero_filled(block).sum(axis=0, dtype=np.float64)
    return total, low, high, absent


def _packed_rows(flags):
    """Pack eight rows into one; several times faster than ``packbits(axis=0)``."""
    whole = len(flags) // 8 * 8
    groups = flags[:whole].view(np.uint8).reshape(-1, 8, flags.shape[1])
    packed = groups[:, 0].copy()
    for k in range(1, 8):
        packed |= groups[:, k] << k
    if whole == len(flags):
        return packed
    rest = np.packbits(flags[whole:], axis=0, bitorder="little")
    return np.concatenate([packed, rest])


def _joined_bits(parts, n_columns):
    """Stack the packed bits of all blocks; an int stands for that many full rows."""
    if all(isinstance(part, int) for part in parts):
        return None
    return np.concatenate(
        [
            np.zeros((-(-part // 8), n_columns), np.uint8)
            if isinstance(part, int)
            else part
            for part in parts
        ]
    )


def zero_filled(x):
    """Return `x` with 0 for NaN; some times faster than ``np.where``."""
    filled = np.fmax(x, 0)
    filled += np.fmin(x, 0)
    return filled


def refuse_infinity(X, names=None):
    """Return a matrix without infinite numbers as it is.

    Parameters
    ----------
    X : ndarray of shape (n_rows, n_columns)
        Numbers, NaN where missing.
    names : list of str, default=None
        Column names for the message; None shows positions.

    Raises
    ------
    ValueError
        When a column holds infinity; the message names the first such columns.
    """
    _refuse(np.isinf(X).any(axis=0), names)
    return X


def _refuse(is_infinite, names):
    bad = np.flatnonzero(is_infinite)
    if len(bad):
        shown = [str(names[k]) if names else int(k) for k in bad[:5]]
        raise ValueError(
            f"Columns {shown} hold infinity; replace it by a number, or by NaN to "
            "have it treated as missing."
        )


def _summary(total, present, low, high, packed):
    centre = np.divide(total, present, out=np.zeros(len(total)), where=present > 0)
    # A sum beyond the largest float: any centre between the extremes will do.
    middle = np.where(present > 0, low, 0) / 2 + np.where(present > 0, high, 0) / 2
    centre = np.where(np.isfinite(centre), centre, middle)
    # Exactly 0 is left of a constant column.
    centre = np.where(low == high, low, centre)
    reach = np.where(present > 0, np.maximum(high, -low), 0.0)
    odd = (reach > 0) & ((reach < SAFE_SCALE[0]) | (reach > SAFE_SCALE[1]))
    scale = np.where(odd, np.exp2(np.floor(np.log2(np.where(odd, reach, 1.0)))), 1.0)
    return ColumnSummary(
        centre=centre,
        scale=scale,
        present=present,
        constant=~(high > low),
        packed=packed,
    )


def missing_patterns(packed):
    """Find which columns miss values in exactly the same rows.

    Parameters
    ----------
    packed : ndarray of shape (n_bytes, n_columns)
        As in `ColumnSummary`.

    Returns
    -------
    pattern : ndarray of shape (n_columns,)
        Pattern of each column, numbered by first appearance.
    first : ndarray of shape (n_patterns,)
        The first column of each pattern.
    """
    numbers, first = {}, []
    pattern = np.empty(packed.shape[1], dtype=np.intp)
    for k, bits in enumerate(np.ascontiguousarray(packed.T)):
        key = bits.tobytes()
        if key not in numbers:
            numbers[key] = len(first)
            first.append(k)
        pattern[k] = numbers[key]
    return pattern, np.array(first, dtype=np.intp)
