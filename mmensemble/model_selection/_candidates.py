"""What is compared: each modality alone, and the fusions of all of them."""

from sklearn.base import clone


def singles_and_fusions(model, modalities, fusions):
    """Return named models: one a modality, then one a fusion.

    Parameters
    ----------
    model : MultimodalClassifier or MultimodalRegressor
        Cloned for each; its own modalities and fusion are replaced.
    modalities : list of (name, extractor, columns)
    fusions : list of str
        Short names, see :func:`mmensemble.list_fusions`.

    Returns
    -------
    candidates : dict of str to estimator
        Keys are ``"modality only"`` and the short names.

    Examples
    --------
    >>> from mmensemble import MultimodalClassifier
    >>> from mmensemble.model_selection import singles_and_fusions
    >>> pair = [("audio", "auto", [0]), ("video", "auto", [1])]
    >>> list(singles_and_fusions(MultimodalClassifier(), pair, ["voting"]))
    ['audio only', 'video only', 'voting']
    """
    singles = {
        # one modality has nothing to fuse: the learner on its features, no folds
        f"{name} only": clone(model).set_params(
            modalities=[(name, extractor, columns)], fusion="concat"
        )
        for name, extractor, columns in modalities
    }
    fused = {
        fusion: clone(model).set_params(modalities=list(modalities), fusion=fusion)
        for fusion in fusions
    }
    return {**singles, **fused}
