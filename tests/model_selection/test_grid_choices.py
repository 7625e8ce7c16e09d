"""Candidates of a search, by what they can share."""

import pytest
from comparison_cases import classifier, make_data
from sklearn.linear_model import LogisticRegression
from sklearn.preprocessing import MinMaxScaler

from mmensemble import AutoFusion, MultimodalClassifier, VotingFusion
from mmensemble.model_selection._grid_choices import configure, share_candidates

X, _ = make_data(20)
MODEL = classifier()


def shared(*candidates, model=MODEL):
    """Return positions by group."""
    return [group.positions for group in share_candidates(model, candidates, X)]


def test_fusions_and_subsets_share():
    """What differs in fusion, its parameters and modalities only is one group."""
    candidates = [
        {"fusion": "voting"},
        {"fusion": VotingFusion(), "fusion__rule": "median"},
        {"subset": ["a"]},
        {"modalities": MODEL.modalities[1:]},
    ]
    (group,) = share_candidates(MODEL, candidates, X)
    assert group.positions == [0, 1, 2, 3]
    assert [choice.subset for choice in group.choices] == [
        None,
        None,
        ("a",),
        ("b", "c"),
    ]
    assert group.choices[1].fusion.rule == "median"
    assert candidates[1]["fusion"].rule == "soft"
    assert isinstance(group.choices[2].fusion, AutoFusion)


def test_other_parameters_part_groups():
    """Equal words and numbers, and the same objects, stay together."""
    one, two = LogisticRegression(), LogisticRegression()
    assert shared({"cv": 2}, {"cv": 3}, {"cv": 2, "fusion": "voting"}) == [[0, 2], [1]]
    assert shared({"estimator": one}, {"estimator": two}, {"estimator": one}) == [
        [0, 2],
        [1],
    ]
    assert shared({"members": "bagged"}, {"members": "refit"}) == [[0], [1]]


def test_modalities_that_are_no_part_of_the_estimators():
    """Another order, extractor or word is fitted for itself."""
    others = [("a", MinMaxScaler(), ["a__0"]), *MODEL.modalities[1:]]
    assert shared({"modalities": MODEL.modalities[::-1]}, {}) == [[0], [1]]
    assert shared({"modalities": others}, {}) == [[0], [1]]
    assert shared({"modalities": "auto"}, {}) == [[0], [1]]
    assert shared({"modalities": MODEL.modalities[:1], "subset": "a"}, {}) == [[0], [1]]
    auto = MultimodalClassifier()
    assert shared({"modalities": MODEL.modalities}, {}, model=auto) == [[0], [1]]


def test_unknown_names():
    """Parameters and modalities that are not there are told by name."""
    with pytest.raises(ValueError, match="Invalid parameter 'depth'"):
        shared({"depth": 3})
    with pytest.raises(ValueError, match="must name some of"):
        shared({"subset": ["z"]})


@pytest.mark.parametrize("model", [MODEL, MultimodalClassifier(fusion="voting")])
def test_configure(model):
    """The best candidate is a model of its own modalities, with a fusion object."""
    params = {"fusion": "voting", "fusion__rule": "min", "subset": ["c", "a"], "cv": 2}
    made = configure(model, params, X)
    assert [name for name, _, _ in made.modalities] == ["a", "c"]
    assert (made.fusion.rule, made.cv) == ("min", 2)
    assert model.fusion in ("auto", "voting")
    whole = configure(model, {"subset": ["a", "b", "c"]}, X)
    assert whole.modalities == model.modalities or model is MODEL
    assert configure(model, {"subset": None}, X).fusion == model.fusion
    if isinstance(model.modalities, str):
        assert configure(model, {"fusion__rule": "max"}, X).fusion.rule == "max"
