"""Predictions of one row: what they cost beside extractors and learners.

Processor time, so that other work on the machine counts little; the time inside the
extractors' and learners' own methods is taken in the same call.
"""

import argparse
from functools import wraps
from statistics import median
from time import process_time_ns

from _timing import show, table

from mmensemble import MultimodalClassifier
from mmensemble.datasets import make_multimodal

WARM_UP = 10


class Clock:
    """Counts the time that some methods of some classes take."""

    def __init__(self):
        self.spent, self._inside, self._plain = 0, False, {}

    def count(self, cls, method):
        """Count a method from now on; what it calls is not counted twice."""
        plain = getattr(cls, method)
        if (cls, method) in self._plain:
            return

        @wraps(plain)
        def counted(*args, **kwargs):
            if self._inside:
                return plain(*args, **kwargs)
            self._inside, start = True, process_time_ns()
            try:
                return plain(*args, **kwargs)
            finally:
                self.spent += process_time_ns() - start
                self._inside = False

        self._plain[cls, method] = cls.__dict__.get(method)
        setattr(cls, method, counted)

    def forget(self):
        """Leave all classes as they were."""
        for (cls, method), plain in self._plain.items():
            if plain is None:
                delattr(cls, method)
            else:
                setattr(cls, method, plain)
        self._plain = {}


def milliseconds(model, X, repeats):
    """Return the medians of a whole call and of what is not the members' own."""
    clock, whole, rest = Clock(), [], []
    for fit in model._fitted.fits:
        for reader in fit.readers.values():
            clock.count(type(reader.extractor), "transform")
        for learners in fit.models.values():
            for learner in learners.values():
                clock.count(type(learner), "predict_proba")
    rows = [X[[i]] if hasattr(X, "strides") else X.iloc[[i]] for i in range(repeats)]
    for i in range(-WARM_UP, repeats):
        clock.spent, start = 0, process_time_ns()
        model.predict_proba(rows[i])
        took = process_time_ns() - start
        if i >= 0:
            whole.append(took / 1e6)
            rest.append((took - clock.spent) / 1e6)
    clock.forget()
    return median(whole), median(rest)


def measure(fusion, n_modalities, repeats):
    """Return two rows of the table: from a frame, and from an array."""
    data = make_multimodal(
        n_samples=400,
        n_features={f"m{j}": 6 for j in range(n_modalities)},
        random_state=0,
    )
    places = {name: place for place, name in enumerate(data.data.columns)}
    by_place = [
        (name, extractor, [places[column] for column in columns])
        for name, extractor, columns in data.modalities
    ]
    cases = {
        "frame": (data.modalities, data.data),
        "array": (by_place, data.data.to_numpy()),
    }
    rows = []
    for kind, (modalities, X) in cases.items():
        model = MultimodalClassifier(modalities, fusion=fusion, random_state=0)
        whole, rest = milliseconds(model.fit(X, data.target), X, repeats)
        rows.append((fusion, n_modalities, kind, f"{whole:.2f}", f"{rest:.2f}"))
    return rows


def main(quick=False):
    """Return the table."""
    rows = [
        row
        for fusion in ("voting", "stacking", "auto")
        for n_modalities in ((3,) if quick else (3, 5))
        for row in measure(fusion, n_modalities, 50 if quick else 300)
    ]
    head = ("fusion", "modalities", "table", "predict (ms)", "beside members (ms)")
    return table(rows, head)


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--quick", action="store_true")
    show(main(parser.parse_args().quick))
