"""Controls against self-deception."""

import warnings

import numpy as np
import pandas as pd
import pytest
from comparison_cases import classifier, make_data
from sklearn.model_selection import GroupKFold, KFold, StratifiedKFold, TimeSeriesSplit
from sklearn.neighbors import KNeighborsClassifier

from mmensemble import compare_fusions
from mmensemble.model_selection._controls import (
    repeated_identifiers,
    shuffled_times,
    warn_of_splits,
)
from mmensemble.report._fusion_words import fusion_in_short

N = 40


def splits_of(cv, groups=None):
    """List the splits of forty rows."""
    return list(cv.split(np.zeros(N), groups=groups))


def test_ignored_groups():
    """Splits that part groups are counted; those that keep them are not mentioned."""
    groups = np.arange(N) // 4
    cv = KFold(4, shuffle=True, random_state=0)
    with pytest.warns(UserWarning, match="In 4 of 4 splits.*KFold ignores 'groups'"):
        warn_of_splits(np.zeros((N, 1)), splits_of(cv), cv, groups)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        cv = GroupKFold(4)
        warn_of_splits(np.zeros((N, 1)), splits_of(cv, groups), cv, groups)


@pytest.mark.filterwarnings("ignore:The groups parameter is ignored by")
def test_ignored_groups_of_a_comparison():
    """The comparison warns before it fits."""
    X, y = make_data()
    with pytest.warns(UserWarning, match="StratifiedKFold ignores 'groups'"):
        compare_fusions(
            classifier(cv=2),
            X,
            y,
            fusions="voting",
            cv=StratifiedKFold(2),
            groups=np.arange(60) // 4,
        )


def test_repeated_identifiers():
    """Names with a word of identity, repeated values, on both sides."""
    X = pd.DataFrame(
        {
            "patient_id": np.arange(N) // 4,
            "a__subject": np.repeat([f"s{k}" for k in range(10)], 4),
            "user": np.arange(N),
            "grid": np.arange(N) // 4,
            "id": [np.nan] * N,
            "person": np.arange(N) % 2,
            "person__age": np.arange(N) // 4,
        }
    )
    cv = KFold(4, shuffle=True, random_state=0)
    splits = splits_of(cv)
    assert repeated_identifiers(X, splits) == ["patient_id", "a__subject"]
    with pytest.warns(UserWarning, match="'patient_id' looks like an identifier"):
        warn_of_splits(X[["patient_id"]], splits, cv, None)
    kept = splits_of(GroupKFold(4), X["patient_id"])
    assert repeated_identifiers(X, kept) == []
    assert repeated_identifiers(X.to_numpy(dtype=object), splits) == []


def test_a_copy_of_the_target_is_told():
    """In front of the folds, and first on the page; shuffled targets do not find it."""
    X, y = make_data(60, missing=0)
    X["a__ill"] = np.where(y == "yes", "ill", "well")
    X.loc[:3, "b__0"] = -999.0
    model = classifier(cv=2).set_params(modalities="auto")
    said = "Column 'a__ill' is a copy of the target; leave it out unless"
    with pytest.warns(UserWarning, match=said):
        found = compare_fusions(model, X, y, fusions="voting", cv=2)
    text = fusion_in_short(found)
    assert text.startswith("Do not trust these scores: a__ill is a copy of the target")
    assert text.count("a__ill") == 1
    assert "Watch out for b__0: -999 comes more than once" in text


def test_shuffled_times():
    """Rows in order of time, predicted from later ones."""
    times = pd.date_range("2020-01-01", periods=N)
    X = pd.DataFrame(
        {
            "day": times,
            "mixed": np.random.default_rng(0).permutation(times),
            "same": times[:1].repeat(N),
            "gaps": times.where(np.arange(N) != 3),
            "number": np.arange(N),
        }
    )
    cv = KFold(4)
    assert shuffled_times(X, splits_of(cv)) == ["day"]
    with pytest.warns(UserWarning, match="'day' holds times.*Use TimeSeriesSplit"):
        warn_of_splits(X[["day"]], splits_of(cv), cv, None)
    assert shuffled_times(X, splits_of(TimeSeriesSplit(4))) == []


def test_control_is_at_chance_where_nothing_leaks():
    """Targets that are shuffled cannot be learnt."""
    X, y = make_data(120)
    found = compare_fusions(
        classifier(cv=2), X, y, fusions=["voting", "concat"], cv=4, control=True
    )
    frame = found.control_frame()
    assert not frame["leaks"].any()
    assert frame["control"].between(0.3, 0.7).all()
    assert (found.split_scores().mean() > 0.7).all()
    assert (found.control.y != found.y).any()
    assert sorted(found.control.y) == sorted(found.y)


def test_control_shows_a_leak():
    """Test rows that are training rows too: a model that remembers betrays them."""
    X, y = make_data(60, missing=0)
    rows = np.arange(60)
    leaking = [(rows, rows[k::3]) for k in range(3)]
    model = classifier(cv=2, estimator=KNeighborsClassifier(1))
    with pytest.warns(UserWarning, match="In 3 of 3 splits rows are trained on and te"):
        found = compare_fusions(
            model, X, y, fusions=["concat", "voting"], cv=leaking, control=True
        )
    frame = found.control_frame().set_index("choice")
    assert frame.loc["concat", "control"] == 1
    assert frame.loc["concat", "leaks"]
