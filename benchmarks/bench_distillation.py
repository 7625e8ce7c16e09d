"""A student of few modalities, taught by a model of all: what it gains, and on what.

Five tables, accuracies ± standard error. "settings": the synthetic ones of Lopez-Paz
et al. (2016), 200 rows, 10,000 to predict, over seeds. "unlabelled": 5 stratified
folds, labels for a share of the training rows, the others without. "labelled": every
training row labelled. "more": the same on sets with groups, gaps, text and numbers to
predict, each with its own score and folds, 1,000 rows to learn from. "twins": mfeat zer
again, 6 and 9 counted apart and as one, since most of its sixes have a nine beside them
that is the same but for a half turn, which zer cannot see.

Beside the hard student stand the controls: a non-linear hard student (extremely
randomised trees), and the student taught by its own modality's forest, which has seen
nothing else ("own forest"). "guarded" is what a user gets.

Needs the folder of whole data sets: ``bench_distillation.py --data FOLDER``. With
``--sets`` the rows of other sets stay in the tables.
"""

import argparse
from pathlib import Path

import numpy as np
import pandas as pd
from _full_sets import load_full
from _sets import splits
from _timing import show, table
from run import RESULTS, beside, write
from sklearn.base import clone
from sklearn.ensemble import RandomForestClassifier, RandomForestRegressor
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import get_scorer
from sklearn.model_selection import StratifiedKFold

from mmensemble import (
    ConcatFusion,
    DistilledClassifier,
    DistilledRegressor,
    MultimodalClassifier,
    MultimodalRegressor,
)

FOREST = RandomForestClassifier(n_estimators=100, random_state=0)
#: Set, student's modality, share of labels, student, teacher's learner.
UNLABELLED = (
    ("mfeat", "zer", 0.1, None, None),
    ("htad", "accelerometer", 0.2, FOREST, FOREST),
    ("htad", "audio", 0.2, FOREST, FOREST),
    ("leaf_flavia", "shape", 0.3, FOREST, None),
)
LABELLED = (
    ("htad", "accelerometer", 1.0, None, FOREST),
    ("leaf_flavia", "shape", 1.0, None, None),
    ("alzheimer", "csf", 1.0, None, None),
    ("ischemic_stroke", "clinical", 1.0, None, None),
    ("nutrimouse", "lipid", 1.0, None, None),
    ("watch", "gyroscope", 1.0, None, FOREST),
    ("mfeat", "zer", 1.0, None, None),
)
#: Sets of the table "more": the student's modality.
MORE = {
    "nycflights": "schedule",
    "womens_clothing": "tabular",
    "chicago": "weather",
    "credit_data": "finances",
    "star": "grade_2",
}
#: Rows to learn from there, and to predict.
MOST_ROWS, MOST_TEST_ROWS = 1000, 5000
#: A temperature at which soft labels are as good as logits.
HOT = 20.0
GAINS = ("gain", "gain, guarded", "chosen")
WAYS = ("teacher", "hard", "hard trees", "own forest", "distilled", "guarded")


def synthetic(setting, rng, n_rows, alpha, chosen):
    """Return features, privileged features and labels of a setting."""
    features = rng.normal(size=(n_rows, len(alpha)))
    if setting == "clean labels":
        scores = features @ alpha
        return features, scores[:, None], scores + rng.normal(size=n_rows) > 0
    if setting == "clean features":
        noisy = features + rng.normal(size=features.shape)
        return noisy, features, features @ alpha > 0
    scores = features[:, chosen] @ alpha[chosen]
    return features, features[:, chosen], scores > 0


SETTINGS = ("clean labels", "clean features", "relevant features")


def setting_scores(setting, seeds):
    """Return accuracies of the teacher and of four students, a row a seed.

    Hard; distilled, which imitates only, at temperature 1 and at a high one, where it
    matches the teacher's logits and with them how far a row is from the boundary; and
    what the guard keeps.
    """
    found = []
    for seed in range(seeds):
        rng = np.random.default_rng([1 + SETTINGS.index(setting), seed])
        alpha, chosen = rng.normal(size=50), rng.choice(50, 3, replace=False)
        own, star, y = synthetic(setting, rng, 200, alpha, chosen)
        test, clean, goal = synthetic(setting, rng, 10_000, alpha, chosen)
        columns = list(range(50, 50 + star.shape[1]))
        teacher = MultimodalClassifier(
            [("star", "passthrough", columns)],
            fusion="concat",
            estimator=LogisticRegression(),
        )
        X, whole = np.hstack([own, star]), np.hstack([test, clean])
        scores = [teacher.fit(X, y).score(whole, goal)]
        x = [("x", "passthrough", list(range(50)))]
        logits = {"imitation": 1.0, "temperature": HOT}
        for options in ({"imitation": 0.0}, {"imitation": 1.0}, logits, {}):
            model = DistilledClassifier(
                teacher,
                student_modalities=x,
                features=False,
                guard=not options,
                **options,
            )
            scores.append(model.fit(X, y).score(test, goal))
        found.append(scores)
    return np.array(found)


def settings(seeds):
    """Return the table of the synthetic settings."""
    lines = []
    for setting in SETTINGS:
        lines.append([setting, *cells(setting_scores(setting, seeds))])
        print(lines[-1], flush=True)
    students = ["hard", "distilled", "distilled, hot", "guarded"]
    return table(lines, ["setting", "teacher", *students])


def cells(scores):
    """Return means and standard errors as text."""
    errors = scores.std(axis=0, ddof=1) / np.sqrt(len(scores))
    return [
        f"{m:.3f} ± {e:.3f}" for m, e in zip(scores.mean(axis=0), errors, strict=True)
    ]


def models(data, modality, student, learner, scoring=None):
    """Return the ways to a student, by name."""
    regression = data.task == "regression"
    Model = MultimodalRegressor if regression else MultimodalClassifier
    Distilled = DistilledRegressor if regression else DistilledClassifier
    Forest = RandomForestRegressor if regression else RandomForestClassifier
    # heads for rows that lack a modality are asked where there are such rows only
    n_heads = 8 if data.data.isna().any(axis=None) else 1
    own = {"fusion": ConcatFusion(max_patterns=n_heads), "estimator": learner}
    teacher = Model(data.modalities, **own)
    mine = [triple for triple in data.modalities if triple[0] == modality]
    forest, trees = (Forest(n_estimators=n, random_state=0) for n in (100, 200))
    forest = Model(mine, fusion="concat", estimator=forest)
    given = {"student": student, "student_modalities": modality, "random_state": 0}
    given["scoring"] = scoring
    free = given | {"guard": False}
    return {
        "teacher": teacher,
        "hard": Distilled(teacher, **free, imitation=0.0, features=False),
        "hard trees": Model(mine, fusion="concat", estimator=trees),
        "own forest": Distilled(
            forest, **free | {"student_modalities": mine}, imitation=1.0, features=False
        ),
        "guarded": Distilled(teacher, **given),
    }


def best_distilled(guarded):
    """Return what the same model without a guard would be, to be fitted."""
    found = guarded.search_[guarded.search_["model"] == "distilled"]
    best = found.loc[found["loss"].idxmin()]
    options = {
        "imitation": float(best["imitation"]),
        "features": bool(best["features"]),
    }
    return clone(guarded).set_params(guard=False, **options)


def hide(y, train, share):
    """Return labels that stand in a share of the training rows, and where."""
    labelled = np.arange(len(train))
    if share < 1:
        splitter = StratifiedKFold(round(1 / share), shuffle=True, random_state=0)
        labelled = next(splitter.split(train, y[train]))[1]
    hidden = np.full(len(train), None, dtype=object)
    hidden[labelled] = y[train][labelled]
    return hidden, labelled


def run_fold(data, train, test, share, ways, scoring="accuracy", groups=None):
    """Return the score of each way on one fold, and what the guard chose."""
    X, y = data.data, np.asarray(data.target)
    hidden, labelled = hide(y, train, share)
    found, scorer = {}, get_scorer(scoring)

    def fit(model, rows, own):
        params = {} if groups is None else {"groups": groups[rows]}
        return model.fit(X.iloc[rows], own, **params)

    for name, model in ways.items():
        rows, own = train[labelled], y[train[labelled]]
        if isinstance(model, DistilledClassifier | DistilledRegressor):
            rows, own = train, hidden
        fit(model, rows, own)
        found[name] = scorer(model, X.iloc[test], y[test])
    model = ways["guarded"]
    choice = model.choice_
    if choice != "distilled":
        model = fit(best_distilled(model), train, hidden)
    found["distilled"] = scorer(model, X.iloc[test], y[test])
    return [found[name] for name in WAYS], choice


def sets(cases, folder, n_folds):
    """Return the table of real sets."""
    lines = []
    for name, modality, share, student, learner in cases:
        data = load_full(name, folder)
        known = [own for own, _, _ in data.modalities]
        modality = next((m for m in known if m.startswith(modality[:4])), known[-1])
        ways = models(data, modality, student, learner)
        folds = StratifiedKFold(5, shuffle=True, random_state=0)
        parts = list(folds.split(data.data, data.target))[:n_folds]
        runs = [run_fold(data, *part, share, ways) for part in parts]
        kind = "linear" if student is None else "forest"
        lines.append([name, modality, share, kind, *summary(runs)])
        print(lines[-1], flush=True)
    return table(lines, ["set", "modality", "labels", "student", *WAYS, *GAINS])


def summary(runs):
    """Return cells of scores, of gains on the best hard student, and of choices."""
    scores = np.array([scores for scores, _ in runs])
    best = scores[:, [1, 2]].mean(axis=0).argmax() + 1
    gains = scores[:, [4, 5]] - scores[:, [best]]
    chosen = pd.Series([choice for _, choice in runs]).value_counts()
    words = ", ".join(f"{count} {choice}" for choice, count in chosen.items())
    return [*cells(scores), *signed(gains), words]


def more(names, folder, n_folds):
    """Return the table of sets with groups, gaps, text and numbers to predict."""
    lines = []
    for name in names:
        data, modality = load_full(name, folder), MORE[name]
        ways = models(data, modality, None, None, data.metric)
        groups = None if data.groups is None else np.asarray(data.groups)
        runs = []
        for fold, (train, test) in enumerate(splits(data, n_folds)):
            rng = np.random.default_rng(fold)
            train, test = rng.permutation(train), rng.permutation(test)
            train, test = np.sort(train[:MOST_ROWS]), np.sort(test[:MOST_TEST_ROWS])
            own = data, train, test, 1.0, ways
            runs.append(run_fold(*own, data.metric, groups))
        lines.append([name, data.metric, modality, *summary(runs)])
        print(lines[-1], flush=True)
    return table(lines, ["set", "score", "modality", *WAYS, *GAINS])


def twins(folder, n_folds):
    """Return accuracies of mfeat zer, with 6 and 9 as two classes and as one.

    Hard; imitating only; and with predicted components of the absent modalities too.
    """
    data, lines = load_full("mfeat", folder), []
    X, y = data.data, np.asarray(data.target)
    ways = models(data, "zer", None, None)
    free = clone(ways["guarded"]).set_params(guard=False, imitation=1.0)
    students = {
        "hard": ways["hard"],
        "distilled, labels": clone(free).set_params(features=False),
        "distilled, labels and features": clone(free).set_params(features=True),
    }
    folds = StratifiedKFold(5, shuffle=True, random_state=0).split(X, y)
    parts = list(folds)[:n_folds]
    for share in (0.1, 1.0):
        scores = {name: [] for name in students}
        for train, test in parts:
            hidden = hide(y, train, share)[0]
            for name, model in students.items():
                found = model.fit(X.iloc[train], hidden).predict(X.iloc[test])
                found = found.astype(y.dtype)
                twin, same = np.isin(y[test], (6, 9)), found == y[test]
                as_one = same | (twin & np.isin(found, (6, 9)))
                scores[name].append((same.mean(), same[twin].mean(), as_one.mean()))
        lines += [[share, name, *cells(np.array(own))] for name, own in scores.items()]
        print(*lines[-3:], sep="\n", flush=True)
    return table(
        lines, ["labels", "student", "accuracy", "of 6 and 9", "6 and 9 as one"]
    )


def signed(gains):
    """Return mean gains and standard errors as text."""
    return [cell if cell.startswith("-") else f"+{cell}" for cell in cells(gains)]


def main(options):
    """Return the tables that are asked for."""
    found = {}
    if "settings" in options.tables:
        found["settings"] = settings(options.seeds)
    if options.data is None:
        return found
    for key, cases in (("unlabelled", UNLABELLED), ("labelled", LABELLED)):
        if key in options.tables:
            cases = [c for c in cases if not options.sets or c[0] in options.sets]
            found[key] = sets(cases, options.data, min(options.seeds, 5))
    if "more" in options.tables:
        names = [name for name in MORE if not options.sets or name in options.sets]
        found["more"] = more(names, options.data, min(options.seeds, 5))
    if "twins" in options.tables:
        found["twins"] = twins(options.data, min(options.seeds, 5))
    return found


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", help="folder of whole data sets")
    parser.add_argument("--seeds", type=int, default=5, help="seeds, or folds")
    parser.add_argument(
        "--tables",
        nargs="+",
        default=["settings", "unlabelled", "labelled", "more", "twins"],
    )
    parser.add_argument("--sets", nargs="+")
    parser.add_argument("--folder", type=Path, default=RESULTS)
    parser.add_argument("--write", action="store_true")
    options = parser.parse_args()
    found = main(options)
    show(found)
    if options.write:
        for key in set(found) & {"unlabelled", "labelled", "more"}:
            keys = ["set", "modality"] + ["labels"] * (key != "more")
            own = f"distillation_{key}", found[key], keys
            found[key] = beside(*own, options.folder)
        write("distillation", found, options.folder)
