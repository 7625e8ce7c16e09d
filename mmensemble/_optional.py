"""Libraries that are not needed for most: imported late, by one function."""

from importlib import import_module

#: The package that brings a library, and the extra of ours that brings both.
EXTRAS = {
    "PIL": ("Pillow", "image"),
    "faiss": ("faiss-cpu", "search"),
    "jinja2": ("jinja2", "report"),
    "matplotlib": ("matplotlib", "plot"),
    "onnxruntime": ("onnxruntime", "encoders"),
    "openpyxl": ("openpyxl", "excel"),
    "polars": ("polars", "polars"),
    "pyarrow": ("pyarrow", "parquet"),
    "skimage": ("scikit-image", "image"),
    "skl2onnx": ("skl2onnx", "onnx"),
    "skops": ("skops", "deploy"),
    "tokenizers": ("tokenizers", "encoders"),
}


def optional_module(name, owner, instead=""):
    """Return a module of a library that may not be installed.

    Parameters
    ----------
    name : str
        Of the module, as ``"matplotlib.pyplot"``.
    owner : str
        Who needs it: the subject of the error's sentence.
    instead : str, default=""
        What else can be done, as a clause.

    Returns
    -------
    module : module

    Raises
    ------
    ImportError
        Where it is not installed, or cannot be imported.

    Examples
    --------
    >>> optional_module("json", "A page").dumps([1])
    '[1]'
    """
    library = name.partition(".")[0]
    try:
        import_module(library)
        return import_module(name)
    except ImportError as error:
        package, extra = EXTRAS[library]
        raise ImportError(
            f"{owner} needs the library {package}: pip install "
            f"'mmensemble[{extra}]'{instead and ', '}{instead}."
        ) from error
