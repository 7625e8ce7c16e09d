"""Changed and composed pictures."""

from numbers import Real

import numpy as np
from sklearn.base import BaseEstimator

from mmensemble._compat import Interval, StrOptions
from mmensemble.augmentation._pixels import erased, patched, recoloured, seen, view
from mmensemble.augmentation._steps import check_pairs

#: Height over width of erased rectangles, at most, and width over height.
_LONGEST = 2.0


def picture_columns(step, copies):
    """Return the positions of the columns of pictures, or raise ValueError."""
    if not copies.readers:
        raise ValueError(
            f"{type(step).__name__} changes columns that an ImageExtractor reads, and "
            "of the modalities that may change, "
            f"{[name for name, _ in copies.modalities]}, none has one. Declare it, as "
            "in modalities=[('photo', ImageExtractor(), ['photo'])]."
        )
    return sorted(copies.readers)


class ImageChanges(BaseEstimator):
    """Flip, turn, crop, recolour and partly erase pictures.

    Changes the columns that an :class:`~mmensemble.features.ImageExtractor` reads.
    A copy's cell becomes an array of the extractor's size (of the largest one, where
    several read a column), which beyond the picture's edges is mirrored. An empty
    cell stays empty. Zero turns a change off.

    Parameters
    ----------
    flip : float, default=0.5
        Probability with which left and right change places.
    rotate : float or list of float, default=0.0
        Largest angle in degrees, to either side; or the angles of which one is
        drawn, as in ``[0, 90, 180, 270]``, which turn to the left.
    crop : float, default=0.0
        Largest share of height and width that is cut off; what is left is enlarged.
    scale : float, default=0.0
        Pictures are enlarged or made smaller by factors of up to ``1 + scale``.
    perspective : float, default=0.0
        Largest share of the side by which each corner is moved, in both directions.
    colour : float, default=0.0
        Brightness, contrast and saturation are multiplied by factors of ``1 -
        colour`` to ``1 + colour``.
    erase : float, default=0.0
        Largest share of the area of a rectangle that gets the mean colour.
    together : bool, default=False
        Whether all pictures of a copy are changed alike.

    Notes
    -----
    Copies are held in memory as arrays of 3 * size**2 bytes. An encoder encodes each
    changed picture anew, in every fold.

    References
    ----------
    Zhong, Z., Zheng, L., Kang, G., Li, S., & Yang, Y. (2020). Random erasing data
    augmentation. AAAI Conference on Artificial Intelligence.

    Examples
    --------
    >>> import numpy as np
    >>> import pandas as pd
    >>> from mmensemble.augmentation import ImageChanges, MultimodalAugmenter
    >>> from mmensemble.features import ImageExtractor
    >>> dark_left = np.full((16, 16), 255, dtype=np.uint8)
    >>> dark_left[:, :8] = 0
    >>> X = pd.DataFrame({"photo": [dark_left, None]})
    >>> made = MultimodalAugmenter([ImageChanges(flip=1.0)], random_state=0).augment(
    ...     X, modalities=[("photo", ImageExtractor(size=16), ["photo"])]
    ... )
    >>> made.X["photo"][2][0, :, 0]
    array([255, 255, 255, 255, 255, 255, 255, 255,   0,   0,   0,   0,   0,
             0,   0,   0], dtype=uint8)
    >>> made.X["photo"][3] is None
    True
    """

    _parameter_constraints = {
        "flip": [Interval(Real, 0, 1, closed="both")],
        "rotate": [Interval(Real, 0, 180, closed="both"), "array-like"],
        "crop": [Interval(Real, 0, 1, closed="left")],
        "scale": [Interval(Real, 0, None, closed="left")],
        # with more, a square may turn inside out
        "perspective": [Interval(Real, 0, 0.25, closed="left")],
        "colour": [Interval(Real, 0, 1, closed="both")],
        "erase": [Interval(Real, 0, 1, closed="left")],
        "together": ["boolean"],
    }

    def __init__(
        self,
        flip=0.5,
        *,
        rotate=0.0,
        crop=0.0,
        scale=0.0,
        perspective=0.0,
        colour=0.0,
        erase=0.0,
        together=False,
    ):
        self.flip = flip
        self.rotate = rotate
        self.crop = crop
        self.scale = scale
        self.perspective = perspective
        self.colour = colour
        self.erase = erase
        self.together = together

    def change(self, copies, rng):
        """Change copies in place.

        Parameters
        ----------
        copies : Copies
        rng : Generator

        Raises
        ------
        ValueError
            Where no modality is read by an ImageExtractor, for a picture that cannot
            be read, and for angles that are none.
        """
        drawn = None
        for position in picture_columns(self, copies):
            if drawn is None or not self.together:
                drawn = self._drawn(len(copies), rng)
            pictures = copies.pictures(position)
            for row, picture in enumerate(pictures):
                if picture is not None:
                    own = {name: values[row] for name, values in drawn.items()}
                    pictures[row] = _changed(picture, **own)
            copies.cells[position] = pictures

    def _drawn(self, n, rng):
        """Return what happens to each picture; a seed draws alike whatever is off."""
        both = rng.uniform(-1, 1, (n, 2))
        return {
            "flip": rng.random(n) < self.flip,
            "angle": self._angles(both[:, 0], rng),
            "zoom": (1 + self.scale) ** both[:, 1],
            "corners": self.perspective * rng.uniform(-1, 1, (n, 4, 2)),
            "kept": 1 - self.crop * rng.random(n),
            "place": rng.random((n, 2)),
            "colour": 1 + self.colour * rng.uniform(-1, 1, (n, 3)),
            "area": self.erase * rng.random(n),
            "ratio": _LONGEST ** rng.uniform(-1, 1, n),
            "hole": rng.random((n, 2)),
        }

    def _angles(self, drawn, rng):
        if isinstance(self.rotate, Real):
            return self.rotate * drawn
        angles = np.asarray(self.rotate)
        if angles.ndim != 1 or not angles.size or angles.dtype.kind not in "iuf":
            raise ValueError(
                "The 'rotate' parameter of ImageChanges must be a number or a list of "
                f"angles in degrees, got {self.rotate!r}."
            )
        return rng.choice(angles, len(drawn)).astype(float)


def _changed(
    picture, flip, angle, zoom, corners, kept, place, colour, area, ratio, hole
):
    """Return one picture with what has been drawn for it."""
    if flip:
        picture = picture[:, ::-1]
    picture = seen(picture, view(angle, zoom, corners, kept, place))
    if (colour != 1).any():
        picture = recoloured(picture, *colour)
    return erased(picture, area, ratio, hole)


class Mosaic(BaseEstimator):
    """Put pictures together of four rows' pictures, and share the label by area.

    The four parts meet in a corner that is drawn; one is cut from the copy's own
    picture, the others from those of three other training rows. A mixture of classes
    becomes rows with the areas' shares of the weight, as with :class:`MixUp`;
    numbers are averaged. All pictures of a row are put together alike. A row without
    a picture stays as it is, and so do the other modalities of any row: where they
    tell the label too, choose ``pairs="class"``.

    Parameters
    ----------
    alpha : float, default=0.3
        Both parameters of the beta distribution of the corner's place: the smaller,
        the more often one picture fills nearly all.
    pairs : {"any", "class", "near"}, default="any"
        From which rows, as in :class:`MixUp`.

    References
    ----------
    Takahashi, R., Matsubara, T., & Uehara, K. (2018). RICAP: Random image cropping
    and patching data augmentation for deep CNNs. Asian Conference on Machine
    Learning.

    Bochkovskiy, A., Wang, C.-Y., & Liao, H.-Y. M. (2020). YOLOv4: Optimal speed and
    accuracy of object detection. arXiv:2004.10934.

    Examples
    --------
    >>> import numpy as np
    >>> import pandas as pd
    >>> from mmensemble.augmentation import Mosaic, MultimodalAugmenter
    >>> from mmensemble.features import ImageExtractor
    >>> photos = [np.full((16, 16), grey, dtype=np.uint8) for grey in range(8)]
    >>> made = MultimodalAugmenter([Mosaic()], random_state=0).augment(
    ...     pd.DataFrame({"photo": photos}),
    ...     np.arange(8) % 2,
    ...     modalities=[("photo", ImageExtractor(size=16), ["photo"])],
    ... )
    >>> round(float(made.sample_weight.sum()), 6)
    8.0
    """

    _parameter_constraints = {
        "alpha": [Interval(Real, 0, None, closed="neither")],
        "pairs": [StrOptions({"any", "class", "near"})],
    }

    def __init__(self, alpha=0.3, *, pairs="any"):
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
            Where no modality is read by an ImageExtractor, for a picture that cannot
            be read, and for pairs within classes where numbers are predicted.
        """
        columns = picture_columns(self, copies)
        check_pairs(self, copies)
        whole = [[p is not None for p in copies.training_pictures(c)] for c in columns]
        able = np.all(whole, axis=0)
        if not able.any():
            return
        n = len(copies)
        drawn = [copies.partners(self.pairs, rng, able) for _ in range(3)]
        partners = np.column_stack(drawn)
        cuts = rng.beta(self.alpha, self.alpha, (n, 2))
        orders = rng.permuted(np.tile(np.arange(4), (n, 1)), axis=1)
        places = rng.random((n, 4, 2))
        shares = np.tile([1.0, 0.0, 0.0, 0.0], (n, 1))
        for position in columns:
            own, training = (
                copies.pictures(position),
                copies.training_pictures(position),
            )
            for row in np.flatnonzero([picture is not None for picture in own]):
                four = [own[row], *training[partners[row]]]
                lacking = [picture is None for picture in four]
                four = [own[row] if p is None else p for p in four]
                order = orders[row]
                own[row], area = patched(
                    [four[part] for part in order], cuts[row], places[row]
                )
                shares[row, order] = area
                shares[row, 0] += shares[row, lacking].sum()
                shares[row, lacking] = 0
            copies.cells[position] = own
        copies.shared_labels(partners, shares)
