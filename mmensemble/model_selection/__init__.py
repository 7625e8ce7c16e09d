"""Model selection: which fusion serves the data best."""

from mmensemble.model_selection._candidates import singles_and_fusions
from mmensemble.model_selection._score_table import score_table
from mmensemble.model_selection._verdict import Verdict, judge

__all__ = ["Verdict", "judge", "score_table", "singles_and_fusions"]
