"""Every parameter of the simulator that is refused says so."""

import pytest

from mmensemble.datasets import make_multimodal
from mmensemble.datasets._plan import class_counts


@pytest.mark.parametrize(
    ("options", "match"),
    [
        ({"n_samples": 0}, r"n_samples must be a whole number >= 1, got 0"),
        ({"n_samples": 9.5}, r"n_samples must be a whole number"),
        ({"n_samples": True}, r"n_samples must be a whole number"),
        ({"n_samples": 3, "n_classes": 5}, r"n_samples=3 leaves class . without a row"),
        ({"weights": [0.999, 0.001]}, r"n_samples=300 leaves class 1 without a row"),
        ({"n_features": ()}, r"n_features must name one modality or more"),
        ({"n_features": 10}, r"n_features must be a sequence of counts or a dict"),
        ({"n_features": (3, 0)}, r"n_features of 'm2' must be a whole number >= 1"),
        ({"n_features": {"a__b": 2}}, r"without '__'.*got 'a__b'"),
        ({"n_features": {"context": 2}}, r"other than 'shared' and 'context'"),
        ({"n_features": {1: 2}}, r"n_features must name modalities.*got 1"),
        ({"task": "ranking"}, r"task must be 'classification' or 'regression', got"),
        ({"n_classes": 1}, r"n_classes must be a whole number >= 2"),
        ({"n_shared": -1}, r"n_shared must be a whole number >= 0, got -1"),
        ({"n_private": 1.5}, r"n_private must be a whole number >= 0, got 1.5"),
        ({"shared_signal": -1}, r"shared_signal of 'm1' must be a finite number >= 0"),
        ({"shared_signal": "high"}, r"shared_signal of 'm1' must be .* got 'high'"),
        ({"private_signal": [1, 2]}, r"private_signal must hold one number for each"),
        ({"private_signal": {"m1": 1}}, r"private_signal must name each modality"),
        ({"noise": float("nan")}, r"noise of 'm1' must be a finite number >= 0"),
        ({"redundancy": {"m2": "m9"}}, r"redundancy must pair modalities of"),
        ({"redundancy": {"m1": "m1"}}, r"redundancy must not copy a copy"),
        ({"redundancy": {"m2": "m1", "m3": "m2"}}, r"redundancy must not copy a copy"),
        ({"redundancy": 3}, r"redundancy must be a dict or a list of"),
        (
            {"redundancy": {"m2": "m1"}, "n_features": (3, 4)},
            r"redundancy needs equal n_features, got 4 for 'm2' and 3 for 'm1'",
        ),
        ({"class_sep": -0.1}, r"class_sep must be a finite number >= 0"),
        ({"target_noise": None}, r"target_noise must be a finite number >= 0"),
        ({"weights": [1, 1, 1]}, r"weights must hold one number for each of the 2"),
        ({"weights": [1, 0]}, r"weights must be finite and positive"),
        ({"n_groups": 1}, r"n_groups must be a whole number >= 2"),
        ({"n_groups": 301}, r"n_groups must not exceed n_samples=300, got 301"),
        (
            {"row_dependent": True, "private_signal": [1, 0, 0]},
            r"row_dependent=True needs two or more modalities .* got \['m1'\]",
        ),
        ({"row_dependent": True, "n_private": 0}, r"got \[\]"),
    ],
)
def test_refusals(options, match):
    with pytest.raises(ValueError, match=match):
        make_multimodal(random_state=0, **options)


def test_redundancy_as_pairs():
    bunch = make_multimodal(redundancy=[("m3", "m1")], random_state=0)
    assert bunch.truth.redundancy == {"m3": "m1"}


def test_class_counts_add_up():
    assert class_counts(10, [1 / 3, 1 / 3, 1 / 3]).sum() == 10
    assert class_counts(10, [0.7, 0.3]).tolist() == [7, 3]


def test_switches_are_true_or_false():
    """A word is no switch."""
    with pytest.raises(
        ValueError, match="row_dependent must be True or False, got 'x'"
    ):
        make_multimodal(row_dependent="x")
