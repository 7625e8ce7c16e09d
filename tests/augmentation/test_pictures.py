"""Steps that change and compose pictures."""

import io
import sys

import numpy as np
import pandas as pd
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from sklearn.linear_model import LogisticRegression

from mmensemble import MultimodalClassifier
from mmensemble.augmentation import (
    DropModality,
    ImageChanges,
    Jitter,
    MixUp,
    Mosaic,
    MultimodalAugmenter,
    SwapModality,
    TextEdits,
)
from mmensemble.features import ImageExtractor

EVERYTHING = ImageChanges(
    rotate=20, crop=0.2, scale=0.2, perspective=0.1, colour=0.3, erase=0.2
)
STEPS = {"changes": EVERYTHING, "mosaic": Mosaic(1.0)}


def photos(n=12, size=16, seed=0):
    """Return a table of a picture, another, and a number, and labels.

    A pixel's red is its row of the table, so that a part tells where it is from.
    """
    rng = np.random.default_rng(seed)
    cells = {"photo": [], "back": []}
    for own in cells.values():
        for row in range(n):
            pixels = rng.integers(0, 256, (size, size, 3), dtype=np.uint8)
            pixels[:, :, 0] = row
            own.append(pixels)
    X = pd.DataFrame(
        {name: pd.Series(own, dtype=object) for name, own in cells.items()}
    )
    X["x"] = np.arange(n) * 1.0
    return X, np.arange(n) % 3


def declared(size=16, read=("photo", "back"), **options):
    """Return modalities of which the first reads pictures."""
    extractor = ImageExtractor(pixel_means, size=size, **options)
    return [("pictures", extractor, list(read)), ("numbers", "passthrough", ["x"])]


def pixel_means(pictures):
    """Return the mean colours of pictures."""
    return np.stack([picture.mean(axis=(0, 1)) for picture in pictures])


def augment(steps, X, y=None, modalities=None, **params):
    """Return the copies, without the training rows."""
    steps = steps if isinstance(steps, list) else [steps]
    made = MultimodalAugmenter(steps, random_state=0, **params).augment(
        X, y, modalities=declared() if modalities is None else modalities
    )
    return made.X.iloc[len(X) :].reset_index(drop=True), made


def same(cells, others):
    """Compare columns of pictures."""
    for cell, other in zip(cells, others, strict=True):
        assert_array_equal(cell, other)


def test_flips():
    """One is numpy's, two are none."""
    X, _ = photos()
    once, made = augment(ImageChanges(flip=1.0), X)
    same(once["photo"], [picture[:, ::-1] for picture in X["photo"]])
    same(made.X["photo"][:12], X["photo"])
    assert_array_equal(once["x"], X["x"])
    twice, _ = augment([ImageChanges(flip=1.0)] * 2, X)
    same(twice["photo"], X["photo"])
    half, _ = augment(ImageChanges(), X, n_copies=40)
    pictures = X["photo"].tolist() * 40
    flipped = [(a != b).any() for a, b in zip(half["photo"], pictures, strict=True)]
    assert np.mean(flipped) == pytest.approx(0.5, abs=0.08)


def test_no_change_and_right_angles():
    """Angles are drawn of a list."""
    X, _ = photos()
    none, _ = augment(ImageChanges(flip=0, rotate=[0]), X)
    same(none["photo"], X["photo"])
    turned, _ = augment(ImageChanges(flip=0, rotate=[90]), X)
    same(turned["photo"], [np.rot90(picture) for picture in X["photo"]])
    some, _ = augment(ImageChanges(flip=0, rotate=[0, 90]), X, n_copies=20)
    first = some["photo"][np.arange(0, 240, 12)]
    turned = [not np.array_equal(picture, X["photo"][0]) for picture in first]
    assert 0 < np.mean(turned) < 1


@pytest.mark.parametrize(
    "step",
    [
        ImageChanges(flip=0, rotate=30),
        ImageChanges(flip=0, crop=0.5),
        ImageChanges(flip=0, scale=0.5),
        ImageChanges(flip=0, perspective=0.2),
        ImageChanges(flip=0, colour=0.5),
        ImageChanges(flip=0, erase=0.5),
        EVERYTHING,
    ],
    ids=["rotate", "crop", "scale", "perspective", "colour", "erase", "everything"],
)
def test_each_change_keeps_the_size(step):
    """And changes something; the same seed changes alike, another one otherwise."""
    X, _ = photos()
    new, _ = augment(step, X)
    for cell, before in zip(new["photo"], X["photo"], strict=True):
        assert cell.shape == before.shape
        assert cell.dtype == np.uint8
    changed = [(a != b).any() for a, b in zip(new["photo"], X["photo"], strict=True)]
    assert np.mean(changed) > 0.8
    again, _ = augment(step, X)
    same(new["photo"], again["photo"])
    augmenter = MultimodalAugmenter([step], random_state=1)
    other = augmenter.augment(X, modalities=declared()).X["photo"][12:]
    assert any((a != b).any() for a, b in zip(new["photo"], other, strict=True))


def test_all_pictures_of_a_row_together():
    """If asked; else each by itself."""
    X, _ = photos()
    X["back"] = X["photo"]
    step = ImageChanges(rotate=30, crop=0.3, colour=0.3, together=True)
    new, _ = augment(step, X)
    same(new["photo"], new["back"])
    apart, _ = augment(step.set_params(together=False), X)
    differ = [
        (a != b).any() for a, b in zip(apart["photo"], apart["back"], strict=True)
    ]
    assert all(differ)


def test_mosaic_shares_labels_by_area():
    """Counted in the picture; each copy keeps its weight."""
    X, y = photos()
    new, made = augment(Mosaic(1.0), X, y, n_copies=5)
    source, labels = made.source[12:], made.y[12:]
    weight = made.sample_weight[12:] * 6
    first = {}
    for row, picture in enumerate(new["photo"]):
        first.setdefault((source[row], picture.tobytes()), []).append(row)
    assert len(first) >= 59
    for rows in first.values():
        from_row = new["photo"][rows[0]][:, :, 0]
        share = {
            label: (y[from_row] == label).mean() for label in np.unique(y[from_row])
        }
        found = dict(zip(labels[rows].tolist(), weight[rows].tolist(), strict=True))
        assert found == pytest.approx(share)
        backs = new["back"][rows[0]][:, :, 0]
        assert_array_equal(np.bincount(backs.ravel()), np.bincount(from_row.ravel()))
    assert np.mean([len(rows) for rows in first.values()]) > 1.8
    assert_array_equal(new["x"], source)


def test_mosaic_of_one_class_and_of_numbers():
    """Labels stay; numbers are averages by area."""
    X, y = photos()
    new, made = augment(Mosaic(1.0, pairs="class"), X, y)
    assert_array_equal(made.y[12:], y)
    assert all(
        (y[picture[:, :, 0]] == y[i]).all() for i, picture in enumerate(new["photo"])
    )
    target = np.arange(12.0)
    new, made = augment(Mosaic(1.0), X, target)
    means = [picture[:, :, 0].mean() for picture in new["photo"]]
    assert_allclose(made.y[12:], means)
    with pytest.raises(ValueError, match=r"Mosaic\(pairs='class'\) needs classes"):
        augment(Mosaic(pairs="class"), X, target)


def test_mosaic_takes_parts_from_rows_that_have_all_pictures():
    """Where none has, nothing happens."""
    X, y = photos()
    X.loc[:5, "back"] = None
    new, made = augment(Mosaic(1.0), X, y)
    for picture, source in zip(new["photo"], made.source[12:], strict=True):
        assert set(np.unique(picture[:, :, 0])) <= {source, *range(6, 12)}
    X["back"] = None
    new, made = augment(Mosaic(1.0), X, y)
    same(new["photo"], X["photo"])
    assert_array_equal(made.y[12:], y)


@pytest.mark.parametrize("step", STEPS.values(), ids=list(STEPS))
def test_absent_stays_absent(step):
    """A cell, a modality, and what another step has hidden."""
    X, y = photos()
    X.loc[:3, "photo"] = None
    X.loc[2:5, "back"] = np.nan
    for steps in ([step], [DropModality(0.5), step], [step, DropModality(0.5)]):
        new, made = augment(steps, X, y)
        for name in ("photo", "back"):
            lacking = X[name].isna().to_numpy()[made.source[12:]]
            assert new[name][lacking].isna().all()
    hidden = new[["photo", "back"]].isna().all(axis=1)
    assert hidden.sum() > 2


def files(X, folder):
    """Return the table with paths and bytes instead of arrays."""
    Image = pytest.importorskip("PIL.Image")
    X = X.copy()
    contents = []
    for row, pixels in enumerate(X["back"]):
        file = io.BytesIO()
        Image.fromarray(pixels).save(file, "PNG")
        contents.append(file.getvalue())
        Image.fromarray(X["photo"][row]).save(folder / f"my photo {row}.png")
    X["photo"] = [f"my photo {row}.png" for row in range(len(X))]
    X["back"] = pd.Series(contents, dtype=object)
    return X


@pytest.mark.parametrize("step", STEPS.values(), ids=list(STEPS))
@pytest.mark.parametrize("container", ["pandas", "polars", "array"])
def test_paths_and_bytes_in_every_container(step, container, tmp_path):
    """Copies are those of arrays; training rows keep what they hold."""
    plain, y = photos()
    X = files(plain, tmp_path)
    X.loc[3, "photo"] = None
    plain.at[3, "photo"] = None
    expected, _ = augment([step, SwapModality(0.3)], plain, y)
    modalities = declared(root=str(tmp_path))
    table = X
    if container == "polars":
        table = pytest.importorskip("polars").from_pandas(X)
    if container == "array":
        table = X.to_numpy(dtype=object)
        modalities = [("p", modalities[0][1], [0, 1]), ("n", "passthrough", [2])]
    made = MultimodalAugmenter([step, SwapModality(0.3)], random_state=0).augment(
        table, y, modalities=modalities
    )
    assert type(made.X) is type(table)
    for position, name in enumerate(["photo", "back"]):
        if container == "array":
            cells = made.X[:, position].tolist()
        else:
            cells = made.X[name].to_list()
        before = [None if c is None or c is np.nan else c for c in cells[:12]]
        assert before == [None if pd.isna(c) else c for c in X[name]]
        new = pd.DataFrame({name: pd.Series(cells[12:], dtype=object)})
        read = ImageExtractor(size=16, root=tmp_path).pictures(new)[:, 0]
        known = expected[name].isna()
        assert_array_equal([picture is None for picture in read], known)
        same(read[~known], expected[name][~known])


def test_paths_are_not_edited_as_texts(tmp_path):
    """Words of a file's name stay; a function gets cells as they are."""
    X = files(photos()[0], tmp_path)
    modalities = declared(root=tmp_path)
    new, _ = augment(TextEdits(rate=1.0), X, modalities=modalities)
    assert new["photo"].tolist() == X["photo"].tolist()
    seen = []

    def note(part):
        seen.append(part)
        return part.assign(photo=part["photo"].iloc[::-1].to_numpy())

    new, _ = augment([note, ImageChanges(flip=1.0)], X, modalities=modalities)
    assert seen[0]["photo"].tolist() == X["photo"].tolist()
    assert seen[0]["back"].tolist() == X["back"].tolist()
    plain = photos()[0]["photo"].tolist()
    same(new["photo"], [picture[:, ::-1] for picture in plain[::-1]])


def test_mixtures_take_changed_pictures_whole():
    """Of the row with the larger share: the own one as it was changed."""
    X, y = photos(30)
    new, made = augment([ImageChanges(flip=1.0), MixUp(1.0)], X, y)
    taken = 0
    for picture, source in zip(new["photo"], made.source[30:], strict=True):
        row = picture[0, 0, 0]
        own = X["photo"][row]
        flipped = np.array_equal(picture, own[:, ::-1])
        assert flipped or np.array_equal(picture, own)
        assert row == source or not flipped
        taken += row != source
    assert taken > 3


def test_a_column_read_twice_is_changed_once():
    """At the larger of the sizes."""
    X, y = photos()
    small, large = declared(16, ["photo"])[0], declared(24, ["photo"])[0]
    modalities = [("small", *small[1:]), ("large", *large[1:])]
    new, _ = augment(ImageChanges(flip=1.0), X[["photo"]], y, modalities)
    big = ImageExtractor(size=24).pictures(X[["photo"]])[:, 0]
    same(new["photo"], [picture[:, ::-1] for picture in big])


@pytest.mark.parametrize("step", STEPS.values(), ids=list(STEPS))
def test_without_pictures(step):
    """It says what to declare; columns are never guessed."""
    X, y = photos()
    with pytest.raises(ValueError, match=r"reads, and of the modalities that may chan"):
        augment(step, X[["x"]], y, [("numbers", "passthrough", ["x"])])
    augmenter = MultimodalAugmenter([step], modalities=["numbers"])
    with pytest.raises(ValueError, match=r"\['numbers'\], none has one. Declare it"):
        augmenter.augment(X, y, modalities=declared())


def test_what_cannot_be_read(tmp_path, monkeypatch):
    """Row and column are named; the error for the library names the extra."""
    X, y = photos(3)
    X.at[1, "photo"] = "nowhere.png"
    match = "ImageExtractor cannot read row 1 of column 'photo': there is no file"
    with pytest.raises(ValueError, match=match):
        augment(ImageChanges(), X, y, declared(root=tmp_path))
    with pytest.raises(ValueError, match="'size' parameter of ImageExtractor"):
        augment(ImageChanges(), photos()[0], None, declared(3))

    def spoil(part):
        return part.assign(back=[7] * len(part))

    match = "row 0 of column 'back': 7 is no picture"
    with pytest.raises(ValueError, match=match):
        augment([spoil, ImageChanges()], photos()[0])
    monkeypatch.setitem(sys.modules, "PIL", None)
    X, y = photos(3)
    augment(EVERYTHING, X, y)  # arrays of the right size need no library
    with pytest.raises(ImportError, match=r"needs the library Pillow: pip install 'mm"):
        augment(ImageChanges(), X, y, declared(20))


@pytest.mark.parametrize("rotate", [[], ["left"], [[1, 2]]])
def test_angles_that_are_none(rotate):
    """Named, with what came."""
    with pytest.raises(ValueError, match="'rotate' parameter of ImageChanges must be"):
        augment(ImageChanges(rotate=rotate), photos()[0])


@pytest.mark.parametrize(
    "params", [{"flip": 2}, {"rotate": 200}, {"perspective": 0.3}, {"erase": 1}]
)
def test_bad_parameters(params):
    """Checked as all are."""
    with pytest.raises(
        ValueError, match=f"'{next(iter(params))}' parameter of ImageCh"
    ):
        augment(ImageChanges(**params), photos()[0])


def test_training_rows_only():
    """In nested folds a held-out picture is never read, and classes still learn."""
    X, y = photos(40)
    y = (np.arange(40) % 2).astype(int)
    for row in range(40):
        X["photo"][row][:, :, 1] = 200 * y[row]
    seen = []

    class Noting(ImageChanges):
        def change(self, copies, rng):
            super().change(copies, rng)
            column = copies.training_pictures(0)
            seen.append({int(p[0, 0, 0]) for p in column})

    train = np.arange(0, 40, 2) + np.arange(20) % 2
    model = MultimodalClassifier(
        declared(read=["photo"]),
        fusion="stacking",
        estimator=LogisticRegression(),
        augmenter=MultimodalAugmenter([Noting(), Mosaic(), Jitter(0.1)]),
        cv=3,
        random_state=0,
    ).fit(X.iloc[train], y[train])
    assert all(rows <= set(train.tolist()) for rows in seen)
    folds = [rows for rows in seen if len(rows) < 20]
    assert len(folds) == 3
    rest = np.setdiff1d(np.arange(40), train)
    assert model.score(X.iloc[rest], y[rest]) > 0.9
