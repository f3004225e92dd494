"""The catalog: what there is, kept in SQL. Listing, counting, paging and look-ups never ask Milvus."""

from __future__ import annotations

from findalike.catalog.collections import Collections
from findalike.catalog.conversations import Conversations
from findalike.catalog.database import Database
from findalike.catalog.events import Events
from findalike.catalog.items import Items
from findalike.catalog.jobs import Jobs
from findalike.catalog.keys import Keys
from findalike.catalog.maps import Maps
from findalike.catalog.media import MediaRows
from findalike.catalog.sentences import Sentences
from findalike.catalog.trainings import Trainings
from findalike.catalog.work import JobWork


class Catalog:
    """Everything in one database, by subject. All methods block; callers on an event loop use threads."""

    def __init__(self, url: str):
        self.database = Database(url)
        self.collections = Collections(self.database)
        self.items = Items(self.database)
        self.sentences = Sentences(self.database)
        self.jobs = Jobs(self.database)
        self.work = JobWork(self.database)
        self.maps = Maps(self.database)
        self.events = Events(self.database)
        self.trainings = Trainings(self.database)
        self.media = MediaRows(self.database)
        self.keys = Keys(self.database)
        self.conversations = Conversations(self.database)

    def close(self) -> None:
        self.database.close()
