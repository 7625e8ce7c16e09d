"""What the default decides where classes are rare, by score and by costs.

Two classes, one of them thinned to 9 % (20 % of ischemic_stroke, which has few rows):
two times half of alzheimer and ischemic_stroke, 400 rows of half of the groups of
womens_clothing and nycflights, to be scored on the other half; mfeat with 30 rows of
five classes and 3 of the other five, to be scored on as rare. ``scores``: means over
seeds of balanced accuracy, F1 of the rare class (macro for many), mean cost (five for
missing a rare class, one for any other mistake) and log loss, with standard errors.
``against``: the default's own decision for each score, and for log loss its
probabilities, beside every rival, seeds paired; a positive difference is a gain. A
rival that is best by these seeds looks better than it is.

Rivals: the same fit decided by the most probable class, by the threshold that is best
for the score on its out-of-fold probabilities (two classes) and at the prior; the
default with rows weighed by class; logistic regression, stacked with class weights, and
on concatenated columns with class weights, for costs with theirs, and plain, decided by
the most probable class or at the prior.
"""

import argparse
import warnings

import numpy as np
import pandas as pd
from _sets import load
from _thinned import rare_classes, rare_positives
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import balanced_accuracy_score, f1_score, log_loss

from mmensemble import MultimodalClassifier
from mmensemble.learners._decision import DecisionRule, make_rule, tune_rule

#: Set: share of the rare class; None where every other class is rare.
SETS = {
    "alzheimer": 0.09,
    "ischemic_stroke": 0.2,
    "womens_clothing": 0.09,
    "nycflights": 0.09,
    "mfeat": None,
}
MOST = 400
#: Rows of a set below which both halves are used.
FEW = 500
MISSED = 5.0
CUTS = np.linspace(0.01, 0.99, 99)
SCORES = ("balanced accuracy", "F1", "cost", "log loss")
#: What the default is asked for each score.
OWN = ("auto, prior", "auto, F1", "auto, costs", "auto, plain")


def draws(name, seed):
    """Yield the set, labels that start at 0, rows to learn from and to be scored on."""
    data, share = load(name), SETS[name]
    labels = np.asarray(data.target)
    y = np.unique(labels, return_inverse=True)[1]
    if share is None:
        drawn = rare_classes(y, seed, alike=True)
    else:
        y = (y == np.bincount(y).argmin()).astype(int)
        own = {"share": share, "groups": data.groups, "most": MOST}
        drawn = rare_positives(y, seed, **own)
    for train, test in drawn if len(y) < FEW else [next(drawn)]:
        yield data, y, train, test


def costs_of(y):
    """Return costs of mistakes: missing a rare class is dear."""
    counts = np.bincount(y)
    return np.where(counts < counts.mean(), MISSED, 1.0)[:, None] * (
        1 - np.eye(len(counts))
    )


def fitted(data, y, train, test, seed, **options):
    """Return probabilities out of fold and of the rows to score, and the task."""
    weight = options.pop("sample_weight", None)
    groups = None if data.groups is None else np.asarray(data.groups)[train]
    model = MultimodalClassifier(data.modalities, random_state=seed, **options)
    own = {"groups": groups, "sample_weight": weight}
    view = model._fit(data.data.iloc[train], y[train], classifier=True, metadata=own)
    found = model.predict_proba(data.data.iloc[test])
    if view.predictions is None:
        return None, found, view.task
    return model.fusion_.predict(model.fusion_.training_view(view)), found, view.task


def decided(data, y, train, test, seed):
    """Return labels and probabilities of the rows to score by way and score."""
    own = data, y, train, test, seed
    costs = costs_of(y[train])
    balanced = len(train) / np.bincount(y[train]) / len(costs)
    held, p, task = fitted(*own)
    many = len(costs) > 2
    rules = {
        "auto, plain": DecisionRule(),
        "auto, prior": make_rule("prior", task),
        "auto, F1": tune_rule("f1_macro" if many else "f1", held, y[train], task),
        "auto, costs": make_rule(costs, task),
    }
    if not many:
        for score in SCORES[:-1]:
            rules[f"auto, cut for {score}"] = best_cut(score, held, y[train], costs)
    found = {way: (rule.decide(p), p) for way, rule in rules.items()}
    stacked = {"fusion": "stacking", "estimator": _logistic(balanced)}
    fits = {
        "auto, class weights": {"sample_weight": balanced[y[train]]},
        "stacked, class weights": stacked,
    }
    for label, weights in (
        ("class weights", balanced),
        ("cost weights", costs.max(axis=1)),
        ("plain", None),
    ):
        options = {"fusion": "concat", "estimator": _logistic(weights)}
        fits[f"concatenated, {label}"] = options
    for way, options in fits.items():
        p = fitted(*own, **options)[1]
        found[way] = p.argmax(axis=1), p
    found["concatenated, prior"] = rules["auto, prior"].decide(p), p
    return found


def _logistic(weights):
    weights = None if weights is None else dict(enumerate(weights))
    return LogisticRegression(max_iter=2000, class_weight=weights)


def best_cut(score, p, y, costs):
    """Return the threshold that is best on these rows."""
    reached = [
        scored(y, (p[:, 1] > cut).astype(int), None, costs)[score] for cut in CUTS
    ]
    sign = -1 if score == "cost" else 1
    cut = CUTS[np.argmax(np.multiply(sign, reached))]
    return DecisionRule(weights=np.array([cut, 1 - cut]))


def scored(y, labels, p, costs):
    """Return every score of one way."""
    average = "macro" if len(costs) > 2 else "binary"
    return {
        "balanced accuracy": balanced_accuracy_score(y, labels),
        "F1": f1_score(y, labels, average=average, zero_division=0),
        "cost": costs[y, labels].mean(),
        "log loss": p is not None and log_loss(y, p, labels=range(len(costs))),
    }


def one_seed(name, seed):
    """Return the means of all scores over the draws of a seed, a frame of ways."""
    frames = []
    for data, y, train, test in draws(name, seed):
        costs = costs_of(y[train])
        found = decided(data, y, train, test, seed)
        frames.append(
            pd.DataFrame({w: scored(y[test], *own, costs) for w, own in found.items()})
        )
    return sum(frames).T / len(frames)


def tables(name, frames):
    """Return the two tables of a set from the frames of its seeds."""
    values = np.stack([frame[list(SCORES)].to_numpy(float) for frame in frames])
    ways, rows, against = list(frames[0].index), [], []
    for way, own in zip(ways, values.transpose(1, 2, 0), strict=True):
        rows.append((name, way, *np.ravel([(v.mean(), _error(v)) for v in own])))
    for k, (score, ours) in enumerate(zip(SCORES, OWN, strict=True)):
        own = values[:, ways.index(ours), k]
        for way in ways:
            if way in OWN[1:3] or way == ours or not _rivals(score, way):
                continue
            rival = values[:, ways.index(way), k]
            gain = own - rival if k < 2 else rival - own
            means = own.mean(), rival.mean(), gain.mean()
            against.append((name, score, ours, way, *means, _error(gain)))
    columns = [cell for score in SCORES for cell in (score, f"{score}, error")]
    rows = pd.DataFrame(rows, columns=["set", "way", *columns])
    columns = ["set", "score", "ours", "rival", "own", "rival's", "gain", "error"]
    return rows.round(4), pd.DataFrame(against, columns=columns).round(4)


def _rivals(score, way):
    """Tell whether a way was meant for a score."""
    if "cut for" in way:
        return way.endswith(score)
    if way.endswith("cost weights"):
        return score == "cost"
    return score != "log loss" or not way.endswith("prior")


def _error(values):
    return np.std(values, ddof=1) / np.sqrt(len(values))


def main(quick=False, seeds=15, first=0, sets=tuple(SETS)):
    """Return the tables."""
    sets, seeds = (sets[:1], 2) if quick else (sets, seeds)
    found = []
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for name in sets:
            frames = [one_seed(name, first + seed) for seed in range(seeds)]
            found.append(tables(name, frames))
    scores, against = (pd.concat(frames) for frames in zip(*found, strict=True))
    return {"scores": scores, "against": against}


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--seeds", type=int, default=15)
    parser.add_argument("--first", type=int, default=0, help="seed")
    parser.add_argument("--sets", nargs="+", default=list(SETS), help="other rows stay")
    options = parser.parse_args()
    found = main(options.quick, options.seeds, options.first, options.sets)
    for frame in found.values():
        print(frame.to_string())
    if not options.quick:
        from run import beside, write

        write(
            "decisions",
            {key: beside(f"decisions_{key}", f, ["set"]) for key, f in found.items()},
        )
