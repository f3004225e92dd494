"""The HTTP door: FastAPI over the pipelines."""
