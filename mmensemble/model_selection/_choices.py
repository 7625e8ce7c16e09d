"""What is compared: fusions, on all modalities or on some, and whole estimators."""

from dataclasses import dataclass
from itertools import combinations

from sklearn.base import is_classifier

from mmensemble.fusion import BaseFusion, make_fusion
from mmensemble.fusion._lookup import named_fusions


@dataclass(frozen=True)
class Choice:
    """One fusion on one set of modalities, or an estimator on the whole table.

    Parameters
    ----------
    name : str
        Of the fusion: its short name, its key in a dict, or its class with the
        parameters that differ from their defaults.
    fusion : BaseFusion or estimator object
        Unfitted.
    subset : tuple of str or None
        Names of the modalities; None stands for all.
    left_out : tuple of str, default=()
        Names of the others, where they are known.
    """

    name: str
    fusion: object
    subset: tuple | None = None
    left_out: tuple = ()

    @property
    def is_estimator(self):
        """Whether it is fitted by itself, with nothing shared."""
        return not isinstance(self.fusion, BaseFusion)

    @property
    def complexity(self):
        """What the fusion needs, by number; estimators come last."""
        if self.is_estimator:
            return float("inf")
        return len(self.fusion.needs) + len(self.fusion.joint)

    @property
    def label(self):
        """Name, and the modalities, or those left out where these are fewer."""
        if self.subset is None:
            return self.name
        if 0 < len(self.left_out) < len(self.subset):
            return f"{self.name} without {', '.join(self.left_out)}"
        return f"{self.name} [{' + '.join(self.subset)}]"

    @property
    def shares_subsets(self):
        """Whether members fitted for all modalities serve for some of them."""
        return "concat member" not in self.fusion.needs and not self.fusion.joint


def list_choices(fusions, subsets, modalities, task):
    """Return the choices that a comparison runs through.

    Parameters
    ----------
    fusions : "all", str, BaseFusion, estimator, list of them, or dict of str to them
        "all" stands for every short name that serves the task.
    subsets : None, {"all", "leave-one-out", "single"} or list of list of str
        Sets of modalities besides all of them.
    modalities : list of str
        Names of all modalities.
    task : {"classification", "regression"}

    Returns
    -------
    choices : list of Choice
        Fusion by fusion; for each all modalities first.

    Raises
    ------
    ValueError
        For an unknown short name or modality, or where no fusion is named.
    TypeError
        For what is no fusion, and an estimator of the other task.
    """
    named = _named_fusions(fusions, task)
    wanted = [None, *list_subsets(subsets, modalities)]
    choices = [
        Choice(name, fusion, subset, left_out(subset, modalities))
        for name, fusion in named.items()
        for subset in wanted
        if subset is None or isinstance(fusion, BaseFusion)
    ]
    if all(choice.is_estimator for choice in choices):
        raise ValueError(
            f"The 'fusions' parameter holds only estimators, {list(named)}; name at "
            "least one fusion to compare them with."
        )
    return choices


def _named_fusions(fusions, task):
    if isinstance(fusions, str) and fusions == "all":
        fusions = [name for name, cls in named_fusions().items() if task in cls.tasks]
    if isinstance(fusions, str | BaseFusion) or _is_estimator(fusions):
        fusions = [fusions]
    if isinstance(fusions, dict):
        named = {str(name): _checked(fusion, task) for name, fusion in fusions.items()}
    elif isinstance(fusions, list | tuple):
        named = {}
        for fusion in fusions:
            named.setdefault(_name_of(fusion), _checked(fusion, task))
    else:
        raise TypeError(
            "The 'fusions' parameter must be 'all', a short name, a fusion object, a "
            f"list or a dict of them, got {fusions!r}."
        )
    if not named:
        raise ValueError("The 'fusions' parameter is empty; name at least one fusion.")
    return named


def _is_estimator(given):
    has_methods = hasattr(given, "fit") and hasattr(given, "predict")
    return has_methods and not isinstance(given, BaseFusion | type)


def _checked(given, task):
    """Return a fusion, or an estimator of the task."""
    if not _is_estimator(given):
        return make_fusion(given)
    kind = "classification" if is_classifier(given) else "regression"
    if kind != task:
        raise TypeError(
            f"The 'fusions' parameter holds {type(given).__name__}, which is for "
            f"{kind}, in a comparison of {task}."
        )
    return given


def _name_of(fusion):
    if isinstance(fusion, str):
        return fusion
    if isinstance(fusion, BaseFusion):
        return " ".join(repr(fusion).split())
    return type(fusion).__name__ if _is_estimator(fusion) else ""


def list_subsets(subsets, modalities):
    """Return the proper subsets of the modalities that are asked for.

    Parameters
    ----------
    subsets : None, {"all", "leave-one-out", "single"} or list of list of str
    modalities : list of str

    Returns
    -------
    listed : list of tuple of str
        In the order of `modalities`, nothing twice.

    Raises
    ------
    ValueError
        For a word or a modality that is not known, or an empty subset.
    """
    n = len(modalities)
    sizes = {"all": range(n - 1, 0, -1), "leave-one-out": [n - 1], "single": [1]}
    if subsets is None:
        return []
    if isinstance(subsets, str):
        if subsets not in sizes:
            raise ValueError(
                f"The 'subsets' parameter must be None, one of {sorted(sizes)} or a "
                f"list of lists of modalities, got {subsets!r}."
            )
        listed = [s for k in sizes[subsets] if k for s in combinations(modalities, k)]
    else:
        listed = [_check_subset(subset, modalities) for subset in subsets]
    return [s for s in dict.fromkeys(listed) if len(s) < n]


def left_out(subset, modalities):
    """Return the modalities that a subset lacks; none for None, which is all."""
    if subset is None:
        return ()
    return tuple(name for name in modalities if name not in subset)


def _check_subset(subset, modalities):
    listed = isinstance(subset, list | tuple | set | frozenset)
    subset = list(subset) if listed else [subset]
    unknown = [name for name in subset if name not in modalities]
    if unknown or not subset:
        raise ValueError(
            f"Each entry of the 'subsets' parameter must name some of {modalities}, "
            f"got {subset!r}."
        )
    return tuple(name for name in modalities if name in subset)
