"""Fusions that share one fit of the members, as `compare_fusions` shares it."""

from time import process_time

import numpy as np

from mmensemble.ensemble._fit import (
    fit_members,
    plan_of,
    prepare_fit,
    reads_out_of_fold,
)
from mmensemble.fusion import make_fusion
from mmensemble.modality._presence import presence_mask


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
        self.data_, self.requests_ = prepare_fit(
            self.model, X, y, fusions, metadata, classifier=classifier
        )
        held_out = reads_out_of_fold(self.model, self.requests_)
        self.members_, outputs = fit_members(
            self.model, self.data_, plan_of(self.requests_), held_out=held_out
        )
        self.seconds_ = {"members": process_time() - start}
        for name, request in zip(self.fusions, self.requests_, strict=True):
            start = process_time()
            view = request.training_view(outputs, self.data_, self.model.n_jobs)
            request.fusion.fit(view)
            self.seconds_[name] = process_time() - start
        return self

    def fusion(self, name):
        """Return a fitted fusion by name."""
        return self.requests_[list(self.fusions).index(name)].fusion

    def predict(self, X):
        """Return the predicted labels or numbers of each fusion by name."""
        task, found = self.data_.task, {}
        for name, (_, out) in self.outputs(X).items():
            found[name] = task.classes[out.argmax(axis=1)] if len(out.T) > 1 else out
        return found

    def outputs(self, X):
        """Return the view and the fused predictions of each fusion by name."""
        presence = presence_mask(X, self.data_.modalities)
        outputs, found = self.members_.read(X, presence), {}
        for name, request in zip(self.fusions, self.requests_, strict=True):
            view = request.view(outputs, self.data_)
            found[name] = view, request.fusion.predict(view)
        return found


def row_scores(y, predicted):
    """Return what each row adds to accuracy, or to the coefficient of determination."""
    if predicted.ndim == 1:
        return (y == predicted).astype(float)
    return 1 - (y - predicted[:, 0]) ** 2 / np.mean((y - np.mean(y)) ** 2)
