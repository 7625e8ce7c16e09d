"""The HTML diagram: one column a modality, the fusion below."""

from reprlib import repr as short

from mmensemble._compat import VisualBlock


def diagram(modalities, estimator, fusion, description=None):
    """Return the visual block of a multimodal estimator.

    Parameters
    ----------
    modalities : "auto" or list of (name, extractor, columns)
    estimator : None, estimator object or list of (name, estimator)
    fusion : str or BaseFusion
    description : Description, default=None
        Of the fit: what the columns were taken for.
    """
    if isinstance(modalities, str):
        names, extractors, columns = ["modalities"], ["auto"], ["by prefix"]
    else:
        names, extractors, columns = zip(*modalities, strict=True)
    details = [c if isinstance(c, str) else short(c) for c in columns]
    if description is not None:
        details = [
            f"{shown}: {description.of_modality(name)}"
            for name, shown in zip(names, details, strict=True)
        ]
    parts = VisualBlock(
        "parallel",
        list(extractors),
        names=list(names),
        name_details=details,
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
