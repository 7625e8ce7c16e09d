"""Which views does stacking select? Stacked penalised logistic regression's design.

30 views of 25 standard normal features, correlated within and between views. In
5 views every feature has a weight, in 5 more every second one, in the other 20
none; the weights are 2 / sqrt(25) in size with random signs, and the class is
drawn from the logistic model: the generator that van Loon, Fokkema, Szabo &
de Rooij (2020) use, with settings that run in minutes. The stack is ours by
default, non-negative weights with a lasso, on logistic regressions with one fixed
ridge penalty, because choosing it for 30 views takes most of the time. The group
lasso chooses its penalty by 5 folds, with and without the rule of one standard
error.
"""

import argparse

import numpy as np
from _timing import show, table
from scipy.special import expit
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import StratifiedKFold

from mmensemble import ConcatFusion, MultimodalClassifier, StackingFusion

VIEWS, WIDTH, NEW = 30, 25, 1000
SHARES = np.repeat([1.0, 0.5, 0.0], [5, 5, 20])
CORRELATIONS = ((0.1, 0.0), (0.5, 0.0), (0.5, 0.4))
GROUPS = np.repeat(np.arange(VIEWS), WIDTH)


def draw(n_samples, within, between, seed):
    """Return table and classes, the new rows last."""
    rng = np.random.default_rng(seed)
    n_rows = n_samples + NEW
    X = np.sqrt(1 - within) * rng.normal(size=(n_rows, VIEWS * WIDTH))
    X += np.sqrt(within - between) * rng.normal(size=(n_rows, VIEWS))[:, GROUPS]
    X += np.sqrt(between) * rng.normal(size=(n_rows, 1))
    used = np.zeros(VIEWS * WIDTH)
    for view, share in enumerate(SHARES):
        chosen = rng.permutation(WIDTH)[: int(np.ceil(share * WIDTH))]
        used[view * WIDTH + chosen] = 1
    coef = used * rng.choice([-1, 1], VIEWS * WIDTH) * 2 / np.sqrt(WIDTH)
    return X, (rng.random(n_rows) < expit(X @ coef)).astype(int)


def group_lassos(X, y, new):
    """Return {rule: (coefficients, scores of new rows)} of group lasso regressions."""
    mean, scale = X.mean(axis=0), X.std(axis=0)
    Z = (X - mean) / scale
    slope = Z.T @ (y - y.mean()) / len(y)
    penalties = _norms(slope).max() * np.geomspace(1, 0.05, 20)
    folds = StratifiedKFold(5, shuffle=True, random_state=0).split(Z, y)
    losses = np.array([_losses(Z, y, split, penalties) for split in folds])
    means = losses.mean(axis=0)
    best = int(means.argmin())
    slack = losses[:, best].std(ddof=1) / np.sqrt(len(losses))
    within = int(np.flatnonzero(means <= means[best] + slack)[0])
    fits = list(_path(Z, y, penalties[: best + 1]))
    found = {}
    for rule, step in (("", best), (", one s.e.", within)):
        coef, intercept = fits[step]
        found[rule] = coef, (new - mean) / scale @ coef + intercept
    return found


def _norms(coef):
    return np.sqrt(np.bincount(GROUPS, coef**2) / WIDTH)


def _losses(Z, y, split, penalties):
    train, test = split
    scores = [Z[test] @ w + b for w, b in _path(Z[train], y[train], penalties)]
    return [np.mean(np.logaddexp(0, s) - y[test] * s) for s in scores]


def _path(Z, y, penalties):
    """Yield coefficients and intercept for falling penalties, warm-started."""
    step = 4 * len(y) / (np.linalg.norm(Z, 2) ** 2 + len(y))
    state = np.zeros(Z.shape[1] + 1)
    for penalty in penalties:
        state = _descend(Z, y, penalty, step, state)
        yield state[:-1], state[-1]


def _descend(Z, y, penalty, step, state, tol=1e-4):
    ahead, pace = state, 1.0
    for _ in range(500):
        error = (expit(Z @ ahead[:-1] + ahead[-1]) - y) / len(y)
        new = ahead - step * np.append(Z.T @ error, error.sum())
        norms = np.maximum(_norms(new[:-1]), 1e-300)
        new[:-1] *= np.maximum(1 - step * penalty / norms, 0)[GROUPS]
        faster = (1 + np.sqrt(1 + 4 * pace**2)) / 2
        ahead = new + (pace - 1) / faster * (new - state)
        done = np.abs(new - state).max() <= tol * max(np.abs(new).max(), 1e-3)
        state, pace = new, faster
        if done:
            break
    return state


def fits(X, y, n_samples):
    """Return {method: (selected views or None, test accuracy)}."""
    seen, new = slice(0, n_samples), slice(n_samples, None)
    views = [
        (f"v{v}", "passthrough", slice(v * WIDTH, (v + 1) * WIDTH))
        for v in range(VIEWS)
    ]
    found = {}
    fusions = {"stacking, the default": StackingFusion(max_patterns=1)}
    fusions["all features, ridge"] = ConcatFusion(max_patterns=1)
    for name, fusion in fusions.items():
        model = MultimodalClassifier(
            views, fusion=fusion, estimator=LogisticRegression(C=0.01), random_state=0
        )
        model.fit(X[seen], y[seen])
        weights = getattr(model.fusion_, "final_estimator_", None)
        chosen = None if weights is None else weights.weights_ > 1e-6
        found[name] = chosen, model.score(X[new], y[new])
    for rule, (coef, scores) in group_lassos(X[seen], y[seen], X[new]).items():
        right = np.mean((scores > 0) == y[new])
        found[f"group lasso{rule}"] = _norms(coef) > 0, right
    return found


def setting_rows(n_samples, within, between, repeats):
    """Return one row a method for one setting."""
    runs = [
        fits(*draw(n_samples, within, between, seed), n_samples)
        for seed in range(repeats)
    ]
    signal = SHARES > 0
    rows = []
    for name in runs[0]:
        cells = ["", "", ""]
        if runs[0][name][0] is not None:
            chosen = np.array([run[name][0] for run in runs])
            hits = chosen[:, signal].mean(), chosen[:, ~signal].mean()
            right = (chosen == signal).mean()
            cells = [f"{value:.2f}" for value in (*hits, right)]
        accuracy = [run[name][1] for run in runs]
        error = np.std(accuracy, ddof=1) / np.sqrt(repeats)
        score = f"{np.mean(accuracy):.3f} ± {error:.3f}"
        rows.append((str(n_samples), f"{within}, {between}", name, *cells, score))
        print("|", " | ".join(rows[-1]), "|", flush=True)
    return rows


def main(quick=False):
    """Return the table."""
    repeats = {200: 4} if quick else {200: 10, 1000: 4}
    rows = [
        row
        for n_samples, times in repeats.items()
        for correlation in CORRELATIONS
        for row in setting_rows(n_samples, *correlation, times)
    ]
    head = (
        "n",
        "correlation within, between",
        "method",
        "signal views found",
        "noise views taken",
        "views right",
        "test accuracy ± s.e.",
    )
    return table(rows, head)


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--quick", action="store_true")
    show(main(parser.parse_args().quick))
