"""Progress of a fit: scikit-learn's callbacks, and what `verbose` asks for."""

from mmensemble._compat import new_callback_context
from mmensemble._parallel import report_progress


class Progress:
    """Tell callbacks and, if wanted, `verbose` about each finished unit.

    Parameters
    ----------
    estimator : estimator object
        Owner of callbacks and of `verbose`.
    units : list
        With a method ``describe`` each.
    X, y : the training data, for callbacks that ask for them
    """

    def __init__(self, estimator, units, X, y):
        self.estimator, self.n_units, self.data = estimator, len(units), (X, y)
        self.n_done, self.context = 0, None

    def __enter__(self):
        self.context = new_callback_context(self.estimator, self.n_units)
        if self.context is not None:
            self._call(self.context, "begin")
        return self

    def __exit__(self, *error):
        if self.context is not None and error[0] is None:
            self._call(self.context, "end")

    def _call(self, context, moment):
        X, y = self.data
        hook = getattr(context, f"call_on_fit_task_{moment}")
        hook(estimator=self.estimator, X=X, y=y)

    def report(self, position, unit, seconds):
        """Report one finished unit, and the time that it took."""
        self.n_done += 1
        if self.context is not None:
            part = self.context.subcontext(task_name=unit.describe())
            self._call(part, "begin")
            self._call(part, "end")
        report_progress(
            self.estimator.verbose,
            type(self.estimator).__name__,
            self.n_done,
            self.n_units,
            f"{unit.describe()}: {seconds:.2f} s",
        )
