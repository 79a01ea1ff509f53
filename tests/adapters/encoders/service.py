"""A service on a real socket that speaks the embeddings API, with whatever model a test puts behind it."""

import json
import threading
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from matching.encoder import Encoder

Answer = Callable[[dict[str, Any]], tuple[int, bytes]]


class Service:
    """A server that speaks the embeddings API; `answer` may be exchanged."""

    def __init__(self) -> None:
        self.asked: list[dict[str, Any]] = []
        self.keys: list[str | None] = []
        self.answer: Answer = spelled
        #: Where it says that it has moved to.
        self.moved: str | None = None
        service = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                assert self.path == "/v1/embeddings"
                question = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                service.asked.append(question)
                service.keys.append(self.headers.get("Authorization"))
                status, body = service.answer(question)
                self.send_response(status)
                if service.moved:
                    self.send_header("Location", service.moved)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, format: str, *args: Any) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.address = f"http://127.0.0.1:{self._server.server_address[1]}/v1/"
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()


def packed(vectors: Any) -> tuple[int, bytes]:
    rows = [{"object": "embedding", "index": i, "embedding": list(map(float, v))} for i, v in enumerate(vectors)]
    return 200, json.dumps({"object": "list", "data": rows[::-1]}).encode()


def spelled(question: dict[str, Any]) -> tuple[int, bytes]:
    return packed([[len(text), text.count("a"), 1] for text in question["input"]])


def served(encoder: Encoder) -> Answer:
    """Answers with the vectors of an encoder."""
    return lambda question: packed(encoder.encode(question["input"]))
