"""
A small web service
===================

A fitted model answers rows of JSON over HTTP, with the standard library only: the
probabilities of each row, and which of its modalities it has. The service listens on
this machine only, takes bounded requests, and ends by itself after a few of them.
"""

import json
import threading
import time
import warnings
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from tempfile import TemporaryDirectory
from urllib.error import HTTPError
from urllib.request import Request, urlopen

import pandas as pd

import mmensemble
from mmensemble.datasets import make_multimodal

MOST_BYTES, MOST_ROWS, SECONDS = 1_000_000, 1000, 5


def answer(model, body):
    """Return what the service says to a request.

    Parameters
    ----------
    model : MultimodalClassifier
    body : bytes
        ``{"rows": [{"column": value, ...}, ...]}``; a column that a row leaves out
        is missing.

    Returns
    -------
    answer : dict

    Raises
    ------
    ValueError
        For what is no such request.
    """
    asked = json.loads(body)
    rows = asked.get("rows") if isinstance(asked, dict) else None
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        raise ValueError('expected {"rows": [{"column": value, ...}, ...]}')
    if not 0 < len(rows) <= MOST_ROWS:
        raise ValueError(f"expected 1 to {MOST_ROWS} rows, got {len(rows)}")
    names = list(model.feature_names_in_)
    unknown = sorted({name for row in rows for name in row} - set(names))
    if unknown:
        raise ValueError(f"unknown columns: {unknown[:10]}")
    table = pd.DataFrame(rows, columns=names)
    table = table.astype(float)  # this model reads numbers only
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the presence says it, too
        probabilities = model.predict_proba(table)
    return {
        "classes": model.classes_.tolist(),
        "probabilities": probabilities.round(6).tolist(),
        "presence": model.presence(table).to_dict("records"),
    }


class Handler(BaseHTTPRequestHandler):
    """Answers POST requests by the model of its server."""

    timeout = SECONDS

    def do_POST(self):
        """Read a request of known and bounded size; say what is wrong with it."""
        try:
            n_bytes = int(self.headers.get("Content-Length", ""))
        except ValueError:
            return self.reply(411, {"error": "say the length of the request"})
        if not 0 <= n_bytes <= MOST_BYTES:
            return self.reply(413, {"error": f"send at most {MOST_BYTES} bytes"})
        try:
            return self.reply(200, answer(self.server.model, self.rfile.read(n_bytes)))
        except (TypeError, ValueError) as error:
            return self.reply(400, {"error": str(error)})

    def reply(self, status, content):
        """Send JSON."""
        data = json.dumps(content).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, *parts):
        """Keep quiet."""


def make_server(model, port=0):
    """Return a server on this machine only; port 0 takes one that is free."""
    server = HTTPServer(("127.0.0.1", port), Handler)
    server.model = model
    return server


def ask(port, rows):
    """Return the status and the answer of the service."""
    request = Request(
        f"http://127.0.0.1:{port}", json.dumps({"rows": rows}).encode(), method="POST"
    )
    try:
        with urlopen(request, timeout=SECONDS) as response:
            return response.status, json.load(response)
    except HTTPError as error:
        with error:
            return error.code, json.load(error)


def main():
    """Fit, save and load a model; ask its service three times, and end."""
    data = make_multimodal(random_state=0)
    model = mmensemble.MultimodalClassifier(fusion="voting", random_state=0)
    model.fit(data.data, data.target)
    with TemporaryDirectory() as folder:
        model.save(Path(folder) / "model.skops")
        model = mmensemble.load(Path(folder) / "model.skops")
    server = make_server(model)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        whole = data.data.iloc[0].to_dict()
        name, _, columns = model.modalities_[0]
        part = {column: whole[column] for column in columns}
        for words, rows in (
            ("a whole row", [whole]),
            (f"a row with {name} only", [part]),
            ("a column that is not known", [{"colour": 1}]),
        ):
            start = time.perf_counter()
            status, said = ask(server.server_port, rows)
            spent = time.perf_counter() - start
            print(f"{words}: {status} in {1000 * spent:.1f} ms, {said}")
    finally:
        server.shutdown()
        thread.join(SECONDS)
        server.server_close()


if __name__ == "__main__":
    main()
