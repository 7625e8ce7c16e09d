"""Whether models that read unlabelled rows are better, on labelled rows held out."""

import numpy as np
import pandas as pd

from mmensemble.fusion._weights import member_losses, target_matrix
from mmensemble.learners._scoring import score_of, weights_for

#: Least probability that the log loss reckons with.
_FLOOR = 1e-3


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
            scores = row["found"][:, 0]
            gains = scores - self.rows[0]["found"][:, 0]
            rows.append(
                {"round": number}
                | told
                | {
                    "score": scores.mean(),
                    "std_score": _error(scores),
                    "difference": gains.mean(),
                    "std_difference": _error(gains),
                    "loss": row["found"][:, 1].mean(),
                }
            )
        return pd.DataFrame(rows)

    def is_better(self):
        """Tell whether the last round beats the first by more than a standard error.

        Without that doubt, pooled labels were kept where they lost: on htad with a
        tenth of the labels, and on alzheimer.
        """
        gains = self.rows[-1]["found"][:, 0] - self.rows[0]["found"][:, 0]
        return bool(gains.mean() > _error(gains))


def _error(values):
    return values.std(ddof=1) / np.sqrt(len(values)) if len(values) > 1 else np.nan
