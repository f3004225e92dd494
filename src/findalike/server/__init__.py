"""The HTTP door: FastAPI over the pipelines."""

HANDOVER = "FINDALIKE_HANDOVER"
"""JSON: {"settings": what the command line overrides, "milvus_uri": …, "parent": the pid of `findalike serve`}."""
