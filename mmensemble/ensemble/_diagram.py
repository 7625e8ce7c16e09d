"""The HTML diagram: one column a modality, the fusion below."""

from reprlib import repr as short

from mmensemble._compat import VisualBlock


def diagram(modalities, estimator, fusion):
    """Return the visual block of a multimodal estimator.

    Parameters
    ----------
    modalities : "auto" or list of (name, extractor, columns)
    estimator : None, estimator object or list of (name, estimator)
    fusion : str or BaseFusion
    """
    if isinstance(modalities, str):
        names, extractors, columns = ["modalities"], ["auto"], ["by prefix"]
    else:
        names, extractors, columns = zip(*modalities, strict=True)
    parts = VisualBlock(
        "parallel",
        list(extractors),
        names=list(names),
        name_details=[c if isinstance(c, str) else short(c) for c in columns],
    )
    learners = estimator if isinstance(estimator, list) else [("estimator", estimator)]
    shown = [(name, learner) for name, learner in learners if learner is not None]
    steps = [parts]
    if shown:
        steps.append(
            VisualBlock("parallel", [e for _, e in shown], names=[n for n, _ in shown])
        )
    steps.append(VisualBlock("parallel", [fusion], names=["fusion"]))
    return VisualBlock("serial", steps, dash_wrapped=False)
