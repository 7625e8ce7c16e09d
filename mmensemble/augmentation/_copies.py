"""Copies of training rows in the making, and how they become a table."""

import sys

import numpy as np
import pandas as pd
from scipy import sparse
from sklearn.neighbors import NearestNeighbors

from mmensemble import _frame

#: Origin of a cell that has been made missing.
ABSENT = -1
#: Neighbours among which a near partner is drawn.
_NEAR = 5


class Copies:
    """Copies of training rows, which the steps of an augmenter change.

    Parameters
    ----------
    X : table of shape (n_samples, n_columns)
        Training rows.
    y : ndarray of shape (n_samples, ...) or None
    modalities : list of (name, positions)
        Those whose cells may change, and the positions of their columns.
    presence : ndarray of bool of shape (n_samples, n_modalities)
        Which training row has which of them.
    source : ndarray of int of shape (n_copies,)
        The training row that each copy is of.
    classifier : bool
        Whether `y` holds classes.
    readers : dict of int to extractor, default=None
        By column, who reads its cells as pictures, by a method ``pictures(X)``.
    texts : callable, default=set
        Returns the positions of the columns that are read as texts.

    Attributes
    ----------
    origin : dict of int to ndarray of shape (n_copies,)
        By column, the training row whose cell a copy has; `ABSENT` for none.
    cells : dict of int to ndarray of shape (n_copies,)
        By column, new values; floats, or objects.
    target : ndarray or None
    share : ndarray of shape (n_copies,)
        Share of a copy's weight that it has kept.
    """

    def __init__(
        self,
        X,
        y,
        modalities,
        presence,
        source,
        *,
        classifier,
        readers=None,
        texts=set,
    ):
        self.X, self.y, self.modalities = X, y, modalities
        self.presence, self.classifier = presence, classifier
        self.readers = {} if readers is None else readers
        self.texts = texts
        self._pictures = {}
        self.source = source
        self.target = None if y is None else y[source]
        self.share = np.ones(len(source))
        self.origin = {}
        self.cells = {}

    def __len__(self):
        return len(self.source)

    def origin_of(self, position):
        """Return the training row that each copy has its cell of a column from."""
        return self.origin.get(position, self.source)

    def has(self, modality):
        """Return which copies have a modality, by its position."""
        origin = self.origin_of(self.modalities[modality][1][0])
        return (origin != ABSENT) & self.presence[origin, modality]

    def number_columns(self, modality):
        """Return the positions of the columns of a modality that hold numbers."""
        return [
            position
            for position in self.modalities[modality][1]
            if sparse.issparse(self.X)
            or _frame.kind(_frame.column(self.X, position)) == "number"
        ]

    def numbers(self, position):
        """Return the training rows' numbers of a column."""
        self._need_dense()
        return _frame.to_float(_frame.column(self.X, position))

    def values(self, position):
        """Return the copies' numbers of a column, NaN where missing."""
        if position in self.cells:
            return self.cells[position]
        origin = self.origin_of(position)
        return np.where(origin == ABSENT, np.nan, self.numbers(position)[origin])

    def objects(self, position):
        """Return the copies' cells of a column as objects, None where missing."""
        if position in self.cells:
            return self.cells[position]
        self._need_dense()
        col = _frame.column(self.X, position)
        origin = self.origin_of(position)
        cells = _objects(col, self.is_raw(position))[origin]
        cells[_frame.null_mask(col)[origin] | (origin == ABSENT)] = None
        return cells

    def series(self, position):
        """Return the copies' cells of a column as a pandas column of its own type.

        Numbers are floats.
        """
        kind = _frame.kind(_frame.column(self.X, position))
        if kind == "number":
            return pd.Series(self.values(position))
        if kind == "boolean":
            return pd.Series(pd.array(self.objects(position), dtype="boolean"))
        origin, cells = self.origin_of(position), None
        if position in self.cells:
            every = np.ones(len(self), dtype=bool)
            cells = self.cells[position], every, self.is_raw(position)
        absent = origin == ABSENT if (origin == ABSENT).any() else None
        made = _column(self.X, position, origin, absent, cells)
        if _frame.is_polars(made):
            made = _frame.to_python(made)
        return pd.Series(made)

    def is_raw(self, position):
        """Tell whether the cells of a column are kept as they are, not as text."""
        if position in self.readers:
            return True
        kind = _frame.kind(_frame.column(self.X, position))
        return kind in ("boolean", "other")

    def training_pictures(self, position):
        """Return the training rows' pictures of a column, None where missing."""
        if position not in self._pictures:
            part = _frame.take_columns(self.X, [position])
            self._pictures[position] = self.readers[position].pictures(part)[:, 0]
        return self._pictures[position]

    def pictures(self, position):
        """Return the copies' pictures of a column, None where missing."""
        if position in self.cells:
            names = _frame.column_names(self.X)
            name = f"x{position}" if names is None else names[position]
            changed = pd.Series(self.cells[position], dtype=object).to_frame(name)
            return self.readers[position].pictures(changed)[:, 0]
        origin = self.origin_of(position)
        own = self.training_pictures(position)[origin]
        own[origin == ABSENT] = None
        return own

    def _need_dense(self):
        if sparse.issparse(self.X):
            raise TypeError(
                "The 'augmenter' would change cells of a sparse table, and its steps "
                "change dense ones only. Give a dense table or a frame, or repeat "
                "rows without changing them (Oversample(method='repeat'))."
            )

    def take(self, rows):
        """Keep some copies, in an order, any of them more than once."""
        self.source, self.share = self.source[rows], self.share[rows]
        self.target = None if self.target is None else self.target[rows]
        self.origin = {p: own[rows] for p, own in self.origin.items()}
        self.cells = {p: own[rows] for p, own in self.cells.items()}

    def replace(self, modality, rows, origin):
        """Give some copies the cells that training rows have of a modality."""
        for position in self.modalities[modality][1]:
            self.replace_cells(position, rows, origin)

    def replace_cells(self, position, rows, origin):
        """Give some copies the cells that training rows have in a column."""
        self._need_dense()
        if position in self.cells:
            changed = self.cells[position].copy()
            own = _frame.column(self.X, position)
            floats = changed.dtype.kind == "f"
            raw = not floats and self.is_raw(position)
            new = _frame.to_float(own) if floats else _objects(own, raw)
            changed[rows] = np.where(
                origin == ABSENT, np.nan if floats else None, new[origin]
            )
            self.cells[position] = changed
        origins = self.origin_of(position).copy()
        origins[rows] = origin
        self.origin[position] = origins

    def shared_labels(self, partners, shares):
        """Give each copy its own label and its partners', as weighted rows.

        Numbers are averaged instead. Rows of one copy with the same label are one.

        Parameters
        ----------
        partners : ndarray of int of shape (n_copies, n_partners)
            Training rows.
        shares : ndarray of shape (n_copies, 1 + n_partners)
            Weights of the own label and of theirs, which sum to one.
        """
        if self.y is None:
            return
        labels = [self.target, *self.y[partners.T]]
        shares = shares.T.copy()
        if not self.classifier:
            parts = shares.reshape(*shares.shape, *[1] * (self.target.ndim - 1))
            self.target = (parts * np.stack(labels)).sum(axis=0)
            return
        for later in range(1, len(labels)):
            for first in range(later):
                same = labels[first] == labels[later]
                shares[first, same] += shares[later, same]
                shares[later, same] = 0
        who = [np.flatnonzero(share > 0) for share in shares]
        self.take(np.concatenate(who))
        parts = list(zip(labels, shares, who, strict=True))
        self.share *= np.concatenate([share[rows] for _, share, rows in parts])
        self.target = np.concatenate([label[rows] for label, _, rows in parts])

    def partners(self, pairs, rng, allowed=None):
        """Draw a training row for each copy.

        Parameters
        ----------
        pairs : {"class", "near", "any"}
            Rows of the same class; rows near in the target for numbers (drawn by a
            normal kernel as wide as half its standard deviation), one of the five
            nearest rows for classes; any row.
        rng : Generator
        allowed : ndarray of bool of shape (n_samples,), default=None
            Training rows to draw from.

        Returns
        -------
        partner : ndarray of int of shape (n_copies,)
            The copy's own row where there is no other.
        """
        n_rows = self.presence.shape[0]
        pool = np.arange(n_rows) if allowed is None else np.flatnonzero(allowed)
        if not len(pool):
            return self.source.copy()
        if pairs == "any" or self.y is None:
            return rng.choice(pool, len(self))
        if not self.classifier:
            return self._near_in_target(pool, rng)
        if pairs == "near":
            return self._near_rows(pool, rng)
        partner = self.source.copy()
        for label in np.unique(self.target):
            own = np.flatnonzero(self.target == label)
            peers = pool[self.y[pool] == label]
            if len(peers):
                partner[own] = rng.choice(peers, len(own))
        return partner

    def _near_in_target(self, pool, rng):
        """C-Mixup: partners by a kernel on the distance of the targets."""
        targets = self.y.reshape(len(self.y), -1).astype(float)
        targets = targets / np.where(targets.std(axis=0) > 0, targets.std(axis=0), 1)
        partner = np.empty(len(self), dtype=int)
        for row in np.unique(self.source):
            gaps = ((targets[pool] - targets[row]) ** 2).sum(axis=1)
            odds = np.exp(-(gaps - gaps.min()) / 2 / 0.5**2)
            mine = np.flatnonzero(self.source == row)
            partner[mine] = rng.choice(pool, len(mine), p=odds / odds.sum())
        return partner

    def _near_rows(self, pool, rng):
        near = neighbours(self, range(len(self.modalities)), pool, self.source)
        return near[np.arange(len(self)), rng.integers(0, near.shape[1], len(self))]


def neighbours(copies, modalities, pool, rows, n_neighbors=_NEAR):
    """Return the nearest training rows of some, by standardised numbers.

    Parameters
    ----------
    copies : Copies
    modalities : iterable of int
        Whose numbers count; missing ones are at the mean.
    pool, rows : ndarray of int
        Training rows to choose from, and whose neighbours are wanted.
    n_neighbors : int, default=5

    Returns
    -------
    near : ndarray of int of shape (n_rows, at most n_neighbors)
        Without the row itself, unless there is no other.
    """
    columns = [p for m in modalities for p in copies.number_columns(m)]
    if not columns or len(pool) < 2:
        return np.repeat(pool[:1], len(rows))[:, None]
    values = np.column_stack([copies.numbers(p) for p in columns])
    known = np.isfinite(values)
    values = np.where(known, values, np.nan)
    count = np.maximum(known.sum(axis=0), 1)
    mean = np.nansum(values, axis=0) / count
    spread = np.sqrt(np.nansum((values - mean) ** 2, axis=0) / count)
    scaled = np.where(known, values - mean, 0) / np.where(spread > 0, spread, 1)
    k = min(n_neighbors + 1, len(pool))
    found = NearestNeighbors(n_neighbors=k).fit(scaled[pool])
    near = pool[found.kneighbors(scaled[rows], return_distance=False)]
    # the row itself goes last, and is cut off
    order = np.argsort(near == rows[:, None], axis=1, kind="stable")
    return np.take_along_axis(near, order, axis=1)[:, : max(1, k - 1)]


def with_copies(copies):
    """Return a table of the training rows and, below them, their copies."""
    X = copies.X
    n_rows = copies.presence.shape[0]
    first = np.arange(n_rows)
    whole = np.concatenate([first, copies.source])
    if not copies.origin and not copies.cells:
        return _frame.take_rows(X, whole)
    absent, cells = {}, {}
    for modality, (_, positions) in enumerate(copies.modalities):
        has = copies.has(modality)
        for position in positions:
            if position in copies.cells:
                raw = copies.is_raw(position)
                cells[position] = copies.cells[position], has, raw
            origin = copies.origin_of(position)
            if (origin == ABSENT).any():
                absent[position] = np.concatenate([first < 0, origin == ABSENT])

    def made(position):
        index = np.concatenate([first, copies.origin_of(position)])
        return _column(X, position, index, absent.get(position), cells.get(position))

    columns = [made(position) for position in range(X.shape[1])]
    if isinstance(X, np.ndarray):
        return np.column_stack(columns)
    if _frame.is_polars(X):
        return sys.modules["polars"].DataFrame(columns)
    frame = pd.concat(columns, axis=1)
    return frame.set_axis(X.columns, axis=1)


def _column(X, position, index, absent, cells):
    """Return one column by the rows it comes from, with gaps and new cells."""
    col = _frame.column(X, position)
    if cells is not None:
        return _with_cells(col, index, absent, *cells)
    if _frame.is_polars(col):
        col = col.gather(index.clip(0))
        if absent is None:
            return col
        polars = sys.modules["polars"]
        frame = polars.DataFrame({"cell": col, "has": ~absent})
        cell = polars.when(polars.col("has")).then(polars.col("cell"))
        return frame.select(cell.alias(col.name)).to_series()
    if isinstance(col, np.ndarray):
        col = col[index]
        if absent is None:
            return col
        gaps = np.nan if col.dtype.kind in "biufO" else None
        col = col.astype(float if col.dtype.kind in "biu" else col.dtype)
        col[absent] = gaps
        return col
    col = col.iloc[index].reset_index(drop=True)
    return col if absent is None else col.mask(absent)


def _objects(col, raw):
    """Return the cells of a column as they are, or as str, None where missing."""
    return _frame.to_python(col).copy() if raw else _frame.to_objects(col)


def _with_cells(col, index, absent, cells, has, raw):
    """Return a column whose copies have new cells where they have the modality."""
    n_first = len(index) - len(cells)
    floats = cells.dtype.kind == "f"
    values = _frame.to_float(col) if floats else _objects(col, raw)
    values = values[index]
    if absent is not None:
        values[absent] = np.nan if floats else None
    values[n_first:][has] = cells[has]
    if isinstance(col, np.ndarray):
        return values
    if not floats and _frame.kind(col) == "boolean":
        return _booleans(col, values)
    if _frame.is_polars(col):
        polars = sys.modules["polars"]
        dtype = polars.Float64 if floats else polars.Object if raw else col.dtype
        if _frame.kind(col) == "duration":
            values = pd.to_timedelta(pd.Series(values)).to_numpy("m8[us]")
            return polars.Series(col.name, values).cast(dtype)
        return polars.Series(col.name, values.tolist(), dtype=dtype, nan_to_null=True)
    if not floats and isinstance(col.dtype, pd.CategoricalDtype):
        return _categories(col, values)
    kept = None if floats else object if raw else col.dtype
    return pd.Series(values, dtype=kept, name=col.name)


def _booleans(col, values):
    """Return a column of what is true, false or missing."""
    if _frame.is_polars(col):
        return sys.modules["polars"].Series(col.name, values.tolist(), dtype=col.dtype)
    made = pd.Series(pd.array(values, dtype="boolean"), name=col.name)
    return made if made.isna().any() else made.astype(bool)


def _categories(col, texts):
    """Return a column of categories by their texts; new ones are added."""
    levels = col.cat.categories
    known = dict(zip(_frame.to_objects(pd.Series(levels)), levels, strict=True))
    cells = [None if text is None else known.get(text, text) for text in texts]
    added = [text for text in dict.fromkeys(texts) if text not in (None, *known)]
    made = pd.Categorical(cells, [*levels, *added], ordered=col.cat.ordered)
    return pd.Series(made, name=col.name)
