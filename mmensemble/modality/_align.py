"""Views meet by the labels of their samples: mapped, counted, repeated, aligned."""

import warnings
from itertools import combinations

import pandas as pd

#: So many pairs of views are told of in a message.
_MOST_PAIRS = 10


def relabel(views, ids):
    """Return views whose index holds the samples' labels instead of their own.

    Parameters
    ----------
    views : dict of str to view
        Those that `ids` names are pandas objects.
    ids : DataFrame of shape (n_samples, n_mapped) or None
        One row a sample, its index the sample's label; a column holds what the view
        of its name calls the samples, missing where it has none.

    Returns
    -------
    views : dict of str to view

    Raises
    ------
    TypeError
        When `ids` is no pandas frame.
    ValueError
        When it names other views or those without an index, repeats a label, or
        lacks one that a view has.
    """
    if ids is None:
        return views
    if not isinstance(ids, pd.DataFrame):
        raise TypeError(
            "The 'ids' parameter must be a pandas frame with a column a view and the "
            f"samples' labels as its index, got {type(ids).__name__}."
        )
    with_index = [name for name, view in views.items() if _has_index(view)]
    unknown = [name for name in ids if name not in with_index]
    if unknown:
        raise ValueError(
            f"The 'ids' parameter has the columns {unknown}; views with an index that "
            f"could be mapped are {with_index}."
        )
    if not ids.index.is_unique:
        raise ValueError(
            "The 'ids' parameter has a sample in several rows: "
            f"{ids.index[ids.index.duplicated()][0]!r}. Give each sample one row."
        )
    mapped = {name: _mapped(views[name].index, ids, name) for name in ids}
    return {
        name: view.set_axis(mapped[name], axis=0) if name in mapped else view
        for name, view in views.items()
    }


def _has_index(view):
    return isinstance(view, pd.DataFrame | pd.Series)


def _mapped(index, ids, name):
    """Return a view's index with the samples' labels in place of its own."""
    known = ids[name].dropna()
    if not known.is_unique:
        raise ValueError(
            f"The 'ids' parameter gives {known[known.duplicated()].iloc[0]!r} of view "
            f"{name!r} to several samples. Repeated measurements of one sample need a "
            "level of their own in the index of the view, such as the visit."
        )
    level = ids.index.name if index.nlevels > 1 else 0
    if level not in index.names and level != 0:
        raise ValueError(
            f"View {name!r} has the index levels {list(index.names)}; name the index "
            "of 'ids' after the one that it maps."
        )
    own = index.get_level_values(level)
    places = pd.Index(known).get_indexer(own)
    if (places < 0).any():
        lost = own[places < 0].unique()
        raise ValueError(
            f"The 'ids' parameter lacks {len(lost)} labels of view {name!r}, the first "
            f"{lost[0]!r}. Add them, or leave these rows out of the view."
        )
    labels = known.index[places]
    if index.nlevels == 1:
        return labels.rename(ids.index.name)
    levels = index.to_frame(index=False)
    levels[level] = labels
    return pd.MultiIndex.from_frame(levels)


def overlap_counts(indexes):
    """Return how many labels each pair of views has in common.

    Parameters
    ----------
    indexes : dict of str to Index
        Where one has more levels, its labels count by the levels of the other.

    Returns
    -------
    counts : DataFrame of int of shape (n_views, n_views)
        The number of a view's own labels on the diagonal.
    """
    counts = pd.DataFrame(0, index=list(indexes), columns=list(indexes))
    for name, index in indexes.items():
        counts.loc[name, name] = index.nunique()
    for a, b in combinations(indexes, 2):
        counts.loc[a, b] = counts.loc[b, a] = _common(indexes[a], indexes[b])
    return counts


def _common(a, b):
    few, many = sorted((a, b), key=lambda index: index.nlevels)
    if few.nlevels < many.nlevels:
        if not set(few.names) <= set(many.names):
            return 0
        many = _part(many, few.names)
    return len(few.unique().intersection(many.unique()))


def _part(index, names):
    """Return some of the levels of an index, in this order."""
    if list(index.names) == list(names):
        return index
    levels = [index.get_level_values(name) for name in names]
    return levels[0] if len(levels) == 1 else pd.MultiIndex.from_arrays(levels)


def warn_of_views_apart(indexes):
    """Warn of views that share no label with any other.

    Parameters
    ----------
    indexes : dict of str to Index
    """
    pairs = _pairs(indexes)
    met = {name for pair, common in pairs.items() if common for name in pair}
    alone = sorted(set(indexes) - met)
    if alone:
        warnings.warn(
            f"Views {alone} share no label of their index with any other view, so no "
            f"sample has them beside another. {_overlap_words(indexes, pairs)}",
            UserWarning,
            stacklevel=5,
        )


def _pairs(indexes):
    counts = overlap_counts(indexes)
    return {(a, b): counts.loc[a, b] for a, b in combinations(indexes, 2)}


def _overlap_words(indexes, pairs):
    """Return how many labels each pair of views shares, the fewest first."""
    listed = sorted(pairs, key=pairs.get)
    words = [f"{a!r} and {b!r} {pairs[a, b]}" for a, b in listed[:_MOST_PAIRS]]
    more = "" if len(listed) <= _MOST_PAIRS else ", ..."
    told = f"Common labels: {', '.join(words)}{more}."
    a, b = listed[0]
    texts = [set(map(str, indexes[name])) for name in (a, b)]
    as_text = len(texts[0] & texts[1])
    if as_text > pairs[a, b]:
        told += (
            f" {as_text} labels of {a!r} and {b!r} would be common as text: convert "
            "both indexes to one type."
        )
    return told


def align(frames, join):
    """Return pandas frames side by side, row by row those of one label.

    A frame whose index has some of the levels of another's (the patient beside
    patient and visit) gives its row to each of the other's.

    Parameters
    ----------
    frames : dict of str to DataFrame
    join : {"outer", "inner"}

    Returns
    -------
    table : DataFrame

    Raises
    ------
    ValueError
        For labels that come twice, levels that do not fit, and where an inner join
        keeps no sample.
    """
    indexes = {name: frame.index for name, frame in frames.items()}
    for name, index in indexes.items():
        if not index.is_unique:
            raise ValueError(
                f"View {name!r} has an index with repeated labels, the first "
                f"{index[index.duplicated()][0]!r}, which cannot be aligned. Where "
                "they are visits of one sample, make the visit a second level of the "
                "index, as in view.set_index('visit', append=True)."
            )
    if join == "outer":
        warn_of_views_apart(indexes)
    if _levels_differ(indexes):
        keys = _all_keys(indexes, join)
        frames = {name: _at_keys(frame, keys) for name, frame in frames.items()}
    table = pd.concat(list(frames.values()), axis=1, join=join)
    if not len(table):
        raise ValueError(
            "join='inner' keeps no sample: no label of the index is common to all "
            f"views. {_overlap_words(indexes, _pairs(indexes))}"
        )
    return table


def _levels_differ(indexes):
    """Tell whether some levels are repeated for others, or stand in another order."""
    names = [tuple(index.names) for index in indexes.values()]
    if len(set(map(len, names))) > 1:
        return True
    return len(set(names)) > 1 and len(set(map(frozenset, names))) == 1


def _all_keys(indexes, join):
    """Return the rows of a table of views of which some repeat for others."""
    names = list(max(indexes.values(), key=lambda index: index.nlevels).names)
    for name, index in indexes.items():
        if None in index.names or not set(index.names) <= set(names):
            raise ValueError(
                f"View {name!r} has the index levels {list(index.names)}, which are "
                f"not among {names}, those of the finest view. Name the levels alike."
            )
    fine = [_part(i, names) for i in indexes.values() if i.nlevels == len(names)]
    coarse = [index for index in indexes.values() if index.nlevels < len(names)]
    keys = fine[0]
    for index in fine[1:]:
        new = index[~index.isin(keys)]
        keys = keys.append(new) if join == "outer" else keys[keys.isin(index)]
    for index in coarse:
        if join == "inner":
            keys = keys[_part(keys, index.names).isin(index)]
            continue
        # a sample without any visit has a row in which the visit is missing
        more = index[~index.isin(_part(keys, index.names))]
        rest = more.to_frame(index=False).reindex(columns=names)
        keys = pd.MultiIndex.from_frame(
            pd.concat([keys.to_frame(index=False), rest], ignore_index=True)
        )
    return keys


def _at_keys(frame, keys):
    """Return the rows of a frame that belong to keys of the same levels or more."""
    part = _part(keys, frame.index.names)
    places = frame.index.get_indexer(part)
    rows = frame.reset_index(drop=True).reindex(places)
    return rows.set_axis(keys, axis=0)
