"""``--n-jobs``: how much runs at the same time."""

import argparse

from joblib import cpu_count

#: Workers for each processor, and at least, beyond which a number is a mistake.
_A_PROCESSOR, _AT_LEAST = 4, 64


def add_n_jobs(parser, what, default=1):
    """Add the option ``--n-jobs``.

    Parameters
    ----------
    parser : ArgumentParser
    what : str
        What runs at the same time.
    default : int, default=1
        For the help text.
    """
    parser.add_argument(
        "--n-jobs",
        type=_number_of_jobs,
        help=f"{what} (default: {default}; -1 for all processors)",
    )


def _number_of_jobs(text):
    """Return the number that `text` says, unless no machine could mean it."""
    try:
        number = int(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"invalid int value: {text!r}") from None
    most = max(_A_PROCESSOR * cpu_count(), _AT_LEAST)
    if number == 0 or not -most <= number <= most:
        raise argparse.ArgumentTypeError(
            f"{number} workers make no sense on {cpu_count()} processors"
        )
    return number
