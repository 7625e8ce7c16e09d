"""Spaces of networks: every pattern, the way back, and what they gain."""

import pickle

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from scipy import sparse
from sklearn.linear_model import LogisticRegression

from mmensemble.representation import LinearSpace
from mmensemble.representation._code_net import LossWeights
from mmensemble.representation._network_space import NetworkOptions, NetworkSpace
from mmensemble.representation._origin import origin_score
from mmensemble.representation._reconstruction import squared_errors

METHODS = ("autoencoder", "vae")
QUICK = NetworkOptions(hidden=16, max_iter=8)


def draw(n_samples=80, widths=(4, 6, 3), seed=0):
    """Draw complete blocks with two common factors."""
    rng = np.random.default_rng(seed)
    common = rng.normal(size=(n_samples, 2))
    blocks = [
        common @ rng.normal(size=(2, width)) + 0.5 * rng.normal(size=(n_samples, width))
        for width in widths
    ]
    return blocks, common


def full(blocks):
    """Return presence without holes."""
    return np.ones((len(blocks[0]), len(blocks)), dtype=bool)


@pytest.mark.parametrize("method", METHODS)
def test_every_pattern(method):
    """Trained on rows with holes, it places every row, alone as among others."""
    blocks, _ = draw()
    presence = np.random.default_rng(1).random((80, 3)) < 0.7
    presence[0] = False
    parts = [b[presence[:, m]] for m, b in enumerate(blocks)]
    space = NetworkSpace(method, 2, options=QUICK).fit(parts, presence)
    got = space.scores(parts, presence)
    assert np.isfinite(got).all()
    assert_allclose(got[0], 0)
    matrix = space.reduce(parts, presence)
    assert_allclose(space.place(matrix[7:8], presence[7:8]), got[7:8], atol=1e-5)
    matrix[:, space.slices_[1]][~presence[:, 1]] = np.nan
    assert_array_equal(space.place(matrix, presence), got)
    assert {len(row) for row in space.history_} == {2 if method == "autoencoder" else 3}


@pytest.mark.parametrize("method", METHODS)
def test_codes_are_uncorrelated_and_ordered(method):
    """Of the training rows, the largest variance first."""
    blocks, _ = draw()
    space = NetworkSpace(method, 3, options=QUICK).fit(blocks, full(blocks))
    codes = space.scores(blocks, full(blocks))
    spread = np.cov(codes.T)
    assert_allclose(spread, np.diag(np.diag(spread)), atol=1e-4)
    assert (np.diff(np.diag(spread)) <= 0).all()


@pytest.mark.parametrize("method", METHODS)
def test_seed_and_pickle(method):
    """The same seed gives the same codes, as does a copy; another gives others."""
    blocks, _ = draw()
    present = full(blocks)
    codes = [
        NetworkSpace(method, 2, options=QUICK, seed=seed)
        .fit(blocks, present)
        .scores(blocks, present)
        for seed in (0, 0, 1)
    ]
    assert_array_equal(codes[0], codes[1])
    assert not np.array_equal(codes[0], codes[2])
    space = NetworkSpace(method, 2, options=QUICK).fit(blocks, present)
    copy = pickle.loads(pickle.dumps(space))
    assert_array_equal(copy.scores(blocks, present), codes[0])


def test_parameters_are_float32():
    """What is learnt, and what is computed with it, takes half the room."""
    blocks, _ = draw()
    space = NetworkSpace("autoencoder", 2, options=QUICK).fit(blocks, full(blocks))
    assert space.theta_.dtype == np.float32
    assert np.isfinite(space.theta_).all()


@pytest.mark.parametrize("method", METHODS)
def test_units_do_not_matter(method):
    """Columns in other units, and shifted, are the same to it."""
    blocks, _ = draw()
    other = [block * 1000.0 - 5.0 for block in blocks]
    options = NetworkOptions(hidden=16, max_iter=1)
    one, two = (
        NetworkSpace(method, 2, options=options).fit(b, full(b)).scores(b, full(b))
        for b in (blocks, other)
    )
    assert_allclose(one, two, atol=1e-3)


def curve(n_samples=400, seed=0):
    """Draw two blocks of a parabola, which one line does not tell."""
    rng = np.random.default_rng(seed)
    place = rng.uniform(-1, 1, size=(n_samples, 1))
    path = np.hstack([place, place**2 - 1 / 3])
    blocks = [path @ rng.normal(size=(2, 4)) for _ in range(2)]
    return [b + 0.05 * rng.normal(size=b.shape) for b in blocks]


def test_bends_pay():
    """On a curve one code tells more than one principal component does."""
    blocks = curve()
    present = full(blocks)
    options = NetworkOptions(noise=0.0, max_iter=100)
    spaces = [
        NetworkSpace("autoencoder", 1, options=options).fit(blocks, present),
        LinearSpace("pca", 1).fit(blocks, present),
    ]
    bent, straight = (
        squared_errors(space, space.reduce(blocks, present), present).mean()
        for space in spaces
    )
    assert bent < 0.5 * straight


@pytest.mark.parametrize("method", METHODS)
def test_missing_blocks_are_told_by_the_others(method):
    """What a lacking block holds is rebuilt from the factors that the others show."""
    blocks, _ = draw(300)
    present = full(blocks)
    space = NetworkSpace(method, 2).fit(blocks, present)
    matrix = space.reduce(blocks, present)
    errors = squared_errors(space, matrix, present, np.array([True, True, False]))
    assert errors[:, 2].mean() < 0.5


@pytest.mark.parametrize("method", METHODS)
def test_supervised_codes_tell_the_classes(method):
    """A class that hides in a weak direction is in the code that looks for it."""
    blocks, _ = draw(300, widths=(12, 12))
    y = np.random.default_rng(2).integers(2, size=300)
    blocks[1][:, 0] += 1.5 * (2 * y - 1)
    present, accuracy = full(blocks), []
    for weight in (0.0, 1.0):
        options = NetworkOptions(weights=LossWeights(supervised=weight))
        space = NetworkSpace(method, 3, options=options)
        train = slice(0, 200)
        space.fit([b[train] for b in blocks], present[train], None, np.eye(2)[y[train]])
        codes = space.scores(blocks, present)
        codes = codes / codes[train].std(axis=0)
        head = LogisticRegression().fit(codes[train], y[train])
        accuracy.append(head.score(codes[200:], y[200:]))
    assert accuracy[1] > accuracy[0] + 0.1


def test_numbers_as_targets():
    """The squared loss of a number puts it into the code."""
    blocks, _ = draw(300, widths=(12, 12))
    y = np.random.default_rng(2).normal(size=(300, 1))
    blocks[1][:, :1] += 2 * y
    present, shares = full(blocks), []
    for weight in (0.0, 3.0):
        options = NetworkOptions(weights=LossWeights(supervised=weight))
        space = NetworkSpace("autoencoder", 2, options=options)
        space.fit(blocks, present, None, y, classes=False)
        codes = np.column_stack([np.ones(300), space.scores(blocks, present)])
        left = y - codes @ np.linalg.lstsq(codes, y, rcond=None)[0]
        shares.append(1 - left.var() / y.var())
    assert shares[1] > shares[0] + 0.2


def test_adversary_hides_the_origin():
    """A fresh learner tells less well from which block a code came."""
    blocks, _ = draw(400, widths=(6, 6))
    present, scores = full(blocks), []
    for weight in (0.0, 1.0):
        options = NetworkOptions(weights=LossWeights(adversary=weight))
        space = NetworkSpace("autoencoder", 3, options=options).fit(blocks, present)
        matrix = space.reduce(blocks, present)
        scores.append(origin_score(space, matrix, present, 0))
    assert scores[1] < scores[0] - 0.1


@pytest.mark.parametrize("name", ["align", "pair_loss"])
def test_pairs_find_each_other(name):
    """Codes of one row's blocks come nearer to each other than to other rows'."""
    blocks, _ = draw(400, widths=(6, 6))
    present, ranks = full(blocks), []
    for weight in (0.0, 0.3):
        options = NetworkOptions(weights=LossWeights(**{name: weight}))
        space = NetworkSpace("autoencoder", 3, options=options).fit(blocks, present)
        matrix = space.reduce(blocks, present)
        one, other = (
            space.place(matrix, np.eye(2, dtype=bool)[[m] * 400]) for m in (0, 1)
        )
        one, other = (
            c / np.linalg.norm(c, axis=1, keepdims=True) for c in (one, other)
        )
        table = one @ other.T
        ranks.append((table > np.diag(table)[:, None]).mean())
    assert ranks[1] < ranks[0]


def test_weights_of_rows():
    """Rows of more weight are rebuilt better."""
    rng = np.random.default_rng(0)
    blocks = [rng.normal(size=(200, 6)) for _ in range(2)]
    weight = np.where(np.arange(200) < 100, 1.0, 0.01)
    blocks[0][100:, :3] *= 3  # would else lead
    space = NetworkSpace("autoencoder", 3).fit(blocks, full(blocks), weight)
    matrix = space.reduce(blocks, full(blocks))
    errors = squared_errors(space, matrix, full(blocks)).sum(axis=1)
    plain = NetworkSpace("autoencoder", 3).fit(blocks, full(blocks))
    matrix = plain.reduce(blocks, full(blocks))
    unweighted = squared_errors(plain, matrix, full(blocks)).sum(axis=1)
    ratio = errors[:100].mean() / errors[100:].mean()
    assert ratio < unweighted[:100].mean() / unweighted[100:].mean()


def test_decode_is_in_the_units_of_the_blocks():
    """Reduced, rebuilt and turned back, columns are near to what they were."""
    blocks, _ = draw(200)
    blocks[1] = blocks[1] * 50 + 7
    present = full(blocks)
    space = NetworkSpace("autoencoder", 10).fit(blocks, present)
    matrix = space.decode(space.scores(blocks, present))
    for block, own, reducer in zip(blocks, space.slices_, space.reducers_, strict=True):
        left = block - reducer.inverse_transform(matrix[:, own])
        assert left.var() < 0.3 * block.var(axis=0).mean()


def test_components_and_widths_have_limits():
    """Wide blocks keep 64 components; codes have no more than there are columns."""
    rng = np.random.default_rng(0)
    blocks = [rng.normal(size=(100, 90)), rng.normal(size=(100, 2))]
    space = NetworkSpace("autoencoder", options=QUICK).fit(blocks, full(blocks))
    assert [own.stop - own.start for own in space.slices_] == [64, 2]
    assert space.n_components_ == 20
    few = NetworkSpace("vae", options=QUICK).fit(blocks[1:], full(blocks[1:]))
    assert few.n_components_ == 2
    assert few.scores(blocks[1:], full(blocks[1:])).shape == (100, 2)


@pytest.mark.parametrize("method", METHODS)
def test_degenerate_blocks(method):
    """Blocks that nobody has, that do not vary, or of one row leave finite codes."""
    blocks, _ = draw()
    more = [*blocks, np.empty((0, 4)), np.ones((80, 3))]
    presence = np.column_stack(
        [full(blocks), np.zeros(80, dtype=bool), np.ones(80, dtype=bool)]
    )
    space = NetworkSpace(method, 2, options=QUICK).fit(more, presence)
    assert np.isfinite(space.scores(more, presence)).all()
    nothing = [np.ones((5, 2)), np.zeros((5, 1))]
    flat = NetworkSpace(method, options=QUICK).fit(nothing, full(nothing))
    assert flat.scores(nothing, full(nothing)).shape == (5, 0)
    one = [np.ones((1, 2)), np.zeros((1, 1))]
    assert NetworkSpace(method, options=QUICK).fit(one, full(one)).n_components_ == 0


def test_sparse_blocks():
    """Sparse blocks are reduced as elsewhere and placed as dense ones."""
    rng = np.random.default_rng(0)
    dense = [rng.random((80, 6)) * (rng.random((80, 6)) < 0.4) for _ in range(2)]
    space = NetworkSpace("autoencoder", 2, options=QUICK).fit(dense, full(dense))
    got = space.scores([sparse.csr_matrix(block) for block in dense], full(dense))
    assert_allclose(got, space.scores(dense, full(dense)), atol=1e-5)


def test_batch_size_and_chunks(monkeypatch):
    """Sizes follow the rows unless given; chunks change nothing."""
    blocks, _ = draw()
    space = NetworkSpace("autoencoder", 2, options=QUICK).fit(blocks, full(blocks))
    assert [space._batch_size(n) for n in (50, 1_000, 10**6)] == [16, 100, 256]
    own = NetworkSpace("autoencoder", options=NetworkOptions(batch_size=7))
    assert own._batch_size(1_000) == 7
    expected = space.scores(blocks, full(blocks))
    monkeypatch.setattr("mmensemble.representation._network_space._CHUNK", 13)
    assert_allclose(space.scores(blocks, full(blocks)), expected, atol=1e-5)
