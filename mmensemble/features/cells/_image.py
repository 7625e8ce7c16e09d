"""Pictures in cells as features."""

from numbers import Integral
from os import PathLike

import numpy as np

from mmensemble import _frame
from mmensemble._compat import Interval, validate_parameter_constraints
from mmensemble.features.cells._classic import classic_features, classic_names
from mmensemble.features.cells._codes import Encoded, as_encoder
from mmensemble.features.cells._extractor import CellExtractor, Naming
from mmensemble.features.cells._pictures import PictureReader
from mmensemble.features.cells._scaled import ScaledCells
from mmensemble.features.cells._values import read_cell


class ImageExtractor(CellExtractor):
    """Turn pictures into features: colours, edges and textures, or an encoder's.

    A cell is a path, the bytes of a file (PNG, JPEG, GIF, BMP, WEBP, TIFF or PPM), a
    PIL image, or an array of shape (height, width), (height, width, 3) or (height,
    width, 4), of whole numbers from 0 to 255 or others from 0 to 1. Pictures are
    brought to one size, and their features are standardised over the training rows.
    An empty cell is missing and gets mean features.

    Parameters
    ----------
    kind : {"classic"}, callable, str or path, default="classic"
        ``"classic"``: histograms of colours, mean colours by place, histograms of
        oriented gradients and local binary patterns, by scikit-image (``pip install
        'mmensemble[image]'``). Or a pretrained encoder: a function from a list of
        arrays of uint8 of shape (size, size, 3) to an array of shape (n_pictures,
        n_codes), which can be imported by its name, or the path of an ONNX file.
    size : int, default=64
        Height and width to which pictures are brought, in pixels.
    n_components : int or None, default=None
        How many principal components stand for the features of a column, fewer
        where their rank is smaller. None gives the features themselves.
    root : str, path or None, default=None
        Folder in which paths must lie, links followed; relative paths begin there.
        None reads any path.
    cache : str, path or None, default=None
        Folder in which an encoder's codes are kept, by a hash of the picture and of
        the ONNX file or the name of the function.
    random_state : int, RandomState instance or None, default=None
        Seed of the components of large tables.

    Attributes
    ----------
    encoders_ : list of encoder
        One a column.
    n_features_in_ : int
        Number of input columns.
    feature_names_in_ : ndarray of str of shape (`n_features_in_`,)
        Names of the input columns, if they are all strings.

    See Also
    --------
    FrozenEncoder : Cells of any kind through a pretrained encoder.

    Notes
    -----
    Pictures of more than 50 million pixels are refused before they are decoded.

    References
    ----------
    Dalal, N., & Triggs, B. (2005). Histograms of oriented gradients for human
    detection. IEEE Conference on Computer Vision and Pattern Recognition.

    Ojala, T., Pietikäinen, M., & Mäenpää, T. (2002). Multiresolution gray-scale and
    rotation invariant texture classification with local binary patterns. IEEE
    Transactions on Pattern Analysis and Machine Intelligence, 24(7), 971-987.

    Examples
    --------
    >>> import numpy as np
    >>> import pandas as pd
    >>> from mmensemble.features import ImageExtractor
    >>> white = np.full((16, 16, 3), 255, dtype=np.uint8)
    >>> X = pd.DataFrame({"photo": [white, white // 2, white // 4, None]})
    >>> pixels = ImageExtractor(np.asarray, size=16, n_components=1)
    >>> pixels.fit_transform(X).round(2)
    array([[ 1.34],
           [-0.27],
           [-1.07],
           [ 0.  ]])
    """

    _parameter_constraints = {
        "kind": [callable, str, PathLike],
        "size": [Interval(Integral, 16, None, closed="left")],
        "n_components": [Interval(Integral, 1, None, closed="left"), None],
        "root": [str, PathLike, None],
        "cache": [str, PathLike, None],
        "random_state": ["random_state"],
    }

    def __init__(
        self,
        kind="classic",
        *,
        size=64,
        n_components=None,
        root=None,
        cache=None,
        random_state=None,
    ):
        self.kind = kind
        self.size = size
        self.n_components = n_components
        self.root = root
        self.cache = cache
        self.random_state = random_state

    def pictures(self, X):
        """Return the pictures of a table as they are read, before `fit` or after it.

        Parameters
        ----------
        X : {array-like, dataframe} of shape (n_samples, n_columns)
            Columns of cells.

        Returns
        -------
        pictures : ndarray of objects of shape (n_samples, n_columns)
            Arrays of uint8 of shape (size, size, 3), None where a cell is empty.

        Raises
        ------
        ValueError
            For a cell that cannot be read, which is named by row and column.
        """
        validate_parameter_constraints(
            self._parameter_constraints,
            self.get_params(deep=False),
            type(self).__name__,
        )
        X = self._table(X)
        reader = PictureReader(self.size, self.root)
        names = _frame.column_names(X) or [f"x{p}" for p in range(X.shape[1])]
        found = np.full(X.shape, None, dtype=object)
        for position, name in enumerate(names):
            with Naming(self, X, name):
                cells = self._cells(X, position)
                for row in np.flatnonzero([cell is not None for cell in cells]):
                    found[row, position] = read_cell(reader, cells, row)
        return found

    def _encoder(self, seed):
        reader = PictureReader(self.size, self.root)
        if isinstance(self.kind, str) and self.kind == "classic":
            featurizer = _Classic(reader)
        else:
            encode = as_encoder(self.kind, type(self).__name__, "kind", "classic")
            featurizer = Encoded(encode, reader, self.cache)
        return ScaledCells(featurizer, self.n_components, seed)


class _Classic:
    """Classic features of what a reader reads."""

    def __init__(self, reader):
        self.reader = reader

    def read(self, cell):
        return self.reader(cell)

    def features(self, values):
        return [classic_features(picture) for picture in values]

    def names(self, n_features):
        return classic_names()
