"""More rows of rare classes."""

from numbers import Integral

import numpy as np
from sklearn.base import BaseEstimator

from mmensemble._compat import Interval, StrOptions
from mmensemble.augmentation._copies import neighbours
from mmensemble.augmentation._steps import mix


class Oversample(BaseEstimator):
    """Copy rows of the smaller classes until all weigh the same.

    Stands first among the steps; later ones change the copies further.
    Probabilities are corrected for the classes' frequencies afterwards (Elkan
    2001), so that they mean what they say; to decide for rare classes more often,
    the estimator's ``decision="prior"`` needs no rows and, measured on ours, was
    better.

    Parameters
    ----------
    method : {"smote", "repeat"}, default="smote"
        "smote" moves a copy towards one of its nearest neighbours of the same class
        by a uniform share; "repeat" leaves it as it is.
    neighbours : {"joint", "modality"}, default="joint"
        Whether neighbours are near in all modalities together, or each modality
        moves towards a neighbour of its own.
    n_neighbors : int, default=5
        Among which one is drawn.

    References
    ----------
    Chawla, N. V., Bowyer, K. W., Hall, L. O., & Kegelmeyer, W. P. (2002). SMOTE:
    Synthetic minority over-sampling technique. Journal of Artificial Intelligence
    Research, 16, 321-357.

    Elkan, C. (2001). The foundations of cost-sensitive learning. International
    Joint Conference on Artificial Intelligence.

    Examples
    --------
    >>> import numpy as np
    >>> from mmensemble.augmentation import MultimodalAugmenter, Oversample
    >>> from mmensemble.datasets import make_multimodal
    >>> X = make_multimodal(40, random_state=0).data
    >>> y = np.repeat([0, 1], [32, 8])
    >>> made = MultimodalAugmenter([Oversample()], random_state=0).augment(X, y)
    >>> np.bincount(made.y).tolist()
    [32, 32]
    """

    _parameter_constraints = {
        "method": [StrOptions({"repeat", "smote"})],
        "neighbours": [StrOptions({"joint", "modality"})],
        "n_neighbors": [Interval(Integral, 1, None, closed="left")],
    }

    def __init__(self, method="smote", *, neighbours="joint", n_neighbors=5):
        self.method = method
        self.neighbours = neighbours
        self.n_neighbors = n_neighbors

    def draw(self, y, weight, rng):
        """Return the training rows to be copied.

        Parameters
        ----------
        y : ndarray of shape (n_samples,)
            Labels.
        weight : ndarray of shape (n_samples,)
        rng : Generator

        Returns
        -------
        source : ndarray of int
        """
        classes, codes = np.unique(y, return_inverse=True)
        mass = np.bincount(codes, weights=weight)
        drawn = []
        for code in range(len(classes)):
            own = np.flatnonzero((codes == code) & (weight > 0))
            if not len(own):
                continue
            each = mass[code] / len(own)
            n_more = round((mass.max() - mass[code]) / each)
            whole, rest = divmod(n_more, len(own))
            drawn += [np.tile(own, whole), rng.choice(own, rest, replace=False)]
        return np.concatenate(drawn)

    def change(self, copies, rng):
        """Change copies in place.

        Parameters
        ----------
        copies : Copies
        rng : Generator
        """
        if self.method == "repeat" or not len(copies):
            return
        every = range(len(copies.modalities))
        for part in [[m] for m in every] if self.neighbours == "modality" else [every]:
            partner, kept = copies.source.copy(), rng.random(len(copies))
            for label in np.unique(copies.target):
                own = np.flatnonzero(copies.target == label)
                pool = np.flatnonzero(copies.y == label)
                near = neighbours(
                    copies, part, pool, copies.source[own], self.n_neighbors
                )
                drawn = rng.integers(0, near.shape[1], len(own))
                partner[own] = near[np.arange(len(own)), drawn]
            mix(copies, partner, kept, part)
