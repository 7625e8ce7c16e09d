"""(d) Peak memory of a fit against the size of the blocks."""

import argparse
import tracemalloc

from _cases import LEARNERS, WIDTH, make_data, make_modalities
from _timing import show, table

from mmensemble import (
    ConcatFusion,
    MultimodalClassifier,
    StackingFusion,
    VotingFusion,
)


def peak(model, X, y):
    """Return the bytes that a fit adds at its peak, the table itself left out."""
    tracemalloc.start()
    before = tracemalloc.get_traced_memory()[0]
    model.fit(X, y)
    highest = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return highest - before


def main(quick=False):
    """Return the table."""
    n_samples, n_modalities = (20_000, 6) if quick else (200_000, 6)
    X, y = make_data(n_samples, n_modalities)
    blocks = n_samples * n_modalities * WIDTH * 8
    rows = []
    for fusion in (VotingFusion(weights="score"), StackingFusion(), ConcatFusion()):
        for learner in LEARNERS:
            model = MultimodalClassifier(
                make_modalities(n_modalities),
                fusion=fusion,
                estimator=LEARNERS[learner],
            )
            ratio = peak(model, X, y) / blocks
            name = type(fusion).__name__
            rows.append((name, learner, f"{blocks / 1e6:.0f}", f"{ratio:.2f}"))
    return table(rows, ("fusion", "members", "blocks (MB)", "peak ÷ blocks"))


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--quick", action="store_true")
    show(main(parser.parse_args().quick))
