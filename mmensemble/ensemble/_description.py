"""What a fit has made of a table: a row a column, and what may be wrong with it."""

from collections import Counter
from dataclasses import dataclass

import numpy as np
import pandas as pd

from mmensemble._frame import column_names, take_columns
from mmensemble.features import AutoExtractor
from mmensemble.modality._facts import table_facts, words_of
from mmensemble.modality._presence import first_step

#: Stands for the whole table in the place of a column.
ALL = "*"
#: So many columns of no modality are named.
_MOST_UNUSED = 5
#: Words of a column's name that tell of ids.
_ID_NAMES = {"id", "ids", "guid", "mrn", "ssn", "uuid"}
#: What alerts propose; the command line has an option for it.
NAME_MISSING = "name what stands for missing (na_values= of pandas.read_csv, or --na)"
#: The alert of a column that holds the target.
COPY = "a copy of the target; leave it out unless it is known beforehand"
#: So many alerts are printed.
_MOST_ALERTS = 12
#: What tells the alerts that come first, the most serious in front.
_GRAVE = ("a copy of the target", "tells the groups", "identifies rows", "an id by")
_GRAVE += ("rows are copies of others",)


#: The alert of numbers that the extractor does not pass on.
ALMOST = "constant but for rounding or a single row, and not passed on"


@dataclass(frozen=True)
class Description:
    """What the columns were taken for, in lists of equal length.

    Parameters
    ----------
    column, modality, taken_for, missing, alerts : list
    """

    column: list
    modality: list
    taken_for: list
    missing: list
    alerts: list

    def frame(self):
        """Return the lists as a frame."""
        return pd.DataFrame(dict(vars(self)))

    def of_modality(self, name):
        """Return a modality in a few words, for the diagram."""
        here = [own == name for own in self.modality]
        n_alerts = sum(bool(a) for a, own in zip(self.alerts, here, strict=True) if own)
        kinds = [k for k, own in zip(self.taken_for, here, strict=True) if own]
        return _counted(kinds) + (f"; {n_alerts} with alerts" if n_alerts else "")


def severity(alert):
    """Return the place of an alert among all, by how much it spoils; 0 is the worst.

    Parameters
    ----------
    alert : str
        As ``describe()`` has it.

    Returns
    -------
    place : int

    Examples
    --------
    >>> [severity(alert) for alert in ("constant", "a copy of the target; leave")]
    [5, 0]
    """
    found = (place for place, words in enumerate(_GRAVE) if words in alert)
    return next(found, len(_GRAVE))


def description_lines(frame):
    """Return what is printed of a description: a line a modality, and one an alert.

    Parameters
    ----------
    frame : DataFrame
        As ``describe()`` returns it.

    Returns
    -------
    lines : list of str
    """
    lines = []
    columns = frame[frame["column"] != ALL]
    for name, own in columns.groupby("modality", sort=False):
        rate = own["missing"].mean()
        gaps = f", {rate:.1%} of the cells missing" if rate else ""
        if not name:
            gaps = f" ({_first(own['column'])}){gaps}"
        what = f"modality {name!r}" if name else "in no modality"
        lines.append(f"{what}: {_counted(own['taken_for'])}{gaps}")
    told = frame[frame["alerts"] != ""]
    told = told.iloc[
        np.lexsort((told["alerts"].map(severity), (told["column"] == ALL)))
    ]
    for column, alert in zip(told["column"], told["alerts"], strict=True):
        lines.append(f"! {alert}" if column == ALL else f"! {column}: {alert}")
    hidden = len(told) - _MOST_ALERTS
    if hidden > 0:
        # those of the whole table come last, and stay
        cut = len(lines) - hidden - int((told["column"] == ALL).sum())
        noun = "column" if hidden == 1 else "columns"
        more = f"! and {hidden} more {noun}; describe() shows all"
        lines[cut : cut + hidden] = [more]
    return lines


def _first(columns):
    """Return the names of the first columns."""
    names = [str(column) for column in columns]
    return ", ".join(names[:_MOST_UNUSED]) + (", ..." * (len(names) > _MOST_UNUSED))


def _counted(kinds):
    """Return how many columns there are of each kind, the share read aside."""
    counts = Counter(kind.partition(" (")[0] for kind in kinds)
    return ", ".join(f"{n} {kind}" for kind, n in counts.most_common())


def describe_fit(model, X, y, groups):
    """Return the description of a table that a model was fitted on.

    Parameters
    ----------
    model : fitted estimator
    X : table of shape (n_samples, n_columns)
    y : array-like or None
    groups : array-like of shape (n_samples,) or None

    Returns
    -------
    description : Description
    """
    task = model._task
    own = {"classifier": task is not None and task.is_classification}
    # what predicts nothing takes any target, and looks at none
    y = None if y is None or task is None else np.asarray(y)
    facts = table_facts(X, y, groups, **own)
    names = column_names(X)
    labels = list(range(X.shape[1])) if names is None else names
    place = {label: position for position, label in enumerate(labels)}
    rows, ambiguous, dropped = _used_columns(model)
    used = {column for column, _, _ in rows}
    alerts = [
        (ALMOST if c in dropped and not facts.constant[place[c]] else "")
        or _alerts(facts, place[c], str(c), kind, groups is not None)
        or _ambiguity(ambiguous.get(c))
        for c, _, kind in rows
    ]
    unused = [(label, "", "not used") for label in labels if label not in used]
    rows, alerts = rows + unused, alerts + [""] * len(unused)
    extractors = {name: extractor for name, extractor, _ in model.modalities_}
    missing = [
        _missing(X, place[column], extractors.get(name), facts)
        for column, name, _ in rows
    ]
    table = [text for text in (_copies(facts), _one_modality(model, names)) if text]
    n_table = len(table)
    return Description(
        [*(column for column, _, _ in rows), *[ALL] * n_table],
        [*(name for _, name, _ in rows), *[""] * n_table],
        [*(kind for _, _, kind in rows), *[""] * n_table],
        [*missing, *[float("nan")] * n_table],
        [*alerts, *table],
    )


def _used_columns(model):
    """Return (column, modality, kind) of each column; ambiguous numbers of some; and
    the set of columns of numbers that are constant to their extractors."""
    rows, ambiguous, dropped = [], {}, set()
    for name, given, columns in model.modalities_:
        listed = columns if isinstance(columns, list) else [columns]
        fitted = model.extractors_.get(name)
        fitted = fitted[0] if isinstance(fitted, list) and fitted else fitted
        automatic = isinstance(fitted, AutoExtractor)
        if automatic and len(fitted.kinds_) == len(listed):
            shares = zip(fitted.kinds_, fitted.parsed_share_, strict=True)
            taken = [_kind_and_share(kind, share) for kind, share in shares]
            ambiguous |= dict(zip(listed, fitted.ambiguous_, strict=True))
            for kind, positions, encoder in fitted.encoders_:
                if kind == "number":
                    still = positions[~encoder.informative_]
                    dropped |= {listed[position] for position in still}
        else:
            taken = [_taken_for(fitted, given)] * len(listed)
        rows += [(c, name, kind) for c, kind in zip(listed, taken, strict=True)]
    return rows, ambiguous, dropped


def _missing(X, position, extractor, facts):
    """Return the share of a column's cells that are missing to who reads them."""
    find = getattr(first_step(extractor), "missing_rows", None)
    if find is None:
        return float(facts.missing[position])
    return float(np.mean(find(take_columns(X, [position]))))


def column_alerts(X, y, resolved, *, classifier):
    """Return what spoils scores and correlations, without a fit.

    Parameters
    ----------
    X : table of shape (n_samples, n_columns)
    y : ndarray of shape (n_samples,) or (n_samples, n_targets), or None
    resolved : list of (name, extractor, columns)
    classifier : bool
        Whether `y` holds classes.

    Returns
    -------
    alerts : dict of str to str
        By column: copies of the target first, then numbers that may stand for missing.
    """
    facts = table_facts(X, y, classifier=classifier)
    names = column_names(X)
    labels = list(range(X.shape[1])) if names is None else names
    used = {
        column
        for _, _, columns in resolved
        for column in (columns if isinstance(columns, list) else [columns])
    }
    copies, markers = {}, {}
    for place, label in enumerate(labels):
        if label not in used:
            continue
        if facts.copies_target[place] and not facts.constant[place]:
            copies[str(label)] = COPY
        elif not np.isnan(facts.marker[place]):
            markers[str(label)] = _marker_words(facts.marker[place])
    return copies | markers


def _marker_words(value):
    """Return the alert of a number that may stand for missing."""
    return (
        f"{np.format_float_positional(value, trim='-')} comes more than once, far "
        "outside all other values; if it stands for missing, empty these cells, or "
        f"{NAME_MISSING}"
    )


def _ambiguity(found):
    """Return the alert of a number that reads in two ways, "" for None."""
    if found is None:
        return ""
    text, value = found
    shown = np.format_float_positional(value, trim="-")
    sign = "comma" if "," in text else "point"
    return (
        f"{text!r} is read as {shown}, and nothing tells whether the {sign} stands "
        "before a fraction or between thousands; if this is wrong, convert the column "
        "to numbers (decimal= or thousands= of pandas.read_csv, or --decimal)"
    )


def _taken_for(fitted, given):
    """Return what another extractor took its columns for."""
    if fitted is not None:
        return f"input of {type(fitted).__name__}"
    return "as it is" if given == "passthrough" else "nothing learnt"


def _kind_and_share(kind, share):
    """Return the kind of a column of strings, and how much of it reads."""
    if not share < 1:
        return kind
    what = "are numbers" if kind in ("category", "text") else "read"
    return f"{kind} ({share:.0%} of its values {what})"


def _alerts(facts, place, name, kind, has_groups):
    """Return what is wrong with a column, in words."""
    if facts.constant[place]:
        return "empty" if facts.missing[place] == 1 else "constant"
    if facts.copies_target[place]:
        return COPY
    if facts.tells_groups[place]:
        return "tells the groups; leave it out, or new groups have values never seen"
    if not np.isnan(facts.marker[place]):
        return _marker_words(facts.marker[place])
    if kind.startswith(("category (", "text (")):
        return (
            "most of its values read as numbers, and the others do not; mend those, "
            f"{NAME_MISSING}, or lower AutoExtractor(min_parsed=...)"
        )
    is_id = bool(words_of(name) & _ID_NAMES) and facts.whole[place]
    if facts.unique[place] and (kind.startswith("category") or is_id):
        return "identifies rows, hardly a value comes twice; leave it out"
    if facts.counts_up[place]:
        return "counts the rows; leave it out unless their order means something"
    if is_id:
        advice = "leave it out" if has_groups else "give it as groups= and leave it out"
        return f"an id by its name; {advice} if rows of one id belong together"
    return ""


def _copies(facts):
    if not facts.n_copies:
        return ""
    return (
        f"{facts.n_copies} rows are copies of others, and folds may share them; drop "
        "them, or keep them together with groups="
    )


def _one_modality(model, names):
    automatic = isinstance(model.modalities, str) and names is not None
    if not automatic or len(names) < 2 or len(model.modalities_) > 1:
        return ""
    return (
        f"no two prefixes such as 'lab__' in the {len(names)} column names, so that "
        "all of them are one modality and nothing is fused; name modalities= by hand "
        "(on the command line, --modality)"
    )
