"""Model selection: which fusion serves the data best."""

from mmensemble.model_selection._compare import compare_fusions
from mmensemble.model_selection._compare_scores import compare_scores
from mmensemble.model_selection._comparison import FusionComparison
from mmensemble.model_selection._contributions import ModalityContributions
from mmensemble.model_selection._data_sets import (
    RankComparison,
    compare_over_datasets,
)
from mmensemble.model_selection._modality_contributions import modality_contributions
from mmensemble.model_selection._model_report import model_report
from mmensemble.model_selection._model_result import ModelReport
from mmensemble.model_selection._one_error import simplest_within_one_error
from mmensemble.model_selection._search import FusionSearchCV
from mmensemble.model_selection._split_scores import split_scores
from mmensemble.model_selection._winner import (
    WinnerEstimate,
    correct_winner,
    correct_winner_by_splits,
)

__all__ = [
    "FusionComparison",
    "FusionSearchCV",
    "ModalityContributions",
    "ModelReport",
    "RankComparison",
    "WinnerEstimate",
    "compare_fusions",
    "compare_over_datasets",
    "compare_scores",
    "correct_winner",
    "correct_winner_by_splits",
    "modality_contributions",
    "model_report",
    "simplest_within_one_error",
    "split_scores",
]
