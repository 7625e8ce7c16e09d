"""Attention where the right modality depends on the row, and where it does not.

In `turning`, a context says which of three modalities carries the target; the
others carry that of another row, as strong and wrong. In `silent`, they are
silent: `make_multimodal(row_dependent=True)`. In `steady` every row is alike.
The score is R2, or minus the log loss, on new rows.
"""

import argparse

import numpy as np
import pandas as pd
from _timing import show, table
from sklearn.metrics import log_loss, r2_score

from mmensemble import (
    AttentionFusion,
    ConcatFusion,
    MultimodalClassifier,
    MultimodalRegressor,
    StackingFusion,
    VotingFusion,
    WeightedFusion,
)
from mmensemble.datasets import make_multimodal

N_TEST = 2_000
FIXED = {
    "uniform": VotingFusion(),
    "optimised": VotingFusion(weights="optimize"),
    "stacking": StackingFusion(),
    "concat": ConcatFusion(),
    "weighted, uniform": WeightedFusion(),
    "weighted, score": WeightedFusion(weights="score"),
}
ROW_BY_ROW = {
    "weighted, attention": WeightedFusion("sum", weights="attention"),
    "self-attention": AttentionFusion(),
}


def turning(n_samples, seed, classes):
    """Return a table, the target, and which modality is right in each row."""
    rng = np.random.default_rng(seed)
    y = rng.normal(size=n_samples)
    right = rng.integers(0, 3, n_samples)
    columns = {}
    for m in range(3):
        signal = np.where(right == m, y, rng.permutation(y))
        loads = np.random.default_rng(m).normal(size=5)
        values = signal[:, None] * loads + rng.normal(size=(n_samples, 5))
        columns.update({f"m{m + 1}__{j}": values[:, j] for j in range(5)})
    context = np.eye(3)[right] + 0.2 * rng.normal(size=(n_samples, 3))
    columns.update({f"context__{j}": context[:, j] for j in range(3)})
    return pd.DataFrame(columns), (y > 0).astype(int) if classes else y, right


def simulated(n_samples, seed, classes, row_dependent):
    """Return what `make_multimodal` draws, in the same shape."""
    bunch = make_multimodal(
        n_samples,
        task="classification" if classes else "regression",
        row_dependent=row_dependent,
        class_sep=1.0,
        random_state=seed,
    )
    active = bunch.truth.active
    right = None
    if active is not None:
        names = [name for name, _, _ in bunch.modalities]
        right = np.array([names.index(name) for name in active])
    return bunch.data, np.asarray(bunch.target), right


DESIGNS = {
    "turning": turning,
    "silent": lambda n, seed, classes: simulated(n, seed, classes, True),
    "steady": lambda n, seed, classes: simulated(n, seed, classes, False),
}


def evaluate(fusion, X, y, right, n_train, classes):
    """Return score on new rows, and correlation of the weights with the truth."""
    cls = MultimodalClassifier if classes else MultimodalRegressor
    train, test = slice(0, n_train), slice(n_train, None)
    model = cls(fusion=fusion, random_state=0).fit(X.iloc[train], y[train])
    if classes:
        score = -log_loss(y[test], model.predict_proba(X.iloc[test]))
    else:
        score = r2_score(y[test], model.predict(X.iloc[test]))
    if right is None or not isinstance(fusion, AttentionFusion):
        return score, np.nan
    weights = model.fusion_.attention_weights(model._view(X.iloc[test]))
    got = weights[:, :, -1, :3].mean(axis=1).ravel()
    truth = np.eye(3)[right[test]].ravel()
    return score, np.corrcoef(got, truth)[0, 1] if got.std() > 0 else 0.0


def best_single(X, y, n_train, classes):
    """Return the best score of one modality alone, chosen on the new rows."""
    names = dict.fromkeys(column.split("__")[0] for column in X)
    parts = [X[[c for c in X if c.startswith(f"{name}__")]] for name in names]
    return max(evaluate(ConcatFusion(), p, y, None, n_train, classes)[0] for p in parts)


def rows_of(design, classes, n_train, seeds):
    """Yield one row of the table for each way of fusing."""
    draws = [DESIGNS[design](n_train + N_TEST, seed, classes) for seed in seeds]
    task = "classes" if classes else "numbers"
    start = (design, task, str(n_train))
    single = [best_single(X, y, n_train, classes) for X, y, _ in draws]
    yield *start, "best single", f"{np.mean(single):.3f} ± {_error(single):.3f}", ""
    cases = {**FIXED, **ROW_BY_ROW}
    if design != "steady":
        cases["cross-attention"] = AttentionFusion("cross", query="context")
    for name, fusion in cases.items():
        found = [evaluate(fusion, *draw, n_train, classes) for draw in draws]
        scores, truths = np.transpose(found)
        shown = "" if np.isnan(truths).all() else f"{truths.mean():.2f}"
        yield *start, name, f"{scores.mean():.3f} ± {_error(scores):.3f}", shown


def _error(values):
    return np.std(values, ddof=1) / np.sqrt(len(values))


def main(quick=False):
    """Return the table."""
    seeds, sizes = (range(2), (500,)) if quick else (range(5), (300, 1_000))
    rows = []
    for design in DESIGNS:
        for classes in (False, True):
            for n_train in sizes:
                for row in rows_of(design, classes, n_train, seeds):
                    print("|", " | ".join(row), "|", flush=True)
                    rows.append(row)
    head = ("design", "target", "training rows", "fusion", "score", "correlation")
    return table(rows, head)


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--quick", action="store_true")
    show(main(parser.parse_args().quick))
