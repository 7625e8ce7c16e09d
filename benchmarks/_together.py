"""Fusions that share one fit of the members, as `compare_fusions` shares it."""

from time import process_time

import numpy as np

from mmensemble.ensemble._shared import fit_members, prepare_fit
from mmensemble.fusion import make_fusion


class Together:
    """Fit several fusions on the same members; predict with all of them.

    Parameters
    ----------
    model : MultimodalClassifier or MultimodalRegressor
        Whose parameters count, but for `fusion`.
    fusions : dict of str to fusion or short name

    Attributes
    ----------
    seconds_ : dict of str to float
        Processor time of each fusion's own fit, and of the "members".
    """

    def __init__(self, model, fusions):
        self.model = model
        self.fusions = fusions

    def fit(self, X, y, groups=None):
        """Fit the members, then each fusion."""
        classifier = self.model.__sklearn_tags__().estimator_type == "classifier"
        fusions = [make_fusion(fusion) for fusion in self.fusions.values()]
        metadata = {"groups": groups}
        start = process_time()
        self.prepared_ = prepare_fit(
            self.model, X, np.asarray(y), fusions, metadata, classifier=classifier
        )
        self.shared_ = fit_members(self.model, self.prepared_)
        self.seconds_ = {"members": process_time() - start}
        for position, name in enumerate(self.fusions):
            start = process_time()
            fusions[position].fit(self.shared_.training_view(position))
            self.seconds_[name] = process_time() - start
        self.fitted_ = fusions
        return self

    def predict(self, X):
        """Return the predicted labels or numbers of each fusion by name."""
        raw = self.shared_.read(self.model, X)
        task = self.prepared_.task
        found = {}
        for position, (name, fusion) in enumerate(
            zip(self.fusions, self.fitted_, strict=True)
        ):
            out = fusion.predict(self.shared_.view(position, raw))
            found[name] = task.classes[out.argmax(axis=1)] if len(out.T) > 1 else out
        return found


def row_scores(y, predicted):
    """Return what each row adds to accuracy, or to the coefficient of determination."""
    if predicted.ndim == 1:
        return (y == predicted).astype(float)
    return 1 - (y - predicted[:, 0]) ** 2 / np.mean((y - np.mean(y)) ** 2)
