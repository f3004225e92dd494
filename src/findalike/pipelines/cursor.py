"""Signed cursors: which page of which search comes next."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from typing import Any

from pydantic_core import to_json

from findalike.errors import Conflict, InvalidInput


class Cursors:
    """Writes and reads cursors, signed with the server's secret over query, generation and offset."""

    def __init__(self, secret: bytes):
        self._secret = secret

    def fingerprint(self, *what: str | int | None) -> str:
        """What two requests must share to be pages of the same answer."""
        return hashlib.sha256(to_json(what)).hexdigest()[:16]

    def write(self, fingerprint: str, generation: int, position: Any) -> str:
        body = to_json([fingerprint, generation, position])
        return base64.urlsafe_b64encode(self._sign(body) + body).decode().rstrip("=")

    def read(self, cursor: str, fingerprint: str, generation: int) -> Any:
        """The position in a cursor. Raises InvalidInput for a strange cursor, Conflict for a stale one."""
        try:
            raw = base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4))
            signature, body = raw[:16], raw[16:]
            genuine = hmac.compare_digest(signature, self._sign(body))
        except ValueError:
            genuine = False
        if not genuine:
            raise InvalidInput("This cursor is not one of ours: begin again without it.", field="cursor")
        written, made_with, position = json.loads(body)
        if written != fingerprint:
            raise InvalidInput("This cursor belongs to another query: begin again without it.", field="cursor")
        if made_with != generation:
            raise Conflict("The collection was rebuilt since the page before: begin again without the cursor.")
        return position

    def _sign(self, body: bytes) -> bytes:
        return hmac.digest(self._secret, body, "sha256")[:16]
