"""Nested parameters: every named part can be read and set from outside."""

from mmensemble._compat import BaseComposition, nested_params, set_nested_params
from mmensemble.fusion import make_fusion


class PartsMixin(BaseComposition):
    """Reach modalities and named learners as ``name`` and ``name__parameter``.

    ``set_params(genes__pca__n_components=20)`` goes into a modality's
    extractor, ``set_params(genes="drop")`` replaces it, and so for learners of
    an `estimator` that is a list of pairs.
    """

    @property
    def _parts(self):
        return _pairs(self.modalities, 3) + _pairs(self.estimator, 2)

    @_parts.setter
    def _parts(self, pairs):
        new = dict(pairs)
        if _pairs(self.modalities, 3):
            self.modalities = [
                (name, new[name], columns) for name, _, columns in self.modalities
            ]
        if _pairs(self.estimator, 2):
            self.estimator = [(name, new[name]) for name, _ in self.estimator]

    def get_params(self, deep=True):
        """Return the parameters, with those of every named part.

        Parameters
        ----------
        deep : bool, default=True
            Whether to go into modalities, learners and the fusion.

        Returns
        -------
        params : dict
        """
        return nested_params(self, "_parts", deep=deep)

    def set_params(self, **params):
        """Set parameters of the estimator and of its parts.

        Parameters
        ----------
        **params : dict
            Constructor arguments, names of parts, or ``name__parameter``. With
            ``fusion__parameter`` the short name of a fusion becomes its object.

        Returns
        -------
        self : object
        """
        for whole in ("modalities", "estimator", "fusion"):
            if whole in params and whole in self.get_params(deep=False):
                setattr(self, whole, params.pop(whole))
        own = self.get_params(deep=False)
        if isinstance(own.get("fusion"), str) and any(
            name.startswith("fusion__") for name in params
        ):
            self.fusion = make_fusion(self.fusion)  # a short name has no parameters
        set_nested_params(self, "_parts", params)
        return self


def _pairs(entries, length):
    """Return (name, estimator) of well-formed entries; what is not waits for fit."""
    if not isinstance(entries, list):
        return []
    if not all(isinstance(entry, tuple) and len(entry) == length for entry in entries):
        return []
    return [(entry[0], entry[1]) for entry in entries]
