"""From numbers to a word for each modality, and the sentence behind it.

The words are those of `mmensemble._verdicts`.
"""

import numpy as np
import pandas as pd

from mmensemble._digits import digits, p_words, signed
from mmensemble._verdicts import UNCLEAR
from mmensemble.analysis.modalities._elimination import eliminate, least_relevant
from mmensemble.analysis.modalities._redundancy import explained
from mmensemble.analysis.modalities._relevance import (
    TEST,
    gain_beside,
    gain_over_prior,
    mean_known,
    prior_score,
    score,
)

#: Modalities of which others explain less than this are called unique: a correlation
#: of 0.3, which Cohen (1988) calls medium, explains 9 percent.
UNIQUE_BELOW = 0.1


def adds(gain, *, tolerance, alpha):
    """Return whether a gain is significant, and more than does not matter."""
    return gain.mean > tolerance and gain.p_value < alpha


def judge(study, *, threshold, tolerance, alpha, scoring=None):
    """Return one row a modality: its numbers and the verdict.

    Parameters
    ----------
    study : Study
    threshold : float
        Share of variance from which a modality counts as explained.
    tolerance : float
        Difference of the score that does not matter.
    alpha : float
        Level of the tests; a loss that is not significant is harmless too.
    scoring : str or None, default=None

    Returns
    -------
    frame : DataFrame of shape (n_modalities, n_columns)
        Indexed by modality.
    """

    levels = {"tolerance": tolerance, "alpha": alpha}

    def harmless(gain):
        return not adds(gain, **levels)

    kept, drops = eliminate(
        study,
        threshold=threshold,
        harmless=harmless,
        choose=least_relevant(study, scoring),
        scoring=scoring,
    )
    dropped = {drop.modality: drop for drop in drops}
    rows = []
    for k in study.everyone:
        row = numbers(study, k, scoring)
        if k in dropped:
            row |= _dropped(study, dropped[k], alpha, scoring)
        else:
            others = tuple(other for other in kept if other != k)
            row |= _kept(study, k, others, threshold, levels, scoring)
        rows.append(row)
    return pd.DataFrame(rows, index=pd.Index(study.names, name="modality"))


def numbers(study, modality, scoring=None):
    """Return what is measured of one modality, a dict."""
    others = tuple(k for k in study.everyone if k != modality)
    by_all = explained(study, modality, others)
    columns = study.resolved[modality][2]
    row = {
        "n_present": int(study.presence[:, modality].sum()),
        "n_columns": len(columns) if isinstance(columns, list) else 1,
        "n_features": _width(study, modality),
        "explained": by_all.share,
        "std_explained": _std(by_all.by_fold),
    }
    if study.target is None or not study.folds:
        return row
    alone = gain_over_prior(study, modality, scoring)
    added = gain_beside(study, modality, others, scoring)
    own = score(study, (modality,), scoring)
    return row | {
        "score": own.mean,
        "std_score": _std(own.by_fold),
        "prior_score": mean_known(prior_score(study, modality, scoring)),
        "relevance": alone.mean,
        "saved_alone": alone.saved,
        "se_saved_alone": alone.error,
        "p_value_saved_alone": alone.p_value,
        "added": added.mean,
        "std_added": added.std,
        "saved": added.saved,
        "se_saved": added.error,
        "p_value_saved": added.p_value,
    }


def _width(study, modality):
    return study.blocks(0).width(modality) if study.folds else 0


def _std(values):
    known = values[np.isfinite(values)]
    return float(known.std(ddof=1)) if len(known) > 1 else np.nan


def metric_name(study, scoring=None):
    """Return how the score is called."""
    if scoring is not None:
        return scoring
    return "AUC" if study.target.is_classification else "R2"


def change_words(study, gain, scoring=None):
    """Return what leaving out does to the score, and what the test says of errors.

    The number before ± is that which the p-value is of.
    """
    metric = metric_name(study, scoring)
    change = signed(-gain.mean)
    return f"changes {metric} by {change} and squared error by {_tested(gain)}"


def _tested(gain):
    if not np.isfinite(gain.p_value):
        return "an unknown amount"
    test = f"({TEST}, {p_words(gain.p_value)})"
    return f"{signed(gain.saved)} ± {digits(gain.error)} {test}"


def _dropped(study, drop, alpha, scoring):
    """Return the words for what others stand in for."""
    name = study.names[drop.stand_in]
    verdict = "redundant"
    reason = f"the kept modalities explain {drop.share:.0%} of it"
    reason += f" ({name} alone {drop.stand_in_share:.0%})"
    if drop.gain is not None:
        reason += f"; leaving it out {change_words(study, drop.gain, scoring)}"
        alone = gain_over_prior(study, drop.modality, scoring)
        if not alone.p_value < alpha:
            verdict = "irrelevant"
            reason += f"; {_alone_words(study, drop.modality, alone, scoring)}"
    return {
        "explained_by_kept": drop.share,
        "stand_in": name,
        "verdict": verdict,
        "reason": reason,
    }


def _kept(study, k, others, threshold, levels, scoring):
    share = explained(study, k, others).share
    if study.target is None or not study.folds:
        verdict, reason = _without_target(share, others)
    else:
        alone = gain_over_prior(study, k, scoring)
        added = gain_beside(study, k, others, scoring)
        verdict = _word(alone, added, share, others, threshold, levels)
        reason = _reason(study, k, others, share, (alone, added), scoring)
    return {
        "explained_by_kept": share,
        "stand_in": None,
        "verdict": verdict,
        "reason": reason,
    }


def _without_target(share, others):
    if not others:
        return "unique", "no other modality is kept beside it"
    if not np.isfinite(share):
        return UNCLEAR, "too few rows to predict it from the others"
    reason = f"the kept modalities explain {max(share, 0.0):.0%} of it"
    return ("unique" if share < UNIQUE_BELOW else "overlapping"), reason


def _word(alone, added, share, others, threshold, levels):
    """Return the verdict on a modality that stays beside others."""
    if not np.isfinite(alone.p_value):
        return UNCLEAR
    beats_chance = alone.p_value < levels["alpha"]
    if not others:
        return "adds" if beats_chance else "irrelevant"
    if adds(added, **levels):
        return "adds" if share >= threshold else "complementary"
    return "overlapping" if beats_chance else "irrelevant"


def _reason(study, k, others, share, gains, scoring):
    """Return the numbers behind a verdict, in words."""
    alone, added = gains
    if not np.isfinite(alone.p_value):
        return "too few rows to score it"
    reason = _alone_words(study, k, alone, scoring)
    if not others:
        return f"{reason}; no other modality is kept beside it"
    reason += f"; leaving it out {change_words(study, added, scoring)}"
    if np.isfinite(share):
        reason += f"; the others explain {max(share, 0.0):.0%} of it"
    return reason


def _alone_words(study, k, alone, scoring):
    metric, own = metric_name(study, scoring), score(study, (k,), scoring).mean
    return (
        f"alone it reaches {metric} {digits(own)} and lowers the squared error by "
        f"{_tested(alone)}"
    )
