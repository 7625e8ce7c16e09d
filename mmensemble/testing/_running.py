"""Checks with names: what goes wrong says which check and which object."""

from functools import partial


def run(name, check, subject):
    """Run one check; name it and its subject where it fails."""
    try:
        check(subject)
    except AssertionError as error:
        raise AssertionError(f"{name} failed for {subject!r}: {error}") from error
    except Exception as error:
        error.add_note(f"while {name} ran on {subject!r}")
        raise


def bind(checks, subject):
    """Yield (name, check without arguments) for functions `check_...`."""
    for check in checks:
        yield check.__name__, partial(run, check.__name__, check, subject)
