"""Docstrings and constructors of what is public."""

import ast
import importlib
import inspect
import pkgutil
import textwrap
from itertools import combinations

import pytest
from sklearn.base import BaseEstimator
from sklearn.model_selection import GridSearchCV

import mmensemble

ClassDoc = pytest.importorskip("numpydoc.docscrape").ClassDoc
validate = pytest.importorskip("numpydoc.validate").validate

FRONTS = [
    "mmensemble",
    *(
        f"mmensemble.{room.name}"
        for room in pkgutil.iter_modules(mmensemble.__path__)
        if room.ispkg
    ),
]
#: Errors of numpydoc that are no errors here.
IGNORED = {
    "GL01",  # summaries begin on the line of the quotes, as in scikit-learn
    "ES01",  # a summary may say all there is to say
    "SA01",  # See Also only where there is something to see
    "EX01",  # examples are asked of classes only, below
    "SS06",  # a summary may need a second line
    "RT02",  # what is returned has a name, as in scikit-learn
}
#: Those of one-line docstrings of methods that scikit-learn's users know by heart.
IGNORED_IN_METHODS = IGNORED | {
    "PR01",  # X and y mean in every method what they mean in fit
    "RT01",  # the summary says what is returned
    "PR07",  # the shape says what X, y and the weights are
    "RT03",  # so it does of what is returned
}


def public_objects():
    """Return every public class and function by its shortest name."""
    found = {}
    for front in FRONTS:
        module = importlib.import_module(front)
        for name in getattr(module, "__all__", []):
            thing = getattr(module, name)
            if inspect.isclass(thing) or inspect.isfunction(thing):
                found.setdefault(thing, f"{front}.{name}")
    return {name: thing for thing, name in found.items()}


OBJECTS = public_objects()
CLASSES = {name: t for name, t in OBJECTS.items() if inspect.isclass(t)}
ESTIMATORS = {name: c for name, c in CLASSES.items() if issubclass(c, BaseEstimator)}
SIBLINGS = [
    pytest.param(*pair, id=" and ".join(name.split(".")[-1] for name in pair))
    for pair in combinations(
        [
            name
            for name, cls in ESTIMATORS.items()
            if name.split(".")[-1].startswith("Multimodal")
            and "modalities" in inspect.signature(cls).parameters
        ],
        2,
    )
]


def public_methods():
    """Return the methods that public classes define in this package."""
    found = []
    for name, thing in CLASSES.items():
        for method, value in inspect.getmembers(thing, callable):
            own = getattr(value, "__module__", "") or ""
            if not method.startswith("_") and own.startswith("mmensemble"):
                found.append(f"{name}.{method}")
    return found


def errors_of(name, ignored):
    """Return what numpydoc finds wrong with a docstring."""
    return [error for error in validate(name)["errors"] if error[0] not in ignored]


def signature_of(thing):
    """Return the parameters of a constructor, without self."""
    return list(inspect.signature(thing).parameters.values())


each_estimator = pytest.mark.parametrize("name", ESTIMATORS)


@pytest.mark.parametrize("name", OBJECTS)
def test_docstrings_of_classes_and_functions_are_valid(name):
    """Sections, parameters and punctuation are as numpydoc wants them."""
    assert errors_of(name, IGNORED) == []


@pytest.mark.parametrize("name", public_methods())
def test_docstrings_of_methods_are_valid(name):
    """A method has a docstring; one with sections has them all right."""
    assert errors_of(name, IGNORED_IN_METHODS) == []


@pytest.mark.parametrize("name", CLASSES)
def test_classes_have_an_example(name):
    """A reader can copy a running example from every class."""
    assert ">>>" in "\n".join(ClassDoc(CLASSES[name])["Examples"])


@pytest.mark.parametrize(("one", "other"), SIBLINGS)
def test_siblings_describe_parameters_in_the_same_words(one, other):
    """What has the same name in sibling estimators is described the same."""
    described = []
    for name in (one, other):
        entries = ClassDoc(ESTIMATORS[name])["Parameters"]
        types = {e.name: e.type.split(", default=")[0] for e in entries}
        described.append({e.name: (types[e.name], " ".join(e.desc)) for e in entries})
    shared = set(described[0]) & set(described[1])
    assert len(shared) > 3
    assert {k: described[0][k] for k in shared} == {k: described[1][k] for k in shared}


def own_constructors(thing):
    """Return the statements of every constructor that runs when a class is called."""
    statements = []
    for base in inspect.getmro(thing):
        constructor = vars(base).get("__init__")
        if constructor is None or not base.__module__.startswith("mmensemble"):
            continue
        tree = ast.parse(textwrap.dedent(inspect.getsource(constructor))).body[0]
        statements += tree.body[1:] if ast.get_docstring(tree) else tree.body
        if not any("super().__init__(" in ast.unparse(node) for node in tree.body):
            break
    return [ast.unparse(statement) for statement in statements]


@each_estimator
def test_constructors_only_assign(name):
    """A constructor stores each argument itself, under its name, and does no more."""
    names = [parameter.name for parameter in signature_of(ESTIMATORS[name])]
    given = {parameter: object() for parameter in names}
    assert vars(ESTIMATORS[name](**given)) == given
    allowed = {f"self.{parameter} = {parameter}" for parameter in names}
    for statement in own_constructors(ESTIMATORS[name]):
        assert statement in allowed or statement.startswith("super().__init__(")


@each_estimator
def test_options_are_keyword_only(name):
    """At most the first parameter can be given by position; defaults are immutable."""
    # a search takes estimator and grid, as scikit-learn's do
    n_first = 2 if issubclass(ESTIMATORS[name], GridSearchCV) else 1
    for position, parameter in enumerate(signature_of(ESTIMATORS[name])):
        assert position < n_first or parameter.kind is parameter.KEYWORD_ONLY
        assert not isinstance(parameter.default, list | dict | set)


@each_estimator
def test_constraints_name_every_parameter(name):
    """Each parameter of a constructor is constrained, and nothing else is."""
    constraints = getattr(ESTIMATORS[name], "_parameter_constraints", {})
    assert set(constraints) == {p.name for p in signature_of(ESTIMATORS[name])}


@each_estimator
def test_fitted_attributes_end_in_an_underscore(name):
    """The Attributes section describes what fitting leaves."""
    for entry in ClassDoc(ESTIMATORS[name])["Attributes"]:
        for attribute in entry.name.split(", "):
            assert attribute.endswith("_") or hasattr(ESTIMATORS[name], attribute)
