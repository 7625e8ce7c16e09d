"""Sound in cells as features."""

import pickle

import numpy as np
import pytest
from cell_cases import feeds_numbers, loudness, one_column, run_check
from numpy.testing import assert_allclose, assert_array_equal
from scipy.io import wavfile
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import cross_val_score
from sklearn.pipeline import make_pipeline
from sklearn.utils.estimator_checks import parametrize_with_checks

from mmensemble.features import AudioExtractor
from mmensemble.features.cells._audio import cepstral_features
from mmensemble.features.cells._mfcc import mfcc


def clips(n_rows=24, seed=0, rate=8000):
    """Return tones of two pitches, in noise."""
    rng = np.random.default_rng(seed)
    y = np.arange(n_rows) % 2
    cells = []
    for label in y:
        t = np.arange(rng.integers(2000, 4000)) / rate
        pitch = 400 + 500 * label + rng.normal(0, 20)
        cells.append(0.3 * np.sin(2 * np.pi * pitch * t) + rng.normal(0, 0.1, len(t)))
    return one_column(cells, "call"), y


@parametrize_with_checks(
    [AudioExtractor(rate=8000)], expected_failed_checks=feeds_numbers
)
def test_common_checks(estimator, check):
    """It passes those of scikit-learn's checks that do not feed numbers."""
    run_check(estimator, check)


def test_tells_pitches_apart():
    """Coefficients see what differs."""
    X, y = clips()
    model = make_pipeline(AudioExtractor(8000), LogisticRegression())
    assert cross_val_score(model, X, y, cv=3).mean() > 0.95


def test_features_are_means_and_deviations():
    """Each feature is named, and is what its name says."""
    X, _ = clips(1)
    clip = X["call"][0]
    features = cepstral_features(clip, 8000)
    options = {"n_coefficients": 13, "window": 256, "hop": 128, "n_bands": 40}
    coefficients = mfcc(clip, 8000, **options)
    names = AudioExtractor(8000).fit(clips(4)[0]).get_feature_names_out().tolist()
    assert len(names) == len(features) == 54
    got = dict(zip(names, features, strict=True))
    assert_allclose(got["call_mfcc_mean3"], coefficients[3].mean())
    assert_allclose(got["call_mfcc_std12"], coefficients[12].std())
    assert_allclose(got["call_length"], np.log(len(clip) / 8000))


def test_files_of_several_rates(tmp_path):
    """All clips are brought to the rate of the first one."""
    X, _ = clips(6)
    cells = []
    for i, clip in enumerate(X["call"]):
        rate = 8000 if i % 2 == 0 else 16_000
        samples = clip if rate == 8000 else np.repeat(clip, 2)
        wavfile.write(tmp_path / f"{i}.wav", rate, samples.astype(np.float32))
        cells.append(f"{i}.wav")
    extractor = AudioExtractor(root=tmp_path)
    files = extractor.fit_transform(one_column([*cells, ""], "call"))
    assert extractor.encoders_[0].featurizer.reader.rate == 8000
    assert_array_equal(files[6], 0)
    assert_array_equal(extractor.transform(one_column(cells, "call")), files[:6])
    even = np.arange(0, 6, 2)
    plain = AudioExtractor(8000).fit(X.iloc[even]).transform(X.iloc[even])
    only = AudioExtractor(root=tmp_path).fit_transform(one_column(cells, "call")[::2])
    assert_allclose(only, plain, atol=1e-3)


def test_encoder_gets_clips_of_one_rate(tmp_path):
    """A function sees arrays; its codes are standardised."""
    X, _ = clips(6)
    extractor = AudioExtractor(kind=loudness)
    pairs = one_column([(8000, clip) for clip in X["call"]], "call")
    out = extractor.fit_transform(pairs)
    assert_allclose(out.mean(axis=0), 0, atol=1e-12)
    assert extractor.get_feature_names_out().tolist() == ["call_code0", "call_code1"]
    cached = AudioExtractor(kind=loudness, cache=tmp_path).fit(pairs)
    assert_allclose(cached.transform(pairs), out)
    assert len(list(tmp_path.rglob("*.npy"))) == 6


def test_cells_that_cannot_be_read():
    """The error names row and column."""
    X = one_column([np.zeros(100), "nowhere.wav"], "call").set_axis(["a", "b"])
    match = r"AudioExtractor cannot read row 'b' of column 'call': there is no file"
    with pytest.raises(ValueError, match=match):
        AudioExtractor(8000).fit(X)


def test_persistence():
    """A stored extractor gives the same features."""
    X, _ = clips(6)
    fitted = AudioExtractor(8000, n_components=3).fit(X)
    again = pickle.loads(pickle.dumps(fitted))
    assert_array_equal(again.transform(X), fitted.transform(X))


@pytest.mark.parametrize("clip", [np.zeros(1), np.zeros(100), np.ones(5)])
def test_short_and_silent_clips(clip):
    """Nothing is too short."""
    assert np.isfinite(cepstral_features(clip, 8000)).all()
