"""Ways to combine members against what each stands for."""

import numpy as np
import pytest
from fusion_cases import random_probabilities, view
from numpy.testing import assert_allclose, assert_array_equal
from scipy.optimize import minimize
from scipy.special import logsumexp, softmax

from mmensemble import SelectionFusion, StackingFusion, VotingFusion
from mmensemble.fusion import Member
from mmensemble.fusion._partial_pooling import STRENGTHS
from mmensemble.fusion._weights import row_losses, target_matrix
from mmensemble.fusion.both import _combiners as module
from mmensemble.fusion.both._combiners import COMBINERS, Library
from mmensemble.learners._nonnegative import NonNegativeLinear, NonNegativeLogistic


def classes(n_samples=200, n_classes=2, strengths=(0.5, 0.3, 0.2), seed=0):
    """Draw a view whose members know the labels by the given strengths."""
    rng = np.random.default_rng(seed)
    y = rng.integers(0, n_classes, n_samples)
    drawn = random_probabilities(rng, n_samples, len(strengths), n_classes)
    known = np.asarray(strengths)[:, None]
    predictions = (1 - known) * drawn + known * np.eye(n_classes)[y][:, None]
    return view(predictions, y, classes=np.arange(n_classes))


def values(n_targets=1, seed=0):
    """Draw a view of members with noise of different size."""
    rng = np.random.default_rng(seed)
    y = rng.normal(size=(100, n_targets))
    noise = rng.normal(size=(100, 3, n_targets)) * np.array([0.5, 1, 3])[:, None]
    return view(y[:, None, :] + noise, y[:, 0] if n_targets == 1 else y)


def learn(data, name, pattern, allowed=None, **more):
    """Return what a combiner learns for a pattern."""
    allowed = range(len(data.members)) if allowed is None else allowed
    learner = COMBINERS[name](Library(data, **more), frozenset(allowed))
    return None if learner is None else learner(pattern)


def loss(found, data):
    """Return the log loss of a combination."""
    fused = found.predict(data.predictions, data.task)
    return row_losses(fused, target_matrix(data.y, data.task), True).mean()


def with_joint(data, joint):
    """Return the view with one member more, on all modalities together."""
    members = (*data.members, Member("concat", None, "estimator"))
    predictions = np.concatenate([data.predictions, joint[:, None]], axis=1)
    return type(data)(**{**vars(data), "members": members, "predictions": predictions})


def test_best():
    """One member has all the weight."""
    found = learn(classes(), "best", (0, 1, 2))
    assert_array_equal(found.weights, [1, 0, 0])
    assert learn(values(), "best", (1, 2)).weights.argmax() == 1


@pytest.mark.parametrize("data", [classes(), classes(n_classes=3), values(2)])
def test_selection(data):
    """The weights of SelectionFusion."""
    found = learn(data, "selection", (0, 1, 2))
    expected = SelectionFusion().fit(data)
    assert_allclose(found.weights, expected.weights_)
    assert_allclose(found.predict(data.predictions, data.task), expected.predict(data))


@pytest.mark.parametrize("n_classes", [2, 3])
def test_stack_of_classes(n_classes):
    """The prediction of StackingFusion with the same small penalty."""
    data = classes(n_classes=n_classes)
    found = learn(data, "stack", (0, 1, 2))
    penalty = 5 / data.n_samples
    stacking = StackingFusion(NonNegativeLogistic(penalty=penalty), inputs="logits")
    expected = stacking.fit(data).predict(data)
    assert_allclose(found.predict(data.predictions, data.task), expected, atol=1e-4)


def test_stack_of_values():
    """Non-negative least squares; several targets share their weights."""
    data = values()
    found = learn(data, "stack", (0, 1, 2))
    theirs = NonNegativeLinear().fit(data.predictions[:, :, 0], data.y)
    assert_allclose(found.weights, theirs.weights_[:, 0])
    assert_allclose(found.intercept, theirs.intercept_)
    twice = np.repeat(data.predictions, 2, axis=2) * [1, 1000]
    both = view(twice, data.y[:, None] * [1, 1000])
    assert_allclose(learn(both, "stack", (0, 1, 2)).weights, found.weights)


def test_useless_stacks():
    """Members that only harm get no weight, and the stack is none."""
    data = classes(strengths=(0.3, 0.3))
    wrong = view(data.predictions[..., ::-1], data.y, classes=np.arange(2))
    assert learn(wrong, "stack", (0, 1)) is None
    data = values()
    wrong = view(-data.predictions, data.y)
    found = learn(wrong, "stack", (0, 1, 2))
    assert_allclose(found.weights, 1 / 3)


def test_stack_without_a_class():
    """Where no row has a class there is no stack."""
    data = classes(n_classes=3)
    rows = np.flatnonzero(data.y < 2)
    assert learn(data.take(rows), "stack", (0, 1, 2)) is None
    for name in ("selection", "shrunk_stack"):
        assert learn(data.take(rows), name, (0, 1, 2)) is not None


def brute_force(data, base, penalty):
    """Minimise the log loss and the ridge penalty on the way from a stack."""
    logs = np.log(data.predictions)
    logits = (logs - logs.mean(axis=2, keepdims=True)).reshape(len(logs), -1)
    n_classes = logs.shape[2]
    start = np.vstack([np.eye(n_classes) * weight for weight in base.weights])
    hits = np.eye(n_classes)[data.y]

    def loss(theta):
        theta = theta.reshape(-1, n_classes)
        scores = logits @ theta[:-1] + theta[-1]
        fit = (logsumexp(scores, axis=1) - (scores * hits).sum(axis=1)).sum()
        return fit + penalty / 2 * ((theta[:-1] - start) ** 2).sum()

    first = np.vstack([start, base.intercept]).ravel()
    theta = minimize(loss, first, tol=1e-7).x.reshape(-1, n_classes)
    return softmax(logits @ theta[:-1] + theta[-1], axis=1)


def test_stack_by_classes(monkeypatch):
    """The brute-force minimum; with a large penalty, the plain stack."""
    data = classes(n_classes=3)
    stack = learn(data, "stack", (0, 1, 2))
    found = learn(data, "class_stack", (0, 1, 2))
    got = found.predict(data.predictions, data.task)
    assert_allclose(got, brute_force(data, stack, 100.0), atol=2e-3)
    assert loss(found, data) < loss(stack, data)
    monkeypatch.setattr(module, "_CLASS_PENALTY", 1e9)
    stiff = learn(data, "class_stack", (0, 1, 2))
    assert_allclose(stiff.weights, stack.weights, atol=1e-5)
    expected = stack.predict(data.predictions, data.task)
    assert_allclose(stiff.predict(data.predictions, data.task), expected, atol=1e-3)


def test_stack_by_classes_where_a_class_lacks():
    """A pattern whose rows lack a class has the plain stack."""
    data = classes(n_classes=3)
    predictions = data.predictions.copy()
    predictions[data.y == 2, 0] = np.nan
    data = view(predictions, data.y, classes=np.arange(3))
    assert learn(data, "class_stack", (1, 2)).matrices is not None
    assert learn(data, "class_stack", (0, 1)).matrices is None


def test_stack_by_classes_with_weights():
    """Weights count by their proportions; members outside a pattern get none."""
    data = classes(n_classes=3)
    found = learn(data, "class_stack", (0, 2))
    assert found.weights[1] == 0
    assert_array_equal(found.matrices[1], 0)
    doubled = type(data)(**{**vars(data), "sample_weight": np.full(200, 2.0)})
    other = learn(doubled, "class_stack", (0, 2))
    assert_allclose(other.matrices, found.matrices, atol=1e-3)


@pytest.mark.parametrize("data", [classes(), values(), values(3)])
def test_no_stack_by_classes(data):
    """Two classes have one weight a member anyway, and numbers have no classes."""
    assert learn(data, "class_stack", (0, 1, 2)) is None


def test_members_of_a_pattern():
    """A pattern has weights for its members alone, and for those allowed."""
    data = classes()
    predictions = data.predictions.copy()
    predictions[:80, 0] = np.nan
    holes = view(predictions, data.y, classes=np.arange(2))
    for name in COMBINERS:
        found = learn(holes, name, (0, 1))
        if found is not None:
            assert found.weights[2] == 0
    assert learn(holes, "selection", (0, 1), allowed={0}).weights[0] == 1
    assert learn(holes, "selection", (0, 1), allowed={2}) is None
    assert learn(holes, "vote", (0, 1), allowed={2}) is None


def test_patterns_share_strength():
    """Rare patterns have what all rows say; where they are not compared, too."""
    data = classes()
    predictions = data.predictions.copy()
    predictions[:195, 0] = np.nan
    holes = view(predictions, data.y, classes=np.arange(2))
    for name in ("selection", "shrunk_stack"):
        rare = learn(holes, name, (0, 1), strength=30.0).weights
        pooled = learn(holes, name, (0, 1), strength=1e9).weights
        same = learn(holes, name, (0, 1), strength=30.0, common=set()).weights
        assert_allclose(rare, pooled, atol=0.15)
        assert_allclose(same, pooled, atol=1e-4)


def test_strength_is_chosen_once():
    """The strength of all rows serves their parts."""
    data = classes()
    data.predictions[:80, 0] = np.nan
    library = Library(view(data.predictions, data.y, classes=np.arange(2)))
    assert library.strength in STRENGTHS
    part = library.take(np.arange(100))
    assert part.strength == library.strength
    assert part.is_own((1, 2))
    assert not part.is_own((0,))


@pytest.mark.parametrize("rule", ["soft", "log"])
def test_votes(rule):
    """The predictions of VotingFusion, of the first learner's members."""
    data = classes()
    found = learn(data, "vote" if rule == "soft" else "log_vote", (0, 1))
    predictions = data.predictions.copy()
    predictions[:, 2] = np.nan
    hidden = view(predictions, data.y, classes=np.arange(2))
    expected = VotingFusion(rule).fit(hidden).predict(hidden)
    assert_allclose(found.predict(data.predictions, data.task), expected, atol=1e-8)


def test_votes_of_the_first_learner():
    """Other learners' members and those on all modalities have no vote."""
    data = classes()
    members = (*data.members[:2], Member("m2", 1, "other"), data.members[2])
    members = (*members[:3], Member("concat", None, "estimator"))
    predictions = data.predictions[:, [0, 1, 1, 2]]
    data = type(data)(**{**vars(data), "members": members, "predictions": predictions})
    assert_array_equal(learn(data, "vote", (0, 1, 2)).weights, [0.5, 0.5, 0, 0])
    stacked = learn(data, "core_stack", (0, 1, 2)).weights
    assert_array_equal(stacked > 0, [True, True, False, True])


def test_no_log_vote_of_values():
    """Values have no logs."""
    assert learn(values(), "log_vote", (0, 1, 2)) is None
    assert_allclose(learn(values(), "vote", (0, 1, 2)).weights, 1 / 3)


def test_shrunk_stack():
    """Between the vote and the free stack; with hardly any row near the vote."""
    data = classes(2000, strengths=(0.3, 0.2, 0.0))
    free = StackingFusion(NonNegativeLogistic(penalty=0.0), inputs="logits").fit(data)
    found = learn(data, "shrunk_stack", (0, 1, 2))
    assert_allclose(found.weights, free.final_estimator_.weights_, atol=0.1)
    few = learn(data.take(np.arange(4)), "shrunk_stack", (0, 1, 2))
    assert_allclose(few.weights, 1 / 3, atol=0.3)


def test_weightless_rows():
    """Rows of weight zero are as good as absent."""
    data = classes()
    weight = (np.arange(200) % 2).astype(float)
    weighted = type(data)(**{**vars(data), "sample_weight": weight})
    found = learn(weighted, "stack", (0, 1, 2))
    half = data.take(np.flatnonzero(weight))
    assert_allclose(found.weights, learn(half, "stack", (0, 1, 2)).weights)
    nothing = type(data)(**{**vars(data), "sample_weight": np.zeros(200)})
    assert learn(nothing, "best", (0, 1, 2)) is None


@pytest.mark.parametrize("strength", [0.0, 0.9])
@pytest.mark.parametrize("kind", ["classes", "values"])
def test_joint_members_where_modalities_lack(kind, strength):
    """They serve rows that lack modalities as far as out-of-fold rows support it."""
    data = classes(300) if kind == "classes" else values()
    targets = target_matrix(data.y, data.task)
    predictions = data.predictions.copy()
    predictions[: len(targets) // 2, 0] = np.nan
    data = view(
        predictions, data.y, classes=np.arange(2) if kind == "classes" else None
    )
    noise = random_probabilities(np.random.default_rng(5), len(targets), 1, 2)[:, 0]
    noise = noise if kind == "classes" else 9 * noise
    joint = strength * targets + (1 - strength) * noise[:, : targets.shape[1]]
    data = with_joint(data, joint)
    for name in ("selection", "shrunk_stack"):
        weights = learn(data, name, (1, 2)).weights
        assert (weights[3] > 0.3 * weights.sum()) == (strength > 0.5)


def test_members_that_no_row_knows():
    """They have no weight; where nothing is known nothing is learnt."""
    data = classes()
    predictions = data.predictions.copy()
    predictions[:, 0] = np.nan
    data = view(predictions, data.y, classes=np.arange(2))
    assert learn(data, "shrunk_stack", (0, 1, 2)).weights[0] == 0
    assert learn(data, "shrunk_stack", (0, 1, 2), allowed={0}) is None
    assert learn(data, "class_stack", (0, 1, 2)) is None
