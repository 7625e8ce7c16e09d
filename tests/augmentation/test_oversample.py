"""More rows of rare classes."""

import numpy as np
import pandas as pd
import pytest
from sklearn.linear_model import LogisticRegression

from mmensemble import MultimodalClassifier
from mmensemble.augmentation import Jitter, MultimodalAugmenter, Oversample


def table(n=200, seed=0):
    """Return two modalities and one positive in ten."""
    rng = np.random.default_rng(seed)
    y = (np.arange(n) % 10 == 0).astype(int)
    X = pd.DataFrame(rng.normal(size=(n, 4)) + y[:, None])
    return X.set_axis(["a__x", "a__y", "b__x", "b__y"], axis=1), y


@pytest.mark.parametrize("method", ["repeat", "smote"])
@pytest.mark.parametrize("neighbours", ["joint", "modality"])
def test_classes_weigh_the_same(method, neighbours):
    """And all together what the rows did."""
    X, y = table()
    step = Oversample(method, neighbours=neighbours)
    made = MultimodalAugmenter([step], random_state=0).augment(X, y)
    assert np.bincount(made.y).tolist() == [180, 180]
    assert np.bincount(made.y, weights=made.sample_weight).tolist() == pytest.approx(
        [100, 100]
    )


def test_smote_lies_between_two_rows_of_the_class():
    """On the line from a row to another one of its class."""
    X, y = table()
    step = Oversample(n_neighbors=3)
    made = MultimodalAugmenter([step], random_state=0).augment(X, y)
    values = X.to_numpy()
    for new, source in zip(made.X.to_numpy()[200:], made.source[200:], strict=True):
        lines = (values - values[source])[(y == 1) & (np.arange(200) != source)]
        way = new - values[source]
        shares = (lines @ way) / (lines**2).sum(axis=1)
        off = np.abs(way - shares[:, None] * lines).max(axis=1)
        assert off.min() < 1e-9
        assert 0 <= shares[off.argmin()] <= 1


def test_weights_count():
    """Classes that weigh the same are not oversampled."""
    X, y = table()
    weight = np.where(y == 1, 9.0, 1.0)
    made = MultimodalAugmenter([Oversample()], random_state=0).augment(
        X, y, sample_weight=weight
    )
    assert len(made.y) == 200


@pytest.mark.parametrize("fusion", ["voting", "concat"])
def test_probabilities_are_corrected(fusion):
    """Repeated rows, corrected frequencies: about the plain probabilities."""
    X, y = table(2000)
    learner = LogisticRegression(C=1e3)
    plain = MultimodalClassifier(fusion=fusion, estimator=learner, random_state=0)
    own = MultimodalClassifier(
        fusion=fusion,
        estimator=learner,
        augmenter=MultimodalAugmenter([Oversample("repeat")]),
        random_state=0,
    )
    p, q = (model.fit(X, y).predict_proba(X)[:, 1] for model in (plain, own))
    assert q.mean() == pytest.approx(p.mean(), abs=0.02)
    assert np.abs(p - q).mean() < 0.03


def test_it_stands_first_and_needs_classes():
    """Both with a hint."""
    X, y = table(40)
    with pytest.raises(ValueError, match="first step, got it as step 1"):
        MultimodalAugmenter([Jitter(), Oversample()]).augment(X, y)
    for target in (None, y * 1.0):
        with pytest.raises(ValueError, match="Oversample needs classes"):
            MultimodalAugmenter([Oversample()]).augment(X, target)
