"""Members' predictions as the columns that a second-level learner sees."""

import numpy as np

#: Least probability whose log is taken: logits within about 21 of zero.
LEAST_INPUT = 1e-9


def centred_logs(probabilities):
    """Return logs of probabilities less their mean over the classes."""
    logs = np.log(np.clip(probabilities, LEAST_INPUT, None))
    return logs - logs.mean(axis=-1, keepdims=True)


def second_level(predictions, task, logits):
    """Return predictions as the columns that a final estimator sees.

    Parameters
    ----------
    predictions : ndarray of shape (n_samples, n_members, n_outputs)
    task : Task
    logits : bool
        Whether probabilities become logits (two classes) or centred logs.

    Returns
    -------
    inputs : ndarray of shape (n_samples, n_members * n_columns)
        One column a member for two classes, else one an output.
    """
    n_samples = len(predictions)
    if task.is_classification:
        if logits:
            predictions = centred_logs(predictions)
            if task.n_outputs == 2:
                return predictions[:, :, 1] - predictions[:, :, 0]
        elif task.n_outputs == 2:
            return predictions[:, :, 1]
    return predictions.reshape(n_samples, -1)
