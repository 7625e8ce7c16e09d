"""Pictures and captions of small drawings: extractors of cells alone and together.

``stamps``: the eight largest categories of `stamps` (785 pictures of 64 × 64 pixels
with captions; not part of the package: give its folder by ``--data``), accuracy by 5
times 2 folds. Pictures by classic features and, where ``--image-encoder`` names one
(an ONNX file, or a function as ``module:function``), by an encoder; captions by words,
with counts, and by the encoder of ``--text-encoder``; then both modalities by each
fusion. ``single`` fuses one modality by concatenation. Codes are kept in the folder
``--cache`` for all folds.

``retrieval``, where both encoders are given: pictures ask for their captions and
captions for their pictures, among 107 rows that were left out, five times: how often
the own one is among the first ten, and the mean reciprocal rank.
"""

import argparse
import time
import warnings
from importlib import import_module
from pathlib import Path

import numpy as np
import pandas as pd
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import RepeatedStratifiedKFold, ShuffleSplit

from mmensemble import CrossModalRetriever, MultimodalClassifier
from mmensemble.crossmodal import retrieval_scores
from mmensemble.features import FrozenEncoder, ImageExtractor, TextExtractor

N_CATEGORIES = 8
N_CANDIDATES = 107
#: Penalty of the learner of both modalities; not tuned.
_C = 0.1


def load_stamps(folder):
    """Return a table of a picture and a caption a row, and the categories."""
    at = Path(folder) / "stamps"
    captions = pd.read_csv(at / "captions.csv")
    with np.load(at / "images_64.npz", allow_pickle=False) as file:
        pictures = file["images"]
    largest = captions["category"].value_counts().index[:N_CATEGORIES]
    kept = captions["category"].isin(largest).to_numpy()
    X = pd.DataFrame({"caption": captions["caption"][kept].to_numpy()})
    X["picture"] = pd.Series(list(pictures[kept]), dtype=object)
    return X, captions["category"][kept].to_numpy()


def encoder_of(text):
    """Return the function that ``module:function`` names, or the path of a file."""
    module, _, name = (text or "").partition(":")
    return getattr(import_module(module), name) if name.isidentifier() else text


def extractors(image_encoder, text_encoder, cache):
    """Return the extractors of both modalities, by name."""
    pictures = {
        "classic": ImageExtractor(),
        "classic, 50 components": ImageExtractor(n_components=50),
    }
    texts = {
        "words": TextExtractor(n_components=None),
        "words of two captions": TextExtractor(n_components=None, few_documents=20),
        "words, counts": TextExtractor(n_components=None, statistics=True),
    }
    if image_encoder is not None:
        options = {"size": 224, "n_components": 100, "cache": cache}
        pictures["encoder"] = ImageExtractor(image_encoder, **options)
    if text_encoder is not None:
        texts["words, encoder"] = TextExtractor(
            n_components=None, encoder=text_encoder, encoder_components=100, cache=cache
        )
        texts["caption encoder"] = FrozenEncoder(
            text_encoder, n_components=100, cache=cache
        )
    return pictures, texts


def score(X, y, modalities, fusion, n_repeats):
    """Return the accuracy of each fold."""
    folds = RepeatedStratifiedKFold(n_splits=2, n_repeats=n_repeats, random_state=0)
    scores = []
    for train, test in folds.split(X, y):
        estimator = None
        if fusion == "concat":
            estimator = LogisticRegression(C=_C, max_iter=2000)
        model = MultimodalClassifier(
            modalities, fusion=fusion, estimator=estimator, random_state=0
        ).fit(X.iloc[train], y[train])
        scores.append(model.score(X.iloc[test], y[test]))
    return scores


def retrieval(X, picture, caption, n_draws):
    """Return the table of rows found by their other half."""
    found = []
    draws = ShuffleSplit(n_draws, test_size=N_CANDIDATES, random_state=0)
    for train, test in draws.split(X):
        model = CrossModalRetriever(
            [("picture", picture, ["picture"]), ("caption", caption, ["caption"])],
            random_state=0,
        ).fit(X.iloc[train])
        scores = retrieval_scores(
            model, X.iloc[test], metrics=("recall@10", "mrr"), n_bootstraps=10
        )
        scores["asks"] = scores["query"]
        found.append(scores.set_index(["asks", "metric"])["score"])
    table = pd.concat(found, axis=1)
    harmonic = (1 / np.arange(1, N_CANDIDATES + 1)).mean()
    rows = [("chance", 10 / N_CANDIDATES, np.nan, harmonic, np.nan)]
    for asks in ("picture", "caption"):
        own = table.loc[asks]
        mean, spread = own.mean(axis=1), own.std(axis=1, ddof=1)
        cells = [(mean[m], spread[m]) for m in ("recall@10", "mrr")]
        rows.append((asks, *cells[0], *cells[1]))
    columns = ["asks", "hits@10", "deviation", "mrr", "mrr, deviation"]
    return pd.DataFrame(rows, columns=columns).round(4)


def main(folder, quick=False, image_encoder=None, text_encoder=None, cache=None):
    """Return the tables."""
    X, y = load_stamps(folder)
    encoders = encoder_of(image_encoder), encoder_of(text_encoder)
    pictures, texts = extractors(*encoders, cache)
    cases = [
        (name, "single", [("picture", e, ["picture"])]) for name, e in pictures.items()
    ]
    cases += [
        (name, "single", [("caption", e, ["caption"])]) for name, e in texts.items()
    ]
    pairs = [("classic", "words"), ("encoder", "words, encoder")]
    for picture, text in pairs:
        if picture in pictures and text in texts:
            both = [
                ("picture", pictures[picture], ["picture"]),
                ("caption", texts[text], ["caption"]),
            ]
            fusions = ["concat"] if quick else ["concat", "voting", "stacking"]
            cases += [(f"{picture} + {text}", fusion, both) for fusion in fusions]
    rows = []
    for name, fusion, modalities in cases:
        start = time.process_time()
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            way = "concat" if fusion == "single" else fusion
            scores = score(X, y, modalities, way, 1 if quick else 5)
        seconds = (time.process_time() - start) / len(scores)
        rows.append((name, fusion, np.mean(scores), np.std(scores, ddof=1), seconds))
        print(*rows[-1], flush=True)
    columns = ["features", "fusion", "accuracy", "deviation", "seconds"]
    tables = {"": pd.DataFrame(rows, columns=columns).round(4)}
    if "encoder" in pictures and "caption encoder" in texts:
        own = pictures["encoder"], texts["caption encoder"]
        tables["retrieval"] = retrieval(X, *own, 2 if quick else 5)
    return tables


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", required=True, help="folder of whole sets")
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--image-encoder", help="of pictures: file or function")
    parser.add_argument("--text-encoder", help="of texts: file or function")
    parser.add_argument("--cache", help="folder of codes")
    given = parser.parse_args()
    found = main(
        given.data, given.quick, given.image_encoder, given.text_encoder, given.cache
    )
    for frame in found.values():
        print(frame.to_string())
    if not given.quick:
        from run import write

        write("stamps", found)
