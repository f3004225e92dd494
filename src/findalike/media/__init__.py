"""Uploaded originals: where they are kept, and how they are fetched from addresses."""
