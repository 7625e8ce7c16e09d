"""(b) The same ensembles by scikit-learn: equal scores, time side by side."""

import argparse

import numpy as np
from _cases import LEARNERS, make_data, make_members, make_modalities
from _timing import interleaved, show, table
from sklearn.ensemble import StackingClassifier, VotingClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import StratifiedKFold

from mmensemble import MultimodalClassifier, StackingFusion, VotingFusion


def pair(kind, n_modalities, learner, n_jobs):
    """Return (ours, scikit-learn's) of one kind."""
    members = make_members(n_modalities, learner)
    cv = StratifiedKFold(5)
    if kind == "voting":
        fusion = VotingFusion()
        theirs = VotingClassifier(members, voting="soft", n_jobs=n_jobs)
    else:
        final = LogisticRegression()
        fusion = StackingFusion(final, max_patterns=1)
        theirs = StackingClassifier(members, final, cv=cv, n_jobs=n_jobs)
    ours = MultimodalClassifier(
        make_modalities(n_modalities),
        fusion=fusion,
        estimator=LEARNERS[learner],
        cv=cv,
        n_jobs=n_jobs,
    )
    return ours, theirs


def measure(kind, learner, n_jobs, n_modalities, n_samples, repeats):
    """Return one row of the table."""
    X, y = make_data(n_samples, n_modalities)
    ours, theirs = pair(kind, n_modalities, learner, n_jobs)
    gap = np.abs(ours.fit(X, y).predict_proba(X) - theirs.fit(X, y).predict_proba(X))
    seconds = interleaved(
        {"ours": lambda: ours.fit(X, y), "theirs": lambda: theirs.fit(X, y)}, repeats
    )
    ratio = seconds["ours"] / seconds["theirs"]
    return (
        kind,
        learner,
        n_jobs,
        n_modalities,
        n_samples,
        f"{seconds['theirs']:.2f}",
        f"{seconds['ours']:.2f}",
        f"{ratio:.2f}",
        f"{gap.max():.0e}",
    )


def main(quick=False):
    """Return the table."""
    rows = [
        measure(kind, learner, n_jobs, n_modalities, n_samples, repeats)
        for kind in ("voting", "stacking")
        for learner in LEARNERS
        for n_jobs in (1, 2)
        for n_modalities, n_samples, repeats in (
            [(4, 1000, 3)] if quick else [(4, 1000, 7), (6, 10000, 3)]
        )
    ]
    head = (
        "ensemble",
        "members",
        "n_jobs",
        "M",
        "n",
        "scikit-learn (s)",
        "mmensemble (s)",
        "ratio",
        "largest difference",
    )
    return table(rows, head)


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--quick", action="store_true")
    show(main(parser.parse_args().quick))
