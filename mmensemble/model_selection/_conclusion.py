"""Two sentences: which fusion to use, and how sure that is."""

import numpy as np

from mmensemble._digits import digits, p_value, p_words, signed


def conclude(comparison, *, metric=None, level=0.95):
    """Return two sentences on a comparison.

    Parameters
    ----------
    comparison : FusionComparison
    metric : str, default=None
        None: the first.
    level : float, default=0.95
        Coverage of the intervals.

    Returns
    -------
    text : str
    """
    if not comparison.is_scored(metric):
        return (
            "No choice was scored on every fold, so that none can be recommended. "
            f"{comparison.why_not_scored(metric)}"
        )
    best = comparison.best_choice(metric)
    single = comparison.best_single(metric)
    if single is None:
        sure, relation = _beside_next(comparison, metric, best, level), "unknown"
    else:
        sure, relation = _beside_single(comparison, metric, best, single, level)
    return f"{_which(comparison, metric, best, relation)} {sure}"


def _which(comparison, metric, best, relation):
    """Return what to use and what it is worth on new rows."""
    name, where = f"mean {comparison.metric_name(metric)}", ""
    if comparison.is_pooled(metric):
        name, where = comparison.metric_name(metric), " on the pooled rows of all folds"
    mean = comparison.mean_scores(metric)[best]
    n_choices = len(comparison.choices)
    if n_choices == 1:
        return f"Only {best} was compared: its {name}{where} is {digits(mean)}."
    advised = relation not in ("hurts", "same", "behind")
    start = f"Use {best}: it has" if advised else f"Of the fusions, {best} has"
    text = f"{start} the highest {name} of {n_choices} choices{where}, {digits(mean)}"
    bias = comparison.winner(metric=metric).bias
    if round(bias, 3) > 0:
        text += (
            f"; expect about {digits(bias)} less on new rows, since the best was picked"
        )
    elif np.isfinite(bias):
        text += ", and as much is to be expected on new rows"
    simple = comparison.simplest(metric)
    if advised and simple != best:
        text += f"; {simple} is simpler and within one standard error"
    return f"{text}."


def _beside_single(comparison, metric, best, single, level):
    """Return whether fusing beats the best single modality, and by how much."""
    frame = comparison.tests(reference=single, metric=metric, level=level)
    row = frame.set_index("choice").loc[best]
    if comparison.is_pooled(metric) or np.isnan(row["p"]):
        return _untested(comparison, metric, single), "unknown"
    rope = comparison.rope
    lower, upper = row["lower_difference"], row["upper_difference"]
    shown = _interval(row, level, len(frame) - 1)
    alone, named = single, f"the best single modality, {single},"
    if _is_fused_alone(comparison, best, single):
        alone = named = "that modality without a fusion"
    gap = f"its difference to {named} is {shown}"
    if lower > 0 and row["difference"] > rope:
        if row["p_adjusted"] < 1 - level:
            return f"Fusing helps: {gap}.", "helps"
        return (
            f"Fusing seems to help, but with so many comparisons this may be luck: "
            f"{gap}.",
            "likely",
        )
    if upper < 0 and row["difference"] < -rope:
        why, relation = "fusing hurts here", "hurts"
    elif lower >= -rope and upper <= rope:
        why, relation = "it is as good", "same"
    else:
        why, relation = "", "unclear" if row["difference"] > 0 else "behind"
    if why:
        text = f"Use {alone} instead, for {why}: the fusion's difference to it is"
        return f"{text} {shown}.", relation
    text = (
        f"That fusing helps is not shown: {gap}, and the probability of a gain above "
        f"{rope:g} is {row['p_better']:.0%}."
    )
    if relation == "behind":
        text += f" Until more rows tell, use {alone}, which needs less."
    return text, relation


def _is_fused_alone(comparison, best, single):
    """Tell whether a choice reads but the modality that a single one is of."""
    frame = comparison.frame(singles=True).set_index("choice")["subset"]
    return frame[best] == frame[single]


def _beside_next(comparison, metric, best, level):
    """Return how the best differs from the next, where no single is known."""
    means = comparison.mean_scores(metric).drop(best).dropna()
    if not len(means):
        return "Nothing else was scored on every fold to compare it with."
    frame = comparison.tests(reference=means.idxmax(), metric=metric, level=level)
    row = frame.set_index("choice").loc[best]
    if comparison.is_pooled(metric) or np.isnan(row["p"]):
        return _untested(comparison, metric, means.idxmax())
    sure = "is clear" if row["p_adjusted"] < 1 - level else "is not clear"
    shown = _interval(row, level, frame["p"].notna().sum())
    return f"Its difference to the next, {means.idxmax()}, {sure}: {shown}."


def _untested(comparison, metric, other):
    """Return why it is open whether the best beats another."""
    if not comparison.is_pooled(metric):
        return f"One fold alone does not tell whether it beats {other}."
    mean = comparison.mean_scores(metric, singles=True)[other]
    return (
        f"Whether it beats {other}, {digits(mean)}, was not tested: folds are too "
        "small for the metric."
    )


def _interval(row, level, n_tests):
    """Return a difference with its interval, and p alone and among all tests."""
    lower, upper = signed(row["lower_difference"]), signed(row["upper_difference"])
    p = p_words(row["p"])
    if n_tests > 1:
        holm = p_value(row["p_adjusted"])
        p += f", or {holm} as one of {n_tests} comparisons (Holm)"
    return f"{signed(row['difference'])} ({level:.0%} interval {lower} to {upper}; {p})"
