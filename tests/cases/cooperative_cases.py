"""Samples and walks that the tests of cooperative learning share."""

import numpy as np
from scipy import sparse

from mmensemble.fusion.feature.cooperative._design import Sample
from mmensemble.fusion.feature.cooperative._path import AgreementPath, Logistic, Squared
from mmensemble.modality import Block

LOSSES = {"squared": Squared(), "binary": Logistic(), "multinomial": Logistic()}


def block(values, present=None, *, as_sparse=False):
    """Make a block of all rows, or of the present ones out of all."""
    present = np.ones(len(values), dtype=bool) if present is None else present
    own = values[present]
    own = sparse.csr_matrix(own) if as_sparse else own
    return Block(own, present, tuple(map(str, range(values.shape[1]))))


def draw(kind, sizes=(8, 6, 7), n_samples=60, missing=0.0, seed=0, weighted=False):
    """Draw a sample of standard normal views that know a linear target."""
    rng = np.random.default_rng(seed)
    views = [rng.normal(size=(n_samples, size)) for size in sizes]
    signal = sum(view[:, :2].sum(axis=1) for view in views) / 2
    if kind == "squared":
        targets = np.column_stack([signal + rng.normal(size=n_samples), views[0][:, 1]])
        targets = (targets - targets.mean(axis=0)) / targets.std(axis=0)
    elif kind == "binary":
        targets = (signal + rng.logistic(size=n_samples) > 0)[:, None].astype(float)
    else:
        codes = np.digitize(signal + rng.normal(size=n_samples), [-0.7, 0.7])
        targets = np.eye(3)[codes]
    present = rng.random((n_samples, len(sizes))) >= missing
    present[present.sum(axis=1) == 0, 0] = True
    weight = rng.random(n_samples) if weighted else np.ones(n_samples)
    blocks = tuple(block(v, p) for v, p in zip(views, present.T, strict=True))
    return Sample(blocks, targets, weight, LOSSES[kind], tuple("abc"[: len(sizes)]))


def walk(sample, rho, share, *, l1_ratio=1.0, tol=1e-10, steps=6):
    """Walk to a share of the largest penalty; return path and penalty."""
    scalings = sample.scalings([{}] * len(sample.blocks))
    path = AgreementPath(sample, scalings, rho=rho, l1_ratio=l1_ratio, tol=tol)
    for penalty in path.largest_penalty() * np.geomspace(1, share, steps):
        path.step(penalty)
    return path, penalty


def augmented(path, rho):
    """Return the authors' system: the rows, and a row block for each pair."""
    design = path.design
    X = design.columns(np.arange(len(design.view)))
    own = [np.where(design.view == m, X, 0.0) for m in range(design.n_views)]
    pairs = [(m, k) for m in range(len(own)) for k in range(m)]
    rows = [np.sqrt(rho) * (own[k] - own[m]) for m, k in pairs]
    return np.vstack([X, *rows])
