"""What a fusion returns for each row, offered by the estimator that holds it."""

from functools import partial

import pandas as pd
from sklearn.utils.validation import check_is_fitted

from mmensemble._threads import size_of, threads_for
from mmensemble.fusion import make_fusion
from mmensemble.fusion._lookup import named_fusions


class RowOutputsMixin:
    """Offer each of the fusion's `row_outputs` as a method that takes a table.

    ``model.row_weights(X)`` returns a frame with a column a member,
    ``model.modality_weights(X)`` and ``model.gate_values(X)`` one with a column a
    modality, others an array: whatever the fusion declares, users' own too.
    """

    def __getattr__(self, name):
        if not name.startswith("_") and hasattr(type(self), name):
            # a method that is not available: raises again, with its own reason
            return object.__getattribute__(self, name)
        if name in self._row_outputs(name):
            return partial(self._row_output, name)
        kind = type(self).__name__
        if _is_public(name) and _is_declared(name):
            raise AttributeError(
                f"fusion={self.fusion!r} has no {name!r}; list_fusions() shows the "
                "others."
            )
        raise AttributeError(f"{kind!r} object has no attribute {name!r}")

    def __dir__(self):
        return sorted({*super().__dir__(), *self._row_outputs("")})

    def _row_outputs(self, name):
        """Return what the fusion declares; nothing for names that cannot be meant."""
        own = vars(self)
        if "fusion" not in own or not _is_public(name):
            return {}
        try:
            return (own.get("fusion_") or make_fusion(own["fusion"])).row_outputs
        except (TypeError, ValueError):  # no fusion: fitting raises
            return {}

    def _row_output(self, name, X):
        check_is_fitted(self)
        with threads_for(*size_of(X), None):
            values = getattr(self.fusion_, name)(self._view(X))
        kind = self.fusion_.row_outputs[name]
        if kind is None:
            return values
        members = [member.name for member in self._members]
        columns = {"members": members, "modalities": list(self._fitted.names)}
        return pd.DataFrame(values, columns=columns[kind])


def _is_public(name):
    """Whether a name can be that of a row output: neither private nor fitted."""
    return not (name.startswith("_") or name.endswith("_"))


def _is_declared(name):
    """Whether any fusion that can be chosen by name declares a row output."""
    return any(name in cls().row_outputs for cls in named_fusions().values())
