"""Home tasks by sound and wrist movement, with forests, beside published figures."""

from _sets import fit, load, mean_sd, score, splits
from _timing import show, table
from sklearn.ensemble import RandomForestClassifier
from sklearn.linear_model import LogisticRegression

from mmensemble import (
    AutoFusion,
    ConcatFusion,
    MultimodalClassifier,
    SelectionFusion,
    StackingFusion,
    VotingFusion,
)

#: name: (fusion, or None for a forest on top; accuracy of others on five folds)
FUSIONS = {
    "concatenation": (ConcatFusion(), None),
    "soft vote": (VotingFusion(), 0.918),
    "stacking, forest on top": (None, 0.913),
    "stacking, logistic regression": (StackingFusion(LogisticRegression()), 0.925),
    "the same, concatenated member": (
        StackingFusion(LogisticRegression(), concat_member=True),
        0.931,
    ),
    "stacking, the default": (StackingFusion(), None),
    "the same, concatenated member, default": (
        StackingFusion(concat_member=True),
        None,
    ),
    "selection, concatenated member": (SelectionFusion(concat_member=True), None),
    "AutoFusion": (AutoFusion(), None),
}


def scores_of(name, n_folds=5, n_trees=200):
    """Return the accuracy of one of `FUSIONS` on each fold."""
    data, fusion = load("htad"), FUSIONS[name][0]
    forest = RandomForestClassifier(n_trees, n_jobs=1)
    fusion = StackingFusion(forest) if fusion is None else fusion
    estimator = None if isinstance(fusion, AutoFusion) else forest
    model = MultimodalClassifier(
        data.modalities, fusion=fusion, estimator=estimator, random_state=0
    )
    scores = []
    for train, test in splits(data, n_folds):
        fit(model, data, data.data, train)
        scores.append(score(model, data, data.data, test))
    return scores


def main(quick=False):
    """Return the table."""
    n_folds, n_trees = (2, 20) if quick else (5, 200)
    rows = [
        (
            name,
            "–" if others is None else others,
            mean_sd(scores_of(name, n_folds, n_trees)),
        )
        for name, (_, others) in FUSIONS.items()
    ]
    return table(rows, ("fusion", "others", "here"))


if __name__ == "__main__":
    show(main())
