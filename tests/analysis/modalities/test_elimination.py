"""Backward elimination of modalities."""

import numpy as np
import pytest
from study_cases import study_of, table

from mmensemble.analysis.modalities._elimination import eliminate, last, least_relevant
from mmensemble.analysis.modalities._redundancy import explained


def test_of_two_copies_one_stays():
    study = study_of(table(200)[0])
    kept, drops = eliminate(study, threshold=0.8, harmless=None, choose=last)
    assert kept == [0, 2]
    (drop,) = drops
    assert (drop.modality, drop.stand_in, drop.gain) == (1, 0, None)
    assert drop.share == explained(study, 1, (0, 2)).share
    assert drop.stand_in_share == explained(study, 1, (0,)).share


def test_min_modalities_and_threshold():
    study = study_of(table(200)[0])
    options = {"harmless": None, "choose": last}
    assert len(eliminate(study, threshold=0.8, min_modalities=3, **options)[0]) == 3
    assert len(eliminate(study, threshold=0.99, **options)[0]) == 3


def test_a_harmful_drop_is_refused():
    study = study_of(*table(200))
    asked = []

    def harmless(gain):
        asked.append(gain)
        return False

    kept, drops = eliminate(study, threshold=0.8, harmless=harmless, choose=last)
    assert kept == [0, 1, 2]
    assert not drops
    assert len(asked) == 2


@pytest.mark.parametrize("better", ["a", "b"])
def test_the_less_relevant_copy_goes(better):
    X, y = table(400)
    worse = {"a": "b", "b": "a"}[better]
    rng = np.random.default_rng(0)
    columns = [name for name in X if name.startswith(worse)]
    X[columns] = X[columns] + 0.3 * rng.normal(size=(400, 4))
    y = X[f"{better}__0"].to_numpy()
    choose = least_relevant(study_of(X, y))
    assert choose([0, 1]) == "ab".index(worse)


def test_equals_and_no_target_leave_the_first():
    X, y = table(100)
    X[[f"b__{k}" for k in range(4)]] = X[[f"a__{k}" for k in range(4)]].to_numpy()
    assert least_relevant(study_of(X, y))([0, 1]) == 1
    assert least_relevant(study_of(X))([0, 1]) == 1
