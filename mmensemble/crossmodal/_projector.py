"""The estimator that predicts modalities from one another."""

import warnings
from numbers import Integral

import numpy as np
import pandas as pd
from sklearn.base import TransformerMixin
from sklearn.utils import check_random_state
from sklearn.utils.validation import check_is_fitted

from mmensemble._cells import with_cells
from mmensemble._compat import (
    HasMethods,
    Interval,
    StrOptions,
    check_feature_names_in,
    fit_context,
)
from mmensemble._frame import column, column_names, is_pandas, null_mask
from mmensemble._known_columns import take_named
from mmensemble._parameters import MODALITIES
from mmensemble._persistence import SavedMixin, StoredMixin
from mmensemble._seeds import draw_root
from mmensemble._state import VersionedStateMixin
from mmensemble._validation import as_weight, check_groups, check_weight
from mmensemble.crossmodal._modalities import (
    check_apart,
    read_fitted,
    read_training,
)
from mmensemble.crossmodal._projection import (
    FAMILIES,
    Training,
    fit_pairs,
    list_pairs,
    make_folds,
    make_learners,
    tables_of,
)
from mmensemble.crossmodal._sources import rows_of
from mmensemble.crossmodal._targets import code_targets, columns_of
from mmensemble.ensemble._parts import PartsMixin
from mmensemble.ensemble._table import warn_empty_rows
from mmensemble.ensemble._tags import takes_sparse_tables
from mmensemble.fusion._patterns import PatternModels


class CrossModalProjector(
    TransformerMixin, SavedMixin, StoredMixin, VersionedStateMixin, PartsMixin
):
    """Predict the modalities that a row lacks from those that it has.

    Every modality is regressed on the others: on all of them, on each alone, and on
    the sets that rows of the training table have. What is filled in are numbers,
    booleans and categories, in the units and dtypes of the table. Free text and
    dates are left as they are: find a text that fits by
    :class:`mmensemble.CrossModalRetriever`.

    Routing rows by what they have, as :class:`mmensemble.MultimodalClassifier`
    does, serves prediction better than filling. Fill where what follows needs a
    complete table, or where the absent numbers themselves are of interest.

    Parameters
    ----------
    modalities : "auto" or list of (name, extractor, columns), default="auto"
        "auto" groups the columns of a frame by what stands before ``"__"``.
        Otherwise triples as in :class:`sklearn.compose.ColumnTransformer`, without
        common columns. The extractor reads a modality as a source.
    target : None, str or list of str, default=None
        Modalities to be predicted; None for all that can be.
    estimator : str or regressor, default="auto"
        "auto" weighs ridge regression, kernel ridge regression and extremely
        randomised trees, for each column by non-negative least squares on
        predictions out of fold. "linear" is ridge regression of reduced rank
        (Izenman 1975), "kernel" and "forest" one of the three, "mlp" a network of
        one hidden layer, "attention" the network of
        :class:`mmensemble.AttentionFusion` with the target as query. A regressor is
        fitted to standardised blocks, side by side, and standardised targets.
    max_patterns : int, default=8
        Most sets of modalities from which each is predicted. A row with another set
        is predicted from the largest prepared one within its own.
    cv : int, splitter or iterable, default=None
        Splits of the out-of-fold predictions; None is 3 folds. Folds made from
        None or an int are shuffled and keep `groups` together.
    n_jobs : int, default=None
        Fits that run at the same time.
    random_state : int, RandomState instance or None, default=None
        Root of all seeds, also those of `sample`.

    Attributes
    ----------
    modalities_ : list of (name, extractor, columns)
        Modalities with resolved columns.
    targets_ : list of str
        Modalities that can be predicted.
    extractors_ : dict of str to extractor
        Fitted extractors by modality.
    r2_ : DataFrame
        One row a target and set of sources: ``modality``, ``sources``, ``rows``,
        the out-of-fold ``r2`` over the columns, each scaled to variance one, and
        ``unpredicted``, the number of columns whose mean is filled in because they
        have none above zero.
    weights_ : DataFrame
        Mean weight of each learner, for the same targets and sources.
    n_features_in_ : int
        Number of columns of the table.
    feature_names_in_ : ndarray of shape (`n_features_in_`,)
        Column names, where all are strings.

    See Also
    --------
    CrossModalRetriever : Rows whose other modality fits.

    Notes
    -----
    A cell that is missing in a modality that the row has stays missing. A row that
    has no modality at all gets the training mean.

    References
    ----------
    Breiman, L. (1996). Stacked regressions. Machine Learning, 24(1), 49-64.

    Izenman, A. J. (1975). Reduced-rank regression for the multivariate linear
    model. Journal of Multivariate Analysis, 5(2), 248-264.

    Examples
    --------
    >>> import numpy as np
    >>> import pandas as pd
    >>> from mmensemble import CrossModalProjector
    >>> rng = np.random.default_rng(0)
    >>> X = pd.DataFrame({"a__u": rng.normal(size=50), "b__v": np.nan})
    >>> X["b__v"] = 2 * X["a__u"] + 1
    >>> projector = CrossModalProjector(estimator="linear").fit(X)
    >>> X.loc[0, "b__v"] = np.nan
    >>> filled = projector.transform(X)
    >>> bool(abs(filled.loc[0, "b__v"] - 2 * X.loc[0, "a__u"] - 1) < 1e-3)
    True
    """

    _parameter_constraints = {
        "modalities": MODALITIES,
        "target": [None, str, list],
        "estimator": [StrOptions(set(FAMILIES)), HasMethods(["fit", "predict"])],
        "max_patterns": [Interval(Integral, 1, None, closed="left")],
        "cv": ["cv_object"],
        "n_jobs": [None, Integral],
        "random_state": ["random_state"],
    }

    def __init__(
        self,
        modalities="auto",
        *,
        target=None,
        estimator="auto",
        max_patterns=8,
        cv=None,
        n_jobs=None,
        random_state=None,
    ):
        self.modalities = modalities
        self.target = target
        self.estimator = estimator
        self.max_patterns = max_patterns
        self.cv = cv
        self.n_jobs = n_jobs
        self.random_state = random_state

    @fit_context(prefer_skip_nested_validation=False)
    def fit(self, X, y=None, *, sample_weight=None, groups=None):
        """Learn to predict each modality from the others.

        Parameters
        ----------
        X : {array-like, sparse matrix, dataframe} of shape (n_samples, n_columns)
            One table.
        y : None
            Ignored.
        sample_weight : array-like of shape (n_samples,), default=None
            Weights of the rows.
        groups : array-like of shape (n_samples,), default=None
            Rows of one group never stand on both sides of an inner split.

        Returns
        -------
        self : object
        """
        X, self.modalities_, presence = read_training(self, X)
        check_apart(self.modalities_, type(self).__name__)
        weight = as_weight(check_weight(sample_weight, len(presence)), len(presence))
        groups, kept = check_groups(groups, X), np.flatnonzero(weight)
        folds = make_folds(self.cv, len(weight), groups, kept)
        X, presence, weight = rows_of(X, kept), presence[kept], weight[kept]
        groups = None if groups is None else groups[kept]
        self._active = presence.any(axis=0)
        codes = self._code(X, presence, weight)
        data = Training(
            X,
            self.modalities_,
            presence,
            codes,
            weight,
            groups,
            draw_root(self.random_state),
        )
        pairs = list_pairs(presence, sorted(self._coders), self.max_patterns)
        makers = make_learners(self.estimator, len(presence))
        self._sources, self._models = fit_pairs(data, pairs, makers, folds, self.n_jobs)
        self.extractors_ = self._sources.extractors
        self._report(list(makers))
        return self

    def _code(self, X, presence, weight):
        """Set what codes the targets; return their codes in all rows."""
        coded = code_targets(self.modalities_, self.target, X, presence, weight)
        self._coders, self._marginals = coded.coders, coded.marginals
        self.targets_ = [coder.name for coder in self._coders.values()]
        if coded.skipped:
            warnings.warn(
                f"Columns that hold text or dates are left as they are: "
                f"{coded.skipped}.",
                UserWarning,
            )
        return coded.codes

    def _report(self, learners):
        """Set `r2_` and `weights_`; warn of what cannot be predicted."""
        names = [name for name, _, _ in self.modalities_]
        self.r2_, self.weights_ = tables_of(self._models, names, learners)
        idle = {
            names[target]: max(model.stack.r2 for model in models.values())
            for target, models in self._models.items()
            if not any(model.stack.weights.any() for model in models.values())
        }
        if idle:
            found = {name: round(r2, 3) for name, r2 in idle.items()}
            warnings.warn(
                f"Nothing in the other modalities predicts {list(idle)}: out of fold, "
                f"R2 is at most {found}. Their training means are filled in.",
                UserWarning,
            )

    def predict(self, X, modality=None):
        """Return a modality as the others predict it, also where a row has it.

        Parameters
        ----------
        X : {array-like, sparse matrix, dataframe} of shape (n_samples, n_columns)
            A frame may lack all columns of a modality, here and in `transform`.
        modality : str, default=None
            One of `targets_`; None for all of them, each from the others.

        Returns
        -------
        predictions : DataFrame of shape (n_samples, n_predicted)
            The modality's numbers, booleans as their share, and categories; the
            training mean where a row has no other modality.
        """
        check_is_fitted(self)
        wanted = [self._position(modality)] if modality else list(self._coders)
        X, presence = read_fitted(self, X)
        parts, cells = self._sources.read(X, presence), {}
        for target in wanted:
            others = presence.copy()
            others[:, target] = False
            warn_empty_rows(others, *_empty(self.modalities_))
            codes, _ = self._conditional(target, parts, others)
            cells |= self._coders[target].decode(codes)
        return pd.DataFrame(cells, index=X.index if is_pandas(X) else None)

    def _position(self, modality):
        for position, coder in self._coders.items():
            if coder.name == modality:
                return position
        raise ValueError(
            f"The 'modality' parameter must be one of {self.targets_}, got "
            f"{modality!r}."
        )

    def _conditional(self, target, parts, presence):
        """Return mean codes of each row, and (rows, residual) of each pattern."""
        codes = np.zeros((len(presence), len(self._coders[target].mean_)))
        residuals = []
        models = self._models.get(target, PatternModels())
        others = presence.copy()
        others[:, target] = False
        for sources, rows in models.serve(others) if len(others) else ():
            if sources is None:
                residuals.append((rows, self._marginals[target]))
                continue
            codes[rows] = models[sources].predict([part[rows] for part in parts])
            residuals.append((rows, models[sources].stack.residual))
        return codes, residuals

    def transform(self, X):
        """Fill in the modalities that rows lack.

        Parameters
        ----------
        X : {array-like, sparse matrix, dataframe} of shape (n_samples, n_columns)

        Returns
        -------
        filled : table of shape (n_samples, `n_features_in_`)
            A new table of the same kind; cells that hold something are not touched.
        """
        check_is_fitted(self)
        X, presence = read_fitted(self, X)
        X = self._aligned(X)
        warn_empty_rows(presence, *_empty(self.modalities_))
        parts = self._sources.read(X, presence)
        cells = []
        for target, rows in self._absent(presence):
            own = [part[rows] for part in parts]
            codes, _ = self._conditional(target, own, presence[rows])
            cells += self._cells(X, target, rows, codes)
        return with_cells(X, cells)

    def _absent(self, presence):
        """Return (target, rows without it) where there are any."""
        pairs = [(t, np.flatnonzero(~presence[:, t])) for t in self._coders]
        return [(target, rows) for target, rows in pairs if len(rows)]

    def _aligned(self, X):
        """Return the columns that `fit` saw, in their order."""
        names = column_names(X)
        if names is None or not hasattr(self, "feature_names_in_"):
            return X
        advice = (
            "; transform returns the columns that "
            f"{type(self).__name__} was fitted on. Use predict(X, modality) where only "
            "modalities are at hand."
        )
        return take_named(X, self.feature_names_in_, advice)

    def _cells(self, X, target, rows, codes):
        """Return the cells of a target in some rows."""
        coder = self._coders[target]
        names = column_names(X)
        found = []
        for label, values in coder.decode(codes).items():
            position = names.index(label) if isinstance(label, str) else label
            found.append((position, rows, values))
        return found

    def sample(self, X, n=1):
        """Fill in the modalities that rows lack by draws from what they may be.

        A draw is the conditional mean and a normal residual with the covariance of
        out-of-fold residuals. Of several absent modalities, the later ones are
        drawn given the earlier ones.

        Parameters
        ----------
        X : {array-like, sparse matrix, dataframe} of shape (n_samples, n_columns)
        n : int, default=1
            Number of draws.

        Returns
        -------
        tables : list of table of shape (n_samples, `n_features_in_`)
            As `transform` returns them.
        """
        check_is_fitted(self)
        X, presence = read_fitted(self, X)
        X = self._aligned(X)
        warn_empty_rows(presence, *_empty(self.modalities_))
        seed = draw_root(check_random_state(self.random_state))
        rng = np.random.default_rng(seed)
        first = self._sources.read(X, presence)
        return [self._draw(X, presence, first, rng) for _ in range(n)]

    def _draw(self, X, presence, parts, rng):
        presence = presence.copy()
        absent = self._absent(presence)
        for step, (target, rows) in enumerate(absent):
            own = [part[rows] for part in parts]
            codes, residuals = self._conditional(target, own, presence[rows])
            for inside, residual in residuals:
                codes[inside] += residual.draw(len(inside), rng)
            X = with_cells(X, self._cells(X, target, rows, codes))
            if step < len(absent) - 1:
                presence[rows, target] = self._active[target]
                parts = self._sources.read(X, presence)
        return X

    def uncertainty(self, X):
        """Return how far filled cells may be from the truth.

        Parameters
        ----------
        X : {array-like, sparse matrix, dataframe} of shape (n_samples, n_columns)

        Returns
        -------
        uncertainty : DataFrame of shape (n_samples, n_predicted)
            Standard deviations of out-of-fold residuals given what the row has, in
            the units of the table; for a category one minus the share of the level
            that is filled in. 0 for cells that hold something, NaN for cells that
            stay missing.
        """
        check_is_fitted(self)
        X, presence = read_fitted(self, X)
        parts = self._sources.read(X, presence)
        found = {}
        for target, coder in self._coders.items():
            columns = columns_of(X, coder.labels)
            for position, label in enumerate(coder.labels):
                if label not in coder.skipped_:
                    missing = null_mask(column(columns, position))
                    found[label] = np.where(missing, np.nan, 0.0)
            rows = np.flatnonzero(~presence[:, target])
            own = [part[rows] for part in parts]
            codes, residuals = self._conditional(target, own, presence[rows])
            variance = np.zeros_like(codes)
            for inside, residual in residuals:
                variance[inside] = residual.variance
            for label, doubts in coder.doubts(codes, variance).items():
                found[label][rows] = doubts
        return pd.DataFrame(found, index=X.index if is_pandas(X) else None)

    def get_feature_names_out(self, input_features=None):
        """Return the names of the table's columns.

        Parameters
        ----------
        input_features : array-like of str of shape (`n_features_in_`,), default=None
            Names of the input columns.

        Returns
        -------
        names : ndarray of str objects of shape (`n_features_in_`,)
        """
        check_is_fitted(self)
        return check_feature_names_in(self, input_features)

    def __sklearn_tags__(self):
        tags = super().__sklearn_tags__()
        tags.input_tags.allow_nan = True
        tags.input_tags.string = True
        tags.input_tags.categorical = True
        tags.input_tags.sparse = takes_sparse_tables(self._parts)
        return tags


def _empty(resolved):
    return [name for name, _, _ in resolved], "they get the training mean"
