"""Cooperative learning on the authors' factor models, beside other ways to fuse.

200 training rows, two views of 500 standard normal features, 30 shared factors
added with strength 2 to the first 30 features of each, and a target of 8 times
the sum of the factors plus 33 times noise (Ding et al. 2022, and their code).
Errors are mean squared, against the noiseless mean, on 2,000 new rows. All
methods are the lasso with its penalty chosen by 10 folds.
"""

import argparse

import numpy as np
from _timing import show, table
from scipy.optimize import nnls
from sklearn.linear_model import LassoCV, LinearRegression
from sklearn.model_selection import KFold, cross_val_predict
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from mmensemble import CooperativeFusion, MultimodalRegressor

WIDTH, FACTORS, ROWS, NEW = 500, 30, 200, 2000
#: Figures of another implementation, on 10 seeds of its own.
THEIRS = {
    "mean only": "1930 ± 16",
    "first view": "1627 ± 70",
    "second view": "1634 ± 52",
    "early fusion": "1635 ± 70",
    "late fusion, 30 % hold-out": "1928 ± 92",
    "non-negative out-of-fold stack": "1542 ± 89",
    "mean of the views": "1472 ± 68",
    "cooperative, rho by CV": "1392 ± 47",
}
#: Strength of the factors in each view, and how much noise the target has.
DESIGNS = {
    "both views": (2.0, 2.0, 33.0),
    "first view only": (2.0, 0.0, 33.0),
    "second view only": (0.0, 2.0, 33.0),
}
#: Data sets drawn of each design.
SEEDS = {"both views": 10, "first view only": 5, "second view only": 5}


def draw(seed, strengths, noise):
    """Return training table and target, new table, and its noiseless mean."""
    rng = np.random.default_rng(seed)
    n_samples = ROWS + NEW
    factors = rng.normal(size=(n_samples, FACTORS))
    views = rng.normal(size=(2, n_samples, WIDTH))
    for view, strength in zip(views, strengths, strict=True):
        view[:, :FACTORS] += strength * factors
    mean = 8 * factors.sum(axis=1)
    y = mean + noise * rng.normal(size=n_samples)
    X = np.hstack(views)
    return X[:ROWS], y[:ROWS], X[ROWS:], mean[ROWS:]


def lasso(X, y):
    """Return a lasso whose penalty 10 folds choose, fitted."""
    folds = KFold(10, shuffle=True, random_state=0)
    model = LassoCV(cv=folds, alphas=50, eps=1e-2, tol=1e-3, max_iter=5000)
    return make_pipeline(StandardScaler(), model).fit(X, y)


def cooperative(X, y, **params):
    """Return a fitted model of the two views with CooperativeFusion."""
    views = [
        ("first", "passthrough", slice(0, WIDTH)),
        ("second", "passthrough", slice(WIDTH, None)),
    ]
    fusion = CooperativeFusion(n_folds=10, **params)
    return MultimodalRegressor(views, fusion=fusion, random_state=0).fit(X, y)


def held_out(X, y, new):
    """Return late fusion: views learnt on 70 %, weighed by the other 30 %."""
    cut = int(0.7 * len(y))
    models = [lasso(view[:cut], y[:cut]) for view in X]
    late = [m.predict(view[cut:]) for m, view in zip(models, X, strict=True)]
    weigh = LinearRegression().fit(np.column_stack(late), y[cut:])
    seen = [m.predict(view) for m, view in zip(models, new, strict=True)]
    return weigh.predict(np.column_stack(seen))


def stacked(X, y, new, models):
    """Return a stack with non-negative weights on out-of-fold predictions."""
    folds = KFold(5, shuffle=True, random_state=1)
    inner = [
        cross_val_predict(m, view, y, cv=folds)
        for m, view in zip(models, X, strict=True)
    ]
    level = [part.mean() for part in inner]
    weights = nnls(np.column_stack(inner) - level, y - y.mean())[0]
    seen = [m.predict(view) for m, view in zip(models, new, strict=True)]
    return y.mean() + (np.column_stack(seen) - level) @ weights


def errors(seed, design):
    """Return {method: error} for one data set."""
    first, second, noise = DESIGNS[design]
    X, y, new, mean = draw(seed, (first, second), noise)
    views = X[:, :WIDTH], X[:, WIDTH:]
    new_views = new[:, :WIDTH], new[:, WIDTH:]
    models = [lasso(view, y) for view in views]
    alone = [m.predict(view) for m, view in zip(models, new_views, strict=True)]
    fitted = {
        "mean only": np.full(NEW, y.mean()),
        "first view": alone[0],
        "second view": alone[1],
        "early fusion": lasso(X, y).predict(new),
        "late fusion, 30 % hold-out": held_out(views, y, new_views),
        "mean of the views": np.mean(alone, axis=0),
    }
    if design == "both views":
        fitted["non-negative out-of-fold stack"] = stacked(views, y, new_views, models)
    chosen = cooperative(X, y)
    for rho, losses in zip(chosen.fusion_.rhos, chosen.fusion_.losses_, strict=True):
        penalty = chosen.fusion_.penalties_[losses.argmin()]
        model = cooperative(X, y, rho=rho, penalty=penalty)
        fitted[f"cooperative, rho = {rho:g}"] = model.predict(new)
    fitted["cooperative, rho by CV"] = chosen.predict(new)
    if design != "both views":
        adaptive = cooperative(X, y, adaptive=True)
        fitted["adaptive cooperative, rho by CV"] = adaptive.predict(new)
    found = {name: np.mean((p - mean) ** 2) for name, p in fitted.items()}
    print(design, seed, {name: round(value) for name, value in found.items()})
    return found


def design_rows(design, seeds):
    """Return one row a method: mean error and its standard error."""
    found = [errors(seed, design) for seed in range(seeds)]
    rows = []
    for name in found[0]:
        values = [one[name] for one in found]
        error = np.std(values, ddof=1) / np.sqrt(seeds)
        theirs = THEIRS.get(name, "") if design == "both views" else ""
        rows.append((design, name, f"{np.mean(values):.0f} ± {error:.0f}", theirs))
        print("|", " | ".join(rows[-1]), "|", flush=True)
    return rows


def main(quick=False):
    """Return the table."""
    seeds = dict.fromkeys(DESIGNS, 2) if quick else SEEDS
    rows = [row for design in DESIGNS for row in design_rows(design, seeds[design])]
    return table(
        rows, ("factors in", "method", "error ± s.e.", "another implementation")
    )


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--quick", action="store_true")
    show(main(parser.parse_args().quick))
