"""Parameters that are wrong, told in words that help."""

from functools import wraps

from mmensemble._compat import InvalidParameterError, StrOptions
from mmensemble._compat import validate_params as _validate_params
from mmensemble._did_you_mean import did_you_mean

#: Modalities as they are written.
TRIPLES = (
    "a list of (name, extractor, columns) triples such as "
    "[('lab', 'auto', ['CRP', 'Hb'])]"
)


class Triples(StrOptions):
    """Constraint of modalities: a list, whose entries are looked at later.

    Examples
    --------
    >>> [Triples().is_satisfied_by(value) for value in ([], {"lab": ["CRP"]})]
    [True, False]
    """

    def __init__(self):
        super().__init__(set())

    def is_satisfied_by(self, val):
        """Tell whether a value is a list."""
        return isinstance(val, list)

    def __str__(self):
        return TRIPLES


#: What the parameter 'modalities' of an estimator can be.
MODALITIES = [StrOptions({"auto"}), Triples()]


def validate_params(constraints, *, prefer_skip_nested_validation):
    """Return scikit-learn's decorator, whose errors ask what a word was to mean.

    Parameters
    ----------
    constraints : dict
    prefer_skip_nested_validation : bool
        Both as in scikit-learn.

    Returns
    -------
    decorate : callable

    Examples
    --------
    >>> @validate_params(
    ...     {"by": [StrOptions({"score", "cost"})]}, prefer_skip_nested_validation=True
    ... )
    ... def rank(*, by):
    ...     return by
    >>> rank(by="scores")
    Traceback (most recent call last):
        ...
    sklearn.utils._param_validation.InvalidParameterError: Did you mean 'score'? The
    'by' parameter of rank must be a str among {'cost', 'score'}. Got 'scores' instead.
    """
    validate = _validate_params(
        constraints, prefer_skip_nested_validation=prefer_skip_nested_validation
    )

    def decorate(function):
        checked = validate(function)

        @wraps(checked)
        def told(*args, **kwargs):
            try:
                return checked(*args, **kwargs)
            except InvalidParameterError as error:
                owner = function.__qualname__
                asked = _question(owner, constraints, kwargs, str(error))
                if not asked:
                    raise
                raise InvalidParameterError(f"{asked}{error}") from None

        return told

    return decorate


class AskingParamsMixin:
    """An estimator whose errors on parameters ask what a word was to mean.

    Examples
    --------
    >>> from sklearn.base import BaseEstimator
    >>> class Rank(AskingParamsMixin, BaseEstimator):
    ...     _parameter_constraints = {"by": [StrOptions({"score", "cost"})]}
    ...
    ...     def __init__(self, by="score"):
    ...         self.by = by
    >>> Rank("scores")._validate_params()
    Traceback (most recent call last):
        ...
    sklearn.utils._param_validation.InvalidParameterError: Did you mean 'score'? The
    'by' parameter of Rank must be a str among {'cost', 'score'}. Got 'scores' instead.
    """

    def _validate_params(self):
        try:
            super()._validate_params()
        except InvalidParameterError as error:
            own = type(self).__name__, self._parameter_constraints
            asked = _question(*own, self.get_params(deep=False), str(error))
            if not asked:
                raise
            raise InvalidParameterError(f"{asked}{error}") from None


def _question(owner, constraints, given, message):
    """Return what the refused parameter may have meant, "" where nothing is close."""
    for name, value in given.items():
        start = f"The {name!r} parameter of {owner} must"
        if isinstance(value, str) and message.startswith(start):
            words = [c for c in constraints[name] if isinstance(c, StrOptions)]
            return did_you_mean(value, sorted(set().union(*(c.options for c in words))))
    return ""
