"""The estimator that finds rows by another modality."""

from numbers import Integral, Real

import numpy as np
from sklearn.utils.validation import check_is_fitted

from mmensemble._compat import HasMethods, Interval, StrOptions, fit_context
from mmensemble._parameters import MODALITIES
from mmensemble._persistence import SavedMixin, StoredMixin
from mmensemble._seeds import draw_root
from mmensemble._state import VersionedStateMixin
from mmensemble._validation import check_groups
from mmensemble.crossmodal._classes import check_labels
from mmensemble.crossmodal._matching import Asking, Matcher, fit_matcher
from mmensemble.crossmodal._modalities import read_fitted, read_training
from mmensemble.crossmodal._projection import make_folds
from mmensemble.crossmodal._search import Collection
from mmensemble.ensemble._parts import PartsMixin
from mmensemble.ensemble._table import warn_empty_rows
from mmensemble.ensemble._tags import takes_sparse_tables


class CrossModalRetriever(SavedMixin, StoredMixin, VersionedStateMixin, PartsMixin):
    """Find rows whose one modality fits other modalities of a query.

    At the level of items, a query looks for its own other half: the caption of this
    picture. Every two modalities have (kernel) canonical variates, and the
    similarity is the evidence that two rows are one item under probabilistic
    canonical correlation analysis (Bach & Jordan 2005): variates weigh by their
    held-out correlations. Evidence of several query modalities is added up. At the
    level of classes, a query looks for rows of its class: the similarity is the
    probability that both are of one class, the product of calibrated posteriors.

    Parameters
    ----------
    modalities : "auto" or list of (name, extractor, columns), default="auto"
        "auto" groups the columns of a frame by what stands before ``"__"``.
        Otherwise triples as in :class:`sklearn.compose.ColumnTransformer`.
    level : {"item", "class"}, default="item"
        What is looked for.
    estimator : None, estimator object or list of (name, estimator), default=None
        Classifiers of each modality, at the level of classes. None: the linear
        model and trees of :class:`mmensemble.AutoFusion`.
    blend : float or "cv", default="cv"
        Share of the other level in the similarity, where `y` is given: each is
        divided by its spread over held-out pairs. "cv" takes the share of the best
        held-out score: mean average precision of classes, mean reciprocal rank of
        items.
    search : {"exact", "approximate"}, default="exact"
        "exact" multiplies all codes. "approximate" searches a navigable graph
        (Malkov & Yashunin 2020), which needs the library faiss.
    cv : int, splitter or iterable, default=None
        Splits on which penalties are judged, and on the first of which the blend;
        None is 3 folds. Folds made from None or an int are shuffled and keep
        `groups` together.
    n_jobs : int, default=None
        Fits that run at the same time.
    random_state : int, RandomState instance or None, default=None
        Root of all seeds.

    Attributes
    ----------
    modalities_ : list of (name, extractor, columns)
        Modalities with resolved columns.
    classes_ : ndarray of shape (n_classes,)
        Labels, where `y` is given.
    blend_ : float
        Share of the other level.
    correlations_ : dict of (str, str) to ndarray
        Held-out canonical correlations of each two modalities, at the level of
        items.
    n_indexed_ : int
        Rows that have been indexed.
    n_features_in_ : int
        Number of columns of the table.
    feature_names_in_ : ndarray of shape (`n_features_in_`,)
        Column names, where all are strings.

    See Also
    --------
    CrossModalProjector : The numbers of a modality from others.
    mmensemble.crossmodal.retrieval_scores : How good it is.

    Notes
    -----
    Of indexed rows it keeps codes, and no cell of the table; of training rows,
    where a kernel finds more, up to 500 standardised rows that span it.

    References
    ----------
    Bach, F. R., & Jordan, M. I. (2005). A probabilistic interpretation of
    canonical correlation analysis. Technical Report 688, Department of Statistics,
    University of California, Berkeley.

    Malkov, Y. A., & Yashunin, D. A. (2020). Efficient and robust approximate
    nearest neighbor search using hierarchical navigable small world graphs. IEEE
    Transactions on Pattern Analysis and Machine Intelligence, 42(4), 824-836.

    Rasiwasia, N., Costa Pereira, J., Coviello, E., Doyle, G., Lanckriet, G. R. G.,
    Levy, R., & Vasconcelos, N. (2010). A new approach to cross-modal multimedia
    retrieval. Proceedings of the 18th ACM International Conference on Multimedia.

    Examples
    --------
    >>> import numpy as np
    >>> import pandas as pd
    >>> from mmensemble import CrossModalRetriever
    >>> rng = np.random.default_rng(0)
    >>> u = rng.normal(size=(200, 3))
    >>> X = pd.DataFrame(np.hstack([u, u @ rng.normal(size=(3, 4))]))
    >>> X.columns = ["a__0", "a__1", "a__2", "b__0", "b__1", "b__2", "b__3"]
    >>> retriever = CrossModalRetriever(random_state=0).fit(X[:100]).index(X[100:])
    >>> _, rows = retriever.kneighbors(X[100:103], 1, query="a", target="b")
    >>> rows.ravel()
    array([0, 1, 2])
    """

    keeps_rows = True

    _parameter_constraints = {
        "modalities": MODALITIES,
        "level": [StrOptions({"item", "class"})],
        "estimator": [None, HasMethods(["fit", "predict"]), list],
        "blend": [Interval(Real, 0, 1, closed="both"), StrOptions({"cv"})],
        "search": [StrOptions({"exact", "approximate"})],
        "cv": ["cv_object"],
        "n_jobs": [None, Integral],
        "random_state": ["random_state"],
    }

    def __init__(
        self,
        modalities="auto",
        *,
        level="item",
        estimator=None,
        blend="cv",
        search="exact",
        cv=None,
        n_jobs=None,
        random_state=None,
    ):
        self.modalities = modalities
        self.level = level
        self.estimator = estimator
        self.blend = blend
        self.search = search
        self.cv = cv
        self.n_jobs = n_jobs
        self.random_state = random_state

    @fit_context(prefer_skip_nested_validation=False)
    def fit(self, X, y=None, *, groups=None):
        """Learn which rows of one modality fit which of another.

        Parameters
        ----------
        X : {array-like, sparse matrix, dataframe} of shape (n_samples, n_columns)
            One table; rows that have two modalities teach most.
        y : array-like of shape (n_samples,), default=None
            Labels; needed at the level of classes.
        groups : array-like of shape (n_samples,), default=None
            Rows of one group never stand on both sides of an inner split.

        Returns
        -------
        self : object
        """
        X, self.modalities_, presence = read_training(self, X)
        if y is None and self.level == "class":
            raise ValueError(
                "level='class' requires y to be passed, but the target y is None: "
                "rows are found by their classes. Pass labels, or take level='item'."
            )
        y = None if y is None else check_labels(y, X)
        groups = check_groups(groups, X)
        self._active = presence.any(axis=0)
        self._matcher = fit_matcher(
            Matcher(self.modalities_, self.level, self.blend, self.estimator),
            X,
            presence,
            y,
            groups=groups,
            folds=make_folds(self.cv, len(presence), groups),
            n_jobs=self.n_jobs,
            root=draw_root(self.random_state),
        )
        self.blend_ = self._matcher.blend
        vars(self).pop("n_indexed_", None)  # codes of an older fit mean nothing now
        names = [name for name, _, _ in self.modalities_]
        self.correlations_ = {
            (names[a], names[b]): pair.correlations_
            for (a, b), pair in self._matcher.pairs.items()
            if pair.width
        }
        if self._matcher.classifier is not None:
            self.classes_ = self._matcher.classifier.classes_
        return self

    def index(self, X, *, target=None):
        """Make a table the collection that is searched, in place of any before.

        Parameters
        ----------
        X : {array-like, sparse matrix, dataframe} of shape (n_samples, n_columns)
            A frame may lack all columns of a modality.
        target : None, str or list of str, default=None
            Modalities that will be looked for; None for all.

        Returns
        -------
        self : object
        """
        check_is_fitted(self)
        X, presence = read_fitted(self, X)
        wanted = [target] if isinstance(target, str) else target
        names = [name for name, _, _ in self.modalities_]
        targets = [self._position(name, "target") for name in wanted or names]
        self.n_indexed_ = X.shape[0]
        self._collections = {
            t: Collection(codes, presence[:, t], self.search)
            for t, codes in self._matcher.asked(X, presence, targets).items()
        }
        return self

    def kneighbors(
        self, X, n_neighbors=5, *, query=None, target=None, return_similarity=True
    ):
        """Return the indexed rows whose target modality fits best.

        Parameters
        ----------
        X : {array-like, sparse matrix, dataframe} of shape (n_queries, n_columns)
            A frame may lack all columns of a modality.
        n_neighbors : int, default=5
            How many rows to return.
        query : None, str or list of str, default=None
            Modalities that ask; a row asks by those that it has. None for all but
            the target.
        target : str, default=None
            Modality that is looked for. Of two modalities it is the one that
            `query` is not.
        return_similarity : bool, default=True
            Whether to return similarities too.

        Returns
        -------
        similarity : ndarray of shape (n_queries, n_neighbors)
            From large to small; only with `return_similarity`.
        rows : ndarray of int of shape (n_queries, n_neighbors)
            Positions in the indexed table; -1 where it has fewer rows with the
            target.
        """
        asking, collection = self._ask(X, query, target)
        most = min(int(n_neighbors), self.n_indexed_)
        if most < 1:
            raise ValueError(f"'n_neighbors' must be at least 1, got {n_neighbors!r}.")
        similarity, rows = collection.largest(asking, most)
        rows = np.where(np.isneginf(similarity), -1, rows)
        return (similarity, rows) if return_similarity else rows

    def similarity(self, X, *, query=None, target=None):
        """Return the similarity of each row and each indexed row.

        Parameters
        ----------
        X : {array-like, sparse matrix, dataframe} of shape (n_queries, n_columns)
        query : None, str or list of str, default=None
            As for `kneighbors`.
        target : str, default=None
            As for `kneighbors`.

        Returns
        -------
        similarity : ndarray of shape (n_queries, n_indexed)
            Minus infinity for indexed rows without the target.
        """
        asking, collection = self._ask(X, query, target)
        return collection.products(asking)

    def _ask(self, X, query, target):
        """Return codes of the rows that ask, and the collection they ask."""
        check_is_fitted(self)
        if not hasattr(self, "n_indexed_"):
            raise ValueError(
                "There is no collection to search. Call index(X) with the rows that "
                "may be found."
            )
        asks, asked = self._sides(query, target)
        if asked not in self._collections:
            raise ValueError(
                f"The 'target' parameter is {self.modalities_[asked][0]!r}, which "
                "index(X, target=...) has left out."
            )
        X, presence = read_fitted(self, X)
        names = [self.modalities_[m][0] for m in asks]
        warn_empty_rows(presence[:, asks], names, "what they find is by chance")
        codes = self._matcher.asking(X, presence, Asking(tuple(asks), asked))
        return codes, self._collections[asked]

    def _sides(self, query, target):
        """Return positions of the modalities that ask, and of the one asked for."""
        names = [name for name, _, _ in self.modalities_]
        asks = [query] if isinstance(query, str) else query
        if asks is not None:
            asks = [self._position(name, "query") for name in asks]
        if target is None:
            left = [m for m in range(len(names)) if asks is not None and m not in asks]
            if len(left) != 1:
                raise ValueError(
                    f"The 'target' parameter must name the modality of {names} that is "
                    "looked for; it may be left out where 'query' names all but one."
                )
            return asks, left[0]
        asked = self._position(target, "target")
        if asks is None:
            asks = [m for m in range(len(names)) if m != asked]
        if self.level == "item" and asked in asks:
            raise ValueError(
                f"The 'query' parameter must not name the target {target!r}: a "
                "modality would find itself."
            )
        if not asks:
            raise ValueError(
                f"The 'query' parameter names no modality; choose from {names}."
            )
        return asks, asked

    def _position(self, name, parameter):
        names = [each for each, _, _ in self.modalities_]
        if name not in names:
            raise ValueError(
                f"The {parameter!r} parameter must name modalities out of {names}, got "
                f"{name!r}."
            )
        return names.index(name)

    def __sklearn_tags__(self):
        tags = super().__sklearn_tags__()
        tags.input_tags.allow_nan = True
        tags.input_tags.string = True
        tags.input_tags.categorical = True
        tags.input_tags.sparse = takes_sparse_tables(self._parts)
        return tags
