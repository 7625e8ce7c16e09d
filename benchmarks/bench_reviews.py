"""A pretrained encoder beside the words of reviews, and instead of them.

The bundled rows of womens_clothing (or the whole set, by ``--data``), AUC on 1,000
reviews of other products than those of the 300 or 1,000 rows that are learnt from:
words as `AutoExtractor` has them, the codes of ``--text-encoder`` (an ONNX file, or a
function as ``module:function``) alone, and both. ``logistic`` joins all columns;
``default`` is `MultimodalClassifier` as it comes, on fewer draws. ``gain`` is against
words, draws paired; ``worst`` is that of the worst draw. Codes are kept in the folder
``--cache`` for all draws.
"""

import argparse
import warnings

import numpy as np
import pandas as pd
from _full_sets import load_full
from _sets import load
from bench_stamps import encoder_of
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score
from sklearn.model_selection import GroupShuffleSplit

from mmensemble import MultimodalClassifier
from mmensemble.features import AutoExtractor, FrozenEncoder

N_TEST = 1_000
SIZES = (300, 1_000)
#: Model, texts, draws.
CASES = [
    ("logistic", ("words", "codes", "words, codes"), 10),
    ("default", ("words", "words, codes"), 3),
]


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


def area(model, data, train, test):
    """Return the area under the curve."""
    y = np.asarray(data.target)
    model.fit(data.data.iloc[train], y[train])
    p = model.predict_proba(data.data.iloc[test])[:, 1]
    return roc_auc_score(y[test] == model.classes_[1], p)


def main(text_encoder, cache=None, folder=None, quick=False):
    """Return the table."""
    data = load("womens_clothing")
    if folder is not None:
        data = load_full("womens_clothing", folder)
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
                    modalities = [
                        (own, "auto" if own == "tabular" else texts[name], columns)
                        for own, _, columns in data.modalities
                    ]
                    model = MultimodalClassifier(modalities, random_state=0, **options)
                    found.setdefault(name, []).append(area(model, data, train, test))
            for name, scores in found.items():
                gain = np.subtract(scores, found["words"])
                error = gain.std(ddof=1) / np.sqrt(n_draws)
                cells = [n_draws, np.mean(scores), gain.mean(), error, gain.min()]
                rows.append((size, kind, name, *cells))
                print(*rows[-1], flush=True)
    columns = ["rows", "model", "texts", "draws", "auc", "gain", "error", "worst"]
    return {"": pd.DataFrame(rows, columns=columns).round(4)}


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--text-encoder", required=True, help="file or function")
    parser.add_argument("--cache", help="folder of codes")
    parser.add_argument("--data", help="folder of whole sets")
    parser.add_argument("--quick", action="store_true")
    given = parser.parse_args()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        found = main(given.text_encoder, given.cache, given.data, given.quick)
    print(found[""].to_string())
    if not given.quick:
        from run import write

        write("reviews", found)
