"""Standardising by domain."""

import numpy as np
import pandas as pd
import pytest
from sklearn import config_context
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import cross_val_predict, cross_val_score
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from mmensemble import MultimodalClassifier
from mmensemble.transfer import DomainScaler

RNG = np.random.default_rng(0)
DOMAIN = np.repeat(["b", "a", "c"], [6, 8, 5])
X = RNG.normal(size=(19, 3)) * [1, 10, 100] + np.repeat([0, 5, -9], [6, 8, 5])[:, None]


def test_each_domain_is_scaled_as_by_a_scaler_of_its_own():
    """The result is scikit-learn's StandardScaler, domain by domain."""
    scaler = DomainScaler()
    found = scaler.fit_transform(X, domain=DOMAIN)
    for name in "abc":
        rows = name == DOMAIN
        wanted = StandardScaler().fit_transform(X[rows])
        np.testing.assert_allclose(found[rows], wanted)
    assert scaler.domains_.tolist() == ["a", "b", "c"]
    np.testing.assert_array_equal(scaler.transform(X, domain=list(DOMAIN)), found)


def test_without_domains_it_is_the_plain_scaler():
    """So are rows of an unseen domain, and of none."""
    wanted = StandardScaler().fit(X).transform(X)
    np.testing.assert_allclose(DomainScaler().fit_transform(X), wanted)
    scaler = DomainScaler().fit(X, domain=DOMAIN)
    for domain in ([None] * 19, ["new"] * 19):
        np.testing.assert_allclose(scaler.transform(X, domain=domain), wanted)


def test_a_domain_that_is_forgotten_is_told():
    """Training rows were scaled by their own; to say that none is known is no error."""
    y, known = np.arange(19) % 2, {"domain": DOMAIN}
    pipeline = make_pipeline(DomainScaler(), LogisticRegression())
    pipeline.fit(X, y, domainscaler__domain=DOMAIN)
    with pytest.warns(UserWarning, match="DomainScaler knows 3 domains, and 'domain'"):
        pipeline.predict(X)
    with config_context(enable_metadata_routing=True):
        with pytest.warns(UserWarning, match="Give domain=..., through a pipeline"):
            cross_val_score(pipeline, X, y, params=known, scoring="roc_auc")
        cross_val_score(pipeline, X, y, params=known)
    DomainScaler().fit(X, domain=["a"] * 19).transform(X)
    DomainScaler().fit(X, domain=DOMAIN).adapt(X).transform(X)


def test_unseen_domains_are_adapted_to():
    """Rows without labels give their statistics; other domains stay."""
    new = RNG.normal(3, 4, size=(9, 3))
    wanted = StandardScaler().fit_transform(new)
    scaler = DomainScaler().fit(X, domain=DOMAIN)
    before = scaler.transform(X, domain=DOMAIN)
    scaler.adapt(new, domain=["new"] * 9)
    np.testing.assert_allclose(scaler.transform(new, domain=["new"] * 9), wanted)
    np.testing.assert_array_equal(scaler.transform(X, domain=DOMAIN), before)
    assert not np.allclose(scaler.transform(new, domain=[None] * 9), wanted)
    np.testing.assert_allclose(scaler.adapt(new).transform(new), wanted)
    np.testing.assert_array_equal(scaler.transform(X, domain=DOMAIN), before)


def test_holes_stay_and_empty_columns_fall_back():
    """A column of which a domain has no value is scaled as for a row of none."""
    holed = X.copy()
    holed[0, 0], holed[DOMAIN == "a", 1] = np.nan, np.nan
    scaler = DomainScaler().fit(holed, domain=DOMAIN)
    found = scaler.transform(holed, domain=DOMAIN)
    np.testing.assert_array_equal(np.isnan(found), np.isnan(holed))
    asked = scaler.transform(X[DOMAIN == "a"], domain=["a"] * 8)
    nameless = scaler.transform(X[DOMAIN == "a"], domain=[None] * 8)
    np.testing.assert_allclose(asked[:, 1], nameless[:, 1])


def test_modalities_survive_as_pandas():
    """By default the output is an array, as that of scikit-learn's scalers."""
    frame = pd.DataFrame(X, columns=["m__a", "m__b", "n__c"])
    model = make_pipeline(
        DomainScaler().set_output(transform="pandas"),
        MultimodalClassifier(fusion="voting", estimator=LogisticRegression()),
    )
    model.fit(frame, np.arange(19) % 2, domainscaler__domain=DOMAIN)
    assert [name for name, _, _ in model[-1].modalities_] == ["m", "n"]


def test_other_columns_than_numbers_are_named():
    """The message says what to do with them."""
    frame = pd.DataFrame(X, columns=list("abc")).assign(sex="m", when=pd.NaT)
    with pytest.raises(ValueError, match=r"got \['sex', 'when'\] as well\. Choose col"):
        DomainScaler().fit(frame, domain=DOMAIN)


def test_a_pipeline_hands_the_domain_on():
    """With metadata routing every fold is scaled by its own domains."""
    y = np.arange(19) % 2
    with config_context(enable_metadata_routing=True):
        pipeline = make_pipeline(DomainScaler(), LogisticRegression())
        pipeline.fit(X, y, domain=DOMAIN)
        Z = DomainScaler().fit_transform(X, domain=DOMAIN)
        wanted = LogisticRegression().fit(Z, y).predict_proba(Z)
        found = pipeline.predict_proba(X, domain=DOMAIN)
        np.testing.assert_allclose(found, wanted)
        shown = cross_val_predict(DomainScalerOnly(), X, y, params={"domain": DOMAIN})
    assert set(shown) == {"a", "b", "c"}


class DomainScalerOnly(LogisticRegression):
    """Predicts the first domain that its scaler learnt."""

    __metadata_request__fit = {"domain": True}

    def fit(self, X, y, domain=None):
        """Learn the domains."""
        self.scaler_ = DomainScaler().fit(X, domain=domain)
        self.classes_ = np.unique(y)
        return self

    def predict(self, X):
        """Return domains in turn."""
        return np.resize(self.scaler_.domains_, len(X))


def test_names_of_columns_stay():
    """A frame's columns keep their names under set_output."""
    frame = pd.DataFrame(X, columns=["x", "y", "z"])
    scaler = DomainScaler().set_output(transform="pandas")
    assert list(scaler.fit_transform(frame, domain=DOMAIN)) == ["x", "y", "z"]


def test_domains_of_another_length_are_refused():
    """At fit and at transform."""
    with pytest.raises(ValueError, match="inconsistent numbers of samples"):
        DomainScaler().fit(X, domain=["a"])
    with pytest.raises(ValueError, match="inconsistent numbers of samples"):
        DomainScaler().fit(X).transform(X, domain=["a"])
