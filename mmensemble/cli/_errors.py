"""What the user can mend: one line and exit code 2."""


class CommandError(Exception):
    """A mistake in a file, column, label or option, shown as one line."""
