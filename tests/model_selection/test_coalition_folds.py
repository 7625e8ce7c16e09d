"""Folds made ready and run."""

import numpy as np
import pandas as pd
import pytest
from comparison_cases import Fails, classifier, make_data
from sklearn.base import clone
from sklearn.model_selection import GroupKFold

from mmensemble.model_selection._coalition_folds import CoalitionFolds

X, Y = make_data()


def ready(model, **changes):
    """Return folds that are ready to run."""
    given = {"groups": None, "sample_weight": None, "params": None, "scoring": None}
    given |= {"cv": GroupKFold(2), "seeded": clone} | changes
    return CoalitionFolds.of("try_it", model, X, pd.Series(Y, name="ill"), **given)


def test_folds_are_run():
    """What was given is checked and kept; progress is told after each fold."""
    told = []
    folds = ready(classifier(fusion="voting"), groups=np.arange(60))
    assert (folds.name, folds.targets, folds.groups[-1]) == ("ill", None, 59)
    found = folds.run(None, np.nan, told.append)
    assert told == [1, 2]
    assert sorted(len(fold.test) for fold in found) == [30, 30]


def test_all_fail():
    """The reasons are raised."""
    with pytest.raises(ValueError, match=r"All 2 folds failed(.|\n)*no luck"):
        ready(classifier(fusion=Fails()), cv=2).run(None, np.nan, print)
