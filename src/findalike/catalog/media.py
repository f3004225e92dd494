"""What the catalog knows of originals: which there are, and who still needs them.

References are not counted but looked up (items, open entries, query media), so no crash can make a count wrong.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import Connection, delete, exists, insert, select, update

from findalike.catalog.database import Database, now
from findalike.catalog.schema import entries, items, media, query_media
from findalike.domain import EntryState
from findalike.errors import Conflict, Gone, NotFound


@dataclass(frozen=True)
class Media:
    """A stored original: its hash, size in bytes, and what its bytes say it is."""

    sha256: str
    size: int
    media_type: str


@dataclass(frozen=True)
class QueryMedia:
    """A file stored for use in queries."""

    id: str
    sha256: str
    media_type: str
    name: str
    ttl: float


class MediaRows:
    def __init__(self, database: Database):
        self._database = database

    def note(self, stored: list[Media], exists: Callable[[str], bool]) -> None:
        """Say that these files are in the store; must come before anything refers to them.

        `exists` looks into the store. Raises Conflict if the sweeper has deleted a file since it was stored: files
        are deleted under the same lock, so a file that was noted is there."""
        with self._database.write() as connection:
            for one in stored:
                self._note(connection, one, exists)

    def _note(self, connection: Connection, one: Media, exists: Callable[[str], bool]) -> None:
        if not exists(one.sha256):
            raise Conflict("A file was deleted while it was being stored: send it again.")
        changed = connection.execute(
            update(media).where(media.c.sha256 == one.sha256).values(used_at=now(), media_type=one.media_type)
        ).rowcount
        if not changed:
            connection.execute(
                insert(media).values(sha256=one.sha256, size=one.size, media_type=one.media_type, used_at=now())
            )

    def get(self, sha256: str) -> Media:
        """Raises NotFound."""
        with self._database.read() as connection:
            row = connection.execute(select(media).where(media.c.sha256 == sha256)).one_or_none()
        if row is None:
            raise NotFound("The original is no longer stored.")
        return Media(row.sha256, row.size, row.media_type)

    def types(self, hashes: list[str]) -> dict[str, str]:
        """Media types by sha256."""
        with self._database.read() as connection:
            query = select(media.c.sha256, media.c.media_type).where(media.c.sha256.in_(hashes))
            return dict(connection.execute(query).all())

    def add_query(self, one: Media, name: str, ttl: float, exists: Callable[[str], bool]) -> QueryMedia:
        """Keep a file for queries for `ttl` seconds."""
        created = QueryMedia(secrets.token_urlsafe(18), one.sha256, one.media_type, name, ttl)
        with self._database.write() as connection:
            self._note(connection, one, exists)
            connection.execute(
                insert(query_media).values(
                    id=created.id,
                    sha256=one.sha256,
                    media_type=one.media_type,
                    name=name,
                    expires_at=now() + timedelta(seconds=ttl),
                )
            )
        return created

    def query(self, media_id: str) -> QueryMedia:
        """Raises NotFound, and Gone once it has expired."""
        with self._database.read() as connection:
            row = connection.execute(select(query_media).where(query_media.c.id == media_id)).one_or_none()
        if row is None:
            raise NotFound(f"There is no media {media_id}: store the file with POST /api/v1/media first.")
        left = (row.expires_at - now()).total_seconds()
        if left <= 0:
            raise Gone("This query's file has expired: store it again with POST /api/v1/media.")
        return QueryMedia(row.id, row.sha256, row.media_type, row.name, left)

    def collect(self, grace: float, forget: Callable[[str], None], limit: int = 500) -> int:
        """Forget originals that nobody has needed for `grace` seconds, and their files: how many.

        Expired query media keep their row for a day, so that their user is told "expired" and not "unknown"."""
        moment = now()
        used = (
            exists().where(items.c.media_sha256 == media.c.sha256),
            exists().where(
                entries.c.media_sha256 == media.c.sha256,
                entries.c.state.in_([EntryState.STAGED, EntryState.FAILED, EntryState.CANCELLED]),
            ),
            exists().where(query_media.c.sha256 == media.c.sha256, query_media.c.expires_at > moment),
        )
        with self._database.write() as connection:
            connection.execute(delete(query_media).where(query_media.c.expires_at < moment - timedelta(days=1)))
            query = select(media.c.sha256).where(
                media.c.used_at < moment - timedelta(seconds=grace), *(~condition for condition in used)
            )
            hashes = list(connection.execute(query.limit(limit)).scalars())
            connection.execute(delete(media).where(media.c.sha256.in_(hashes)))
            for sha256 in hashes:
                forget(sha256)
        return len(hashes)

    def collect_strays(self, hashes: list[str], forget: Callable[[str], None]) -> None:
        """Call `forget` for those among the store's files that the catalog does not know."""
        with self._database.write() as connection:
            known = set(connection.execute(select(media.c.sha256).where(media.c.sha256.in_(hashes))).scalars())
            for sha256 in set(hashes) - known:
                forget(sha256)
