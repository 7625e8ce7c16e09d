"""Steps of an augmenter: how copies of training rows are changed."""

from numbers import Real

import numpy as np
from sklearn.base import BaseEstimator

from mmensemble._compat import Interval, StrOptions
from mmensemble.augmentation._copies import ABSENT


class Jitter(BaseEstimator):
    """Add normal noise to numbers.

    Parameters
    ----------
    scale : float, default=0.1
        Standard deviation of the noise, in standard deviations of the column over
        the training rows.

    References
    ----------
    Bishop, C. M. (1995). Training with noise is equivalent to Tikhonov
    regularization. Neural Computation, 7(1), 108-116.

    Examples
    --------
    >>> from mmensemble.augmentation import Jitter, MultimodalAugmenter
    >>> from mmensemble.datasets import make_multimodal
    >>> X = make_multimodal(20, random_state=0).data
    >>> MultimodalAugmenter([Jitter(0.05)], random_state=0).augment(X).X.shape[0]
    40
    """

    _parameter_constraints = {"scale": [Interval(Real, 0, None, closed="left")]}

    def __init__(self, scale=0.1):
        self.scale = scale

    def change(self, copies, rng):
        """Change copies in place.

        Parameters
        ----------
        copies : Copies
        rng : Generator
        """
        for modality in range(len(copies.modalities)):
            for position in copies.number_columns(modality):
                spread = _spread(copies.numbers(position))
                noise = rng.normal(size=len(copies)) * spread * self.scale
                copies.cells[position] = copies.values(position) + noise


def _spread(values):
    known = values[np.isfinite(values)]
    return known.std() if len(known) else 0.0


class MixUp(BaseEstimator):
    """Mix rows with others: averages of numbers, and of labels.

    Numbers become ``lambda * own + (1 - lambda) * partner's``, with lambda from a
    beta distribution; cells that hold no numbers come from the row with the larger
    share. A mixture of two classes becomes two rows with these shares of the weight,
    which any learner with sample weights can learn from. What either row lacks stays
    as the copy has it.

    Parameters
    ----------
    alpha : float, default=0.4
        Both parameters of the beta distribution.
    pairs : {"any", "class", "near"}, default="any"
        Partners: any row; rows of the same class; near rows, which are one of the
        five nearest for classes, and near in the target for numbers (C-Mixup).

    References
    ----------
    Zhang, H., Cisse, M., Dauphin, Y. N., & Lopez-Paz, D. (2018). mixup: Beyond
    empirical risk minimization. International Conference on Learning
    Representations.

    Yao, H., Wang, Y., Zhang, L., Zou, J., & Finn, C. (2022). C-Mixup: Improving
    generalization in regression. Advances in Neural Information Processing Systems.

    Examples
    --------
    >>> from mmensemble.augmentation import MixUp, MultimodalAugmenter
    >>> from mmensemble.datasets import make_multimodal
    >>> data = make_multimodal(20, random_state=0)
    >>> made = MultimodalAugmenter([MixUp()], random_state=0).augment(
    ...     data.data, data.target
    ... )
    >>> round(float(made.sample_weight.sum()), 6)
    20.0
    """

    _parameter_constraints = {
        "alpha": [Interval(Real, 0, None, closed="neither")],
        "pairs": [StrOptions({"any", "class", "near"})],
    }

    def __init__(self, alpha=0.4, *, pairs="any"):
        self.alpha = alpha
        self.pairs = pairs

    def change(self, copies, rng):
        """Change copies in place.

        Parameters
        ----------
        copies : Copies
        rng : Generator

        Raises
        ------
        ValueError
            For pairs within classes where numbers are predicted.
        """
        check_pairs(self, copies)
        partner = copies.partners(self.pairs, rng)
        kept = rng.beta(self.alpha, self.alpha, len(copies))
        mix(copies, partner, kept, range(len(copies.modalities)))
        copies.shared_labels(partner[:, None], np.column_stack([kept, 1 - kept]))


def check_pairs(step, copies):
    """Raise ValueError for pairs within classes where there are none."""
    if step.pairs == "class" and not copies.classifier:
        raise ValueError(
            f"{type(step).__name__}(pairs='class') needs classes, and the target holds "
            "numbers or is not given; choose pairs='near' or 'any'."
        )


def mix(copies, partner, kept, modalities):
    """Mix the cells of some modalities with those of partners, in place.

    Parameters
    ----------
    copies : Copies
    partner : ndarray of int of shape (n_copies,)
        Training rows.
    kept : ndarray of shape (n_copies,)
        Share of the own cells.
    modalities : iterable of int
    """
    for modality in modalities:
        both = copies.has(modality) & copies.presence[partner, modality]
        numbers = copies.number_columns(modality)
        for position in numbers:
            own, other = copies.values(position), copies.numbers(position)[partner]
            mixed = kept * own + (1 - kept) * other
            use = both & np.isfinite(mixed)
            copies.cells[position] = np.where(use, mixed, own)
        others = [p for p in copies.modalities[modality][1] if p not in numbers]
        taken = np.flatnonzero(both & (kept < 0.5))
        for position in others:
            copies.replace_cells(position, taken, partner[taken])


class SwapModality(BaseEstimator):
    """Put together modalities of different rows of one class.

    Parameters
    ----------
    probability : float, default=0.5
        With which each modality of a copy is exchanged for another row's. One that
        the copy lacks stays absent.
    pairs : {"class", "near", "any"}, default="class"
        From which rows, as in :class:`MixUp`; where numbers are predicted, "class"
        stands for rows near in the target.

    Examples
    --------
    >>> from mmensemble.augmentation import MultimodalAugmenter, SwapModality
    >>> from mmensemble.datasets import make_multimodal
    >>> data = make_multimodal(20, random_state=0)
    >>> made = MultimodalAugmenter([SwapModality()], random_state=0).augment(
    ...     data.data, data.target
    ... )
    >>> len(made.source)
    40
    """

    _parameter_constraints = {
        "probability": [Interval(Real, 0, 1, closed="both")],
        "pairs": [StrOptions({"any", "class", "near"})],
    }

    def __init__(self, probability=0.5, *, pairs="class"):
        self.probability = probability
        self.pairs = pairs

    def change(self, copies, rng):
        """Change copies in place.

        Parameters
        ----------
        copies : Copies
        rng : Generator
        """
        for modality in range(len(copies.modalities)):
            able = copies.presence[:, modality]
            partner = copies.partners(self.pairs, rng, able)
            chosen = rng.random(len(copies)) < self.probability
            rows = np.flatnonzero(chosen & copies.has(modality))
            copies.replace(modality, rows, partner[rows])


class CutMixModality(BaseEstimator):
    """Take some modalities from a row of any class, and a share of its label.

    The label's share is that of the modalities taken among those that the copy has,
    as the area of a patch is for pictures.

    Parameters
    ----------
    alpha : float, default=1.0
        Both parameters of the beta distribution of the share that is kept.

    References
    ----------
    Yun, S., Han, D., Oh, S. J., Chun, S., Choe, J., & Yoo, Y. (2019). CutMix:
    Regularization strategy to train strong classifiers with localizable features.
    IEEE/CVF International Conference on Computer Vision.

    Examples
    --------
    >>> from mmensemble.augmentation import CutMixModality, MultimodalAugmenter
    >>> from mmensemble.datasets import make_multimodal
    >>> data = make_multimodal(20, random_state=0)
    >>> made = MultimodalAugmenter([CutMixModality()], random_state=0).augment(
    ...     data.data, data.target
    ... )
    >>> round(float(made.sample_weight.sum()), 6)
    20.0
    """

    _parameter_constraints = {"alpha": [Interval(Real, 0, None, closed="neither")]}

    def __init__(self, alpha=1.0):
        self.alpha = alpha

    def change(self, copies, rng):
        """Change copies in place.

        Parameters
        ----------
        copies : Copies
        rng : Generator
        """
        partner = copies.partners("any", rng)
        kept = rng.beta(self.alpha, self.alpha, len(copies))
        owned, taken = np.zeros(len(copies)), np.zeros(len(copies))
        for modality in range(len(copies.modalities)):
            has = copies.has(modality)
            able = has & copies.presence[partner, modality]
            chosen = able & (rng.random(len(copies)) >= kept)
            rows = np.flatnonzero(chosen)
            copies.replace(modality, rows, partner[rows])
            owned += has
            taken += chosen
        given = taken / np.maximum(owned, 1)
        copies.shared_labels(partner[:, None], np.column_stack([1 - given, given]))


class DropModality(BaseEstimator):
    """Hide modalities of copies, so that a model learns to do without.

    Labels stay; the last modality that a copy has is never hidden.

    Parameters
    ----------
    probability : float, default=0.2
        With which each modality of a copy is hidden.

    References
    ----------
    Neverova, N., Wolf, C., Taylor, G., & Nebout, F. (2016). ModDrop: Adaptive
    multi-modal gesture recognition. IEEE Transactions on Pattern Analysis and
    Machine Intelligence, 38(8), 1692-1706.

    Examples
    --------
    >>> from mmensemble.augmentation import DropModality, MultimodalAugmenter
    >>> from mmensemble.datasets import make_multimodal
    >>> X = make_multimodal(20, random_state=0).data
    >>> made = MultimodalAugmenter([DropModality(0.5)], random_state=0).augment(X)
    >>> bool(made.X.isna().any(axis=None))
    True
    """

    _parameter_constraints = {"probability": [Interval(Real, 0, 1, closed="both")]}

    def __init__(self, probability=0.2):
        self.probability = probability

    def change(self, copies, rng):
        """Change copies in place.

        Parameters
        ----------
        copies : Copies
        rng : Generator
        """
        n_modalities = len(copies.modalities)
        has = np.column_stack([copies.has(m) for m in range(n_modalities)])
        order = rng.random(has.shape)
        hidden = has & (order < self.probability)
        # of a copy that would lose all, the one drawn highest stays
        bare = np.flatnonzero((has & ~hidden).sum(axis=1) == 0)
        last = np.where(has[bare], order[bare], -1).argmax(axis=1)
        hidden[bare, last] = False
        for modality in range(n_modalities):
            rows = np.flatnonzero(hidden[:, modality])
            copies.replace(modality, rows, np.full(len(rows), ABSENT))
