"""The page on contributions of modalities: what each is worth, and when missing."""

import numpy as np
import pandas as pd

from mmensemble._digits import digits, signed
from mmensemble.display._contributions import ContributionDisplay
from mmensemble.report._page import render_page
from mmensemble.report._plain_words import (
    Standing,
    join,
    standing_in_words,
    task_in_words,
)
from mmensemble.report._sections import Figure, Figures, Table, Text

#: Pairs that are listed, and modalities that the sentence names.
_MOST_PAIRS, _MOST_NAMED = 200, 6
#: Columns of the contributions, with their headings.
_HEADINGS = {
    "modality": "modality",
    "shapley": "contribution",
    "std_shapley": "std",
    "share": "share",
    "alone": "alone",
    "last": "beside all others",
    "n_folds": "folds",
}


def contribution_page(
    contributions,
    *,
    title="What does each modality contribute?",
    output=None,
):
    """Return the page on contributions.

    Parameters
    ----------
    contributions : ModalityContributions
        As :func:`mmensemble.modality_contributions` returns them.
    title : str, default="What does each modality contribute?"
        Heading of the page.
    output : label or int, default=None
        Class or target whose rows are shown; None for the last.

    Returns
    -------
    html : str
        One file that loads nothing.

    Raises
    ------
    ImportError
        When jinja2 or matplotlib is not installed.
    """
    display = ContributionDisplay.from_contributions(contributions, output=output)
    metric = display.metric
    where = f"{metric} of the pooled rows of all folds"
    if not contributions.is_pooled:
        where = f"{metric}, means over the folds"
    problem = contributions.problem
    sections = [
        Text("Contributions", _sentences(display, metric)),
        Table(
            "Contributions in numbers",
            display.frame()[list(_HEADINGS)].rename(columns=_HEADINGS),
            f"Shapley values of the {where}; their sum is what all modalities score "
            "more than none. Alone is what one adds to nothing; folds are those whose "
            "model reads it.",
        ),
        Figures("Figures", tuple(_figures(display))),
        Table("When modalities are missing", contributions.degradation()),
        _pairs(contributions),
    ]
    if problem is not None:
        sentences = problem.sentences(len(contributions.folds))
        sections.insert(0, Text("What is predicted", sentences))
    sections.insert(0, Text("In short", (_in_short(contributions, display),)))
    errors = contributions.errors()
    if len(errors):
        sections.append(Table("What failed", errors))
    return render_page(title, sections)


def _in_short(contributions, display):
    """Return what is predicted, how well, what helps, and what to watch out for."""
    problem, falls = contributions.problem, display.degradation["score"]
    sentences = [] if problem is None else [task_in_words(problem)]
    standing = Standing(display.metric, falls.iloc[0], falls.iloc[-1])
    sentences.append(standing_in_words("the model", problem, standing))
    frame = display.frame().sort_values("shapley", ascending=False, kind="stable")
    helpful = frame.loc[frame["shapley"] > 0, "modality"].tolist()
    idle = frame.loc[frame["shapley"] <= 0, "modality"].tolist()
    if helpful:
        then = f", then {helpful[1]}" if helpful[1:] else ""
        sentences.append(f"What seems to help most is {helpful[0]}{then}.")
    if idle:
        sentences.append(f"Little or nothing comes from {join(idle)}.")
    n_errors = len(contributions.errors())
    if n_errors:
        n_folds = len(contributions.folds)
        sentences.append(f"{n_errors} of {n_folds} folds failed; see below.")
    target = "the target" if problem is None else problem.target or "the target"
    sentences.append(
        f"That is what this model makes of the modalities, not what causes {target}."
    )
    return " ".join(sentences)


def _pairs(contributions):
    title, frame = "Pairs", contributions.interactions()
    if len(frame) < 2:
        return Text(title, ("There is one modality, and so no pair.",))
    pairs = pd.DataFrame(
        [
            (one, other, frame.loc[one, other])
            for place, one in enumerate(frame.index)
            for other in frame.columns[place + 1 :]
        ],
        columns=["A", "B", "together"],
    )
    pairs = pairs.iloc[np.argsort(-pairs["together"].abs(), kind="stable")]
    return Table(
        title,
        pairs.head(_MOST_PAIRS),
        "What two modalities are worth together beyond their parts, the furthest from "
        "0 first: negative for redundant pairs, positive for complementary ones.",
    )


def _sentences(display, metric):
    frame, falls = display.frame(), display.degradation
    whole, nothing = falls["score"].iloc[0], falls["score"].iloc[-1]
    first = frame if len(frame) <= _MOST_NAMED + 1 else frame.head(_MOST_NAMED)
    parts = ", ".join(
        f"{name} {signed(value)}"
        for name, value in zip(first["modality"], first["shapley"], strict=True)
    )
    rest = frame["shapley"].iloc[len(first) :]
    if len(rest):
        parts += (
            f", and each of {len(rest)} others {signed(rest.min())} to "
            f"{signed(rest.max())}"
        )
    return (
        f"With all modalities the {metric} is {digits(whole)}, with none "
        f"{digits(nothing)}. Of "
        f"the difference each contributes: {parts}.",
    )


def _figures(display):
    names = ", ".join(map(str, display.frame()["modality"]))
    captions = {
        "bars": ("To the score", "The largest contribution first."),
        "beeswarm": ("To single rows", "One point a row of the table."),
        "degradation": (
            "When modalities are missing",
            "The mean over the sets of each size, and its range.",
        ),
    }
    for kind, (title, caption) in captions.items():
        alt = f"{title}: {names}."
        yield Figure(title, display, caption, alt, {"kind": kind})
