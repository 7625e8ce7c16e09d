"""The page on a comparison: which fusion to use, how sure that is, and why."""

from pathlib import Path

import numpy as np
import pandas as pd

from mmensemble._digits import digits
from mmensemble._verdicts import define
from mmensemble.display._comparison import FusionComparisonDisplay
from mmensemble.display._modality_verdicts import ModalityVerdictDisplay
from mmensemble.display._presence import PresenceDisplay
from mmensemble.report._fusion_words import fusion_in_short
from mmensemble.report._page import render_page
from mmensemble.report._sections import Diagram, Figure, Table, Text

#: Patterns and choices that figures show.
_MOST_PATTERNS, _MOST_CHOICES = 12, 20
#: Columns of the tests, with their headings.
_TESTS = {
    "choice": "choice",
    "difference": "difference",
    "lower_difference": "lower",
    "upper_difference": "upper",
    "p": "p",
    "p_adjusted": "p (Holm)",
    "p_wilcoxon": "p (Wilcoxon)",
    "p_worse": "P(worse)",
    "p_rope": "P(same)",
    "p_better": "P(better)",
}
_P_VALUES = tuple(_TESTS[name] for name in ("p", "p_adjusted", "p_wilcoxon"))
_VERDICTS = {
    "modality": "modality",
    "verdict": "verdict",
    "difference": "gain",
    "lower_difference": "gain, lower",
    "upper_difference": "gain, upper",
    "alone": "alone",
    "over_chance": "over chance",
    "lower_over_chance": "over chance, lower",
    "upper_over_chance": "over chance, upper",
}


def fusion_page(
    comparison,
    *,
    title="Which fusion?",
    lead="",
    metric=None,
    X=None,
    modalities="auto",
    model=None,
    correlation=None,
    how="",
    code="",
):
    """Return the page on a comparison.

    Parameters
    ----------
    comparison : FusionComparison
        As :func:`mmensemble.compare_fusions` returns it.
    title : str, default="Which fusion?"
        Heading of the page.
    lead : str, default=""
        A sentence below the heading.
    metric : str, default=None
        None: the first.
    X : {array-like, sparse matrix, dataframe} of shape (n_samples, n_columns), \
            default=None
        The table, to show which modalities are present.
    modalities : "auto" or list of (name, extractor, columns), default="auto"
        Modalities of `X`.
    model : estimator object, default=None
        Shown as a diagram.
    correlation : str or Path, default=None
        Page of the correlation report, to link to.
    how : str, default=""
        How the comparison was made.
    code : str, default=""
        Lines that make it again.

    Returns
    -------
    html : str
        One file that loads nothing.

    Raises
    ------
    ImportError
        When jinja2 or matplotlib is not installed.

    Examples
    --------
    >>> from mmensemble import MultimodalClassifier, compare_fusions
    >>> from mmensemble.datasets import make_multimodal
    >>> data = make_multimodal(random_state=0)
    >>> comparison = compare_fusions(
    ...     MultimodalClassifier(), data.data, data.target, fusions=["concat", "voting"]
    ... )
    >>> page = comparison.to_html()  # the same as fusion_page(comparison)
    >>> "<h1>Which fusion?</h1>" in page
    True
    """
    sections = [
        *_in_short(comparison, metric),
        *_problem(comparison),
        _conclusion(comparison, metric, correlation),
        *_scores(comparison, metric, how),
        *_modalities(comparison, metric),
        *_tests(comparison, metric),
        *_luck(comparison, metric),
        _control(comparison, metric),
        *_errors(comparison),
    ]
    if X is not None:
        sections.append(presence_figure(X, modalities))
    if model is not None:
        caption = (
            "One column a modality with its extractor, then the fusion. Click a box "
            "for its parameters."
        )
        sections.append(Diagram("The model", model, caption))
    if code:
        sections.append(Text("How to make this page again", (), code))
    return render_page(title, sections, lead=lead)


def _in_short(comparison, metric):
    text = fusion_in_short(comparison, metric)
    return [Text("In short", (text,))] if text else []


def _problem(comparison):
    """Return what is predicted, from what; nothing where it is not known."""
    if comparison.problem is None:
        return []
    sentences = comparison.problem.sentences(len(comparison.results))
    return [Text("What is predicted", sentences)]


def _conclusion(comparison, metric, correlation):
    links = ()
    if correlation is not None:
        links = (("How the modalities correlate", Path(correlation).as_posix()),)
    conclusion = comparison.conclusion(metric=metric)
    return Text("Conclusion", (conclusion,), links=links)


def _scores(comparison, metric, how):
    name = comparison.check_metric(metric)
    display = FusionComparisonDisplay.from_comparison(comparison, metric=metric)
    order = display.scores["mean_test_score"].sort_values(
        ascending=False, kind="stable"
    )
    frame = comparison.frame(singles=True).loc[order.index].reset_index(drop=True)
    shown = display.frame()
    names = comparison.modalities
    table = pd.DataFrame({"fusion": _without_modalities(comparison, frame)})
    table["modalities"] = [_in_words(own, names) for own in frame["subset"]]
    table[comparison.metric_name(metric)] = frame[f"mean_test_{name}"]
    pooled = comparison.is_pooled(metric)
    if not pooled:
        table["lower"], table["upper"] = shown["lower"], shown["upper"]
        table["std"] = frame[f"std_test_{name}"]
    for other in comparison.metrics:
        if other != name:
            table[other] = frame[f"mean_test_{other}"]
    table["fit (s)"] = frame["mean_fit_time"]
    if frame["n_failed"].any():
        table["failed"] = frame["n_failed"]
    n_folds = len(comparison.results)
    caption = (
        f"Means over {n_folds} folds; lower and upper bound the 95% interval that "
        "knows that training sets overlap, std is that of the folds. Where no fold "
        "differs they are exact for accuracies and unknown for other scores."
    )
    if pooled:
        caption = (
            f"Scores of the pooled rows of all {n_folds} folds, for single folds are "
            "too small for the metric; there are no tests."
        )
    caption += f" A fit takes the members that a choice reads and its fusion. {how}"
    return [
        Table("Scores", table, caption.strip(), tuple(np.flatnonzero(shown["best"]))),
        Figure(
            "Scores with intervals",
            display,
            ("" if pooled else "Points are means, bars 95% intervals. ")
            + "Choices in the shaded band are practically as good as the best.",
            _scores_in_words(shown, display.metric),
            {"max_choices": _MOST_CHOICES},
        ),
    ]


def _without_modalities(comparison, frame):
    """Return the choices without their modalities, which have a column of their own."""
    fusions = {choice.label: choice.name for choice in comparison.choices}
    names = []
    for label, subset in zip(frame["choice"], frame["subset"], strict=True):
        _, _, learner = label.removesuffix(" only").partition(f"{subset}__")
        alone = f"none ({learner})" if learner else "none"
        names.append(fusions.get(label, alone))
    return names


def _in_words(subset, names):
    """Return a set of modalities: all, all but some where these are fewer, or some."""
    kept = subset.split(" + ")
    lacking = [name for name in names if name not in kept]
    if subset == " + ".join(names):
        return "all"
    few = 0 < len(lacking) < len(kept) and len(kept) + len(lacking) == len(names)
    return f"all but {', '.join(lacking)}" if few else subset


def _modalities(comparison, metric):
    display = ModalityVerdictDisplay.from_comparison(comparison, metric=metric)
    verdicts = display.verdicts
    if verdicts["alone"].isna().all() and verdicts["difference"].isna().all():
        return []
    frame = (
        verdicts[list(_VERDICTS)].rename(columns=_VERDICTS).dropna(axis=1, how="all")
    )
    if display.is_alone:
        caption = (
            "Each modality alone beside chance. subsets='leave-one-out' shows what "
            "each adds to the others."
        )
    else:
        caption = (
            "The gain is what the best fusion scores more with the modality than "
            "without it; chance is the same prediction for every row."
        )
    rows = zip(verdicts["modality"], verdicts["verdict"], strict=True)
    shown = ", ".join(f"{name}: {verdict}" for name, verdict in rows)
    return [
        Text(
            "What each modality is good for",
            tuple(define(verdicts["verdict"])),
            points=tuple(verdicts["text"]),
        ),
        Figure("Modalities", display, caption, f"Verdicts by modality: {shown}."),
        Table("Modalities in numbers", frame),
    ]


def _tests(comparison, metric):
    if not comparison.is_scored(metric) or comparison.is_pooled(metric):
        return []
    single = comparison.best_single(metric)
    reference = single
    if single is None:
        reference = comparison.best_choice(metric)
    frame = comparison.tests(reference=reference, metric=metric)
    frame = frame[frame["choice"] != reference]
    frame = frame.sort_values("difference", ascending=False, kind="stable")
    if not len(frame):
        return []
    kept = frame[list(_TESTS)].rename(columns=_TESTS).dropna(axis=1, how="all")
    caption = (
        f"Differences to {reference} with 95% interval and p-value of the corrected "
        "resampled t-test (Nadeau and Bengio 2003). p is for one comparison that was "
        f"planned beforehand; of {len(frame)} comparisons some are small by luck, and "
        "p (Holm) is corrected for that: below 0.05 a difference is shown. P(worse), "
        "P(same) and P(better) are probabilities of the Bayesian correlated t-test "
        "(Benavoli et al. 2017), where the same means a difference up to "
        f"{comparison.rope:g}."
    )
    if "p (Wilcoxon)" in kept:
        caption += (
            " Wilcoxon's test compares repeats, and so speaks of other shuffles of the "
            "same rows only."
        )
    return [Table(f"Tests against {reference}", kept, caption, p_values=_P_VALUES)]


def _luck(comparison, metric):
    if not comparison.is_scored(metric) or len(comparison.choices) < 2:
        return []
    winner, name = comparison.winner(metric=metric), comparison.metric_name(metric)
    interval = ""
    lower, upper = winner.lower, winner.upper
    if np.isfinite(lower):
        interval = f" (95% interval {digits(lower)} to {digits(upper)})"
    pooled = winner.method != "splits"
    where = "On pooled rows" if pooled else "On average over the splits"
    worth = ""
    if np.isfinite(winner.corrected):
        worth = (
            f"; choosing the best of these {len(comparison.choices)} choices is worth "
            f"{digits(winner.corrected)}{interval} on new rows"
        )
    best = comparison.best_choice(metric)
    other = f", and not {best} as by the means over folds," if pooled else ""
    is_best = "" if winner.choice == best else f" is the best{other} and"
    text = (
        f"The best of many scores is too good. {where} {winner.choice}{is_best} has "
        f"{name} {digits(winner.naive)}{worth}."
    )
    shares = pd.Series(winner.picked, index=comparison.labels)
    shares = shares[shares > 0].sort_values(ascending=False)
    picked = ", ".join(f"{label} {share:.0%}" for label, share in shares[:5].items())
    more = f", and {len(shares) - 5} others" if len(shares) > 5 else ""
    drawn = "when rows were drawn anew" if pooled else "in a split"
    often = f"How often each was the best {drawn}: {picked}{more}."
    how = {"splits": "Corrected split by split", "none": "Not corrected"}
    why = (f"{how[winner.method]}, for: {winner.note}",) if winner.note else ()
    often = () if winner.method == "none" else (often,)
    return [Text("The winner's luck", (text, *often, *why))]


def _control(comparison, metric):
    frame = comparison.control_frame(metric=metric)
    title = "Control with shuffled targets"
    if frame is None:
        return Text(title, ("Not run; control=True runs it.",))
    shown = frame[["choice", "control", "chance", "difference", "p_adjusted", "leaks"]]
    caption = (
        "Nothing can be learnt from shuffled targets: a score above chance (one-sided "
        "corrected t-test, Holm's method, 5%) shows that what is scored reached what "
        "was fitted (Ojala and Garriga 2010)."
    )
    shown = shown.rename(columns={"p_adjusted": "p (Holm)"})
    leaks = tuple(np.flatnonzero(frame["leaks"]))
    return Table(title, shown, caption, leaks, _P_VALUES)


def _errors(comparison):
    errors = comparison.errors()
    return [Table("What failed", errors)] if len(errors) else []


def presence_figure(X, modalities):
    """Return the figure of which modalities are present together.

    Parameters
    ----------
    X : {array-like, sparse matrix, dataframe} of shape (n_samples, n_columns)
    modalities : "auto" or list of (name, extractor, columns)

    Returns
    -------
    figure : Figure
    """
    presence = PresenceDisplay.from_data(X, modalities)
    return Figure(
        "Which modalities are present",
        presence,
        "One line a pattern: a full dot is a modality that the rows have, a ring one "
        "that they lack.",
        _presence_in_words(presence.frame(_MOST_PATTERNS)),
        {"max_patterns": _MOST_PATTERNS},
    )


def _scores_in_words(frame, metric):
    frame = frame.iloc[:_MOST_CHOICES]
    means = [
        f"{name} {digits(mean)}"
        for name, mean in zip(frame["choice"], frame["mean_test_score"], strict=True)
    ]
    return f"Mean {metric} from best to worst: {', '.join(means)}."


def _presence_in_words(frame):
    names = list(frame.columns[2:])
    sentences = []
    for _, row in frame.iterrows():
        present = [name for name in names if row[name]]
        sentences.append(f"{row['share']:.1%} have {' and '.join(present) or 'none'}")
    return f"Of the rows, {'; '.join(sentences)}."
