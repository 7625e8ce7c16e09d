"""Checks on what flows where: folds, groups, weights, metadata, seeds, jobs."""

import joblib
import numpy as np
from sklearn import config_context
from sklearn.model_selection import GroupKFold, KFold, ShuffleSplit
from sklearn.preprocessing import StandardScaler
from sklearn.tree import DecisionTreeClassifier, DecisionTreeRegressor
from sklearn.utils.validation import has_fit_parameter

from mmensemble.testing._data import (
    answer,
    configure,
    ensure,
    ensure_proper,
    ensure_same,
    fit,
    kind_of,
    make_case,
    recorded,
)


def check_out_of_fold(estimator):
    """What the fusion learns from is predicted by learners that saw other rows."""
    model, case, log = recorded(estimator, kind_of(estimator), cv=KFold(3))
    fit(model, case)
    for event, seen, rows, _, _ in log:
        if event == "predict":
            ensure(
                not np.isin(rows, seen).any(),
                "a learner predicts its own training rows during fit; predictions "
                "must be out of fold",
            )


def check_groups_apart(estimator):
    """No group is on both sides of an inner split."""
    model, case, log = recorded(estimator, kind_of(estimator))
    fit(model, case, groups=case.groups)
    for event, seen, rows, _, _ in log:
        if event == "predict":
            shared = np.isin(case.groups[rows], case.groups[seen]).any()
            ensure(not shared, "a group is on both sides of an inner split")


def check_groups_reach_splitter(estimator):
    """The user's splitter gets the groups, where the fusion needs splits."""
    case = make_case(kind_of(estimator))
    given = []

    class Splitter(GroupKFold):
        """Splitter that notes its groups."""

        def split(self, X, y=None, groups=None):
            given.append(groups)
            return super().split(X, y, groups)

    model = fit(configure(estimator, case, cv=Splitter(3)), case, groups=case.groups)
    if "out of fold" in model.fusion_.needs:
        same = any(g is not None and np.array_equal(g, case.groups) for g in given)
        ensure(same, "the splitter does not get the groups")


def check_partial_splits(estimator):
    """Splits that are no partition leave rows out of the second level."""
    kind = kind_of(estimator)
    case = make_case(kind)
    splitter = ShuffleSplit(2, test_size=0.4, random_state=0)
    model = fit(configure(estimator, case, cv=splitter), case)
    ensure_proper(answer(model, case.X), kind, "with a splitter that is no partition")


def check_sample_weight(estimator):
    """Each learner gets the weights of the rows that it is fitted on.

    Learners on fused features may not see the row numbers; theirs are among those
    given.
    """
    model, case, log = recorded(estimator, kind_of(estimator))
    weight = np.arange(len(case.y)) / 7.0
    fit(model, case, sample_weight=weight)
    for event, _, rows, got, _ in log:
        if event == "fit":
            ensure(got is not None, "a learner is fitted without the sample_weight")
            message = "a learner gets the weights of other rows"
            if len(np.unique(rows)) < len(rows):  # no row numbers
                ensure(np.isin(got, weight).all(), message)
            else:
                ensure_same(np.asarray(got, dtype=float), weight[rows], message)


def check_constant_weight(estimator):
    """Weights of one are no weights."""
    case = make_case(kind_of(estimator))
    plain = answer(fit(configure(estimator, case), case), case.X)
    weight = np.ones(len(case.y))
    model = fit(configure(estimator, case), case, sample_weight=weight)
    message = "sample_weight of ones changes the answer"
    ensure_same(answer(model, case.X), plain, message, 1e-4, 1e-5)


def check_metadata_routing(estimator):
    """With metadata routing, learners get what they request and nothing else."""
    for wanted in (True, False):
        with config_context(enable_metadata_routing=True):
            model, case, log = recorded(estimator, kind_of(estimator))
            _request(model, case, wanted)
            fit(model, case, sample_weight=np.arange(1.0, 1 + len(case.y)))
        got = [entry[3] is not None for entry in log if entry[0] == "fit"]
        what = "does not reach a learner that requests" if wanted else "reaches"
        ensure(
            all(given == wanted for given in got),
            f"sample_weight {what} it (metadata routing, requested: {wanted})",
        )


def _request(model, case, wanted):
    """Let the learner request weights, or not; one extractor always does."""
    scaler = StandardScaler().set_fit_request(sample_weight=True)
    modalities = case.with_extractor("passthrough")
    modalities[-1] = (modalities[-1][0], scaler, modalities[-1][2])
    learner = model.estimator.set_fit_request(sample_weight=wanted, groups=False)
    model.set_params(modalities=modalities, estimator=learner)
    final = model.get_params().get("fusion__final_estimator")
    if final is not None and has_fit_parameter(final, "sample_weight"):
        final.set_fit_request(sample_weight=True)


def _random_tree(kind):
    cls = DecisionTreeRegressor if kind == "regressor" else DecisionTreeClassifier
    return cls(max_features=1, splitter="random", max_depth=4)


def check_seeds(estimator):
    """One seed, one result; and two fits of one object are equal."""
    kind = kind_of(estimator)
    case = make_case(kind)
    tree = _random_tree(kind)
    model = fit(configure(estimator, case, estimator=tree), case)
    first = answer(model, case.X)
    again = answer(fit(model, case), case.X)
    ensure_same(again, first, "a second fit of the same object gives another answer")
    other = fit(configure(estimator, case, estimator=tree), case)
    message = "the same random_state gives another answer"
    ensure_same(answer(other, case.X), first, message)


def check_neighbours(estimator):
    """Adding or reordering modalities leaves the other members as they are."""
    kind = kind_of(estimator)
    case = make_case(kind)
    tree = _random_tree(kind)
    model = fit(configure(estimator, case, estimator=tree), case)
    if not hasattr(model, "predict_modalities"):
        return
    expected = model.predict_modalities(case.X)
    extended = [("first", "passthrough", ["a__0", "c__1"]), *case.modalities[::-1]]
    other = configure(estimator, case, estimator=tree, modalities=extended)
    got = fit(other, case).predict_modalities(case.X)
    for name in "abc":
        ensure_same(
            got[name].to_numpy(),
            expected[name].to_numpy(),
            f"adding and reordering modalities changes member {name!r}; seeds must "
            "follow names, not positions",
        )


def check_n_jobs(estimator):
    """The number of jobs changes nothing."""
    kind = kind_of(estimator)
    case = make_case(kind)
    tree = _random_tree(kind)
    expected = answer(fit(configure(estimator, case, estimator=tree), case), case.X)
    model = configure(estimator, case, estimator=tree, n_jobs=2)
    with joblib.parallel_config(backend="threading"):
        got = answer(fit(model, case), case.X)
    ensure_same(got, expected, "n_jobs=2 (threading) gives another answer than 1")


def check_test_rows(estimator):
    """What is predicted in between changes neither model nor later answers."""
    case = make_case(kind_of(estimator))
    model = fit(configure(estimator, case), case)
    expected = answer(model, case.X)
    answer(model, case.X * -50.0 + 3.0)
    ensure_same(answer(model, case.X), expected, "predicting changes the fitted model")


FLOW_CHECKS = [
    check_out_of_fold,
    check_groups_apart,
    check_groups_reach_splitter,
    check_partial_splits,
    check_sample_weight,
    check_constant_weight,
    check_metadata_routing,
    check_seeds,
    check_neighbours,
    check_n_jobs,
    check_test_rows,
]
