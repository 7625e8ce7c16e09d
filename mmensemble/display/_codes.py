"""Shared codes: where rows lie, and what of each modality they rebuild."""

import numpy as np
import pandas as pd
from sklearn.utils.validation import check_consistent_length, column_or_1d

from mmensemble._frame import as_table
from mmensemble.display._axes import GREY, drawing, label, require_pyplot

#: What a code is made from where no modality is left out.
ALL = "all"
#: So many labels have a colour of their own.
_MOST_LABELS = 10
_OTHERS = "other"


class CodesDisplay:
    """Two dimensions of shared codes, by label and by what they are made from.

    Make one with :meth:`from_estimator`.

    Parameters
    ----------
    codes : DataFrame
        Columns `row`, `source`, `first`, `second` and `label`, as `frame` returns
        them.

    Attributes
    ----------
    ax_ : ndarray of two matplotlib Axes
        Where `plot` has drawn.
    figure_ : matplotlib Figure
        Their figure.

    See Also
    --------
    mmensemble.SharedSpace : Where codes come from.
    ReconstructionDisplay : What codes keep of each modality.

    Examples
    --------
    >>> from mmensemble import SharedSpace
    >>> from mmensemble.datasets import make_multimodal
    >>> from mmensemble.display import CodesDisplay
    >>> data = make_multimodal(random_state=0)
    >>> space = SharedSpace("gcca", n_components=3).fit(data.data)
    >>> display = CodesDisplay.from_estimator(space, data.data, data.target)
    >>> display.frame()["source"].unique().tolist()
    ['all', 'm1', 'm2', 'm3']
    """

    def __init__(self, codes):
        self.codes = codes

    @classmethod
    def from_estimator(cls, estimator, X, y=None, *, max_rows=1000):
        """Make the display from a fitted space and a table.

        Codes of all that a row has are turned to their two directions of most
        variance; codes of single modalities are shown in the same directions, so
        that modalities agree where their points lie together.

        Parameters
        ----------
        estimator : fitted SharedSpace or MultimodalTransformer
        X : {array-like, sparse matrix, dataframe} of shape (n_samples, n_columns)
            One table.
        y : array-like of shape (n_samples,), default=None
            Labels; numbers of more than ten values are cut at their deciles.
        max_rows : int, default=1000
            Rows to show, evenly spread over the table.

        Returns
        -------
        display : CodesDisplay

        Raises
        ------
        ValueError
            When `y` has another length, or codes have a single dimension.
        """
        X = as_table(X, cls.__name__)
        names = [name for name, _, _ in estimator.modalities_]
        masks = np.vstack([np.ones(len(names), dtype=bool), np.eye(len(names)) > 0])
        parts = estimator.transform_coalitions(X, masks)
        parts = [np.asarray(part, dtype=float) for part in parts]
        if parts[0].shape[1] < 2:
            raise ValueError(
                "Codes of one dimension cannot be drawn in a plane; fit the space with "
                "n_components=2 or more."
            )
        presence = estimator.presence(X).to_numpy()
        has = [presence.any(axis=1), *presence.T]
        labels = _labels(y, X)
        centre = parts[0].mean(axis=0)
        axes = np.linalg.svd(parts[0] - centre, full_matrices=False)[2][:2].T
        n_shown = min(max_rows, len(labels))
        shown = np.linspace(0, len(labels) - 1, n_shown).astype(int)
        frames = []
        for source, part, own in zip([ALL, *names], parts, has, strict=True):
            rows = shown[own[shown]]
            first, second = ((part[rows] - centre) @ axes).T
            points = {"row": rows, "source": source, "first": first, "second": second}
            frames.append(pd.DataFrame({**points, "label": labels[rows]}))
        return cls(pd.concat(frames, ignore_index=True))

    def frame(self):
        """Return one row a code.

        Returns
        -------
        frame : DataFrame
            `row` (position in the table), `source` ("all", or the modality that the
            code is made from alone), `first` and `second` (its place), `label`
            (text, empty without labels).
        """
        return self.codes.copy()

    def plot(self, ax=None):
        """Draw codes of whole rows by label, and of single modalities by modality.

        Parameters
        ----------
        ax : array of two matplotlib Axes, default=None
            None makes a new figure.

        Returns
        -------
        self : object
        """
        plt = require_pyplot(type(self).__name__)
        if ax is None:
            _, ax = plt.subplots(
                1, 2, figsize=(9, 4.2), layout="constrained", sharex=True, sharey=True
            )
        ax = np.ravel(ax)
        if len(ax) != 2:
            raise ValueError(
                f"The 'ax' parameter must hold two axes, labels' and modalities', got "
                f"{len(ax)}."
            )
        whole = self.codes["source"] == ALL
        panels = [
            (self.codes[whole], "label", "all modalities, by label"),
            (self.codes[~whole], "source", "one modality each"),
        ]
        for own, (points, column, title) in zip(ax, panels, strict=True):
            with drawing(type(self).__name__, own, None):
                _draw_points(own, points, _merged(points[column]))
                own.set(title=title, xlabel="first direction")
        ax[0].set_ylabel("second direction")
        self.ax_, self.figure_ = ax, ax[0].figure
        return self


class ReconstructionDisplay:
    """What codes keep of each modality, by what they are made from.

    Make one with :meth:`from_estimator`.

    Parameters
    ----------
    errors : DataFrame of shape (n_modalities, n_modalities + 1)
        Share of the variance that is not rebuilt, as
        ``SharedSpace.reconstruction_error_`` has it.

    Attributes
    ----------
    ax_ : matplotlib Axes
        Where `plot` has drawn.
    figure_ : matplotlib Figure
        Its figure.

    See Also
    --------
    CodesDisplay : Where the codes lie.

    Examples
    --------
    >>> from mmensemble import SharedSpace
    >>> from mmensemble.datasets import make_multimodal
    >>> from mmensemble.display import ReconstructionDisplay
    >>> data = make_multimodal(random_state=0)
    >>> space = SharedSpace("gcca", n_components=3).fit(data.data)
    >>> ReconstructionDisplay.from_estimator(space).frame().columns.tolist()
    ['modality', 'source', 'rebuilt']
    """

    def __init__(self, errors):
        self.errors = errors

    @classmethod
    def from_estimator(cls, estimator):
        """Make the display from a fitted space.

        Parameters
        ----------
        estimator : fitted SharedSpace

        Returns
        -------
        display : ReconstructionDisplay
        """
        return cls(estimator.reconstruction_error_)

    def frame(self):
        """Return one row a modality and source.

        Returns
        -------
        frame : DataFrame
            `modality` that is rebuilt, `source` ("all" or one modality), `rebuilt`:
            the share of its variance, below 0 where its mean would be nearer.
        """
        frame = (1 - self.errors).stack(future_stack=True).reset_index()
        frame.columns = ["modality", "source", "rebuilt"]
        return frame

    def plot(self, ax=None):
        """Draw what `frame` returns as a map of shares.

        Parameters
        ----------
        ax : matplotlib Axes, default=None
            None makes a new figure.

        Returns
        -------
        self : object
        """
        shares = 1 - self.errors
        size = (2.4 + 0.8 * shares.shape[1], 1.4 + 0.6 * len(shares))
        with drawing(type(self).__name__, ax, size) as ax:
            ax.imshow(np.clip(shares, 0, 1), cmap="Blues", vmin=0, vmax=1.3)
            for (i, j), value in np.ndenumerate(shares.to_numpy()):
                text = "–" if np.isnan(value) else f"{value:.2f}".replace("-", "−")
                ax.text(j, i, text, ha="center", va="center", size=9, color="black")
            ax.set_xticks(range(shares.shape[1]), [label(n) for n in shares.columns])
            ax.tick_params(axis="x", rotation=40)
            for text in ax.get_xticklabels():
                text.set(ha="right", rotation_mode="anchor")
            ax.set_yticks(range(len(shares)), [label(name) for name in shares.index])
            ax.tick_params(length=0)
            ax.spines[:].set_visible(False)
            ax.set(xlabel="code made from", ylabel="rebuilt")
            ax.set_title("share of the variance that is rebuilt", size=10)
        self.ax_, self.figure_ = ax, ax.figure
        return self


def _labels(y, X):
    """Return a label a row as text, empty where there is none."""
    if y is None:
        return np.full(X.shape[0], "", dtype=object)
    values = pd.Series(column_or_1d(y))
    check_consistent_length(values, np.empty(X.shape[0]))
    if pd.api.types.is_float_dtype(values) and values.nunique() > _MOST_LABELS:
        values = pd.qcut(values, _MOST_LABELS, duplicates="drop")
    return values.astype(str).to_numpy(dtype=object)


def _merged(names):
    """Return names, all but the most frequent as one."""
    counts = names.value_counts()
    if len(counts) <= _MOST_LABELS:
        return names
    kept = counts.index[: _MOST_LABELS - 1]
    return names.where(names.isin(kept), _OTHERS)


def _draw_points(ax, points, names):
    unique = [name for name in dict.fromkeys(sorted(names)) if name != _OTHERS]
    for number, name in enumerate(unique):
        own = points[names == name]
        ax.scatter(
            *(own["first"], own["second"]),
            s=12,
            alpha=0.7,
            lw=0,
            color=f"C{number}",
            label=label(name),
        )
    others = points[names == _OTHERS]
    if len(others):
        ax.scatter(
            *(others["first"], others["second"]), s=8, lw=0, color=GREY, label=_OTHERS
        )
    ax.spines[["top", "right"]].set_visible(False)
    if len(unique) > 1:
        ax.legend(fontsize=8, markerscale=1.5)
