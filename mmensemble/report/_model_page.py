"""The page of one model: what it predicts, how well, and from what."""

from mmensemble.display._presence import PresenceDisplay
from mmensemble.report._page import render_page
from mmensemble.report._sections import Diagram, Figure, Figures, Table, Text

#: Patterns that the figure shows, features of each modality and rows of long tables.
_MOST_PATTERNS, _MOST_FEATURES, _MOST_ROWS = 12, 10, 200
_MODALITY_WORDS = {
    "modality": "modality",
    "n_columns": "columns",
    "absent": "rows that lack it",
    "missing": "missing cells",
    "contribution": "contribution",
    "std_contribution": "std",
    "alone": "alone",
    "last": "beside all others",
    "weight": "mean weight",
}
_FEATURE_WORDS = {
    "modality": "modality",
    "column": "column",
    "fall": "fall when shuffled",
    "std_fall": "std",
    "n_folds": "folds that tried it",
}
_COLUMN_WORDS = {
    "column": "column",
    "modality": "modality",
    "taken_for": "taken for",
    "missing": "missing",
    "alerts": "alert",
}


def model_page(report):
    """Return the page of one model.

    Parameters
    ----------
    report : ModelReport

    Returns
    -------
    html : str
        One file that loads nothing.

    Raises
    ------
    ImportError
        When jinja2 or matplotlib is not installed.
    """
    sections = [
        Text("In short", tuple(report.summary_[:1])),
        Text("What is predicted", report.problem.sentences(report.n_folds)),
        Text("In numbers", points=tuple(report.summary_[1:])),
        *_alerts(report),
        *_curves(report),
        _modalities(report),
        *_contributions(report),
        *_features(report),
        *_presence(report),
        _folds(report),
        _columns(report),
        Diagram("The model", report.model_, "Click a box for its parameters."),
        *_errors(report),
        Text("Method and caveats", _method(report)),
    ]
    return render_page(report.title, sections)


def _alerts(report):
    if not len(report.alerts_):
        return []
    return [Table("Alerts", report.alerts_, "What may be wrong with the table.")]


def _curves(report):
    display = report.display()
    words = {
        "roc": (
            "ROC curve",
            f"Each point is a threshold; the diagonal is guessing.{_positive(report)}",
            _roc_in_words(report),
        ),
        "calibration": (
            "Calibration",
            "On the diagonal, of rows that get a probability so many come true. "
            + _whose(report),
            "Predicted probabilities beside the shares that came true.",
        ),
        "confusion": (
            "Confusion",
            "Rows of each true class by what they were taken for; the darker, the "
            "larger the share of the class.",
            _confusion_in_words(report),
        ),
        "residuals": (
            "Residuals",
            "True less predicted: above the line the model says too little.",
            "Residuals against predictions.",
        ),
    }
    figures = tuple(
        Figure(title, display, caption, alt, {"kind": kind})
        for kind, (title, caption, alt) in words.items()
        if kind in display.kinds
    )
    return [Figures("How well it predicts", figures)] if figures else []


def _positive(report):
    if report.positive is None:
        return ""
    return f" The positive class, against all others, is {report.positive}."


def _whose(report):
    if report.positive is not None:
        return f"The probability is that of {report.positive}."
    return "The probability is that of the most probable class."


def _roc_in_words(report):
    areas = report.roc_.drop_duplicates("class") if len(report.roc_) else report.roc_
    shown = [f"{row['class']} {row['area']:.3f}" for _, row in areas.iterrows()]
    return f"ROC curves; areas under them: {', '.join(shown)}."


def _confusion_in_words(report):
    frame = report.confusion_
    right = [f"{name} {frame.loc[name, name]:,}" for name in frame.index[:10]]
    return f"Rows that were taken for what they are: {', '.join(right)}."


def _modalities(report):
    frame = _chosen(report.modalities_, _MODALITY_WORDS)
    caption = (
        "Contribution is the Shapley value: the share of the score above knowing "
        "nothing that the modality is worth, averaged over the folds. "
    )
    if "contribution" not in frame:
        caption = (
            "There are too many modalities for the scores of all sets of them, which "
            "contributions (Shapley values) need. "
        )
    caption += (
        "Alone is what it adds to nothing, beside all others what the score falls by "
        "without it; small and negative numbers are chance or harm."
    )
    if "mean weight" in frame:
        caption += " The weight is the fusion's own, averaged over the rows."
    return Table("Modalities", frame, caption)


def _chosen(frame, words):
    kept = [name for name in words if name in frame and frame[name].notna().any()]
    return frame[kept].rename(columns=words)


def _contributions(report):
    display = report.contribution_display()
    if display is None or len(report.modalities_) < 2:
        return []
    names = ", ".join(map(str, display.frame()["modality"]))
    kinds = {
        "bars": ("To the score", "The largest contribution first."),
        "degradation": (
            "When modalities are missing",
            "The mean over the sets of each size, and its range.",
        ),
    }
    figures = tuple(
        Figure(title, display, caption, f"{title}: {names}.", {"kind": kind})
        for kind, (title, caption) in kinds.items()
    )
    return [Figures("What modalities contribute", figures)]


def _features(report):
    frame = report.features_
    if not len(frame):
        return []
    strongest = frame.groupby("modality", sort=False).head(_MOST_FEATURES)
    names = ", ".join(map(str, frame["column"].head(_MOST_FEATURES)))
    caption = (
        "How far the score of the test rows falls when the cells of one column are "
        "shuffled among the rows that have the modality. Columns that say the same "
        "stand in for each other, so that each alone looks weak."
    )
    tried = ""
    if (frame["n_folds"] < report.n_folds).any():
        tried = (
            " Only columns that go well with the target in the training rows of a fold "
            "were tried there; else a fall of 0 counts."
        )
    display = report.display()
    return [
        Figure(
            "Strongest columns",
            display,
            caption,
            f"Columns with the largest falls: {names}.",
            {"kind": "features"},
        ),
        Table(
            "Strongest columns of each modality",
            _chosen(strongest, _FEATURE_WORDS),
            f"Up to {_MOST_FEATURES} of each modality.{tried}",
        ),
    ]


def _presence(report):
    frame = report.patterns_
    if len(frame) < 2:
        return [
            Text("Missing modalities", ("Every row has the same modalities.",)),
        ]
    words = {"modalities": "rows with", "rows": "rows", "share": "share"}
    shown = _chosen(frame, words | {"score": report.metric_name()}).head(_MOST_ROWS)
    display = PresenceDisplay(report.presence_)
    patterns = [
        f"{row['share']:.1%} have {row['modalities']}"
        for _, row in frame.head(_MOST_PATTERNS).iterrows()
    ]
    return [
        Table(
            "Score by the modalities that rows have",
            shown,
            "Pooled rows of all folds; there is no score of fewer than 20 rows.",
        ),
        Figure(
            "Which modalities are present",
            display,
            "One line a pattern: a full dot is a modality that the rows have, a ring "
            "one that they lack.",
            f"Of the rows, {'; '.join(patterns)}.",
            {"max_patterns": _MOST_PATTERNS},
        ),
    ]


def _folds(report):
    words = {"fold": "fold", "n_train": "rows fitted on", "n_test": "rows predicted"}
    words |= {"score": report.metric_name(), "chance": "same for every row"}
    return Table("Fold by fold", _chosen(report.scores_, words))


def _columns(report):
    frame = report.columns_
    shown = frame.iloc[:_MOST_ROWS].rename(columns=_COLUMN_WORDS)
    more = len(frame) - len(shown)
    caption = f"The first {_MOST_ROWS} of {len(frame):,} columns." if more > 0 else ""
    return Table("What columns were taken for", shown, caption)


def _errors(report):
    return [Table("What failed", report.errors_)] if len(report.errors_) else []


def _method(report):
    return (
        "Every score and curve is of rows that the model at hand was not fitted on: a "
        f"clone was fitted on the other rows of each of {report.n_folds} folds. The "
        "interval knows that the training rows of folds overlap (Nadeau and Bengio "
        "2003), and is cut at the range of the metric; intervals of the calibration "
        "curve are Wilson's (1927).",
        "Contributions are Shapley values over the sets of modalities (Shapley 1953); "
        "columns are judged by permutation (Breiman 2001).",
        "A contribution is what this model makes of a modality, not what causes the "
        "target. The model that is used should be fitted on all rows; it is then "
        "rather a little better than these scores.",
    )
