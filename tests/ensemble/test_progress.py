"""Progress: lines for ``verbose``, and scikit-learn's callbacks."""

import re

import pytest
from ensemble_cases import NoWeights, classifier, make_table, transformer

from mmensemble import StackingFusion
from mmensemble._compat import sklearn_version

WITH_CALLBACKS = pytest.mark.skipif(
    sklearn_version < (1, 9), reason="sklearn.callback came with 1.9"
)


@pytest.mark.parametrize(
    ("fusion", "n_units"), [("concat", 3), ("voting", 3), ("stacking", 12)]
)
def test_one_line_a_unit(capsys, fusion, n_units):
    """``verbose=1`` prints a line a fit, with its place and time."""
    X, y = make_table()
    classifier(X, fusion, verbose=1).fit(X, y)
    lines = [line for line in capsys.readouterr().out.splitlines() if "/" in line]
    assert len(lines) == n_units
    pattern = r"\[MultimodalClassifier\] (\d+)/(\d+) [abc], (all rows|fold \d): .* s$"
    found = [re.match(pattern, line) for line in lines]
    assert [int(match[1]) for match in found] == list(range(1, n_units + 1))
    assert {int(match[2]) for match in found} == {n_units}


@pytest.mark.parametrize("make", [classifier, transformer])
def test_a_callable_is_called(capsys, make):
    """After each fit, with its place; nothing is printed, not even alerts."""
    X, y = make_table()
    calls = []
    make(X, "voting", verbose=lambda *told: calls.append(told)).fit(X, y)
    assert [told[:2] for told in calls] == [(1, 3), (2, 3), (3, 3)]
    assert sorted(told[2].split(":")[0] for told in calls) == [
        f"{name}, all rows" for name in "abc"
    ]
    assert capsys.readouterr().out == ""


def test_one_line_a_set_of_rows_where_members_join(capsys):
    """What is read together is told together."""
    X, y = make_table()
    classifier(X, StackingFusion(concat_member=True), verbose=1).fit(X, y)
    lines = [line for line in capsys.readouterr().out.splitlines() if "/" in line]
    assert len(lines) == 4
    assert all(" a + b + c + concat, " in line for line in lines)


def test_silence(capsys):
    """By default nothing is printed."""
    X, y = make_table()
    classifier(X).fit(X, y)
    transformer(X).fit(X)
    assert capsys.readouterr().out == ""


class Recording:
    """A callback that keeps the names of the tasks it hears of."""

    def __init__(self):
        self.events = []

    def setup(self, estimator, context):
        """Hear that a fit begins."""
        self.events.append(("setup", None))

    def teardown(self, estimator, context):
        """Hear that it ended."""
        self.events.append(("teardown", None))

    def on_fit_task_begin(self, estimator, context, **data):
        """Hear that a task begins."""
        self.events.append(("begin", context.task_name))

    def on_fit_task_end(self, estimator, context, **data):
        """Hear that it ended."""
        self.events.append(("end", context.task_name))

    def names(self, moment):
        """List the tasks of one moment."""
        return [name for event, name in self.events if event == moment]


@WITH_CALLBACKS
@pytest.mark.parametrize(
    ("fusion", "n_units"), [("concat", 3), ("voting", 3), ("stacking", 12)]
)
@pytest.mark.parametrize("make", [classifier, transformer])
def test_callbacks_see_one_task_a_unit(make, fusion, n_units):
    """A callback hears of the fit, and within it of each unit once."""
    X, y = make_table()
    callback = Recording()
    make(X, fusion).set_callbacks(callback).fit(X, y)
    began, ended = callback.names("begin"), callback.names("end")
    assert len(began) == len(ended) == n_units + 1
    assert "a, all rows" in began
    assert sorted(began) == sorted(ended)
    assert [event for event, _ in callback.events].count("teardown") == 1
    assert callback.events[0][0] == "setup"
    assert callback.events[-1][0] == "teardown"


@WITH_CALLBACKS
def test_callbacks_are_torn_down_after_an_error():
    """A fit that fails is torn down like any other."""

    class Broken(NoWeights):
        def fit(self, X, y):
            raise RuntimeError("broken")

    X, y = make_table()
    callback = Recording()
    model = classifier(X, estimator=Broken()).set_callbacks(callback)
    with pytest.raises(RuntimeError, match="broken"):
        model.fit(X, y)
    assert callback.events[-1] == ("teardown", None)


@WITH_CALLBACKS
@pytest.mark.parametrize("make", [classifier, transformer])
@pytest.mark.parametrize("fusion", ["concat", "stacking"])
def test_progress_bar(make, fusion):
    """scikit-learn's progress bar goes with every estimator."""
    pytest.importorskip("rich")
    from sklearn.callback import ProgressBar

    X, y = make_table()
    model = make(X, fusion).set_callbacks(ProgressBar())
    assert model.fit(X, y) is model
