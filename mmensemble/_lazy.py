"""Frames that hold no rows yet: those of dask, Spark and polars."""

#: Packages of frames whose rows are elsewhere, and what brings them here.
_COLLECTED = {"dask": "compute", "dask_expr": "compute", "pyspark": "toPandas"}


def is_lazy(X):
    """Tell whether `X` is a frame of dask, whose partitions can be read one by one.

    Parameters
    ----------
    X : object
    """
    return _package(X).startswith("dask") and hasattr(X, "to_delayed")


def refuse_lazy(X, estimator):
    """Raise TypeError for a frame whose rows are not in memory.

    Parameters
    ----------
    X : object
    estimator : str
        Who asks, for the message.
    """
    package = _package(X)
    if package == "polars" and type(X).__name__ == "LazyFrame":
        raise TypeError(f"{estimator} got a lazy polars frame; call X.collect() first.")
    if package in _COLLECTED and hasattr(X, "columns"):
        method = _COLLECTED[package]
        raise TypeError(
            f"{estimator} got a {package.split('_')[0]} frame, whose rows are not in "
            "memory, and fits and predicts tables that are. Bring it with "
            f"X.{method}(), or a sample of it with X.sample(...).{method}(); predict "
            "the rest partition by partition. correlation_report takes dask frames "
            "and folders of Parquet files as they are."
        )


def _package(X):
    return type(X).__module__.partition(".")[0]
