"""The fusion checks: all fusions pass in all estimators, and bad ones are caught."""

import pytest
from bad_estimators import BAD_ESTIMATORS
from bad_fusions import BAD_FUSIONS

from mmensemble import (
    ConcatFusion,
    DynamicFusion,
    EvidenceFusion,
    KernelFusion,
    SharedSpaceFusion,
    StackingFusion,
    VotingFusion,
)
from mmensemble.fusion._lookup import named_fusions
from mmensemble.testing import check_fusion, fusion_checks

VARIANTS = {
    "score": VotingFusion(weights="score"),
    "optimize": VotingFusion(weights="optimize"),
    "bma": VotingFusion(weights="bma"),
    "median": VotingFusion("median"),
    "one neighbour": DynamicFusion("ola", n_neighbors=1, n_components=1),
    "yager": EvidenceFusion("yager", discounting="class", max_patterns=3),
    "cautious": EvidenceFusion("cautious"),
    "indicator": StackingFusion(missing="indicator", passthrough=True),
    "passthrough": StackingFusion(passthrough=True, max_patterns=2),
    "impute": ConcatFusion("frobenius", missing="impute"),
    "dropout": ConcatFusion(missing="dropout"),
    "poly": KernelFusion("poly", weights="uniform", n_components=30),
    "landmarks": KernelFusion(weights="align", n_components=30, max_patterns=2),
    "mcca": SharedSpaceFusion("mcca"),
    "gcca": SharedSpaceFusion("gcca", max_patterns=2),
    "pls": SharedSpaceFusion("pls"),
    "factor": SharedSpaceFusion("factor"),
}
FUSIONS = named_fusions()
CASES = [
    pytest.param(check, id=f"{label}-{name}")
    for label, cls in FUSIONS.items()
    for name, check in fusion_checks(cls())
]
VARIED = [
    pytest.param(check, id=f"{label}-{name}")
    for label, fusion in VARIANTS.items()
    for name, check in fusion_checks(fusion)
    if "-" not in name
]


@pytest.mark.parametrize("check", CASES)
def test_fusions(check):
    """Every fusion passes every check in every estimator."""
    check()


@pytest.mark.parametrize("check", VARIED)
def test_variants(check):
    """Other parameters pass the checks of the fusion alone."""
    check()


def test_number_of_checks():
    """All estimators that a fusion serves are checked, nothing twice."""
    names = [name for name, _ in fusion_checks(VotingFusion())]
    assert len(names) == len(set(names)) == 8 + 3 * 41
    served = [len(cls.tasks) + hasattr(cls, "_transform") for cls in FUSIONS.values()]
    assert len(CASES) == sum(8 + 41 * estimators for estimators in served)


def test_classification_only():
    """What serves no regression is not checked there."""

    class Classes(VotingFusion):
        """For labels only."""

        tasks = ("classification",)

    names = [name for name, _ in fusion_checks(Classes())]
    assert not any(name.startswith("MultimodalRegressor") for name in names)


def test_all_at_once():
    """All checks in one call stop at the first failure."""
    with pytest.raises(AssertionError, match=r"check_card failed for NoCard\(\)"):
        check_fusion(BAD_FUSIONS["NoCard-check_card"][0]())


def test_every_check_is_tested():
    """Every check of the fusion alone has a bad fusion, but pickling."""
    names = {name for name, _ in fusion_checks(VotingFusion()) if "-" not in name}
    caught = {name for _, name, _ in BAD_FUSIONS.values()}
    assert names - caught == {"check_pickled_fusion"}
    assert len({name for _, name, _ in BAD_ESTIMATORS.values()}) >= 20
