"""Seeded bad and odd inputs, and what becomes of them.

A case is made from a number alone. What it ends with is a result, a clear error, or
a failure: an error of a kind or with words that tell a user nothing, or a result
where there must not be one or that is none.
"""

import warnings
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy import sparse
from sklearn.exceptions import NotFittedError
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GroupKFold, KFold, StratifiedKFold

from mmensemble import (
    CorrelationPruner,
    FusionSearchCV,
    ModalityCorrelation,
    MultimodalClassifier,
    MultimodalRegressor,
    MultimodalTransformer,
    compare_fusions,
    correlation_report,
    modality_contributions,
    stack_views,
)
from mmensemble.analysis import (
    acquisition_curve,
    acquisition_gains,
    adjust_pvalues,
    classifier_diversity,
    correlate,
    fisher_interval,
    permutation_pvalues,
    regressor_diversity,
    shapley_values,
)
from mmensemble.datasets import make_multimodal
from mmensemble.features import AutoExtractor

#: What a clear error may be.
CLEAR = (ValueError, TypeError, NotFittedError)
#: Words of errors that come from within.
INNER = (
    "object has no attribute",
    "NoneType",
    "unsupported operand",
    "not supported between",
    "not subscriptable",
    "not iterable",
    "unpack",
    "out of bounds",
    "unhashable",
    "missing 1 required",
    "could not be broadcast",
    "shapes (",
    "zero-size array",
    "ambiguous",
    "must be real number",
    "list index",
)
N_ROWS = 48


@dataclass(frozen=True)
class Case:
    """One call that may go wrong.

    Parameters
    ----------
    name : str
        For reports.
    call : callable
        Without arguments; returns a result, or None where there is nothing to check.
    words : tuple of str
        One of them must be in the message of an error; empty for any.
    must_fail : bool
        Whether a result is a failure.
    """

    name: str
    call: object
    words: tuple = ()
    must_fail: bool = False


def outcome(case):
    """Return "result" or "error", or what is wrong with a case in words."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            result = case.call()
        except CLEAR as error:
            return _of_error(case, error)
        except Exception as error:
            return f"failure: {type(error).__name__}: {error}"
    if case.must_fail:
        return f"silent: {str(result)[:80]!r}"
    return _of_result(result)


def _of_error(case, error):
    text = " ".join([str(error), *getattr(error, "__notes__", [])])
    if not text.strip():
        return "failure: an error without words"
    inner = [words for words in INNER if words in text]
    if inner:
        return f"failure: {type(error).__name__}: {text[:300]}"
    if case.words and not any(word in text for word in case.words):
        return f"failure: none of {case.words} is named: {text[:300]}"
    return "error"


def _of_result(result):
    if isinstance(result, np.ndarray) and result.dtype.kind == "f":
        if not np.isfinite(result).all():
            return "silent: predictions that are not finite"
        if result.ndim == 2 and not np.allclose(result.sum(axis=1), 1, atol=1e-6):
            return "silent: probabilities that do not sum to one"
    return "result"


def table(rng, n_rows=N_ROWS):
    """Make a frame of three modalities and labels that it can tell."""
    y = rng.permutation(np.arange(n_rows) % 2)
    X = pd.DataFrame(
        {
            "lab__a": rng.normal(size=n_rows) + y,
            "lab__b": rng.normal(size=n_rows),
            "note__t": [" ".join(rng.choice(["dry", "wet", "hot"], 3)) for _ in y],
            "site__c": rng.choice(["x", "y"], n_rows),
            "site__d": rng.normal(size=n_rows) + y,
        }
    )
    return X, y


FUSIONS = ("concat", "voting", "stacking")


def _fit_predict(X, y, rng, new=None, model=None, **given):
    fusion = str(rng.choice(FUSIONS))
    model = MultimodalClassifier(fusion=fusion, cv=2) if model is None else model
    model.fit(X, y, **given)
    return model.predict_proba(X if new is None else new)


# tables


def _replace(X, column, values):
    return X.assign(**{column: values})


def _with_cell(X, column, value):
    values = X[column].astype(object).to_numpy(copy=True)
    values[3] = value
    return _replace(X, column, values)


#: Name, what is done with the table, whether it must fail, and what must be named.
TABLES = {
    "inf": (lambda X, y, r: _with_cell(X, "lab__a", np.inf), True, ("lab__a",)),
    "-inf": (lambda X, y, r: _with_cell(X, "site__d", -np.inf), True, ("site__d",)),
    "word": (lambda X, y, r: _with_cell(X, "lab__a", "high"), True, ("lab__a",)),
    "list cell": (lambda X, y, r: _with_cell(X, "lab__b", [1]), True, ("lab__b",)),
    "dict cell": (lambda X, y, r: _with_cell(X, "site__c", {}), True, ("site__c",)),
    "no rows": (lambda X, y, r: X.iloc[:0], True, ("0 sample", "inconsistent")),
    "no columns": (lambda X, y, r: X[[]], True, ("0 feature",)),
    "twice": (lambda X, y, r: X[["lab__a", "lab__a"]], True, ("unique",)),
    "views": (lambda X, y, r: {"a": X, "b": X}, True, ("stack_views",)),
    "list of views": (lambda X, y, r: [X, X], True, ("stack_views",)),
    "1-D": (lambda X, y, r: X["lab__a"].to_numpy(), True, ("Reshape",)),
    "series": (lambda X, y, r: X["lab__a"], True, ("2D", "2-D", "Reshape", "table")),
    "None": (lambda X, y, r: None, True, ("table", "array", "X", "2D")),
    "word for X": (lambda X, y, r: "table.csv", True, ("table", "2D")),
    "number for X": (lambda X, y, r: 7, True, ("table", "2D")),
    "complex": (lambda X, y, r: X[["lab__a"]].to_numpy() + 1j, True, ("omplex",)),
    "3-D": (lambda X, y, r: np.zeros((N_ROWS, 2, 2)), True, ("2D", "3")),
    "fewer rows": (lambda X, y, r: X.iloc[:-1], True, ("inconsistent",)),
    "all null": (
        lambda X, y, r: X.astype(object).where(X.isna()),
        True,
        ("modalities",),
    ),
    "null column": (lambda X, y, r: _replace(X, "lab__b", np.nan), False, ()),
    "null modality": (lambda X, y, r: _replace(X, "note__t", None), False, ()),
    "holes": (lambda X, y, r: X.mask(r.random(X.shape) < 0.3), False, ()),
    "huge": (lambda X, y, r: _replace(X, "lab__a", X["lab__a"] * 1e300), False, ()),
    "tiny": (lambda X, y, r: _replace(X, "lab__a", X["lab__a"] * 1e-300), False, ()),
    "constant": (lambda X, y, r: _replace(X, "lab__a", 1), False, ()),
    "texts": (lambda X, y, r: X.astype({"lab__a": str}), False, ()),
    "commas": (
        lambda X, y, r: _replace(
            X, "lab__a", [f"{v:.3f}".replace(".", ",") for v in X["lab__a"]]
        ),
        False,
        (),
    ),
    "limits": (
        lambda X, y, r: _replace(X, "lab__a", [f"<{abs(v):.2f}" for v in X["lab__a"]]),
        False,
        (),
    ),
    "dates": (
        lambda X, y, r: _replace(X, "lab__b", pd.date_range("2020", periods=len(X))),
        False,
        (),
    ),
    "date texts": (
        lambda X, y, r: _replace(
            X, "lab__b", pd.date_range("2020", periods=len(X)).strftime("%d/%m/%Y")
        ),
        False,
        (),
    ),
    "periods": (
        lambda X, y, r: _replace(X, "lab__b", pd.period_range("2020", periods=len(X))),
        True,
        ("lab__b",),
    ),
    "mixed zones": (
        lambda X, y, r: _replace(
            X, "lab__b", ["2020-01-01T10:00Z", "2020-01-01T10:00"] * (len(X) // 2)
        ),
        True,
        ("lab__b",),
    ),
    "nullable": (lambda X, y, r: X.convert_dtypes(), False, ()),
    "categories": (lambda X, y, r: X.astype({"site__c": "category"}), False, ()),
    "array": (lambda X, y, r: X[["lab__a", "lab__b"]].to_numpy(), False, ()),
    "sparse": (lambda X, y, r: sparse.csr_matrix(X[["lab__a", "lab__b"]]), False, ()),
    "objects": (lambda X, y, r: X.to_numpy(dtype=object), False, ()),
    "index": (lambda X, y, r: X.set_axis(["i"] * len(X), axis=0), False, ()),
    "numbers for names": (lambda X, y, r: X.set_axis(range(5), axis=1), False, ()),
    "no prefix": (lambda X, y, r: X.set_axis(list("abcde"), axis=1), False, ()),
    "odd names": (
        lambda X, y, r: X.set_axis(["", "a__", "__b", "é ü", "<b>"], axis=1),
        False,
        ("modalit", "ames"),
    ),
    "two levels": (
        lambda X, y, r: X.set_axis(
            pd.MultiIndex.from_product([["a"], list("vwxyz")]), axis=1
        ),
        False,
        (),
    ),
    "mixed names": (
        lambda X, y, r: X.set_axis([1, "b", 2.5, "d", "e"], axis=1),
        True,
        ("names", "string"),
    ),
}


def table_case(seed):
    """Make a case of a table that is odd or bad at fit."""
    rng = np.random.default_rng(seed)
    name = list(TABLES)[seed % len(TABLES)]
    change, must_fail, words = TABLES[name]
    X, y = table(rng)
    odd = change(X, y, rng)
    return Case(f"table: {name}", lambda: _fit_predict(odd, y, rng), words, must_fail)


# targets, groups, weights

TARGETS = {
    "None": (None, True),
    "too short": (np.arange(N_ROWS - 1) % 2, True),
    "one class": (np.zeros(N_ROWS), True),
    "nan": (np.r_[np.nan, np.arange(N_ROWS - 1) % 2], True),
    "inf": (np.r_[np.inf, np.arange(N_ROWS - 1) % 2], True),
    "None within": (
        np.array([None, *["a", "b"] * (N_ROWS // 2)][:N_ROWS], object),
        True,
    ),
    "fractions": (np.linspace(0, 1, N_ROWS), True),
    "dates": (pd.date_range("2020", periods=N_ROWS), True),
    "two columns": (np.zeros((N_ROWS, 2)), True),
    "word": ("label", True),
    "number": (3, True),
    "words": (np.array(["no", "yes"] * (N_ROWS // 2)), False),
    "booleans": (np.arange(N_ROWS) % 2 == 0, False),
    "singletons": (np.r_[[7, 8], np.arange(N_ROWS - 2) % 2], False),
    "every row": (np.arange(N_ROWS), False),
}
GROUPS = {
    "too short": (np.arange(N_ROWS - 1), True),
    "one": (np.zeros(N_ROWS), None),
    "nan": (np.r_[np.nan, np.arange(N_ROWS - 1)], True),
    "None within": (np.array([None, *["g"] * (N_ROWS - 1)], dtype=object), True),
    "NaT": (pd.to_datetime([None, *["2020-01-01"] * (N_ROWS - 1)]), True),
    "two columns": (np.zeros((N_ROWS, 2)), True),
    "word": ("site__c", True),
    "words": (np.array([f"g{k // 4}" for k in range(N_ROWS)]), False),
    "pairs": (np.arange(N_ROWS) // 2, False),
}
WEIGHTS = {
    "too short": (np.ones(N_ROWS - 1), True),
    "negative": (np.r_[-1, np.ones(N_ROWS - 1)], True),
    "zeros": (np.zeros(N_ROWS), True),
    "nan": (np.r_[np.nan, np.ones(N_ROWS - 1)], True),
    "inf": (np.r_[np.inf, np.ones(N_ROWS - 1)], True),
    "word": ("balanced", True),
    "two columns": (np.ones((N_ROWS, 2)), True),
    "some zeros": (np.arange(N_ROWS) % 3, False),
    "list": ([1.0] * N_ROWS, False),
}


def row_case(seed):
    """Make a case of odd or bad targets, groups or weights."""
    rng = np.random.default_rng(seed)
    X, y = table(rng)
    kinds = [("target", k) for k in TARGETS] + [("groups", k) for k in GROUPS]
    kinds += [("weights", k) for k in WEIGHTS]
    kind, name = kinds[seed % len(kinds)]
    if kind == "target":
        values, must_fail = TARGETS[name]
        words = ("y", "target", "class", "samples", "label")
        call = lambda: _fit_predict(X, values, rng)  # noqa: E731
    elif kind == "groups":
        values, must_fail = GROUPS[name]
        words = ("groups", "samples")
        model = MultimodalClassifier(fusion="stacking")
        call = lambda: _fit_predict(X, y, rng, model=model, groups=values)  # noqa: E731
    else:
        values, must_fail = WEIGHTS[name]
        words = ("weight", "samples")
        call = lambda: _fit_predict(X, y, rng, sample_weight=values)  # noqa: E731
    return Case(f"{kind}: {name}", call, words, bool(must_fail))


# parameters

JUNK = ("x", -1, 0, 7.5, np.nan, [], {}, object(), LogisticRegression, True, None, (1,))


def _parameters(rng):
    X, y = table(rng)
    plain = make_multimodal(N_ROWS, n_features=(2, 2), random_state=0)
    losses = rng.random((20, 4))
    chances = rng.dirichlet([1, 1], (20, 2))
    labels = rng.integers(0, 2, 20)
    model = MultimodalClassifier(fusion="voting")
    small = {"fusions": ["voting"], "cv": 2}

    def fitted(cls, **own):
        return lambda **given: cls(**{**own, **given}).fit(X, y)

    numbers = plain.data.iloc[:, :3]
    return {
        "classifier": (
            fitted(MultimodalClassifier, fusion="stacking", cv=2),
            "modalities fusion estimator members pruner cv n_jobs random_state verbose",
        ),
        "regressor": (
            fitted(MultimodalRegressor, fusion="voting", cv=2),
            "modalities fusion estimator members pruner cv n_jobs random_state verbose",
        ),
        "transformer": (
            fitted(MultimodalTransformer),
            "modalities fusion estimator members n_jobs random_state",
        ),
        "extractor": (
            lambda **given: AutoExtractor(**given).fit(X),
            "dense min_frequency max_categories text_components margin min_parsed "
            "day_first random_state",
        ),
        "compare_fusions": (
            lambda **given: compare_fusions(model, X, y, **{**small, **given}),
            "fusions subsets groups sample_weight scoring cv params n_jobs "
            "random_state verbose cache error_score control rope",
        ),
        "modality_contributions": (
            lambda **given: modality_contributions(model, X, y, **{"cv": 2, **given}),
            "groups sample_weight scoring cv params n_jobs random_state verbose "
            "error_score",
        ),
        "search": (
            lambda **given: FusionSearchCV(
                model, **{"param_grid": {"fusion": ["voting"]}, "cv": 2, **given}
            ).fit(X, y),
            "param_grid scoring n_jobs refit cv verbose error_score cache",
        ),
        "correlation_report": (
            lambda **given: correlation_report(
                plain.data, plain.target, **{"cv": 2, **given}
            ),
            "modalities methods sample_weight groups task threshold scoring cv n_jobs "
            "random_state",
        ),
        "modality_correlation": (
            lambda **given: ModalityCorrelation(
                **{"cv": 2, "n_permutations": 9, **given}
            ).fit(plain.data, plain.target),
            "modalities method threshold tolerance alpha task estimator scoring cv "
            "n_permutations max_features random_state n_jobs",
        ),
        "pruner": (
            lambda **given: CorrelationPruner(**{"cv": 2, **given}).fit(
                plain.data, plain.target
            ),
            "modalities level method threshold keep strategy min_modalities tolerance "
            "task estimator scoring cv random_state n_jobs",
        ),
        "make_multimodal": (
            make_multimodal,
            "n_samples n_features task n_classes n_shared n_private shared_signal "
            "private_signal noise redundancy class_sep weights target_noise missing "
            "missing_mechanism n_groups row_dependent random_state",
        ),
        "correlate": (
            lambda **given: correlate(numbers, **given),
            "method nan_policy sample_weight threshold min_rows tile",
        ),
        "adjust_pvalues": (
            lambda **given: adjust_pvalues([0.1, 0.2], **given),
            "method n_tests",
        ),
        "fisher_interval": (
            lambda **given: fisher_interval(0.3, 20, **given),
            "level method",
        ),
        "permutation_pvalues": (
            lambda **given: permutation_pvalues(
                numbers.to_numpy(), **{"n_permutations": 9, **given}
            ),
            "method n_permutations random_state",
        ),
        "acquisition_curve": (
            lambda **given: acquisition_curve(losses, **given),
            "costs presence start uncertainty scores cv groups sample_weight n_random "
            "n_points random_state",
        ),
        "acquisition_gains": (
            lambda **given: acquisition_gains(losses, **given),
            "costs presence names sample_weight",
        ),
        "classifier_diversity": (
            lambda **given: classifier_diversity(
                labels, chances, **{"classes": [0, 1], **given}
            ),
            "classes names sample_weight",
        ),
        "regressor_diversity": (
            lambda **given: regressor_diversity(losses[:, 0], losses, **given),
            "names member_weights sample_weight",
        ),
        "shapley_values": (lambda **given: shapley_values(losses, **given), "axis"),
        "stack_views": (
            lambda **given: stack_views({"a": numbers, "b": numbers}, **given),
            "join",
        ),
    }


def parameter_case(seed):
    """Make a case of one parameter of one function that is given junk."""
    rng = np.random.default_rng(seed)
    owners = _parameters(rng)
    pairs = [(owner, p) for owner, (_, names) in owners.items() for p in names.split()]
    owner, name = pairs[seed % len(pairs)]
    value = JUNK[int(rng.integers(len(JUNK)))]
    function = owners[owner][0]

    def call():
        function(**{name: value})

    must_fail = type(value) is object
    words = (name, name.replace("_", " "), *_OTHER_NAMES.get(name, ()))
    return Case(f"{owner}({name}={value!r})", call, words, must_fail)


#: Other words for a parameter in messages that come from what it is made of.
_OTHER_NAMES = {
    "sample_weight": ("weight", "samples"),
    "groups": ("samples",),
    "random_state": ("seed", "Seed"),
    "modalities": ("modalit",),
    "fusions": ("fusion",),
    "param_grid": ("rid",),
    "estimator": ("learner", "stimator"),
    "pruner": ("runer",),
    "scores": ("score",),
    # what scikit-learn says of scorers, and a class that is called as a function
    "scoring": ("scorer", "dict was passed", "LogisticRegression"),
    "verbose": ("LogisticRegression",),
    "keep": ("LogisticRegression",),
    "refit": ("best_index_",),
}


# splitters


def split_case(seed):
    """Make a case of inner or outer folds."""
    rng = np.random.default_rng(seed)
    X, y = table(rng)
    rows = np.arange(N_ROWS)
    half = (rows[::2], rows[1::2])
    ways = {
        "class": (KFold, True),
        "empty": ([], True),
        "one": (1, True),
        "many": (N_ROWS + 1, True),
        "no test": ([(rows, [])], True),
        "no training": ([([], rows)], True),
        "beyond": ([(rows[:-1], [N_ROWS])], True),
        "negative": ([(rows[1:], [-1])], True),
        "overlap": ([(rows, rows)], True),
        "overlap of one": ([(rows[:30], rows[29:])], True),
        "twice": ([(rows[:30], [31, 31])], True),
        "no pairs": ([rows], True),
        "numbers": ([1, 2, 3], True),
        "fractions": ([(rows[:30] + 0.5, rows[30:])], True),
        "words": ([(["a"], ["b"])], True),
        "word": ("kfold", True),
        "masks": ([(rows < 30, rows >= 30)], False),
        "lists": ([(list(half[0]), list(half[1]))], False),
        "generator": (iter([half, half[::-1]]), False),
        "stratified": (StratifiedKFold(3), False),
        "no groups": (GroupKFold(3), True),
        "sorted": ([(np.flatnonzero(y == 0), np.flatnonzero(y == 1))], False),
    }
    name = list(ways)[seed % len(ways)]
    cv, must_fail = ways[name]
    fusion = ("stacking", "gating", "selection")[seed % 3]
    model = MultimodalClassifier(fusion=fusion, cv=cv)
    words = ("cv", "split", "folds", "groups")
    call = lambda: _fit_predict(X, y, rng, model=model)  # noqa: E731
    return Case(f"cv: {name}, {fusion}", call, words, must_fail)


# modalities


def modality_case(seed):
    """Make a case of modalities that are odd or bad."""
    rng = np.random.default_rng(seed)
    X, y = table(rng)
    lab, site = ("lab", "auto", ["lab__a", "lab__b"]), ("site", "auto", ["site__d"])
    ways = {
        "empty": ([], True),
        "word": ("prefix", True),
        "dict": ({"lab": ["lab__a"]}, True),
        "pair": ([("lab", ["lab__a"])], True),
        "same name": ([lab, lab], True),
        "bad name": ([("a__b", "auto", ["lab__a"])], True),
        "reserved": ([("fusion", "auto", ["lab__a"])], True),
        "number for name": ([(3, "auto", ["lab__a"])], True),
        "absent": ([lab, ("gone", "auto", ["nothing"])], True),
        "beyond": ([lab, ("gone", "auto", [77])], True),
        "class": ([lab, ("site", LogisticRegression, ["site__d"])], True),
        "number": ([lab, ("site", 7, ["site__d"])], True),
        "bad word": ([lab, ("site", "atuo", ["site__d"])], True),
        "all dropped": ([("lab", "drop", ["lab__a"])], True),
        "selector": ([lab, ("genes", "auto", lambda X: [])], True),
        "None columns": ([lab, ("site", "auto", None)], True),
        "mask too short": ([lab, ("site", "auto", [True, False])], True),
        "text as number": ([lab, ("note", "passthrough", ["note__t"])], True),
        "bare": ([lab, ("site", "auto", "site__d")], False),
        "bare text": ([lab, ("note", "auto", "note__t")], False),
        "position": ([lab, ("site", "auto", 4)], False),
        "slice": ([lab, ("site", "auto", slice("site__c", "site__d"))], False),
        "overlap": ([lab, ("more", "auto", ["lab__a", "site__d"])], False),
        "drop": ([lab, ("site", "drop", ["site__d"])], False),
        "empty list": ([lab, ("none", "auto", [])], False),
        "learner": ([lab, ("site", LogisticRegression(), ["site__d"])], False),
        "passthrough": ([lab, ("site", "passthrough", ["site__d"])], False),
        "both": ([lab, site], False),
    }
    name = list(ways)[seed % len(ways)]
    modalities, must_fail = ways[name]
    model = MultimodalClassifier(modalities, fusion="voting")
    words = ("modalit", "ames", "columns", "note", "gone")
    call = lambda: _fit_predict(X, y, rng, model=model)  # noqa: E731
    return Case(f"modalities: {name}", call, words, must_fail)


# rows to predict

NEW = {
    "column lost": (lambda X, r: X.drop(columns="lab__a"), True, ("lab__a",)),
    "all lost": (lambda X, r: X[["site__c"]], True, ("lab__a",)),
    "inf": (lambda X, r: _with_cell(X, "lab__a", np.inf), True, ("lab__a",)),
    "word": (lambda X, r: X.assign(lab__a="high"), True, ("lab__a",)),
    "list": (lambda X, r: _with_cell(X, "lab__b", [1]), True, ("lab__b",)),
    "dates": (
        lambda X, r: X.assign(lab__a=pd.date_range("2020", periods=len(X))),
        True,
        ("lab__a",),
    ),
    "no rows": (lambda X, r: X.iloc[:0], True, ("0 sample",)),
    "width": (lambda X, r: X.to_numpy(dtype=object)[:, :3], True, ("features",)),
    "1-D": (lambda X, r: X["lab__a"], True, ("2D", "2-D", "Reshape", "table")),
    "None": (lambda X, r: None, True, ("table", "array", "2D")),
    "views": (lambda X, r: {"a": X}, True, ("stack_views",)),
    "texts": (
        lambda X, r: X.assign(lab__a=[f"{v:.3f}" for v in X["lab__a"]]),
        False,
        (),
    ),
    "one row": (lambda X, r: X.iloc[[0]], False, ()),
    "order": (lambda X, r: X[X.columns[::-1]], False, ()),
    "more": (lambda X, r: X.assign(more=1), False, ()),
    "new level": (lambda X, r: X.assign(site__c="z"), False, ()),
    "null": (lambda X, r: X.astype(object).where(X.isna()), False, ()),
    "holes": (lambda X, r: X.mask(r.random(X.shape) < 0.5), False, ()),
    "huge": (lambda X, r: X.assign(lab__a=1e300), False, ()),
    "nullable": (lambda X, r: X.convert_dtypes(), False, ()),
    "objects": (lambda X, r: X.astype(object), False, ()),
    "array": (lambda X, r: X.to_numpy(dtype=object), False, ()),
    "numbers for text": (lambda X, r: X.assign(note__t=1.5), True, ("note__t",)),
}


def predict_case(seed):
    """Make a case of rows that are odd or bad at predict."""
    rng = np.random.default_rng(seed)
    X, y = table(rng)
    name = list(NEW)[seed % len(NEW)]
    change, must_fail, words = NEW[name]
    new = change(X, rng)
    if new is None:
        new = np.array(None)
    call = lambda: _fit_predict(X, y, rng, new=new)  # noqa: E731
    return Case(f"predict: {name}", call, words, must_fail)


# the command line

COMMANDS = {
    "fit": "fit t.csv --target label --fusion concat --no-score --out m.joblib",
    "compare": "compare t.csv --target label --fusions concat --cv 2",
    "correlate": "correlate t.csv --target label",
    "predict": "predict m.joblib t.csv --trust",
}
WRONG = (
    "--target nothing",
    "--target",
    "--groups nothing",
    "--groups label",
    "--modality lab",
    "--modality lab=nothing",
    "--modality =lab__a",
    "--modality lab=lab__a --modality lab=lab__b",
    "--n-jobs 0",
    "--n-jobs x",
    "--seed x",
    "--seed -1",
    "--out no/such/folder",
    "--html t.csv",
    "--json .",
    "--cv 1",
    "--cv 1000",
    "--scoring nothing",
    "--rope -1",
    "--fusions nothing",
    "--subsets nothing",
    "--sep ab",
    "--decimal ab",
    "--encoding nothing",
    "--dtype lab__a",
    "--dtype nothing=str",
    "--dtype lab__a=nothing",
    "--join nothing",
    "--join nothing.csv:on=lab__a",
    "--task regression",
    "--sample 1",
    "--id nothing",
    "--keep nothing",
    "--nothing",
)


def command_case(seed):
    """Make the words of a command that is wrong in one place."""
    pairs = [(command, wrong) for command in COMMANDS for wrong in WRONG]
    command, wrong = pairs[seed * 7 % len(pairs)]
    return [*COMMANDS[command].split(), *wrong.split()]
