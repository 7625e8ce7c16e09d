"""``--join weather.csv:on=origin,time=sched<at,gap=2h``: from words to joiners."""

import re
from pathlib import Path

from sklearn.pipeline import Pipeline

from mmensemble._did_you_mean import nearest
from mmensemble.auxiliary import AuxiliaryJoiner
from mmensemble.cli._errors import CommandError

#: What stands between the path and the first option, and between options: a comma may
#: also be what one of them says, as in decimal=,
_COLON, _COMMA = re.compile(r":(?=\w+=)"), re.compile(r",(?=\w+=)")
_SINGLE = ("gap", "window", "metric", "prefix")
_LISTS = ("columns", "aggregate")
_PAIRS = ("on", "time", "nearest")
#: How the file is written, which every prediction needs again.
_FORMAT = ("sep", "decimal", "encoding", "dates")
_WORDS = (*_PAIRS, *_SINGLE, "tolerance", "exact_time", *_LISTS, *_FORMAT)
_ANSWERS = {"yes": True, "true": True, "1": True}
_ANSWERS |= {"no": False, "false": False, "0": False}


def add_joins(parser):
    """Add the option that names tables to join."""
    parser.add_argument(
        "--join",
        action="append",
        metavar="TABLE:OPTIONS",
        help="a table to join, as in 'weather.csv:on=origin,time=sched<at,gap=2h,"
        "prefix=weather'; its columns come as prefix__name. '<' stands between the "
        "column of the main table and the other's, where they differ, '+' between "
        f"several columns; options are {', '.join(_WORDS)}; the last four say how the "
        "table is written, as in 'sep=;,decimal=,,dates=%%d.%%m.%%Y'; once for each "
        "table, which is read anew by predict",
    )


def parse_joins(specs):
    """Return a joiner for each specification.

    Parameters
    ----------
    specs : list of str or None

    Returns
    -------
    joiners : list of AuxiliaryJoiner

    Raises
    ------
    CommandError
        For a specification that cannot be read.

    Examples
    --------
    >>> joiners = parse_joins(["w.csv:on=origin,time=sched<at,gap=2h,prefix=weather"])
    >>> joiners[0].time, joiners[0].gap
    (('sched', 'at'), '2h')
    """
    joiners = [_parse(spec) for spec in specs or ()]
    names = [joiner.prefix for joiner in joiners]
    for name in names:
        if names.count(name) > 1:
            raise CommandError(f"--join: two tables have the prefix {name!r}")
    return joiners


def _parse(spec):
    found = _COLON.split(spec, maxsplit=1)
    if len(found) < 2 or not found[0]:
        raise CommandError(
            f"--join {spec!r} cannot be read; write TABLE:on=COLUMN,prefix=NAME, and "
            "on=COLUMN<OTHER where the joined table calls it otherwise"
        )
    path, options = found[0], {}
    for part in _COMMA.split(found[1]):
        word, _, value = part.partition("=")
        word, value = word.strip(), value.strip(" ")
        wrong = None if value else part
        if value and word not in _FORMAT and "," in value:
            wrong = value.partition(",")[2]
        if wrong is not None:
            raise CommandError(
                f"--join {spec!r}: write {wrong!r} as option=value, and '+' between "
                "several values of one option"
            )
        if word not in _WORDS:
            raise CommandError(
                f"--join {spec!r}: unknown option {word!r}{nearest(word, _WORDS)}"
            )
        if word in options:
            raise CommandError(
                f"--join {spec!r} gives {word!r} twice; write '+' between several "
                "values"
            )
        options[word] = _value(spec, word, value)
    if options.get("nearest") and options.get("time") and "tolerance" in options:
        options["tolerance"] = tuple(options["tolerance"])
    elif len(options.get("tolerance", ())) == 1:
        (options["tolerance"],) = options["tolerance"]
    form = {word: options.pop(word) for word in _FORMAT if word in options}
    options |= {"file_format": form} if form else {}
    options.setdefault("prefix", Path(path).name.split(".")[0])
    return AuxiliaryJoiner(path, **options)


def _value(spec, word, value):
    if word == "exact_time":
        if value.lower() not in _ANSWERS:
            raise CommandError(f"--join {spec!r}: exact_time={value} is not yes or no")
        return _ANSWERS[value.lower()]
    if word in _FORMAT:
        return value.replace("\\t", "\t")
    if word in _SINGLE:
        return _number(value) if word in ("gap", "window") else value
    parts = [part.strip() for part in value.split("+")]
    if word in _LISTS:
        return parts
    if word == "tolerance":
        return [_number(part) for part in parts]
    pairs = [tuple(part.split("<", maxsplit=1)) for part in parts]
    pairs = [pair if len(pair) == 2 else pair * 2 for pair in pairs]
    return pairs[0] if word == "time" else dict(pairs)


def _number(text):
    try:
        return float(text)
    except ValueError:
        return text


def columns_of(joiners):
    """Return the columns of the main table that joiners look at."""
    found = set()
    for joiner in joiners:
        found |= {*(joiner.on or ()), *(joiner.nearest or ())}
        found |= {joiner.time[0]} if joiner.time else set()
    return found


def join(joiners, X):
    """Fit the joiners one after another; return the table with their columns.

    Raises
    ------
    CommandError
        Where a table cannot be read or does not fit.
    """
    for joiner in joiners:
        try:
            X = joiner.fit_transform(X)
        except (ValueError, TypeError, OSError) as error:
            raise CommandError(f"--join {joiner.table}: {error}") from error
    return X


def unused_joins(joiners, model, X):
    """Return a sentence for each joined table with columns that no modality has.

    Parameters
    ----------
    joiners : list of AuxiliaryJoiner
    model : fitted estimator
        With `modalities_`.
    X : DataFrame
        The joined table that `model` was fitted on.

    Returns
    -------
    lines : list of str
    """
    used = set()
    for _, _, columns in model.modalities_:
        used.update(columns if isinstance(columns, list) else [columns])
    unused = [str(name) for name in X.columns if name not in used]
    lines = []
    for start in (f"{joiner.prefix}__" for joiner in joiners):
        n_unused = sum(name.startswith(start) for name in unused)
        if n_unused:
            name = start.removesuffix("__")
            lines.append(
                f"--join: {n_unused} of the columns {start}... are in no modality; "
                f"add --modality '{name}={start}*'"
            )
    return lines


def with_joins(joiners, model):
    """Return a fitted model that joins by itself.

    Parameters
    ----------
    joiners : list of fitted AuxiliaryJoiner
    model : fitted estimator
        Of the joined table.

    Returns
    -------
    model : estimator, or Pipeline where there are joiners
    """
    if not joiners:
        return model
    return Pipeline([*((j.prefix, j) for j in joiners), ("model", model)])


def last_step(model):
    """Return what predicts: the end of a pipeline of `with_joins`, or the model."""
    if isinstance(model, Pipeline):
        joins = [isinstance(step, AuxiliaryJoiner) for _, step in model.steps[:-1]]
        return model.steps[-1][1] if all(joins) else model
    return model
