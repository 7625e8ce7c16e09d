"""Words of reviews: a pretrained encoder beside them, and words of a single review.

``reviews``, where ``--text-encoder`` is given: the bundled rows of womens_clothing (or
the whole set, by ``--data``), AUC on 1,000 reviews of other products than those of the
300 or 1,000 rows that are learnt from: words as `AutoExtractor` has them, the codes of
``--text-encoder`` (an ONNX file, or a function as ``module:function``) alone, and both.
``logistic`` joins all columns; ``default`` is `MultimodalClassifier` as it comes, on
fewer draws. ``gain`` is against words, draws paired; ``worst`` is that of the worst
draw. Codes are kept in the folder ``--cache`` for all draws.

``reviews_few``: `TextExtractor` as it comes, which with fewer than 500 reviews keeps
words of a single one, against ``few_documents=20``, which drops them as `AutoExtractor`
does, on 100 and 300 reviews: area under the curve, accuracy and log loss, and what is
gained (lower loss), draws paired. ``review`` has that modality alone, ``all`` has
title and numbers beside it; ``logistic`` has one penalty, ``tuned`` chooses its own.
"""

import argparse
import warnings

import numpy as np
import pandas as pd
from _full_sets import load_full
from _sets import load
from bench_stamps import encoder_of
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import accuracy_score, log_loss, roc_auc_score
from sklearn.model_selection import GroupShuffleSplit

from mmensemble import MultimodalClassifier
from mmensemble.features import AutoExtractor, FrozenEncoder, TextExtractor

N_TEST = 1_000
SIZES = (300, 1_000)
#: Model, texts, draws.
CASES = [
    ("logistic", ("words", "codes", "words, codes"), 10),
    ("default", ("words", "words, codes"), 3),
]
#: Reviews to learn from where words of a single one count, and draws.
FEW_SIZES, FEW_DRAWS = (100, 300), 10
WORDS = {
    "of two": TextExtractor(few_documents=20, random_state=0),
    "of one": TextExtractor(random_state=0),
}


def extractors(encoder, cache):
    """Return what reads texts, by name."""
    codes = FrozenEncoder(encoder, cache=cache)
    return {
        "words": AutoExtractor(),
        "codes": codes,
        "words, codes": AutoExtractor(encoder=codes),
    }


def draws(data, size, n_draws):
    """Yield rows to learn from and to be scored on, of different products."""
    splitter = GroupShuffleSplit(n_draws, test_size=0.5, random_state=0)
    rng = np.random.default_rng(0)
    for train, test in splitter.split(data.data, groups=data.groups):
        yield rng.permutation(train)[:size], rng.permutation(test)[:N_TEST]


def fitted(model, data, train, test):
    """Return which test rows are positive, and their probability."""
    y = np.asarray(data.target)
    model.fit(data.data.iloc[train], y[train])
    p = model.predict_proba(data.data.iloc[test])[:, 1]
    return y[test] == model.classes_[1], p


def area(model, data, train, test):
    """Return the area under the curve."""
    return roc_auc_score(*fitted(model, data, train, test))


def with_texts(data, extractor, names=None):
    """Return the modalities, or some, with an extractor of those that are texts."""
    return [
        (own, "auto" if own == "tabular" else extractor, columns)
        for own, _, columns in data.modalities
        if names is None or own in names
    ]


def few_table(data, quick=False):
    """Return the table of words of a single review."""
    learner = LogisticRegression(C=0.1, max_iter=2000)
    kinds = [("review", "logistic"), ("all", "logistic"), ("all", "tuned")]
    rows = []
    for size in FEW_SIZES[:1] if quick else FEW_SIZES:
        for which, kind in kinds:
            found = {name: [] for name in WORDS}
            for train, test in draws(data, size, 2 if quick else FEW_DRAWS):
                for name, extractor in WORDS.items():
                    own = ["review"] if which == "review" else None
                    model = MultimodalClassifier(
                        with_texts(data, extractor, own),
                        fusion="concat",
                        estimator=learner if kind == "logistic" else None,
                        random_state=0,
                    )
                    goal, p = fitted(model, data, train, test)
                    scores = roc_auc_score(goal, p), accuracy_score(goal, p > 0.5)
                    found[name].append([*scores, log_loss(goal, p)])
            gain = np.subtract(found["of one"], found["of two"]) * [1, 1, -1]
            errors = gain.std(axis=0, ddof=1) / np.sqrt(len(gain))
            for at, metric in enumerate(("auc", "accuracy", "log loss")):
                means = [np.mean(scores, axis=0)[at] for scores in found.values()]
                cells = [*means, gain[:, at].mean(), errors[at]]
                rows.append((size, which, kind, metric, len(gain), *cells))
                print(*rows[-1], flush=True)
    columns = ["rows", "modalities", "model", "metric", "draws", *WORDS]
    return pd.DataFrame(rows, columns=[*columns, "gain", "error"]).round(4)


def encoder_table(data, text_encoder, cache, quick=False):
    """Return the table of an encoder beside words."""
    texts = extractors(encoder_of(text_encoder), cache)
    rows = []
    for size in SIZES[:1] if quick else SIZES:
        for kind, names, n_draws in CASES[:1] if quick else CASES:
            options = {}
            if kind == "logistic":
                learner = LogisticRegression(C=0.1, max_iter=2000)
                options = {"fusion": "concat", "estimator": learner}
            found = {}
            for train, test in draws(data, size, n_draws):
                for name in names:
                    modalities = with_texts(data, texts[name])
                    model = MultimodalClassifier(modalities, random_state=0, **options)
                    found.setdefault(name, []).append(area(model, data, train, test))
            for name, scores in found.items():
                gain = np.subtract(scores, found["words"])
                error = gain.std(ddof=1) / np.sqrt(n_draws)
                cells = [n_draws, np.mean(scores), gain.mean(), error, gain.min()]
                rows.append((size, kind, name, *cells))
                print(*rows[-1], flush=True)
    columns = ["rows", "model", "texts", "draws", "auc", "gain", "error", "worst"]
    return pd.DataFrame(rows, columns=columns).round(4)


def main(text_encoder=None, cache=None, folder=None, quick=False, few=True):
    """Return the tables."""
    data = load("womens_clothing")
    if folder is not None:
        data = load_full("womens_clothing", folder)
    tables = {"few": few_table(data, quick)} if few else {}
    if text_encoder is not None:
        tables[""] = encoder_table(data, text_encoder, cache, quick)
    return tables


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--text-encoder", help="file or function")
    parser.add_argument("--cache", help="folder of codes")
    parser.add_argument("--data", help="folder of whole sets")
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--few", action=argparse.BooleanOptionalAction, default=True)
    given = parser.parse_args()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        found = main(
            given.text_encoder, given.cache, given.data, given.quick, given.few
        )
    for frame in found.values():
        print(frame.to_string())
    if not given.quick:
        from run import write

        write("reviews", found)
