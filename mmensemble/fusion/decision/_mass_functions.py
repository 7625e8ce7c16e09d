"""Mass functions on single classes and the whole frame, and their combination.

A member's probabilities p, discounted by reliabilities r, put the mass r_k p_k on
class k and the rest on the frame of all classes. Such masses have closed forms
under every rule here, so that no rule lists the subsets of classes. Arrays are
`singles` of shape (n_samples, n_members, n_classes) and `frame` of shape
(n_samples, n_members); an absent member's mass is vacuous, all on the frame.
"""

import numpy as np
from scipy.optimize import minimize

#: A reliability of one could not be contradicted, and nothing learnt from it.
MOST_RELIABLE = 1 - 1e-4
#: Where the search for reliabilities begins: halfway between its bounds.
_START = 0.5
#: The cautious rule's loss has kinks, where a search may stop and a new one go on.
_RESTARTS = {"cautious": 3}


def discount(predictions, reliabilities):
    """Return masses (Shafer 1976, "A Mathematical Theory of Evidence", chapter 11).

    Parameters
    ----------
    predictions : ndarray of shape (n_samples, n_members, n_classes)
        NaN where a member has none.
    reliabilities : ndarray of shape (n_members, n_classes)

    Returns
    -------
    singles : ndarray of shape (n_samples, n_members, n_classes)
    frame : ndarray of shape (n_samples, n_members)
    """
    return _discount(_zero_where_absent(predictions), reliabilities)


def _discount(known, reliabilities):
    singles = known * reliabilities
    return singles, 1 - singles.sum(axis=2)


def _zero_where_absent(predictions):
    return np.where(np.isnan(predictions), 0.0, predictions)


def dempster(singles, frame):
    """Dempster's rule: conflict is ruled out, all else scaled up.

    Returns
    -------
    singles : ndarray of shape (n_samples, n_classes)
    frame : ndarray of shape (n_samples,)
    """
    logs, total, shift = _dempster_parts(singles, frame)
    least = np.exp(-shift)
    return (np.exp(logs - shift) - least) / total, (least / total)[:, 0]


def dempster_slope(singles, frame, targets):
    """Return each row's chance of its own class, and the slope of its log loss.

    The slope is by `singles`, of their shape.
    """
    logs, total, shift = _dempster_parts(singles, frame)
    scaled, least = np.exp(logs - shift), np.exp(-shift)
    own = scaled - (1 - 1 / targets.shape[1]) * least
    by_log = scaled / total - targets * (scaled / own)
    chance = (targets * own).sum(axis=1) / total[:, 0]
    return chance, _by_products(by_log, by_log.sum(axis=1), singles, frame)


def _dempster_parts(singles, frame):
    """Logs of the masses beside the frame's, plus one, and what scales them."""
    logs = np.log1p(singles / frame[..., None]).sum(axis=1)
    shift = logs.max(axis=1, keepdims=True)
    spare = (logs.shape[1] - 1) * np.exp(-shift)
    total = np.exp(logs - shift).sum(axis=1, keepdims=True) - spare
    return logs, total, shift


def yager(singles, frame):
    """Yager's rule: conflict becomes ignorance, mass of the frame."""
    classes = _conjunctive(singles, frame)[0]
    return classes, 1 - classes.sum(axis=1)


def yager_slope(singles, frame, targets):
    """Return the same as `dempster_slope` under Yager's rule."""
    both = (singles + frame[..., None]).prod(axis=1)
    chance = (pignistic(*yager(singles, frame)) * targets).sum(axis=1)
    by_product = (1 / targets.shape[1] - targets) / chance[:, None] * both
    return chance, _by_products(by_product, np.zeros(len(frame)), singles, frame)


def cautious(singles, frame):
    """Denœux's normalised cautious rule: the same evidence counts once."""
    odds = (singles / frame[..., None]).max(axis=1)
    total = 1 + odds.sum(axis=1, keepdims=True)
    return odds / total, 1 / total[:, 0]


def cautious_slope(singles, frame, targets):
    """Return the same as `dempster_slope` under the cautious rule."""
    ratios = singles / frame[..., None]
    odds = ratios.max(axis=1)
    total, own = 1 + odds.sum(axis=1), odds + 1 / targets.shape[1]
    by_odds = 1 / total[:, None] - targets / own
    leads = np.zeros_like(ratios)
    np.put_along_axis(leads, ratios.argmax(axis=1)[:, None], 1.0, axis=1)
    by_ratio = leads * by_odds[:, None]
    through_frame = (by_ratio * ratios).sum(axis=2, keepdims=True)
    chance = (targets * own).sum(axis=1) / total
    return chance, (by_ratio + through_frame) / frame[..., None]


def _by_products(by_log, by_log_frame, singles, frame):
    """Chain the derivatives by the logs of products of ``singles + frame``.

    The frame holds what the classes leave, so it falls as any of them rises.
    """
    ratio = by_log[:, None] / (singles + frame[..., None])
    rest = by_log_frame[:, None] / frame - ratio.sum(axis=2)
    return ratio + rest[..., None]


def _conjunctive(singles, frame):
    """Masses before conflict is dealt with; they sum to one minus the conflict."""
    unknown = frame.prod(axis=1)
    both = (singles + frame[..., None]).prod(axis=1)
    return both - unknown[:, None], unknown


def conflicting_mass(singles, frame):
    """Return the mass that the conjunction gives to no class at all, row by row."""
    classes, unknown = _conjunctive(singles, frame)
    return np.clip(1 - classes.sum(axis=1) - unknown, 0, 1)


def pignistic(singles, frame):
    """Return probabilities: the frame's mass in equal parts to all classes.

    Smets & Kennes (1994), "The transferable belief model", Artificial
    Intelligence 66(2).

    Parameters
    ----------
    singles : ndarray of shape (n_samples, n_classes)
    frame : ndarray of shape (n_samples,)
    """
    return singles + frame[:, None] / singles.shape[1]


RULES = {"dempster": dempster, "yager": yager, "cautious": cautious}
_SLOPES = {
    "dempster": dempster_slope,
    "yager": yager_slope,
    "cautious": cautious_slope,
}


def learn_reliabilities(predictions, targets, weight, rule, *, by_class, start=None):
    """Return reliabilities that minimise the log loss of the pignistic chances.

    Parameters
    ----------
    predictions : ndarray of shape (n_samples, n_members, n_classes)
    targets : ndarray of shape (n_samples, n_classes)
        Indicator matrix.
    weight : ndarray of shape (n_samples,)
        With a positive sum.
    rule : {"dempster", "yager", "cautious"}
    by_class : bool
        Whether a member has one reliability a class, or one in all.
    start : ndarray of shape (n_members, n_classes), default=None
        Where the search begins; None: one half for all.

    Returns
    -------
    reliabilities : ndarray of shape (n_members, n_classes)
    """
    n_members, n_classes = predictions.shape[1:]
    width = n_classes if by_class else 1
    # Rows are many and classes few: sums over classes are quick column by column.
    known = np.asfortranarray(_zero_where_absent(predictions))
    targets, share = np.asfortranarray(targets), weight / weight.sum()

    def spread(flat):
        return np.broadcast_to(flat.reshape(n_members, width), (n_members, n_classes))

    def loss(flat):
        value, slope = log_loss_slope(known, targets, share, rule, spread(flat))
        slope = slope if by_class else slope.sum(axis=1)
        return value, slope.ravel()

    start = np.full((n_members, width), _START) if start is None else start[:, :width]
    found = start.ravel()
    for _ in range(_RESTARTS.get(rule, 1)):
        found = minimize(
            loss,
            found,
            jac=True,
            method="L-BFGS-B",
            bounds=[(0, MOST_RELIABLE)] * (n_members * width),
            options={"maxiter": 200, "ftol": 1e-10, "gtol": 1e-7},
        ).x
    return np.array(spread(found))


def log_loss_slope(known, targets, share, rule, reliabilities):
    """Return the log loss and its derivatives by the reliabilities.

    Parameters
    ----------
    known : ndarray of shape (n_samples, n_members, n_classes)
        Probabilities; zero where a member has none.
    targets : ndarray of shape (n_samples, n_classes)
    share : ndarray of shape (n_samples,)
        Weights that sum to one.
    rule : {"dempster", "yager", "cautious"}
    reliabilities : ndarray of shape (n_members, n_classes)

    Returns
    -------
    loss : float
    slope : ndarray of shape (n_members, n_classes)
    """
    chance, slope = _SLOPES[rule](*_discount(known, reliabilities), targets)
    return -share @ np.log(chance), np.einsum("i,imk,imk->mk", share, slope, known)
