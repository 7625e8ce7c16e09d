"""Arrays only: solvers and searches that know no modalities and no estimators."""
