"""Attention: modalities as tokens that are weighted row by row."""

from functools import partial
from numbers import Integral, Real

import numpy as np

from mmensemble._compat import HasMethods, Interval, StrOptions
from mmensemble.fusion._base import BaseFusion
from mmensemble.fusion._fused_heads import BesideBlocks, FusedHeads, is_default
from mmensemble.fusion._heads import HeadTargets, head_outputs
from mmensemble.fusion._patterns import PatternModels, pattern_jobs, rows_with_enough
from mmensemble.fusion._rows import is_enough, rows_that_count
from mmensemble.fusion._side_by_side import SideBySide
from mmensemble.fusion._warm_start import check_learnt
from mmensemble.fusion.feature.attention._model import AttentionModel, train_attention
from mmensemble.fusion.feature.attention._training import fit_linear


class AttentionFusion(BaseFusion):
    """Weight the modalities' values row by row, by attention among them.

    Modalities are tokens: the leading principal components of each standardised
    block are embedded linearly and projected to queries, keys and values. In
    each head a query's weights are the softmax over the present modalities of
    ``q k / sqrt(length)``; outputs are averaged over the queries, and a linear
    head is trained on them together with all the rest, by L-BFGS on the analytic
    gradient. An additive linear model of the blocks stands beside it, as the
    residual connection of a transformer does. Training starts from even attention
    and that linear model, and is shrunk to it; where inner folds do not show that
    attention helps, it stays there.

    The default learner is replaced by that joint head. A learner of yours is
    fitted instead on what ``transform`` gives: the modalities' features, with the
    pooled output of the attention beside them.

    Each presence pattern has a head of its own, learnt from the rows that have at
    least its modalities, on the attention among these alone.

    Parameters
    ----------
    kind : {"self", "cross"}, default="self"
        "self": each modality asks all, itself included. "cross": it asks the
        others; one that is alone asks itself.
    query : str, default=None
        With "cross": the one modality that asks, such as a context; None for
        all of them. A row that lacks it asks as the average row does.
    n_heads : int, default=2
        Number of heads.
    token_width : int, default=16
        Length of an embedded token, a multiple of `n_heads`.
    width : int, default=16
        Most principal components of a block in its token. The linear model reads
        up to 200.
    penalty : None or float, default=None
        Weight of half the squared way from the start, beside the mean loss;
        ``inf`` for even attention. None chooses it by inner folds: the strongest
        whose loss is within one standard error of the least.
    max_patterns : int, default=8
        Most presence patterns with a head of their own; others use that of the
        smallest fitted pattern around theirs.
    warm_start_from : AttentionModel, default=None
        Fine-tuning: the `model_` of a fusion that was fitted on other rows of the
        same modalities, columns and classes, as in
        ``AttentionFusion(warm_start_from=old.fusion_.model_)``. Blocks are scaled as
        there (extractors learn anew, "auto" a scale of its own; with "passthrough"
        levels carry over), training starts from its parameters, and the penalty
        shrinks all of them, the linear model's too, to that start; ``inf`` leaves it
        as it is.
        With ``penalty=None`` inner folds choose how far to go, and a start without
        it where their loss is lower so.

    Attributes
    ----------
    model_ : AttentionModel
        Trained attention; ``model_.parts`` holds its parameters by name,
        ``model_.is_warm`` tells whether it started from another one.
    penalty_ : float
        Chosen penalty; infinite if attention does not help.
    pattern_models_ : PatternModels
        Coefficients and intercept of the joint head of each presence pattern,
        keyed by the positions of its modalities, or the learners fitted there.

    References
    ----------
    Vaswani, A., Shazeer, N., Parmar, N., Uszkoreit, J., Jones, L., Gomez, A. N.,
    Kaiser, L., & Polosukhin, I. (2017). Attention is all you need. Advances in
    Neural Information Processing Systems, 30.

    Li, X., Grandvalet, Y., & Davoine, F. (2018). Explicit inductive bias for
    transfer learning with convolutional networks. ICML, 2825-2834.

    Examples
    --------
    >>> from mmensemble import AttentionFusion, MultimodalClassifier
    >>> from mmensemble.datasets import make_multimodal
    >>> data = make_multimodal(row_dependent=True, class_sep=2, random_state=0)
    >>> fusion = AttentionFusion("cross", query="context", penalty=0.1)
    >>> model = MultimodalClassifier(fusion=fusion).fit(data.data, data.target)
    >>> model.fusion_.model_.net.queries
    (3,)
    """

    short_name = "attention"
    level = "feature"
    reference = "Vaswani et al. 2017"
    when = "Which modality's features matter depends on the row's other modalities."

    _parameter_constraints = {
        "kind": [StrOptions({"self", "cross"})],
        "query": [None, str],
        "n_heads": [Interval(Integral, 1, None, closed="left")],
        "token_width": [Interval(Integral, 2, None, closed="left")],
        "width": [Interval(Integral, 1, 200, closed="both")],
        "penalty": [None, Interval(Real, 0, None, closed="right")],
        "max_patterns": [Interval(Integral, 1, None, closed="left")],
        "warm_start_from": [None, AttentionModel, HasMethods("fit")],
    }
    row_outputs = {"modality_weights": "modalities", "attention_weights": None}

    def __init__(
        self,
        kind="self",
        *,
        query=None,
        n_heads=2,
        token_width=16,
        width=16,
        penalty=None,
        max_patterns=8,
        warm_start_from=None,
    ):
        self.kind = kind
        self.query = query
        self.n_heads = n_heads
        self.token_width = token_width
        self.width = width
        self.penalty = penalty
        self.max_patterns = max_patterns
        self.warm_start_from = warm_start_from

    @property
    def needs(self):
        """Blocks, and targets that attention is trained on."""
        return frozenset({"blocks", "targets"})

    def _fit(self, data):
        queries = self._queries(data.modalities)
        if self.warm_start_from is not None:
            own = type(self).__name__, self.warm_start_from
            check_learnt(*own, AttentionModel, "model_")
        data = rows_that_count(data)
        self.model_ = train_attention(
            data,
            queries=queries,
            asks_itself=self.kind == "self",
            n_heads=self.n_heads,
            token_width=self.token_width,
            width=self.width,
            penalty=self.penalty,
            origin=self.warm_start_from,
        )
        self.penalty_ = self.model_.penalty
        self._features = BesideBlocks(SideBySide.fit(data), self.model_, "attention")
        self._heads = None
        if is_default(data.learners):
            self.pattern_models_ = self._joint_heads(data)
        else:
            self._heads = FusedHeads.fit(self._features, data, self.max_patterns)
            self.pattern_models_ = self._heads.models

    def _queries(self, modalities):
        if self.token_width % self.n_heads:
            raise ValueError(
                "The 'token_width' of AttentionFusion must be a multiple of 'n_heads', "
                f"got {self.token_width} and {self.n_heads}."
            )
        if self.query is None:
            return tuple(range(len(modalities)))
        if self.kind == "self":
            raise ValueError(
                f"AttentionFusion(query={self.query!r}) needs kind='cross': in "
                "self-attention every modality asks."
            )
        if self.query not in modalities:
            raise ValueError(
                f"AttentionFusion(query={self.query!r}) must name a modality out of "
                f"{list(modalities)}."
            )
        return (list(modalities).index(self.query),)

    def _joint_heads(self, data):
        """Return (coefficients, intercept) of each pattern, the fullest first."""
        targets = HeadTargets.of(data.y, data.task, data.sample_weight)
        self._centre, self._spread = targets.centre, targets.spread
        return PatternModels.fit(
            partial(self._joint_head, data, targets),
            pattern_jobs(data.presence, self.max_patterns, rows_with_enough),
            fallbacks=("around", "fullest"),
        )

    def _joint_head(self, data, targets, pattern, rows, known):
        full = not known
        if (full and len(rows) == data.n_samples) or not is_enough(data, rows):
            parts = self.model_.parts  # as trained with the attention
            head = np.vstack([parts["skip"], parts["out"]]), parts["bias"]
            return (head, 0.0) if full else None
        features = self.model_.features(data.take(rows), pattern)
        penalties = np.full(features.shape[1], self.model_.skip_penalty)
        return fit_linear(features, targets.take(rows), penalties), 0.0

    def attention_weights(self, data):
        """Return how much each query attends to each modality.

        Parameters
        ----------
        data : FusionData

        Returns
        -------
        weights : ndarray of shape (n_samples, n_heads, n_queries, n_modalities)
            Zero for absent modalities; they sum to one over the modalities. A
            query that is absent itself does not count in the pooled output.
        """
        return self.model_.weights(data)

    def modality_weights(self, data):
        """Return attention averaged over heads and present queries.

        Returns
        -------
        weights : ndarray of shape (n_samples, n_modalities)
        """
        return self.model_.modality_weights(data)

    def _predict(self, data):
        if self._heads is not None:
            return self._heads.predict(data)
        out = np.empty((data.n_samples, data.task.n_outputs))
        for key, rows in self.pattern_models_.serve(data.presence):
            coef, bias = self.pattern_models_[key]
            part = data.take(rows) if len(rows) < data.n_samples else data
            scores = self.model_.features(part) @ coef + bias
            out[rows] = head_outputs(scores, data.task, self._centre, self._spread)
        return out

    def _transform(self, data):
        return self._features.matrix(data)

    def get_feature_names_out(self, task):
        """Return ``"modality__feature"``, indicators, then attention's columns."""
        return self._features.get_feature_names_out()
