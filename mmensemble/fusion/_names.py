"""Names: of fusions, by which users choose them, and of what fusions make."""


def named_subclasses(base):
    """Return the subclasses that have a short name of their own, by that name.

    Python itself keeps the list of subclasses, so that there is none to fill or
    to empty. Of a class that was defined twice the later one counts.

    Parameters
    ----------
    base : type

    Returns
    -------
    named : dict of str to type
        Sorted by name.
    """
    named = {vars(cls).get("short_name"): cls for cls in _subclasses(base)}
    return {name: named[name] for name in sorted(named.keys() - {None})}


def check_short_name(cls, base):
    """Raise ValueError for a short name that is no word, or another class's.

    Parameters
    ----------
    cls : type
        Newly defined.
    base : type
        Of all classes among which names are to differ.
    """
    name = vars(cls).get("short_name")
    if name is None:
        return
    if not isinstance(name, str) or not name.isidentifier():
        cls.short_name = None
        raise ValueError(
            f"The 'short_name' of {cls.__name__} must be a word such as "
            f"'trimmed_mean', got {name!r}."
        )
    identity = cls.__module__, cls.__qualname__
    for other in _subclasses(base):
        same_class = (other.__module__, other.__qualname__) == identity
        if vars(other).get("short_name") == name and not same_class:
            cls.short_name = None
            raise ValueError(
                f"The 'short_name' {name!r} of {cls.__name__} is that of "
                f"{other.__module__}.{other.__qualname__}. Choose another."
            )


def _subclasses(base):
    """Yield all subclasses, those of subclasses too."""
    for cls in base.__subclasses__():
        yield cls
        yield from _subclasses(cls)


def output_names(prefix, task):
    """Return names for predictions, one a class or target."""
    if task.is_classification:
        return [f"{prefix}_{label}" for label in task.classes]
    if task.n_outputs == 1:
        return [f"{prefix}_prediction"]
    return [f"{prefix}_prediction{j}" for j in range(task.n_outputs)]


def feature_names(modality, names):
    """Return ``"modality__feature"`` names of one modality's features.

    Names that all begin so already stay as they are.
    """
    prefix = f"{modality}__"
    if all(str(name).startswith(prefix) for name in names):
        return list(names)
    return [f"{prefix}{name}" for name in names]
