"""What a correlation report says: sentences with numbers, method and caveats."""

import numpy as np

from mmensemble._digits import p_words
from mmensemble._verdicts import UNCLEAR, define
from mmensemble.analysis.columns._feature_pairs import MOST_PAIRS, OUTLIER_Z
from mmensemble.report._plain_words import join

#: Modalities that get a sentence; the table has them all.
_MOST_SENTENCES = 12

#: Columns whose alerts are told.
_MOST_ALERTS = 3
#: Verdicts in words without statistics, of one modality and of several.
_PLAIN = {
    "redundant": ("can be left out: the others say the same",) * 2,
    "irrelevant": ("shows nothing about {}", "show nothing about {}"),
    "adds": ("helps to predict {}", "help to predict {}"),
    "complementary": (
        "tells something about {} that the others do not",
        "each tell something about {} that the others do not",
    ),
    "overlapping": ("may or may not add to the others",) * 2,
    "unique": (
        "has next to nothing in common with the others",
        "have next to nothing in common with the others",
    ),
    UNCLEAR: ("has too few rows to tell", "have too few rows to tell"),
}
_ARTICLE = {"Pearson": "Pearson's r", "Spearman": "Spearman's rho"}


def in_short(report):
    """Return for readers without statistics what is studied and what can go.

    Parameters
    ----------
    report : CorrelationReport

    Returns
    -------
    text : str
    """
    names = list(report.modalities_.index)
    text = f"What is studied is how {join(names)} go together."
    if len(names) == 1:
        text = f"What is studied is {names[0]} alone."
    sentences = [text]
    target = ""
    if report.problem is not None:
        target = report.problem.target or "the target"
        sentences[0] = f"{text[:-1]}, and what they tell about {target}."
        if len(names) == 1:
            sentences[0] = f"{text[:-1]}, and what it tells about {target}."
    sentences += _alerts(report.alerts)
    for verdict, (one, several) in _PLAIN.items():
        own = report.modalities_.index[report.modalities_["verdict"] == verdict]
        if len(own) and not (verdict == "unique" and len(names) == 1):
            words = several if len(own) > 1 else one
            if verdict == "overlapping" and not target:
                words = "can in part be told from the others"
            sentences.append(f"{join(own)} {words.format(target)}.")
    return " ".join(sentences)


def _alerts(alerts):
    """Return what to watch out for: a few sentences."""
    sentences = [
        f"Watch out for {name}: {alert}."
        for name, alert in list(alerts.items())[:_MOST_ALERTS]
    ]
    more = len(alerts) - _MOST_ALERTS
    rest = f"There are alerts of {plural(more, 'more column')}."
    return [*sentences, rest] if more > 0 else sentences


def summary_of(report):
    """Return the sentences that a reader needs first.

    Parameters
    ----------
    report : CorrelationReport

    Returns
    -------
    sentences : list of str
    """
    sentences = [_size(report)]
    sentences += _modality_sentences(report.modalities_)
    sentences += _advice(report.modalities_)
    sentences += _closest_pair(report.pairs_)
    sentences += _strongest_features(report)
    sentences += _left_out(report.left_out)
    sentences += _differences(report.differences_)
    sentences += _strongest_category(report.associations_)
    sentences += _shifts(report.shifts_)
    sentences += _anomalies(report.anomalies_)
    return sentences


def _size(report):
    names = list(report.modalities_.index)
    n_features = len(report.feature_columns_)
    n_columns = report.feature_columns_.nunique()
    lacking = 1 - report.presence_.all(axis=1).mean()
    text = (
        f"{plural(report.n_rows, 'row')}, {plural(len(names), 'modality')} "
        f"({join(names)}) with {plural(n_columns, 'column')}"
    )
    if n_columns < n_features:
        text += f", or {n_features:,} features"
    if len(report.presence_) < report.n_rows:
        text += f"; modalities were studied in a sample of {len(report.presence_):,}"
    if lacking > 0:
        return f"{text}; {lacking:.1%} of the rows lack at least one modality."
    return f"{text}; every row has all of them."


def _modality_sentences(modalities):
    # what can go comes first
    order = {"redundant": 0, "irrelevant": 1}
    frame = modalities.assign(_order=[order.get(v, 2) for v in modalities["verdict"]])
    frame = frame.sort_values("_order", kind="stable")
    sentences = [
        f"{name} {_with_verb(row['verdict'])}: {row['reason']}."
        for name, row in frame.head(_MOST_SENTENCES).iterrows()
    ]
    if len(frame) > _MOST_SENTENCES:
        sentences.append(
            f"The other {len(frame) - _MOST_SENTENCES} are in the table below."
        )
    return sentences


def _with_verb(verdict):
    return verdict if verdict == "adds" else f"is {verdict}"


def _advice(modalities):
    gone = modalities.index[modalities["stand_in"].notna()]
    if not len(gone):
        return ["No modality is redundant: the others stand in for none."]
    total = modalities["n_features"].sum()
    left = total - modalities.loc[gone, "n_features"].sum()
    return [
        f"Without {join(gone)}, {left:,} of {total:,} features are left; "
        "CorrelationPruner drops them inside a pipeline."
    ]


def _closest_pair(pairs):
    known = pairs[pairs["rv_adjusted"].notna()]
    if not len(known):
        return []
    row = known.loc[known["rv_adjusted"].idxmax()]
    a, b = row["modality_a"], row["modality_b"]
    text = (
        f"{a} and {b} are closest: adjusted RV {row['rv_adjusted']:.2f}, first "
        f"canonical correlation {row['cca']:.2f}"
    )
    if np.isfinite(row["p_value_cca"]):
        text += f" ({p_words(row['p_value_cca'])})"
    return [
        f"{text}; {a} explains {share(row['a_explains_b'])} of {b}, {b} "
        f"{share(row['b_explains_a'])} of {a}."
    ]


def _strongest_features(report):
    pairs = report.feature_pairs_
    if not len(pairs):
        return []
    row = pairs.iloc[0]
    numbers = join(
        [
            f"{_ARTICLE[method.capitalize()]} {row[method]:.2f}"
            for method in report.methods
            if np.isfinite(row[method])
        ]
    )
    return [
        f"The strongest pair of columns is {row['column_a']} and "
        f"{row['column_b']}: {numbers} in {plural(row['n_rows'], 'row')}."
    ]


def _differences(differences):
    if not len(differences):
        return []
    row, count = differences.iloc[0], len(differences)
    outliers = int((differences["reason"] == "outliers").sum())
    more = " or more" if count >= MOST_PAIRS else ""
    return [
        f"In {plural(count, 'pair')}{more} Pearson and Spearman do not fit together "
        f"({outliers} by outliers, {count - outliers} by a curved relation), most in "
        f"{row['column_a']} and {row['column_b']}: {row['pearson']:.2f} against "
        f"{row['spearman']:.2f}."
    ]


def _strongest_category(associations):
    found = associations[associations["p_adjusted"] < 0.05]
    if not len(found):
        return []
    row = found.iloc[0]
    return [
        f"The category that goes strongest with another column is {row['column_a']}, "
        f"with {row['column_b']}: {row['measure']} {row['value']:.2f} in "
        f"{plural(row['n_rows'], 'row')} (adjusted {p_words(row['p_adjusted'])})."
    ]


def _shifts(shifts):
    if not len(shifts):
        return []
    found = shifts[shifts["p_adjusted"] < 0.05]
    if not len(found):
        return ["No relation of two modalities was seen to differ between the groups."]
    row = found.loc[found["p_adjusted"].idxmin()]
    return [
        f"The relation of {row['modality_a']} and {row['modality_b']} differs by "
        f"{row['by']} (adjusted {p_words(row['p_adjusted'])}): r = "
        f"{row['weakest_r']:.2f} in {row['weakest']}, {row['strongest_r']:.2f} in "
        f"{row['strongest']}."
    ]


def _left_out(names):
    if not names:
        return []
    verb = "holds" if len(names) == 1 else "hold"
    return [
        f"{join(names)} {verb} free text, which is no number of a row read by itself: "
        "left out of the correlations of columns, not of the study of modalities."
    ]


def _anomalies(anomalies):
    count = int((anomalies["score"] > OUTLIER_Z).sum())
    if not count:
        return []
    verb = "has" if count == 1 else "have"
    return [
        f"{plural(count, 'row')} {verb} a modality that disagrees with what the others "
        f"predict (robust z above {OUTLIER_Z})."
    ]


def method_of(report):
    """Return paragraphs on what was computed, and what it cannot tell."""
    analysis = report.analysis_
    grouped = ", groups kept whole" if report.is_grouped else ""
    return (
        "Features: Pearson's r compares values, Spearman's rho ranks with ties "
        "averaged; each pair by the rows that have both. p-values by Student's t, "
        "adjusted for all pairs (Benjamini and Hochberg 1995). "
        + " ".join(report.notes),
        *_method_of_categories(report.associations_),
        "Modalities: “explains” is the share of a modality's variance that ridge "
        f"regressions on another predict out of fold{grouped} (the redundancy index "
        "of Stewart and Love 1968). RV: Robert and Escoufier (1976), adjusted as "
        "Mayer, Lorent and Horgan (2011). Canonical correlation: Hotelling (1936), "
        "regularised as Vinod (1976), with a permutation test. CKA: Kornblith et al. "
        "(2019).",
        " ".join(
            [
                "Verdicts:",
                *define(report.modalities_["verdict"]),
                f"Others explain a modality from {analysis.threshold:.0%} on; up to "
                f"{analysis.tolerance:g} of the score does not matter. Whether it is "
                "more than chance is tested by squared errors (of classes, the Brier "
                "score): a one-sided paired t-test over held-out rows, or sums by "
                f"group, at {analysis.alpha:.0%}, given the models; ± is its standard "
                "error, p its p-value.",
            ]
        ),
        "Caveats: correlation is no cause. Linear measures miss relations that are "
        "neither linear nor monotone. Verdicts were found on these rows, so judge a "
        "model without the dropped modalities on others. Numbers of few rows are "
        "uncertain, and a small p-value is no large effect.",
    )


def _method_of_categories(associations):
    if not associations["value"].notna().any():
        return ()
    return (
        "Categories: Cramér's V, corrected for its bias (Bergsma 2013), p-value by "
        "Pearson's chi-squared test; with numbers the correlation ratio, the root of "
        "the share of variance between the levels, corrected for its bias (Kelley "
        "1935), p-value by the analysis of variance; adjusted for all these pairs.",
    )


def plural(count, noun):
    """Return a count with its noun.

    Examples
    --------
    >>> plural(1, "row"), plural(1200, "row"), plural(2, "modality")
    ('1 row', '1,200 rows', '2 modalities')
    """
    many = f"{noun[:-1]}ies" if noun.endswith("y") else f"{noun}s"
    return f"{count:,} {noun if count == 1 else many}"


def share(value):
    """Return a share as words: what is below 0 explains nothing."""
    return "an unknown share" if np.isnan(value) else f"{max(value, 0.0):.0%}"
