"""API keys and sessions. Keys are long random strings, so a plain sha256 keeps them; they are shown once."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal

from sqlalchemy import Row, delete, func, insert, select

from findalike.catalog.database import Database, now
from findalike.catalog.schema import about, keys, sessions
from findalike.errors import NotFound

Scope = Literal["read", "write", "admin"]

SCOPES: tuple[Scope, ...] = ("read", "write", "admin")
"""Each includes those before it."""


@dataclass(frozen=True)
class Key:
    """An API key as the catalog keeps it (never the key itself)."""

    id: str
    name: str
    scope: Scope
    created_at: datetime


class Keys:
    def __init__(self, database: Database):
        self._database = database

    def create(self, name: str, scope: Scope) -> tuple[Key, str]:
        """A new key and its secret, which is kept nowhere."""
        secret = "fa_" + secrets.token_urlsafe(32)
        key = Key(secrets.token_hex(4), name, scope, now())
        with self._database.write() as connection:
            connection.execute(
                insert(keys).values(id=key.id, name=name, hash=_hash(secret), scope=scope, created_at=key.created_at)
            )
        return key, secret

    def all(self) -> Sequence[Key]:
        with self._database.read() as connection:
            return [_key(row) for row in connection.execute(select(keys).order_by(keys.c.created_at))]

    def any(self) -> bool:
        with self._database.read() as connection:
            return bool(connection.execute(select(func.count()).select_from(keys)).scalar())

    def remove(self, key_id: str) -> None:
        """Revoke a key and end its sessions. Raises NotFound."""
        with self._database.write() as connection:
            if not connection.execute(delete(keys).where(keys.c.id == key_id)).rowcount:
                raise NotFound(f"There is no key {key_id}; see them with `findalike keys list`.")

    def check(self, secret: str) -> Key | None:
        """The key of a secret, or None."""
        with self._database.read() as connection:
            row = connection.execute(select(keys).where(keys.c.hash == _hash(secret))).one_or_none()
        return _key(row) if row else None

    def start_session(self, key: Key, ttl: float) -> str:
        """A token that stands for the key for `ttl` seconds."""
        token = secrets.token_urlsafe(32)
        with self._database.write() as connection:
            connection.execute(delete(sessions).where(sessions.c.expires_at < now()))
            connection.execute(
                insert(sessions).values(hash=_hash(token), key_id=key.id, expires_at=now() + timedelta(seconds=ttl))
            )
        return token

    def check_session(self, token: str) -> Key | None:
        query = select(keys).join(sessions).where(sessions.c.hash == _hash(token), sessions.c.expires_at > now())
        with self._database.read() as connection:
            row = connection.execute(query).one_or_none()
        return _key(row) if row else None

    def end_session(self, token: str) -> None:
        with self._database.write() as connection:
            connection.execute(delete(sessions).where(sessions.c.hash == _hash(token)))

    def cursor_secret(self) -> bytes:
        """The server's own secret for signing cursors, made once."""
        return bytes.fromhex(self._once("cursor_secret", secrets.token_hex(32)))

    def identity(self) -> str:
        """8 hex digits that tell this catalog's tables from others' on a shared Milvus, made once."""
        return self._once("identity", secrets.token_hex(4))

    def _once(self, key: str, value: str) -> str:
        with self._database.write() as connection:
            found = connection.execute(select(about.c.value).where(about.c.key == key)).scalar()
            if found is None:
                connection.execute(insert(about).values(key=key, value=value))
        return value if found is None else str(found)


def _hash(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()


def _key(row: Row[Any]) -> Key:
    return Key(row.id, row.name, row.scope, row.created_at)
