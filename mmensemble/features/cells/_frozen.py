"""Cells through an encoder that somebody else has trained."""

from numbers import Integral
from os import PathLike

import numpy as np

from mmensemble._compat import Interval
from mmensemble.features.cells._codes import Encoded, as_encoder
from mmensemble.features.cells._extractor import CellExtractor
from mmensemble.features.cells._scaled import ScaledCells


class FrozenEncoder(CellExtractor):
    """Encode cells by a pretrained model, and reduce the codes on training rows.

    The model is used as it is. Each distinct cell of a column is encoded once; codes
    are standardised and reduced to principal components, both learnt from the
    training rows. With any learner behind it, this is a network whose last layer is
    replaced. An empty cell is missing and gets mean features.

    Parameters
    ----------
    encode : callable, str or path
        A function from a list of cells to an array of shape (n_cells, n_codes),
        which can be imported by its name; or the path of an ONNX file. Of the
        latter, texts need a ``tokenizer.json`` in the same folder, and the libraries
        onnxruntime and tokenizers (``pip install 'mmensemble[encoders]'``).
    n_components : int or None, default=30
        How many principal components stand for the codes of a column, fewer where
        their rank is smaller. None gives the standardised codes.
    cache : str, path or None, default=None
        Folder in which the code of each cell is kept, by a hash of the cell and of
        the ONNX file or the name of the function: empty it when the function, or a
        file that cells are paths of, has changed.
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
    TextExtractor : Words of texts, with an encoder beside them.
    ImageExtractor : Pictures, read and cut to one size for an encoder.
    AudioExtractor : Sound, read and brought to one rate for an encoder.

    Notes
    -----
    A pickle holds the path or the name of the function, no weights, and no cell.

    References
    ----------
    Yosinski, J., Clune, J., Bengio, Y., & Lipson, H. (2014). How transferable are
    features in deep neural networks? Advances in Neural Information Processing
    Systems.

    Examples
    --------
    >>> import pandas as pd
    >>> from mmensemble.features import FrozenEncoder, text_statistics
    >>> X = pd.DataFrame({"note": ["Dry cough", "No fever, NO pain!", None]})
    >>> encoder = FrozenEncoder(text_statistics, n_components=1).fit(X)
    >>> encoder.transform(X).round(2)
    array([[-1.],
           [ 1.],
           [ 0.]])
    """

    _parameter_constraints = {
        "encode": [callable, str, PathLike],
        "n_components": [Interval(Integral, 1, None, closed="left"), None],
        "cache": [str, PathLike, None],
        "random_state": ["random_state"],
    }

    def __init__(self, encode, *, n_components=30, cache=None, random_state=None):
        self.encode = encode
        self.n_components = n_components
        self.cache = cache
        self.random_state = random_state

    def _encoder(self, seed):
        encode = as_encoder(self.encode, type(self).__name__)
        featurizer = Encoded(encode, _as_it_is, self.cache)
        return ScaledCells(featurizer, self.n_components, seed)

    def _reads_texts(self):
        # through an ONNX file a str is a text; what a function does with it, it knows
        return not callable(self.encode)


def _as_it_is(cell):
    return cell.item() if isinstance(cell, np.generic) else cell
