"""findalike: turn a pile of things into a similarity-search service."""

__version__ = "0.1.0"
