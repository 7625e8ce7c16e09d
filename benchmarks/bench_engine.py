"""(a) Overhead of the engine: a fit with two jobs against the bare member fits.

Ratio = wall time of ``fit`` with ``n_jobs=2`` ÷ (sum of the same member fits
and held-out predictions, alone, one thread each, ÷ 2). 1 is perfect.
"""

import argparse

from _cases import LEARNERS, columns, make_data, make_modalities
from _timing import interleaved, show, table
from sklearn.base import clone
from sklearn.model_selection import StratifiedKFold
from sklearn.preprocessing import StandardScaler
from threadpoolctl import threadpool_limits

from mmensemble import MultimodalClassifier, VotingFusion


def bare(X, y, n_modalities, learner):
    """The member fits alone: five folds and one refit a modality."""
    splits = list(StratifiedKFold(5).split(X, y))
    with threadpool_limits(1):
        for j in range(n_modalities):
            for train, test in splits:
                block = X[:, columns(j)]
                scaler = StandardScaler()
                model = clone(LEARNERS[learner]).fit(
                    scaler.fit_transform(block[train]), y[train]
                )
                model.predict_proba(scaler.transform(block[test]))
            block = StandardScaler().fit_transform(X[:, columns(j)])
            clone(LEARNERS[learner]).fit(block, y)


def measure(n_modalities, n_samples, learner, repeats):
    """Return one row of the table."""
    X, y = make_data(n_samples, n_modalities)
    model = MultimodalClassifier(
        make_modalities(n_modalities),
        fusion=VotingFusion(weights="score"),
        estimator=LEARNERS[learner],
        n_jobs=2,
    )
    model.fit(X, y)
    seconds = interleaved(
        {
            "alone": lambda: bare(X, y, n_modalities, learner),
            "engine": lambda: model.fit(X, y),
        },
        repeats,
    )
    ratio = seconds["engine"] / (seconds["alone"] / 2)
    alone, engine = seconds["alone"], seconds["engine"]
    return (
        learner,
        n_modalities,
        n_samples,
        f"{alone:.2f}",
        f"{engine:.2f}",
        f"{ratio:.2f}",
    )


def main(quick=False):
    """Return the table."""
    sizes = (300, 3000) if quick else (300, 3000, 30000)
    counts = (2, 6) if quick else (2, 6, 12)
    rows = []
    for learner in LEARNERS:
        for n_modalities in counts:
            for n_samples in sizes:
                repeats = 3 if n_samples > 3000 else 7
                rows.append(measure(n_modalities, n_samples, learner, repeats))
    head = ("members", "M", "n", "alone, 1 thread (s)", "fit, 2 jobs (s)", "ratio")
    return table(rows, head)


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--quick", action="store_true")
    show(main(parser.parse_args().quick))
