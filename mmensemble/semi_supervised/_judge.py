"""Whether models that read unlabelled rows are better, on labelled rows held out."""

import numpy as np
import pandas as pd

from mmensemble.fusion._weights import member_losses, target_matrix
from mmensemble.learners._scoring import score_of, weights_for
from mmensemble.numerics._resampled import corrected_mean

#: Least probability that the log loss reckons with.
_FLOOR = 1e-3
#: Chains count as independent: their standard errors are not corrected for training
#: rows that they share, a milder guard than that of distillation.
_RATIO = 0.0


class Judge:
    """Score predictions of the rows that each chain holds out.

    Parameters
    ----------
    problem : Problem
    task : Task
    scorer : callable
    tests : list of ndarray of int
        Rows held out, chain by chain.
    """

    def __init__(self, problem, task, scorer, tests):
        self.problem, self.task, self.scorer = problem, task, scorer
        self.tests = tests
        self.rows = []

    def add(self, predictions, **told):
        """Score one round.

        Parameters
        ----------
        predictions : list of ndarray of shape (n_test, n_outputs)
            Chain by chain.
        **told : object
            More columns of the table.
        """
        pairs = zip(self.tests, predictions, strict=True)
        found = np.array([self._score(test, own) for test, own in pairs])
        self.rows.append({"found": found, **told})

    def _score(self, test, predictions):
        problem, y = self.problem, self.problem.y[test]
        weight = None if problem.weight is None else problem.weight[test]
        params = weights_for(self.scorer, weight)
        score = score_of(self.scorer, predictions, self.task, None, y, params)
        classes = self.task.is_classification
        known = np.maximum(predictions, _FLOOR) if classes else predictions
        loss = member_losses(
            known[:, None, :],
            target_matrix(y, self.task),
            weight,
            classification=classes,
        )
        return score["score"], loss[0]

    def table(self):
        """Return one row a round: scores over chains, and differences to the first."""
        rows = []
        for number, row in enumerate(self.rows):
            told = {k: v for k, v in row.items() if k != "found"}
            scores, losses = row["found"].T
            score, gain = corrected_mean(scores, _RATIO), self._gain(number)
            rows.append(
                {"round": number}
                | told
                | {
                    "score": score.mean,
                    "std_score": score.scale,
                    "difference": gain.mean,
                    "std_difference": gain.scale,
                    "loss": losses.mean(),
                }
            )
        return pd.DataFrame(rows)

    def _gain(self, number):
        """Return what a round scores above the first, chain by chain, as a mean."""
        first, scores = (self.rows[k]["found"][:, 0] for k in (0, number))
        return corrected_mean(scores - first, _RATIO)

    def is_better(self):
        """Tell whether the last round beats the first by more than a standard error.

        Without that doubt, pooled labels were kept where they lost: on htad with a
        tenth of the labels, and on alzheimer.
        """
        gain = self._gain(-1)
        return bool(gain.mean > gain.scale)
