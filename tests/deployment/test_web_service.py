"""The example of a web service answers, refuses, and ends."""

import importlib.util
import threading
from http.client import HTTPConnection
from pathlib import Path

import pytest

from mmensemble import MultimodalClassifier
from mmensemble.datasets import make_multimodal

PATH = Path(__file__).parents[2] / "examples" / "web_service.py"


@pytest.fixture(scope="module")
def example():
    """Return the example as a module."""
    spec = importlib.util.spec_from_file_location("web_service", PATH)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def service(example):
    """Run the service in a thread; return its model, a row and its port."""
    data = make_multimodal(random_state=0)
    model = MultimodalClassifier(fusion="voting", random_state=0)
    server = example.make_server(model.fit(data.data, data.target))
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield model, data.data.iloc[:1], server.server_port
    server.shutdown()
    thread.join()
    server.server_close()


def test_rows_are_answered(example, service):
    """The model's own probabilities and presence, also of a part of a row."""
    model, X, port = service
    status, said = example.ask(port, [X.iloc[0].to_dict(), {}])
    assert status == 200
    assert said["probabilities"][0] == pytest.approx(
        model.predict_proba(X)[0], abs=1e-6
    )
    assert said["presence"][0] == model.presence(X).to_dict("records")[0]
    assert not any(said["presence"][1].values())


@pytest.mark.parametrize(
    ("rows", "message"),
    [
        ("words", "expected {"),
        ([], "expected 1 to 1000 rows"),
        ([{"colour": 1}], "unknown columns: "),
    ],
)
def test_mistakes_are_told(example, service, rows, message):
    """What is no request gets a reason."""
    status, said = example.ask(service[2], rows)
    assert status == 400
    assert said["error"].startswith(message)


def test_requests_are_bounded(service):
    """Neither without end nor without length."""
    for length, status in (("2000000", 413), ("many", 411)):
        connection = HTTPConnection("127.0.0.1", service[2], timeout=5)
        connection.putrequest("POST", "/")
        connection.putheader("Content-Length", length)
        connection.endheaders()
        assert connection.getresponse().status == status
        connection.close()


def test_it_ends_by_itself(example, capsys):
    """Run as a script, it asks three times and stops."""
    pytest.importorskip("skops")
    example.main()
    said = capsys.readouterr().out.splitlines()
    assert [line.split(": ")[1][:3] for line in said] == ["200", "200", "400"]
