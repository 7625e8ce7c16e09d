"""Co-training and tri-training."""

import numpy as np
import pytest
from semi_cases import base, hide, make_table
from sklearn.linear_model import LogisticRegression
from sklearn.utils.estimator_checks import parametrize_with_checks

from mmensemble import CoTraining, MultimodalClassifier

X, Y = make_table(n_modalities=3)
HIDDEN = hide(Y, 40)
CLASSIFIER = MultimodalClassifier(fusion="voting", estimator=LogisticRegression())


@parametrize_with_checks(
    [
        CoTraining(CLASSIFIER, random_state=0),
        CoTraining(CLASSIFIER, method="tri", random_state=0),
    ]
)
def test_sklearn_checks(estimator, check):
    """Every check that scikit-learn generates."""
    check(estimator)


@pytest.mark.filterwarnings("ignore:Modalities are of unequal strength")
@pytest.mark.parametrize(("method", "n"), [("views", 3), ("tri", 3)])
def test_members_and_history(method, n):
    """One a modality, or three; the supervised model beside the last round."""
    model = CoTraining(base(), method=method, rounds=2, random_state=0).fit(X, HIDDEN)
    assert len(model.members_) == n
    assert model.history_["round"].tolist() == [0, 1]
    last = model.history_.iloc[-1]
    assert model.accepted_ == (last["difference"] > last["std_difference"])
    free = CoTraining(base(), method=method, rounds=2, guard=False).fit(X, HIDDEN)
    assert free.accepted_
    assert free.history_ is None


def test_unequal_modalities_are_told():
    """One that knows nothing, beside one that knows."""
    rng = np.random.default_rng(0)
    poor = X.copy()
    for column in [c for c in X if c.startswith("b")]:
        poor[column] = rng.normal(size=240)
    with pytest.warns(UserWarning, match="Modalities are of unequal strength"):
        CoTraining(base(), rounds=1).fit(poor, hide(Y, 80))


def test_two_good_modalities_help_each_other():
    """The setting of Blum and Mitchell: independent given the class."""
    gains = []
    for seed in range(5):
        X, y = make_table(600, seed=seed, balanced=True)
        supervised = base(fusion="voting").fit(X.iloc[:8], y[:8])
        model = CoTraining(base(fusion="voting"), guard=False, rounds=4)
        model.fit(X.iloc[:400], hide(y, 8)[:400])
        test = X.iloc[400:], y[400:]
        gains.append(model.score(*test) - supervised.score(*test))
    assert np.mean(gains) > -0.01


@pytest.mark.filterwarnings("ignore:Modalities are of unequal strength")
@pytest.mark.parametrize("guard", [False, True])
def test_labels_as_the_estimator_decides(guard):
    """By its costs, whether its members or those of co-training predict."""
    costs = np.array([[0, 1], [1e9, 0]])
    given = base().set_params(decision=costs)
    model = CoTraining(given, rounds=1, guard=guard, random_state=0).fit(X, HIDDEN)
    expected = model.classes_[(model.predict_proba(X) @ costs).argmin(axis=1)]
    np.testing.assert_array_equal(model.predict(X), expected)
    likeliest = model.classes_[model.predict_proba(X).argmax(axis=1)]
    assert (expected != likeliest).any()
