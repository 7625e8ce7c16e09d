"""How often tests reject where there is nothing, and what the winner's luck is worth.

Every simulation draws a fresh small table and really cross-validates ridge
classifiers on it, each on features of its own that are exchangeable with the others':
all learners are equally good in the population.
"""

import argparse
from functools import partial

import numpy as np
import pandas as pd
from _timing import show, table
from scipy import stats
from sklearn.linear_model import RidgeClassifier
from sklearn.model_selection import RepeatedStratifiedKFold

from mmensemble.model_selection import (
    compare_over_datasets,
    compare_scores,
    correct_winner,
    correct_winner_by_splits,
)

WIDTH, ROWS = 4, 60
SCHEMES = {"5 folds": (5, 1), "10 folds": (10, 1), "10 × 10 folds": (10, 10)}


def draw(rng, n_rows, n_learners, shift):
    """Return features (learners, rows, columns) and targets -1 and 1, half each."""
    target = np.repeat([-1.0, 1.0], n_rows // 2)
    noise = rng.normal(size=(n_learners, n_rows, WIDTH))
    return noise + shift * target[:, None], target


def ridge(X, target, train, at=None, alpha=1.0):
    """Fit all learners on all training masks at once; return decisions of rows.

    Shape (learners, masks, rows): `RidgeClassifier` in closed form.
    """
    n_learners, n_rows, width = X.shape
    size = train.sum(axis=1)[:, None]
    means, bias = train @ X / size, (train @ target)[:, None] / size
    squares = (X[..., None] * X[..., None, :]).reshape(n_learners, n_rows, -1)
    scatter = (train @ squares).reshape(n_learners, len(train), width, width)
    scatter -= size[..., None] * means[..., None] * means[..., None, :]
    cross = train @ (X * target[:, None]) - size * means * bias
    coef = np.linalg.solve(scatter + alpha * np.eye(width), cross[..., None])[..., 0]
    at = X if at is None else at
    return coef @ at.swapaxes(1, 2) + (bias - (coef * means).sum(axis=-1)[..., None])


def splits_of(target, n_folds, n_repeats, seed):
    """Return test masks (splits, rows), repeat after repeat."""
    splitter = RepeatedStratifiedKFold(
        n_splits=n_folds, n_repeats=n_repeats, random_state=seed
    )
    masks = np.zeros((n_folds * n_repeats, len(target)), dtype=bool)
    for mask, (_, test) in zip(masks, splitter.split(target, target), strict=True):
        mask[test] = True
    return masks


def cross_validate(X, target, test):
    """Return whether held-out decisions are right (learners, splits, rows), or NaN."""
    right = (ridge(X, target, (~test).astype(float)) > 0) == (target > 0)
    return np.where(test, right, np.nan)


def check_ridge():
    """Raise if the closed form is not scikit-learn's."""
    X, target = draw(np.random.default_rng(0), ROWS, 1, 0.3)
    train = ~splits_of(target, 5, 1, 0)
    ours = ridge(X, target, train.astype(float))[0]
    for decision, mask in zip(ours, train, strict=True):
        model = RidgeClassifier(alpha=1.0).fit(X[0][mask], target[mask])
        np.testing.assert_allclose(decision, model.decision_function(X[0]), atol=1e-9)


def null_scores(seed, n_folds, n_repeats, n_learners=6):
    """Return scores by split of equally good learners on a fresh table."""
    X, target = draw(np.random.default_rng(seed), ROWS, n_learners, 0.35)
    test = splits_of(target, n_folds, n_repeats, seed)
    scores = np.nanmean(cross_validate(X, target, test), axis=2).T
    return pd.DataFrame(scores, columns=[f"m{k}" for k in range(n_learners)])


def rejections(seed, n_folds, n_repeats, truth):
    """Return which tests reject in one simulation."""
    scores = null_scores(seed, n_folds, n_repeats)
    n_test = ROWS // n_folds
    repeats = np.repeat(np.arange(n_repeats), n_folds)
    options = {"n_train": ROWS - n_test, "n_test": n_test, "repeats": repeats}
    named = compare_scores(scores, reference="m0", **options).iloc[1:]
    best = compare_scores(scores, reference="best", **options)
    first, gaps = named.iloc[0], scores["m1"] - scores["m0"]
    naive = stats.ttest_1samp(gaps, 0).pvalue if gaps.any() else 1.0
    lower, upper = best.loc[0, ["lower", "upper"]]
    return {
        "paired t-test as if splits were independent": naive < 0.05,
        "corrected resampled t-test": first["p"] < 0.05,
        "the same, Holm, any of 5 against a named baseline": named["p_adjusted"].min()
        < 0.05,
        "the same, Holm, any of 5 against the best of all 6": best["p_adjusted"].min()
        < 0.05,
        "Bayesian correlated t-test, rope 0.01, 95 % better or worse": max(
            first["p_better"], first["p_worse"]
        )
        > 0.95,
        "Wilcoxon over repeats": first["p_wilcoxon"] < 0.05,
        "95 % interval of a mean score misses it": not lower <= truth <= upper,
    }


def set_rejections(seed, n_sets=12):
    """Return which tests over several fresh tables reject in one simulation."""
    scores = pd.DataFrame(
        [null_scores(seed * n_sets + k, 5, 1).mean() for k in range(n_sets)]
    )
    found = compare_over_datasets(scores)
    pair = found.pairs.set_index(["choice_a", "choice_b"])["p_wilcoxon"]
    p_pair = pair.get(("m0", "m1"), pair.get(("m1", "m0")))
    return {
        "Friedman, chi²": found.chi2_p < 0.05,
        "Friedman, F of Iman and Davenport": found.f_p < 0.05,
        "Nemenyi, any of 15 pairs": found.pairs["p_nemenyi"].min() < 0.05,
        "Wilcoxon over data sets, one pair": p_pair < 0.05,
        "the same, Holm, any of 15 pairs": found.pairs["p_adjusted"].min() < 0.05,
    }


def expected_score(n_train, n_draws=2000):
    """Return the population accuracy of a learner with `n_train` training rows."""
    rng = np.random.default_rng(10**6)
    X, target = draw(rng, n_train, n_draws, 0.35)
    fresh, labels = draw(rng, 1000, n_draws, 0.35)
    decided = ridge(X, target, np.ones((1, n_train)), at=fresh)
    return float(((decided > 0) == (labels > 0)).mean())


def rates(simulate, n_simulations):
    """Return the share of simulations in which each test rejects, in percent."""
    return 100 * pd.DataFrame([simulate(seed) for seed in range(n_simulations)]).mean()


def null_table(n_simulations):
    """Return the first table: rates by test and scheme."""
    columns = {}
    for name, (n_folds, n_repeats) in SCHEMES.items():
        truth = expected_score(ROWS - ROWS // n_folds)
        simulate = partial(
            rejections, n_folds=n_folds, n_repeats=n_repeats, truth=truth
        )
        columns[name] = rates(simulate, n_simulations)
    frame = pd.DataFrame(columns)
    frame.loc["Wilcoxon over repeats", ["5 folds", "10 folds"]] = np.nan
    shown = frame.map(lambda rate: "" if np.isnan(rate) else f"{rate:.1f}")
    return table(shown.reset_index().to_numpy(), ["test", *SCHEMES])


def nested(X, target, test, right):
    """Return the mean score of what is chosen without each test fold."""
    scores = []
    for k, fold in enumerate(test):
        inner = np.delete(test, k, axis=0)
        decided = ridge(X, target, (~(inner | fold)).astype(float)) > 0
        hits = np.where(inner, decided == (target > 0), np.nan)
        best = np.nanmean(hits, axis=(1, 2)).argmax()
        scores.append(np.nanmean(right[best, k]))
    return np.mean(scores)


def luck(seed, shift, n_rows=100, n_choices=50):
    """Return what the best of 50 choices seems to score, less what it does score.

    Without a shift nothing can be learnt; with None nothing is: choices guess.
    """
    rng = np.random.default_rng(seed)
    X, target = draw(rng, n_rows, n_choices, shift or 0.0)
    test = splits_of(target, 10, 1, seed)
    right = cross_validate(X, target, test)
    if shift is None:
        guessed = rng.integers(2, size=(n_choices, 1, n_rows))
        right = np.where(test, guessed, np.nan)
    pooled = np.nanmax(right, axis=1).T
    rows = correct_winner(
        target, pooled, lambda _, right: right, n_bootstraps=500, random_state=seed
    )
    by_split = correct_winner_by_splits(pd.DataFrame(np.nanmean(right, axis=2).T))
    fresh, labels = draw(rng, 4000, 1, shift or 0.0)
    winner = X[[rows.choice]]
    decided = ridge(winner, target, np.ones((1, n_rows)), at=fresh)
    truth = ((decided[0, 0] > 0) == (labels > 0)).mean() if shift else 0.5
    return {
        "true": truth,
        "as it stands": rows.naive - truth,
        "bootstrap bias corrected (BBC)": rows.corrected - truth,
        "Tibshirani and Tibshirani": by_split.corrected - truth,
        # guesses are not fitted, so that there is nothing to nest
        "nested cross-validation, refitted": np.nan
        if shift is None
        else nested(X, target, test, right) - truth,
        "missed": not rows.lower <= truth <= rows.upper,
    }


def luck_table(n_simulations):
    """Return the third table: bias of the winner's score."""
    rows = []
    for name, shift in (
        ("guesses", None),
        ("learnt from pure noise", 0.0),
        ("equally good", 0.35),
    ):
        found = pd.DataFrame([luck(seed, shift) for seed in range(n_simulations)])
        missed, truth = found.pop("missed").mean(), found.pop("true").mean()
        error = found.std() / np.sqrt(len(found))
        for method, bias in found.mean().dropna().items():
            spread = f"{found[method].std():.3f}"
            note = f"{100 * missed:.1f}" if "BBC" in method else ""
            cells = f"{truth:.3f}", method, f"{bias:+.4f} ± {error[method]:.4f}"
            rows.append((name, *cells, spread, note))
    return table(
        rows,
        (
            "50 choices",
            "true score",
            "estimate",
            "bias ± standard error",
            "sd of the error",
            "interval misses (%)",
        ),
    )


def main(quick=False):
    """Return the tables."""
    check_ridge()
    n_simulations = 40 if quick else 500
    over_sets = rates(set_rejections, n_simulations).map("{:.1f}".format)
    return {
        "null": null_table(n_simulations),
        "datasets": table(
            over_sets.reset_index().to_numpy(), ("over 12 data sets", "rate")
        ),
        "winner": luck_table(n_simulations),
    }


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--quick", action="store_true")
    show(main(parser.parse_args().quick))
