"""The sections of a correlation report."""

import numpy as np
import pandas as pd

from mmensemble._digits import percent
from mmensemble.display._feature_pairs import FeaturePairsDisplay, MethodDisplay
from mmensemble.display._presence import PresenceDisplay
from mmensemble.report._correlation_words import in_short, method_of, plural, share
from mmensemble.report._plain_words import join
from mmensemble.report._sections import Figure, Figures, Table, Text

#: Rows of long tables.
_MOST_ROWS = 200

#: Rows of anomalies.
_MOST_ANOMALIES = 25

#: Patterns of presence.
_MOST_PATTERNS = 12

#: Features of a clustered map.
_MOST_FEATURES = 60

_WORDS = {
    "verdict": "verdict",
    "stand_in": "stand-in",
    "explained": "explained by the others",
    "score": "score alone",
    "prior_score": "score of the prior",
    "added": "added to the others",
    "saved": "squared error saved",
    "se_saved": "± (standard error)",
    "p_value_saved": "p (paired t-test over rows)",
    "n_present": "rows that have it",
    "n_features": "features",
}
_PAIR_WORDS = {
    "modality_a": "A",
    "modality_b": "B",
    "n_rows": "rows with both",
    "a_explains_b": "A explains B",
    "b_explains_a": "B explains A",
    "rv_adjusted": "adjusted RV",
    "cca": "canonical r",
    "p_value_cca": "p of canonical r",
    "cka_debiased": "CKA, debiased",
    "mean_abs_r": "mean |r|",
    "max_abs_r": "largest |r|",
    "share_significant": "share significant",
}
_FEATURE_WORDS = {
    "column_a": "column A",
    "column_b": "column B",
    "modality_a": "modality A",
    "modality_b": "modality B",
    "pearson": "Pearson",
    "spearman": "Spearman",
    "p_adjusted": "adjusted p",
    "n_rows": "rows",
    "without_outliers": "Pearson without outliers",
    "n_outliers": "outliers",
    "reason": "reason",
}


_ASSOCIATION_WORDS = {
    "column_a": "category",
    "column_b": "column",
    "modality_a": "modality",
    "modality_b": "modality of the column",
    "measure": "measure",
    "value": "value",
    "p_adjusted": "adjusted p",
    "n_rows": "rows",
}
_P_VALUES = tuple(
    words[name]
    for words, name in (
        (_WORDS, "p_value_saved"),
        (_PAIR_WORDS, "p_value_cca"),
        (_FEATURE_WORDS, "p_adjusted"),
    )
)


def correlation_sections(report):
    """Return the sections of a page.

    Parameters
    ----------
    report : CorrelationReport

    Returns
    -------
    sections : list of Text, Table, Figure and Figures
    """
    sections = [
        Text("In short", (in_short(report),)),
        *_problem(report),
        Text("Summary", points=tuple(report.summary_)),
        modality_table(report.modalities_),
    ]
    if len(report.modalities_) > 1:
        sections += _modality_figures(report)
        sections.append(_pair_table(report.pairs_))
    sections += _feature_sections(report)
    sections += _association_table(report.associations_)
    sections.append(_presence(report))
    sections += _row_sections(report)
    sections.append(Text("Method and caveats", method_of(report)))
    if report.code:
        sections.append(Text("How to make this page again", (), report.code))
    return sections


def _problem(report):
    """Return what the modalities are to tell about; nothing without a target."""
    if report.problem is None:
        return []
    return [Text("What is studied", report.problem.sentences())]


def modality_table(modalities):
    """Return the table of modalities, those that can go marked."""
    frame = _chosen(modalities, _WORDS)
    frame.insert(0, "modality", list(modalities.index))
    marked = np.flatnonzero(modalities["verdict"].isin(["redundant", "irrelevant"]))
    caption = "Marked rows can go: they are redundant or irrelevant. "
    if "score alone" in frame:
        caption += (
            "Added is how much the score falls without it beside all others; in the "
            "summary it is beside those that are kept. "
        )
    caption += "Shares are out of fold."
    return Table("Modalities", frame, caption, tuple(marked), _P_VALUES)


def _chosen(frame, words):
    """Return the columns that have words and data, in the order of the words."""
    names = [name for name in words if name in frame and frame[name].notna().any()]
    return frame[names].rename(columns=words).reset_index(drop=True)


def _modality_figures(report):
    display = report.display()
    heatmap = Figure(
        "Heat map",
        display,
        "How much of the column's modality the row's modality explains, out of fold.",
        _say_square(display.frame()),
    )
    network = Figure(
        "Network",
        display,
        "An arrow points to what is explained; the number is the larger share of the "
        "two directions. Hollow dots can go.",
        _say_edges(display.frame("network")),
        {"kind": "network"},
    )
    return [Figures("Who explains whom", (heatmap, network))]


def _say_square(square):
    relations = [
        f"{row} explains {share(square.loc[row, column])} of {column}"
        for row in square.index
        for column in square.columns
        if row != column
    ]
    return f"{'; '.join(relations[:30])}{'; and so on' if len(relations) > 30 else ''}."


def _say_edges(edges):
    relations = [
        f"{row.source} to {row.target} {share(row.value)}"
        for row in edges.head(20).itertuples()
    ]
    return f"Network of modalities, strongest first: {', '.join(relations)}."


def _pair_table(pairs):
    return Table(
        "Pairs of modalities",
        _chosen(pairs, _PAIR_WORDS),
        "“Explains” is a share of variance, out of fold; below 0 it is worse than the "
        "mean. The p-value is that of a permutation test.",
        p_values=_P_VALUES,
    )


def _feature_sections(report):
    """Return maps and plots of features, their strongest pairs, and differences."""
    if not len(report.feature_pairs_):
        return []
    maps = tuple(_cluster_figure(report, method) for method in report.methods)
    plots, tables = (_scatter(report),), [_strongest_table(report)]
    if len(report.methods) > 1:
        plots += (_method_figure(report),)
        tables.append(_difference_table(report.differences_))
    return [
        Figures("Columns in hierarchical order", maps),
        Figures("Single pairs of columns", plots),
        *tables,
    ]


def _association_table(associations):
    known = associations[associations["value"].notna()]
    if not len(known):
        return []
    shown = known.head(_MOST_ROWS)
    return [
        Table(
            "Categories",
            _chosen(shown, _ASSOCIATION_WORDS),
            f"The {len(shown)} strongest of {plural(len(known), 'pair')} with a column "
            "of categories. Cramér's V compares categories, the correlation ratio a "
            "category and a number; both from 0 to 1, and corrected for their bias.",
            p_values=_P_VALUES,
        )
    ]


def _strongest_table(report):
    n_columns = report.feature_columns_.nunique()
    n_pairs = n_columns * (n_columns - 1) // 2
    shown = report.feature_pairs_.head(_MOST_ROWS)
    caption = f"The {len(shown)} strongest of {plural(n_pairs, 'pair')}."
    if n_columns < len(report.feature_columns_):
        caption += (
            " A category or text is several numbers; of these the strongest counts."
        )
    frame = _chosen(shown, _FEATURE_WORDS)
    return Table("Strongest pairs of columns", frame, caption, p_values=_P_VALUES)


def _cluster_figure(report, method):
    display = report.display(method)
    frame = display.frame("clustermap", max_features=_MOST_FEATURES)
    count, known = len(frame), report.feature_columns_.nunique()
    which = f"All {count} columns"
    if count < known:
        which = f"The {count} of {known:,} columns that correlate strongest"
    caption = (
        f"{which}, ordered by average linkage of 1 − |r|; the coloured edge tells the "
        "modality."
    )
    order = join(frame.index, most=12)
    return Figure(
        method.capitalize(),
        display,
        caption,
        f"Heat map of {method} correlations. {which} in the order {order}.",
        {"kind": "clustermap", "max_features": _MOST_FEATURES},
    )


def _scatter(report):
    """Return the scatter plots of the strongest pairs."""
    pairs = report.feature_pairs_.set_index(["feature_a", "feature_b"])
    panels = report.points_[["feature_a", "feature_b"]].drop_duplicates()
    titles, columns = [], []
    for a, b in panels.itertuples(index=False, name=None):
        row = pairs.loc[(a, b)]
        values = [f"{_SHORT[m]} {row[m]:.2f}" for m in report.methods]
        titles.append(", ".join(values))
        names = row["column_a"], row["column_b"]
        columns.append(f"{names[0]} and {names[1]}: {', '.join(values)}")
    points = report.points_.copy()
    for end in ("feature_a", "feature_b"):
        points[end] = points[end].map(report.feature_columns_)
    return Figure(
        "The strongest, row by row",
        FeaturePairsDisplay(points, titles=titles),
        "Pairs of different modalities first, no column twice; up to 300 rows each.",
        f"Scatter plots. {'; '.join(columns)}.",
    )


_SHORT = {"pearson": "r", "spearman": "rho"}


def _method_figure(report):
    frame, count = _side_by_side(report), len(report.differences_)
    return Figure(
        "Pearson against Spearman",
        MethodDisplay(frame),
        "Away from the line the two do not agree: outliers raise or hide Pearson's r, "
        "a curve that only rises lowers it.",
        f"Scatter plot of {plural(len(frame), 'pair')} of columns; in "
        f"{plural(count, 'pair')} the two methods differ.",
    )


def _difference_table(differences):
    title = "Where Pearson and Spearman differ"
    if not len(differences):
        return Text(title, ("No pair differs by more than chance and 0.1.",))
    caption = (
        "Outliers: without the rows of robust z above 3.5, Pearson's r comes at least "
        "half-way to what the ranks say; curved: it does not."
    )
    if len(differences) > _MOST_ROWS:
        caption = f"The {_MOST_ROWS} widest gaps. {caption}"
    frame = _chosen(differences.head(_MOST_ROWS), _FEATURE_WORDS)
    return Table(title, frame, caption, p_values=_P_VALUES)


def _side_by_side(report):
    """Return pairs with both correlations: the strongest, and those that differ."""
    keys = ["feature_a", "feature_b"]
    columns = [*keys, "pearson", "spearman"]
    parts = report.differences_[columns], report.feature_pairs_[columns]
    frame = pd.concat(
        [parts[0].assign(differs=True), parts[1].assign(differs=False)],
        ignore_index=True,
    )
    return frame.drop_duplicates(keys).dropna().reset_index(drop=True)


def _presence(report):
    display = PresenceDisplay(report.presence_)
    frame = display.frame(_MOST_PATTERNS)
    patterns = []
    for _, row in frame.iterrows():
        present = [name for name in frame.columns[2:] if row[name]]
        patterns.append(f"{percent(row['share'])} have {join(present) or 'none'}")
    return Figure(
        "Which modalities are present",
        display,
        "One line a pattern: a full dot is a modality that the rows have, a ring one "
        "that they lack.",
        f"Of the rows, {'; '.join(patterns)}.",
        {"max_patterns": _MOST_PATTERNS},
    )


def _row_sections(report):
    """Return what differs between groups, and the rows that disagree."""
    sections = []
    if len(report.shifts_):
        words = {
            "by": "by",
            "modality_a": "A",
            "modality_b": "B",
            "weakest": "weakest in",
            "weakest_r": "r there",
            "strongest": "strongest in",
            "strongest_r": "r in it",
            "p_adjusted": "adjusted p",
            "n_rows": "rows",
        }
        sections.append(
            Table(
                "Relations that change",
                _chosen(report.shifts_, words),
                "Permutation test of equal correlations in all groups, adjusted over "
                "the pairs.",
                p_values=_P_VALUES,
            )
        )
    anomalies = disagreeing_rows(report.anomalies_)
    known = anomalies["score"].notna()
    if known.any():
        frame = anomalies[known].head(_MOST_ANOMALIES).round(2)
        caption = (
            "Robust z of what the other modalities do not predict; above 3.5 a row is "
            "worth a look."
        )
        sections.append(Table("Rows whose modalities disagree most", frame, caption))
    return sections


def disagreeing_rows(anomalies):
    """Return the scores of rows, the largest first, with their labels as ``row``.

    Parameters
    ----------
    anomalies : DataFrame
        Indexed by row; labels of several levels become text.
    """
    rows = anomalies.index
    if isinstance(rows, pd.MultiIndex):
        rows = [", ".join(map(str, label)) for label in rows]
    frame = anomalies.reset_index(drop=True)
    frame.insert(0, "row", rows)
    return frame.sort_values("score", ascending=False, kind="stable")
