"""Trained attention, for fusions that read its output or its weights."""

from dataclasses import dataclass, replace
from functools import partial

import numpy as np

from mmensemble._seeds import seed_for
from mmensemble.fusion._heads import HeadTargets, tuning_folds
from mmensemble.fusion._projection import BlockProjector
from mmensemble.fusion._warm_start import unlike
from mmensemble.fusion.feature.attention._network import AttentionNet, Tokens
from mmensemble.fusion.feature.attention._training import AttentionFit

#: Most columns of a block in the additive linear model: a bound on the work.
_SKIP_WIDTH = 200
#: Rows beyond which penalties are chosen on a part of them: a bound on the work.
_SEARCH_ROWS = 2_000


@dataclass(frozen=True)
class AttentionModel:
    """Attention among the modalities, trained; see `train_attention`.

    Parameters
    ----------
    projector : BlockProjector
        Makes the columns of the additive linear model, of which the leading
        ones of each block are its token.
    varies : ndarray of bool of shape (n_modalities,)
        Modalities whose presence the linear model sees.
    n_leading : int
        Most columns of a token.
    net : AttentionNet
    theta : ndarray of shape (n_parameters,)
    penalty, skip_penalty : float
    columns : tuple of tuple of str
        Names of each block's columns.
    labels : tuple
        Of the classes, or of the targets.
    is_warm : bool
        Whether it started from another one's parameters.
    """

    projector: BlockProjector
    varies: np.ndarray
    n_leading: int
    net: AttentionNet | None = None
    theta: np.ndarray | None = None
    penalty: float | None = None
    skip_penalty: float | None = None
    columns: tuple = ()
    labels: tuple = ()
    is_warm: bool = False

    @property
    def parts(self):
        """Fitted parameters by name."""
        return self.net.unpack(self.theta)

    @property
    def n_made(self):
        """Number of columns of `pooled`."""
        return self.net.width

    def tokens(self, data, pattern=None):
        """Return what attention reads of a view.

        Parameters
        ----------
        data : FusionData
        pattern : tuple of int, default=None
            Positions of the modalities that it may see; None or () for all.

        Returns
        -------
        tokens : Tokens
        """
        parts, present = self.projector.transform(data.blocks), data.presence
        if pattern:
            seen = np.isin(np.arange(len(parts)), pattern)
            present = present & seen
            parts = [part * shown for part, shown in zip(parts, seen, strict=True)]
        values = np.zeros((len(parts), self.n_leading + 1, data.n_samples))
        for position, part in enumerate(parts):
            leading = part[:, : self.n_leading]
            values[position, : leading.shape[1]] = leading.T
        values[:, -1] = present.T
        skip = np.hstack([*parts, present[:, self.varies].astype(float)])
        return Tokens(values, np.ascontiguousarray(present.T), skip)

    def pooled(self, data, pattern=None):
        """Return attention's output over queries, of shape (n_samples, width)."""
        return self.net.pooled(self.parts, self.tokens(data, pattern))

    def features(self, data, pattern=None):
        """Return what the joint head is linear in."""
        return self.net.features(self.parts, self.tokens(data, pattern))

    def weights(self, data):
        """Return weights of shape (n_samples, n_heads, n_queries, n_modalities)."""
        return self.net.weights(self.parts, self.tokens(data)).transpose(3, 2, 0, 1)

    def modality_weights(self, data, pattern=None):
        """Return attention averaged over heads and queries, one a modality."""
        tokens = self.tokens(data, pattern)
        weights = self.net.weights(self.parts, tokens).mean(axis=2)
        return np.einsum("qmn,qn->nm", weights, self.net.pooling(tokens.present))


def train_attention(
    data, *, queries, asks_itself, n_heads, token_width, width, penalty, origin=None
):
    """Return attention trained on the rows of a view, all of which count.

    Parameters
    ----------
    data : FusionData
        Rows that have a modality and a weight above zero.
    queries : tuple of int
        Positions of the modalities that ask.
    asks_itself : bool
        Whether a query attends to its own modality.
    n_heads, token_width, width : int
        Sizes: `width` is that of a block's part in its token.
    penalty : None or float
        Of attention; None to choose it by inner folds.
    origin : AttentionModel, default=None
        Of other rows, to start from; left aside where the inner folds' loss is lower
        without it.

    Returns
    -------
    model : AttentionModel
    """
    projector = BlockProjector(_SKIP_WIDTH, rotate=True)
    projector.fit(data.blocks, data.sample_weight, data.modalities)
    varies = data.presence.any(axis=0) & ~data.presence.all(axis=0)
    n_leading = min(width, max(projector.widths_))
    model = AttentionModel(
        projector,
        varies,
        n_leading,
        columns=tuple(block.names for block in data.blocks),
        labels=tuple(np.asarray(data.task.labels).tolist()),
    )
    sizes = {
        "width": token_width,
        "n_heads": n_heads,
        "queries": queries,
        "asks_itself": asks_itself,
    }
    if origin is None:
        return _fit_to(_with_net(model, data, sizes), data, penalty)[0]
    check_origin(origin, model, sizes, width)
    warm, found = _fit_to(origin, data, penalty, origin.parts)
    if penalty is not None:
        return warm
    cold, other = _fit_to(_with_net(model, data, sizes), data, penalty)
    return cold if other.loss < found.loss else warm


def _with_net(model, data, sizes):
    """Return the model with a net that fits its tokens."""
    net = AttentionNet(
        n_modalities=len(data.modalities),
        n_columns=model.n_leading + 1,
        n_skip=sum(model.projector.widths_) + int(model.varies.sum()),
        n_outputs=data.task.n_outputs,
        **sizes,
    )
    return replace(model, net=net)


def _fit_to(model, data, penalty, origin=None):
    """Return the model trained on a view, and what the choice of its penalty saw."""
    targets = HeadTargets.of(data.y, data.task, data.sample_weight)
    seed, widths = seed_for(data.seed, "attention"), model.projector.widths_
    own = model.net, model.tokens(data), widths, targets, seed, origin
    fit = AttentionFit(*own).fit(_search_splits(data), data.groups, penalty)
    skip_penalty = fit.skip_penalty_ if origin is None else model.skip_penalty
    trained = replace(
        model,
        theta=fit.theta_,
        penalty=float(fit.penalty_),
        skip_penalty=skip_penalty,
        is_warm=origin is not None,
    )
    return trained, fit.found_


def check_origin(origin, model, sizes, width):
    """Raise where attention cannot start from that of other rows.

    Parameters
    ----------
    origin : AttentionModel
    model : AttentionModel
        Of the rows at hand, not trained yet.
    sizes : dict of str to object
        Of the net that is asked for.
    width : int
        Most columns of a token.

    Raises
    ------
    ValueError
        Where modalities, columns, classes or sizes differ.
    """
    before, now = origin.projector.modalities_, model.projector.modalities_
    if before != now:
        raise _unlike("modalities", list(before), list(now))
    for name, old, new in zip(now, origin.columns, model.columns, strict=True):
        if old != new:
            odd = sorted(set(old) ^ set(new)) or list(new)
            raise _unlike(
                f"columns of {name!r}",
                f"{len(old)} columns",
                f"{len(new)}, apart in {', '.join(map(repr, odd[:3]))}",
            )
    if origin.labels != model.labels:
        raise _unlike("classes or targets", list(origin.labels), list(model.labels))
    for key, value in sizes.items():
        if getattr(origin.net, key) != value:
            word = {"width": "token_width"}.get(key, key)
            raise _unlike(word, getattr(origin.net, key), value)
    if origin.n_leading > width:
        raise _unlike("width", f"{origin.n_leading} columns of a token", width)


_unlike = partial(unlike, "AttentionFusion", "model")


def _search_splits(data):
    """Return splits for the choice of penalties, on a part of very many rows."""
    splits = tuning_folds(data, n_splits=3)
    if data.n_samples <= _SEARCH_ROWS:
        return splits
    rng = np.random.default_rng(seed_for(data.seed, "search"))
    kept = rng.permutation(data.n_samples) < _SEARCH_ROWS
    return [(train[kept[train]], test[kept[test]]) for train, test in splits]
