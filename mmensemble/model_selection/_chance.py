"""What knowing nothing scores: the same prediction for every row."""

import numpy as np
import pandas as pd
from scipy import stats

from mmensemble._validation import as_weight
from mmensemble.learners._scoring import score_of
from mmensemble.learners._task import take_params
from mmensemble.model_selection._paired_tests import holm, paired_difference

#: Level at which a control above chance counts as a leak.
_ALPHA = 0.05


def chance_scores(results, y, scorer, metric, sample_weight=None):
    """Return the score of one and the same prediction for every row, on each fold.

    It is the mean of all targets, or the frequencies of the classes. Those of the
    training rows would not do: in a balanced sample a class that is more frequent
    in training is rarer in the test, so that the training prior scores below
    chance.

    Parameters
    ----------
    results : list of FoldResult
    y : ndarray of shape (n_samples,) or (n_samples, n_targets)
    scorer : callable
        As :func:`sklearn.metrics.check_scoring` returns it.
    metric : str
        Name of one metric.
    sample_weight : ndarray of shape (n_samples,), default=None

    Returns
    -------
    scores : ndarray of shape (n_folds,)
        NaN where the scorer needs more than predictions.
    """
    weights = {} if sample_weight is None else {"sample_weight": sample_weight}
    scores = []
    for result in results:
        test, task = result.test, result.task
        if task is None:
            scores.append(np.nan)
            continue
        prior = np.tile(_mean_target(y, task, sample_weight), (len(test), 1))
        params = take_params(weights, test, len(y))
        try:
            found = score_of(scorer, prior, task, None, y[test], params)
        except Exception:  # of a user's scorer: it may be anything
            found = {}
        scores.append(found.get(metric, np.nan))
    return np.array(scores)


def _mean_target(y, task, weight):
    weight = np.asarray(as_weight(weight, len(y)), dtype=float)
    if not task.is_classification:
        return np.average(np.reshape(y, (len(y), -1)), axis=0, weights=weight)
    counts = [weight[y == label].sum() for label in task.classes]
    return np.array(counts) / np.sum(counts)


def control_frame(scores, chance, ratio, level=0.95):
    """Compare scores of a control with shuffled targets with chance.

    Parameters
    ----------
    scores : DataFrame of shape (n_folds, n_choices)
        Of the control.
    chance : ndarray of shape (n_folds,)
    ratio : ndarray of shape (n_folds,)
        Test rows for each training row.
    level : float, default=0.95
        Coverage of the intervals.

    Returns
    -------
    frame : DataFrame
        One row a choice: `choice`, `control`, `chance`, `difference`,
        `lower_difference`, `upper_difference`, one-sided `p` of the corrected
        resampled t-test, `p_adjusted`, and `leaks`.
    """
    rows = []
    for name in scores.columns:
        values = scores[name].to_numpy()
        gap = paired_difference(values, chance, ratio)
        lower, upper = gap.interval(level)
        p_value = stats.t.sf(gap.t, gap.n - 1) if gap.n > 1 else np.nan
        rows.append(
            {
                "choice": name,
                "control": values.mean(),
                "chance": chance.mean(),
                "difference": gap.mean,
                "lower_difference": lower,
                "upper_difference": upper,
                "p": float(p_value),
            }
        )
    frame = pd.DataFrame(rows)
    frame["p_adjusted"] = holm(frame["p"])
    frame["leaks"] = frame["p_adjusted"] < _ALPHA
    return frame
