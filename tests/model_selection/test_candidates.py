"""Named candidates for a comparison."""

from mmensemble import MultimodalClassifier
from mmensemble.model_selection import singles_and_fusions

MODALITIES = [("audio", "auto", [0]), ("video", "auto", [1, 2])]


def test_singles_come_first_then_fusions():
    """Each modality alone, then each fusion, in the order given."""
    made = singles_and_fusions(MultimodalClassifier(), MODALITIES, ["voting", "concat"])
    assert list(made) == ["audio only", "video only", "voting", "concat"]
    assert made["video only"].modalities == [MODALITIES[1]]
    assert made["voting"].modalities == MODALITIES
    assert made["voting"].fusion == "voting"


def test_the_model_is_not_touched():
    """Candidates are clones that keep the model's other parameters."""
    model = MultimodalClassifier(cv=3)
    made = singles_and_fusions(model, MODALITIES, ["voting"])
    assert model.modalities == "auto"
    assert all(candidate.cv == 3 for candidate in made.values())
