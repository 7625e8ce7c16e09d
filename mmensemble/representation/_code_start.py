"""Where autoencoders start: at the linear model that they generalise."""

import numpy as np

from mmensemble.representation._covariance import joint_covariance
from mmensemble.representation._factor import GroupFactor
from mmensemble.representation._mfa import mfa

#: Precision of every encoder beside that of the prior, where they start as
#: principal components.
_PRECISION = 4.0
#: Steps of EM where they start as factors.
_STEPS = 30
#: Least noise variance of a block that training starts from, as a share of the
#: mean variance of its columns, and least precision of an encoder.
_LEAST_NOISE, _LEAST_PRECISION = 0.02, 1e-2
#: Factor of the random coefficients of units that the linear model leaves.
_REST = 0.25


def start_linear(net, theta, blocks, presence, weight):
    """Set the parameters so that the networks compute a linear model.

    Principal components of the blocks side by side, or the factors of group factor
    analysis for a variational net. A linear map passes rectified units in pairs,
    one for each sign; what units are left keep small random coefficients. Training
    only has to improve on it: few epochs are enough, and the codes stay those of
    the linear model where nothing speaks for a bend.

    Parameters
    ----------
    net : CodeNet
    theta : ndarray of shape (n_parameters,)
        As `CodeNet.draw` made it; changed in place.
    blocks : list of ndarray of shape (n_samples, n_columns)
        Zero where absent.
    presence : ndarray of bool of shape (n_samples, n_blocks)
    weight : ndarray of shape (n_samples,)
    """
    parts = net.layout.views(theta)
    matrix = np.hstack(blocks).astype(np.float64)
    model = _factors if net.is_variational else _components
    slices = net.slices
    for m, (coef, loadings, precision, noise) in enumerate(
        model(matrix, presence, slices, weight, net.n_components)
    ):
        log = np.log(precision)
        k = len(log)
        encoder, decoder = net.experts.network(m), net.decoders.network(m)
        _set_linear(encoder, parts, coef, net.hidden)
        _set_linear(decoder, parts, loadings, net.hidden)
        if net.experts.varies:
            parts[f"encoder{m}.coef1"][:, net.n_components :] *= _REST
            parts[f"encoder{m}.bias1"][net.n_components : net.n_components + k] = log
        else:
            parts[f"precision{m}"][:k] = log
        if net.is_variational:
            parts[f"noise{m}"][:] = np.log(noise)


def start_from(net, theta, other, taught):
    """Set the parameters to those that another net has learnt, as far as it has them.

    Parameters
    ----------
    net : CodeNet
    theta : ndarray of shape (n_parameters,)
        Changed in place; losses that the other one did not have start as drawn.
    other : CodeNet
        Of the same blocks and sizes.
    taught : ndarray of shape (n_other_parameters,)
    """
    parts, known = net.layout.views(theta), other.layout.views(taught)
    for name, part in parts.items():
        if name in known and known[name].shape == part.shape:
            part[...] = known[name]


def _components(matrix, presence, slices, weight, n_components):
    """Yield coefficients, loadings and precision of each block's encoder."""
    covariance = joint_covariance(matrix, presence, slices, weight)
    directions, _ = mfa(covariance, n_components)
    precision = np.full(directions.shape[1], _PRECISION)
    n_seen = sum(own.stop > own.start for own in slices)
    total = (1 + n_seen * _PRECISION) / _PRECISION
    for own in slices:
        yield directions[own] * total, directions[own].T, precision, None


def _factors(matrix, presence, slices, weight, n_components):
    """Yield the same of the factors, turned so that they are uncorrelated given x."""
    model = GroupFactor(n_components, max_iter=_STEPS)
    model.fit(matrix, presence, slices, weight)
    noise = []
    for m, own in enumerate(slices):
        variance = np.square(matrix[:, own]).mean() if own.stop > own.start else 1.0
        noise.append(max(model.noise_[m], _LEAST_NOISE * variance, 1e-12))
    weighted = np.vstack(
        [model.loadings_[own] / psi for own, psi in zip(slices, noise, strict=True)]
    )
    turn = np.linalg.eigh(model.loadings_.T @ weighted)[1][:, ::-1]
    loadings, weighted = model.loadings_ @ turn, weighted @ turn
    for own, psi in zip(slices, noise, strict=True):
        precision = (loadings[own] * weighted[own]).sum(axis=0)
        precision = np.maximum(precision, _LEAST_PRECISION)
        yield weighted[own] / precision, loadings[own].T, precision, psi


def _set_linear(network, parts, coef, hidden):
    """Write a linear map into a network, as much of it as its units hold."""
    name = network.name
    n_in, n_out = coef.shape
    if not hidden:
        parts[f"{name}.coef0"][:n_in, :n_out] = coef
        return
    first, last = parts[f"{name}.coef0"], parts[f"{name}.coef1"]
    inner, outer = _halves(coef, hidden // 2)
    n_pairs = len(outer)
    first *= _REST
    last *= _REST
    first[:, : 2 * n_pairs] = 0
    last[: 2 * n_pairs] = 0
    for sign, start in ((1, 0), (-1, n_pairs)):
        pairs = slice(start, start + n_pairs)
        first[:n_in, pairs] = sign * inner
        last[pairs, :n_out] = sign * outer


def _halves(coef, most):
    """Return two matrices whose product is `coef`, of at most `most` units between.

    One is the identity where the units are enough for the smaller side: each unit
    then stands for one component of the code.
    """
    n_in, n_out = coef.shape
    if n_out <= min(most, n_in):
        return coef, np.eye(n_out)
    if n_in <= min(most, n_out):
        return np.eye(n_in), coef
    left, spread, right = np.linalg.svd(coef, full_matrices=False)
    root = np.sqrt(spread[:most])
    return left[:, :most] * root, root[:, None] * right[:most]
