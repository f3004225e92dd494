"""What schemathesis must not send: addresses that a web server refuses before the application sees them, and queries
that are something else in an address.

Read by the program `schemathesis` (its setting `hooks`), not by pytest.
"""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

import schemathesis

# hyper, which reads HTTP for granian, answers 414 with no body from 65,534 bytes on.
_LONGEST_ADDRESS = 60_000
_LISTS = ("id", "column")


@schemathesis.hook  # type: ignore[untyped-decorator,unused-ignore]
def filter_query(context: Any, query: dict[str, Any] | None) -> bool:
    """Whether the web server would take an address with this query, and it is there what it is here.

    In an address a list of one is its element, and of several values of what is no list the last one counts."""
    given = query or {}
    same = all(isinstance(value, list) == (name in _LISTS) for name, value in given.items())
    return same and len(urlencode(given, doseq=True)) < _LONGEST_ADDRESS
