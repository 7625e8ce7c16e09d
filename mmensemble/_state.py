"""Pickled state that knows which version of the package wrote it."""

import warnings

from mmensemble._version import __version__


class VersionedStateMixin:
    """Store the package version in the state; warn where another one reads it."""

    def __getstate__(self):
        return {**super().__getstate__(), "_mmensemble_version": __version__}

    def __setstate__(self, state):
        written = state.get("_mmensemble_version", "an unknown version")
        if written != __version__:
            warnings.warn(
                f"{type(self).__name__} was saved by mmensemble {written} and is read "
                f"by {__version__}; results may differ. Fit and save it again.",
                UserWarning,
            )
        state = {k: v for k, v in state.items() if k != "_mmensemble_version"}
        super().__setstate__(state)
