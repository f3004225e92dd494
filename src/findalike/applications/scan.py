"""Scans: searches that look at every segment of a collection instead of asking an index, so that nothing is missed.

First all segments are rated by a fixed-length head of what they keep (`Segment.data`), or by the names of their items:
a rating is quick and may let false ones pass, never keep a true one out. Then they are confirmed by all that they keep,
best first, until the page is full (screening, Ullmann, 1976, and every structure database since).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, ClassVar, Protocol

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from findalike.catalog.reading import Sketches


class Scan(Protocol):
    """One query that is answered so. Can be pickled; `begin` and `confirm` run in decoder processes.

    `head` is how many bytes of a segment's data rating sees; 0 if it goes by names. `name` is the score's name."""

    name: ClassVar[str]
    head: ClassVar[int]

    def begin(self) -> Any:
        """What `rate` needs to know of the query. Raises InvalidInput."""

    def rate(self, begun: Any, sketches: Sketches) -> NDArray[np.float32]:
        """The score of each segment if it is a hit, more is better; NaN where it surely is none."""

    def confirm(self, data: Sequence[bytes]) -> list[bool]:
        """Which of these segments really are hits, by their data."""
