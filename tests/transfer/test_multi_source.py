"""What classifier and regressor of several sources share."""

import pickle

import numpy as np
import pandas as pd
import pytest
from sklearn import config_context
from sklearn.base import clone
from sklearn.linear_model import LogisticRegression, Ridge
from sklearn.model_selection import GridSearchCV, StratifiedKFold, cross_val_score
from source_cases import make_numbers, make_rows

from mmensemble import MultimodalClassifier
from mmensemble.transfer import MultiSourceClassifier, MultiSourceRegressor

X, Y, DOMAIN = make_rows()


def model(**options):
    """Return a small classifier."""
    return MultiSourceClassifier(LogisticRegression(), target="here", **options)


@pytest.mark.parametrize("towards", ["pooled", "source"])
def test_one_domain_is_the_plain_estimator(towards):
    """Without domains, with one, and with no target nothing is weighted."""
    wanted = LogisticRegression().fit(X, Y).predict_proba(X)
    plain = clone(model(towards=towards)).set_params(target=None)
    for fitted in (
        plain.fit(X, Y),
        clone(plain).fit(X, Y, domain=DOMAIN),
        model(towards=towards).fit(X, Y, domain=["here"] * len(Y)),
    ):
        np.testing.assert_array_equal(fitted.predict_proba(X), wanted)
        assert fitted.search_ is None
        assert fitted.towards_ == "pooled"


def test_the_choice_is_kept_as_a_table():
    """One row a candidate, pooled first; what is chosen is what was fitted."""
    fitted = model(random_state=0).fit(X, Y, domain=DOMAIN)
    table = fitted.search_
    assert list(table) == [
        "weight",
        "align",
        "towards",
        "loss_target",
        "loss_sources",
        "difference",
        "std_difference",
        "chosen",
    ]
    assert table["weight"].fillna(-1).tolist() == [-1, 0.3, 1, 3, np.inf]
    chosen = table[table["chosen"]].iloc[0]
    assert fitted.weight_ == chosen["weight"]
    again = model(weight=float(fitted.weight_)).fit(X, Y, domain=DOMAIN)
    np.testing.assert_array_equal(again.predict_proba(X), fitted.predict_proba(X))
    aligned = model(align="standardise").fit(X, Y, domain=DOMAIN).search_
    assert aligned["align"].isna().sum() == 1
    source = model(towards="source").fit(X, Y, domain=DOMAIN).search_
    assert source["weight"].fillna(-1).tolist() == [-1, 0, 0.03, 0.1, 0.3, 1]


def test_pooled_has_the_share_of_its_rows():
    """`weight_` says what the target's rows weigh as they come."""
    alike = np.where(X[:, 0] > 0, "yes", "no")
    fitted = MultiSourceClassifier(LogisticRegression(), target="here", weight=0.0)
    assert fitted.fit(X, alike, domain=DOMAIN).weight_ == 0
    fitted = clone(fitted).set_params(weight="cv").fit(X, alike, domain=DOMAIN)
    if fitted.search_["chosen"].iloc[0]:
        assert fitted.weight_ == pytest.approx(24 / 110)


def test_labels_of_held_out_rows_change_nothing():
    """A fold's test rows take no part in choosing weights, alignment or models."""
    train = np.arange(len(Y)) % 3 > 0
    fitted = model(align="coral", random_state=0).fit(
        X[train], Y[train], domain=DOMAIN[train]
    )
    scores = cross_val_score(
        model(align="coral", random_state=0),
        np.where(train[:, None], X, X + 0.0),
        Y,
        cv=[(np.flatnonzero(train), np.flatnonzero(~train))],
        params={"domain": DOMAIN},
    )
    assert scores[0] == fitted.score(X[~train], Y[~train])


def test_domains_are_routed_as_groups_are():
    """With routing on, domain and groups reach the model through a search."""
    with config_context(enable_metadata_routing=True):
        learner = LogisticRegression().set_fit_request(sample_weight=True)
        search = GridSearchCV(
            MultiSourceClassifier(
                learner, target="here", random_state=0
            ).set_score_request(sample_weight=False),
            {"weight": [0.0, 1.0]},
            cv=StratifiedKFold(3, shuffle=True, random_state=0),
        )
        weight = np.linspace(1, 2, len(Y))
        groups = np.arange(len(Y)) // 2
        search.fit(X, Y, domain=DOMAIN, groups=groups, sample_weight=weight)
        best = search.best_estimator_
        assert best.domains_.tolist() == ["a", "b", "here"]
        plain = clone(best).fit(X, Y, domain=DOMAIN, sample_weight=weight)
        np.testing.assert_array_equal(plain.predict_proba(X), best.predict_proba(X))
        with pytest.raises(TypeError, match="unexpected argument"):
            best.fit(X, Y, domain=DOMAIN, colour=weight)
    with pytest.raises(TypeError, match=r"unexpected argument.*'colour'"):
        model().fit(X, Y, domain=DOMAIN, colour=weight)


def test_multimodal_estimators_with_missing_modalities():
    """A frame with absent modalities is weighted, aligned and predicted."""
    rng = np.random.default_rng(0)
    letters = rng.choice(["u", "v"], len(Y))
    frame = pd.DataFrame(
        {"one__a": X[:, 0], "one__b": X[:, 1], "two__c": X[:, 2], "two__d": letters}
    )
    frame.loc[rng.random(len(Y)) < 0.3, ["two__c", "two__d"]] = None
    inner = MultimodalClassifier(
        fusion="voting", estimator=LogisticRegression(), cv=3, random_state=0
    )
    for options in ({"weight": 1.0}, {"weight": 0.3, "towards": "source"}):
        fitted = MultiSourceClassifier(
            inner, target="here", align="standardise", random_state=0, **options
        )
        groups = np.arange(len(Y))
        fitted.fit(frame, Y, domain=DOMAIN, groups=groups)
        found = fitted.predict_proba(frame.iloc[-24:])
        np.testing.assert_allclose(found.sum(axis=1), 1)
        assert fitted.towards_ == options.get("towards", "pooled")


@pytest.mark.parametrize("towards", ["pooled", "source"])
def test_stored_models_and_seeds(towards):
    """The same seed gives the same model; one stored by pickle or skops predicts."""
    options = {"towards": towards, "align": "standardise", "random_state": 3}
    one, two = (model(**options).fit(X, Y, domain=DOMAIN) for _ in range(2))
    skops = pytest.importorskip("skops.io")
    data = skops.dumps(one)
    types = skops.get_untrusted_types(data=data)
    assert all(name.startswith("mmensemble.") for name in types)
    stored = pickle.loads(pickle.dumps(one)), skops.loads(data, trusted=types)
    for other in (two, *stored):
        np.testing.assert_array_equal(other.predict_proba(X), one.predict_proba(X))
        pd.testing.assert_frame_equal(other.search_, one.search_)


def test_bad_domains_and_targets_are_refused():
    """Each mistake has a message that says what to do."""
    with pytest.raises(ValueError, match=r"'target' parameter 'there' is no domain"):
        model().set_params(target="there").fit(X, Y, domain=DOMAIN)
    with pytest.raises(ValueError, match=r"did you mean 'here'.* of every fold"):
        model().set_params(target="Here").fit(X, Y, domain=DOMAIN)
    with pytest.raises(ValueError, match="target='here' needs the domain of each row"):
        model().fit(X, Y)
    with pytest.raises(ValueError, match="must name one domain, got"):
        model().set_params(target=["here"]).fit(X, Y, domain=DOMAIN)
    with pytest.raises(TypeError, match="must be a classifier, got the regressor"):
        model().set_params(estimator=Ridge()).fit(X, Y, domain=DOMAIN)
    with pytest.raises(TypeError, match="must be a regressor, got the classifier"):
        MultiSourceRegressor(LogisticRegression()).fit(X, X[:, 0], domain=DOMAIN)
    with pytest.raises(ValueError, match=r"'domain' parameter is missing in 1 of"):
        model().fit(X, Y, domain=[None, *DOMAIN[1:]])
    with pytest.raises(ValueError, match="must be finite with towards='source'"):
        model(weight=np.inf, towards="source").fit(X, Y, domain=DOMAIN)
    coral = MultiSourceClassifier(LogisticRegression(), align="coral")
    with pytest.raises(ValueError, match="name it in the 'target' parameter"):
        coral.fit(X, Y, domain=DOMAIN)
    with pytest.raises(ValueError, match="inconsistent numbers of samples"):
        model().fit(X, Y, domain=DOMAIN, groups=[1, 2])


def test_no_target_is_standardised_by_all_rows_at_predict():
    """Domains are scaled apart at fit, and new rows by the statistics of all."""
    y = make_numbers()[1]
    fitted = MultiSourceRegressor(Ridge(), align="standardise").fit(X, y, domain=DOMAIN)
    Z = X.copy()
    for name in np.unique(DOMAIN):
        rows = name == DOMAIN
        Z[rows] = (X[rows] - X[rows].mean(0)) / X[rows].std(0)
    new = (X - X.mean(0)) / X.std(0)
    np.testing.assert_allclose(fitted.predict(X), Ridge().fit(Z, y).predict(new))
