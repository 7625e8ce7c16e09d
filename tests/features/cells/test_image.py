"""Pictures in cells as features."""

import io
import pickle

import numpy as np
import pytest
from cell_cases import (
    common_checks,
    feeds_numbers,
    mean_colour,
    one_column,
    run_check,
)
from numpy.testing import assert_allclose, assert_array_equal
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import cross_val_score
from sklearn.pipeline import make_pipeline

from mmensemble.features import ImageExtractor

pl = pytest.importorskip("polars")


def photos(n_rows=20, seed=0, size=16):
    """Return noisy pictures, of which every other one is red."""
    rng = np.random.default_rng(seed)
    y = np.arange(n_rows) % 2
    cells = []
    for label in y:
        pixels = rng.integers(0, 200, (size, size, 3))
        pixels[:, :, 0] += 55 * label
        cells.append(pixels.astype(np.uint8))
    return one_column(cells, "photo"), y


@common_checks(ImageExtractor(mean_colour), feeds_numbers)
def test_common_checks(estimator, check):
    """It passes those of scikit-learn's checks that do not feed numbers."""
    run_check(estimator, check)


def test_codes_of_an_encoder():
    """A function sees pictures of one size; its codes are standardised."""
    X, _ = photos()
    extractor = ImageExtractor(mean_colour, size=16).fit(X)
    means = np.stack([pixels.mean(axis=(0, 1)) for pixels in X["photo"]])
    expected = (means - means.mean(axis=0)) / means.std(axis=0)
    assert_allclose(extractor.transform(X), expected)
    names = [f"photo_code{i}" for i in range(3)]
    assert extractor.get_feature_names_out().tolist() == names


def test_classic_features_tell_colours_apart():
    """They see what differs."""
    pytest.importorskip("skimage")
    X, y = photos(30)
    model = make_pipeline(ImageExtractor(size=16), LogisticRegression())
    assert cross_val_score(model, X, y, cv=3).mean() > 0.9
    assert ImageExtractor(n_components=5).fit_transform(X).shape == (30, 5)


def test_containers_agree():
    """Bytes in pandas and polars, and arrays in objects, are the same pictures."""
    Image = pytest.importorskip("PIL.Image")
    X, _ = photos(5)
    files = []
    for pixels in X["photo"]:
        file = io.BytesIO()
        Image.fromarray(pixels).save(file, "PNG")
        files.append(file.getvalue())
    files[2] = b""
    X.at[2, "photo"] = None
    expected = ImageExtractor(mean_colour, size=16).fit_transform(X)
    for table in (one_column(files, "photo"), pl.DataFrame({"photo": files})):
        extractor = ImageExtractor(mean_colour, size=16)
        assert_allclose(extractor.fit_transform(table), expected)
        assert extractor.missing_rows(table).tolist() == [i == 2 for i in range(5)]
    assert_array_equal(expected[2], 0)


def test_pictures_as_they_are_read():
    """Of one size, before fit; an empty cell is none, and a bad one is named."""
    X, _ = photos(3)
    X.at[1, "photo"] = None
    read = ImageExtractor(size=16).pictures(X)
    assert read.shape == (3, 1)
    assert read[1, 0] is None
    assert_array_equal(read[2, 0], X["photo"][2])
    assert_array_equal(
        ImageExtractor(size=16).pictures(X.to_numpy(dtype=object))[0, 0], read[0, 0]
    )
    X.at[1, "photo"] = 7
    with pytest.raises(ValueError, match="row 1 of column 'photo': 7 is no picture"):
        ImageExtractor(size=16).pictures(X)
    with pytest.raises(ValueError, match="'size' parameter of ImageExtractor"):
        ImageExtractor(size=3).pictures(X)


def test_cells_that_cannot_be_read(tmp_path):
    """The error names row and column, and paths that lead out are refused."""
    X, _ = photos(3)
    X = X.set_axis(["a", "b", "c"])
    X.at["b", "photo"] = "../other.png"
    match = (
        r"ImageExtractor cannot read row 'b' of column 'photo': the path "
        r"'\.\./other\.png' leads outside of root="
    )
    with pytest.raises(ValueError, match=match):
        ImageExtractor(mean_colour, size=16, root=tmp_path).fit(X)
    table = pl.DataFrame({"photo": ["nowhere.png"]})
    with pytest.raises(ValueError, match="row 0 of column 'photo': there is no file"):
        ImageExtractor(mean_colour).fit(table)


def test_unknown_kind():
    """A word that is no kind, and no file, is told."""
    X, _ = photos(3)
    match = "'kind' parameter of ImageExtractor must be 'classic', a function or the p"
    with pytest.raises(ValueError, match=match):
        ImageExtractor("modern").fit(X)


def test_persistence(tmp_path):
    """A stored extractor gives the same features, also with a folder of codes."""
    X, _ = photos()
    fitted = ImageExtractor(mean_colour, size=16, cache=tmp_path).fit(X)
    again = pickle.loads(pickle.dumps(fitted))
    assert_array_equal(again.transform(X), fitted.transform(X))
    assert len(list(tmp_path.rglob("*.npy"))) == 20
