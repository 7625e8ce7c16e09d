"""The sections of a comparison: conclusion, scores, plot, presence, model."""

import numpy as np
import pandas as pd

from mmensemble.display import FusionComparisonDisplay, PresenceDisplay
from mmensemble.model_selection import judge
from mmensemble.report._sections import Diagram, Figure, Table, Text

#: Patterns that a page shows.
_MOST_PATTERNS = 12


def score_rows(table, metric):
    """Return a table of scores for people: rounded, in words, the best marked.

    Parameters
    ----------
    table : DataFrame
        As :func:`mmensemble.model_selection.score_table` returns it.
    metric : str
        Name of the score.

    Returns
    -------
    rows : DataFrame of str
        One row a choice, in the order of `table`.
    """
    best = table["mean_test_score"] == table["mean_test_score"].max()
    return pd.DataFrame(
        {
            "choice": table["choice"],
            f"{metric} (mean ± sd)": [
                "failed" if np.isnan(mean) else f"{mean:.3f} ± {sd:.3f}"
                for mean, sd in zip(
                    table["mean_test_score"], table["std_test_score"], strict=True
                )
            ],
            "fit time": [f"{seconds:.2f} s" for seconds in table["mean_fit_time"]],
            "note": ["best" if mark else "" for mark in best],
        }
    )


def conclusion(table, singles, metric):
    """Return two sentences with the numbers that matter.

    Parameters
    ----------
    table : DataFrame
        As :func:`mmensemble.model_selection.score_table` returns it.
    singles : list of str
        Choices that are single modalities; the others are fusions.
    metric : str
        Name of the score.

    Returns
    -------
    text : str
    """
    verdict = judge(table, singles)
    if verdict is None:
        return "Too many choices failed to compare fusions with single modalities."
    best, fusion, single = verdict.best, verdict.fusion, verdict.single
    if verdict.is_clear:
        gain = "helps" if verdict.difference > 0 else "hurts"
        meaning = f"more than the spread over the folds, so fusing {gain} here"
    else:
        meaning = (
            "less than the spread over the folds, so these data do not show that "
            "fusing helps"
        )
    return (
        f"The highest {metric} is that of {best['choice']}: "
        f"{best['mean_test_score']:.3f} ± {best['std_test_score']:.3f} over "
        f"{verdict.n_folds} folds. The best fusion, {fusion['choice']}, differs from "
        f"the best single modality, {single['choice']}, by "
        f"{verdict.difference:+.3f} ± {verdict.spread:.3f} a fold and is ahead in "
        f"{verdict.n_ahead} of {verdict.n_folds}: {meaning}."
    )


def comparison_sections(table, *, singles, metric, model, X, modalities, how, code=""):
    """Return the sections of a page on a comparison.

    Parameters
    ----------
    table : DataFrame
        As :func:`mmensemble.model_selection.score_table` returns it.
    singles : list of str
        Choices that are single modalities; the others are fusions.
    metric : str
        Name of the score.
    model : estimator object
        Shown as a diagram.
    X : {array-like, sparse matrix, dataframe} of shape (n_samples, n_columns)
    modalities : "auto" or list of (name, extractor, columns)
    how : str
        How the table was made.
    code : str, default=""
        Lines that make it again.

    Returns
    -------
    sections : list of Text, Table, Figure and Diagram
    """
    scores = FusionComparisonDisplay.from_frame(table, metric=metric)
    presence = PresenceDisplay.from_data(X, modalities)
    rows = score_rows(table, metric)
    marked = tuple(np.flatnonzero(rows["note"] == "best"))
    failed = table.loc[table["error"] != "", ["choice", "error"]]
    sections = [
        Text("Conclusion", (conclusion(table, singles, metric),)),
        Table("Scores", rows, f"Fit time is the mean over the folds. {how}", marked),
        Figure(
            "Scores over the folds",
            scores,
            "Points are means; bars reach one standard deviation to each side.",
            _say_scores(scores.frame(), metric),
        ),
        Figure(
            "Which modalities are present",
            presence,
            "One line a pattern: a full dot is a modality that the rows have, a ring "
            "one that they lack.",
            _say_presence(presence.frame(_MOST_PATTERNS)),
            {"max_patterns": _MOST_PATTERNS},
        ),
        Diagram(
            "The model",
            model,
            "One column a modality with its extractor, then the fusion. Click a box "
            "for its parameters.",
        ),
    ]
    if len(failed):
        sections.insert(2, Table("What failed", failed))
    if code:
        sections.append(Text("How to make this page again", (), code))
    return sections


def _say_scores(frame, metric):
    said = [
        f"{name} {mean:.3f}"
        for name, mean in zip(frame["choice"], frame["mean_test_score"], strict=True)
    ]
    return f"Mean {metric} from best to worst: {', '.join(said)}."


def _say_presence(frame):
    names = list(frame.columns[2:])
    said = []
    for _, row in frame.iterrows():
        present = [name for name in names if row[name]]
        said.append(f"{row['share']:.1%} have {' and '.join(present) or 'none'}")
    return f"Of the rows, {'; '.join(said)}."
