"""Evidence: reliabilities by pattern, conflict, features and refusals."""

import numpy as np
import pytest
from fusion_cases import by_modality, table, view
from numpy.testing import assert_allclose, assert_array_equal
from sklearn.linear_model import LogisticRegression
from sklearn.preprocessing import StandardScaler

from mmensemble import EvidenceFusion, MultimodalClassifier, MultimodalTransformer
from mmensemble.fusion.decision._mass_functions import (
    RULES,
    discount,
    learn_reliabilities,
    pignistic,
)


def make(n_samples=200, seed=0, noise=1.0, **more):
    """Make a training view: a good member, a fair one, and noise."""
    rng = np.random.default_rng(seed)
    y = rng.integers(0, 3, n_samples)
    signal = np.array([3.0, 1.5, 0.0])[None, :, None] * np.eye(3)[y][:, None]
    scores = signal + noise * rng.normal(size=(n_samples, 3, 3))
    p = np.exp(scores) / np.exp(scores).sum(axis=2, keepdims=True)
    p[: n_samples // 4, 0] = np.nan
    p[: n_samples // 8, 1] = np.nan
    return view(p, y, classes=np.arange(3), **more)


@pytest.mark.parametrize("rule", sorted(RULES))
@pytest.mark.parametrize("discounting", ["member", "class"])
def test_each_pattern(rule, discounting):
    """Each pattern's reliabilities are learnt on the rows that have all of it."""
    data = make()
    fusion = EvidenceFusion(rule, discounting=discounting).fit(data)
    assert len(fusion.pattern_models_) == 7
    p, targets = data.predictions[25:, 1:], np.eye(3)[data.y[25:]]
    own = learn_reliabilities(
        p, targets, np.ones(175), rule, by_class=discounting == "class"
    )
    got = fusion.pattern_models_[1, 2]
    assert_array_equal(got[0], 0)
    losses = []
    for r in (got[1:], own):
        fused = pignistic(*RULES[rule](*discount(p, r)))
        losses.append(-np.log((fused * targets).sum(axis=1)).mean())
    assert losses[0] == pytest.approx(losses[1], abs=1e-3)
    if rule != "cautious":  # its loss has kinks and flat directions
        assert_allclose(got[1:], own, atol=2e-3)
    fused = pignistic(*RULES[rule](*discount(p, got[1:])))
    assert_allclose(fusion.predict(data)[25:50], fused[:25])
    full = fusion.pattern_models_[0, 1, 2]
    expected = full if discounting == "class" else full[:, 0]
    assert_array_equal(fusion.reliabilities_, expected)


def test_noise_is_not_believed():
    """Reliability falls with the member's worth, and noise gets next to none."""
    good, fair, noise = EvidenceFusion().fit(make(2000)).reliabilities_
    assert good > 0.8
    assert good >= fair > noise
    assert noise < 0.1


def test_conflict_shows_contradiction():
    """Members sure of different classes conflict; agreement and gaps do not."""
    fusion = EvidenceFusion().fit(make(1000))
    sure = np.array([0.98, 0.01, 0.01])
    other, unsure, absent = sure[::-1], np.ones(3) / 3, np.full(3, np.nan)
    rows = [
        [sure, other, unsure],
        [sure, sure, unsure],
        [sure, absent, absent],
        [absent, absent, absent],
        [absent, other, absent],
    ]
    new = view(np.array(rows), classes=np.arange(3))
    contradiction, agreement, alone, nothing, last = fusion.conflict(new)
    assert contradiction > 0.5
    assert contradiction > agreement + 0.4
    assert alone == nothing == last == 0
    assert_allclose(fusion.predict(new)[3], 1 / 3)


def test_conflict_reads_calibrated_predictions():
    """With calibration the conflict is that of calibrated members."""
    data = make(400)
    fusion = EvidenceFusion(calibrate="temperature").fit(data)
    after = fusion.calibrated(data)
    assert_array_equal(fusion.conflict(data), fusion.conflict(after))
    assert np.abs(after.predictions - data.predictions)[100:].max() > 1e-3


def test_yager_leaves_contradictions_open():
    """Under Yager's rule more conflict is more ignorance; Dempster's ignores it."""
    rng = np.random.default_rng(0)
    y = rng.integers(0, 3, 300)
    guesses = np.where(rng.random((2, 300)) < 0.9, y, (y + 1) % 3).T
    data = view(0.94 * np.eye(3)[guesses] + 0.02, y, classes=np.arange(3))
    sure = np.array([0.96, 0.02, 0.02])
    new = view(np.array([[sure, sure[::-1]], [sure, sure]]))
    frames = {
        rule: EvidenceFusion(rule).fit(data).transform(new)[:, 3]
        for rule in ("yager", "dempster")
    }
    assert frames["yager"][0] > 0.5 > 0.3 > frames["yager"][1]
    assert frames["dempster"].max() < 0.2


def test_few_rows():
    """Without two weighty rows of a pattern, a member is half believed."""
    data = make(8, sample_weight=np.array([1.0] + 7 * [0.0]))
    fusion = EvidenceFusion().fit(data)
    assert fusion.pattern_models_ == {}
    assert_allclose(fusion.reliabilities_, 0.5)
    expected = 0.5 * data.predictions[0, 2] + 0.5 / 3
    assert_allclose(fusion.predict(data)[0], expected)


def test_weightless_rows_count_for_nothing():
    """Rows of weight zero are as good as absent."""
    weight = np.ones(200)
    weight[150:] = 0
    data = make(sample_weight=weight)
    rows = data.take(np.arange(150))
    got = EvidenceFusion().fit(data).reliabilities_
    assert_allclose(got, EvidenceFusion().fit(rows).reliabilities_, atol=1e-9)


def test_features():
    """Features are the masses of classes and frame, and the conflict."""
    data = make()
    fusion = EvidenceFusion().fit(data)
    features = fusion.transform(data)
    assert_allclose(features[:, :4].sum(axis=1), 1)
    assert_array_equal(features[:, 4], fusion.conflict(data))
    assert_allclose(pignistic(features[:, :3], features[:, 3]), fusion.predict(data))
    names = ["evidence_0", "evidence_1", "evidence_2"]
    names += ["evidence__frame", "evidence__conflict"]
    assert fusion.get_feature_names_out(data.task) == names


def test_in_estimators():
    """Strings, missing modalities and several learners; names reach the frame."""
    X, y = table(n_classes=3, missing=0.3)
    y = np.array(["z", "a", "m"])[y]
    learners = [("one", LogisticRegression()), ("two", LogisticRegression(C=0.1))]
    parts = by_modality(X, StandardScaler())
    model = MultimodalClassifier(
        parts, fusion="evidence", estimator=learners, cv=3
    ).fit(X, y)
    assert model.fusion_.reliabilities_.shape == (6,)
    assert model.score(X, y) > 0.6
    frame = (
        MultimodalTransformer(parts, fusion="evidence", estimator=learners, cv=3)
        .set_output(transform="pandas")
        .fit(X, y)
        .transform(X)
    )
    expected = ["evidence_a", "evidence_m", "evidence_z"]
    assert list(frame)[:3] == expected
    lacking = X.copy()
    lacking.loc[0] = np.nan
    with pytest.warns(UserWarning, match="none of the modalities"):
        chance = model.predict_proba(lacking)
    assert_allclose(chance[0], model._task.prior)


def test_regression_is_refused():
    """Masses are of classes."""
    data = view(np.zeros((4, 2, 1)), np.arange(4.0))
    with pytest.raises(ValueError, match="EvidenceFusion serves classification only"):
        EvidenceFusion().fit(data)


@pytest.mark.parametrize("name", ["rule", "discounting", "max_patterns", "calibrate"])
def test_parameters(name):
    """Every parameter is checked."""
    with pytest.raises(ValueError, match=f"The '{name}' parameter of EvidenceFusion"):
        EvidenceFusion().set_params(**{name: "other"}).fit(make(20))
