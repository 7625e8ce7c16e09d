"""From numbers to a word for each modality, and the sentence behind it."""

import numpy as np
import pandas as pd

from mmensemble.analysis.modalities._elimination import eliminate, least_relevant
from mmensemble.analysis.modalities._redundancy import explained
from mmensemble.analysis.modalities._relevance import (
    gain_beside,
    gain_over_prior,
    mean_known,
    prior_score,
    score,
)

#: Modalities of which others explain less than this are called unique.
UNIQUE_BELOW = 0.1


def judge(study, *, threshold, tolerance, alpha, scoring=None):
    """Return one row a modality: its numbers and the verdict.

    Parameters
    ----------
    study : Study
    threshold : float
        Share of variance from which a modality counts as explained.
    tolerance : float
        Loss of the score that is harmless.
    alpha : float
        Level of the tests; a loss that is not significant is harmless too.
    scoring : str or None, default=None

    Returns
    -------
    frame : DataFrame of shape (n_modalities, n_columns)
        Indexed by modality.
    """

    def harmless(gain):
        return not (gain.mean > tolerance and gain.p_value < alpha)

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
            row |= _redundant(study, dropped[k], scoring)
        else:
            row |= _kept(study, k, kept, alpha, scoring)
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
        "explained_std": _std(by_all.by_fold),
    }
    if study.target is None or not study.folds:
        return row
    alone = gain_over_prior(study, modality, scoring)
    added = gain_beside(study, modality, others, scoring)
    own = score(study, (modality,), scoring)
    return row | {
        "score": own.mean,
        "score_std": _std(own.by_fold),
        "prior_score": mean_known(prior_score(study, modality, scoring)),
        "relevance": alone.mean,
        "relevance_p": alone.p_value,
        "added": added.mean,
        "added_std": added.std,
        "added_se": added.error,
        "added_p": added.p_value,
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
    """Return what leaving out does, for example ``"changes AUC by -0.002 ± 0.006"``."""
    metric = metric_name(study, scoring)
    # no "-0.000"
    change = round(0.0 - gain.mean, 3) + 0.0
    return f"changes {metric} by {change:+.3f} ± {gain.error:.3f}"


def _redundant(study, drop, scoring):
    name = study.names[drop.stand_in]
    reason = f"the kept modalities explain {drop.share:.0%} of it"
    reason += f" ({name} alone {drop.stand_in_share:.0%})"
    if drop.gain is not None:
        reason += f"; leaving it out {change_words(study, drop.gain, scoring)}"
    return {
        "explained_by_kept": drop.share,
        "stand_in": name,
        "verdict": "redundant",
        "reason": reason,
    }


def _kept(study, k, kept, alpha, scoring):
    others = tuple(other for other in kept if other != k)
    share = explained(study, k, others).share
    if study.target is None or not study.folds:
        verdict, reason = _without_target(share, others)
    else:
        verdict, reason = _with_target(study, k, others, share, alpha, scoring)
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
        return "unknown", "too few rows to predict it from the others"
    reason = f"the kept modalities explain {max(share, 0.0):.0%} of it"
    return ("unique" if share < UNIQUE_BELOW else "overlapping"), reason


def _with_target(study, k, others, share, alpha, scoring):
    alone = gain_over_prior(study, k, scoring)
    added = gain_beside(study, k, others, scoring)
    if not np.isfinite(alone.p_value):
        return "unknown", "too few rows to score it"
    metric = metric_name(study, scoring)
    own = score(study, (k,), scoring).mean
    reason = f"alone it reaches {metric} {own:.3f} (p = {alone.p_value:.2g})"
    if not others:
        word = "unique" if alone.p_value < alpha else "irrelevant"
        return word, f"{reason}; no other modality is kept beside it"
    reason += f"; leaving it out {change_words(study, added, scoring)}"
    reason += f" (p = {added.p_value:.2g})"
    if np.isfinite(share):
        reason += f"; the others explain {max(share, 0.0):.0%} of it"
    if added.p_value < alpha:
        return "complementary", reason
    return ("overlapping" if alone.p_value < alpha else "irrelevant"), reason
