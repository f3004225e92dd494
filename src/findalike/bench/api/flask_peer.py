"""A search endpoint and an upload endpoint in Flask; fastapi_peer.py has the same in FastAPI."""

from __future__ import annotations

import time

from flask import Flask, Response, jsonify, request
from pydantic import BaseModel, ValidationError

from findalike.bench.api import work

_PART = 1 << 20


def build() -> Flask:
    app = Flask(__name__)

    @app.get("/empty")
    def empty() -> Response:
        return jsonify(ok=True)

    @app.post("/search")
    def search() -> Response | tuple[Response, int]:
        try:
            query = work.Query.model_validate_json(request.get_data())
        except ValidationError as error:
            return Response(error.json(), mimetype="application/json"), 422
        if query.engine == "waiting":
            time.sleep(work.WAIT)
        elif query.engine == "computing":
            work.compute()
        return _json(work.Answer(hits=work.hits(query)))

    @app.post("/upload")
    def upload() -> Response:
        sink = work.Sink()
        while part := request.stream.read(_PART):
            sink.write(part)
        return _json(sink.done())

    return app


def _json(answer: BaseModel) -> Response:
    return Response(answer.model_dump_json(), mimetype="application/json")
