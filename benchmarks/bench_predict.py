"""(c) Latency of predict against the sum of the members' own."""

import argparse

from _cases import LEARNERS, columns, make_data, make_modalities
from _timing import interleaved, show, table

from mmensemble import (
    ConcatFusion,
    MultimodalClassifier,
    StackingFusion,
    VotingFusion,
)

N_MODALITIES = 4


def members_alone(model, X):
    """Every member's own extraction and prediction, nothing else."""
    for j in range(N_MODALITIES):
        block = model.extractors_[f"m{j}"].transform(X[:, columns(j)])
        model.estimators_[f"m{j}"].predict_proba(block)


def head_alone(model, X):
    """The extractors and the one learner of a concatenation."""
    import numpy as np

    blocks = [
        model.extractors_[f"m{j}"].transform(X[:, columns(j)])
        for j in range(N_MODALITIES)
    ]
    head = model.fusion_.pattern_models_[tuple(range(N_MODALITIES))].learners[0]
    head.predict_proba(np.hstack(blocks))


def measure(fusion, alone, learner, n_rows, repeats):
    """Return one row of the table."""
    X, y = make_data(3000, N_MODALITIES)
    model = MultimodalClassifier(
        make_modalities(N_MODALITIES), fusion=fusion, estimator=LEARNERS[learner]
    ).fit(X, y)
    new = make_data(n_rows, N_MODALITIES, seed=1)[0]
    seconds = interleaved(
        {"alone": lambda: alone(model, new), "ours": lambda: model.predict_proba(new)},
        repeats,
    )
    name = type(fusion).__name__
    ratio = seconds["ours"] / seconds["alone"]
    alone_ms, ours_ms = 1e3 * seconds["alone"], 1e3 * seconds["ours"]
    return name, learner, n_rows, f"{alone_ms:.2f}", f"{ours_ms:.2f}", f"{ratio:.2f}"


def main(quick=False):
    """Return the table."""
    sizes = ((1, 50), (1000, 20)) if quick else ((1, 200), (1000, 50), (100_000, 5))
    fusions = (
        (VotingFusion(), members_alone),
        (StackingFusion(), members_alone),
        (ConcatFusion(), head_alone),
    )
    rows = [
        measure(fusion, alone, learner, n_rows, repeats)
        for fusion, alone in fusions
        for learner in LEARNERS
        for n_rows, repeats in sizes
    ]
    head = ("fusion", "members", "rows", "members alone (ms)", "predict (ms)", "ratio")
    return table(rows, head)


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--quick", action="store_true")
    show(main(parser.parse_args().quick))
