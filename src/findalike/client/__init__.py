"""The Python client of findalike's HTTP API.

    from findalike import Client

    with Client("http://127.0.0.1:8000") as client:
        job = client.add_files("image-search", "holiday", ["photos/1.jpg", "photos/2.jpg"])
        client.wait(job.id, progress=True)
        for hit in client.search("image-search", "holiday", text="a cat").hits:
            print(hit.score, hit.item.name)

`AsyncClient` is the same for asyncio. Answers are the pydantic models of `findalike.server.schemas`; what goes wrong
is an error of `findalike.errors`.
"""

from __future__ import annotations

from findalike.client.asynchronous import AsyncClient
from findalike.client.client import Client
from findalike.client.uploads import Upload, batches

__all__ = ["AsyncClient", "Client", "Upload", "batches"]
