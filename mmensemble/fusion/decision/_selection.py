"""Ensemble selection: a greedy, weighted choice from a library of members."""

from functools import partial
from numbers import Integral, Real

import numpy as np
from sklearn.metrics import get_scorer_names

from mmensemble._compat import Interval, StrOptions
from mmensemble._seeds import seed_for
from mmensemble.fusion._base import BaseFusion
from mmensemble.fusion._calibration import CALIBRATE
from mmensemble.fusion._member_weights import MemberWeightsMixin
from mmensemble.fusion._names import output_names
from mmensemble.fusion._partial_pooling import lacks_any
from mmensemble.fusion._patterns import PatternModels, pattern_jobs
from mmensemble.fusion._rows import has_all_classes, rows_of_weight, rows_predicted
from mmensemble.fusion._rules import mean_rule
from mmensemble.fusion._shared_mixture import shared_weights
from mmensemble.fusion._weights import skill_weights, target_matrix
from mmensemble.learners._objectives import make_objective
from mmensemble.numerics._greedy import bagged_selection

#: Library from which `n_bags="auto"` bags: of fewer members a bag of half leaves no
#: choice. How often: by judgement, as a bound on the time.
_LARGE_LIBRARY = 10
_BAGS = 20


class SelectionFusion(MemberWeightsMixin, BaseFusion):
    """Select members greedily, with replacement, for any score (Caruana et al. 2004).

    The best members start the ensemble; then whichever member's addition helps
    most is added, again and again. How often a member is in the ensemble is its
    weight, so most of a large library ends up without any. Weights are found on
    out-of-fold predictions, for each presence pattern anew; where training rows lack
    modalities, a pattern's weights are shrunk towards those that all rows say, the
    more so the fewer rows it has.

    Parameters
    ----------
    scoring : None, str or callable, default=None
        What the ensemble is selected for: a scikit-learn scorer, by name or as
        ``scorer(estimator, X, y)``, that looks at predictions only. None is the
        log loss or the squared error, which are the fastest. Without
        `predict_proba`, the softmax of a learner's decision values is its share
        in the mean. A metric that takes no weights scores rows as if all weighed
        the same.
    n_steps : int, default=50
        Most additions; ten in a row that bring nothing are the end. The best
        ensemble on the way is kept.
    n_init : int or "auto", default="auto"
        How many of the best members start the ensemble; "auto" takes as many as
        do best together.
    n_bags : int or "auto", default="auto"
        Selections from random parts of the library, whose weights are averaged;
        0 selects once, from all. "auto" is 20 from 10 members on, else 0.
    bag_fraction : float, default=0.5
        Share of the library in each bag.
    concat_member : bool, default=False
        Whether the learners are also fitted on all modalities together, as one
        more member, used where all are present.
    max_patterns : int, default=64
        Most presence patterns with weights of their own; others use the nearest
        fitted pattern within theirs.
    calibrate : {None, "sigmoid", "isotonic", "temperature"}, default=None
        How each member's probabilities are calibrated on out-of-fold rows
        before they are combined; None: not at all. "sigmoid" and "temperature"
        do with few rows, "isotonic" needs about a thousand.

    Attributes
    ----------
    weights_ : ndarray of shape (n_members,)
        Weights where every modality is present; they sum to one.
    pattern_models_ : PatternModels
        Weights for each presence pattern, keyed by the positions of its
        modalities; where there are more patterns than `max_patterns` and rows lack
        modalities, the key () holds those of all rows.
    strength_ : float
        Rows that the weights of all rows are worth to a pattern. Only where training
        rows lack modalities.
    calibrators_ : dict of str to object
        The calibrator of each member, where there are any.

    References
    ----------
    Caruana, R., Niculescu-Mizil, A., Crew, G., & Ksikes, A. (2004). Ensemble
    selection from libraries of models. Proceedings of the 21st International
    Conference on Machine Learning.

    Examples
    --------
    >>> from sklearn.linear_model import LogisticRegression
    >>> from sklearn.tree import DecisionTreeClassifier
    >>> from mmensemble import MultimodalClassifier, SelectionFusion
    >>> from mmensemble.datasets import make_multimodal
    >>> data = make_multimodal(random_state=0)
    >>> library = [("line", LogisticRegression()), ("tree", DecisionTreeClassifier())]
    >>> model = MultimodalClassifier(
    ...     fusion=SelectionFusion("roc_auc", n_steps=10), estimator=library
    ... )
    >>> model.fit(data.data, data.target).fusion_.weights_.shape
    (6,)
    """

    short_name = "selection"
    level = "decision"
    reference = "Caruana et al. 2004"
    when = "Many members, some of them poor, or a score that no loss stands for."

    _parameter_constraints = {
        "scoring": [None, StrOptions(set(get_scorer_names())), callable],
        "n_steps": [Interval(Integral, 0, None, closed="left")],
        "n_init": [StrOptions({"auto"}), Interval(Integral, 1, None, closed="left")],
        "n_bags": [StrOptions({"auto"}), Interval(Integral, 0, None, closed="left")],
        "bag_fraction": [Interval(Real, 0, 1, closed="right")],
        "concat_member": ["boolean"],
        "max_patterns": [Interval(Integral, 1, None, closed="left")],
        "calibrate": CALIBRATE,
    }

    def __init__(
        self,
        scoring=None,
        *,
        n_steps=50,
        n_init="auto",
        n_bags="auto",
        bag_fraction=0.5,
        concat_member=False,
        max_patterns=64,
        calibrate=None,
    ):
        self.scoring = scoring
        self.n_steps = n_steps
        self.n_init = n_init
        self.n_bags = n_bags
        self.bag_fraction = bag_fraction
        self.concat_member = concat_member
        self.max_patterns = max_patterns
        self.calibrate = calibrate

    @property
    def needs(self):
        """Out-of-fold predictions; the concatenated member."""
        needs = {"predictions", "out of fold"}
        return frozenset(needs | {"concat member"} if self.concat_member else needs)

    def _fit(self, data):
        self.members_ = data.members
        task = data.task
        targets = target_matrix(data.y, task)
        self.weights_ = skill_weights(
            data.predictions,
            targets,
            task.prior,
            data.sample_weight,
            classification=task.is_classification,
        )
        draws = self._draw(data)
        if lacks_any(data):
            self.pattern_models_, self.strength_ = shared_weights(
                data, partial(self._select, draws), self.max_patterns
            )
        else:
            self.pattern_models_ = PatternModels.fit(
                partial(self._fit_pattern, data, draws),
                pattern_jobs(data.available(), self.max_patterns),
            )
        if self.pattern_models_:
            everything = tuple(range(len(data.modalities)))
            self.weights_ = self.pattern_models_[
                self.pattern_models_.key_for(everything)
            ]

    def _draw(self, data):
        """Uniform numbers, by member, that decide who is in which bag."""
        n_bags = self.n_bags
        if n_bags == "auto":
            n_bags = _BAGS if len(data.members) >= _LARGE_LIBRARY else 0
        draws = np.empty((n_bags, len(data.members)))
        for position, member in enumerate(data.members):
            rng = np.random.default_rng(seed_for(data.seed, "bag", member.name))
            draws[:, position] = rng.random(n_bags)
        return draws

    def _fit_pattern(self, data, draws, pattern, rows, known):
        inside = data.members_in(pattern)
        rows = rows_of_weight(data, rows_predicted(data, rows, inside))
        predictions = data.predictions[np.ix_(rows, inside)]
        part = data.take(rows)
        found = self._select(draws, part, predictions, inside)
        if found is None:
            return None
        weights = np.zeros(len(data.members))
        weights[inside] = found
        return weights, self._objective(part, predictions)(found[None])[0]

    def _select(self, draws, part, predictions, members):
        """Return the weights of members for some rows; None where these are few."""
        if not self._is_enough(part):
            return None
        return bagged_selection(
            self._objective(part, predictions),
            draws[:, members],
            self.bag_fraction,
            n_steps=self.n_steps,
            n_init=self.n_init,
        )

    def _objective(self, part, predictions):
        targets = target_matrix(part.y, part.task)
        return make_objective(predictions, part, targets, self.scoring)

    def _is_enough(self, data):
        """Scorers need every class, losses two rows."""
        if self.scoring is None or not data.task.is_classification:
            return data.n_samples >= 2
        return has_all_classes(data, np.arange(data.n_samples))

    def _predict(self, data):
        return mean_rule(data.predictions, self.row_weights(data), data.task.prior)

    def _transform(self, data):
        return self.predict(data)

    def get_feature_names_out(self, task):
        """Return one name an output: the class or the target."""
        return output_names("selection", task)
