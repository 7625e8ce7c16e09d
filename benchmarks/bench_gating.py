"""Gates where the right modality depends on the row, and where it does not.

Simulated tables of three modalities. In the first design only one modality's
private factors bear on the target of a row, and a context tells which one; in
the second all of them do, and the context is left out. Scores are means over
seeds of held-out accuracy or R2; the correlation is that of the gate's weights
(or values) with the true indicators of the right modality, on held-out rows.
"""

import argparse

import numpy as np
from _timing import show, table
from sklearn.linear_model import LogisticRegression, Ridge

from mmensemble import (
    ConcatFusion,
    FeatureGatingFusion,
    GatingFusion,
    MultimodalClassifier,
    MultimodalRegressor,
    StackingFusion,
    VotingFusion,
)
from mmensemble.datasets import make_multimodal

DESIGNS = {
    "row decides": {"row_dependent": True, "n_shared": 0, "class_sep": 2.0},
    "all together": {"row_dependent": False, "class_sep": 0.7},
}
NAMES = np.array(["m1", "m2", "m3"])


def fusions(context):
    """Return the fusions compared, by name."""
    return {
        "gating": GatingFusion(context),
        "gating, all blocks": GatingFusion(),
        "gating, mixture": GatingFusion(context, pool="mixture"),
        "feature gating": FeatureGatingFusion(),
        "feature gating, by modality": FeatureGatingFusion(gate="modality"),
        "stacking": StackingFusion(),
        "voting": VotingFusion(),
        "voting, optimised": VotingFusion(weights="optimize"),
        "concat": ConcatFusion(),
    }


def make_model(task, fusion, modalities="auto"):
    """Return an estimator with quick linear members."""
    feature_level = fusion.level == "feature"
    if task == "classification":
        learner = None if feature_level else LogisticRegression()
        return MultimodalClassifier(modalities, fusion=fusion, estimator=learner)
    learner = None if feature_level else Ridge()
    return MultimodalRegressor(modalities, fusion=fusion, estimator=learner)


def halves(design, task, n_samples, seed):
    """Return the table and the positions of training and test rows."""
    bunch = make_multimodal(
        2 * n_samples, task=task, random_state=seed, **DESIGNS[design]
    )
    rows = np.arange(2 * n_samples)
    return bunch, rows[:n_samples], rows[n_samples:]


def correlation(model, bunch, test):
    """Return how weights or gates of the three modalities follow the truth."""
    fusion = model.fusion_
    if bunch.truth.active is None:
        return np.nan
    view = model._view(bunch.data.iloc[test])
    if hasattr(fusion, "row_weights"):
        found = fusion.row_weights(view)[:, :3]
    elif hasattr(fusion, "gate_values"):
        found = fusion.gate_values(view)[:, :3]
    else:
        return np.nan
    if np.ptp(found) == 0:
        return 0.0
    truth = bunch.truth.active.to_numpy()[test, None] == NAMES
    return np.corrcoef(found.ravel(), truth.ravel())[0, 1]


def run_seed(design, task, n_samples, seed):
    """Return {fusion: (score, correlation)} for one table."""
    bunch, train, test = halves(design, task, n_samples, seed)
    context = "context" if DESIGNS[design]["row_dependent"] else None
    X, y = bunch.data.iloc[train], bunch.target[train]
    found = {}
    for name, fusion in fusions(context).items():
        model = make_model(task, fusion).fit(X, y)
        score = model.score(bunch.data.iloc[test], bunch.target[test])
        found[name] = score, correlation(model, bunch, test)
    singles = []
    for modality in bunch.modalities:
        model = make_model(task, VotingFusion(), [modality]).fit(X, y)
        singles.append(model.score(bunch.data.iloc[test], bunch.target[test]))
    found["best single"] = max(singles), np.nan
    return found


def rows_of(design, task, n_samples, seeds):
    """Return the table's rows for one design, task and size."""
    runs = [run_seed(design, task, n_samples, seed) for seed in range(seeds)]
    stacking = np.array([run["stacking"][0] for run in runs])
    rows = []
    for name in runs[0]:
        scores = np.array([run[name][0] for run in runs])
        follows = np.mean([run[name][1] for run in runs])
        gap = scores - stacking
        rows.append(
            (
                design,
                task,
                n_samples,
                name,
                f"{scores.mean():.3f} ± {scores.std(ddof=1):.3f}",
                f"{gap.mean():+.3f} ± {gap.std(ddof=1) / np.sqrt(seeds):.3f}",
                "" if np.isnan(follows) else f"{follows:.2f}",
            )
        )
        print("|", " | ".join(map(str, rows[-1])), "|", flush=True)
    return rows


def main(quick=False):
    """Return the table."""
    sizes, seeds = ((300,), 2) if quick else ((300, 1500), 5)
    rows = [
        row
        for design in DESIGNS
        for task in ("classification", "regression")
        for n_samples in sizes
        for row in rows_of(design, task, n_samples, seeds)
    ]
    head = (
        "target",
        "task",
        "training rows",
        "fusion",
        "accuracy or R2",
        "over stacking",
        "correlation with the truth",
    )
    return table(rows, head)


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--quick", action="store_true")
    show(main(parser.parse_args().quick))
